package page

import (
	"net/http"
	"strings"
	"testing"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/site"
)

func TestDocsPages(t *testing.T) {
	jira, confluence := serve(t, site.Jira), serve(t, site.Confluence)
	for _, tc := range []struct {
		name, path string
		on         *directory
		status     int
		want       []string
	}{
		{"index", descriptor.DocsPath("", ""), jira, 200, []string{`name="q"`, "/atlassian-connect/docs/module/", "Webhook events", "JIRA (Cloud now)", "Simulated."}},
		{"index of a site with a path", descriptor.DocsPath("", ""), confluence, 200, []string{`action="/wiki/atlassian-connect/docs/"`, `href="/wiki/atlassian-connect/docs/rule/"`}},
		{"list", descriptor.DocsPath("module", ""), jira, 200, []string{"jiraIssueContexts", "Not on this site", "Confluence only"}},
		{"module", descriptor.DocsPath("module", "webPanels"), jira, 200, []string{"layout", "required", "Smallest example", "atl.jira.view.issue.right.context", "forge-manifest"}},
		{"module of the other product", descriptor.DocsPath("module", "spaceToolsTabs"), jira, 200, []string{"This site does not know it: Confluence only."}},
		{"property", descriptor.DocsPath("property", "webItems.target.type"), confluence, 200, []string{"dialogmodule", `href="/wiki/atlassian-connect/docs/module/webItems"`}},
		{"location with a slash", descriptor.DocsPath("location", "system.header/left"), confluence, 200, []string{"generalPages"}},
		{"event with a colon", descriptor.DocsPath("event", "jira:issue_created"), jira, 200, []string{"a JQL filter is evaluated"}},
		{"rule", descriptor.DocsPath("rule", "meaning.event"), jira, 200, []string{"Wrong", "Right", "issue_created"}},
		{"condition", descriptor.DocsPath("condition", "has_project_permission"), jira, 200, []string{"Parameter permission", "{condition.has_project_permission(permission="}},
		{"scope", descriptor.DocsPath("scope", "WRITE"), jira, 200, []string{"Implies", "docs/scope/READ"}},
		{"variable", descriptor.DocsPath("variable", "issue.key"), jira, 200, []string{"{issue.key}"}},
		{"search", descriptor.DocsRoot + "?q=webpanel", jira, 200, []string{`value="webpanel"`, "docs/module/webPanels"}},
		{"search on any page", descriptor.DocsPath("module", "webPanels") + "?q=dialogs", jira, 200, []string{"docs/module/dialogs"}},
		{"search that finds nothing", descriptor.DocsRoot + "?q=%3Cscript%3Ezzz", jira, 200, []string{"Nothing has this in its name", "&lt;script&gt;zzz"}},
		{"unknown name", descriptor.DocsPath("module", "webPanel"), jira, 404, []string{"No page about webPanel", "docs/module/webPanels"}},
		{"unknown kind", descriptor.DocsPath("nonsense", ""), jira, 404, []string{"No page about nonsense"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := get(t, tc.on.site.BaseURL+tc.path)
			if a.status != tc.status || strings.Contains(a.body, "<script>zzz") || strings.Contains(a.header.Get("Content-Security-Policy"), "unsafe") {
				t.Errorf("status %d, want %d", a.status, tc.status)
			}
			for _, want := range tc.want {
				if !strings.Contains(a.body, want) {
					t.Errorf("no %q in\n%s", want, a.body)
				}
			}
		})
	}
	if a := get(t, jira.site.BaseURL+"/atlassian-connect/docs"); a.status != http.StatusFound || a.header.Get("Location") != descriptor.DocsRoot {
		t.Errorf("without the slash: %d to %s", a.status, a.header.Get("Location"))
	}
}

// TestDocsOfAnOldSite: a site of 2016 marks what came later.
func TestDocsOfAnOldSite(t *testing.T) {
	d := &directory{site: testSite(site.Jira)}
	d.site.Era = site.Cloud2016
	serveDirectory(t, d)
	for path, want := range map[string]string{
		descriptor.DocsPath("module", "jiraIssueContents"):     "This site does not know it: known since Cloud 2020.",
		descriptor.DocsPath("property", "webPanels.cacheable"): "This site does not know it: known since Cloud 2020.",
		descriptor.DocsPath("module", ""):                      "known since",
	} {
		if a := get(t, d.site.BaseURL+path); !strings.Contains(a.body, want) {
			t.Errorf("%s: no %q", path, want)
		}
	}
	if a := get(t, d.site.BaseURL+descriptor.DocsPath("module", "jiraVersionTabPanels")); strings.Contains(a.body, "does not know") {
		t.Error("a site of 2016 knows jiraVersionTabPanels")
	}
}
