package e2e

import (
	"crypto/rand"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/loopback"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/trust"
)

// The assertion an ACE add-on writes is refused by a token endpoint that has another secret or another
// site in mind, and taken by the same one when it is right: so that ours takes it proves that ours
// checks it.
func TestACEGetsNoTokenFromAWrongHost(t *testing.T) {
	packages := acePackages(t, "ace")
	h := makeWrongHost(t)
	const account = "712020:of-the-viewer"
	right := trust.Client{
		Site:         site.Running{Site: site.Site{ID: "jira", Title: "Wrong", Product: site.Jira, OAuthClientID: wrongClientID, Users: []site.User{{AccountID: account}}}, BaseURL: h.server.URL},
		Installation: site.Installation{AddonKey: aceKey, SharedSecret: h.secret, State: site.Enabled},
		Scopes:       []string{"READ", "ACT_AS_USER"},
	}
	var known atomic.Pointer[trust.Client] // to the token endpoint
	log := h.proxyFor(t, packages, func(string) []trust.Client { return []trust.Client{*known.Load()} })

	installed := h.claims(http.MethodPost, "/installed")
	installed.Audience = []string{h.ace.baseURL}
	if got := h.install(installed, h.key.Private); got/100 != 2 {
		t.Fatalf("installed was answered with %d", got)
	}
	h.ace.expect(t, "installed")

	for _, tc := range []struct {
		name  string
		wrong func(c *trust.Client)
		rule  connectjwt.RuleID // "" when a token must be given
	}{
		{"another secret", func(c *trust.Client) { c.Installation.SharedSecret += "x" }, connectjwt.RuleSignature},
		{"another tnt", func(c *trust.Client) { c.Site.BaseURL = "https://other.example" }, "oauth.tnt"},
		{"another person", func(c *trust.Client) { c.Site.Users = nil }, "oauth.sub"},
		{"no right to act as a user", func(c *trust.Client) { c.Scopes = []string{"READ"} }, "oauth.scope"},
		{"nothing wrong", func(*trust.Client) {}, ""},
	} {
		c := right
		tc.wrong(&c)
		known.Store(&c)
		target := "/as-user?issue=DEMO-1"
		claims := h.claims(http.MethodGet, target)
		claims.Subject = account
		want := http.StatusBadGateway
		if tc.rule == "" {
			want = http.StatusOK
		}
		if got := h.ask(target, claims, h.secret); got != want {
			t.Errorf("%s: the add-on answered %d, want %d", tc.name, got, want)
		}
		h.ace.expect(t, "as-user")
		filter, err := exchange.ParseFilter("kind:oauth")
		if err != nil {
			t.Fatal(err)
		}
		rows, err := log.Rows(t.Context(), exchange.Query{Filter: filter, Limit: 1})
		if err != nil || len(rows) != 1 || rows[0].Rule != tc.rule {
			t.Errorf("%s: %+v, %v", tc.name, rows, err)
		}
	}
}

// proxyFor starts the add-on behind a proxy that knows the host's key, and whose token endpoint knows
// these clients. It gives the proxy's log.
func (h *wrongHost) proxyFor(t *testing.T, packages string, clients func(string) []trust.Client) *exchange.Log {
	t.Helper()
	dir := t.TempDir()
	log, err := exchange.Open(t.Context(), exchange.Params{Path: filepath.Join(dir, "exchanges.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	authority, err := trust.NewAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, authority.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	proxy := trust.NewProxy(trust.ProxyParams{
		Log: log, Clock: time.Now, Authority: authority, Key: h.key, Client: exchange.NewClient(), Logf: t.Logf,
		Script: http.NotFoundHandler(), Allowed: func() []string { return nil },
		OAuth: trust.NewOAuth(trust.OAuthParams{Clock: time.Now, Rand: rand.Reader, Clients: clients,
			BaseURL: func() string { return "http://localhost/oauth" }}),
	})
	l, err := loopback.Listen(t.Context(), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	proxy.Serve(t.Context(), l)
	t.Cleanup(func() {
		if err := proxy.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	h.ace = startACEWith(t, packages, "AC_OPTS=no-reg", "HTTPS_PROXY=http://localhost:"+strconv.Itoa(l.Port()),
		"NO_PROXY=localhost,127.0.0.1", "NODE_EXTRA_CA_CERTS="+ca)
	return log
}
