package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

const clientKeeper = "com.example.client-under-test"

// keeper is an add-on that does nothing but keep the shared secret it is given, for a client to use.
type keeper struct {
	server *httptest.Server
	secret string // of the last installed callback; written before it is answered
}

func newKeeper(t *testing.T, scopes ...string) *keeper {
	t.Helper()
	k := &keeper{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /atlassian-connect.json", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{ // the host has gone: the install fails
			"key": clientKeeper, "name": "Client", "baseUrl": k.server.URL, "apiVersion": 1, "scopes": scopes,
			"authentication": map[string]string{"type": "jwt"}, "lifecycle": map[string]string{"installed": "/installed"},
			"apiMigrations": map[string]bool{"signed-install": true},
		})
	})
	mux.HandleFunc("POST /installed", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ SharedSecret string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		k.secret = body.SharedSecret
		w.WriteHeader(http.StatusNoContent)
	})
	k.server = httptest.NewServer(mux)
	t.Cleanup(k.server.Close)
	return k
}

// install installs the keeper on a site of a new project.
func (k *keeper) install(t *testing.T, product site.Product) (*workbench.Workbench, workbench.SiteState) {
	t.Helper()
	w, s := openWorkbench(t)
	for _, one := range w.Sites() {
		if one.Product == product {
			s = one
		}
	}
	k.installOn(t, w, s.ID)
	return w, s
}

func (k *keeper) installOn(t *testing.T, w *workbench.Workbench, siteID string) {
	t.Helper()
	if err := w.Install(t.Context(), siteID, k.server.URL+"/atlassian-connect.json", nil); err != nil {
		t.Fatal(err)
	}
}

// restClient is an npm library with the configuration it is made with.
type restClient struct {
	Library string         `json:"library"`
	Config  map[string]any `json:"config"`
	Below   string         `json:"below,omitempty"`
	Calls   []clientCall   `json:"calls"`
}

type clientCall struct {
	API        string `json:"api"`
	Method     string `json:"method"`
	Parameters any    `json:"parameters,omitempty"`
}

// clientAnswer is what the library made of an answer.
type clientAnswer struct {
	Body    json.RawMessage
	Status  int // of an error
	Failure json.RawMessage
	Text    string
}

func jiraClient(host, issuer, secret string) restClient {
	return restClient{Library: "jira.js", Config: map[string]any{
		"host": host, "noCheckAtlassianToken": true, "authentication": map[string]any{"jwt": map[string]any{"issuer": issuer, "secret": secret}},
	}}
}

func confluenceClient(host, issuer, secret string) restClient {
	c := jiraClient(host, issuer, secret)
	c.Library = "confluence.js"
	return c
}

// call runs the library with some calls, one after the other.
func (c restClient) call(t *testing.T, calls ...clientCall) []clientAnswer {
	t.Helper()
	if _, err := os.Stat("clients/node_modules"); err != nil {
		t.Skip("e2e/clients/node_modules is not there: run make test, or npm ci in e2e/clients")
	}
	c.Calls = calls
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "node", "call.js")
	command.Dir = "clients"
	command.Env = append(os.Environ(), "CLIENT_CALLS="+string(text))
	out, err := command.Output()
	if err != nil {
		var log []byte
		if exit, ok := err.(*exec.ExitError); ok {
			log = exit.Stderr
		}
		t.Fatalf("run %s: %v\n%s", c.Library, err, log)
	}
	var answers []clientAnswer
	for line := range strings.Lines(string(out)) {
		var a clientAnswer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("%s printed %q: %v", c.Library, line, err)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(calls) {
		t.Fatalf("%d answers to %d calls:\n%s", len(answers), len(calls), out)
	}
	return answers
}

// story is a call with what the library has to make of the answer: a part of the body, or the status of
// an error.
type story struct {
	clientCall
	want   string
	status int
}

func (c restClient) tell(t *testing.T, stories []story) {
	t.Helper()
	calls := make([]clientCall, len(stories))
	for i, s := range stories {
		calls[i] = s.clientCall
	}
	for i, a := range c.call(t, calls...) {
		s, got := stories[i], string(a.Body)
		if s.status != 0 {
			got = string(a.Failure)
		}
		if a.Status != s.status || !strings.Contains(got, s.want) {
			t.Errorf("%s.%s: %s%s (status %d, %s)\nwant %s (status %d)", s.API, s.Method, a.Body, a.Failure, a.Status, a.Text, s.want, s.status)
		}
	}
}

// lastVerdict is the verdict on the last REST call.
func lastVerdict(t *testing.T, w *workbench.Workbench) (status int, rule, cause string) {
	t.Helper()
	rows, err := w.ExchangeRows(t.Context(), "kind:rest", 0, 0, 1)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%v, %d rows", err, len(rows))
	}
	r, err := w.Exchange(t.Context(), rows[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return r.Status, string(r.Verdict.Rule), r.Verdict.Cause
}

// jira.js signs with the secret of the installation and takes our JIRA site for the real one.
func TestJiraJS(t *testing.T) {
	k := newKeeper(t, "DELETE")
	w, jira := k.install(t, site.Jira)
	milo := jira.Users[1].AccountID
	type m = map[string]any
	property := m{"issueIdOrKey": "DEMO-1", "propertyKey": "a key with blanks", "propertyValue": m{"n": 1}}
	own := m{"addonKey": clientKeeper, "propertyKey": "settings", "propertyValue": m{"theme": "dark"}}
	jiraClient(jira.BaseURL, clientKeeper, k.secret).tell(t, []story{
		{clientCall{"myself", "getCurrentUser", m{"expand": "groups,applicationRoles"}}, `"accountType":"app"`, 0},
		{clientCall{"serverInfo", "getServerInfo", nil}, `"deploymentType":"Cloud"`, 0},
		{clientCall{"users", "getUser", m{"accountId": milo}}, `"displayName":"Milo Okafor"`, 0},
		{clientCall{"users", "getUser", m{"accountId": "nobody"}}, `errorMessages`, 404},
		{clientCall{"userSearch", "findUsers", m{"query": "milo okafor"}}, milo, 0},
		{clientCall{"users", "getUserGroups", m{"accountId": milo}}, `"name":"jira-software-users"`, 0},
		{clientCall{"groups", "findGroups", m{"query": "users"}}, `"total":1`, 0},
		{clientCall{"permissions", "getMyPermissions", m{"permissions": "EDIT_ISSUES,BROWSE_PROJECTS", "projectKey": "DEMO"}}, `"havePermission":true`, 0},
		{clientCall{"permissions", "getBulkPermissions", m{"accountId": milo, "globalPermissions": []string{"ADMINISTER"},
			"projectPermissions": []m{{"permissions": []string{"EDIT_ISSUES"}, "issues": []int{10001}, "projects": []int{}}}}},
			`"projectPermissions":[{"permission":"EDIT_ISSUES","issues":[10001],"projects":[]}]`, 0},
		{clientCall{"issueProperties", "setIssueProperty", property}, ``, 0},
		{clientCall{"issueProperties", "getIssueProperty", property}, `"value":{"n":1}`, 0},
		{clientCall{"issueProperties", "getIssuePropertyKeys", property}, `/rest/api/3/issue/10001/properties/a%20key%20with%20blanks`, 0},
		{clientCall{"issueProperties", "deleteIssueProperty", property}, ``, 0},
		{clientCall{"issueProperties", "getIssueProperty", property}, `errorMessages`, 404},
		{clientCall{"userProperties", "setUserProperty", m{"accountId": milo, "propertyKey": "k", "propertyValue": []int{1}}}, ``, 0},
		{clientCall{"projectProperties", "getProjectPropertyKeys", m{"projectIdOrKey": "DEMO"}}, `{"keys":[]}`, 0},
		{clientCall{"projectProperties", "setProjectProperty", m{"projectIdOrKey": "DEMO", "propertyKey": "k", "propertyValue": m{}}}, `permission to edit this project`, 403},
		{clientCall{"appProperties", "putAddonProperty", own}, `"statusCode":201`, 0},
		{clientCall{"appProperties", "getAddonProperty", own}, `"value":{"theme":"dark"}`, 0},
		{clientCall{"appProperties", "getAddonProperties", own}, `"keys":[{"self":`, 0},
		{clientCall{"appProperties", "deleteAddonProperty", own}, ``, 0},
		{clientCall{"issueSearch", "searchForIssuesUsingJql", m{"jql": "project = DEMO AND text ~ \"a+b\""}}, `not simulated`, 501},
	})
	if n, _, err := w.ExchangeCount(t.Context(), "kind:rest status:401"); err != nil || n != 0 {
		t.Errorf("%d tokens were refused (%v)", n, err)
	}
}

// What the client signs is refused as soon as one thing is wrong between it and the host: that it is let
// in above means something. Every refusal is told by its name.
func TestJiraJSIsRefused(t *testing.T) {
	k := newKeeper(t, "READ")
	w, jira := k.install(t, site.Jira)
	first := k.secret
	k.installOn(t, w, jira.ID) // a new secret, which a client that did not look does not know
	behind := proxy(t, jira.BaseURL, func(u *url.URL) { u.RawQuery += "&added=1" })
	moved := proxy(t, jira.BaseURL, func(u *url.URL) { u.Path = strings.TrimPrefix(u.Path, "/jira") })
	for _, tc := range []struct {
		name                 string
		host, issuer, secret string
		rule, cause          string
	}{
		{"secret of before", jira.BaseURL, clientKeeper, first, "jwt.signature", "signed with the shared secret of an earlier installation (in force until "},
		{"another secret", jira.BaseURL, clientKeeper, k.secret[1:] + "x", "jwt.signature", "the key is another one, or the token was changed after signing"},
		{"another key", jira.BaseURL, "com.example.other", k.secret, "jwt.tenant", "no add-on with this key was ever installed here"},
		{"the clientKey", jira.BaseURL, jira.ClientKey, k.secret, "jwt.tenant", "iss of a call to the host is the add-on key, not the clientKey"},
		{"a parameter added on the way", behind, clientKeeper, k.secret, "jwt.qsh", "the parameter added was not signed"},
		{"a path changed on the way", moved + "/jira", clientKeeper, k.secret, "jwt.qsh", "another request"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			jiraClient(tc.host, tc.issuer, tc.secret).tell(t, []story{{clientCall{"myself", "getCurrentUser", map[string]any{"expand": "groups"}}, `errorMessages`, 401}})
			if status, rule, cause := lastVerdict(t, w); status != 401 || rule != tc.rule || !strings.Contains(cause, tc.cause) {
				t.Errorf("%d %s: %s", status, rule, cause)
			}
		})
	}
	jiraClient(jira.BaseURL, clientKeeper, k.secret).tell(t, []story{
		{clientCall{"myself", "getCurrentUser", nil}, `"accountType":"app"`, 0},
		{clientCall{"issueProperties", "setIssueProperty", map[string]any{"issueIdOrKey": "DEMO-1", "propertyKey": "k", "propertyValue": []int{}}}, `not in an authorized API scope`, 403},
	})
}

// proxy hands requests on to a host with their address changed, as tunnels do.
func proxy(t *testing.T, to string, change func(*url.URL)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		address := *r.URL
		change(&address)
		req, err := http.NewRequestWithContext(r.Context(), r.Method, to+address.RequestURI(), r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		req.Header = r.Header.Clone()
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer res.Body.Close()
		w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
		w.WriteHeader(res.StatusCode)
		_, _ = io.Copy(w, res.Body) // the client has gone
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// confluence.js signs with the secret of the installation and takes our Confluence site for the real one,
// once it is kept from signing the context path.
func TestConfluenceJS(t *testing.T) {
	k := newKeeper(t, "DELETE")
	w, confluence := k.install(t, site.Confluence)
	c := confluenceClient(strings.TrimSuffix(confluence.BaseURL, "/wiki"), clientKeeper, k.secret)
	c.Config["apiPrefix"], c.Below = "/rest/", "/wiki"
	rafael := confluence.Users[1].AccountID
	type m = map[string]any
	at := func(version int) m {
		return m{"id": "98310", "key": "k", "value": m{"n": version}, "version": m{"number": version}}
	}
	c.tell(t, []story{
		{clientCall{"users", "getCurrentUser", m{"expand": []string{"operations"}}}, `"accountType":"app"`, 0},
		{clientCall{"users", "getUser", m{"accountId": rafael}}, `"displayName":"Rafael Duarte"`, 0},
		{clientCall{"users", "getUser", m{"accountId": "nobody"}}, `"successful":false`, 404},
		{clientCall{"contentPermissions", "checkContentPermission", m{"id": "98310", "subject": m{"type": "user", "identifier": rafael}, "operation": "update"}}, `"hasPermission":true`, 0},
		{clientCall{"contentProperties", "createContentProperty", at(1)}, `"number":1`, 0},
		{clientCall{"contentProperties", "updateContentProperty", at(2)}, `"number":2`, 0},
		{clientCall{"contentProperties", "updateContentProperty", at(2)}, `Version must be incremented`, 409},
		{clientCall{"contentProperties", "getContentProperty", m{"id": "98310", "key": "k", "expand": []string{"content", "version"}}}, `"value":{"n":2},"version":{"number":2`, 0},
		{clientCall{"contentProperties", "getContentProperties", m{"id": "98310", "key": []string{"k"}, "limit": 5}}, `"size":1`, 0},
		{clientCall{"contentProperties", "getContentProperties", m{"id": "98310", "key": []string{"other"}}}, `"size":0`, 0},
		{clientCall{"contentProperties", "deleteContentProperty", at(2)}, ``, 0},
		{clientCall{"contentProperties", "getContentProperty", at(2)}, `"statusCode":404`, 404},
	})
	if n, _, err := w.ExchangeCount(t.Context(), "kind:rest status:401"); err != nil || n != 0 {
		t.Errorf("%d tokens were refused (%v)", n, err)
	}
}

// As it comes, confluence.js signs the path with /wiki in front, which a site refuses by name. So it
// does everything else that is wrong.
func TestConfluenceJSIsRefused(t *testing.T) {
	k := newKeeper(t, "READ")
	w, confluence := k.install(t, site.Confluence)
	origin := strings.TrimSuffix(confluence.BaseURL, "/wiki")
	for _, tc := range []struct {
		name, issuer, secret, below, prefix string
		status                              int
		rule, cause                         string
	}{
		{"as it comes", clientKeeper, k.secret, "", "/wiki/rest/", 401, "jwt.qsh", "the context path was left in"},
		{"without the context path", clientKeeper, k.secret, "", "/rest/", 404, "rest.path", "the context path /wiki is missing"},
		{"another secret", clientKeeper, k.secret[1:] + "x", "/wiki", "/rest/", 401, "jwt.signature", "the key is another one"},
		{"another key", "com.example.other", k.secret, "/wiki", "/rest/", 401, "jwt.tenant", "no add-on with this key"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := confluenceClient(origin, tc.issuer, tc.secret)
			c.Config["apiPrefix"], c.Below = tc.prefix, tc.below
			c.tell(t, []story{{clientCall{"users", "getCurrentUser", nil}, `"successful":false`, tc.status}})
			if status, rule, cause := lastVerdict(t, w); status != tc.status || rule != tc.rule || !strings.Contains(cause, tc.cause) {
				t.Errorf("%d %s: %s", status, rule, cause)
			}
		})
	}
}
