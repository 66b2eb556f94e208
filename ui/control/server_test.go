package control

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"connect-workbench/ui/workbench"
)

const testToken = "token-of-the-test"

// client asks a control API of a fresh sample project.
type client struct {
	t      *testing.T
	server *Server
}

func start(t *testing.T) client {
	t.Helper()
	w, err := workbench.Open(t.Context(), workbench.Params{ProjectDir: filepath.Join(t.TempDir(), "project"), AnyPort: true, Logf: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Start(t.Context(), w, testToken, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := w.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return client{t, s}
}

// call gives the status and the decoded answer.
func (c client) call(method, path, body string) (int, map[string]any) {
	c.t.Helper()
	answer := c.do(method, path, body, "Bearer "+testToken, "")
	var v any
	if err := json.Unmarshal([]byte(answer.body), &v); err != nil {
		c.t.Fatalf("%s %s: %v\n%s", method, path, err, answer.body)
	}
	if list, ok := v.([]any); ok {
		return answer.status, map[string]any{"list": list}
	}
	return answer.status, v.(map[string]any)
}

type reply struct {
	status      int
	contentType string
	body        string
}

func (c client) do(method, path, body, authorization, host string) reply {
	c.t.Helper()
	request, err := http.NewRequest(method, c.server.URL()+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Authorization", authorization)
	if host != "" {
		request.Host = host
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header.Get("Content-Type"), string(data)}
}

func TestGuard(t *testing.T) {
	c := start(t)
	for _, tc := range []struct {
		name, authorization, host string
		want                      int
	}{
		{"with the token", "Bearer " + testToken, "", http.StatusOK},
		{"without", "", "", http.StatusUnauthorized},
		{"another token", "Bearer nonsense", "", http.StatusUnauthorized},
		{"another scheme", "Basic " + testToken, "", http.StatusUnauthorized},
		{"a web page's own name", "Bearer " + testToken, "evil.example.test", http.StatusMisdirectedRequest},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := c.do("GET", "/sites", "", tc.authorization, tc.host)
			if got.status != tc.want {
				t.Errorf("%d %s", got.status, got.body)
			}
			if got.status != http.StatusOK && got.contentType != "application/problem+json" {
				t.Errorf("refused with content type %s", got.contentType)
			}
		})
	}
}

func TestLifecycle(t *testing.T) {
	c := start(t)
	key := "com.example.first-addon"
	status, got := c.call("POST", "/sites/jira/addons", "")
	if status != http.StatusCreated {
		t.Fatalf("install: %d %v", status, got)
	}
	if addons := got["site"].(map[string]any)["addons"].([]any); len(addons) != 1 || addons[0].(map[string]any)["state"] != "enabled" {
		t.Errorf("addons %v", addons)
	}
	if stages := got["stages"].([]any); len(stages) < 4 {
		t.Errorf("stages %v", stages)
	}
	for _, step := range []struct{ method, path, state string }{
		{"POST", "/disable", "disabled"},
		{"POST", "/enable", "enabled"},
		{"DELETE", "", "uninstalled"},
	} {
		status, got := c.call(step.method, "/sites/jira/addons/"+key+step.path, "")
		if status != http.StatusOK {
			t.Fatalf("%s%s: %d %v", step.method, step.path, status, got)
		}
		if addons := got["site"].(map[string]any)["addons"].([]any); addons[0].(map[string]any)["state"] != step.state {
			t.Errorf("after %s%s: %v", step.method, step.path, addons)
		}
	}
}

func TestEmptyListsAreLists(t *testing.T) {
	c := start(t)
	if got := c.do("GET", "/sites", "", "Bearer "+testToken, ""); strings.Count(got.body, `"addons":[]`) != 2 {
		t.Errorf("sites without add-ons: %s", got.body)
	}
	if status, got := c.call("POST", "/sites/jira/addons", ""); status != http.StatusCreated {
		t.Fatalf("install: %d %v", status, got)
	}
	if got := c.do("GET", "/sites/jira/pages", "", "Bearer "+testToken, ""); strings.Contains(got.body, "null") {
		t.Errorf("pages: %s", got.body)
	}
}

func TestWhatIsUninstalledIsNotThere(t *testing.T) {
	c := start(t)
	path := "/sites/jira/addons/com.example.first-addon"
	for _, step := range []struct {
		method, path string
		want         int
	}{
		{"POST", "/sites/jira/addons", http.StatusCreated},
		{"DELETE", path, http.StatusOK},
		{"DELETE", path, http.StatusNotFound},
		{"POST", path + "/enable", http.StatusNotFound},
	} {
		if status, got := c.call(step.method, step.path, ""); status != step.want {
			t.Errorf("%s %s: %d %v, want %d", step.method, step.path, status, got, step.want)
		}
	}
}

func TestWrongMethodNamesTheRightOnes(t *testing.T) {
	c := start(t)
	request, err := http.NewRequest("DELETE", c.server.URL()+"/sites/jira/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+testToken)
	got, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	got.Body.Close()
	if got.StatusCode != http.StatusMethodNotAllowed || got.Header.Get("Allow") != "GET, POST" {
		t.Errorf("%d, Allow %q", got.StatusCode, got.Header.Get("Allow"))
	}
}

func TestTooLargeARequest(t *testing.T) {
	c := start(t)
	got := c.do("POST", "/sites/jira/events", `{"event":"`+strings.Repeat("x", maxBody)+`"}`, "Bearer "+testToken, "")
	if got.status != http.StatusRequestEntityTooLarge || got.contentType != "application/problem+json" {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestRefusedInstallIsAProblem(t *testing.T) {
	c := start(t)
	status, got := c.call("POST", "/sites/jira/addons", `{"descriptorUrl":"http://127.0.0.1:1/atlassian-connect.json"}`)
	if status != http.StatusUnprocessableEntity || !strings.HasPrefix(got["type"].(string), "install:connect.") {
		t.Errorf("%d %v", status, got)
	}
	for _, member := range []string{"title", "detail", "stages", "exchange"} {
		if got[member] == nil {
			t.Errorf("the problem has no %s: %v", member, got)
		}
	}
}

func TestEventsPagesExchanges(t *testing.T) {
	c := start(t)
	if status, got := c.call("POST", "/sites/jira/addons", "{}"); status != http.StatusCreated {
		t.Fatalf("install: %d %v", status, got)
	}
	status, got := c.call("POST", "/sites/jira/events", `{"event":"jira:issue_created","body":{"webhookEvent":"jira:issue_created","mine":true}}`)
	if status != http.StatusOK || len(got["sent"].([]any)) != 1 {
		t.Fatalf("fire: %d %v", status, got)
	}
	id := got["sent"].([]any)[0].(map[string]any)["exchange"].(float64)
	status, got = c.call("GET", "/exchanges/"+jsonNumber(id), "")
	if status != http.StatusOK || got["request"].(map[string]any)["body"] != `{"webhookEvent":"jira:issue_created","mine":true}` {
		t.Errorf("exchange: %d %v", status, got)
	}
	status, got = c.call("POST", "/sites/jira/events", `{"event":"jira:issue_deleted"}`)
	if status != http.StatusOK || len(got["sent"].([]any)) != 0 || got["reason"] == nil {
		t.Errorf("an event nobody asks for: %d %v", status, got)
	}

	_, pages := c.call("GET", "/sites/jira/pages", "")
	page := pages["list"].([]any)[0].(map[string]any)
	body, err := json.Marshal(map[string]any{"addonKey": page["addonKey"], "moduleKey": page["moduleKey"]})
	if err != nil {
		t.Fatal(err)
	}
	status, got = c.call("POST", "/sites/jira/pages", string(body))
	if status != http.StatusOK {
		t.Fatalf("page: %d %v", status, got)
	}
	for _, member := range []string{"url", "contextToken", "hostPageUrl"} {
		if text, _ := got[member].(string); text == "" {
			t.Errorf("the page has no %s: %v", member, got)
		}
	}

	status, got = c.call("GET", "/exchanges?filter=kind:webhook&limit=1", "")
	if status != http.StatusOK || len(got["exchanges"].([]any)) != 1 || got["matching"].(float64) != 1 {
		t.Errorf("exchanges: %d %v", status, got)
	}
}

func jsonNumber(f float64) string {
	data, _ := json.Marshal(int64(f))
	return string(data)
}

func TestBadRequests(t *testing.T) {
	c := start(t)
	for _, tc := range []struct {
		method, path, body string
		want               int
	}{
		{"GET", "/nothing", "", http.StatusNotFound},
		{"GET", "/exchanges/999999", "", http.StatusNotFound},
		{"GET", "/exchanges/abc", "", http.StatusBadRequest},
		{"GET", "/exchanges?limit=0", "", http.StatusBadRequest},
		{"GET", "/exchanges?filter=status:nonsense", "", http.StatusBadRequest},
		{"POST", "/sites/none/addons", "{}", http.StatusNotFound},
		{"POST", "/sites/jira/addons", "{", http.StatusBadRequest},
		{"DELETE", "/sites/jira/addons/none", "", http.StatusNotFound},
		{"POST", "/sites/jira/events", "{}", http.StatusBadRequest},
		{"POST", "/sites/jira/events", `{"event":"no_such_event"}`, http.StatusBadRequest},
		{"POST", "/sites/jira/pages", `{"addonKey":"none","moduleKey":"none"}`, http.StatusBadRequest},
		{"POST", "/sites/jira/pages", `{}`, http.StatusBadRequest},
		{"POST", "/sites/jira/addons", `[]`, http.StatusBadRequest},
		{"POST", "/sites/jira/addons", `{} {}`, http.StatusBadRequest},
		{"POST", "/sites/jira/addons", `{"descriptorUrl":5}`, http.StatusBadRequest},
		{"POST", "/sites/jira/addons", `{"url":"http://localhost:3000"}`, http.StatusBadRequest}, // else the project's own would be installed
		{"PUT", "/sites", "", http.StatusMethodNotAllowed},
		{"POST", "/exchanges/1", "", http.StatusMethodNotAllowed},
	} {
		t.Run(tc.method+" "+tc.path+" "+tc.body, func(t *testing.T) {
			got := c.do(tc.method, tc.path, tc.body, "Bearer "+testToken, "")
			var p problem
			if err := json.Unmarshal([]byte(got.body), &p); err != nil || got.status != tc.want || p.Title == "" || p.Status != tc.want {
				t.Errorf("%d %s (%v), want %d", got.status, got.body, err, tc.want)
			}
			if strings.Contains(got.body, "Go ") || strings.Contains(got.body, "struct") {
				t.Errorf("the answer speaks of the program's own types: %s", got.body)
			}
		})
	}
}
