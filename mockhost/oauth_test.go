package mockhost_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/hosttest"
)

const vendorAudience = "https://oauth-2-authorization-server.services.atlassian.com"

// assertion are the claims frameworks write. iat is left out, as some of them do.
func (c *caller) assertion() connectjwt.Claims {
	return connectjwt.Claims{
		Issuer:   "urn:atlassian:connect:clientid:" + c.site.OAuthClientID,
		Subject:  "urn:atlassian:connect:useraccountid:" + c.site.Users[1].AccountID,
		Audience: []string{vendorAudience},
		Expires:  c.host.Clock.Now().Add(time.Minute).Unix(),
		Extra:    map[string]json.RawMessage{"tnt": json.RawMessage(`"` + c.site.BaseURL + `"`)},
	}
}

func (c *caller) askToken(at string, form url.Values) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, at, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(req)
}

func (c *caller) form(claims connectjwt.Claims, secret string) url.Values {
	return url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"},
		"assertion":  {connectjwt.SignHS256(claims, secret)},
	}
}

func TestOAuth(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(c *caller, k *connectjwt.Claims)
		form   func(f url.Values)
		secret string
		status int
		code   string
		rule   connectjwt.RuleID
	}{
		{name: "good", status: 200},
		{name: "aud is our own address", change: func(c *caller, k *connectjwt.Claims) { k.Audience = []string{c.host.OAuthURL()} }, status: 200},
		{name: "user key", change: func(c *caller, k *connectjwt.Claims) {
			k.Subject = "urn:atlassian:connect:userkey:" + c.site.Users[0].AccountID
		}, status: 200},
		{name: "tnt with a slash behind", change: func(c *caller, k *connectjwt.Claims) {
			k.Extra["tnt"] = json.RawMessage(`"` + c.site.BaseURL + `/"`)
		}, status: 200},
		{name: "user key of its time", change: func(c *caller, k *connectjwt.Claims) {
			k.Subject = "urn:atlassian:connect:userkey:" + c.site.UserKey(c.site.Users[0])
		}, status: 200},
		{name: "aud of the first years", change: func(_ *caller, k *connectjwt.Claims) { k.Audience = []string{"https://auth.atlassian.io"} }, status: 200},
		{name: "iat as most write it", change: func(c *caller, k *connectjwt.Claims) { k.IssuedAt = c.host.Clock.Now().Unix() }, status: 200},
		{name: "scopes with a plus, as Go's client sends them", form: func(f url.Values) { f.Set("scope", "READ+ACT_AS_USER") }, status: 200},
		{name: "scope of the descriptor", form: func(f url.Values) { f.Set("scope", "READ ACT_AS_USER") }, status: 200},

		{name: "other grant", form: func(f url.Values) { f.Set("grant_type", "password") }, status: 400, code: "unsupported_grant_type", rule: "oauth.grant"},
		{name: "no assertion", form: func(f url.Values) { f.Del("assertion") }, status: 400, code: "invalid_request", rule: "oauth.request"},
		{name: "two assertions", form: func(f url.Values) { f.Add("assertion", f.Get("assertion")) }, status: 400, code: "invalid_request", rule: "oauth.request"},
		{name: "iat in the future", change: func(_ *caller, k *connectjwt.Claims) { k.IssuedAt = k.Expires }, status: 400, code: "invalid_grant", rule: connectjwt.RuleIat},
		{name: "no exp", change: func(_ *caller, k *connectjwt.Claims) { k.Expires = 0 }, status: 400, code: "invalid_grant", rule: connectjwt.RuleExp},
		{name: "no iss", change: func(_ *caller, k *connectjwt.Claims) { k.Issuer = "" }, status: 400, code: "invalid_grant", rule: connectjwt.RuleIss},
		{name: "user key under the prefix of account ids", change: func(c *caller, k *connectjwt.Claims) {
			k.Subject = "urn:atlassian:connect:useraccountid:" + c.site.UserKey(c.site.Users[0])
		}, status: 400, code: "invalid_grant", rule: "oauth.sub"},
		{name: "tenant in other letters", change: func(c *caller, k *connectjwt.Claims) {
			k.Extra["tnt"] = json.RawMessage(`"` + strings.ToUpper(c.site.BaseURL) + `"`)
		}, status: 400, code: "invalid_grant", rule: "oauth.tnt"},
		{name: "no JWT", form: func(f url.Values) { f.Set("assertion", "text") }, status: 400, code: "invalid_grant", rule: connectjwt.RuleMalformed},
		{name: "scope the descriptor lacks", form: func(f url.Values) { f.Set("scope", "ADMIN") }, status: 400, code: "invalid_scope", rule: "oauth.scope"},
		{name: "scope in lower case", form: func(f url.Values) { f.Set("scope", "read") }, status: 400, code: "invalid_scope", rule: "oauth.scope"},
		{name: "iss without prefix", change: func(c *caller, k *connectjwt.Claims) { k.Issuer = c.site.OAuthClientID }, status: 400, code: "invalid_grant", rule: connectjwt.RuleIss},
		{name: "unknown client", change: func(_ *caller, k *connectjwt.Claims) { k.Issuer += "x" }, status: 401, code: "invalid_client", rule: connectjwt.RuleTenant},
		{name: "other secret", secret: "guess", status: 400, code: "invalid_grant", rule: connectjwt.RuleSignature},
		{name: "other aud", change: func(_ *caller, k *connectjwt.Claims) { k.Audience = []string{"https://other.example"} }, status: 400, code: "invalid_grant", rule: connectjwt.RuleAud},
		{name: "no aud", change: func(_ *caller, k *connectjwt.Claims) { k.Audience = nil }, status: 400, code: "invalid_grant", rule: connectjwt.RuleAud},
		{name: "expired", change: func(_ *caller, k *connectjwt.Claims) { k.Expires -= 120 }, status: 400, code: "invalid_grant", rule: connectjwt.RuleExp},
		{name: "lives an hour", change: func(_ *caller, k *connectjwt.Claims) { k.Expires += 3600 }, status: 400, code: "invalid_grant", rule: connectjwt.RuleExp},
		{name: "sub without prefix", change: func(c *caller, k *connectjwt.Claims) { k.Subject = c.site.Users[0].AccountID }, status: 400, code: "invalid_grant", rule: "oauth.sub"},
		{name: "unknown user", change: func(_ *caller, k *connectjwt.Claims) { k.Subject += "x" }, status: 400, code: "invalid_grant", rule: "oauth.sub"},
		{name: "other tenant", change: func(_ *caller, k *connectjwt.Claims) { k.Extra["tnt"] = json.RawMessage(`"https://other.example"`) }, status: 400, code: "invalid_grant", rule: "oauth.tnt"},
		{name: "tenant is no text", change: func(_ *caller, k *connectjwt.Claims) { k.Extra["tnt"] = json.RawMessage(`7`) }, status: 400, code: "invalid_grant", rule: "oauth.tnt"},
		{name: "no tenant", change: func(_ *caller, k *connectjwt.Claims) { k.Extra = nil }, status: 400, code: "invalid_grant", rule: "oauth.tnt"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := newCaller(t, "jira", nil)
			claims, secret := c.assertion(), c.in.SharedSecret
			if tc.change != nil {
				tc.change(c, &claims)
			}
			if tc.secret != "" {
				secret = tc.secret
			}
			form := c.form(claims, secret)
			if tc.form != nil {
				tc.form(form)
			}
			a := c.askToken(c.host.OAuthURL()+"/oauth2/token", form)
			code, _ := a.body["error"].(string)
			if a.StatusCode != tc.status || code != tc.code || a.verdict.Rule != tc.rule || a.verdict.OK != (tc.code == "") {
				t.Errorf("got %d %s\nverdict %+v\nwant %d %q %q", a.StatusCode, a.text, a.verdict, tc.status, tc.code, tc.rule)
			}
			if tc.code == "" && (a.body["token_type"] != "Bearer" || a.body["expires_in"] != 900.0) {
				t.Errorf("token answer %s", a.text)
			}
			if a.Header.Get("Cache-Control") != "no-store" {
				t.Error("the answer may be cached")
			}
		})
	}
}

// What is not a form of the right kind is refused before anything in it counts, with the reason.
func TestOAuthWantsAForm(t *testing.T) {
	c := newCaller(t, "jira", nil)
	good := c.form(c.assertion(), c.in.SharedSecret).Encode()
	for _, tc := range []struct {
		name, contentType, query, body string
		part                           string
	}{
		{"JSON", "application/json", "", `{"grant_type":"urn:ietf:params:oauth:grant-type:jwt-bearer"}`, "header"},
		{"no type", "", "", good, "header"},
		{"in the query", "application/x-www-form-urlencoded", "?" + good, "", "request"},
		{"too long", "application/x-www-form-urlencoded", "", "x=" + strings.Repeat("x", 70<<10), "request"},
		{"broken escapes", "application/x-www-form-urlencoded", "", "assertion=%zz", "request"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.host.OAuthURL()+tc.query, strings.NewReader(tc.body))
		if err != nil {
			t.Fatal(err)
		}
		if tc.contentType != "" {
			req.Header.Set("Content-Type", tc.contentType)
		}
		a := c.do(req)
		if a.StatusCode != 400 || a.verdict.OK || a.verdict.At.Part != tc.part || a.body["error"] == "" || a.body["error_description"] == "" {
			t.Errorf("%s: %d %s %+v", tc.name, a.StatusCode, a.text, a.verdict)
		}
	}
}

// An assertion that is not HS256 is refused by its algorithm: the token never chooses it.
func TestOAuthChoosesTheAlgorithm(t *testing.T) {
	c := newCaller(t, "jira", nil)
	key := hosttest.InstallKey(t)
	signed, err := connectjwt.SignRS256(c.assertion(), key.Private, key.ID)
	if err != nil {
		t.Fatal(err)
	}
	form := c.form(c.assertion(), c.in.SharedSecret)
	form.Set("assertion", signed)
	if a := c.askToken(c.host.OAuthURL(), form); a.body["error"] != "invalid_grant" || a.verdict.Rule != connectjwt.RuleAlg {
		t.Errorf("%s %+v", a.text, a.verdict)
	}
}

func TestOAuthWantsTheScopeToActAsUser(t *testing.T) {
	c := newCaller(t, "jira", func(d map[string]any) { d["scopes"] = []string{"READ"} })
	a := c.askToken(c.host.OAuthURL(), c.form(c.assertion(), c.in.SharedSecret))
	if a.body["error"] != "unauthorized_client" || a.verdict.Expected != "ACT_AS_USER" {
		t.Errorf("%s %+v", a.text, a.verdict)
	}
}

func TestAccessTokenActsAsTheUser(t *testing.T) {
	c := newCaller(t, "confluence", nil)
	a := c.askToken(c.host.OAuthURL(), c.form(c.assertion(), c.in.SharedSecret))
	token, _ := a.body["access_token"].(string)
	if token == "" {
		t.Fatal(a.text)
	}
	const path = "/rest/api/user/current"
	a = c.call(http.MethodGet, path, "Bearer "+token)
	if a.body["accountId"] != c.site.Users[1].AccountID || a.body["accountType"] != "atlassian" || !a.verdict.OK {
		t.Errorf("%s %+v", a.text, a.verdict)
	}

	jira := c.host.Site(t, "jira")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, jira.BaseURL+"/rest/api/2/myself", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if a := c.do(req); a.StatusCode != 401 || !strings.Contains(a.verdict.Cause, "another site") {
		t.Errorf("on the other site: %d %+v", a.StatusCode, a.verdict)
	}

	c.host.Clock.Advance(15 * time.Minute)
	if a := c.call(http.MethodGet, path, "Bearer "+token); a.StatusCode != 401 || a.verdict.Rule != "rest.bearer" {
		t.Errorf("after 15 minutes: %d %+v", a.StatusCode, a.verdict)
	}
}

func TestAccessTokenEndsWithTheInstallation(t *testing.T) {
	c := newCaller(t, "jira", nil)
	a := c.askToken(c.host.OAuthURL(), c.form(c.assertion(), c.in.SharedSecret))
	token, _ := a.body["access_token"].(string)
	if err := c.host.Uninstall(t.Context(), "jira", c.in.AddonKey, nil); err != nil {
		t.Fatal(err)
	}
	if a := c.call(http.MethodGet, "/rest/api/2/myself", "Bearer "+token); a.StatusCode != 401 || a.verdict.Rule != "rest.addon" {
		t.Errorf("%d %+v", a.StatusCode, a.verdict)
	}
	a = c.askToken(c.host.OAuthURL(), c.form(c.assertion(), c.in.SharedSecret))
	if a.body["error"] != "invalid_client" {
		t.Errorf("%s", a.text)
	}
}

func TestAccessTokenEndsWithTheReset(t *testing.T) {
	c := newCaller(t, "jira", nil)
	a := c.askToken(c.host.OAuthURL(), c.form(c.assertion(), c.in.SharedSecret))
	token, _ := a.body["access_token"].(string)
	if err := c.host.ResetSite(t.Context(), "jira"); err != nil {
		t.Fatal(err)
	}
	c.host.MustInstall(t, "jira", c.in.DescriptorURL)
	if a := c.call(http.MethodGet, "/rest/api/2/myself", "Bearer "+token); a.StatusCode != 401 || a.verdict.Rule != "rest.bearer" {
		t.Errorf("a token of before the reset: %d %+v", a.StatusCode, a.verdict)
	}
}

func TestOAuthExchangeIsFiledUnderSiteAndAddon(t *testing.T) {
	c := newCaller(t, "jira", nil)
	c.askToken(c.host.OAuthURL(), c.form(c.assertion(), c.in.SharedSecret))
	records := c.host.Exchanges(t, "kind:oauth")
	if len(records) != 1 || records[0].Site != "jira" || records[0].Addon != c.in.AddonKey || strings.Count(records[0].Token, ".") != 2 {
		t.Errorf("%+v", records)
	}
}
