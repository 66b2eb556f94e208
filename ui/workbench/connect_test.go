package workbench

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/assets"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/trust"
)

func TestConnectGuide(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "it's a project")})
	g := w.ConnectGuide()
	want := []string{"ace", "ace-proxy", "node", "jvm", "go", "python", "ruby", "php"}
	var ids []string
	for _, f := range g.Frameworks {
		ids = append(ids, f.ID)
		text := f.Name + f.Intro + f.All + strings.Join(f.Notes, "")
		for _, s := range f.Settings {
			text += s.Line
			if s.Help == "" || s.Value == "" {
				t.Errorf("%s: %+v", f.ID, s)
			}
		}
		if strings.Contains(text, "{{") || f.Name == "" || f.Intro == "" || !strings.Contains(f.All, "localhost") {
			t.Errorf("%s is not filled in: %s", f.ID, text)
		}
	}
	if !slices.Equal(ids, want) {
		t.Errorf("frameworks %v, want %v", ids, want)
	}
	pem, err := os.ReadFile(g.Addresses.CAFile)
	if err != nil || string(pem) != string(w.host.Authority().PEM()) {
		t.Errorf("the CA file: %v", err)
	}
	store, err := os.ReadFile(g.Addresses.TrustStore)
	if err != nil || !w.host.Authority().InTrustStore(store) {
		t.Errorf("the trust store: %v", err)
	}
	if strings.Contains(string(pem)+string(store), "PRIVATE") {
		t.Error("a private half is in the files")
	}
}

// The lines mean to a shell what they say, whatever the project's folder is called.
func TestConnectLinesAreForAShell(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh here")
	}
	a := ConnectAddresses{Proxy: "http://localhost:2988", InstallKeys: "http://localhost:2989/install-keys",
		Addon: "http://localhost:3000", CAFile: `/tmp/it's "a" $project/ca.pem`, TrustStore: "/tmp/two words/ca.p12", TrustStorePassword: "changeit"}
	for _, f := range frameworks(a) {
		script := f.All
		if f.ID == "php" {
			script = strings.Replace(script, "php ", "printf '%s\\n' ", 1)
		}
		out, err := exec.Command(shell, "-c", script+"\nenv").Output()
		if err != nil {
			t.Errorf("%s: %v\n%s", f.ID, err, script)
			continue
		}
		seen := strings.Split(string(out), "\n")
		for _, s := range f.Settings {
			line := s.Name + "=" + s.Value
			if s.Name == "" {
				line = s.Value
			}
			if f.ID == "jvm" {
				continue // in one variable, below
			}
			if !slices.Contains(seen, line) {
				t.Errorf("%s: %q did not arrive:\n%s", f.ID, line, out)
			}
		}
		if f.ID == "jvm" && !strings.Contains(string(out), `"-Djavax.net.ssl.trustStore=/tmp/two words/ca.p12"`) {
			t.Errorf("the JVM gets\n%s", out)
		}
	}
}

func TestCAFilesStayFromStartToStart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	read := func() (content string, at time.Time) {
		for _, name := range []string{caFile, trustStoreFile} {
			path := filepath.Join(dir, privateDir, name)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			content, at = content+string(data), info.ModTime()
		}
		return content, at
	}
	once := func() {
		w, err := Open(t.Context(), Params{ProjectDir: dir, AnyPort: true, Logf: t.Logf})
		if err != nil {
			t.Fatal(err)
		}
		closeWorkbench(t, w)
	}
	once()
	first, written := read()
	once()
	if again, at := read(); again != first || !at.Equal(written) {
		t.Error("the files were written again")
	}
	if err := os.WriteFile(filepath.Join(dir, privateDir, trustStoreFile), []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, privateDir, caFile)); err != nil {
		t.Fatal(err)
	}
	once()
	if mended, _ := read(); !strings.HasPrefix(mended, first[:200]) || strings.Contains(mended, "broken") {
		t.Error("the files were not mended")
	}
}

func TestFrameworksAreInOrder(t *testing.T) {
	text, err := fs.ReadFile(assets.Connect, frameworkFile)
	if err != nil {
		t.Fatal(err)
	}
	strict := json.NewDecoder(strings.NewReader(string(text)))
	strict.DisallowUnknownFields()
	var facts []frameworkFacts
	if err := strict.Decode(&facts); err != nil {
		t.Fatal(err)
	}
	for _, f := range facts {
		flags := 0
		for _, s := range f.Settings {
			if (s.Flag == "") == (s.Name == "") {
				t.Errorf("%s: %+v is neither a variable nor a flag, or both", f.ID, s)
			}
			if s.Flag != "" {
				flags++
			}
		}
		if handed := f.FlagsVariable != "" || f.FlagsCommand != ""; handed != (flags > 0) {
			t.Errorf("%s has %d flags, handed over: %v", f.ID, flags, handed)
		}
	}
}

func TestProxyAllowList(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	w := open(t, Params{ProjectDir: dir})
	proxy, err := url.Parse(w.ProxyURL())
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy)}
	defer transport.CloseIdleConnections()
	// 0.0.0.0 leads to this machine without being one of its loopback addresses.
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	asked := strings.Replace(strings.TrimPrefix(server.URL, "http://"), "127.0.0.1", "0.0.0.0", 1)
	ask := func() int {
		answer, err := (&http.Client{Transport: transport}).Get("http://" + asked + "/")
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	if got := ask(); got != http.StatusForbidden {
		t.Errorf("not allowed: %d", got)
	}
	refused, err := w.RefusedHosts(t.Context())
	if err != nil || len(refused) != 1 || refused[0].Host != asked || refused[0].Exchange == 0 {
		t.Errorf("refused %+v, %v", refused, err)
	}
	told := 0
	defer w.Subscribe(func(c Change) {
		if c == ConnectChanged {
			told++
		}
	})()
	if err := w.SetProxyAllowed([]string{" " + asked + " ", asked}); err != nil {
		t.Fatal(err)
	}
	if got := ask(); got != http.StatusNotFound {
		t.Errorf("allowed: %d", got)
	}
	if refused, err := w.RefusedHosts(t.Context()); err != nil || len(refused) != 0 {
		t.Errorf("refused %+v, %v", refused, err)
	}
	var bad *AllowError
	if err := w.SetProxyAllowed([]string{"ok.example", "https://x"}); !errors.As(err, &bad) || bad.Entry != "https://x" {
		t.Errorf("a bad entry: %v", err)
	}
	if got := w.ProxyAllowed(); !slices.Equal(got, []string{asked}) || told != 1 {
		t.Errorf("allowed %q, told %d times", got, told)
	}
	s, err := readSettings(dir)
	if err != nil || !slices.Equal(s.Proxy.Allow, []string{asked}) {
		t.Errorf("workbench.json has %+v, %v", s.Proxy, err)
	}
	if err := w.SetProxyAllowed(nil); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, settingsFile)); err != nil || strings.Contains(string(text), "proxy") {
		t.Errorf("an empty list stays in the file: %s %v", text, err)
	}
	s.Proxy.Allow = []string{"a b"}
	if err := s.check(); err == nil || !strings.Contains(err.Error(), "proxy.allow[0]") {
		t.Errorf("a bad file: %v", err)
	}
}

// states gives the check-list of one add-on as "descriptor:passed installed:open ...".
func states(a AddonChecks) string {
	var words []string
	for _, c := range a.Checks {
		words = append(words, string(c.ID)+":"+c.State)
	}
	return strings.Join(words, " ")
}

func TestChecklistFollowsTheBuiltInAddon(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	list := func() AddonChecks {
		t.Helper()
		lists, err := w.Checklist(t.Context())
		if err != nil || len(lists) != 1 {
			t.Fatalf("%d lists, %v", len(lists), err)
		}
		return lists[0]
	}
	if got := states(list()); got != "descriptor:open installed:open key:open webhook:open page:open rest:open oauth:open" {
		t.Errorf("at first %s", got)
	}
	jira := siteByProduct(t, w, site.Jira)
	if err := w.Install(t.Context(), jira.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Fire(t.Context(), jira.ID, "jira:issue_created", nil); err != nil {
		t.Fatal(err)
	}
	modules, err := w.Pages(jira.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.OpenPage(t.Context(), jira.ID, page.Request{AddonKey: sampleKey, ModuleKey: modules[0].Key, UserID: jira.Users[0].AccountID,
		Context: w.PageContext(jira.ID, modules[0])}); err != nil {
		t.Fatal(err)
	}
	got := list()
	if states(got) != "descriptor:passed installed:passed key:passed webhook:passed page:passed rest:open oauth:open" || got.Key != sampleKey {
		t.Errorf("afterwards %s of %q", states(got), got.Key)
	}
	for _, c := range got.Checks {
		if c.State == "passed" && (c.Exchange != c.Passed || c.Detail == "" || c.Time.IsZero()) {
			t.Errorf("%+v", c)
		}
		if _, err := w.Exchange(t.Context(), c.Exchange); c.Exchange != 0 && err != nil {
			t.Errorf("%s leads nowhere: %v", c.ID, err)
		}
	}
}

func TestSightings(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	own := checked{key: "com.a", descriptors: []string{"http://a/d.json"}}
	other := checked{key: "com.b", descriptors: []string{"http://b/d.json"}}
	installed := exchange.Row{Kind: exchange.KindInstalled, Addon: "com.a", Cause: "c", Start: at, Duration: time.Second, OK: true, Judged: true, Status: 204}
	key := exchange.Row{Kind: exchange.KindKey, Start: at.Add(time.Second / 2), OK: true, Judged: true, Status: 200}
	late := key
	late.Start = at.Add(time.Minute)
	untrusted := exchange.Row{Kind: exchange.KindProxy, Method: "CONNECT", URL: "connect-install-keys.atlassian.com:443", Start: key.Start, Judged: true, Rule: trust.RuleTLS, Summary: "no secure connection"}
	noToken := untrusted
	noToken.URL = "oauth-2-authorization-server.services.atlassian.com:443"
	bad := func(kind exchange.Kind, status int) exchange.Row {
		return exchange.Row{Kind: kind, Addon: "com.a", Status: status, Judged: true, Rule: connectjwt.RuleQSH, Summary: "qsh does not match"}
	}
	good := func(kind exchange.Kind, status int) exchange.Row {
		return exchange.Row{Kind: kind, Addon: "com.a", Status: status, Judged: true, OK: true}
	}
	for _, tc := range []struct {
		name   string
		rows   []exchange.Row
		addons []checked
		id     CheckID
		want   string
	}{
		{"nothing", nil, []checked{own}, CheckPage, "open"},
		{"key while installed is open", []exchange.Row{key, installed}, []checked{own, other}, CheckKey, "passed"},
		{"key recorded after the callback", []exchange.Row{installed, key}, []checked{own, other}, CheckKey, "passed"},
		{"key at another time, two add-ons", []exchange.Row{installed, late}, []checked{own, other}, CheckKey, "open"},
		{"key at another time, one add-on", []exchange.Row{installed, late}, []checked{own}, CheckKey, "passed"},
		{"key of another add-on", []exchange.Row{key, installed}, []checked{other, own}, CheckKey, "open"},
		{"authority not trusted", []exchange.Row{untrusted, installed}, []checked{own, other}, CheckKey, "failed"},
		{"authority trusted at last", []exchange.Row{untrusted, key, installed}, []checked{own, other}, CheckKey, "passed"},
		{"authority not trusted for a token", []exchange.Row{noToken}, []checked{own}, CheckOAuth, "failed"},
		{"token", []exchange.Row{noToken, good(exchange.KindOAuth, 200)}, []checked{own}, CheckOAuth, "passed"},
		{"webhook refused", []exchange.Row{good(exchange.KindWebhook, 204), bad(exchange.KindWebhook, 401)}, []checked{own}, CheckWebhook, "failed"},
		{"webhook mended", []exchange.Row{bad(exchange.KindWebhook, 401), good(exchange.KindWebhook, 200)}, []checked{own}, CheckWebhook, "passed"},
		{"page answered otherwise", []exchange.Row{good(exchange.KindPage, 204)}, []checked{own}, CheckPage, "failed"},
		{"REST refused", []exchange.Row{bad(exchange.KindREST, 401)}, []checked{own}, CheckREST, "failed"},
		{"REST by nobody known, one add-on", []exchange.Row{{Kind: exchange.KindREST, Status: 401, Judged: true, Rule: connectjwt.RuleTenant}}, []checked{own}, CheckREST, "failed"},
		{"REST not looked at", []exchange.Row{{Kind: exchange.KindREST, Status: 200, Addon: "com.a"}}, []checked{own}, CheckREST, "open"},
		{"descriptor", []exchange.Row{{Kind: exchange.KindDescriptor, URL: "http://a/d.json", Status: 200}}, []checked{own}, CheckDescriptor, "passed"},
		{"descriptor missing", []exchange.Row{{Kind: exchange.KindDescriptor, URL: "http://a/d.json", Status: 404}}, []checked{own}, CheckDescriptor, "failed"},
		{"descriptor of another", []exchange.Row{{Kind: exchange.KindDescriptor, URL: "http://b/d.json", Status: 200}}, []checked{own}, CheckDescriptor, "open"},
		{"installed refused before its key is known", []exchange.Row{
			{Kind: exchange.KindDescriptor, URL: "http://a/d.json", Status: 200, Cause: "c"},
			{Kind: exchange.KindInstalled, Addon: "com.a", Cause: "c", Status: 401, Judged: true},
		}, []checked{{descriptors: []string{"http://a/d.json"}}}, CheckInstalled, "failed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSightings()
			for i, row := range tc.rows {
				row.ID = int64(i + 1)
				s.take(row)
			}
			checks := s.lists(tc.addons)[0].Checks
			c := checks[slices.IndexFunc(checks, func(c Check) bool { return c.ID == tc.id })]
			if c.State != tc.want || (c.State == "open") != (c.Exchange == 0) {
				t.Errorf("%+v", c)
			}
		})
	}
}

func TestRefusedHostsAreBounded(t *testing.T) {
	s := newSightings()
	for i := range 3 * maxRefusedHosts {
		s.take(exchange.Row{ID: int64(i + 1), Kind: exchange.KindProxy, URL: "h" + strings.Repeat("x", i) + ".example:443", Judged: true, Rule: trust.RuleHost})
	}
	if len(s.refused) != maxRefusedHosts {
		t.Errorf("%d hosts are kept", len(s.refused))
	}
	if _, ok := s.refused["h.example:443"]; ok {
		t.Error("the oldest is kept")
	}
}

// A wanted port that is taken is said, with the address that holds now. Whoever has the port, another
// run of these tests included, will do.
func TestProxyPortThatIsTakenIsSaid(t *testing.T) {
	if l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(proxyPort)); err == nil {
		defer l.Close()
	}
	w, err := Open(t.Context(), Params{ProjectDir: filepath.Join(t.TempDir(), "project"), Logf: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	defer closeWorkbench(t, w)
	for _, n := range w.Notices() {
		if strings.HasPrefix(n.Text, "Port 2988 was taken; the proxy is at "+w.ProxyURL()) && n.Level == "warning" && n.Advice != "" {
			return
		}
	}
	t.Errorf("notices %+v, and the proxy is at %s", w.Notices(), w.ProxyURL())
}
