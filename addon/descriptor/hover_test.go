package descriptor

import (
	"strings"
	"testing"

	"connect-workbench/addon/descriptor/descriptortest"
)

// told writes a Help as one line: kind name: facts; the rules of its problems.
func told(h Help) string {
	var b strings.Builder
	b.WriteString(h.Kind + " " + h.Name)
	for _, f := range h.Facts {
		b.WriteString("; " + f.Label + " " + f.Text)
	}
	for _, p := range h.Problems {
		b.WriteString(" !" + p.Rule)
	}
	return strings.TrimSpace(b.String())
}

func TestHover(t *testing.T) {
	for _, tc := range []struct{ name, text, want, at string }{
		{"a property", app(`"ap|iVersion": 2`), "property apiVersion; type whole number; default 1", `"apiVersion"`},
		{"a property by its value", app(`"apiVersion": |2`), "property apiVersion; type whole number; default 1", "2"},
		{"limits", `{"k|ey": "a"`, "property key; type string; required yes; form letters, digits, dashes, dots and underscores; at most 80 characters; documentation says 64", `"key"`},
		{"allowed values", app(`"scopes": ["READ"], "lin|ks": {}`), "property links; type object", `"links"`},
		{"an enum", strings.Replace(app(), `"type"`, `"ty|pe"`, 1), "property type; type one of a few; values jwt, none; default \"jwt\"", `"type"`},
		{"a module type", module("web|Panels", panel), "module type webPanels; product JIRA and Confluence; type modules, in an array; required key, name, url, location", `"webPanels"`},
		{"a legacy module type with its problem", modules(`"jiraProfile|TabPanels": []`), "", ""},
		{"a location", strings.Replace(module("webPanels", panel), "atl.jira.view", "atl.ji|ra.view", 1), "location atl.jira.view.issue.right.context; product JIRA; modules webPanels", `"atl.jira.view.issue.right.context"`},
		{"an own section", modules(`"webSections": [{"key": "sec", "name": {"value": "Own"}, "location": "admin_plugins_menu"}]`, `"webItems": [{"key": "w", "name": {"value": "W"}, "url": "/w", "location": "admin_plugins_menu/s|ec"}]`),
			"module key sec; module webSections; line 1", `"admin_plugins_menu/sec"`},
		{"an event", modules(`"webhooks": [{"event": "jira:issue_|created", "url": "/h"}]`), "event jira:issue_created; product JIRA; filter JQL", `"jira:issue_created"`},
		{"an event of both products", modules(`"webhooks": [{"event": "attachment_|created", "url": "/h"}]`), "event attachment_created; product JIRA and Confluence; known since Cloud 2020; filter JQL", ""},
		{"a scope", app(`"scopes": ["wri|te"]`), "scope WRITE; product JIRA and Confluence; implies NONE, READ", `"write"`},
		{"a condition", module("webPanels", panel+`, "conditions": [{"condition": "has_project|_permission", "params": {"permission": "X"}}]`),
			"condition has_project_permission; product JIRA; params permission; on pages no: it needs an issue, project or page", ""},
		{"a condition that cannot be inline", module("webPanels", panel+`, "conditions": [{"condition": "user_is_the|_logged_in_user"}]`),
			"condition user_is_the_logged_in_user; product JIRA; on pages no: it needs an issue, project or page; in addresses no", ""},
		{"a parameter of a condition", module("webPanels", panel+`, "conditions": [{"condition": "project_type", "params": {"project|TypeKey": "software"}}]`),
			"property projectTypeKey; required yes; values software, service_desk, business", `"projectTypeKey"`},
		{"a context parameter", strings.Replace(module("webPanels", panel), `"/m"`, `"/m?i={iss|ue.key}"`, 1), "context parameter issue.key; product JIRA; here filled in", "{issue.key}"},
		{"one that is not bound", strings.Replace(module("jiraReports", ""), `"/m"`, `"/m?i={iss|ue.key}"`, 1), `context parameter issue.key; product JIRA; here empty: it is not bound for "jiraReports" like this one`, "{issue.key}"},
		{"one of a webhook", modules(`"webhooks": [{"event": "user_created", "url": "/h?a={modifiedUser.account|Id}"}]`), "context parameter modifiedUser.accountId; product JIRA; here filled in", "{modifiedUser.accountId}"},
		{"one of another webhook", modules(`"webhooks": [{"event": "user_created", "url": "/h?a={issue|.id}"}]`), `context parameter issue.id; product JIRA; here empty: it is not bound for "webhooks" like this one`, "{issue.id}"},
		{"a parameter of the macro", one("dynamicContentMacros", `"parameters": [{"identifier": "note", "name": {"value": "Note"}}], "url": "/m?n={no|te}"`), "parameter of the macro note", "{note}"},
		{"an unknown variable", one("webPanels", `"url": "/m?n={no|te}"`), "property url; type address; required yes; address relative to baseUrl", ""},
		{"an inline condition", strings.Replace(module("webPanels", panel), `"/m"`, `"/m?i={condition.is_issue_ed|itable}"`, 1),
			"condition is_issue_editable; product JIRA; on pages no: it needs an issue, project or page", "{condition.is_issue_editable}"},
		{"an address without a variable", strings.Replace(module("webPanels", panel), `"/m"`, `"/|m"`, 1), "property url; type address; required yes; address relative to baseUrl", `"/m"`},
		{"a reference", modules(`"dialogs": [{"key": "d", "url": "/d"}]`, `"webItems": [{"key": "w", "name": {"value": "W"}, "location": "operations-operations", "target": {"type": "dialogmodule", "options": {"key": "|d"}}}]`),
			"module key d; module dialogs; line 1", `"d"`},
		{"a problem", app(`"fo|o": 1`), "!shape.unknown-property", `"foo"`},
		{"a property with its problem", app(`"api|Version": "1"`), "property apiVersion; type whole number; default 1 !shape.type", ""},
		{"a value with its problem", app(`"apiVersion": "|1"`), "property apiVersion; type whole number; default 1 !shape.type", `"1"`},
		{"behind a name", app(`"apiVersion"|: 2`), "property apiVersion; type whole number; default 1", `"apiVersion"`},
		{"behind a value", app(`"apiVersion": 2|`), "property apiVersion; type whole number; default 1", "2"},
		{"a bracket", "|" + app(), "-", ""},
		{"nothing", app() + " |", "-", ""},
		{"half written", `{"modules": {"webPanels": [{"location": "atl.g|eneral`, "location atl.general; product Confluence; modules webPanels !syntax.string", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text, at := marked(t, tc.text)
			h := Hover([]byte(text), at, Options{})
			if got := told(h); tc.want != "" && got != strings.TrimPrefix(tc.want, "-") {
				t.Errorf("%s\n got %s\nwant %s", tc.text, got, tc.want)
			}
			if got := text[h.From:h.To]; tc.at != "" && got != tc.at {
				t.Errorf("it is about %q, want %q", got, tc.at)
			}
			if h.Kind != "" && (h.Help == "" && h.Kind != "module key" || h.Docs == DocsTarget{}) {
				t.Errorf("%+v has no help or no page", h)
			}
		})
	}
}

func TestHoverGivesThePointer(t *testing.T) {
	text, at := marked(t, module("webPanels", `"locat|ion": "atl.general"`))
	if h := Hover([]byte(text), at, Options{}); h.Pointer != "/modules/webPanels/0/location" || h.Docs != (DocsTarget{"property", "webPanels.location"}) {
		t.Errorf("%+v", h)
	}
}

func BenchmarkHover(b *testing.B) {
	for _, s := range sizes {
		text := descriptortest.Generated(s.size)
		b.Run(s.name, func(b *testing.B) {
			k := NewChecker(BuiltIn())
			at := strings.LastIndex(string(text), "agile")
			for b.Loop() {
				k.Hover(text, at, Options{})
			}
		})
	}
}
