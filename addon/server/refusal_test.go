package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/server"
)

func TestRefusedInstalls(t *testing.T) {
	const target = "/installed"
	good := callback("installed", secret)
	for _, tc := range []struct {
		name   string
		send   func(s *site) answer
		status int
		rule   connectjwt.RuleID
	}{
		{"no token", func(s *site) answer { return s.send("POST", target, "", good) }, 401, connectjwt.RuleMissing},
		{"HS256", func(s *site) answer {
			return s.send("POST", target, connectjwt.SignHS256(s.installClaims(target), secret), good)
		}, 401, connectjwt.RuleAlg},
		{"public key as a secret", func(s *site) answer {
			pem := string(connectjwt.PublicKeyPEM(&s.key.PublicKey))
			return s.send("POST", target, connectjwt.SignHS256(s.installClaims(target), pem), good)
		}, 401, connectjwt.RuleAlg},
		{"no kid", withKid(""), 401, connectjwt.RuleKid},
		{"unknown kid", withKid("nobody"), 401, connectjwt.RuleKid},
		{"kid that leaves the folder", withKid("../" + kid), 401, connectjwt.RuleKid},
		{"kid with a query", withKid("a?b"), 401, connectjwt.RuleKid},
		{"key server gives a page", withKid("page"), 401, connectjwt.RuleKid},
		{"key server gives too much", withKid("large"), 401, connectjwt.RuleKid},
		{"another site's key", func(s *site) answer {
			other := newSite(s.t, "{}")
			raw, _ := connectjwt.SignRS256(s.installClaims(target), other.key, kid)
			return s.send("POST", target, raw, good)
		}, 401, connectjwt.RuleSignature},
		{"another add-on", withClaims(func(c *connectjwt.Claims) { c.Audience = []string{"http://localhost:1"} }), 401, connectjwt.RuleAud},
		{"no audience", withClaims(func(c *connectjwt.Claims) { c.Audience = nil }), 401, connectjwt.RuleAud},
		{"issuer is not the body's clientKey", withClaims(func(c *connectjwt.Claims) { c.Issuer = "somebody" }), 401, connectjwt.RuleIss},
		{"expired", withClaims(func(c *connectjwt.Claims) { c.Expires = c.IssuedAt }), 401, connectjwt.RuleExp},
		{"no qsh", withClaims(func(c *connectjwt.Claims) { c.QSH = "" }), 401, connectjwt.RuleQSH},
		{"context token", withClaims(func(c *connectjwt.Claims) { c.QSH = connectjwt.ContextQSH }), 401, connectjwt.RuleQSH},
		{"another query", func(s *site) answer {
			return s.send("POST", target+"?user_key=admin", s.signInstall(s.installClaims(target)), good)
		}, 401, connectjwt.RuleQSH},
		{"no body", withBody(""), 400, server.RuleBody},
		{"body is a list", withBody("[]"), 400, server.RuleBody},
		{"body without clientKey", withBody(`{"baseUrl":"http://localhost:2990"}`), 400, server.RuleBody},
		{"body without secret", withBody(callback("installed", "")), 400, server.RuleBody},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t, sample(t))
			a := tc.send(s)
			if a.status != tc.status || a.verdict.Rule != tc.rule {
				t.Errorf("%d %s, want %d %s: %s", a.status, a.verdict.Rule, tc.status, tc.rule, a.body)
			}
			if strings.Contains(a.body, secret) {
				t.Error("the answer holds the secret")
			}
			if len(s.store.Tenants()) != 0 {
				t.Error("something was stored")
			}
		})
	}
}

func withKid(kid string) func(*site) answer {
	return func(s *site) answer {
		raw, err := connectjwt.SignRS256(s.installClaims("/installed"), s.key, kid)
		if err != nil {
			s.t.Fatal(err)
		}
		return s.send("POST", "/installed", raw, callback("installed", secret))
	}
}

func withClaims(change func(*connectjwt.Claims)) func(*site) answer {
	return func(s *site) answer {
		c := s.installClaims("/installed")
		change(&c)
		return s.send("POST", "/installed", s.signInstall(c), callback("installed", secret))
	}
}

func withBody(body string) func(*site) answer {
	return func(s *site) answer {
		return s.send("POST", "/installed", s.signInstall(s.installClaims("/installed")), body)
	}
}

func TestRefusedCalls(t *testing.T) {
	const hook = "/webhooks/issue-created"
	for _, tc := range []struct {
		name string
		send func(s *site) answer
		rule connectjwt.RuleID
	}{
		{"webhook without token", func(s *site) answer { return s.send("POST", hook, "", "{}") }, connectjwt.RuleMissing},
		{"scheme in lower case", func(s *site) answer {
			req, _ := http.NewRequestWithContext(s.t.Context(), "POST", s.addon.BaseURL()+hook, nil)
			req.Header.Set("Authorization", "jwt "+connectjwt.SignHS256(s.claims("POST", hook), secret))
			return s.do(req)
		}, connectjwt.RuleMissing},
		{"no token at all in it", func(s *site) answer { return s.send("POST", hook, "abc", "{}") }, connectjwt.RuleMalformed},
		{"install key on a webhook", func(s *site) answer { return s.send("POST", hook, s.signInstall(s.claims("POST", hook)), "{}") }, connectjwt.RuleAlg},
		{"unknown site", callWith(hook, func(c *connectjwt.Claims) { c.Issuer = "stranger" }), connectjwt.RuleTenant},
		{"no issuer", callWith(hook, func(c *connectjwt.Claims) { c.Issuer = "" }), connectjwt.RuleIss},
		{"expired", callWith(hook, func(c *connectjwt.Claims) { c.Expires = c.IssuedAt }), connectjwt.RuleExp},
		{"audience is the add-on", callWith(hook, func(c *connectjwt.Claims) { c.Audience = []string{"http://localhost"} }), connectjwt.RuleAud},
		{"context token", callWith(hook, func(c *connectjwt.Claims) { c.QSH = connectjwt.ContextQSH }), connectjwt.RuleQSH},
		{"page without token", func(s *site) answer { return s.send("GET", "/overview", "", "") }, connectjwt.RuleMissing},
		{"page with an empty token", func(s *site) answer { return s.send("GET", "/overview?jwt=", "", "") }, connectjwt.RuleMissing},
		{"parameter added to a page", func(s *site) answer {
			raw := connectjwt.SignHS256(s.claims("GET", "/overview?lic=active"), secret)
			return s.send("GET", "/overview?lic=active&utm=1&jwt="+raw, "", "")
		}, connectjwt.RuleQSH},
		{"enabled in another site's name", func(s *site) answer {
			body := strings.ReplaceAll(callback("enabled", ""), clientKey, "other-site")
			return s.send("POST", "/enabled", connectjwt.SignHS256(s.claims("POST", "/enabled"), secret), body)
		}, connectjwt.RuleIss},
		{"uninstalled with the shared secret", func(s *site) answer {
			return s.send("POST", "/uninstalled", connectjwt.SignHS256(s.installClaims("/uninstalled"), secret), callback("uninstalled", ""))
		}, connectjwt.RuleAlg},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newSite(t, sample(t))
			s.mustInstall()
			a := tc.send(s)
			if a.status != http.StatusUnauthorized || a.verdict.Rule != tc.rule {
				t.Errorf("%d %s, want 401 %s: %s", a.status, a.verdict.Rule, tc.rule, a.body)
			}
		})
	}
}

func callWith(target string, change func(*connectjwt.Claims)) func(*site) answer {
	return func(s *site) answer {
		c := s.claims("POST", target)
		change(&c)
		return s.send("POST", target, connectjwt.SignHS256(c, secret), "{}")
	}
}

// A new secret counts at once; a token that was under way is good until its life has passed.
func TestRotation(t *testing.T) {
	s := newSite(t, sample(t))
	s.mustInstall()
	const hook = "/webhooks/issue-created"
	before := connectjwt.SignHS256(s.claims("POST", hook), secret)
	s.advance(10 * time.Second)
	if a := s.install("the-second-secret"); a.status != http.StatusNoContent {
		t.Fatalf("re-install: %d %s", a.status, a.body)
	}
	if a := s.send("POST", hook, before, "{}"); a.status != http.StatusNoContent {
		t.Errorf("a token under way: %d %s", a.status, a.body)
	}
	after := connectjwt.SignHS256(s.claims("POST", hook), secret)
	a := s.send("POST", hook, after, "{}")
	if a.verdict.Rule != connectjwt.RuleSignature || !strings.Contains(a.verdict.Cause, "earlier installation (installed 2027-01-15 08:00:00 UTC)") {
		t.Errorf("the old secret after the change: %+v", a.verdict)
	}
	if a := s.send("POST", hook, connectjwt.SignHS256(s.claims("POST", hook), "the-second-secret"), "{}"); a.status != http.StatusNoContent {
		t.Errorf("the new secret: %d %s", a.status, a.body)
	}
}

func TestRefusedReinstallKeepsTheSecret(t *testing.T) {
	s := newSite(t, sample(t))
	s.mustInstall()
	c := s.installClaims("/installed")
	c.Audience = nil
	s.send("POST", "/installed", s.signInstall(c), callback("installed", "stolen"))
	if tenant, _, _ := s.store.Get(t.Context(), clientKey); tenant.SharedSecret != secret {
		t.Error("a refused install replaced the secret")
	}
}

// The rules before signed installs: trust on first use, then the previous secret.
func TestLegacyInstalls(t *testing.T) {
	s := newSite(t, strings.Replace(sample(t), `"signed-install": true`, `"signed-install": false`, 1))
	install := func(token, secret string) answer {
		return s.send("POST", "/installed", token, callback("installed", secret))
	}
	signed := func(target, secret string) string {
		return connectjwt.SignHS256(s.claims("POST", target), secret)
	}
	if a := install(signed("/installed", "lost"), secret); a.verdict.Rule != connectjwt.RuleTenant {
		t.Errorf("signed with a secret we never had: %d %+v", a.status, a.verdict)
	}
	if a := install("", secret); a.status != http.StatusNoContent {
		t.Errorf("first install: %d %s", a.status, a.body)
	}
	if a := install("", "stolen"); a.verdict.Rule != connectjwt.RuleMissing {
		t.Errorf("second install without token: %d %+v", a.status, a.verdict)
	}
	if a := install(signed("/installed", "stolen"), "stolen"); a.verdict.Rule != connectjwt.RuleSignature {
		t.Errorf("second install with a wrong secret: %d %+v", a.status, a.verdict)
	}
	if a := s.send("POST", "/uninstalled", signed("/uninstalled", secret), callback("uninstalled", "")); a.status != http.StatusNoContent {
		t.Errorf("uninstalled: %d %s", a.status, a.body)
	}
	if a := install(signed("/installed", secret), "next"); a.status != http.StatusNoContent {
		t.Errorf("install after uninstall, with the secret before: %d %s", a.status, a.body)
	}
	if a := install(s.signInstall(s.installClaims("/installed")), "after"); a.status != http.StatusNoContent {
		t.Errorf("a host that signs anyway: %d %s", a.status, a.body)
	}
}

func TestNoAuthentication(t *testing.T) {
	s := newSite(t, strings.Replace(sample(t), `"type": "jwt"`, `"type": "none"`, 1))
	if a := s.send("POST", "/installed", "", callback("installed", "")); a.status != http.StatusNoContent {
		t.Errorf("installed: %d %s", a.status, a.body)
	}
	if a := s.send("GET", "/overview", "", ""); a.status != http.StatusOK || !strings.Contains(a.body, "Not verified") {
		t.Errorf("page: %d %s", a.status, a.body)
	}
}

// Frameworks give all callbacks one address; the body says which is meant.
func TestOneAddressForAllCallbacks(t *testing.T) {
	text := sample(t)
	for _, name := range []string{"installed", "enabled", "disabled", "uninstalled"} {
		text = strings.Replace(text, `"/`+name+`"`, `"/lifecycle"`, 1)
	}
	s := newSite(t, text)
	install := s.signInstall(s.installClaims("/lifecycle"))
	if a := s.send("POST", "/lifecycle", install, callback("installed", secret)); a.status != http.StatusNoContent {
		t.Errorf("installed: %d %s", a.status, a.body)
	}
	signed := connectjwt.SignHS256(s.claims("POST", "/lifecycle"), secret)
	if a := s.send("POST", "/lifecycle", signed, callback("enabled", "")); a.status != http.StatusNoContent {
		t.Errorf("enabled: %d %s", a.status, a.body)
	}
	if a := s.send("POST", "/lifecycle", signed, callback("", "")); a.status != http.StatusBadRequest || a.verdict.Rule != server.RuleBody {
		t.Errorf("no event: %d %s", a.status, a.body)
	}
}

type brokenStore struct{ server.Memory }

func (*brokenStore) Put(context.Context, server.Tenant) error { return errors.New("disk full") }

func TestStoreFailureIsNoSuccess(t *testing.T) {
	s := newSite(t, strings.Replace(sample(t), `"type": "jwt"`, `"type": "none"`, 1))
	addon := server.New(server.Params{Descriptor: s.descriptor, Store: new(brokenStore), Clock: s.clock})
	if err := addon.Start(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	defer addon.Close(t.Context())
	s.addon = addon
	a := s.send("POST", "/installed", "", callback("installed", secret))
	var p struct{ Title string }
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.status != http.StatusInternalServerError || p.Title == "" {
		t.Errorf("%d %s", a.status, a.body)
	}
}
