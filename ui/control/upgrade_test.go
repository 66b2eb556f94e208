package control

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// versioned installs an add-on without authentication on JIRA, whose descriptor is given further
// members by the function returned.
func versioned(t *testing.T, c client) (serve func(members string)) {
	t.Helper()
	var more atomic.Value
	more.Store(`"version":"1"`)
	var addon *httptest.Server
	addon = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"key":"com.example.versioned","baseUrl":%q,"authentication":{"type":"none"},%s}`, addon.URL, more.Load())
	}))
	t.Cleanup(addon.Close)
	status, got := c.call("POST", "/sites/jira/addons", fmt.Sprintf(`{"descriptorUrl":"%s"}`, addon.URL))
	if status != http.StatusCreated {
		t.Fatalf("install: %d %v", status, got)
	}
	return func(members string) { more.Store(members) }
}

func TestUpgradesOverTheAPI(t *testing.T) {
	c := start(t)
	serve := versioned(t, c)
	const addon = "/sites/jira/addons/com.example.versioned"
	update := func(effect string, waits bool) {
		t.Helper()
		status, got := c.call("POST", addon+"/update", "")
		if status != http.StatusOK || got["waits"] != waits || got["comparison"].(map[string]any)["effect"] != effect {
			t.Fatalf("update: %d %v", status, got)
		}
	}
	version := func() any {
		t.Helper()
		_, got := c.call("GET", "/sites", "")
		for _, s := range got["list"].([]any) {
			if s := s.(map[string]any); s["id"] == "jira" {
				return s["addons"].([]any)[0].(map[string]any)["version"]
			}
		}
		return nil
	}
	update("none", false)
	if status, _ := c.call("GET", addon+"/pending", ""); status != http.StatusNotFound {
		t.Errorf("nothing waits: %d", status)
	}
	for _, verb := range []string{"/pending/approve", "/pending/refuse"} {
		if status, got := c.call("POST", addon+verb, ""); status != http.StatusConflict {
			t.Errorf("%s of nothing: %d %v", verb, status, got)
		}
	}
	serve(`"version":"2","scopes":["WRITE"]`)
	update("minor", true)
	status, got := c.call("GET", addon+"/pending", "")
	if status != http.StatusOK || got["reason"] != "adds WRITE" || got["version"] != "2" || version() != "1" {
		t.Errorf("waits: %d %v; installed is %v", status, got, version())
	}
	if status, _ := c.call("POST", addon+"/pending/refuse", ""); status != http.StatusOK || version() != "1" {
		t.Errorf("refuse: %d, version %v", status, version())
	}
	update("minor", true)
	status, got = c.call("POST", addon+"/pending/approve", "")
	if status != http.StatusOK || version() != "2" || len(got["stages"].([]any)) == 0 {
		t.Errorf("approve: %d %v, version %v", status, got, version())
	}
	serve(`"version":"3","scopes":["WRITE"]`)
	update("micro", false)
	if version() != "3" {
		t.Errorf("version %v", version())
	}
	if status, _ := c.call("POST", "/sites/jira/addons/com.nobody/update", ""); status != http.StatusNotFound {
		t.Errorf("update of what is not installed: %d", status)
	}
}

func TestCompareOverTheAPI(t *testing.T) {
	c := start(t)
	status, got := c.call("POST", "/compare", `{"old":{"scopes":["READ"]},"new":"{\"scopes\":[\"READ\",\"ADMIN\"]}"}`)
	if status != http.StatusOK || got["effect"] != "minor" || fmt.Sprint(got["scopes"]) != "[ADMIN]" || len(got["changes"].([]any)) != 1 {
		t.Errorf("%d %v", status, got)
	}
	for _, body := range []string{`{}`, `{"old":{}}`, `{"old":{},"new":[]}`, `{"old":{},"new":"{"}`, `{"old":1,"new":{}}`} {
		if status, got := c.call("POST", "/compare", body); status != http.StatusBadRequest {
			t.Errorf("%s: %d %v", body, status, got)
		}
	}
}

func TestInstallFailuresOverTheAPI(t *testing.T) {
	c := start(t)
	_, got := c.call("GET", "/install-failures", "")
	list := got["list"].([]any)
	if len(list) < 25 {
		t.Fatalf("only %d failures", len(list))
	}
	for _, f := range list {
		f := f.(map[string]any)
		if f["key"] == "" || f["title"] == "" || f["stage"] == "" {
			t.Errorf("%v", f)
		}
	}
	key := "connect.install.error.remote.host.bad.response.503"
	ask := func(method, body string) int {
		return c.do(method, "/sites/jira/install-failure", body, "Bearer "+testToken, "").status
	}
	if got := ask("POST", `{"key":"`+key+`"}`); got != http.StatusNoContent {
		t.Fatalf("asked for: %d", got)
	}
	if answer := c.do("GET", "/sites", "", "Bearer "+testToken, ""); !strings.Contains(answer.body, `"installFailure":"`+key+`"`) {
		t.Errorf("the site does not show it: %s", answer.body)
	}
	status, got := c.call("POST", "/sites/jira/addons", "")
	if status != http.StatusUnprocessableEntity || got["type"] != "install:"+key || !strings.HasPrefix(got["detail"].(string), "Simulated") {
		t.Errorf("install: %d %v", status, got)
	}
	if got := ask("POST", `{"key":"`+key+`"}`) + ask("DELETE", ""); got != 2*http.StatusNoContent {
		t.Errorf("taken back: %d", got)
	}
	if status, got := c.call("POST", "/sites/jira/addons", ""); status != http.StatusCreated {
		t.Errorf("install: %d %v", status, got)
	}
	for _, body := range []string{``, `{"key":""}`, `{"key":"nonsense"}`} {
		if got := ask("POST", body); got != http.StatusBadRequest {
			t.Errorf("%s: %d", body, got)
		}
	}
}

func TestReinstallOnSaveOverTheAPI(t *testing.T) {
	c := start(t)
	if _, got := c.call("GET", "/reinstall-on-save", ""); got["on"] != false {
		t.Errorf("at first: %v", got)
	}
	if status, got := c.call("POST", "/reinstall-on-save", `{"on":true}`); status != http.StatusOK || got["on"] != true {
		t.Errorf("%d %v", status, got)
	}
	for _, body := range []string{``, `{"on":1}`} {
		if status, _ := c.call("POST", "/reinstall-on-save", body); status != http.StatusBadRequest {
			t.Errorf("%s: %d", body, status)
		}
	}
	if _, got := c.call("GET", "/reinstall-on-save", ""); got["on"] != true {
		t.Errorf("at last: %v", got)
	}
}
