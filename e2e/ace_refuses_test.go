package e2e

import (
	"crypto/rsa"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/trust"
)

// A host that signs wrong on purpose is refused by every version of the framework, and the same host
// is accepted when it signs right: so that ours is accepted proves that ours signs right.
func TestACERefusesAWrongHost(t *testing.T) { eachACE(t, testACERefuses) }

// wrongHost is a host made by hand, whose every claim and key can be another than it should be.
type wrongHost struct {
	t         *testing.T
	ace       *aceAddon
	server    *httptest.Server
	clientKey string
	secret    string
	key       trust.Key
}

func newWrongHost(t *testing.T, packages string) *wrongHost {
	t.Helper()
	h := makeWrongHost(t)
	h.ace = startACE(t, packages, h.server.URL+"/keys", "")
	return h
}

// makeWrongHost is a wrong host without an add-on yet.
func makeWrongHost(t *testing.T) *wrongHost {
	t.Helper()
	key := newInstallKey(t)
	secret, err := site.NewSecret(strings.NewReader("thirty-two bytes of pretend luck"))
	if err != nil {
		t.Fatal(err)
	}
	h := &wrongHost{t: t, clientKey: "11111111-2222-4333-8444-555555555555", secret: secret, key: key}
	h.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys/"+key.ID {
			_, _ = w.Write(key.PublicPEM())
			return
		}
		_, _ = io.WriteString(w, `{"accountId":"of-the-add-on"}`) // what the page asks for
	}))
	t.Cleanup(h.server.Close)
	return h
}

func newInstallKey(t *testing.T) trust.Key {
	t.Helper()
	key, err := trust.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// claims are the right ones for a request to the add-on.
func (h *wrongHost) claims(method, target string) connectjwt.Claims {
	now := time.Now()
	return connectjwt.Claims{
		Issuer: h.clientKey, IssuedAt: now.Unix(), Expires: now.Add(3 * time.Minute).Unix(),
		QSH: connectjwt.Request{Method: method, Target: target}.QSH(),
	}
}

// install posts installed.
func (h *wrongHost) install(c connectjwt.Claims, key *rsa.PrivateKey) int {
	h.t.Helper()
	token, err := connectjwt.SignRS256(c, key, h.key.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{
		"key": aceKey, "clientKey": h.clientKey, "sharedSecret": h.secret, "baseUrl": h.server.URL,
		"productType": "jira", "eventType": "installed", "oauthClientId": wrongClientID,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.ace.baseURL+"/installed", strings.NewReader(string(body)))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "JWT "+token)
	return h.send(req)
}

const (
	pageTarget    = "/page?issue=DEMO-1"
	wrongClientID = "client-of-a-wrong-host"
)

// page asks for a page.
func (h *wrongHost) page(c connectjwt.Claims, secret string) int { return h.ask(pageTarget, c, secret) }

func (h *wrongHost) ask(target string, c connectjwt.Claims, secret string) int {
	h.t.Helper()
	token := url.QueryEscape(connectjwt.SignHS256(c, secret))
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.ace.baseURL+target+"&jwt="+token, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.send(req)
}

func (h *wrongHost) send(req *http.Request) int {
	h.t.Helper()
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

func testACERefuses(t *testing.T, packages string) {
	h := newWrongHost(t, packages)
	other := newInstallKey(t)

	for _, tc := range []struct {
		name  string
		wrong func(c *connectjwt.Claims)
		key   *rsa.PrivateKey
	}{
		{"wrong aud", func(c *connectjwt.Claims) { c.Audience = []string{"http://localhost:1"} }, h.key.Private},
		{"no aud", func(c *connectjwt.Claims) { c.Audience = nil }, h.key.Private},
		{"wrong qsh", func(c *connectjwt.Claims) { c.QSH = connectjwt.Request{Method: "POST", Target: "/enabled"}.QSH() }, h.key.Private},
		{"other iss", func(c *connectjwt.Claims) { c.Issuer = "another" }, h.key.Private},
		{"expired", func(c *connectjwt.Claims) { c.Expires = c.IssuedAt - 60 }, h.key.Private},
		{"other key", func(*connectjwt.Claims) {}, other.Private},
	} {
		c := h.claims(http.MethodPost, "/installed")
		c.Audience = []string{h.ace.baseURL}
		tc.wrong(&c)
		if got := h.install(c, tc.key); got != http.StatusUnauthorized && got != http.StatusBadRequest {
			t.Errorf("installed with %s was answered with %d", tc.name, got)
		}
	}
	right := h.claims(http.MethodPost, "/installed")
	right.Audience = []string{h.ace.baseURL}
	if got := h.install(right, h.key.Private); got/100 != 2 {
		t.Fatalf("a right installed was answered with %d", got)
	}
	h.ace.expect(t, "installed") // the first it tells of

	for _, tc := range []struct {
		name   string
		wrong  func(c *connectjwt.Claims)
		secret string
	}{
		{"wrong qsh", func(c *connectjwt.Claims) { c.QSH = connectjwt.Request{Method: "GET", Target: "/page"}.QSH() }, h.secret},
		{"aud", func(c *connectjwt.Claims) { c.Audience = []string{h.ace.baseURL} }, h.secret},
		{"other iss", func(c *connectjwt.Claims) { c.Issuer = aceKey }, h.secret},
		{"expired", func(c *connectjwt.Claims) { c.Expires = c.IssuedAt - 60 }, h.secret},
		{"other secret", func(*connectjwt.Claims) {}, h.secret[1:] + "x"},
	} {
		c := h.claims(http.MethodGet, pageTarget)
		tc.wrong(&c)
		if got := h.page(c, tc.secret); got != http.StatusUnauthorized && got != http.StatusBadRequest {
			t.Errorf("a page with %s was answered with %d", tc.name, got)
		}
	}
	if got := h.page(h.claims(http.MethodGet, pageTarget), h.secret); got != http.StatusOK {
		t.Errorf("a right page was answered with %d", got)
	}
	h.ace.expect(t, "page") // the first it tells of
}
