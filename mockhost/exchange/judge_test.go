package exchange

import (
	"net/http"
	"testing"

	"connect-workbench/addon/connectjwt"
)

func TestJudge(t *testing.T) {
	problem := http.Header{"Content-Type": {"application/problem+json; charset=utf-8"}}
	for name, tc := range map[string]struct {
		r     Record
		ok    bool
		rule  connectjwt.RuleID
		cause string
	}{
		"200":       {r: Record{Status: 200}, ok: true},
		"204":       {r: Record{Status: 204}, ok: true},
		"302":       {r: Record{Status: 302}, rule: RuleStatus, cause: "the host does not follow redirects"},
		"404":       {r: Record{Status: 404}, rule: RuleStatus, cause: "the add-on has no route for this path and method"},
		"500":       {r: Record{Status: 500}, rule: RuleStatus, cause: "the add-on failed while handling the request"},
		"no answer": {r: Record{Error: "connection refused"}, rule: RuleNone, cause: "no program listens at this address"},
		"slow":      {r: Record{Error: "no answer within 10 s"}, rule: RuleNone, cause: "the add-on took the request but did not answer in time"},
		"partial":   {r: Record{Status: 200, Error: "answer larger than 10 MB"}, rule: RulePartial},
		"ACE after a restart": {
			r:    Record{Status: 401, ResponseBody: []byte("Could not find stored client data for 6f3b7f0e. Is this client registered?")},
			rule: RuleStatus, cause: "the add-on knows no secret of this site",
		},
		"ACE qsh": {
			r:    Record{Status: 401, ResponseBody: []byte(`{"message":"Auth failure: Query hash mismatch: Received: \"ab\" but calculated \"cd\"."}`)},
			rule: RuleStatus, cause: "the add-on computes another query string hash than the token has",
		},
		"ACE expired": {
			r:    Record{Status: 401, ResponseBody: []byte("Authentication request has expired. Try reloading the page.")},
			rule: RuleStatus, cause: "the add-on takes the token for expired",
		},
		"unknown text": {
			r:    Record{Status: 401, ResponseBody: []byte("go away")},
			rule: RuleStatus, cause: "the add-on does not accept the token or the request",
		},
		"own verdict": {
			r: Record{Status: 401, ResponseHeader: problem,
				ResponseBody: []byte(`{"title":"Unauthorized","status":401,"verdict":{"ok":false,"rule":"jwt.exp","summary":"expired","cause":"the clock is late"}}`)},
			rule: connectjwt.RuleExp, cause: "the clock is late",
		},
		"own verdict that says OK": {
			r:    Record{Status: 500, ResponseHeader: problem, ResponseBody: []byte(`{"verdict":{"ok":true}}`)},
			rule: RuleStatus, cause: "the add-on failed while handling the request",
		},
		"broken problem": {
			r:    Record{Status: 500, ResponseHeader: problem, ResponseBody: []byte(`{"verdict":`)},
			rule: RuleStatus, cause: "the add-on failed while handling the request",
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.r.Direction = ToAddon
			Judge(&tc.r)
			v := tc.r.Verdict
			if v.OK != tc.ok || v.Rule != tc.rule || v.Cause != tc.cause {
				t.Errorf("got %+v, want ok %v, rule %q, cause %q", v, tc.ok, tc.rule, tc.cause)
			}
		})
	}
}

func TestJudgeLeavesOtherVerdictsAlone(t *testing.T) {
	in := Record{Direction: ToHost, Status: 404}
	Judge(&in)
	if in.Verdict.Known() {
		t.Errorf("judged what an add-on asked: %+v", in.Verdict)
	}
	known := Record{Direction: ToAddon, Status: 200, Verdict: connectjwt.Verdict{Rule: connectjwt.RuleAud}}
	Judge(&known)
	if known.Verdict.Rule != connectjwt.RuleAud {
		t.Errorf("overwrote a verdict with %+v", known.Verdict)
	}
}
