package control

import (
	"net/http"
	"testing"
)

func TestCheckRulesOverTheControlAPI(t *testing.T) {
	c := start(t)
	if status, got := c.call(http.MethodPut, "/check-rules", `{"product":"jira","era":"cloud-2016"}`); status != http.StatusOK || got["product"] != "jira" {
		t.Errorf("%d %v", status, got)
	}
	for _, body := range []string{`{"product":"bitbucket"}`, `{"era":"cloud-2014"}`, `{"prodct":"jira"}`} {
		if status, got := c.call(http.MethodPut, "/check-rules", body); status != http.StatusBadRequest {
			t.Errorf("%s: %d %v", body, status, got)
		}
	}
	if _, got := c.call(http.MethodGet, "/check-rules", ""); got["product"] != "jira" || got["era"] != "cloud-2016" {
		t.Errorf("afterwards %v", got)
	}
}
