package mockhost_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/site"
)

// allScopes lets an add-on do everything the tests of resources try.
func allScopes(d map[string]any) { d["scopes"] = []string{"ADMIN", "ACT_AS_USER"} }

// ask signs a call as a good add-on does.
func (c *caller) ask(method, path, body string) answer {
	c.t.Helper()
	return c.send(method, path, body, "JWT "+connectjwt.SignHS256(c.claims(method, path), c.in.SharedSecret))
}

func (c *caller) send(method, path, body, authorization string) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.site.BaseURL+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", authorization)
	return c.do(req)
}

// step is one call of a story, with what comes back.
type step struct {
	method, path, body string
	status             int
	text               string            // in the answer
	rule               connectjwt.RuleID // of the verdict; "": it is OK
}

func tell(t *testing.T, c *caller, steps []step) {
	t.Helper()
	for _, s := range steps {
		a := c.ask(s.method, s.path, s.body)
		if a.StatusCode != s.status || !strings.Contains(a.text, s.text) {
			t.Errorf("%s %.200s %.60q: got %d %.300s\nwant %d with %s", s.method, s.path, s.body, a.StatusCode, a.text, s.status, s.text)
		}
		if a.verdict.Rule != s.rule || a.verdict.OK != (s.rule == "") {
			t.Errorf("%s %.200s: verdict %+v, want rule %q", s.method, s.path, a.verdict, s.rule)
		}
		if v := a.verdict; s.rule != "" && (v.Summary == "" || v.Expected == "" || v.Received == "" || v.Fix == "") {
			t.Errorf("%s %.200s: incomplete verdict %+v", s.method, s.path, v)
		}
	}
}

func TestAddonProperties(t *testing.T) {
	const root = "/rest/atlassian-connect/1/addons/" + hosttest.AddonKey + "/properties"
	const reserved = root + "/connect_client_key_019cdff3-8bfb-71fe-9628-875b700aebb8"
	for _, siteID := range []string{"jira", "confluence"} {
		t.Run(siteID, func(t *testing.T) {
			c := newCaller(t, siteID, allScopes)
			self := `"self":"` + c.site.BaseURL + root
			long := strings.Repeat("k", 127)
			// 32,768 characters are the most; one beyond U+FFFF counts for two.
			most := `"` + strings.Repeat("x", 32764) + "😀" + `"`
			tell(t, c, []step{
				{"GET", root, "", 200, `{"keys":[]}`, ""},
				{"GET", root + "/color", "", 404, `{"message":"Property with key not found.","statusCode":404}`, ""},
				{"PUT", root + "/color", `{"r":1, "g":[2]}`, 201, `{"message":"Property created.","statusCode":201}`, ""},
				{"PUT", root + "/color", `"blue"`, 200, `{"message":"Property updated.","statusCode":200}`, ""},
				{"GET", root + "/color", "", 200, `{"key":"color","value":"blue",` + self + `/color"}`, ""},
				{"GET", "/rest/atlassian-connect/latest/addons/" + hosttest.AddonKey + "/properties/color?jsonValue=true", "", 200, `"value":"blue"`, ""},
				{"PUT", root + "/a%2Fb%20c", `[1]`, 201, "", ""},
				{"GET", root, "", 200, `{"keys":[{` + self + `/a%2Fb%20c","key":"a/b c"},{` + self + `/color","key":"color"}]}`, ""},
				{"DELETE", root + "/a%2Fb%20c", "", 204, "", ""},
				{"DELETE", root + "/a%2Fb%20c", "", 404, "not found", ""},
				{"PUT", root + "/" + long, `1`, 201, "", ""},
				{"PUT", root + "/" + long + "k", `1`, 400, "127 characters", "rest.limit"},
				{"PUT", root + "/color", `blue`, 400, "valid JSON", "rest.input"},
				{"PUT", root + "/color", ``, 400, "valid JSON", "rest.input"},
				{"PUT", root + "/color", `{"a":1}{"b":2}`, 400, "valid JSON", "rest.input"},
				{"PUT", root + "/big", most, 201, "", ""},
				{"PUT", root + "/big", most + " ", 403, "32768", "rest.limit"},
				{"GET", "/rest/atlassian-connect/1/addons/com.other/properties", "", 404, `"message"`, "rest.owner"},
				{"PUT", "/rest/atlassian-connect/1/addons/com.other/properties/k", "1", 404, `"message"`, "rest.owner"},
				{"GET", reserved, "", 200, `"value":"` + c.site.ClientKey + `"`, ""},
				{"PUT", reserved, `"mine"`, 403, "read-only", "rest.owner"},
				{"DELETE", reserved, "", 403, "read-only", "rest.owner"},
				{"POST", root + "/color", "1", 501, "", "rest.notsimulated"},
			})
			if a := c.call(http.MethodGet, root, ""); a.StatusCode != 401 || a.body["message"] == nil {
				t.Errorf("without a token: %d %s", a.StatusCode, a.text)
			}
			if a := c.call(http.MethodGet, root, basic("admin", "admin")); a.StatusCode != 401 || a.body["message"] != "The request is not from a Connect app." || a.verdict.Rule != "rest.owner" {
				t.Errorf("the administrator: %d %s %+v", a.StatusCode, a.text, a.verdict)
			}
		})
	}
}

func TestAddonPropertiesAreAtMostAHundred(t *testing.T) {
	const root = "/rest/atlassian-connect/1/addons/" + hosttest.AddonKey + "/properties/"
	c := newCaller(t, "jira", allScopes)
	for i := range 100 {
		if a := c.ask(http.MethodPut, fmt.Sprint(root, i), "1"); a.StatusCode != 201 {
			t.Fatalf("property %d: %d %s", i, a.StatusCode, a.text)
		}
	}
	tell(t, c, []step{
		{"PUT", root + "one-more", "1", 409, `"statusCode":409`, "rest.limit"},
		{"PUT", root + "99", "2", 200, "", ""},
		{"DELETE", root + "0", "", 204, "", ""},
		{"PUT", root + "one-more", "1", 201, "", ""},
	})
}

func TestAddonPropertiesOutliveTheInstallationButNoReset(t *testing.T) {
	const path = "/rest/atlassian-connect/1/addons/" + hosttest.AddonKey + "/properties/kept"
	c := newCaller(t, "jira", allScopes)
	c.ask(http.MethodPut, path, "1")
	if err := c.host.Uninstall(t.Context(), "jira", c.in.AddonKey, nil); err != nil {
		t.Fatal(err)
	}
	c.in = c.host.MustInstall(t, "jira", c.in.DescriptorURL)
	tell(t, c, []step{{"GET", path, "", 200, `"value":1`, ""}})
	if err := c.host.ResetSite(t.Context(), "jira"); err != nil {
		t.Fatal(err)
	}
	c.in = c.host.MustInstall(t, "jira", c.in.DescriptorURL)
	tell(t, c, []step{{"GET", path, "", 404, "", ""}})
}

func TestAddonPropertiesIn2016(t *testing.T) {
	const path = "/rest/atlassian-connect/1/addons/" + hosttest.AddonKey + "/properties/k"
	c := newCallerIn2016(t)
	tell(t, c, []step{
		{"PUT", path, `{"a":1}`, 201, `"status-code":201`, ""},
		{"GET", path, "", 200, `"value":"{\"a\":1}"`, ""},
		{"GET", path + "?jsonValue=true", "", 200, `"value":{"a":1}`, ""},
	})
	session := "JWT " + c.session(c.site.Users[1].AccountID)
	if a := c.call(http.MethodGet, path, session); a.StatusCode != 200 {
		t.Errorf("a page of 2016: %d %s", a.StatusCode, a.text)
	}
}

func TestEntityProperties(t *testing.T) {
	for _, v := range []string{"2", "3", "latest"} {
		t.Run(v, func(t *testing.T) {
			c := newCaller(t, "jira", allScopes)
			version := strings.Replace(v, "latest", "2", 1)
			mia, id := c.site.Users[1].AccountID, strings.ReplaceAll(c.site.Users[1].AccountID, ":", "%3A")
			for _, e := range []struct{ byKey, byID, query, unknown string }{
				{"/issue/DEMO-1/properties", "/issue/10001/properties", "", "/issue/NONE-1/properties"},
				{"/project/demo/properties", "/project/10000/properties", "", "/project/NONE/properties"},
				{"/user/properties", "/user/properties", "?accountId=" + id, "/user/properties?accountId=nobody"},
			} {
				root := "/rest/api/" + v
				self := c.site.BaseURL + "/rest/api/" + version + e.byID + "/k" + e.query
				most := `"` + strings.Repeat("x", 32766) + `"`
				tell(t, c, []step{
					{"GET", root + e.byKey + e.query, "", 200, `{"keys":[]}`, ""},
					{"GET", root + e.byKey + "/k" + e.query, "", 404, `"errorMessages":["The property with key 'k' does not exist."]`, ""},
					{"PUT", root + e.byKey + "/k" + e.query, `{"n": 1}`, 201, "", ""},
					{"PUT", root + e.byID + "/k" + e.query, `{"n": 2}`, 200, "", ""},
					{"GET", root + e.byKey + "/k" + e.query, "", 200, `{"key":"k","value":{"n":2}}`, ""},
					{"GET", root + e.byID + e.query, "", 200, `{"keys":[{"self":"` + self + `","key":"k"}]}`, ""},
					{"PUT", root + e.byID + "/big" + e.query, most, 201, "", ""},
					{"PUT", root + e.byID + "/big" + e.query, most + " ", 400, "32768", "rest.limit"},
					{"PUT", root + e.byID + "/" + strings.Repeat("k", 256) + e.query, "1", 400, "255 characters", "rest.limit"},
					{"PUT", root + e.byID + "/k" + e.query, "{", 400, "valid JSON", "rest.input"},
					{"DELETE", root + e.byID + "/k" + e.query, "", 204, "", ""},
					{"DELETE", root + e.byKey + "/k" + e.query, "", 404, "errorMessages", ""},
					{"GET", root + e.unknown, "", 404, "errorMessages", ""},
				})
			}
			// Without accountId the properties are those of who calls: here the add-on's own user.
			tell(t, c, []step{
				{"PUT", "/rest/api/3/user/properties/own", "1", 201, "", ""},
				{"GET", "/rest/api/3/user/properties?accountId=" + strings.ReplaceAll(c.site.AddonUser(c.in.AddonKey, "").AccountID, ":", "%3A"), "", 200, `"key":"own"`, ""},
				{"GET", "/rest/api/3/user/properties/own?accountId=" + id, "", 404, "", ""},
			})
			if mia == "" {
				t.Fatal("the site has no second user")
			}
		})
	}
}

func TestContentProperties(t *testing.T) {
	const root = "/rest/api/content/98310/property"
	c := newCaller(t, "confluence", allScopes)
	tell(t, c, []step{
		{"GET", root, "", 200, `"results":[],"start":0,"limit":10,"size":0`, ""},
		{"GET", root + "/k", "", 404, `{"statusCode":404,"data":{"authorized":true,"valid":true,"errors":[],"successful":false},"message":"Cannot find content property`, ""},
		{"POST", root, `{"key":"k","value":{"n":1}}`, 200, `"key":"k","value":{"n":1},"version":{"number":1,`, ""},
		{"POST", root, `{"key":"k","value":1}`, 409, "already exists", "rest.version"},
		{"POST", root + "/j", `{"value":[]}`, 200, `"number":1`, ""},
		{"PUT", root + "/k", `{"value":2,"version":{"number":1}}`, 409, `"message":"Version must be incremented`, "rest.version"},
		{"PUT", root + "/k", `{"value":2,"version":{"number":3}}`, 409, "Current version: 1", "rest.version"},
		{"PUT", root + "/k", `{"key":"k","value":2,"version":{"number":2}}`, 200, `"number":2`, ""},
		{"PUT", root + "/k", `{"value":2}`, 400, "needs a version", "rest.input"},
		{"PUT", root + "/k", `{"version":{"number":3}}`, 400, "needs a value", "rest.input"},
		{"PUT", root + "/k", `{"key":"other","value":2,"version":{"number":3}}`, 400, "not the same", "rest.input"},
		{"PUT", root + "/k", `[]`, 400, "Invalid request payload", "rest.input"},
		{"PUT", root + "/new", `{"value":1,"version":{"number":2}}`, 409, "a new one has version 1", "rest.version"},
		{"PUT", root + "/new", `{"value":1,"version":{"number":1}}`, 200, `"number":1`, ""},
		{"POST", root, `{"value":1}`, 400, "needs a key", "rest.input"},
		{"POST", root, `{"key":"` + strings.Repeat("k", 256) + `","value":1}`, 400, "255 characters", "rest.limit"},
		{"POST", root, `{"key":"big","value":"` + strings.Repeat("x", 32767) + `"}`, 413, "32768", "rest.limit"},
		{"GET", root + "/k?expand=content", "", 200, `"content":{"id":"98310"}`, ""},
		{"GET", root + "/k?expand=content.version,version", "", 200, `"version":{"number":2`, ""},
		{"GET", root + "?limit=2", "", 200, `"start":0,"limit":2,"size":2`, ""},
		{"GET", root + "?limit=2&expand=version", "", 200, `"next":"/rest/api/content/98310/property?expand=version&limit=2&start=2"`, ""},
		{"GET", root + "?limit=2&start=2", "", 200, `"results":[{`, ""},
		{"GET", root + "?limit=2&start=9", "", 200, `"size":0`, ""},
		{"GET", root + "?limit=-1", "", 200, `"limit":10`, ""},
		{"DELETE", root + "/k", "", 204, "", ""},
		{"DELETE", root + "/k", "", 404, "Cannot find", ""},
		{"GET", "/rest/api/content/1/property", "", 404, "No content found", ""},
		{"GET", "/rest/api/content/98305/property", "", 200, `"size":0`, ""},
	})
	if a := c.ask(http.MethodGet, root+"?expand=", ""); strings.Contains(a.text, `"version":{`) || !strings.Contains(a.text, `"_expandable":{"content":"/rest/api/content/98310","version":""}`) {
		t.Errorf("nothing expanded: %s", a.text)
	}
}

// Of writers who all read the same version exactly one succeeds.
func TestContentPropertyWritersAtOnce(t *testing.T) {
	const path = "/rest/api/content/98310/property/k"
	c := newCaller(t, "confluence", allScopes)
	token := func(method string) string {
		return "JWT " + connectjwt.SignHS256(c.claims(method, path), c.in.SharedSecret)
	}
	put := token(http.MethodPut)
	statuses := make(chan int, 16)
	for i := range cap(statuses) {
		go func() {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, c.site.BaseURL+path, strings.NewReader(fmt.Sprintf(`{"value":%d,"version":{"number":1}}`, i)))
			if err != nil {
				statuses <- 0
				return
			}
			req.Header.Set("Authorization", put)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				statuses <- 0
				return
			}
			res.Body.Close()
			statuses <- res.StatusCode
		}()
	}
	seen := map[int]int{}
	for range cap(statuses) {
		seen[<-statuses]++
	}
	if seen[200] != 1 || seen[409] != cap(statuses)-1 {
		t.Errorf("answers %v", seen)
	}
}

func TestPropertiesAreStoredAsSent(t *testing.T) {
	c := newCaller(t, "jira", allScopes)
	c.ask(http.MethodPut, "/rest/api/3/issue/DEMO-1/properties/k", ` {"b":1, "a":2}`)
	p, err := c.host.Store.Property(site.Entity{SiteID: "jira", Kind: site.OfIssue, ID: "10001"}, "k")
	if err != nil || string(p.Value) != ` {"b":1, "a":2}` {
		t.Errorf("%+v %v", p, err)
	}
}
