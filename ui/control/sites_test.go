package control

import (
	"net/http"
	"strings"
	"testing"
)

func TestSitesOverTheControlAPI(t *testing.T) {
	c := start(t)
	status, added := c.call(http.MethodPost, "/sites", `{"product":"jira","title":"Globex","era":"cloud-2016",
		"users":[{"displayName":"Gil","email":"gil@globex.example","admin":true}]}`)
	if status != http.StatusCreated || added["id"] != "globex" {
		t.Fatalf("added: %d %v", status, added)
	}
	settings := added["settings"].(map[string]any)
	users := settings["users"].([]any)
	if len(users) != 1 || users[0].(map[string]any)["accountId"] == "" || settings["era"] != "cloud-2016" {
		t.Errorf("settings %v", settings)
	}
	status, changed := c.call(http.MethodPatch, "/sites/globex", `{"title":"Globex renamed","licence":"none"}`)
	if status != http.StatusOK || changed["title"] != "Globex renamed" || changed["clientKey"] != added["clientKey"] {
		t.Errorf("changed: %d %v", status, changed)
	}
	status, cloned := c.call(http.MethodPost, "/sites/globex/clone", `{"title":"Initech"}`)
	if status != http.StatusCreated || cloned["id"] != "initech" || cloned["clientKey"] == added["clientKey"] {
		t.Errorf("cloned: %d %v", status, cloned)
	}
	if status, reset := c.call(http.MethodPost, "/sites/initech/reset", ""); status != http.StatusOK || len(reset["addons"].([]any)) != 0 {
		t.Errorf("reset: %d %v", status, reset)
	}
	if answer := c.do(http.MethodDelete, "/sites/initech", "", "Bearer "+testToken, ""); answer.status != http.StatusNoContent {
		t.Errorf("removed: %d %s", answer.status, answer.body)
	}
	if _, sites := c.call(http.MethodGet, "/sites", ""); len(sites["list"].([]any)) != 3 {
		t.Errorf("sites afterwards: %v", sites)
	}
}

func TestSiteRequestsThatCannotBe(t *testing.T) {
	c := start(t)
	for _, tc := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{http.MethodPost, "/sites", `{}`, http.StatusBadRequest, "product"},
		{http.MethodPost, "/sites", `{"product":"bitbucket"}`, http.StatusBadRequest, "product"},
		{http.MethodPost, "/sites", `{"product":"jira","id":"jira"}`, http.StatusBadRequest, "twice"},
		{http.MethodPost, "/sites", `{"product":"jira","prot":1}`, http.StatusBadRequest, "prot"},
		{http.MethodPatch, "/sites/jira", `{"id":"other"}`, http.StatusBadRequest, "cannot be changed"},
		{http.MethodPatch, "/sites/jira", `{"product":"confluence"}`, http.StatusBadRequest, "keeps its product"},
		{http.MethodPatch, "/sites/jira", `{"contextPath":"jira"}`, http.StatusBadRequest, "contextPath"},
		{http.MethodPatch, "/sites/jira", `{"licence":"gold"}`, http.StatusBadRequest, "licence"},
		{http.MethodDelete, "/sites/nowhere", ``, http.StatusNotFound, "nowhere"},
		{http.MethodPost, "/sites/nowhere/clone", ``, http.StatusNotFound, "nowhere"},
		{http.MethodPut, "/sites/jira", `{}`, http.StatusMethodNotAllowed, "PATCH"},
	} {
		status, answer := c.call(tc.method, tc.path, tc.body)
		if detail, _ := answer["detail"].(string); status != tc.status || !strings.Contains(detail, tc.says) {
			t.Errorf("%s %s %s: %d %v", tc.method, tc.path, tc.body, status, answer)
		}
	}
}
