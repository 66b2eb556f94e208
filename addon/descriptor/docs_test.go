package descriptor

import (
	"strings"
	"testing"
)

func TestDocsPath(t *testing.T) {
	for want, args := range map[string][2]string{
		"/atlassian-connect/docs/":                              {},
		"/atlassian-connect/docs/module/":                       {DocsModule, ""},
		"/atlassian-connect/docs/property/webItems.target.type": {DocsProperty, "webItems.target.type"},
		"/atlassian-connect/docs/location/system.user/user-a":   {DocsLocation, "system.user/user-a"},
		"/atlassian-connect/docs/event/jira:issue_created":      {DocsEvent, "jira:issue_created"},
		"/atlassian-connect/docs/rule/%3Cscript%3E%3Fq=1%23":    {DocsRule, "<script>?q=1#"},
	} {
		if got := DocsPath(args[0], args[1]); got != want {
			t.Errorf("%v: %s, want %s", args, got, want)
		}
	}
}

// TestDocsAt puts a caret where § stands.
func TestDocsAt(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{`{"ke§y": "a"}`, "property key"},
		{`{"vendor": {"url": "htt§p://a"}}`, "property vendor.url"},
		{`{"scopes": ["re§ad"]}`, "scope READ"},
		{`{"modules": {"webPa§nels": []}}`, "module webPanels"},
		{`{"modules": {"webPanels": [§{"key": "a"}]}}`, "module webPanels"},
		{`{"modules": {"webPanels": [{"lay§out": {}}]}}`, "property webPanels.layout"},
		{`{"modules": {"webPanels": [{"location": "atl.jira.view.issue.right.context§"}]}}`, "location atl.jira.view.issue.right.context"},
		{`{"modules": {"webPanels": [{"location": "no.§such"}]}}`, "property webPanels.location"},
		{`{"modules": {"webPanels": [{"url": "/p?k={issue.§key}&x"}]}}`, "variable issue.key"},
		{`{"modules": {"webPanels": [{"url": "/p?k={issue.key}&§x"}]}}`, "property webPanels.url"},
		{`{"modules": {"webPanels": [{"url": "/p?k={condition.user_is_§admin}"}]}}`, "condition user_is_admin"},
		{`{"modules": {"webPanels": [{"conditions": [{"or": [{"condition": "user_is_§admin"}]}]}]}}`, "condition user_is_admin"},
		{`{"modules": {"webItems": [{"target": {"options": {"wid§th": "1"}}}]}}`, "property webItems.target.options.width"},
		{`{"modules": {"configurePage": {"na§me": {}}}}`, "property configurePage.name"},
		{`{"modules": {"webhooks": [{"event": "jira:iss§ue_created", `, "event jira:issue_created"},
		{`{"modules": {"noSuch§Thing": []}}`, "property modules"},
		{`§{}`, " "},
		{`§`, " "},
		{`{"nonsense": 1§}`, " "},
	} {
		offset := strings.Index(tc.text, "§")
		text := []byte(strings.Replace(tc.text, "§", "", 1))
		at := DocsAt(text, offset)
		if got := at.Kind + " " + at.Name; got != tc.want {
			t.Errorf("%s: %q, want %q", tc.text, got, tc.want)
		}
		if h := Hover(text, offset, Options{}); h.Docs != at {
			t.Errorf("%s: hovering leads to %v, F1 to %v", tc.text, h.Docs, at)
		}
	}
}
