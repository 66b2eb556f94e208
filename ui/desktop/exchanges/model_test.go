package exchanges

import (
	"strings"
	"testing"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/ui/desktop/widgets"
)

func TestTextOf(t *testing.T) {
	title := func(id string) string { return strings.ToUpper(id) }
	for _, tc := range []struct {
		name          string
		record        exchange.Record
		what, code    string
		verdict       string
		verdictStatus widgets.Status
	}{
		{"a refused event", webhookRefused(), "jira:issue_created  /webhooks/issue", "401", "qsh does not match", widgets.StatusFailed},
		{"a page without its token", pageTaken(), "GET /panel?issueKey=DEMO-1", "200", "ok", widgets.StatusOK},
		{"nobody looked", keyFetched(), "GET /install-keys/8f", "200", "not checked", ""},
		{"a replay", exchange.Record{Parent: 3, Method: "GET", URL: "http://localhost:3000", Status: 302}, "↳ GET /", "302", "not checked", ""},
		{"no answer", exchange.Record{Method: "POST", URL: "http://localhost:3000/x", Error: "connection refused"}, "POST /x", "–", "no answer", widgets.StatusFailed},
		{"a tunnel", exchange.Record{Method: "CONNECT", URL: "example.com:443", Status: 403, Direction: exchange.ToHost}, "CONNECT example.com:443", "403", "not checked", ""},
		{"a host of the vendor's", exchange.Record{Method: "GET", URL: "https://connect-install-keys.atlassian.com/8f?a=b", Status: 200, Direction: exchange.ToHost},
			"GET connect-install-keys.atlassian.com/8f?a=b", "200", "not checked", ""},
		{"an add-on elsewhere", exchange.Record{Method: "GET", URL: "https://addon.example/x", Status: 200, Direction: exchange.ToAddon}, "GET /x", "200", "not checked", ""},
		{"a URL that is none", exchange.Record{Method: "GET", URL: "http://[::1", Status: 200}, "GET http://[::1", "200", "not checked", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := textOf(rowOf(tc.record), title)
			if got.what != tc.what || got.code != tc.code || got.verdict != tc.verdict || got.verdictStatus != tc.verdictStatus {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestCountAndReason(t *testing.T) {
	for _, tc := range []struct {
		state         state
		count, reason string
	}{
		{state{}, "", "No exchange has been recorded on any site yet."},
		{state{loaded: true, matching: 2140, all: 2140}, "2,140 exchanges", "None of the 2,140 recorded exchanges is on Acme."},
		{state{loaded: true, matching: 1, all: 1}, "1 exchange", "None of the 1 recorded exchanges is on Acme."},
		{state{loaded: true, matching: 10_000, all: 31_234, filter: "x"}, "10,000+ of 31,234", "None of the 31,234 recorded exchanges matches this filter."},
		{state{loaded: true, matching: 10_000, all: 10_000}, "10,000 exchanges", "None of the 10,000 recorded exchanges is on Acme."},
		{state{loaded: true, matching: 38, all: 2140, filter: "x"}, "38 of 2,140", "None of the 2,140 recorded exchanges matches this filter."},
		{state{loaded: true, matching: 0, all: 1, filter: "x", site: "jira"}, "0 of 1", "None of the 1 recorded exchanges is on Acme and matches this filter."},
	} {
		if got := tc.state.count(); got != tc.count {
			t.Errorf("count %q, want %q", got, tc.count)
		}
		if got := tc.state.whyNothing("Acme"); got != tc.reason {
			t.Errorf("reason %q, want %q", got, tc.reason)
		}
	}
}

func TestQueryStaysWithinTheSite(t *testing.T) {
	for _, tc := range []struct{ site, filter, want string }{
		{"", " kind:page ", "kind:page"},
		{"jira", "", `site:"jira"`},
		{"jira", "a or b", `site:"jira" (a or b)`},
	} {
		s := state{site: tc.site, filter: tc.filter}
		if got := s.query(); got != tc.want {
			t.Errorf("got %q, want %q", got, tc.want)
		}
		if _, err := exchange.ParseFilter(s.query()); err != nil {
			t.Errorf("%q: %v", s.query(), err)
		}
	}
}

func TestFaultTextPointsToTheWord(t *testing.T) {
	got := faultText("größe status:x y", &exchange.FilterError{Offset: len("größe "), Message: "this is no status."})
	if want := "The filter is not applied. At character 7 (status:x): this is no status."; got != want {
		t.Errorf("got %q", got)
	}
	got = faultText("a or ", &exchange.FilterError{Offset: 5, Message: "a word is missing here"})
	if want := "The filter is not applied. At character 6: a word is missing here."; got != want {
		t.Errorf("got %q", got)
	}
}
