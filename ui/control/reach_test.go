package control

import (
	"net/http"
	"testing"
)

func TestReachOverTheAPI(t *testing.T) {
	c := start(t)
	status, got := c.call("POST", "/descriptor/reach", "")
	if status != http.StatusOK || got["failed"] != 0.0 || got["ok"].(float64) == 0 {
		t.Fatalf("%d %v", status, got)
	}
	found := false
	for _, a := range got["addresses"].([]any) {
		a := a.(map[string]any)
		if a["pointer"] == "/lifecycle/installed" {
			found = a["state"] == "ok" && a["method"] == "OPTIONS" && a["line"] != nil && a["exchange"] != nil
		}
	}
	if !found {
		t.Errorf("no installed callback among %v", got["addresses"])
	}
	for _, body := range []string{`{"site":"nowhere"}`, `{"sites":"jira"}`, `{`} {
		if status, got := c.call("POST", "/descriptor/reach", body); status != http.StatusBadRequest {
			t.Errorf("%s: %d %v", body, status, got)
		}
	}
}
