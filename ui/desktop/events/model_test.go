package events

import (
	"testing"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/webhook"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

func TestSiteInQuestion(t *testing.T) {
	sites := []workbench.SiteState{{Site: site.Site{ID: "jira"}}, {Site: site.Site{ID: "confluence"}}}
	for _, tc := range []struct {
		name, scope, chosen, want string
	}{
		{"the window's scope comes first", "confluence", "jira", "confluence"},
		{"without a scope the choice made here", "", "confluence", "confluence"},
		{"otherwise the first", "", "", "jira"},
		{"a choice that is gone falls back to the first", "", "gone", "jira"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := state{sites: sites, scope: tc.scope, chosen: tc.chosen}
			if got, ok := s.site(); !ok || got.ID != tc.want {
				t.Errorf("got %q, %v", got.ID, ok)
			}
		})
	}
	if _, ok := (&state{}).site(); ok {
		t.Error("a site was found where there is none")
	}
}

func TestFound(t *testing.T) {
	s := state{events: []webhook.Event{
		{Name: "jira:issue_created", Help: "An issue was created."},
		{Name: "jira:issue_updated", Help: "Fields of an issue changed."},
		{Name: "comment_created", Help: "Somebody commented."},
	}}
	for _, tc := range []struct {
		search string
		want   int
	}{
		{"", 3}, {"issue", 2}, {"CREATED", 2}, {"issue fields", 1}, {"nothing like it", 0},
	} {
		s.search = tc.search
		if got := len(s.found()); got != tc.want {
			t.Errorf("%q finds %d, want %d", tc.search, got, tc.want)
		}
	}
}

func TestCheckBody(t *testing.T) {
	for _, tc := range []struct {
		name, body   string
		line, column int // 0: no fault
	}{
		{"an object", "{\n  \"a\": 1\n}", 0, 0},
		{"an object after blanks", " \n{}", 0, 0},
		{"nothing", " \n", 1, 1},
		{"a comma too many", "{\n  \"a\": 1,\n}", 3, 1},
		{"cut off", "{\"a\":", 1, 5},
		{"an array", "\n []", 2, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			fault := checkBody(tc.body)
			if tc.line == 0 {
				if fault != nil {
					t.Errorf("fault %v", fault)
				}
				return
			}
			if fault == nil || fault.Line != tc.line || fault.Column != tc.column {
				t.Errorf("got %+v, want line %d, column %d", fault, tc.line, tc.column)
			}
		})
	}
}

func FuzzCheckBody(f *testing.F) {
	f.Add("{\n\"a\":")
	f.Add("[1]")
	f.Fuzz(func(t *testing.T, text string) {
		if fault := checkBody(text); fault != nil && (fault.Offset > len(text) || fault.Line < 1 || fault.Column < 1) {
			t.Errorf("the fault points outside the text: %+v", fault)
		}
	})
}

func TestHeadline(t *testing.T) {
	taken := webhook.Sent{Status: 204, Verdict: connectjwt.Verdict{OK: true}}
	refused := webhook.Sent{Status: 401, Verdict: connectjwt.Verdict{Rule: connectjwt.RuleQSH}}
	for _, tc := range []struct {
		sent   []webhook.Sent
		want   string
		status widgets.Status
	}{
		{nil, "page_created went to nobody on Acme", widgets.StatusWarning},
		{[]webhook.Sent{taken}, "page_created went to 1 module on Acme and was taken", widgets.StatusOK},
		{[]webhook.Sent{refused}, "page_created went to 1 module on Acme and was refused", widgets.StatusFailed},
		{[]webhook.Sent{{Error: "connection refused"}}, "page_created went to 1 module on Acme and got no answer", widgets.StatusFailed},
		{[]webhook.Sent{taken, refused}, "page_created went to 2 modules on Acme; 1 took it", widgets.StatusFailed},
	} {
		o := outcome{siteTitle: "Acme", delivery: webhook.Delivery{Event: "page_created", Sent: tc.sent}}
		if got, status := o.headline(); got != tc.want || status != tc.status {
			t.Errorf("got %q, %v, want %q, %v", got, status, tc.want, tc.status)
		}
	}
}

func TestForecast(t *testing.T) {
	for _, tc := range []struct {
		will []bool
		want string
	}{
		{nil, "Nobody will receive it: no installed add-on has a webhook module"},
		{[]bool{false}, "Nobody will receive it; the reasons are below"},
		{[]bool{true, false}, "1 module will receive it"},
		{[]bool{true, true}, "2 modules will receive it"},
	} {
		var recipients []webhook.Recipient
		for _, will := range tc.will {
			recipients = append(recipients, webhook.Recipient{Will: will})
		}
		if got, _ := forecast(recipients); got != tc.want {
			t.Errorf("%v: got %q", tc.will, got)
		}
	}
}

func TestAnswersStandBesideTheirRecipients(t *testing.T) {
	first := webhook.Recipient{AddonKey: "a", Module: "/modules/webhooks/0", Will: true}
	second := webhook.Recipient{AddonKey: "a", Module: "/modules/webhooks/1"}
	s := state{recipients: []webhook.Recipient{first, second}}
	s.outcome = &outcome{delivery: webhook.Delivery{Sent: []webhook.Sent{{Recipient: first, Status: 401, Verdict: connectjwt.Verdict{Rule: "jwt.qsh", Summary: "qsh does not match"}}}}}
	lines := s.lines()
	if text, status := lines[0].answer(); text != "401 qsh does not match" || status != widgets.StatusFailed {
		t.Errorf("got %q, %v", text, status)
	}
	if text, _ := lines[1].answer(); text != "" {
		t.Errorf("a module that got nothing answered %q", text)
	}
}

func TestDraftsSurviveGoingToAnotherEvent(t *testing.T) {
	s := state{sites: []workbench.SiteState{{Site: site.Site{ID: "jira"}}}}
	s.choose("one")
	s.enter("{}")
	s.body = `{"mine":1}`
	s.leave()
	s.choose("two")
	s.enter("[2]")
	if s.body != "[2]" || s.edited() {
		t.Errorf("the other event has the body %q", s.body)
	}
	s.leave()
	s.choose("one")
	s.enter("{}")
	if s.body != `{"mine":1}` || !s.edited() {
		t.Errorf("the draft is lost: %q", s.body)
	}
	s.body = s.fresh
	s.leave()
	s.choose("one")
	s.enter("{}")
	if s.edited() {
		t.Error("a body that was reset comes back as a draft")
	}
}
