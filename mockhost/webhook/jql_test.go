package webhook

import (
	"strings"
	"testing"
	"time"

	"connect-workbench/mockhost/site"
)

const jqlIssueText = `{"webhookEvent":"issue_property_set","issue":{"id":"10001","key":"DEMO-1","fields":{
	"project":{"key":"DEMO","name":"Demonstration","id":"10000"},
	"issuetype":{"name":"Task","id":"10002"}, "status":{"name":"In Progress","id":"3","statusCategory":{"id":4,"key":"indeterminate","name":"In Progress"}},
	"priority":{"name":"Medium","id":"3"}, "assignee":null, "reporter":{"accountId":"5f:mel","displayName":"Mel Member"},
	"resolution":null, "labels":["lighting","reading-room"], "components":[{"name":"Reading room","id":"10150"}], "fixVersions":[],
	"summary":"Lamp in the reading room flickers", "description":null,
	"created":"2026-03-03T11:00:00.000+0000", "updated":"2026-03-04T11:59:00.000+0000", "duedate":"2026-03-10", "resolutiondate":null,
	"customfield_10010":"red", "customfield_10011":{"value":"High","id":"7"}, "customfield_10012":[{"value":"a"},{"value":"b"}],
	"customfield_10013":7.5, "customfield_10014":null}},
	"property":{"key":"com.example.state","value":{"phase":"checked","steps":{"done":3}}}}`

func jqlTestIssue(t testing.TB, body string) jqlIssue {
	p, err := parsePayload([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return jqlIssue{body: p, actor: site.Actor{AccountID: "5f:mel", Key: "mel", Name: "mel"}, now: noon}
}

func TestMatchJQL(t *testing.T) {
	issue := jqlTestIssue(t, jqlIssueText)
	for _, tc := range []struct {
		filter string
		want   jqlResult
	}{
		{`project = DEMO`, jqlTrue},
		{`project = demo`, jqlTrue},
		{`PROJECT="Demonstration"`, jqlTrue},
		{`project = 10000`, jqlTrue},
		{`project = OTHER`, jqlFalse},
		{`project != OTHER`, jqlTrue},
		{`project in (OTHER, DEMO)`, jqlTrue},
		{`project not in (OTHER, DEMO)`, jqlFalse},
		{`status = "In Progress" AND issuetype = Task`, jqlTrue},
		{`status = "To Do" OR issuetype in ("Task")`, jqlTrue},
		{`project = OTHER or project = DEMO and status = Done`, jqlFalse},
		{`(project = OTHER or project = DEMO) and not status = Done`, jqlTrue},
		{`NOT (project = DEMO)`, jqlFalse},
		{`assignee is empty`, jqlTrue},
		{`assignee is not EMPTY`, jqlFalse},
		{`assignee = "5f:mel"`, jqlFalse},
		{`assignee != "5f:mel"`, jqlFalse}, // != never matches an empty field
		{`reporter = '5f:mel'`, jqlTrue},
		{`key = DEMO-1`, jqlTrue},
		{`issuekey in (DEMO-2)`, jqlFalse},
		{`assignee = empty`, jqlTrue},
		{`assignee in (EMPTY, "5f:mel")`, jqlTrue},
		{`assignee in (EMPTY)`, jqlTrue},
		{`assignee = currentUser()`, jqlFalse},
		{`reporter = currentUser()`, jqlTrue},
		{`reporter in (currentUser(), "x")`, jqlTrue},
		{`reporter = "Mel Member"`, jqlTrue},
		{`resolution = Unresolved`, jqlTrue},
		{`resolution is empty and status != Done`, jqlTrue},
		{`statusCategory = "In Progress" and statusCategory != Done`, jqlTrue},
		{`labels = lighting`, jqlTrue},
		{`labels in (x, READING-ROOM)`, jqlTrue},
		{`labels not in (x)`, jqlTrue},
		{`labels != lighting`, jqlFalse},
		{`component = "Reading room"`, jqlTrue},
		{`fixVersion is empty`, jqlTrue},
		{`summary ~ lamp`, jqlTrue},
		{`summary ~ "flickers reading"`, jqlTrue},
		{`summary ~ "flick*"`, jqlTrue},
		{`summary ~ door`, jqlFalse},
		{`summary !~ door`, jqlTrue},
		{`description ~ lamp`, jqlFalse},
		{`description is empty`, jqlTrue},
		{`created < -1d`, jqlTrue},
		{`created >= -1d`, jqlFalse},
		{`created > -30000w`, jqlTrue},
		{`created > 30000w`, jqlFalse},
		{`updated >= "-1w 2h"`, jqlTrue},
		{`created > 2026-03-03 AND created < "2026/03/03 12:00"`, jqlTrue},
		{`updated <= now()`, jqlTrue},
		{`updated > now("-1m")`, jqlFalse},
		{`due <= 6d`, jqlTrue},
		{`resolved > 2026-01-01`, jqlFalse},
		{`cf[10010] = RED`, jqlTrue},
		{`cf[10011] in (High, Low) and cf[10011] = 7`, jqlTrue},
		{`cf[10012] = b`, jqlTrue},
		{`cf[10013] > 7 and cf[10013] <= 7.5`, jqlTrue},
		{`cf[10014] is empty`, jqlTrue},
		{`cf[10010] ~ red`, jqlTrue},
		{`issue.property[com.example.state].phase = checked`, jqlTrue},
		{`issue.property["com.example.state"].steps.done >= 3`, jqlTrue},
		{`issue.property[com.example.state].nothing is empty`, jqlTrue},
		{`project = DEMO && !(status = Done) || project = X`, jqlTrue},
		{`project = "DE\"MO"`, jqlFalse},
		{`project = DEMO ORDER BY created DESC`, jqlTrue},
		// What is not understood does not matter where the rest decides.
		{`project = OTHER AND watcher = x`, jqlFalse},
		{`project = DEMO OR status was Done`, jqlTrue},
	} {
		if got, why := matchJQL(tc.filter, issue); got != tc.want {
			t.Errorf("%q: got %v, want %v (%s)", tc.filter, got, tc.want, why)
		}
	}
	if _, why := matchJQL(`reporter = currentUser()`, issue); why != "currentUser() is who acted" {
		t.Errorf("what was assumed: %q", why)
	}
}

// Everything here is honest ignorance, and the reason names the clause.
func TestJQLThatIsNotEvaluated(t *testing.T) {
	issue := jqlTestIssue(t, jqlIssueText)
	for _, tc := range []struct{ filter, why string }{
		{``, "it is empty"},
		{`  `, "it is empty"},
		{`watcher = "5f:mel"`, `not understood: watcher = "5f:mel"`},
		{`project = DEMO AND status was Done before -1d AND key = DEMO-1`, `not understood: status was Done before -1d`},
		{`status changed from (Open) to (Done) or project = X`, `not understood: status changed from (Open) to (Done)`},
		{`project in projectsLeadByUser()`, `not understood: project in projectsLeadByUser()`},
		{`assignee in (membersOf("staff"))`, `the function membersOf() is not evaluated: assignee in (membersOf("staff"))`},
		{`summary ~ "lamp -door"`, `only words, and * at their end, are looked for: summary ~ "lamp -door"`},
		{`summary ~ flicker`, `another form of the word is there, which the product may find: summary ~ flicker`},
		{`summary = lamp`, `not understood: summary = lamp`},
		{`created = 2026-03-03`, `not understood: created = 2026-03-03`},
		{`created > startOfDay()`, `the date is not understood: created > startOfDay()`},
		{`created > whenever`, `the date is not understood: created > whenever`},
		{`cf[99] = x`, `the body does not have this field: cf[99] = x`},
		{`issue.property[other].x = 1`, `the body does not have this property: issue.property[other].x = 1`},
		{`project > DEMO`, `not understood: project > DEMO`},
		{`project = `, `not understood: project =`},
		{`project in (DEMO`, `a bracket is not closed at its end`},
		{`project in ()`, `not understood: project in ()`},
		{`(project = DEMO`, `a bracket is not closed at its end`},
		{`project = DEMO)`, `an operator is missing before ")"`},
		{`project = DEMO key = DEMO-1`, `not understood: project = DEMO key = DEMO-1`},
		{`project DEMO`, `not understood: project DEMO`},
		{`project = "DEMO`, `a quotation mark is not closed: "DEMO`},
		{`and`, `a clause is missing before "and"`},
		{`project = DEMO and`, `a clause is missing at its end`},
		{`= DEMO`, `a clause is missing before "= DEMO"`},
		{`project = DEMO ORDER BY`, `the order is not complete at its end`},
		{strings.Repeat("(", 200) + "project = DEMO" + strings.Repeat(")", 200), "there are too many brackets"},
	} {
		got, why := matchJQL(tc.filter, issue)
		if got != jqlUnknown || !strings.HasPrefix(why, tc.why) || len(tc.filter) < 100 && why != tc.why {
			t.Errorf("%q: got %v, %q\nwant %q", tc.filter, got, why, tc.why)
		}
	}
	for _, body := range []string{`{"worklog":{"issueId":"1"}}`, `{}`, `[]`, `{"issue":7}`} {
		if got, why := matchJQL("project = DEMO", jqlTestIssue(t, body)); got != jqlUnknown || why != "the body does not have this field: project = DEMO" {
			t.Errorf("%s: got %v, %q", body, got, why)
		}
	}
}

func TestWhatTheBodyLeavesOutIsAsTheSiteHasIt(t *testing.T) {
	whole := jqlTestIssue(t, jqlIssueText).body
	for _, tc := range []struct {
		body string
		want jqlResult
		why  string
	}{
		{`{"issue":{"id":"10001","fields":{"labels":["own"]}}}`, jqlFalse, ""},
		{`{"issue":{"id":"10001","fields":{}}}`, jqlTrue, "what the body leaves out is as the site has it"},
		{`{"worklog":{"issueId":"10001"}}`, jqlTrue, "what the body leaves out is as the site has it"},
		{`{"issue":{"id":"7","fields":{}}}`, jqlUnknown, "the body does not have this field: labels = lighting"},
		{`{"attachment":{}}`, jqlUnknown, "the body does not have this field: labels = lighting"},
	} {
		issue := jqlTestIssue(t, tc.body)
		issue.whole = func() payload { return whole }
		if got, why := matchJQL("labels = lighting", issue); got != tc.want || why != tc.why {
			t.Errorf("%s: %v, %q, want %v, %q", tc.body, got, why, tc.want, tc.why)
		}
	}
}

// balanced tells whether every bracket of a filter is opened before it is closed, and closed.
func balanced(filter string) bool {
	words, _ := jqlWords(filter)
	open := 0
	for _, w := range words {
		switch {
		case w.is("("):
			open++
		case w.is(")"):
			open--
		}
		if open < 0 {
			return false
		}
	}
	return open == 0
}

func FuzzMatchJQL(f *testing.F) {
	f.Add(`(project = DEMO or not status in (a, "b")) and assignee is not empty`)
	f.Add(`created >= "-1d" && cf[10010] ~ "x*" || issue.property["a b"].c != 1`)
	f.Add(`status was x and ! labels = currentUser()`)
	f.Add(`((((`)
	f.Add(`created>="0d" && c(0"00"0`)
	f.Add(`0)And lABels=C&000000000(0`)
	issue := jqlTestIssue(f, jqlIssueText)
	issue.now = time.UnixMilli(1_772_625_600_000)
	f.Fuzz(func(t *testing.T, filter string) {
		got, why := matchJQL(filter, issue)
		if got == jqlUnknown && why == "" {
			t.Errorf("%q is not evaluated and nothing says why", filter)
		}
		if strings.Contains(strings.ToLower(filter), "order") || strings.Count(filter, "(") >= maxBrackets || !balanced(filter) {
			return // that may not stand within brackets
		}
		opposite := map[jqlResult]jqlResult{jqlTrue: jqlFalse, jqlFalse: jqlTrue, jqlUnknown: jqlUnknown}
		if negated, _ := matchJQL("not ("+filter+")", issue); negated != opposite[got] {
			t.Errorf("%q is %v and its negation %v", filter, got, negated)
		}
	})
}
