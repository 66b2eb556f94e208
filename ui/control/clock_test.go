package control

import (
	"net/http"
	"testing"
)

func TestTheClockCanBeMoved(t *testing.T) {
	c := start(t)
	status, got := c.call("GET", "/clock", "")
	if status != http.StatusOK || got["aheadSeconds"] != 0.0 || got["now"] == "" {
		t.Errorf("%d %v", status, got)
	}
	if status, got := c.call("POST", "/clock", `{"advance":"1h30m"}`); status != http.StatusOK || got["aheadSeconds"] != 5400.0 {
		t.Errorf("advance: %d %v", status, got)
	}
	if status, got := c.call("POST", "/clock", `{"advance":"1m"}`); status != http.StatusOK || got["aheadSeconds"] != 5460.0 {
		t.Errorf("again: %d %v", status, got)
	}
	if status, got := c.call("POST", "/clock", `{"reset":true}`); status != http.StatusOK || got["aheadSeconds"] != 0.0 {
		t.Errorf("reset: %d %v", status, got)
	}
	for _, body := range []string{`{}`, `{"advance":"1h","reset":true}`, `{"advance":"soon"}`, `{"advance":"-1h"}`, `{"advance":"0s"}`,
		`{"advance":"9000h"}`, `{"advance":"9999999h"}`, `{"advance":1}`, `{"reset":false}`, `[]`} {
		if status, got := c.call("POST", "/clock", body); status != http.StatusBadRequest || got["detail"] == "" {
			t.Errorf("%s: %d %v", body, status, got)
		}
	}
	if status, _ := c.call("DELETE", "/clock", ""); status != http.StatusMethodNotAllowed {
		t.Errorf("delete: %d", status)
	}
}

// A day of retries passes within the request, and the add-on hears each of them.
func TestMovingTheClockSendsWhatFallsDue(t *testing.T) {
	c := start(t)
	hooked := failing(t, c)
	if status, got := c.call("POST", "/sites/jira/events", `{"event":"jira:issue_created"}`); status != http.StatusOK {
		t.Fatalf("%d %v", status, got)
	}
	if status, got := c.call("POST", "/clock", `{"advance":"24h"}`); status != http.StatusOK {
		t.Fatalf("%d %v", status, got)
	}
	_, got := c.call("GET", "/sites/jira/retries", "")
	list := got["list"].([]any)
	if len(list) != 1 || list[0].(map[string]any)["ended"] == nil {
		t.Errorf("afterwards %v", list)
	}
	if attempts := len(hooked); attempts < 3 || attempts > 6 { // after half an hour of failures each event gets one
		t.Errorf("%d attempts", attempts)
	}
	if _, got := c.call("GET", "/exchanges?filter=kind:webhook", ""); len(got["exchanges"].([]any)) != len(hooked) {
		t.Errorf("%d exchanges of %d attempts", len(got["exchanges"].([]any)), len(hooked))
	}
}

func TestEventsSayWhatIsKnownOfThemAndCarryATrace(t *testing.T) {
	c := start(t)
	_, got := c.call("GET", "/sites/jira/events", "")
	marks := map[string]map[string]any{}
	for _, e := range got["list"].([]any) {
		e := e.(map[string]any)
		marks[e["event"].(string)] = e
	}
	if e := marks["jira:issue_created"]; e["noSample"] != nil || e["unconfirmed"] != nil || e["legacy"] != nil || e["filterable"] != true {
		t.Errorf("%v", e)
	}
	if marks["app_access_to_objects_blocked"]["noSample"] != true || marks["issue_property_set"]["unconfirmed"] != true ||
		marks["version_created"]["legacy"] != true {
		t.Errorf("%v", marks)
	}
	if status, got := c.call("POST", "/sites/jira/events", `{"event":"app_access_to_objects_blocked"}`); status != http.StatusBadRequest {
		t.Errorf("without a body: %d %v", status, got)
	}
	if status, got := c.call("POST", "/sites/jira/events", `{"event":"app_access_to_objects_blocked","body":{"a":1}}`); status != http.StatusOK {
		t.Errorf("with one of my own: %d %v", status, got)
	}
	if status, got := c.call("POST", "/sites/jira/events", `{"event":"jira:issue_created","trace":"build 1"}`); status != http.StatusOK {
		t.Errorf("with a trace: %d %v", status, got)
	}
	for _, bad := range []string{`{"event":"jira:issue_created","trace":"ä"}`, `{"event":"jira:issue_created","trace":7}`} {
		if status, got := c.call("POST", "/sites/jira/events", bad); status != http.StatusBadRequest {
			t.Errorf("%s: %d %v", bad, status, got)
		}
	}
}
