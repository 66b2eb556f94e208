package rest

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

func TestAbnormal(t *testing.T) {
	const empty, dots, escape = "it holds an empty segment", "it holds the dot segment ", "it holds a broken escape"
	for path, want := range map[string]string{
		"/rest/api/2/myself": "", "/rest/api/2/myself/": "", "/": "", "": "", "/a%2Fb": "", "/a.b/..c": "",
		"//rest": empty, "/rest//api": empty, "/rest/./api": dots + ".", "/rest/../api": dots + "..", "/rest/..": dots + "..",
		"/rest/%2e%2e/api": dots + "%2e%2e", "/rest/%2E/api": dots + "%2E", "/rest/%zz": escape,
	} {
		if got := abnormal(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

// testGate is the gate of a JIRA site with one add-on, without a host around it.
func testGate(t *testing.T) (*Gate, site.Running, *site.Store, *exchange.Log) {
	t.Helper()
	dir := t.TempDir()
	store, err := site.OpenStore(t.Context(), filepath.Join(dir, "state.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	log, err := exchange.Open(t.Context(), exchange.Params{Path: filepath.Join(dir, "exchanges.db"), Linger: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	s := site.Running{Site: site.Defaults(nil)[0], BaseURL: "http://localhost:2990"}
	err = store.Put(t.Context(), site.Installation{
		SiteID: s.ID, AddonKey: "com.example.a", Name: "A", SharedSecret: "a secret of the gate's tests", State: site.Enabled,
		Descriptor: []byte(`{"key":"com.example.a","scopes":["READ"]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	return New(Params{
		Clock: time.Now, Store: store, Descriptors: new(site.Descriptors), SessionKey: "key of the pages",
		Bearer: func(string) (Bearer, bool) { return Bearer{SiteID: "another", AddonKey: "com.example.a"}, true },
	}), s, store, log
}

// judged sends a request through the gate and gives the verdict in the log.
func judged(t *testing.T, g *Gate, s site.Running, log *exchange.Log, authorization string) (int, connectjwt.Verdict) {
	t.Helper()
	handler := log.Middleware(g.Handler(s), func(*http.Request) (exchange.Meta, bool) { return exchange.Meta{Kind: exchange.KindREST}, true })
	r := httptest.NewRequest(http.MethodGet, "/rest/api/2/myself", nil)
	r.Header.Set("Authorization", authorization)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	rows, err := log.Rows(t.Context(), exchange.Query{Limit: 1})
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	record, err := log.Get(t.Context(), rows[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, record.Verdict
}

// What a host in good order does not come to.
func TestRareRefusals(t *testing.T) {
	basic := func(name, password string) string {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.SetBasicAuth(name, password)
		return r.Header.Get("Authorization")
	}
	g, s, store, log := testGate(t)
	member := s.Users[1]
	for _, tc := range []struct {
		name, authorization string
		rule                connectjwt.RuleID
		cause               string
	}{
		{"viewer who is gone", "JWT " + g.Session(s, "com.example.a", "nobody"), ruleSession, "the user was removed while the page was open"},
		{"session for an add-on that is gone", "JWT " + g.Session(s, "com.example.b", member.AccountID), connectjwt.RuleTenant, "no add-on with this key was ever installed here"},
		{"access token of another site", "Bearer x", ruleBearer, "it was given out for another site"},
		{"unknown name", basic("eve", "admin"), ruleBasic, "nobody on this site has this name or e-mail address"},
		{"no name", basic("", "admin"), ruleBasic, "the name is empty"},
		{"wrong password", basic("admin", "x"), ruleBasic, "the password is another"},
		{"member", basic(member.Email, "admin"), ruleBasic, member.DisplayName + " is no administrator"},
	} {
		status, v := judged(t, g, s, log, tc.authorization)
		if status != http.StatusUnauthorized || v.Rule != tc.rule || v.Cause != tc.cause || v.Fix == "" {
			t.Errorf("%s: %d %+v", tc.name, status, v)
		}
	}
	in, err := store.Get(s.ID, "com.example.a")
	if err != nil {
		t.Fatal(err)
	}
	in.Descriptor = []byte("{")
	if err := store.Put(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if status, v := judged(t, g, s, log, "JWT "+g.Session(s, "com.example.a", "")); status != 401 || v.Rule != ruleAddon || v.Summary != "the installed descriptor cannot be read" {
		t.Errorf("unreadable descriptor: %d %+v", status, v)
	}
}

func TestEveryResourceNeedsAScopeThatExists(t *testing.T) {
	for _, p := range []site.Product{site.Jira, site.Confluence} {
		seen := map[string]bool{}
		for _, res := range resources(p) {
			at := res.method + " " + res.path
			if seen[at] {
				t.Errorf("%s: %s is there twice", p, at)
			}
			seen[at] = true
			if !descriptor.ScopeGranted([]string{res.scope}, res.scope) || res.scope == "" {
				t.Errorf("%s: %s needs the scope %q", p, at, res.scope)
			}
			if descriptor.ScopeGranted(nil, res.scope) {
				t.Errorf("%s: %s is open to add-ons without scopes", p, at)
			}
		}
	}
}

func TestMark(t *testing.T) {
	for _, tc := range []struct {
		text, part, want string
		found            bool
	}{
		{"jira-users", "USERS", "jira-<b>users</b>", true},
		{"a<b>&c", "B", "a&lt;<b>b</b>&gt;&amp;c", true},
		{"İstanbul", "tan", "İs<b>tan</b>bul", true},
		{"x", "", "<b></b>x", true},
		{"", "", "<b></b>", true},
		{"x", "xy", "", false},
	} {
		if got, found := mark(tc.text, tc.part); got != tc.want || found != tc.found {
			t.Errorf("%q in %q: %q, %v", tc.part, tc.text, got, found)
		}
	}
}

func TestShown(t *testing.T) {
	for text, want := range map[string]string{"": "nothing", "x": "x", "\xff": "\uFFFD"} {
		if got := shown([]byte(text)); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	if got := shown([]byte(strings.Repeat("ä", 200))); got != strings.Repeat("ä", 60)+"…" {
		t.Errorf("long text: %q", got)
	}
}
