package descriptor

import (
	"fmt"
	"strings"
	"testing"
)

func TestAddresses(t *testing.T) {
	text := `{"key": "a", "baseUrl": "https://a.example/x", "authentication": {"type": "none"},
 "vendor": {"name": "V", "url": "https://v.example"}, "links": {"self": "https://a.example/x/d.json"},
 "lifecycle": {"installed": "/installed", "enabled": ""}, "translations": {"paths": {"de-DE": "/de.json"}},
 "modules": {
  "webhooks": [{"event": "jira:issue_created", "url": "/hook"}],
  "configurePage": {"key": "c", "url": "/c", "name": {"value": "C"}, "icon": {"width": 1, "height": 1, "url": "/i.png"}},
  "webItems": [{"key": "d", "url": "/dialog", "target": {"type": "dialog"}}, {"key": "l", "url": "/x", "context": "product"}, {"key": "p", "url": "c", "context": "page"}],
  "webPanels": [{"key": "w", "url": "/w?k={issue.key}", "conditions": [{"condition": "/allowed"}, {"or": [{"condition": "user_is_admin"}, {"condition": "/too"}]}]}],
  "jiraWorkflowPostFunctions": [{"key": "f", "triggered": {"url": "/run"}, "create": {"url": "/create"}}],
  "jiraIssueContexts": [{"key": "g", "target": {"type": "web_panel", "url": "/g"}}],
  "unknown": [{"url": "/nobody"}]
 }}`
	var got []string
	for _, a := range Parse([]byte(text)).Addresses() {
		framed := ""
		if a.Framed {
			framed = " framed"
		}
		got = append(got, fmt.Sprintf("%s %s %s (%s)%s", a.Use, a.URL, a.Name, a.Module, framed))
		if text[a.Offset+1:a.End-1] != a.URL || a.Line == 0 {
			t.Errorf("%s stands at %d, line %d", a.URL, a.Offset, a.Line)
		}
	}
	want := []string{
		"base https://a.example/x baseUrl ()",
		"link https://v.example vendor.url ()",
		"link https://a.example/x/d.json links.self ()",
		"callback /installed lifecycle.installed ()",
		"resource /de.json translations.paths.de-DE ()",
		"callback /hook jira:issue_created (webhooks)",
		"page /c c (configurePage) framed",
		"icon /i.png c icon.url (configurePage)",
		"page /dialog d (webItems) framed",
		"page /w?k={issue.key} w (webPanels) framed",
		"condition /allowed condition of w (webPanels)",
		"condition /too condition of w (webPanels)",
		"callback /run f triggered.url (jiraWorkflowPostFunctions)",
		"page /create f create.url (jiraWorkflowPostFunctions)",
		"page /g g (jiraIssueContexts) framed",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, broken := range []string{"", "[]", `{"modules": {"webPanels": [{"url": `, `{"baseUrl": 1, "links": "x", "modules": [1]}`} {
		if found := Parse([]byte(broken)).Addresses(); len(found) > 0 {
			t.Errorf("addresses of %q: %v", broken, found)
		}
	}
}

func TestWithoutBase(t *testing.T) {
	own := Parse([]byte(`{"baseUrl": "https://a.example/x"}`))
	for address, want := range map[string]string{
		"/p?k=${issue.key}": "/p?k=${issue.key}", "https://a.example/x/p": "/p", "https://a.example/x": "", "https://a.example/xy": "-",
		"https://b.example/p": "-", "//b.example/p": "-", "{{localBaseUrl}}/p": "/p", "${addon.base-url}/p": "/p", "{{other}}/p": "-", "p": "p",
	} {
		rest, ok := own.WithoutBase(address)
		if !ok {
			rest = "-"
		}
		if rest != want {
			t.Errorf("%s without the base is %q, want %q", address, rest, want)
		}
	}
}
