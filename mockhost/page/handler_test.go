package page

import (
	"encoding/json"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"connect-workbench/assets"
	"connect-workbench/mockhost/site"
)

// directory is one site with fixed installations.
type directory struct {
	site     site.Running
	installs []site.Installation
}

// serve runs a site's pages on a real listener and tells the site its address.
func serve(t testing.TB, product site.Product, installs ...site.Installation) *directory {
	d := &directory{site: testSite(product), installs: installs}
	serveDirectory(t, d)
	return d
}

func serveDirectory(t testing.TB, d *directory) {
	server := httptest.NewUnstartedServer(nil)
	d.site.BaseURL = "http://" + server.Listener.Addr().String() + d.site.ContextPath
	server.Config.Handler = testPages().Handler(d.site, func() []site.Installation { return d.installs })
	server.Start()
	t.Cleanup(server.Close)
}

type answer struct {
	status int
	header http.Header
	body   string
}

func get(t testing.TB, address string) answer {
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

func attribute(t *testing.T, page, element, name string) string {
	t.Helper()
	m := regexp.MustCompile(`<` + element + `[^>]*\s` + name + `="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no %s with %s in\n%s", element, name, page)
	}
	return html.UnescapeString(m[1])
}

func TestHome(t *testing.T) {
	disabled := install("http://localhost:3001", panelAt("/p"))
	disabled.AddonKey, disabled.Name, disabled.State = "com.example.off", "Switched off", site.Disabled
	gone := install("http://localhost:3001", panelAt("/p"))
	gone.Name, gone.State = "Gone for good", site.Uninstalled
	d := serve(t, site.Jira, install("http://localhost:3000", panelAt("/p")), disabled, gone)
	got := get(t, d.site.BaseURL+"/")
	if got.status != http.StatusOK {
		t.Fatalf("%d: %s", got.status, got.body)
	}
	for _, want := range []string{
		"simulated JIRA", "nothing here is a real JIRA", "Example", `class="state enabled"`, `class="state disabled"`, "Switched off",
		`href="` + d.site.BaseURL + `/plugins/servlet/ac/com.example.add-on/panel?user=5f%3Aada"`,
	} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, unwanted := range []string{"ac/com.example.off", "Gone for good"} {
		if strings.Contains(got.body, unwanted) {
			t.Errorf("the page has %q", unwanted)
		}
	}
	if empty := get(t, serve(t, site.Jira).site.BaseURL+"/"); !strings.Contains(empty.body, "No add-on is installed here yet") {
		t.Errorf("an empty site does not say so: %s", empty.body)
	}
}

func TestModulePageFramesTheSignedAddress(t *testing.T) {
	d := serve(t, site.Jira, install("http://localhost:3000/app", panelAt("/p?k={issue.key}")))
	got := get(t, d.site.BaseURL+"/plugins/servlet/ac/com.example.add-on/panel?user=5f%3Amel&issue.key=DEMO-9")
	if got.status != http.StatusOK {
		t.Fatalf("%d: %s", got.status, got.body)
	}
	src, err := url.Parse(attribute(t, got.body, "iframe", "src"))
	if err != nil || src.Path != "/app/p" || src.Query().Get("k") != "DEMO-9" || src.Query().Get("jwt") == "" || src.Query().Get("xdm_e") != d.site.BaseURL {
		t.Errorf("src %v, %v", src, err)
	}
	var name struct {
		nameData
		API map[string]map[string]any `json:"api"`
	}
	if err := json.Unmarshal([]byte(attribute(t, got.body, "iframe", "name")), &name); err != nil {
		t.Fatal(err)
	}
	if name.API["context"]["getToken"] == nil || name.API["jira"] == nil || name.API["confluence"] != nil {
		t.Errorf("api %v", name.API)
	}
	id := attribute(t, got.body, "iframe", "id")
	if name.ExtensionID != id || id != "com.example.add-on__panel__00000000" || name.Origin != d.site.BaseURL ||
		name.Options.HostOrigin != d.site.BaseURL || name.Options.GlobalOptions == nil || name.Options.IsFullPage ||
		name.Options.ModuleType != "webPanels" || name.Options.ProductContext["issue.key"] != "DEMO-9" || name.Options.ContextJWT == "" {
		t.Errorf("window.name %+v", name)
	}
	var data bridgeData
	if err := json.Unmarshal([]byte(attribute(t, got.body, "iframe", "data-frame")), &data); err != nil {
		t.Fatal(err)
	}
	if data.Origin != "http://localhost:3000" || data.User.AccountID != "5f:mel" || data.Query != "issue.key=DEMO-9&user=5f%3Amel" {
		t.Errorf("frame data %+v", data)
	}
	if attribute(t, got.body, "iframe", "sandbox") != sandbox || attribute(t, got.body, "iframe", "referrerpolicy") != "no-referrer" {
		t.Error("sandbox or referrerpolicy is missing")
	}
	for _, want := range []string{`id="ap-com.example.add-on__panel"`, `id="embedded-com.example.add-on__panel"`, `id="embedded-` + id + `"`, `value="5f:mel" selected`, `name="issue.key" value="DEMO-9"`} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"frame-src http://localhost:3000; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	if got.header.Get("Content-Security-Policy") != policy || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", got.header)
	}
	if strings.Contains(got.body, "style=\"") || strings.Contains(got.body, "onclick") || strings.Count(got.body, "<script") != 1 {
		t.Error("the page has inline style or script, which its own policy forbids")
	}
}

func TestEveryPlaceCanBeDrawn(t *testing.T) {
	p := testPages()
	for _, kind := range p.catalogue.ModuleTypes() {
		in := install("http://localhost:3000", `"`+kind+`":[{"key":"k","name":{"value":"N"},"url":"/p","location":"atl.space"}]`)
		d, err := p.descriptors.Of(in)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Pages) == 0 {
			continue // a type the host does not frame
		}
		got := get(t, serve(t, site.Product(d.Pages[0].Products[0]), in).site.BaseURL+"/plugins/servlet/ac/com.example.add-on/k")
		if got.status != http.StatusOK || !strings.Contains(got.body, "<iframe") || !strings.HasSuffix(strings.TrimSpace(got.body), "</html>") {
			t.Errorf("%s: %d\n%s", kind, got.status, got.body)
		}
	}
}

func TestHostileNamesStayText(t *testing.T) {
	const evil = `</script><img src=x onerror=alert(1)>"'&{{.}}`
	in := install("http://localhost:3000", `"webPanels":[{"key":"panel","location":"atl.jira.view.issue","url":"/p?k={issue.key}","name":{"value":`+quote(evil)+`}}]`)
	in.Name = evil
	d := &directory{site: testSite(site.Jira), installs: []site.Installation{in}}
	d.site.Title, d.site.Users[0].DisplayName = evil, evil
	serveDirectory(t, d)
	for _, path := range []string{"/", "/plugins/servlet/ac/com.example.add-on/panel?issue.key=" + url.QueryEscape(evil) + "&" + url.QueryEscape(evil) + "=1", "/" + url.PathEscape(evil)} {
		got := get(t, d.site.BaseURL+path)
		if strings.Contains(got.body, "<img") || strings.Contains(got.body, "</script><") || strings.Contains(got.body, `onerror=alert(1)>"`) {
			t.Errorf("%s lets markup through:\n%s", path, got.body)
		}
	}
	bridge := get(t, d.site.BaseURL+"/plugins/servlet/ac/com.example.add-on/panel?classifier=json")
	if !strings.HasPrefix(bridge.header.Get("Content-Type"), "application/json") || strings.Contains(bridge.body, "<img") {
		t.Errorf("JSON answer: %v %s", bridge.header, bridge.body)
	}
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always encodes
	}
	return string(b)
}

func TestFrameAsJSONAndRaw(t *testing.T) {
	d := serve(t, site.Confluence, install("http://localhost:3000", `"generalPages":[{"key":"page","name":{"value":"Page"},"url":"/p"}]`))
	address := d.site.BaseURL + "/plugins/servlet/ac/com.example.add-on/page"
	got := get(t, address+"?classifier=json&user=&ac.x=1")
	var a frameAnswer
	if err := json.Unmarshal([]byte(got.body), &a); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(a.URL, "http://localhost:3000/p?xdm_e=") || a.ContextPath != "/wiki" || a.General != "1" || a.UID != "" ||
		a.HostOrigin != d.site.Origin() || a.ProductContext != `{"ac.x":"1"}` || a.StructuredContext != `{"confluence":{}}` || a.ContextJWT == "" {
		t.Errorf("%s", got.body)
	}
	raw := get(t, address+"?raw")
	if raw.status != http.StatusOK || !strings.Contains(raw.body, "<iframe") || strings.Contains(raw.body, "<header") {
		t.Errorf("%d: %s", raw.status, raw.body)
	}
	problem := get(t, d.site.BaseURL+"/plugins/servlet/ac/com.example.add-on/nope?classifier=json")
	if problem.status != http.StatusNotFound || problem.header.Get("Content-Type") != "application/problem+json" || !strings.Contains(problem.body, "it has page") {
		t.Errorf("%d: %s", problem.status, problem.body)
	}
}

func TestRoutes(t *testing.T) {
	off := install("http://localhost:3000", panelAt("/p"))
	off.AddonKey, off.State = "off", site.Disabled
	jira := serve(t, site.Jira, off, install("http://localhost:3000", panelAt("/p?lic=1")))
	wiki := serve(t, site.Confluence)
	other := strings.Replace(jira.site.BaseURL, "127.0.0.1", "localhost", 1)
	for _, tc := range []struct {
		address  string
		status   int
		location string
		text     string
	}{
		{jira.site.BaseURL + "/nothing/here", 404, "", "has no page at /nothing/here"},
		{jira.site.BaseURL + "/plugins/servlet/ac/nobody/panel", 404, "", "no add-on of this key"},
		{jira.site.BaseURL + "/plugins/servlet/ac/off/panel", 409, "", "only an enabled add-on is shown"},
		{jira.site.BaseURL + "/plugins/servlet/ac/com.example.add-on/panel", 409, "", "already has the parameter lic"},
		{jira.site.BaseURL + "/plugins/servlet/ac/com.example.add-on/panel?user=x", 400, "", "no such user"},
		{jira.site.BaseURL + "/atlassian-connect/all.js", 200, "", "window.AP = AP"},
		{jira.site.BaseURL + "/atlassian-connect/all-debug.js", 200, "", "window.AP = AP"},
		{jira.site.BaseURL + "/atlassian-connect/nope.js", 404, "", "has no page"},
		{jira.site.BaseURL + "/_workbench/host/bridge.js", 200, "", "init_received"},
		{jira.site.BaseURL + "/_workbench/host/host.css", 200, "", "--accent"},
		{jira.site.BaseURL + "/_workbench/host/layout.html", 404, "", ""},
		{other + "/x?y=1", 302, jira.site.BaseURL + "/x?y=1", ""},
		{wiki.site.Origin() + "/", 302, "/wiki/", ""},
		{wiki.site.BaseURL, 302, "/wiki/", ""},
		{wiki.site.BaseURL + "/", 200, "", "simulated Confluence"},
		{wiki.site.Origin() + "/elsewhere", 404, "", "has no page"},
	} {
		t.Run(tc.address, func(t *testing.T) {
			got := get(t, tc.address)
			if got.status != tc.status || got.header.Get("Location") != tc.location || !strings.Contains(html.UnescapeString(got.body), tc.text) {
				t.Errorf("%d %s, want %d %s %q in\n%s", got.status, got.header.Get("Location"), tc.status, tc.location, tc.text, got.body)
			}
		})
	}
}

func TestScriptsAreCached(t *testing.T) {
	d := serve(t, site.Jira)
	first := get(t, d.site.BaseURL+"/atlassian-connect/all.js")
	req, err := http.NewRequest(http.MethodGet, d.site.BaseURL+"/atlassian-connect/all.js", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("If-None-Match", first.header.Get("ETag"))
	again, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Body.Close()
	if again.StatusCode != http.StatusNotModified || !strings.HasPrefix(first.header.Get("Content-Type"), "text/javascript") {
		t.Errorf("%d, %v", again.StatusCode, first.header)
	}
}

// What window.name promises and what the bridge answers are two lists; this keeps them from drifting
// apart. A promised method without an answer is refused on the page, and named here.
func TestBridgeAnswersWhatItPromises(t *testing.T) {
	script, err := fs.ReadFile(assets.Web, "web/host/bridge.js")
	if err != nil {
		t.Fatal(err)
	}
	answered := make(map[string]bool)
	for _, m := range regexp.MustCompile(`(?m)^    '([\w.]+)': `).FindAllStringSubmatch(string(script), -1) {
		answered[m[1]] = true
	}
	refused := map[string]bool{"events.emitToDataProvider": true, "inlineDialog.hide": true}
	promised := make(map[string]bool)
	views, err := loadViews(assets.Web)
	if err != nil {
		t.Fatal(err)
	}
	for _, api := range views.apis {
		var modules map[string]map[string]map[string]json.RawMessage
		if err := json.Unmarshal([]byte(api.text), &modules); err != nil {
			t.Fatal(err)
		}
		for module, members := range modules {
			for member, spec := range members {
				if _, isMethod := spec["args"]; isMethod {
					promised[module+"."+member] = true
					continue
				}
				for method := range spec {
					promised[module+"."+member+"."+method] = true
				}
			}
		}
	}
	for name := range promised {
		module, _, _ := strings.Cut(name, ".")
		later := module == "jira" || module == "confluence" || module == "dropdown" || module == "messages" // later rooms of the host
		if answered[name] == (refused[name] || later) {
			t.Errorf("%s is promised; answered: %v", name, answered[name])
		}
	}
	for name := range answered {
		if !promised[name] {
			t.Errorf("%s is answered but not promised, so no frame can call it", name)
		}
	}
	// Needs of the product's own all.js: protocol iframe.md §4, frameworks.md §7.
	for _, name := range []string{"env.hideFooter", "env.sizeToParent", "history.getState", "history._registerWindowListeners", "jira.openDatePicker", "jira.openCreateIssueDialog", "confluence.onMacroPropertyPanelEvent"} {
		if !promised[name] {
			t.Errorf("%s has to be promised", name)
		}
	}
}

func BenchmarkModulePage(b *testing.B) {
	in := install("http://localhost:3000/app", panelAt("/p?k={issue.key}&p={project.id}"))
	own := testSite(site.Jira)
	pages := func(s site.Running) http.Handler {
		return testPages().Handler(s, func() []site.Installation { return []site.Installation{in} })
	}
	size := 0
	{
		w := httptest.NewRecorder()
		pages(own).ServeHTTP(w, request(b))
		size = w.Body.Len()
	}
	static := strings.Repeat("x", size)
	for name, handler := range map[string]func(site.Running) http.Handler{
		"signed": pages,
		"static": func(site.Running) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				setPageHeaders(w.Header(), "http://localhost:3000")
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				_, _ = io.WriteString(w, static) // the client of a benchmark does not go away
			})
		},
	} {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewUnstartedServer(nil)
			own.BaseURL = "http://" + server.Listener.Addr().String()
			server.Config.Handler = handler(own)
			server.Start()
			defer server.Close()
			address := server.URL + "/plugins/servlet/ac/com.example.add-on/panel?user=5f%3Amel&issue.key=DEMO-9"
			b.ReportAllocs()
			b.SetBytes(int64(size))
			for b.Loop() {
				response, err := http.Get(address)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, response.Body); err != nil {
					b.Fatal(err)
				}
				if err := response.Body.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func request(b *testing.B) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "http://localhost:2990/plugins/servlet/ac/com.example.add-on/panel?user=5f%3Amel&issue.key=DEMO-9", nil)
	r.Host = "localhost:2990"
	return r.WithContext(b.Context())
}
