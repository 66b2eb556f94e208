package mockhost_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/site"
)

// caller is an add-on that calls back.
type caller struct {
	t    *testing.T
	host *hosttest.Host
	site site.Running
	in   site.Installation
}

func newCaller(t *testing.T, siteID string, describe func(d map[string]any)) *caller {
	t.Helper()
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	if describe != nil {
		addon.Describe(describe)
	}
	in := host.MustInstall(t, siteID, addon.DescriptorURL())
	return &caller{t, host, host.Site(t, siteID), in}
}

// claims are those of a good token for a request below the site's base URL.
func (c *caller) claims(method, path string) connectjwt.Claims {
	now := c.host.Clock.Now()
	return connectjwt.Claims{
		Issuer: c.in.AddonKey, IssuedAt: now.Unix(), Expires: now.Add(3 * time.Minute).Unix(),
		QSH: connectjwt.Request{Method: method, Target: path}.QSH(),
	}
}

// answer is what came back, with what the log says about it.
type answer struct {
	*http.Response
	text    string
	body    map[string]any
	verdict connectjwt.Verdict
}

func (c *caller) call(method, path, authorization string) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.site.BaseURL+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	return c.do(req)
}

func (c *caller) do(req *http.Request) answer {
	c.t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	a := answer{Response: res, text: string(text)}
	_ = json.Unmarshal(text, &a.body) // stays nil when it is no object
	records := c.host.Exchanges(c.t, "dir:in")
	if len(records) == 0 {
		c.t.Fatal("the call is not in the log")
	}
	a.verdict = records[len(records)-1].Verdict
	return a
}

func TestGate(t *testing.T) {
	const myself = "/rest/api/2/myself"
	for _, tc := range []struct {
		name   string
		path   string // "": myself
		change func(c *caller, k *connectjwt.Claims)
		auth   func(c *caller) string // instead of a JWT
		status int
		rule   connectjwt.RuleID
		cause  string
	}{
		{name: "good", status: 200},
		{name: "aud is the tenant", change: func(c *caller, k *connectjwt.Claims) { k.Audience = []string{c.site.ClientKey} }, status: 200},
		{name: "iat a minute back, exp a day ahead", change: func(c *caller, k *connectjwt.Claims) { k.IssuedAt -= 60; k.Expires += 86400 }, status: 200},
		{name: "expired 20 s ago", change: func(c *caller, k *connectjwt.Claims) { k.Expires = c.host.Clock.Now().Unix() - 20 }, status: 200},
		{name: "sub is ignored", change: func(c *caller, k *connectjwt.Claims) { k.Subject = "somebody" }, status: 200},

		{name: "expired 40 s ago", change: func(c *caller, k *connectjwt.Claims) { k.Expires = c.host.Clock.Now().Unix() - 40 }, status: 401, rule: connectjwt.RuleExp},
		{name: "no exp", change: func(_ *caller, k *connectjwt.Claims) { k.Expires = 0 }, status: 401, rule: connectjwt.RuleExp},
		{name: "no iat", change: func(_ *caller, k *connectjwt.Claims) { k.IssuedAt = 0 }, status: 401, rule: connectjwt.RuleIat},
		{name: "no qsh", change: func(_ *caller, k *connectjwt.Claims) { k.QSH = "" }, status: 401, rule: connectjwt.RuleQSH},
		{name: "qsh of another path", change: func(_ *caller, k *connectjwt.Claims) {
			k.QSH = connectjwt.Request{Method: "GET", Target: "/other"}.QSH()
		}, status: 401, rule: connectjwt.RuleQSH},
		{name: "context token", change: func(_ *caller, k *connectjwt.Claims) { k.QSH = connectjwt.ContextQSH }, status: 401, rule: connectjwt.RuleQSH},
		{name: "aud is another tenant", change: func(_ *caller, k *connectjwt.Claims) { k.Audience = []string{"other"} }, status: 401, rule: connectjwt.RuleAud},
		{name: "iss is the clientKey", change: func(c *caller, k *connectjwt.Claims) { k.Issuer = c.site.ClientKey }, status: 401, rule: connectjwt.RuleTenant, cause: "add-on key, not the clientKey"},
		{name: "iss is another add-on", change: func(_ *caller, k *connectjwt.Claims) { k.Issuer = "com.other" }, status: 401, rule: connectjwt.RuleTenant, cause: "no add-on with this key was ever installed here"},

		{name: "context token of the host", change: func(c *caller, k *connectjwt.Claims) {
			k.Issuer, k.QSH = c.site.ClientKey, connectjwt.ContextQSH
		}, status: 401, rule: connectjwt.RuleTenant, cause: "this is a context token, which the host makes"},
		{name: "session token of ACE", change: func(c *caller, k *connectjwt.Claims) {
			k.Audience, k.QSH, k.Subject, k.Expires = []string{c.site.ClientKey}, "", "somebody", k.IssuedAt+900
		}, status: 401, rule: connectjwt.RuleQSH, cause: "a session token of the add-on's framework (X-acpt), which its pages send to its own server"},
		{name: "session token of ACE, expired", change: func(c *caller, k *connectjwt.Claims) {
			k.Audience, k.QSH, k.Expires = []string{c.site.ClientKey}, "", k.IssuedAt-60
		}, status: 401, rule: connectjwt.RuleExp, cause: "a session token of the add-on's framework (X-acpt), which its pages send to its own server; besides, it has expired"},
		{name: "no issuer", change: func(_ *caller, k *connectjwt.Claims) { k.Issuer = "" }, status: 401, rule: connectjwt.RuleTenant, cause: "the claim iss is missing"},

		{name: "no token", auth: func(*caller) string { return "" }, status: 401, rule: connectjwt.RuleMissing},
		{name: "lower-case scheme", auth: func(c *caller) string { return "jwt x.y.z" }, status: 401, rule: connectjwt.RuleMissing, cause: "upper case"},
		{name: "no token but text", auth: func(*caller) string { return "JWT not-a-token" }, status: 401, rule: connectjwt.RuleMalformed},
		{name: "alg none", auth: func(*caller) string { return "JWT eyJhbGciOiJub25lIn0.e30." }, status: 401, rule: connectjwt.RuleAlg},
		{name: "unknown access token", auth: func(*caller) string { return "Bearer made-up" }, status: 401, rule: "rest.bearer"},
		{name: "JWT as access token", auth: func(c *caller) string {
			return "Bearer " + connectjwt.SignHS256(c.claims(http.MethodGet, myself), c.in.SharedSecret)
		}, status: 401, rule: "rest.bearer", cause: "a Connect token was sent with the scheme of access tokens"},
		{name: "administrator", auth: func(*caller) string { return basic("admin", "admin") }, status: 200},
		{name: "administrator by e-mail", auth: func(c *caller) string { return basic(c.site.Users[0].Email, "admin") }, status: 200},
		{name: "administrator, wrong password", auth: func(*caller) string { return basic("admin", "guess") }, status: 401, rule: "rest.basic"},
		{name: "member as administrator", auth: func(c *caller) string { return basic(c.site.Users[1].Email, "admin") }, status: 401, rule: "rest.basic"},

		{name: "not simulated", path: "/rest/api/2/search?jql=x", status: 501, rule: "rest.notsimulated"},
		{name: "not simulated method", path: "/rest/api/2/issue", status: 501, rule: "rest.notsimulated"},
		{name: "double slash", path: "/rest//api/2/myself", status: 400, rule: "rest.path"},
		{name: "dot segment", path: "/rest/api/../api/2/myself", status: 400, rule: "rest.path"},
		{name: "not below the REST", path: "/secure/attachment/1/x.png", status: 501, rule: "rest.notsimulated"},
		{name: "escaped dot segment", path: "/rest/api/%2e%2e/api/2/myself", status: 400, rule: "rest.path"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := newCaller(t, "jira", nil)
			path := tc.path
			if path == "" {
				path = myself
			}
			claims := c.claims(http.MethodGet, path)
			if tc.change != nil {
				tc.change(c, &claims)
			}
			auth := "JWT " + connectjwt.SignHS256(claims, c.in.SharedSecret)
			if tc.auth != nil {
				auth = tc.auth(c)
			}
			a := c.call(http.MethodGet, path, auth)
			if a.StatusCode != tc.status || a.verdict.Rule != tc.rule || a.verdict.OK != (tc.rule == "") {
				t.Errorf("got %d %q, verdict %+v\nwant %d, rule %q", a.StatusCode, a.text, a.verdict, tc.status, tc.rule)
			}
			if !strings.Contains(a.verdict.Cause, tc.cause) {
				t.Errorf("cause %q", a.verdict.Cause)
			}
			if tc.status == 401 && (a.body["errorMessages"] == nil || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "JWT")) {
				t.Errorf("401 with %q, challenge %q", a.text, a.Header.Get("WWW-Authenticate"))
			}
			if tc.status == 501 && a.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("501 with %s", a.Header.Get("Content-Type"))
			}
		})
	}
}

func basic(name, password string) string {
	r := &http.Request{Header: http.Header{}}
	r.SetBasicAuth(name, password)
	return r.Header.Get("Authorization")
}

func TestGateTakesTheTokenFromTheQuery(t *testing.T) {
	c := newCaller(t, "jira", nil)
	token := connectjwt.SignHS256(c.claims(http.MethodGet, "/rest/api/3/myself?expand=groups"), c.in.SharedSecret)
	a := c.call(http.MethodGet, "/rest/api/3/myself?expand=groups&jwt="+token, "")
	if a.StatusCode != http.StatusOK || !a.verdict.OK {
		t.Errorf("%d %s %+v", a.StatusCode, a.text, a.verdict)
	}
}

func TestGateExplainsAFormerSecret(t *testing.T) {
	c := newCaller(t, "jira", nil)
	c.host.Clock.Advance(time.Hour)
	c.host.MustInstall(t, "jira", c.in.DescriptorURL)
	a := c.call(http.MethodGet, "/rest/api/2/myself", "JWT "+connectjwt.SignHS256(c.claims(http.MethodGet, "/rest/api/2/myself"), c.in.SharedSecret))
	if a.StatusCode != 401 || a.verdict.Rule != connectjwt.RuleSignature || !strings.Contains(a.verdict.Cause, "in force until 2026-11-23 11:04") {
		t.Errorf("%d %+v", a.StatusCode, a.verdict)
	}
}

func TestGateWantsAnEnabledAddon(t *testing.T) {
	c := newCaller(t, "jira", nil)
	call := func() answer {
		return c.call(http.MethodGet, "/rest/api/2/myself", "JWT "+connectjwt.SignHS256(c.claims(http.MethodGet, "/rest/api/2/myself"), c.in.SharedSecret))
	}
	if err := c.host.SetEnabled(t.Context(), "jira", c.in.AddonKey, false, nil); err != nil {
		t.Fatal(err)
	}
	if a := call(); a.StatusCode != 401 || a.verdict.Rule != "rest.addon" || a.verdict.Received != "disabled" {
		t.Errorf("disabled: %d %+v", a.StatusCode, a.verdict)
	}
	if err := c.host.Uninstall(t.Context(), "jira", c.in.AddonKey, nil); err != nil {
		t.Fatal(err)
	}
	if a := call(); a.StatusCode != 401 || a.verdict.Received != "uninstalled" {
		t.Errorf("uninstalled: %d %+v", a.StatusCode, a.verdict)
	}
}

func TestGateKnowsNoSecretOfAnOpenAddon(t *testing.T) {
	c := newCaller(t, "jira", func(d map[string]any) { d["authentication"] = map[string]any{"type": "none"} })
	a := c.call(http.MethodGet, "/rest/api/2/myself", "JWT "+connectjwt.SignHS256(c.claims(http.MethodGet, "/rest/api/2/myself"), "made up"))
	if a.StatusCode != 401 || a.verdict.Rule != connectjwt.RuleTenant || !strings.Contains(a.verdict.Cause, "authentication none") {
		t.Errorf("%d %+v", a.StatusCode, a.verdict)
	}
	if a := c.call(http.MethodGet, "/rest/api/2/myself", "JWT "+c.session(c.site.Users[0].AccountID)); a.StatusCode != 200 {
		t.Errorf("its page: %d %s", a.StatusCode, a.text)
	}
}

func TestGateChecksTheScope(t *testing.T) {
	c := newCaller(t, "jira", func(d map[string]any) { d["scopes"] = []string{} })
	a := c.call(http.MethodGet, "/rest/api/2/myself", "JWT "+connectjwt.SignHS256(c.claims(http.MethodGet, "/rest/api/2/myself"), c.in.SharedSecret))
	if a.StatusCode != 403 || a.verdict.Rule != "rest.scope" || a.verdict.Expected != "READ" {
		t.Errorf("%d %+v", a.StatusCode, a.verdict)
	}
	if a.verdict.Received != "none" || a.verdict.Cause != "GET /rest/api/2/myself needs the scope READ, and the descriptor grants none" {
		t.Errorf("verdict %+v", a.verdict)
	}
	if !strings.Contains(a.text, "Request not in an authorized API scope") {
		t.Errorf("body %s", a.text)
	}
}

// Each family of resources has its own form of an error.
func TestErrorBodies(t *testing.T) {
	for _, tc := range []struct{ siteID, path, want string }{
		{"jira", "/rest/api/3/myself", `{"errorMessages":["no query string hash"],"errors":{}}`},
		{"confluence", "/rest/api/user/current", `{"statusCode":401,"data":{"authorized":false,"valid":true,"errors":[],"successful":false},"message":"no query string hash"}`},
		{"confluence", "/api/v2/pages", `{"errors":[{"status":401,"code":"UNAUTHORIZED","title":"no query string hash","detail":null}]}`},
		{"jira", "/rest/atlassian-connect/1/addons/x", `{"message":"no query string hash","statusCode":401}`},
		{"confluence", "/rest/atlassian-connect/1/addons/x", `{"message":"no query string hash","statusCode":401}`},
	} {
		c := newCaller(t, tc.siteID, nil)
		claims := c.claims(http.MethodGet, tc.path)
		claims.QSH = ""
		a := c.call(http.MethodGet, tc.path, "JWT "+connectjwt.SignHS256(claims, c.in.SharedSecret))
		if a.StatusCode != 401 || strings.TrimSpace(a.text) != tc.want || a.verdict.Rule != connectjwt.RuleQSH {
			t.Errorf("%s %s: %d %s", tc.siteID, tc.path, a.StatusCode, a.text)
		}
	}
}

func TestAMissingContextPathIsNamed(t *testing.T) {
	c := newCaller(t, "confluence", nil)
	const path = "/rest/api/user/current"
	c.site.BaseURL = c.site.Origin()
	a := c.call(http.MethodGet, path, "JWT "+connectjwt.SignHS256(c.claims(http.MethodGet, path), c.in.SharedSecret))
	if a.StatusCode != 404 || a.verdict.Rule != "rest.path" || a.verdict.Cause != "the context path /wiki is missing" || a.verdict.Expected != "/wiki"+path {
		t.Errorf("%d %s %+v", a.StatusCode, a.text, a.verdict)
	}
}

func TestABrowserMaySignInAndLookAtPages(t *testing.T) {
	host := hosttest.New(t, nil)
	for _, s := range host.Sites() {
		res, err := http.Get(strings.Replace(s.BaseURL, "http://", "http://admin:admin@", 1) + "/")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %d %s", s.ID, res.StatusCode, res.Header.Get("Content-Type"))
		}
	}
}

// The scheme of the header is part of the request too: any other byte in it and there is no token.
func TestTheSchemeIsTakenToTheLetter(t *testing.T) {
	c := newCaller(t, "jira", nil)
	good := "JWT " + connectjwt.SignHS256(c.claims(http.MethodGet, "/rest/api/2/myself"), c.in.SharedSecret)
	for i := range len("JWT ") {
		for _, other := range []byte("Jj _WwTt.-") {
			changed := good[:i] + string(other) + good[i+1:]
			if changed == good {
				continue
			}
			a := c.call(http.MethodGet, "/rest/api/2/myself", changed)
			if a.StatusCode != 401 || a.verdict.Rule != connectjwt.RuleMissing {
				t.Errorf("%q: %d %+v", changed[:5], a.StatusCode, a.verdict)
			}
		}
	}
}

func TestResources(t *testing.T) {
	for _, tc := range []struct {
		siteID, path string
		want         map[string]any
	}{
		{"jira", "/rest/api/2/myself", map[string]any{"accountType": "app", "displayName": "Strict", "active": true}},
		{"jira", "/rest/api/2/myself/", map[string]any{"accountType": "app"}},
		{"jira", "/rest/api/latest/myself", map[string]any{"accountType": "app"}},
		{"jira", "/rest/api/3/serverInfo", map[string]any{"deploymentType": "Cloud", "serverTitle": "Acme (JIRA)", "buildNumber": 100291.0}},
		{"confluence", "/rest/api/user/current", map[string]any{"accountType": "app", "type": "known"}},
		{"jira", "/rest/atlassian-connect/1/addons/" + hosttest.AddonKey, map[string]any{"key": hosttest.AddonKey, "version": "1.0.0", "state": "ENABLED", "license": nil}},
		{"confluence", "/rest/atlassian-connect/latest/addons/" + hosttest.AddonKey, map[string]any{"key": hosttest.AddonKey, "state": "ENABLED"}},
	} {
		t.Run(tc.siteID+tc.path, func(t *testing.T) {
			c := newCaller(t, tc.siteID, nil)
			a := c.call(http.MethodGet, tc.path, "JWT "+connectjwt.SignHS256(c.claims(http.MethodGet, tc.path), c.in.SharedSecret))
			if a.StatusCode != http.StatusOK || !a.verdict.OK {
				t.Fatalf("%d %s", a.StatusCode, a.text)
			}
			for name, want := range tc.want {
				if a.body[name] != want {
					t.Errorf("%s: got %v, want %v", name, a.body[name], want)
				}
			}
		})
	}
}

func TestConfluenceHashesBelowItsContextPath(t *testing.T) {
	c := newCaller(t, "confluence", nil)
	const path = "/rest/api/user/current"
	claims := c.claims(http.MethodGet, "/wiki"+path)
	a := c.call(http.MethodGet, path, "JWT "+connectjwt.SignHS256(claims, c.in.SharedSecret))
	if a.StatusCode != 401 || a.verdict.Rule != connectjwt.RuleQSH || !strings.Contains(a.verdict.Cause, "the context path was left in") {
		t.Errorf("%d %+v", a.StatusCode, a.verdict)
	}
	if a.body["statusCode"] != 401.0 || a.body["message"] == "" {
		t.Errorf("not Confluence's error body: %s", a.text)
	}
}

func TestLicenceOfAPaidAddon(t *testing.T) {
	c := newCaller(t, "jira", func(d map[string]any) { d["enableLicensing"] = true })
	path := "/rest/atlassian-connect/1/addons/" + c.in.AddonKey
	a := c.call(http.MethodGet, path, "JWT "+connectjwt.SignHS256(c.claims(http.MethodGet, path), c.in.SharedSecret))
	license, _ := a.body["license"].(map[string]any)
	if license["active"] != true || license["supportEntitlementNumber"] != c.site.SupportEntitlementNumber {
		t.Errorf("%s", a.text)
	}
	other := "/rest/atlassian-connect/1/addons/com.other"
	if a := c.call(http.MethodGet, other, "JWT "+connectjwt.SignHS256(c.claims(http.MethodGet, other), c.in.SharedSecret)); a.StatusCode != 404 {
		t.Errorf("another add-on's record: %d %s", a.StatusCode, a.text)
	}
}

func TestServerInfoIsForEverybody(t *testing.T) {
	c := newCaller(t, "jira", nil)
	if a := c.call(http.MethodGet, "/rest/api/2/serverInfo", ""); a.StatusCode != http.StatusOK {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}
