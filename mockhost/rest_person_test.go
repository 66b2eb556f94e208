package mockhost_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/site"
)

func TestAddressesAreShownToWhomTheyMayBe(t *testing.T) {
	for _, tc := range []struct {
		siteID, path, member string
	}{
		{"jira", "/rest/api/3/user", "emailAddress"},
		{"confluence", "/rest/api/user", "email"},
	} {
		t.Run(tc.siteID, func(t *testing.T) {
			for _, scopes := range [][]string{{"READ"}, {"READ", "ACCESS_EMAIL_ADDRESSES"}} {
				c := newCaller(t, tc.siteID, func(d map[string]any) { d["scopes"] = scopes })
				shows, hides := c.site.Users[1], c.site.Users[2]
				if !hides.EmailHidden || shows.EmailHidden {
					t.Fatal("the site's users are others")
				}
				of := func(u site.User) any {
					a := c.ask(http.MethodGet, tc.path+"?accountId="+url.QueryEscape(u.AccountID), "")
					if a.StatusCode != 200 || a.body["accountId"] != u.AccountID {
						t.Fatalf("%d %s", a.StatusCode, a.text)
					}
					text, _ := a.body[tc.member].(string)
					return text
				}
				want := ""
				if len(scopes) == 2 {
					want = hides.Email
				}
				if of(shows) != shows.Email || of(hides) != want {
					t.Errorf("with %v: %q and %q", scopes, of(shows), of(hides))
				}
				path := tc.path + "/email?accountId=" + url.QueryEscape(hides.AccountID)
				if a := c.ask(http.MethodGet, path, ""); (a.StatusCode == 200) != (want != "") || want == "" && a.verdict.Expected != "ACCESS_EMAIL_ADDRESSES" {
					t.Errorf("with %v: %d %s %+v", scopes, a.StatusCode, a.text, a.verdict)
				}
			}
		})
	}
}

func TestPeopleOfJira(t *testing.T) {
	c := newCaller(t, "jira", nil)
	ada, yuki := c.site.Users[0], c.site.Users[2]
	app := c.site.AddonUser(c.in.AddonKey, c.in.Name)
	one := "?accountId=" + url.QueryEscape(ada.AccountID)
	tell(t, c, []step{
		{"GET", "/rest/api/3/user" + one, "", 200, `"displayName":"Ada Brandt","active":true,"timeZone":"Europe/Berlin","locale":"en_GB","groups":{"size":2,"items":[]},"applicationRoles":{"size":1,"items":[]}`, ""},
		{"GET", "/rest/api/3/user" + one + "&expand=groups", "", 200, `"groups":{"size":2,"items":[{"name":"site-admins","groupId":"`, ""},
		{"GET", "/rest/api/2/user?accountId=" + url.QueryEscape(app.AccountID), "", 200, `"accountType":"app"`, ""},
		{"GET", "/rest/api/3/user?accountId=nobody", "", 404, "does not exist", ""},
		{"GET", "/rest/api/3/user", "", 400, "accountId is missing", "rest.input"},
		{"GET", "/rest/api/3/user/groups" + one, "", 200, `[{"name":"site-admins","groupId":"`, ""},
		{"GET", "/rest/api/3/user/search?query=bra", "", 200, `"displayName":"Ada Brandt"`, ""},
		{"GET", "/rest/api/3/user/search?query=ada%40acme", "", 200, `"emailAddress":"ada@acme.example"`, ""},
		{"GET", "/rest/api/3/user/search?query=yuki%40", "", 200, `[]`, ""}, // the address is hidden
		{"GET", "/rest/api/3/user/search?query=yuki", "", 200, yuki.AccountID, ""},
		{"GET", "/rest/api/3/user/search?query=a&startAt=7", "", 200, `[]`, ""},
		{"GET", "/rest/api/3/user/search?query=a&maxResults=0", "", 200, `[]`, ""},
		{"GET", "/rest/api/3/user/search", "", 400, "missing", "rest.input"},
		{"GET", "/rest/api/3/groups/picker?query=USERS", "", 200, `{"header":"Showing 1 of 1 matching groups","total":1,"groups":[{"name":"jira-software-users","html":"jira-software-<b>users</b>","labels":[],"groupId":"`, ""},
		{"GET", "/rest/api/3/groups/picker?maxResults=1", "", 200, `"Showing 1 of 3 matching groups"`, ""},
	})
}

func TestCurrentUserOfConfluence(t *testing.T) {
	c := newCaller(t, "confluence", nil)
	for _, tc := range []struct{ user, want string }{
		{c.site.Users[0].AccountID, `"operations":[{"operation":"use","targetType":"application"},{"operation":"create","targetType":"application"},{"operation":"administer","targetType":"application"}]`},
		{c.site.Users[1].AccountID, `"operations":[{"operation":"use","targetType":"application"},{"operation":"create","targetType":"application"}]`},
		{c.site.Users[2].AccountID, `"operations":[{"operation":"use","targetType":"application"}]`},
	} {
		a := c.ask(http.MethodGet, "/rest/api/user?accountId="+url.QueryEscape(tc.user)+"&expand=operations", "")
		if !strings.Contains(a.text, tc.want) || strings.Contains(a.text, `"operations":""`) {
			t.Errorf("%s", a.text)
		}
	}
	tell(t, c, []step{
		{"GET", "/rest/api/user/current", "", 200, `"_expandable":{"operations":""}`, ""},
		{"GET", "/rest/api/user?accountId=nobody", "", 404, `"statusCode":404`, ""},
		{"GET", "/rest/api/user", "", 400, `"valid":false`, "rest.input"},
		{"GET", "/api/v2/pages", "", 501, "not simulated", "rest.notsimulated"},
	})
}

func TestPermissionsOfJira(t *testing.T) {
	c := newCaller(t, "jira", nil)
	ask := func(accountID string) string {
		return `{"accountId":"` + accountID + `","globalPermissions":["ADMINISTER","USER_PICKER"],"projectPermissions":[{"permissions":["EDIT_ISSUES","BROWSE_PROJECTS"],"issues":[10001,99],"projects":[10000]}]}`
	}
	const place = `"issues":[10001],"projects":[10000]}`
	const path = "/rest/api/3/permissions/check"
	tell(t, c, []step{
		{"POST", path, ask(c.site.Users[0].AccountID), 200, `{"globalPermissions":["ADMINISTER","USER_PICKER"],"projectPermissions":[{"permission":"EDIT_ISSUES",` + place + `,{"permission":"BROWSE_PROJECTS",` + place + `]}`, ""},
		{"POST", path, ask(c.site.Users[1].AccountID), 200, `{"globalPermissions":["USER_PICKER"],"projectPermissions":[{"permission":"EDIT_ISSUES",`, ""},
		{"POST", path, ask(c.site.Users[2].AccountID), 200, `{"globalPermissions":["USER_PICKER"],"projectPermissions":[{"permission":"BROWSE_PROJECTS",`, ""},
		{"POST", path, ask(""), 200, `{"globalPermissions":["USER_PICKER"],"projectPermissions":[{"permission":"EDIT_ISSUES",`, ""}, // the add-on itself
		{"POST", path, `{"projectPermissions":[{"permissions":["EDIT_ISSUES"],"issues":[1]}]}`, 200, `"projectPermissions":[]`, ""},
		{"POST", path, `{"projectPermissions":[{"permissions":["EDIT_ISSUES"]}]}`, 200, `[{"permission":"EDIT_ISSUES","issues":[],"projects":[]}]`, ""},
		{"POST", path, `{"projectPermissions":[{"permissions":["EDIT_ISSUES"],"issues":["10001","x"]}]}`, 400, "", "rest.input"},
		{"POST", path, `{"projectPermissions":[{"permissions":["EDIT_ISSUES"],"issues":["10001"],"projects":["10000",1.5]}]}`, 200, `"issues":[10001],"projects":[10000]`, ""},
		{"POST", path, ask("nobody"), 400, "does not exist", "rest.input"},
		{"POST", path, `{"globalPermissions":["FLY"]}`, 400, "Unrecognized permission: FLY", "rest.input"},
		{"POST", path, `{"globalPermissions":["EDIT_ISSUES"]}`, 400, "Unrecognized", "rest.input"},
		{"POST", path, `nonsense`, 400, "Invalid request payload", "rest.input"},
		{"GET", "/rest/api/3/mypermissions?permissions=EDIT_ISSUES,ADMINISTER&projectKey=DEMO", "", 200, `"EDIT_ISSUES":{"id":"12","key":"EDIT_ISSUES","name":"Edit Issues","type":"PROJECT","description":"","havePermission":true}`, ""},
		{"GET", "/rest/api/3/mypermissions?permissions=ADMINISTER", "", 200, `"havePermission":false`, ""},
		{"GET", "/rest/api/3/mypermissions", "", 400, "required", "rest.input"},
		{"GET", "/rest/api/3/mypermissions?permissions=FLY", "", 400, "Unrecognized", "rest.input"},
		{"GET", "/rest/api/3/mypermissions?permissions=EDIT_ISSUES&issueKey=NONE-1", "", 404, "does not exist", ""},
	})
	// Nobody may ask for himself, a viewer not for others.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.site.BaseURL+path, strings.NewReader(`{"globalPermissions":["USER_PICKER"],"projectPermissions":[{"permissions":["BROWSE_PROJECTS"],"projects":[10000]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if a := c.do(req); a.StatusCode != 200 || !strings.Contains(a.text, `{"globalPermissions":[],"projectPermissions":[{"permission":"BROWSE_PROJECTS"`) {
		t.Errorf("nobody: %d %s", a.StatusCode, a.text)
	}
	if a := c.send(http.MethodPost, path, ask(c.site.Users[0].AccountID), "JWT "+c.session(c.site.Users[1].AccountID)); a.StatusCode != 403 || a.verdict.Rule != "rest.permission" {
		t.Errorf("a viewer about another: %d %s", a.StatusCode, a.text)
	}
}

func TestScopesMakeAnAddonAnAdministrator(t *testing.T) {
	for _, tc := range []struct{ scope, want string }{
		{"DELETE", `{"globalPermissions":[],"projectPermissions":[]}`},
		{"PROJECT_ADMIN", `{"globalPermissions":[],"projectPermissions":[{"permission":"ADMINISTER_PROJECTS","issues":[],"projects":[10000]}]}`},
		{"ADMIN", `{"globalPermissions":["ADMINISTER"],"projectPermissions":[{"permission":"ADMINISTER_PROJECTS","issues":[],"projects":[10000]}]}`},
	} {
		c := newCaller(t, "jira", func(d map[string]any) { d["scopes"] = []string{tc.scope} })
		a := c.ask(http.MethodPost, "/rest/api/2/permissions/check", `{"globalPermissions":["ADMINISTER"],"projectPermissions":[{"permissions":["ADMINISTER_PROJECTS"],"projects":[10000]}]}`)
		if strings.TrimSpace(a.text) != tc.want {
			t.Errorf("%s: %s", tc.scope, a.text)
		}
	}
}

func TestPermissionsOfContent(t *testing.T) {
	c := newCaller(t, "confluence", nil)
	const path = "/rest/api/content/98310/permission/check"
	ask := func(kind, who, operation string) string {
		return `{"subject":{"type":"` + kind + `","identifier":"` + who + `"},"operation":"` + operation + `"}`
	}
	member, customer := c.site.Users[1].AccountID, c.site.Users[2].AccountID
	tell(t, c, []step{
		{"POST", path, ask("user", member, "update"), 200, `{"hasPermission":true,"errors":[]}`, ""},
		{"POST", path, ask("user", customer, "update"), 200, `{"hasPermission":false,"errors":[]}`, ""},
		{"POST", path, ask("user", customer, "read"), 200, `"hasPermission":true`, ""},
		{"POST", path, ask("user", "", "delete"), 200, `"hasPermission":false`, ""},
		{"POST", path, ask("group", "confluence-users", "update"), 200, `"hasPermission":true`, ""},
		{"POST", path, ask("group", "customers", "update"), 200, `"hasPermission":false`, ""},
		{"POST", path, ask("group", "none", "update"), 404, "No group", ""},
		{"POST", path, ask("user", "nobody", "read"), 404, "No user", ""},
		{"POST", path, ask("robot", "x", "read"), 400, "type of the subject", "rest.input"},
		{"POST", path, ask("user", member, "burn"), 400, "burn is not known", "rest.input"},
		{"POST", path, `{`, 400, "", "rest.input"},
		{"POST", "/rest/api/content/1/permission/check", ask("user", member, "read"), 404, "No content found", ""},
	})
}

func TestLicenceStates(t *testing.T) {
	for state, want := range map[site.Licence]string{
		site.NoLicence:             "",
		site.ActiveTrial:           `"license":{"active":true,"type":"COMMERCIAL","evaluation":true,`,
		site.InactiveTrial:         `"license":{"active":false,"type":"COMMERCIAL","evaluation":true,`,
		site.ActiveSubscription:    `"license":{"active":true,"type":"COMMERCIAL","evaluation":false,`,
		site.CancelledSubscription: `"license":{"active":true,"type":"COMMERCIAL","evaluation":false,`,
		site.InactiveSubscription:  `"license":{"active":false,"type":"COMMERCIAL","evaluation":false,`,
	} {
		host := hosttest.New(t, func(p *mockhost.Params) { p.Sites[0].Licence = state })
		addon := hosttest.NewAddon(t, host)
		addon.Describe(func(d map[string]any) { d["enableLicensing"] = true })
		c := &caller{t, host, host.Site(t, "jira"), host.MustInstall(t, "jira", addon.DescriptorURL())}
		a := c.ask(http.MethodGet, "/rest/atlassian-connect/1/addons/"+hosttest.AddonKey, "")
		if a.StatusCode != 200 || !strings.Contains(a.text, want) || strings.Contains(a.text, `"license"`) != (want != "") {
			t.Errorf("%s: %s", state, a.text)
		}
	}
}

func TestPeopleOf2016HaveKeysAndNames(t *testing.T) {
	c := newCallerIn2016(t)
	const ada = `"key":"ada","name":"ada","accountId":"`
	tell(t, c, []step{
		{"GET", "/rest/api/2/user?key=ada", "", 200, ada, ""},
		{"GET", "/rest/api/2/user?username=ada", "", 200, ada, ""},
		{"GET", "/rest/api/2/user?username=eve", "", 400, "accountId is missing", "rest.input"},
	})
	now := newCaller(t, "jira", nil)
	tell(t, now, []step{{"GET", "/rest/api/2/user?username=ada", "", 400, "accountId is missing", "rest.input"}})
	if a := now.ask(http.MethodGet, "/rest/api/2/myself", ""); a.body["name"] != nil || a.body["key"] != nil {
		t.Errorf("names of before in the present: %s", a.text)
	}
}
