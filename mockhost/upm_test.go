package mockhost_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/site"
)

const (
	upmRoot     = "/rest/plugins/1.0"
	installType = "application/vnd.atl.plugins.remote.install+json"
)

// upmClient uses the add-on manager of one site, as frameworks do: Basic, no redirects.
type upmClient struct {
	t     *testing.T
	host  *hosttest.Host
	site  site.Running
	addon *hosttest.Addon
	auth  string
}

func newUPMClient(t *testing.T, siteID string) *upmClient {
	host := hosttest.New(t, nil)
	return &upmClient{t, host, host.Site(t, siteID), hosttest.NewAddon(t, host), basic(site.AdminName, site.Password)}
}

func (c *upmClient) do(method, path, contentType, body string) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.site.BaseURL+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.auth != "" {
		req.Header.Set("Authorization", c.auth)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
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
	return a
}

func (c *upmClient) get(path string) answer { c.t.Helper(); return c.do(http.MethodGet, path, "", "") }

func (c *upmClient) token() string {
	c.t.Helper()
	token := c.get(upmRoot + "/").Header.Get("upm-token")
	if token == "" {
		c.t.Fatal("no upm-token")
	}
	return token
}

// install posts a descriptor's address and returns where its task is, below the base URL.
func (c *upmClient) install(descriptorURL string) (task string) {
	c.t.Helper()
	a := c.do(http.MethodPost, upmRoot+"/?token="+c.token(), installType, `{"pluginUri":"`+descriptorURL+`"}`)
	links, _ := a.body["links"].(map[string]any)
	self, _ := links["self"].(string)
	if a.StatusCode != http.StatusAccepted || a.body["pingAfter"] != 100.0 || !strings.HasPrefix(self, c.site.ContextPath+upmRoot+"/pending/") {
		c.t.Fatalf("install: %d %s", a.StatusCode, a.text)
	}
	return strings.TrimPrefix(self, c.site.ContextPath)
}

// end asks for a task until it is over.
func (c *upmClient) end(task string) answer {
	c.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		a := c.get(task)
		if a.StatusCode != http.StatusOK || done(a) {
			return a
		}
		<-time.After(5 * time.Millisecond)
	}
	c.t.Fatal("the task does not end")
	return answer{}
}

func done(a answer) bool {
	status, _ := a.body["status"].(map[string]any)
	return status["done"] == true
}

// last is what the log has of the latest call to the add-on manager.
func (c *upmClient) last() exchange.Record {
	c.t.Helper()
	records := c.host.Exchanges(c.t, "kind:upm")
	if len(records) == 0 {
		c.t.Fatal("nothing of kind upm is in the log")
	}
	return records[len(records)-1]
}

func TestUPMRegistersAndLeaves(t *testing.T) {
	for _, siteID := range []string{"jira", "confluence"} {
		t.Run(siteID, func(t *testing.T) {
			c := newUPMClient(t, siteID)
			if a := c.get(upmRoot + "/settings"); a.StatusCode != 200 || a.text != `{"settings":[{"key":"connectDeveloperListingsEnabled","value":true}]}`+"\n" {
				t.Errorf("settings: %d %s", a.StatusCode, a.text)
			}
			if a := c.get(upmRoot + "/"); a.Header.Get("Content-Type") != "application/vnd.atl.plugins.installed+json" || len(a.body["plugins"].([]any)) != 0 {
				t.Errorf("list: %s", a.text)
			}
			task := c.install(c.addon.DescriptorURL())
			a := c.end(task)
			own := upmRoot + "/" + hosttest.AddonKey + "-key"
			if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != c.site.ContextPath+own {
				t.Fatalf("end: %d %s, Location %q", a.StatusCode, a.text, a.Header.Get("Location"))
			}
			if a := c.get(own); a.StatusCode != 200 || a.body["key"] != hosttest.AddonKey || a.body["enabled"] != true || a.body["status"] != nil {
				t.Errorf("one: %d %s", a.StatusCode, a.text)
			}
			if a := c.get(upmRoot + "/"); !strings.Contains(a.text, `"key":"`+hosttest.AddonKey+`"`) {
				t.Errorf("list: %s", a.text)
			}
			if a := c.do(http.MethodDelete, own, "", ""); a.StatusCode != http.StatusNoContent || a.text != "" {
				t.Errorf("delete: %d %s", a.StatusCode, a.text)
			}
			if a := c.get(upmRoot + "/"); len(a.body["plugins"].([]any)) != 0 {
				t.Errorf("list afterwards: %s", a.text)
			}
			if got := c.addon.Events(); got != "installed enabled disabled uninstalled" {
				t.Errorf("the add-on heard %q", got)
			}
			for _, r := range c.host.Exchanges(t, "kind:upm") {
				if !r.Verdict.OK || r.Site != siteID {
					t.Errorf("%s %s: %+v", r.Method, r.URL, r.Verdict)
				}
			}
		})
	}
}

// Whoever signs in acts, and the callbacks name them.
func TestUPMNamesWhoActs(t *testing.T) {
	second := site.User{AccountID: "712020:second", DisplayName: "Second", Email: "second@acme.example", Admin: true}
	host := hosttest.New(t, living("", func(s *site.Site) { s.Users = append(s.Users, second) }))
	c := &upmClient{t, host, host.Site(t, "jira"), hosttest.NewAddon(t, host), basic(second.Email, site.Password)}
	c.end(c.install(c.addon.DescriptorURL()))
	if a := c.do(http.MethodDelete, upmRoot+"/"+hosttest.AddonKey+"-key", "", ""); a.StatusCode != http.StatusNoContent {
		t.Fatalf("delete: %d %s", a.StatusCode, a.text)
	}
	for _, h := range c.addon.Heard() {
		if h.Claims.Subject != second.AccountID {
			t.Errorf("%s names %q", h.Event, h.Claims.Subject)
		}
	}
	if got := c.addon.Events(); got != "installed enabled disabled uninstalled" {
		t.Errorf("the add-on heard %q", got)
	}
}

// Every resource, with an add-on installed that has a licence.
func TestUPMResources(t *testing.T) {
	const own = upmRoot + "/" + hosttest.AddonKey + "-key"
	for _, tc := range []struct {
		name, method, path string
		contentType, body  string
		auth               func(c *upmClient) string
		status             int
		rule               connectjwt.RuleID
		answer             string // part of it
	}{
		{name: "list without slash", method: "GET", path: upmRoot, status: 200, answer: `"plugins":[{"key":"com.example.strict"`},
		{name: "list for scripts", method: "HEAD", path: upmRoot + "/?os_authType=basic", status: 200},
		{name: "by e-mail", method: "GET", path: upmRoot + "/", auth: func(c *upmClient) string { return basic(c.site.Users[0].Email, "admin") }, status: 200},
		{name: "one", method: "GET", path: own, status: 200, answer: `"vendor":{"name":"Example","link":"https://vendor.example"}`},
		{name: "modules", method: "GET", path: own, status: 200, answer: `"modules":[{"key":"home","name":"Home","enabled":true}]`},
		{name: "licence", method: "GET", path: own + "/license", status: 200, answer: `{"active":true,"valid":true,"evaluation":false,"licenseType":"COMMERCIAL","supportEntitlementNumber":"SEN-4410293"}`},
		{name: "marketplace", method: "GET", path: upmRoot + "/" + hosttest.AddonKey + "/marketplace", status: 200, answer: `"updateAvailable":false,"licenseDetails":{"active":true`},
		{name: "marketplace with -key", method: "GET", path: own + "/marketplace", status: 200, answer: `"version":"1.0.0"`},
		{name: "no tasks", method: "GET", path: upmRoot + "/pending", status: 200, answer: `"tasks":[]`},
		{name: "disable", method: "PUT", path: own, contentType: "application/vnd.atl.plugins.plugin+json", body: `{"enabled":false}`, status: 200, answer: `"enabled":false`},
		{name: "enable", method: "PUT", path: own, contentType: "application/json; charset=utf-8", body: `{"enabled":true,"key":"x"}`, status: 200, answer: `"enabled":true`},

		{name: "nobody", method: "GET", path: upmRoot + "/", auth: func(*upmClient) string { return "" }, status: 401, rule: "upm.signin", answer: "nobody is signed in"},
		{name: "wrong password", method: "GET", path: upmRoot + "/settings", auth: func(*upmClient) string { return basic("admin", "guess") }, status: 401, rule: "upm.signin", answer: "wrong"},
		{name: "an add-on's token", method: "DELETE", path: own, auth: func(*upmClient) string { return "JWT x.y.z" }, status: 401, rule: "upm.signin"},
		{name: "a member", method: "DELETE", path: own, auth: func(c *upmClient) string { return basic(c.site.Users[1].Email, "admin") }, status: 403, rule: "upm.admin"},
		{name: "no token", method: "POST", path: upmRoot + "/", contentType: installType, body: `{}`, status: 403, rule: "upm.token", answer: `"subCode":"upm.error.invalid.token","errorMessage":"the token is missing`},
		{name: "made-up token", method: "POST", path: upmRoot + "/?token=undefined", contentType: installType, body: `{}`, status: 403, rule: "upm.token", answer: "not valid"},
		{name: "wrong type", method: "POST", path: upmRoot + "/?token=TOKEN", contentType: "application/json", body: `{"pluginUri":"http://localhost/"}`, status: 415, rule: "upm.body", answer: installType},
		{name: "no JSON", method: "POST", path: upmRoot + "/?token=TOKEN", contentType: installType, body: `{"pluginUri":`, status: 400, rule: "upm.body"},
		{name: "no address", method: "POST", path: upmRoot + "?token=TOKEN", contentType: installType, body: `{"pluginUri":""}`, status: 400, rule: "upm.body", answer: "pluginUri"},
		{name: "no such task", method: "GET", path: upmRoot + "/pending/0123", status: 404, rule: "upm.task"},
		{name: "not installed", method: "GET", path: upmRoot + "/com.other-key", status: 404, rule: "upm.addon", answer: "upm.error.no.such.plugin"},
		{name: "without -key", method: "DELETE", path: upmRoot + "/" + hosttest.AddonKey, status: 404, rule: "upm.addon", answer: "errorMessage"},
		{name: "change of nothing", method: "PUT", path: own, contentType: "application/json", body: `{}`, status: 400, rule: "upm.body"},
		{name: "change of a wrong type", method: "PUT", path: own, body: `{"enabled":true}`, status: 415, rule: "upm.body"},
		{name: "licence of nothing", method: "GET", path: upmRoot + "/com.other-key/license", status: 404, rule: "upm.addon"},

		{name: "not simulated", method: "GET", path: upmRoot + "/license-tokens/x", status: 501, rule: "rest.notsimulated"},
		{name: "not simulated method", method: "POST", path: upmRoot + "/settings", status: 501, rule: "rest.notsimulated"},
		{name: "double slash", method: "GET", path: "/rest/plugins//1.0/settings", status: 400, rule: "rest.path"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := newUPMClient(t, "jira")
			c.addon.Describe(func(d map[string]any) { d["enableLicensing"] = true })
			c.host.MustInstall(t, "jira", c.addon.DescriptorURL())
			path := strings.Replace(tc.path, "TOKEN", c.token(), 1)
			if tc.auth != nil {
				c.auth = tc.auth(c)
			}
			a := c.do(tc.method, path, tc.contentType, tc.body)
			r := c.last()
			if a.StatusCode != tc.status || !strings.Contains(a.text, tc.answer) || r.Verdict.Rule != tc.rule || r.Verdict.OK != (tc.rule == "") {
				t.Errorf("got %d %s\nverdict %+v\nwant %d with %s, rule %q", a.StatusCode, a.text, r.Verdict, tc.status, tc.answer, tc.rule)
			}
			if challenge := a.Header.Get("WWW-Authenticate"); (a.StatusCode == 401) != strings.HasPrefix(challenge, "Basic ") {
				t.Errorf("%d with the challenge %q", a.StatusCode, challenge)
			}
			if tc.method != http.MethodHead && !json.Valid([]byte(a.text)) {
				t.Errorf("ACE takes nothing but JSON, and this is %q", a.text)
			}
		})
	}
}

func TestUPMTokenServesOnceAndItsOwner(t *testing.T) {
	c := newUPMClient(t, "jira")
	post := func(token string) int {
		return c.do(http.MethodPost, upmRoot+"/?token="+token, installType, `{"pluginUri":"`+c.addon.DescriptorURL()+`"}`).StatusCode
	}
	first, second, late := c.token(), c.token(), c.token()
	if first == second {
		t.Fatal("two tokens are the same")
	}
	if got := []int{post(first), post(first), post(second)}; !slices.Equal(got, []int{202, 403, 202}) {
		t.Errorf("once, again, another: %v", got)
	}
	elsewhere := *c
	elsewhere.site = c.host.Site(t, "confluence")
	if a := elsewhere.do(http.MethodPost, upmRoot+"/?token="+late, installType, `{}`); a.StatusCode != 403 {
		t.Errorf("on another site: %d", a.StatusCode)
	}
	c.host.Clock.Advance(time.Hour)
	if got := post(late); got != 403 {
		t.Errorf("an hour later: %d", got)
	}
}

func TestUPMTellsTheAdministratorWhatWentWrong(t *testing.T) {
	c := newUPMClient(t, "jira")
	c.addon.AnswerStatus("/installed", http.StatusUnauthorized)
	a := c.end(c.install(c.addon.DescriptorURL()))
	status, _ := a.body["status"].(map[string]any)
	if a.StatusCode != 200 || status["subCode"] != "connect.install.error.remote.host.bad.response.401" ||
		!strings.Contains(status["errorMessage"].(string), "Ask the app's vendor") ||
		status["contentType"] != "application/vnd.atl.plugins.task.install.err+json" || a.body["key"] != nil {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if got := c.get(upmRoot + "/"); len(got.body["plugins"].([]any)) != 0 {
		t.Errorf("something stayed: %s", got.text)
	}
}

func TestUPMShowsAPendingTask(t *testing.T) {
	c := newUPMClient(t, "jira")
	entered, release := make(chan struct{}), make(chan struct{})
	c.addon.Answer("/installed", func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-release
		c.addon.Lifecycle(w, r)
	})
	task := c.install(c.addon.DescriptorURL())
	<-entered
	a := c.get(task)
	if a.StatusCode != 200 || done(a) || !strings.Contains(a.text, "install.installing+json") {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if list := c.get(upmRoot + "/pending"); len(list.body["tasks"].([]any)) != 1 {
		t.Errorf("pending: %s", list.text)
	}
	close(release)
	if a := c.end(task); a.StatusCode != http.StatusSeeOther {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	c.host.Clock.Advance(11 * time.Minute)
	if a := c.get(task); a.StatusCode != 404 {
		t.Errorf("eleven minutes later: %d %s", a.StatusCode, a.text)
	}
}

// Two installs of one add-on take turns, and each has its own task.
func TestUPMTwoInstallsAtOnce(t *testing.T) {
	c := newUPMClient(t, "confluence")
	tasks := []string{c.install(c.addon.DescriptorURL()), c.install(c.addon.DescriptorURL())}
	for _, task := range tasks {
		if a := c.end(task); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%d %s", a.StatusCode, a.text)
		}
	}
	if got := c.addon.Events(); tasks[0] == tasks[1] || got != "installed enabled installed enabled" {
		t.Errorf("tasks %v, heard %q, refused %v", tasks, got, c.addon.Refused())
	}
}

// Whoever shows the sites hears of what add-ons do to them by themselves.
func TestUPMSaysThatASiteHasChanged(t *testing.T) {
	changes := make(chan struct{}, 10)
	host := hosttest.New(t, func(p *mockhost.Params) { p.Changed = func() { changes <- struct{}{} } })
	c := &upmClient{t, host, host.Site(t, "jira"), hosttest.NewAddon(t, host), basic(site.AdminName, site.Password)}
	c.end(c.install(c.addon.DescriptorURL()))
	own := upmRoot + "/" + hosttest.AddonKey + "-key"
	c.do(http.MethodPut, own, "application/json", `{"enabled":false}`)
	c.do(http.MethodDelete, own, "", "")
	if len(changes) != 3 {
		t.Errorf("%d changes of an install, a change of state and an uninstall", len(changes))
	}
}

// The host waits for no add-on when it closes, and leaves nothing running.
func TestUPMClosedDuringAPendingTask(t *testing.T) {
	c := newUPMClient(t, "jira")
	entered, left := make(chan struct{}), make(chan struct{})
	c.addon.Answer("/installed", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the other side is gone
		close(entered)
		<-r.Context().Done()
		close(left)
	})
	c.install(c.addon.DescriptorURL())
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := c.host.Close(ctx); err != nil {
		t.Fatal(err)
	}
	<-left
	if in := c.host.Store.List("jira"); len(in) != 0 {
		t.Errorf("an unfinished install was kept: %+v", in)
	}
	if calls := c.host.Exchanges(t, "kind:installed"); len(calls) != 1 || calls[0].Status != 0 {
		t.Errorf("the callback's exchange: %+v", calls)
	}
}
