package control

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// failing installs an add-on on JIRA that refuses every webhook with 503, and tells of each.
func failing(t *testing.T, c client) (hooked chan struct{}) {
	t.Helper()
	hooked = make(chan struct{}, 10_000)
	var addon *httptest.Server
	addon = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/atlassian-connect.json" {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"key":"com.example.failing","name":"Failing","baseUrl":%q,"authentication":{"type":"none"},
				"scopes":["READ"],"apiMigrations":{"signed-install":true},
				"modules":{"webhooks":[{"event":"jira:issue_created","url":"/hook"}]}}`, addon.URL)
			return
		}
		hooked <- struct{}{}
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(addon.Close)
	status, got := c.call("POST", "/sites/jira/addons", fmt.Sprintf(`{"descriptorUrl":"%s/atlassian-connect.json"}`, addon.URL))
	if status != http.StatusCreated {
		t.Fatalf("install: %d %v", status, got)
	}
	return hooked
}

func TestRetriesCanBeSeenSentAndDropped(t *testing.T) {
	c := start(t)
	failing(t, c)
	_, got := c.call("POST", "/sites/jira/events", `{"event":"jira:issue_created"}`)
	number := got["sent"].([]any)[0].(map[string]any)["retry"].(float64)
	path := "/sites/jira/retries/" + jsonNumber(number)
	attempt := func(want float64) {
		t.Helper()
		_, got := c.call("GET", "/sites/jira/retries", "")
		list := got["list"].([]any)
		if len(list) != 1 {
			t.Fatalf("pending %v", list)
		}
		r := list[0].(map[string]any)
		if r["number"] != number || r["attempt"] != want || r["due"] == nil || r["failure"] != "answered 503" || r["addonKey"] != "com.example.failing" {
			t.Errorf("retry %v", r)
		}
	}
	attempt(1)
	status, got := c.call("POST", path+"/send", "")
	if status != http.StatusOK || got["status"].(float64) != 503 || got["retry"] != number {
		t.Errorf("send: %d %v", status, got)
	}
	attempt(2)
	if status, _ := c.call("POST", "/sites/jira/addons/com.example.failing/disable", ""); status != http.StatusOK {
		t.Errorf("disable: %d", status)
	}
	if status, got := c.call("POST", path+"/send", ""); status != http.StatusConflict || got["advice"] == nil {
		t.Errorf("send to a disabled add-on: %d %v", status, got)
	}
	if got := c.do("DELETE", path, "", "Bearer "+testToken, ""); got.status != http.StatusNoContent {
		t.Errorf("drop: %d %s", got.status, got.body)
	}
	if status, _ := c.call("DELETE", path, ""); status != http.StatusNotFound {
		t.Errorf("drop twice: %d", status)
	}
	if status, _ := c.call("DELETE", "/sites/jira/retries/x", ""); status != http.StatusBadRequest {
		t.Errorf("not a number: %d", status)
	}
	if got := c.do("GET", "/sites/jira/retries", "", "Bearer "+testToken, ""); strings.TrimSpace(got.body) != "[]" {
		t.Errorf("afterwards: %s", got.body)
	}
}

func TestBurstOverTheAPI(t *testing.T) {
	c := start(t)
	hooked := failing(t, c)
	status, got := c.call("POST", "/sites/jira/bursts", `{"event":"jira:issue_created","events":20,"perSecond":1000}`)
	if status != http.StatusOK || got["raised"] != 20.0 || got["sent"] != 20.0 || got["refused"] != 20.0 || got["cause"] == "" {
		t.Errorf("%d %v", status, got)
	}
	for _, body := range []string{`{}`, `{"event":"jira:issue_created"}`, `{"event":"jira:issue_created","events":1,"perSecond":5000}`} {
		if status, got := c.call("POST", "/sites/jira/bursts", body); status != http.StatusBadRequest {
			t.Errorf("%s: %d %v", body, status, got)
		}
	}

	// At one event in a second this burst would last for hours; closing the request ends it, and with
	// it the test: Close waits for what is under way.
	for len(hooked) > 0 {
		<-hooked
	}
	ctx, cancel := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, "POST", c.server.URL()+"/sites/jira/bursts",
		strings.NewReader(`{"event":"jira:issue_created","events":10000,"perSecond":1}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+testToken)
	go func() {
		<-hooked
		cancel()
	}()
	if answer, err := http.DefaultClient.Do(request); err == nil {
		answer.Body.Close()
		t.Errorf("answered %s before it was over", answer.Status)
	}
}
