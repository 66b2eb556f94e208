package page

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/moduleurl"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

const secret = "0123456789abcdef0123456789abcdef"

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func testSite(product site.Product) site.Running {
	s := site.Running{
		Site: site.Site{
			ID: "jira", Title: "Acme JIRA", Product: product, ClientKey: "client-1", Licence: site.ActiveSubscription,
			Users: []site.User{
				{AccountID: "5f:ada", DisplayName: "Ada Admin", TimeZone: "Europe/Berlin", Locale: "en-GB", Admin: true},
				{AccountID: "5f:mel", DisplayName: "Mel Member", TimeZone: "Europe/London", Locale: "de-DE"},
			},
		},
		BaseURL: "http://localhost:2990", Port: 2990,
	}
	if product == site.Confluence {
		s.ID, s.Title, s.ContextPath, s.BaseURL, s.Port = "confluence", "Acme Confluence", "/wiki", "http://localhost:1990/wiki", 1990
	}
	return s
}

// zeros is a source of randomness that repeats.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func testPages() *Pages {
	return New(Params{
		Transport: &exchange.Transport{}, Clock: func() time.Time { return noon }, Rand: zeros{}, Descriptors: new(site.Descriptors),
		Session: func(_ site.Running, addonKey, accountID string) string {
			return "session of " + accountID + " for " + addonKey
		},
	})
}

func install(baseURL, modules string) site.Installation {
	return site.Installation{
		SiteID: "jira", AddonKey: "com.example.add-on", Name: "Example", BaseURL: baseURL, SharedSecret: secret, State: site.Enabled,
		Descriptor: []byte(fmt.Sprintf(`{"key":"com.example.add-on","name":"Example","baseUrl":%q,
			"authentication":{"type":"jwt"},"modules":{%s}}`, baseURL, modules)),
	}
}

const panel = `"webPanels":[{"key":"panel","name":{"value":"Panel"},"location":"atl.jira.view.issue.right.context","url":"%s"}]`

func panelAt(url string) string { return fmt.Sprintf(panel, url) }

func TestSignBuildsTheAddress(t *testing.T) {
	const jira = "xdm_e=http%3A%2F%2Flocalhost%3A2990&xdm_c=channel-com.example.add-on__panel&cp=" +
		"&xdm_deprecated_addon_key_do_not_use=com.example.add-on&lic=active&cv=1001.0.0-SNAPSHOT"
	for _, tc := range []struct {
		name      string
		product   site.Product
		base      string
		modules   string
		user      string
		context   map[string]string
		want      string // without jwt
		canonical string // its beginning
	}{
		{name: "plain", base: "http://localhost:3000", modules: panelAt("/panel"),
			want: "http://localhost:3000/panel?" + jira, canonical: "GET&/panel&cp=&cv=1001.0.0-SNAPSHOT&lic=active&"},
		{name: "a base with a path is not in the canonical request", base: "http://localhost:3000/app/", modules: panelAt("/panel?a=1"),
			want: "http://localhost:3000/app/panel?a=1&" + jira, canonical: "GET&/panel&a=1&cp=&"},
		{name: "site data where nothing is given", base: "http://localhost:3000", modules: panelAt("/i/{issue.key}?p={project.id}&x={space.key}"),
			want: "http://localhost:3000/i/DEMO-1?p=10000&x=&" + jira, canonical: "GET&/i/DEMO-1&cp=&"},
		{name: "own context wins", base: "http://localhost:3000", modules: panelAt("/p?k={issue.key}&s=${ac.filter}"),
			context: map[string]string{"issue.key": "TOP 7&8", "ac.filter": "ü"},
			want:    "http://localhost:3000/p?k=TOP+7%268&s=%C3%BC&" + jira, canonical: "GET&/p&cp=&"},
		{name: "emptied on purpose", base: "http://localhost:3000", modules: panelAt("/p?k={issue.key}"),
			context: map[string]string{"issue.key": ""},
			want:    "http://localhost:3000/p?k=&" + jira, canonical: "GET&/p&cp=&"},
		{name: "inline conditions", base: "http://localhost:3000",
			modules: panelAt("/p?a={condition.user_is_admin}&l={condition.user_is_logged_in}&c={condition.addon_is_licensed}&u={condition.has_voted_for_issue(x=1)}"), user: "5f:mel",
			want: "http://localhost:3000/p?a=false&l=true&c=true&u=&" + jira, canonical: "GET&/p&a=false&c=true&cp=&"},
		{name: "query mark without a query", base: "http://localhost:3000", modules: panelAt("/p?"),
			want: "http://localhost:3000/p?" + jira, canonical: "GET&/p&cp=&"},
		{name: "nothing surrounds a general page", base: "http://localhost:3000",
			modules: `"generalPages":[{"key":"panel","name":{"value":"Page"},"url":"/p?k={issue.key}"}]`,
			want:    "http://localhost:3000/p?k=&" + jira, canonical: "GET&/p&cp=&"},
		{name: "single object module", base: "http://localhost:3000",
			modules: `"configurePage":{"key":"panel","name":{"value":"Configure"},"url":"/configure"}`,
			want:    "http://localhost:3000/configure?" + jira, canonical: "GET&/configure&cp=&"},
		{name: "macro on Confluence", product: site.Confluence, base: "http://localhost:3000",
			modules: `"dynamicContentMacros":[{"key":"macro","name":{"value":"Macro"},"url":"/m?id={page.id}&s={space.key}&o={output.type}"}]`,
			want: "http://localhost:3000/m?id=98310&s=TEAM&o=display&xdm_e=http%3A%2F%2Flocalhost%3A1990&xdm_c=channel-com.example.add-on__macro00000000" +
				"&cp=%2Fwiki&xdm_deprecated_addon_key_do_not_use=com.example.add-on&lic=active&cv=1000.0.0-5e1a07c93b42",
			canonical: "GET&/m&cp=%2Fwiki&"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.product == "" {
				tc.product = site.Jira
			}
			key := "panel"
			if strings.Contains(tc.modules, "Macro") {
				key = "macro"
			}
			s := testSite(tc.product)
			got, err := testPages().Sign(s, install(tc.base, tc.modules), Request{AddonKey: "com.example.add-on", ModuleKey: key, UserID: tc.user, Context: tc.context})
			if err != nil {
				t.Fatal(err)
			}
			if want := tc.want + "&jwt=" + got.Token; got.URL != want {
				t.Errorf("\n got %s\nwant %s", got.URL, want)
			}
			if !strings.HasPrefix(got.Canonical, tc.canonical) {
				t.Errorf("canonical request %s, want it to begin with %s", got.Canonical, tc.canonical)
			}
			target, err := url.Parse(got.URL)
			if err != nil {
				t.Fatal(err)
			}
			check := connectjwt.Check{
				Algorithm: connectjwt.HS256, Secret: secret, Issuer: "client-1", Now: noon,
				Request: connectjwt.Request{Method: http.MethodGet, Target: target.RequestURI(), Base: tc.base},
			}
			token, verdict := check.Verify(got.Token)
			if !verdict.OK {
				t.Errorf("the token does not verify: %+v", verdict)
			}
			if c := token.Claims; c.Subject != tc.user || c.Expires-c.IssuedAt != 180 || c.Audience != nil || string(c.Context) != "{}" {
				t.Errorf("claims %+v", c)
			}
		})
	}
}

func TestContextToken(t *testing.T) {
	for _, tc := range []struct {
		name, modules, key string
		product            site.Product
		licensed           bool
		context            map[string]string
		want               string
	}{
		{"issue panel", panelAt("/p"), "panel", site.Jira, true, nil,
			`{"jira":{"issue":{"id":"10001","issuetype":{"id":"10002"},"key":"DEMO-1"},"project":{"id":"10000","key":"DEMO"}},"license":{"active":true}}`},
		{"general page", `"generalPages":[{"key":"panel","name":{"value":"P"},"url":"/p"}]`, "panel", site.Jira, false, nil,
			`{"jira":{},"license":{"active":false}}`},
		{"general page opened for a project", `"generalPages":[{"key":"panel","name":{"value":"P"},"url":"/p"}]`, "panel", site.Jira, true,
			map[string]string{"project.key": "TOP", "ac.x": "1"}, `{"jira":{"project":{"key":"TOP"}},"license":{"active":true}}`},
		{"macro", `"dynamicContentMacros":[{"key":"panel","name":{"value":"M"},"url":"/m"}]`, "panel", site.Confluence, true, nil,
			`{"confluence":{"content":{"id":"98310","type":"page","version":"3"},"macro":{"hash":"1f6a5c52-3f0d-4f5e-9b43-6d8c2f7b9a01","id":"1f6a5c52-3f0d-4f5e-9b43-6d8c2f7b9a01","outputType":"display"},"space":{"id":"98304","key":"TEAM"}},"license":{"active":true}}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := testSite(tc.product)
			if tc.licensed {
				s.Licence = site.ActiveTrial
			} else {
				s.Licence = site.InactiveTrial
			}
			got, err := testPages().Sign(s, install("http://localhost:3000", tc.modules), Request{ModuleKey: tc.key, UserID: "5f:mel", Context: tc.context})
			if err != nil {
				t.Fatal(err)
			}
			check := connectjwt.Check{Algorithm: connectjwt.HS256, Secret: secret, Issuer: "client-1", Now: noon, QSH: connectjwt.QSHContext}
			token, verdict := check.Verify(got.ContextToken)
			if !verdict.OK {
				t.Fatalf("%+v", verdict)
			}
			if c := token.Claims; string(c.Context) != tc.want || c.Subject != "5f:mel" || c.Expires-c.IssuedAt != 900 {
				t.Errorf("claims %+v\ncontext %s\n   want %s", c, c.Context, tc.want)
			}
		})
	}
}

func TestUnlicensedAndUnsigned(t *testing.T) {
	s := testSite(site.Jira)
	s.Licence = site.NoLicence
	in := install("http://localhost:3000", panelAt("/p"))
	in.Descriptor = bytes.Replace(in.Descriptor, []byte(`"jwt"`), []byte(`"none"`), 1)
	got, err := testPages().Sign(s, in, Request{ModuleKey: "panel"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(got.URL, "&lic=none&") || strings.Contains(got.URL, "jwt") || got.Token != "" || got.ContextToken != "" {
		t.Errorf("%+v", got)
	}
}

func TestSignRefuses(t *testing.T) {
	disabled := install("http://localhost:3000", panelAt("/p"))
	disabled.State = site.Disabled
	for _, tc := range []struct {
		name    string
		install site.Installation
		request Request
		is      func(error) bool
		text    string
	}{
		{"a disabled add-on", disabled, Request{ModuleKey: "panel"}, isA[*NotEnabledError], "disabled"},
		{"an unknown module", install("http://localhost:3000", panelAt("/p")), Request{ModuleKey: "pannel"}, isA[*UnknownModuleError], "it has panel"},
		{"an add-on without pages", install("http://localhost:3000", ""), Request{ModuleKey: "panel"}, isA[*UnknownModuleError], "declares no page"},
		{"an unknown viewer", install("http://localhost:3000", panelAt("/p")), Request{ModuleKey: "panel", UserID: "x"},
			func(err error) bool { return errors.Is(err, ErrUnknownUser) }, "no such user"},
		{"a standard parameter", install("http://localhost:3000", panelAt("/p?a=1&cp=x")), Request{ModuleKey: "panel"}, isA[*ConflictError], "parameter cp"},
		{"a standard parameter in disguise", install("http://localhost:3000", panelAt("/p?%6awt=x")), Request{ModuleKey: "panel"}, isA[*ConflictError], "parameter jwt"},
		{"an absolute url", install("http://localhost:3000", panelAt("https://example.test/p")), Request{ModuleKey: "panel"},
			func(err error) bool { return errors.Is(err, moduleurl.ErrAbsolute) }, "absolute"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := testPages().Sign(testSite(site.Jira), tc.install, tc.request)
			if err == nil || !tc.is(err) || !strings.Contains(err.Error(), tc.text) {
				t.Errorf("got %v, want %q", err, tc.text)
			}
		})
	}
}

func isA[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

// A descriptor for both products: each lists what it shows, and refuses what only the other does.
func TestEachProductListsItsOwnModules(t *testing.T) {
	in := install("http://localhost:3000", panelAt("/panel")+`,
		"generalPages":[{"key":"page","name":{"value":"Page"},"url":"/page"}],
		"dynamicContentMacros":[{"key":"macro","name":{"value":"Macro"},"url":"/macro"}]`)
	p := testPages()
	for product, want := range map[site.Product][]string{
		site.Jira:       {"panel", "page"},
		site.Confluence: {"page", "macro"},
	} {
		var got []string
		for _, m := range p.Modules(product, []site.Installation{in}) {
			got = append(got, m.Key)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s lists %v, want %v", product, got, want)
		}
	}
	var unknown *UnknownModuleError
	if _, err := p.Sign(testSite(site.Jira), in, Request{ModuleKey: "macro"}); !errors.As(err, &unknown) {
		t.Errorf("JIRA signed a macro: %v", err)
	}
}

func TestModulesAndDefaults(t *testing.T) {
	in := install("http://localhost:3000", panelAt("/p?k={issue.key}&s={space.key}")+`,
		"generalPages":[{"key":"page","name":{"value":"Page"},"url":"/g?k={project.key}"}],
		"webhooks":[{"event":"x","url":"/h"}]`)
	broken := site.Installation{AddonKey: "broken", Descriptor: []byte("{"), State: site.Enabled}
	gone := install("http://localhost:3000", panelAt("/p"))
	gone.State = site.Uninstalled
	p := testPages()
	modules := p.Modules(site.Jira, []site.Installation{broken, gone, in})
	if len(modules) != 2 {
		t.Fatalf("got %+v", modules)
	}
	m := modules[0]
	if m.Key != "panel" || m.Type != "webPanels" || m.Name != "Panel" || m.AddonName != "Example" ||
		m.Location != "atl.jira.view.issue.right.context" || m.Pointer != "/modules/webPanels/0" || len(m.Variables) != 2 {
		t.Errorf("got %+v", m)
	}
	if got, want := p.Defaults(testSite(site.Jira), m), (map[string]string{"issue.key": "DEMO-1", "space.key": ""}); !maps.Equal(got, want) {
		t.Errorf("defaults %v, want %v", got, want)
	}
	if got := p.Defaults(testSite(site.Jira), modules[1]); !maps.Equal(got, map[string]string{"project.key": ""}) {
		t.Errorf("defaults of a general page %v", got)
	}
}

func TestFetchIsAcceptedByAStrictAddon(t *testing.T) {
	log, err := exchange.Open(context.Background(), exchange.Params{Path: filepath.Join(t.TempDir(), "log.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	}()
	clock := func() time.Time { return noon }
	p := New(Params{Transport: &exchange.Transport{Log: log, Clock: clock}, Clock: clock, Rand: zeros{}, NewID: func() string { return "cause" }, Descriptors: new(site.Descriptors)})
	addon := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		check := connectjwt.Check{
			Algorithm: connectjwt.HS256, Secret: secret, Issuer: "client-1", Now: noon,
			Request: connectjwt.Request{Method: r.Method, Target: r.RequestURI, Base: "http://x/app"},
		}
		token, verdict := check.Verify(r.URL.Query().Get("jwt"))
		if !verdict.OK {
			w.WriteHeader(http.StatusUnauthorized)
		}
		if err := json.NewEncoder(w).Encode(map[string]any{"verdict": verdict, "sub": token.Claims.Subject, "language": r.Header.Get("Accept-Language")}); err != nil {
			t.Error(err)
		}
	}))
	defer addon.Close()
	in := install(addon.URL+"/app", panelAt("/a b/{issue.key}?q=x y&t={issue.summary}&'"))
	signed, record, err := p.Fetch(context.Background(), testSite(site.Jira), in, Request{AddonKey: in.AddonKey, ModuleKey: "panel", UserID: "5f:mel"})
	if err != nil || record.Status != http.StatusOK || !record.Verdict.OK {
		t.Fatalf("%+v, %v: %s", record.Verdict, err, record.ResponseBody)
	}
	if !strings.Contains(string(record.ResponseBody), `"language":"de-DE","sub":"5f:mel"`) {
		t.Errorf("answer %s", record.ResponseBody)
	}
	if record.Kind != exchange.KindPage || record.Module != "panel" || record.Addon != in.AddonKey || record.Token != signed.Token || record.URL != signed.URL || record.ID == 0 {
		t.Errorf("record %+v", record)
	}

	addon.Close()
	_, record, err = p.Fetch(context.Background(), testSite(site.Jira), in, Request{ModuleKey: "panel"})
	if err == nil || record.ID == 0 || record.Error != "connection refused" {
		t.Errorf("an add-on that is down: %+v, %v", record, err)
	}
	_, record, err = p.Fetch(context.Background(), testSite(site.Jira), in, Request{ModuleKey: "nope"})
	if err == nil || record.ID != 0 {
		t.Errorf("no such module: %+v, %v", record, err)
	}
}
