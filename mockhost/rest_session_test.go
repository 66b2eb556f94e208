package mockhost_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/site"
)

// newCallerIn2016 is an add-on of that time, on a JIRA site of that time.
func newCallerIn2016(t *testing.T) *caller {
	t.Helper()
	host := hosttest.New(t, func(p *mockhost.Params) { p.Sites[0].Era = site.Cloud2016 })
	addon := hosttest.NewAddon(t, host)
	addon.Describe(allScopes)
	addon.Describe(func(d map[string]any) { d["apiMigrations"] = map[string]any{"signed-install": false} })
	in := host.MustInstall(t, "jira", addon.DescriptorURL())
	return &caller{t, host, host.Site(t, "jira"), in}
}

// session is the session token of the host page that a viewer opens; "" is the anonymous viewer.
func (c *caller) session(accountID string) string {
	c.t.Helper()
	res, err := http.Get(c.site.BaseURL + "/plugins/servlet/ac/" + c.in.AddonKey + "/home?classifier=json&user=" + url.QueryEscape(accountID))
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct{ Frame struct{ Session string } }
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || answer.Frame.Session == "" {
		c.t.Fatalf("frame: %d %v", res.StatusCode, err)
	}
	return answer.Frame.Session
}

func TestPagesCallAsTheirViewer(t *testing.T) {
	c := newCaller(t, "jira", nil)
	mia := c.site.Users[1]
	a := c.call(http.MethodGet, "/rest/api/3/myself", "JWT "+c.session(mia.AccountID))
	if a.StatusCode != 200 || a.body["accountId"] != mia.AccountID || a.body["accountType"] != "atlassian" {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if want := "acts as " + mia.DisplayName + "; needs READ, the descriptor grants READ ACT_AS_USER"; !a.verdict.OK || a.verdict.Summary != want {
		t.Errorf("verdict %+v, want %q", a.verdict, want)
	}
	records := c.host.Exchanges(t, "kind:rest")
	if r := records[len(records)-1]; r.Addon != c.in.AddonKey || r.Site != "jira" || r.Direction != exchange.ToHost {
		t.Errorf("record %+v", r)
	}
}

func TestPagesKeepToTheScopes(t *testing.T) {
	c := newCaller(t, "jira", nil) // READ only
	a := c.send(http.MethodPut, "/rest/api/3/issue/DEMO-1/properties/k", "1", "JWT "+c.session(c.site.Users[0].AccountID))
	if a.StatusCode != 403 || a.verdict.Rule != "rest.scope" || a.verdict.Expected != "WRITE" || a.verdict.Received != "READ ACT_AS_USER" {
		t.Errorf("%d %s %+v", a.StatusCode, a.text, a.verdict)
	}
	if want := "PUT /rest/api/3/issue/{entity}/properties/{property} needs the scope WRITE, and the descriptor grants READ ACT_AS_USER"; a.verdict.Cause != want {
		t.Errorf("cause %q", a.verdict.Cause)
	}
}

func TestPagesAreHeldToTheViewersPermissions(t *testing.T) {
	c := newCaller(t, "jira", allScopes)
	admin, member, customer := c.site.Users[0].AccountID, c.site.Users[1].AccountID, c.site.Users[2].AccountID
	const issue, project, user = "/rest/api/3/issue/DEMO-1/properties/k", "/rest/api/3/project/DEMO/properties/k", "/rest/api/3/user/properties/k"
	for _, tc := range []struct {
		viewer, method, path string
		status               int
		rule                 connectjwt.RuleID
	}{
		{admin, "PUT", project, 201, ""},
		{member, "PUT", project, 403, "rest.permission"},
		{member, "PUT", issue, 201, ""},
		{customer, "PUT", issue, 403, "rest.permission"},
		{customer, "GET", issue, 200, ""},
		{"", "GET", issue, 200, ""},
		{"", "PUT", issue, 401, "rest.visitor"},
		{"", "GET", "/rest/api/3/myself", 401, "rest.visitor"},
		{"", "GET", user, 401, "rest.visitor"},
		{customer, "PUT", user, 201, ""},
		{member, "GET", user + "?accountId=" + url.QueryEscape(customer), 403, "rest.permission"},
		{admin, "GET", user + "?accountId=" + url.QueryEscape(customer), 200, ""},
		{admin, "GET", "/rest/atlassian-connect/1/addons/" + hosttest.AddonKey + "/properties", 401, "rest.owner"},
		{admin, "GET", "/rest/atlassian-connect/1/addons/" + hosttest.AddonKey, 200, ""},
	} {
		a := c.send(tc.method, tc.path, "1", "JWT "+c.session(tc.viewer))
		if a.StatusCode != tc.status || a.verdict.Rule != tc.rule {
			t.Errorf("%q %s %s: %d %s %+v", tc.viewer, tc.method, tc.path, a.StatusCode, a.text, a.verdict)
		}
	}
}

func TestAnonymousVisitorsOfConfluence(t *testing.T) {
	c := newCaller(t, "confluence", nil)
	a := c.call(http.MethodGet, "/rest/api/user/current", "JWT "+c.session(""))
	if a.StatusCode != 200 || a.body["type"] != "anonymous" || a.body["accountId"] != nil || a.verdict.Summary != "acts as an anonymous visitor; needs READ, the descriptor grants READ ACT_AS_USER" {
		t.Errorf("%d %s %+v", a.StatusCode, a.text, a.verdict)
	}
	if a := c.call(http.MethodGet, "/rest/api/user/current", ""); a.StatusCode != 401 || a.verdict.Rule != connectjwt.RuleMissing {
		t.Errorf("without a token: %d %+v", a.StatusCode, a.verdict)
	}
}

func TestSessionsAreBounded(t *testing.T) {
	c := newCaller(t, "jira", nil)
	confluence := c.host.Site(t, "confluence")
	mia := c.site.Users[1].AccountID
	now := c.host.Clock.Now()
	forged := connectjwt.SignHS256(connectjwt.Claims{
		Issuer: c.site.BaseURL, Subject: mia, Audience: []string{c.in.AddonKey}, IssuedAt: now.Unix(), Expires: now.Add(time.Minute).Unix(),
	}, c.in.SharedSecret) // an add-on can try: it knows all but the key
	good := c.session(mia)
	check := func(name, token string, rule connectjwt.RuleID, cause string) {
		t.Helper()
		a := c.call(http.MethodGet, "/rest/api/3/myself", "JWT "+token)
		if a.StatusCode != 401 || a.verdict.Rule != rule || !strings.Contains(a.verdict.Cause, cause) {
			t.Errorf("%s: %d %+v", name, a.StatusCode, a.verdict)
		}
	}
	check("forged by the add-on", forged, connectjwt.RuleSignature, "no page of this host made the token")
	check("changed", good[:len(good)-2]+"AA", connectjwt.RuleSignature, "")

	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, confluence.BaseURL+"/rest/api/user/current", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "JWT "+good)
	if a := c.do(req); a.StatusCode != 401 || a.verdict.Rule != connectjwt.RuleTenant {
		t.Errorf("on another site: %d %+v", a.StatusCode, a.verdict)
	}

	if err := c.host.SetEnabled(t.Context(), "jira", c.in.AddonKey, false, nil); err != nil {
		t.Fatal(err)
	}
	check("of a disabled add-on", good, "rest.addon", "while it is installed and enabled")
	if err := c.host.SetEnabled(t.Context(), "jira", c.in.AddonKey, true, nil); err != nil {
		t.Fatal(err)
	}
	c.host.Clock.Advance(15 * time.Minute)
	check("a quarter of an hour later", good, connectjwt.RuleExp, "expired")
	if v, err := c.host.SessionCheck("jira"); err != nil || v.Issuer != c.site.BaseURL {
		t.Errorf("%+v %v", v, err)
	}
}
