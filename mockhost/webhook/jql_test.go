package webhook

import "testing"

const jqlIssue = `{"issue":{"id":"10001","key":"DEMO-1","fields":{
	"project":{"key":"DEMO","name":"Demonstration","id":"10000"},
	"issuetype":{"name":"Task","id":"10002"}, "status":{"name":"In Progress","id":"3"},
	"priority":{"name":"Medium","id":"3"}, "assignee":null, "reporter":{"accountId":"5f:mel"}}}}`

func TestMatchJQL(t *testing.T) {
	p, err := parsePayload([]byte(jqlIssue))
	if err != nil {
		t.Fatal(err)
	}
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
		// Everything below is honest ignorance.
		{``, jqlUnknown},
		{`summary ~ lamp`, jqlUnknown},
		{`labels = lighting`, jqlUnknown},
		{`assignee = currentUser()`, jqlUnknown},
		{`created >= -1d`, jqlUnknown},
		{`project = DEMO ORDER BY created`, jqlUnknown},
		{`project = DEMO AND labels = x`, jqlUnknown},
		{`project = OTHER AND labels = x`, jqlUnknown},
		{`project = `, jqlUnknown},
		{`project in (DEMO`, jqlUnknown},
		{`(project = DEMO`, jqlUnknown},
		{`project DEMO`, jqlUnknown},
		{`project = "DEMO`, jqlUnknown},
		{`project = "DE\"MO"`, jqlUnknown},
		{`and`, jqlUnknown},
		{`assignee = empty`, jqlUnknown},
	} {
		if got := matchJQL(tc.filter, p); got != tc.want {
			t.Errorf("%q: got %v, want %v", tc.filter, got, tc.want)
		}
	}
	without, err := parsePayload([]byte(`{"worklog":{"issueId":"1"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := matchJQL("project = DEMO", without); got != jqlUnknown {
		t.Errorf("a body without an issue cannot be filtered, got %v", got)
	}
}

func FuzzMatchJQL(f *testing.F) {
	f.Add(`(project = DEMO or not status in (a, "b")) and assignee is not empty`)
	f.Add(`((((`)
	p, err := parsePayload([]byte(jqlIssue))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, filter string) {
		opposite := map[jqlResult]jqlResult{jqlTrue: jqlFalse, jqlFalse: jqlTrue}
		if got := matchJQL(filter, p); got != jqlUnknown && matchJQL("not ("+filter+")", p) != opposite[got] {
			t.Errorf("%q and its negation do not exclude each other", filter)
		}
	})
}
