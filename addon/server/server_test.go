package server_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/server"
)

const (
	clientKey = "6d1f0000-tenant-of-the-server-tests"
	secret    = "not-a-real-secret-of-the-server-tests"
	siteURL   = "http://localhost:2990/jira"
	kid       = "server-tests-key-1"
)

// site plays the host: it has a clock, an install key, and signs like one.
type site struct {
	t     *testing.T
	addon *server.Server
	store *server.Memory
	key   *rsa.PrivateKey
	keys  *httptest.Server

	mu   sync.Mutex
	now  time.Time
	text []byte
}

func newSite(t *testing.T, descriptor string) *site {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, key: key, store: new(server.Memory), now: time.Unix(1_800_000_000, 0)}
	s.edit(descriptor)
	s.keys = httptest.NewServer(http.HandlerFunc(s.serveKey))
	t.Cleanup(s.keys.Close)
	s.addon = server.New(server.Params{
		Descriptor:     s.descriptor,
		InstallKeysURL: func() string { return s.keys.URL + "/install-keys" },
		Store:          s.store,
		Clock:          s.clock,
		Logf:           t.Logf,
	})
	if err := s.addon.Start(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.addon.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *site) serveKey(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/install-keys/" + kid:
		w.Write(connectjwt.PublicKeyPEM(&s.key.PublicKey))
	case "/install-keys/page":
		io.WriteString(w, "<html>no key</html>")
	case "/install-keys/large":
		w.Write(bytes.Repeat([]byte("x"), 100<<10))
	default:
		http.NotFound(w, r)
	}
}

func (s *site) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *site) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *site) descriptor() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text
}

func (s *site) edit(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = []byte(text)
}

// claims are those of a good token for a request.
func (s *site) claims(method, target string) connectjwt.Claims {
	now := s.clock().Unix()
	return connectjwt.Claims{
		Issuer: clientKey, IssuedAt: now, Expires: now + 180,
		QSH: connectjwt.Request{Method: method, Target: target}.QSH(),
	}
}

func (s *site) installClaims(target string) connectjwt.Claims {
	c := s.claims("POST", target)
	c.Audience = []string{s.addon.BaseURL()}
	return c
}

func (s *site) signInstall(c connectjwt.Claims) string {
	s.t.Helper()
	raw, err := connectjwt.SignRS256(c, s.key, kid)
	if err != nil {
		s.t.Fatal(err)
	}
	return raw
}

func callback(event, secret string) string {
	text, _ := json.Marshal(map[string]string{
		"key": "com.example.first-addon", "clientKey": clientKey, "sharedSecret": secret, "baseUrl": siteURL,
		"productType": "jira", "eventType": event,
	})
	return string(text)
}

type answer struct {
	status  int
	header  http.Header
	body    string
	verdict connectjwt.Verdict
}

// send makes one real request; token goes into the header unless it is empty.
func (s *site) send(method, target, token, body string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.addon.BaseURL()+target, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "JWT "+token)
	}
	return s.do(req)
}

func (s *site) do(req *http.Request) answer {
	s.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, body: string(text)}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") {
		var p struct {
			Type, Title, Detail string
			Status              int
			Verdict             connectjwt.Verdict
		}
		if err := json.Unmarshal(text, &p); err != nil {
			s.t.Fatalf("problem %s: %v", text, err)
		}
		if p.Type == "" || p.Title == "" || p.Detail == "" || p.Status != res.StatusCode {
			s.t.Errorf("incomplete problem: %s", text)
		}
		a.verdict = p.Verdict
	}
	return a
}

func (s *site) install(secret string) answer {
	s.t.Helper()
	return s.send("POST", "/installed", s.signInstall(s.installClaims("/installed")), callback("installed", secret))
}

func (s *site) mustInstall() {
	s.t.Helper()
	if a := s.install(secret); a.status != http.StatusNoContent {
		s.t.Fatalf("install: %d %s", a.status, a.body)
	}
}

// open requests a page with a token in the query.
func (s *site) open(target string) answer {
	s.t.Helper()
	c := s.claims("GET", target)
	c.Subject, c.Context = "557058:mia", json.RawMessage("{}")
	separator := "?"
	if strings.Contains(target, "?") {
		separator = "&"
	}
	return s.send("GET", target+separator+"jwt="+connectjwt.SignHS256(c, secret), "", "")
}

func sample(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../assets/samples/first-addon/atlassian-connect.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWholeLife(t *testing.T) {
	s := newSite(t, sample(t))
	s.mustInstall()
	tenant, ok, _ := s.store.Get(t.Context(), clientKey)
	if !ok || tenant.SharedSecret != secret || tenant.BaseURL != siteURL || !tenant.Installed {
		t.Fatalf("stored tenant %+v", tenant)
	}
	signed := func(target string) string { return connectjwt.SignHS256(s.claims("POST", target), secret) }
	for _, step := range []struct{ target, body string }{
		{"/enabled", callback("enabled", "")},
		{"/webhooks/issue-created", `{"webhookEvent":"jira:issue_created"}`},
		{"/webhooks/page-created?user_id=mia&user_key=mia", `{"event":"page_created"}`},
		{"/disabled", callback("disabled", "")},
	} {
		if a := s.send("POST", step.target, signed(step.target), step.body); a.status != http.StatusNoContent || a.body != "" {
			t.Errorf("%s: %d %s", step.target, a.status, a.body)
		}
	}
	if a := s.open("/overview?xdm_e=http%3A%2F%2Flocalhost%3A2990&cp=%2Fjira&lic=active"); a.status != http.StatusOK {
		t.Errorf("page: %d %s", a.status, a.body)
	}
	gone := s.send("POST", "/uninstalled", s.signInstall(s.installClaims("/uninstalled")), callback("uninstalled", ""))
	if gone.status != http.StatusNoContent {
		t.Errorf("uninstalled: %d %s", gone.status, gone.body)
	}
	late := s.send("POST", "/disabled", signed("/disabled"), callback("disabled", ""))
	if late.status != http.StatusNoContent {
		t.Errorf("disabled after uninstalled: %d %s", late.status, late.body)
	}
	if a := s.open("/overview"); a.verdict.Rule != connectjwt.RuleTenant || !strings.Contains(a.verdict.Cause, "uninstalled") {
		t.Errorf("page after uninstall: %d %+v", a.status, a.verdict)
	}
}

func TestDescriptorIsServedPointedToItself(t *testing.T) {
	s := newSite(t, sample(t))
	a := s.send("GET", "/atlassian-connect.json", "", "")
	if a.status != http.StatusOK || !strings.Contains(a.body, `"baseUrl": "`+s.addon.BaseURL()+`"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if want := s.addon.BaseURL() + "/atlassian-connect.json"; s.addon.DescriptorURL() != want {
		t.Errorf("DescriptorURL %s, want %s", s.addon.DescriptorURL(), want)
	}
	s.edit(`{"broken": `)
	if a := s.send("GET", "/atlassian-connect.json", "", ""); a.status != http.StatusOK || !strings.Contains(a.body, "broken") {
		t.Errorf("a broken text is not served as it stands: %d %s", a.status, a.body)
	}
	if a := s.send("GET", "/", "", ""); a.status != http.StatusFound || a.header.Get("Location") != "/atlassian-connect.json" {
		t.Errorf("root: %d", a.status)
	}
	s.mustInstall() // by the routes of the last text that could be read
}

func TestRoutesFollowTheText(t *testing.T) {
	s := newSite(t, sample(t))
	s.mustInstall()
	if a := s.open("/elsewhere"); a.status != http.StatusNotFound {
		t.Errorf("before the edit: %d", a.status)
	}
	s.edit(strings.Replace(sample(t), `"url": "/overview"`, `"url": "/elsewhere"`, 1))
	if a := s.open("/elsewhere"); a.status != http.StatusOK {
		t.Errorf("after the edit: %d %s", a.status, a.body)
	}
	if a := s.open("/overview"); a.status != http.StatusNotFound {
		t.Errorf("the old address after the edit: %d", a.status)
	}
}

func TestStrangeRequests(t *testing.T) {
	s := newSite(t, sample(t))
	for _, tc := range []struct {
		method, target string
		status         int
		allow          string
	}{
		{"GET", "/nowhere", http.StatusNotFound, ""},
		{"GET", "/installed", http.StatusMethodNotAllowed, "POST"},
		{"PUT", "/webhooks/issue-created", http.StatusMethodNotAllowed, "POST"},
		{"POST", "/overview", http.StatusMethodNotAllowed, "GET, HEAD"},
		{"POST", "/atlassian-connect.json", http.StatusMethodNotAllowed, "GET, HEAD"},
		{"GET", "/_addon/page.css", http.StatusOK, ""},
		{"GET", "/_addon/page.js", http.StatusOK, ""},
	} {
		a := s.send(tc.method, tc.target, "", "")
		if a.status != tc.status || a.header.Get("Allow") != tc.allow {
			t.Errorf("%s %s: %d, Allow %q", tc.method, tc.target, a.status, a.header.Get("Allow"))
		}
	}
	if a := s.send("POST", "/installed", "", strings.Repeat("x", 17<<20)); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of 17 MB: %d", a.status)
	}
}

func TestForeignHostHeaderIsRefused(t *testing.T) {
	s := newSite(t, sample(t))
	port := s.addon.BaseURL()[strings.LastIndexByte(s.addon.BaseURL(), ':'):]
	for host, status := range map[string]int{
		"localhost" + port: http.StatusOK, "127.0.0.1" + port: http.StatusOK, "[::1]" + port: http.StatusOK,
		"evil.example.com": http.StatusMisdirectedRequest, "evil.example.com" + port: http.StatusMisdirectedRequest,
		"localhost": http.StatusMisdirectedRequest, "localhost:1": http.StatusMisdirectedRequest,
		"localhost.evil.example.com" + port: http.StatusMisdirectedRequest,
	} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.addon.DescriptorURL(), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		if a := s.do(req); a.status != status {
			t.Errorf("Host %s: %d, want %d", host, a.status, status)
		}
	}
}

func TestConcurrentInstalls(t *testing.T) {
	s := newSite(t, sample(t))
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			secret := fmt.Sprintf("concurrent-secret-%02d", i)
			if a := s.install(secret); a.status != http.StatusNoContent {
				t.Errorf("install %d: %d %s", i, a.status, a.body)
			}
		})
	}
	group.Wait()
	tenant, _, _ := s.store.Get(t.Context(), clientKey)
	if len(tenant.OldSecrets) != 8 {
		t.Errorf("%d old secrets", len(tenant.OldSecrets))
	}
}

func TestPortTakenTakesTheNext(t *testing.T) {
	first := newSite(t, sample(t))
	var port int
	if _, err := fmt.Sscanf(first.addon.BaseURL(), "http://localhost:%d", &port); err != nil {
		t.Fatal(err)
	}
	second := server.New(server.Params{Descriptor: first.descriptor})
	if err := second.Start(t.Context(), port); err != nil {
		t.Fatal(err)
	}
	if second.BaseURL() == first.addon.BaseURL() {
		t.Error("both listen at", second.BaseURL())
	}
	if err := second.Start(t.Context(), port); err != server.ErrStarted {
		t.Errorf("second start: %v", err)
	}
	for range 2 { // closing twice does no harm
		if err := second.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if second.BaseURL() != "" || second.DescriptorURL() != "" {
		t.Error("a closed add-on still has an address")
	}
}

func TestEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := server.New(server.Params{Descriptor: func() []byte { return []byte("{}") }})
	if err := s.Start(ctx, 0); err != nil {
		t.Fatal(err)
	}
	address := s.DescriptorURL()
	cancel()
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if res, err := http.Get(address); err == nil {
		res.Body.Close()
		t.Error("still answers")
	}
}
