package descriptor

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"connect-workbench/addon/descriptor/descriptortest"
)

// marked takes the caret | out of a text.
func marked(t *testing.T, text string) (string, int) {
	t.Helper()
	at := strings.Index(text, "|")
	if at < 0 || strings.Count(text, "|") != 1 {
		t.Fatalf("one caret is wanted in %s", text)
	}
	return text[:at] + text[at+1:], at
}

// accepted is the text after an item, its stops in «».
func accepted(text string, i Item) string {
	edit := i.Edit
	for _, s := range slices.Backward(i.Stops) {
		edit.Text = edit.Text[:s.From] + "«" + edit.Text[s.From:s.To] + "»" + edit.Text[s.To:]
	}
	return string(Apply([]byte(text), append([]Edit{edit}, i.Also...)))
}

func labels(c Completion) []string {
	var names []string
	for _, i := range c.Items {
		names = append(names, i.Label)
	}
	return names
}

// one is a descriptor with a module whose members are given.
func one(kind, members string) string { return `{"modules": {"` + kind + `": [{` + members + `}]}}` }

// TestComplete shows what is offered at a caret: the first labels, and the text after the first
// of them.
func TestComplete(t *testing.T) {
	for _, tc := range []struct{ name, text, first, after string }{
		// Names of properties.
		{"empty object", `{|}`, "key baseUrl authentication name", `{"key": "«»"}`},
		{"required ones that are there are left out", `{"key": "a", |}`, "baseUrl authentication name", `{"key": "a", "baseUrl": "https://«»"}`},
		{"before another", `{|"key": "a"}`, "baseUrl", `{"baseUrl": "https://«»", "key": "a"}`},
		{"before another on its line", "{\n  |\n  \"key\": \"a\"\n}", "baseUrl", "{\n  \"baseUrl\": \"https://«»\",\n  \"key\": \"a\"\n}"},
		{"behind one without a comma", "{\n  \"key\": \"a\"\n  |\n}", "baseUrl", "{\n  \"key\": \"a\",\n  \"baseUrl\": \"https://«»\"\n}"},
		{"between two without commas", `{"key": "a" | "name": "b"}`, "baseUrl", `{"key": "a", "baseUrl": "https://«»", "name": "b"}`},
		{"between commas", `{"key": "a", |, "name": "b"}`, "baseUrl", `{"key": "a", "baseUrl": "https://«»", "name": "b"}`},
		{"at the end of an open text", `{"key": "a", `, "baseUrl", `{"key": "a", "baseUrl": "https://«»"`},
		{"inside a name behind a missing comma", "{\n  \"key\": \"a\"\n  \"na|\"\n}", "name", "{\n  \"key\": \"a\",\n  \"name\": \"«»\"\n}"},
		{"inside an element between missing commas", `{"scopes": ["NONE" "RE|" "WRITE"]}`, "READ", `{"scopes": ["NONE", "READ", "WRITE"]}`},
		{"inside a name", `{"na|"}`, "name", `{"name": "«»"}`},
		{"inside an open name", "{\n  \"na|\n}", "name", "{\n  \"name\": \"«»\"\n}"},
		{"inside an open name before another", "{\n  \"na|\n  \"key\": \"a\"}", "name", "{\n  \"name\": \"«»\",\n  \"key\": \"a\"}"},
		{"inside a bare name", `{na|}`, "name", `{"name": "«»"}`},
		{"a name with a colon and no value", `{"na|": , "key": "a"}`, "name", `{"name": "«»" , "key": "a"}`},
		{"a name with its value", `{"na|me2": "x"}`, "name", `{"name": "x"}`},
		{"words of a name", `{"eL|"}`, "enableLicensing", `{"enableLicensing": «true»}`},
		{"second word of a name", `{"licen|"}`, "enableLicensing", `{"enableLicensing": «true»}`},
		{"in another case", `{"BASEURL|"}`, "baseUrl", `{"baseUrl": "https://«»"}`},
		{"with more bytes than letters", `{"name": "äöü漢", "de|"}`, "description dataResidency", `{"name": "äöü漢", "description": "«»"}`},
		{"lines end in CRLF", "{\r\n  \"modules\": {\r\n    \"dialogs|\"\r\n  }\r\n}", "dialogs", "{\r\n  \"modules\": {\r\n    \"dialogs\": [\r\n      {\r\n        \"key\": \"«dialog»\",\r\n        \"url\": \"/«dialog»\"\r\n      }\r\n    ]\r\n  }\r\n}"},
		{"indented by tabs", "{\n\t\"modules\": {\n\t\t\"dialogs|\"\n\t}\n}", "dialogs", "{\n\t\"modules\": {\n\t\t\"dialogs\": [\n\t\t\t{\n\t\t\t\t\"key\": \"«dialog»\",\n\t\t\t\t\"url\": \"/«dialog»\"\n\t\t\t}\n\t\t]\n\t}\n}"},
		{"a text of another object", one("webPanels", `"name": {|}`), "value i18n", one("webPanels", `"name": {"value": "«»"}`)},
		{"closed names", `{"apiMigrations": {"sig|"}}`, "signed-install", `{"apiMigrations": {"signed-install": «true»}}`},
		{"free names with usual ones", `{"links": {|}}`, "self homepage documentation", `{"links": {"self": "«»"}}`},
		{"a default", one("webPanels", `"weig|"`), "weight", one("webPanels", `"weight": «0»`)},
		{"a default of the catalogue", one("webItems", `"weig|"`), "weight", one("webItems", `"weight": «100»`)},
		{"a list of objects", one("webPanels", `"conditi|"`), "conditions", one("webPanels", `"conditions": [{"condition": "«»"}]`)},
		{"a list of names", `{"scop|"}`, "scopes", `{"scopes": ["«»"]}`},
		{"url before its end", one("webItems", `"key": "k", "ur|"`), "url", one("webItems", `"key": "k", "url": "/«web-item»"`)},
		{"an icon", one("webItems", `"ico|"`), "icon", one("webItems", `"icon": {"url": "/«icon.svg»"}`)},
		{"a path of the add-on", `{"lifecycle": {"en|"}}`, "enabled", `{"lifecycle": {"enabled": "/«enabled»"}}`},
		{"a kind that is still open", one("staticContentMacros", `"propertyPanel": {"controls": [{"ty|"}]}`), "type", one("staticContentMacros", `"propertyPanel": {"controls": [{"type": "«»"}]}`)},
		{"a kind that what is there decides", one("staticContentMacros", `"propertyPanel": {"controls": [{"key": "k", "label": {}, "ty|"}]}`), "type", one("staticContentMacros", `"propertyPanel": {"controls": [{"key": "k", "label": {}, "type": "button"}]}`)},
		{"ignored ones are not offered", `{"installedD|"}`, "", ""},

		// Modules.
		{"a module type", `{"modules": {"webP|"}}`, "webPanels", `{"modules": {"webPanels": [{"key": "«web-panel»", "name": {"value": "«Web panel»"}, "url": "/«web-panel»", "location": "«»"}]}}`},
		{"a single module", `{"modules": {"config|"}}`, "configurePage", `{"modules": {"configurePage": {"key": "«configure-page»", "name": {"value": "«Configure page»"}, "url": "/«configure-page»"}}}`},
		{"types of the product in force", `{"modules": {"jiraReports": [], "b|"}}`, "jiraBackgroundScripts jiraBuildInfoProvider", ""},
		{"types of the other product come behind", `{"modules": {"jiraReports": [], "blue|"}}`, "blueprints", ""},
		{"a further module", `{"modules": {"dialogs": [{"key": "dialog", "url": "/d"}, |]}}`, "{key,url}", `{"modules": {"dialogs": [{"key": "dialog", "url": "/d"}, {"key": "«dialog-2»", "url": "/«dialog-2»"}]}}`},
		{"behind a module without a comma", `{"modules": {"dialogs": [{"key": "d", "url": "/d"} |]}}`, "{key,url}", `{"modules": {"dialogs": [{"key": "d", "url": "/d"}, {"key": "«dialog»", "url": "/«dialog»"}]}}`},
		{"the modules of a type", `{"modules": {"dialogs": |}}`, "[{key,url}]", `{"modules": {"dialogs": [{"key": "«dialog»", "url": "/«dialog»"}]}}`},
		{"webhooks bring their scope", app(`"modules": {"webhook|"}`), "webhooks", app(`"scopes": ["READ"], "modules": {"webhooks": [{"event": "«»", "url": "/«webhook»"}]}`)},
		{"unless they have it", modules(`"webhook|"`), "webhooks", modules(`"webhooks": [{"event": "«»", "url": "/«webhook»"}]`)},
		{"a descriptor", ` | `, "descriptor", ""},

		// Values.
		{"an enum", `{"authentication": {"type": "|"}}`, "jwt none", `{"authentication": {"type": "jwt"}}`},
		{"an enum without quotes", `{"authentication": {"type": |}}`, "jwt none", `{"authentication": {"type": "jwt"}}`},
		{"an enum right behind the colon", `{"authentication": {"type":|}}`, "jwt none", `{"authentication": {"type":"jwt"}}`},
		{"a value before another member", "{\"authentication\": {\"type\": |\n\"publicKey\": \"\"}}", "jwt none", "{\"authentication\": {\"type\": \"jwt\",\n\"publicKey\": \"\"}}"},
		{"a bare word", `{"authentication": {"type": no|}}`, "none", `{"authentication": {"type": "none"}}`},
		{"an open string", "{\"authentication\": {\"type\": \"no|\n}}", "none", "{\"authentication\": {\"type\": \"none\"\n}}"},
		{"an open string with a comma", "{\"authentication\": {\"type\": \"no|,\n\"publicKey\": \"\"}}", "none", "{\"authentication\": {\"type\": \"none\",\n\"publicKey\": \"\"}}"},
		{"a boolean", `{"enableLicensing": |}`, "true false", `{"enableLicensing": true}`},
		{"a boolean half written", `{"enableLicensing": fa|}`, "false", `{"enableLicensing": false}`},
		{"a boolean in quotes", `{"enableLicensing": "t|"}`, "true", `{"enableLicensing": true}`},
		{"a whole number", `{"apiVersion": |}`, "1", `{"apiVersion": 1}`},
		{"an object", one("webPanels", `"name": |`), "{value}", one("webPanels", `"name": {"value": "«Web panel»"}`)},
		{"nothing behind a value", `{"key": "a"|}`, "", ""},
		{"nothing behind a name", `{"key"| : "a"}`, "", ""},
		{"nothing behind the descriptor", `{} |`, "", ""},
		{"nothing in a comment", `{ // | `, "", ""},
		{"nothing in a template", `{"enableLicensing": {{pa|id}}}`, "", ""},
		{"nothing in free text", `{"name": "|"}`, "", ""},
		{"nothing in an unknown object", `{"foo": {|}}`, "", ""},

		// Names the product has.
		{"a location", one("webPanels", `"location": "right|"`), "atl.jira.view.issue.right.context", one("webPanels", `"location": "atl.jira.view.issue.right.context"`)},
		{"a location by the starts of its words", one("webPanels", `"location": "avir|"`), "atl.jira.view.issue.right.context", ""},
		{"locations of the product in force", `{"modules": {"blueprints": [], "webPanels": [{"location": "|"}]}}`, "atl.general atl.footer", ""},
		{"locations that fit the type", one("jiraProjectAdminTabPanels", `"location": "|"`), "projectgroup1 projectgroup2", ""},
		{"the default location first", `{"modules": {"jiraReports": [], "generalPages": [{"location": "|"}]}}`, "system.top.navigation.bar", ""},
		{"an own section", `{"modules": {"jiraReports": [], "webSections": [{"key": "sec", "location": "admin_plugins_menu"}], "webItems": [{"location": "sec|"}]}}`, "admin_plugins_menu/sec", ""},
		{"an event", one("webhooks", `"event": "iss|"`), "issuelink_created", ""},
		{"an event by its second word", one("webhooks", `"event": "issue_cr|"`), "jira:issue_created", one("webhooks", `"event": "jira:issue_created"`)},
		{"an event of both products once", one("webhooks", `"event": "attachment_created|"`), "attachment_created", ""},
		{"a scope", `{"scopes": ["|"]}`, "NONE READ", `{"scopes": ["NONE"]}`},
		{"a scope that is not there", `{"scopes": ["NONE", "R|"]}`, "READ", `{"scopes": ["NONE", "READ"]}`},
		{"a scope as small as the others", `{"scopes": ["none", |]}`, "read", `{"scopes": ["none", "read"]}`},
		{"a condition", one("webPanels", `"conditions": [{"condition": "logged|"}]`), "user_is_logged_in", one("webPanels", `"conditions": [{"condition": "user_is_logged_in"}]`)},
		{"a condition with its parameters", one("jiraIssueTabPanels", `"conditions": [{"condition": "has_proj|"}]`), "has_project_permission",
			one("jiraIssueTabPanels", `"conditions": [{"condition": "has_project_permission", "params": {"permission": "«»"}}]`)},
		{"a condition of a page", one("generalPages", `"conditions": [{"condition": "entity_property|"}]`), "entity_property_equal_to",
			one("generalPages", `"conditions": [{"condition": "entity_property_equal_to", "params": {"entity": "addon", "propertyKey": "«»", "value": "«»"}}]`)},
		{"no condition with context on a page", one("adminPages", `"conditions": [{"condition": "is_issue_ed|"}]`), "", ""},
		{"forms of a condition", one("webPanels", `"conditions": [|]`), "{condition} {or:[]} {and:[]}", one("webPanels", `"conditions": [{"condition": "«»"}]`)},
		{"properties of an open condition", one("webPanels", `"conditions": [{|}]`), "condition invert params type and", ""},
		{"properties of a single condition", one("webPanels", `"conditions": [{"condition": "user_is_admin", |}]`), "invert params", ""},
		{"a condition in a condition", one("webPanels", `"conditions": [{"or": [{"and": [{"condition": "feature|"}]}]}]`), "feature_flag", ""},
		{"a parameter of a condition", one("webPanels", `"conditions": [{"condition": "project_type", "params": {|}}]`), "projectTypeKey", one("webPanels", `"conditions": [{"condition": "project_type", "params": {"projectTypeKey": "«»"}}]`)},
		{"the value of a parameter", one("webPanels", `"conditions": [{"condition": "project_type", "params": {"projectTypeKey": "|"}}]`), "software service_desk business", ""},
		{"a context parameter to compare with", one("webPanels", `"conditions": [{"condition": "entity_property_equal_to_context", "params": {"contextParameter": "iss|"}}]`), "issue.id issue.key issuetype.id", ""},

		// Names of the descriptor.
		{"a dialog", `{"modules": {"dialogs": [{"key": "d1"}], "webItems": [{"key": "w", "target": {"type": "dialogmodule", "options": {"key": "|"}}}]}}`, "d1", ""},
		{"the only dialog", `{"modules": {"dialogs": [{"key": "d1"}], "webItems": [{"key": "w", "target": {"type": "dialogmodule", "options": {|}}}]}}`, "key",
			`{"modules": {"dialogs": [{"key": "d1"}], "webItems": [{"key": "w", "target": {"type": "dialogmodule", "options": {"key": "«d1»"}}}]}}`},
		{"options for the type that is there", `{"modules": {"dialogs": [{"key": "d1"}], "webItems": [{"key": "w", "target": {"type": "dialogmodule", |}}]}}`, "options",
			`{"modules": {"dialogs": [{"key": "d1"}], "webItems": [{"key": "w", "target": {"type": "dialogmodule", "options": {"key": "«d1»"}}}]}}`},
		{"no options for a type without", one("webItems", `"target": {"type": "page", |}`), "", ""},
		{"options of a dialog", one("webItems", `"target": {"type": "dialog", "options": {|}}`), "chrome header height size width", ""},
		{"no options of a page", one("webItems", `"target": {"type": "page", "options": {|}}`), "", ""},
		{"a page behind a link", `{"modules": {"generalPages": [{"key": "p"}], "dialogs": [{"key": "d"}], "webItems": [{"key": "w", "context": "page", "url": "|"}]}}`, "p d", ""},
		{"the target of a shortcut", `{"modules": {"generalPages": [{"key": "p"}], "keyboardShortcuts": [{"key": "s", "target": {"key": "|"}}]}}`, "p", ""},
		{"an admin page", `{"modules": {"adminPages": [{"key": "settings"}], "generalPages": [{"key": "p"}], "jiraTimeTrackingProviders": [{"key": "s", "adminPageKey": "|"}]}}`, "settings", ""},
		{"a page of custom content", `{"modules": {"generalPages": [{"key": "p"}], "customContent": [{"key": "c", "uiSupport": {"contentViewComponent": {"moduleKey": "|"}}}]}}`, "p", ""},
		{"a group of queues", `{"modules": {"serviceDeskQueueGroups": [{"key": "g"}], "serviceDeskQueues": [{"key": "q", "group": "|"}]}}`, "g", ""},

		// Variables of addresses.
		{"a variable", one("jiraIssueTabPanels", `"url": "/p?k={issue.k|"`), "issue.key", one("jiraIssueTabPanels", `"url": "/p?k={issue.key}"`)},
		{"a variable with its brace", one("jiraIssueTabPanels", `"url": "/p?k={is|}&x=1"`), "issue.id", one("jiraIssueTabPanels", `"url": "/p?k={issue.id}&x=1"`)},
		{"a variable to be changed", one("jiraIssueTabPanels", `"url": "/p?k={|issue.id}"`), "issue.id issue.key", one("jiraIssueTabPanels", `"url": "/p?k={issue.id}"`)},
		{"a variable of old", one("jiraIssueTabPanels", `"url": "/p?k=${issue.k|"`), "issue.key", one("jiraIssueTabPanels", `"url": "/p?k=${issue.key}"`)},
		{"behind a variable", one("jiraIssueTabPanels", `"url": "/p?k={issue.id}&x=|"`), "issue.id issue.key", one("jiraIssueTabPanels", `"url": "/p?k={issue.id}&x={issue.id}"`)},
		{"what a location binds", one("webPanels", `"location": "jira.agile.board.tools", "url": "/p?{|"`), "project.id project.key board.id board.type", ""},
		{"what a space binds", one("spaceToolsTabs", `"url": "/p?{|"`), "space.id space.key", ""},
		{"nothing but conditions where nothing is bound", one("jiraBackgroundScripts", `"url": "/p?{is_admin_m|"`), "condition.is_admin_mode", ""},
		{"parameters of a macro", one("dynamicContentMacros", `"parameters": [{"identifier": "color"}], "url": "/m?{|"`), "color space.id space.key macro.id", ""},
		{"a parameter of a macro", one("dynamicContentMacros", `"parameters": [{"identifier": "color"}], "url": "/m?{co|"`), "color", ""},
		{"an inline condition", one("jiraIssueTabPanels", `"url": "/p?a={condition.is_issue_e|}"`), "condition.is_issue_editable", one("jiraIssueTabPanels", `"url": "/p?a={condition.is_issue_editable}"`)},
		{"an inline condition with a parameter", one("jiraIssueTabPanels", `"url": "/p?a={condition.has_issue_p|"`), "condition.has_issue_permission", one("jiraIssueTabPanels", `"url": "/p?a={condition.has_issue_permission(permission=«»)}"`)},
		{"no inline condition that cannot be one", one("jiraIssueTabPanels", `"url": "/p?a={condition.user_is_the_log|"`), "", ""},
		{"the url of a webhook", one("webhooks", `"event": "jira:version_deleted", "url": "/h?v={ver|"`), "version.id mergedVersion.id", one("webhooks", `"event": "jira:version_deleted", "url": "/h?v={version.id}"`)},
		{"the url of a webhook without a brace", one("webhooks", `"event": "sprint_started", "url": "/h?v=|"`), "sprint.id board.id", one("webhooks", `"event": "sprint_started", "url": "/h?v=${sprint.id}"`)},
		{"none in a template", one("webPanels", `"url": "/p?{{is|}}"`), "", ""},
		{"behind a template", one("jiraIssueTabPanels", `"url": "{{base}}/p?{issue.k|"`), "issue.key", one("jiraIssueTabPanels", `"url": "{{base}}/p?{issue.key}"`)},
		{"behind an escape", one("webPanels", `"url": "/p\|"`), "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if !strings.Contains(tc.text, "|") {
				tc.text += "|"
			}
			text, at := marked(t, tc.text)
			c := Complete([]byte(text), at, Options{})
			for i := range c.Items {
				c.Items[i].Label = strings.ReplaceAll(c.Items[i].Label, " ", "")
			}
			got := labels(c)
			want := strings.Fields(tc.first)
			if len(want) == 0 && len(got) > 0 {
				t.Fatalf("offered %q, want nothing", got)
			}
			if len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
				t.Fatalf("offered %q, want first %q", got[:min(len(got), 9)], want)
			}
			if tc.after != "" {
				if after := accepted(text, c.Items[0]); after != tc.after {
					t.Errorf("%s makes it\n%s\nwant\n%s", got[0], after, tc.after)
				}
			}
		})
	}
}

func TestCompletionOfABlankTextIsADescriptor(t *testing.T) {
	c := Complete(nil, 0, Options{})
	want := "{\n  \"key\": \"«»\",\n  \"name\": \"«»\",\n  \"baseUrl\": \"https://«»\",\n  \"authentication\": {\"type\": \"«jwt»\"},\n" +
		"  \"lifecycle\": {\"installed\": \"/«installed»\"},\n  \"scopes\": [\"«READ»\"],\n  \"modules\": {«»}\n}"
	if got := accepted("", c.Items[0]); got != want {
		t.Errorf("got %s", got)
	}
}

func TestATextThatIsTooLargeIsLeftAlone(t *testing.T) {
	if c := Complete(make([]byte, MaxSize+1), 5, Options{}); len(c.Items) > 0 {
		t.Errorf("offered %q", labels(c))
	}
}

func TestItemsSayWhatTheyAre(t *testing.T) {
	item := func(text, label string) Item {
		t.Helper()
		text, at := marked(t, text)
		c := Complete([]byte(text), at, Options{})
		i := slices.IndexFunc(c.Items, func(i Item) bool { return i.Label == label })
		if i < 0 {
			t.Fatalf("%q is not offered", label)
		}
		return c.Items[i]
	}
	for _, tc := range []struct {
		text, label, detail string
		docs                DocsTarget
	}{
		{`{|}`, "key", "string, required", DocsTarget{"property", "key"}},
		{`{"authentication": {|}}`, "type", "one of a few, default jwt", DocsTarget{"property", "authentication.type"}},
		{one("webItems", `|`), "context", "one of a few, default addon", DocsTarget{"property", "webItems.context"}},
		{one("webItems", `"name": {|}`), "value", "string, required", DocsTarget{"property", "webItems.name.value"}},
		{`{"modules": {|}}`, "webPanels", "modules", DocsTarget{"module", "webPanels"}},
		{one("webPanels", `"location": "|"`), "atl.editor", "Confluence, old hosts only", DocsTarget{"location", "atl.editor"}},
		{one("webhooks", `"event": "|"`), "attachment_created", "JIRA and Confluence", DocsTarget{"event", "attachment_created"}},
		{`{"scopes": ["|"]}`, "WRITE", "implies READ", DocsTarget{"scope", "WRITE"}},
	} {
		if i := item(tc.text, tc.label); i.Detail != tc.detail || i.Docs != tc.docs || i.Help == "" {
			t.Errorf("%s in %s is %q with the page %v and the help %q", tc.label, tc.text, i.Detail, i.Docs, i.Help)
		}
	}
}

func TestFreeTextIsCompletedWhenAskedOnly(t *testing.T) {
	for text, asked := range map[string]bool{
		one("jiraIssueTabPanels", `"url": "/p|"`):              true,
		one("jiraIssueTabPanels", `"url": "/p?{|"`):            false,
		`{"authentication": {"type": "jwt|"}}`:                 true, // it is complete
		`{"authentication": {"type": "j|"}}`:                   false,
		one("webPanels", `"location": "atl.general|"`):         true,
		one("webhooks", `"event": "attachment_|created"`):      false,
		one("webhooks", `"event": "jira:issue_created|"`):      true,
		one("webPanels", `"url": "/p?k={issue.id}|"`):          true,
		one("webPanels", `"conditions": [{"condition": "|"}]`): false,
		one("webItems", `"weight": 1|`):                        true,
	} {
		text, at := marked(t, text)
		if c := Complete([]byte(text), at, Options{}); c.Asked != asked || len(c.Items) == 0 {
			t.Errorf("%s at %d: asked only is %v with %d items", text, at, c.Asked, len(c.Items))
		}
	}
}

func TestCompletionKeepsToTheProduct(t *testing.T) {
	text, at := marked(t, `{"modules": {|}}`)
	for p, other := range map[Product]string{Jira: "blueprints", Confluence: "jiraReports"} {
		if slices.Contains(labels(Complete([]byte(text), at, Options{Product: p})), other) {
			t.Errorf("%s is offered for %s", other, p)
		}
	}
}

func TestMatchName(t *testing.T) {
	for _, tc := range []struct {
		label, typed string
		want         int
	}{
		{"webPanels", "", prefixMatch},
		{"webPanels", "WEBPANELS", exactMatch},
		{"webPanels", "web", prefixMatch},
		{"webPanels", "wp", wordMatch},
		{"webPanels", "webp", prefixMatch},
		{"webPanels", "panel", wordMatch},
		{"atl.jira.view.issue.right.context", "irc", wordMatch},
		{"jira:issue_created", "issue_c", wordMatch},
		{"webPanels", "anel", innerMatch},
		{"webPanels", "wbpn", looseMatch},
		{"webPanels", "x", noMatch},
		{"webPanels", "webPanelsAndMore", noMatch},
	} {
		if got := matchName(tc.label, tc.typed); got != tc.want {
			t.Errorf("%q typed for %q matches %d, want %d", tc.typed, tc.label, got, tc.want)
		}
	}
}

// checkItems applies every item at an offset and gives their number. Edits lie inside the text
// and stops inside what they write, whatever the text is.
func checkItems(t *testing.T, text string, at int) int {
	t.Helper()
	c := Complete([]byte(text), at, Options{})
	for _, i := range c.Items {
		if i.Edit.Offset < 0 || i.Edit.End < i.Edit.Offset || i.Edit.End > len(text) || i.Label == "" {
			t.Fatalf("%+v at %d of %q", i, at, text)
		}
		last := 0
		for _, s := range i.Stops {
			if s.From < last || s.To < s.From || s.To > len(i.Edit.Text) {
				t.Fatalf("stops %v of %q at %d of %q", i.Stops, i.Edit.Text, at, text)
			}
			last = s.To
		}
		if utf8.ValidString(text) && !utf8.ValidString(accepted(text, i)) {
			t.Fatalf("%s at %d of %q cuts a character", i.Label, at, text)
		}
	}
	return len(c.Items)
}

// TestEverythingOfferedParses accepts everything at every offset of a good descriptor: the text
// still parses, and it does when the caret is in the gap that a member has left.
func TestEverythingOfferedParses(t *testing.T) {
	tried := 0
	k := NewChecker(BuiltIn())
	for _, text := range []string{sample, strings.ReplaceAll(sample[:len(sample)/2], "\n", "\r\n") + sample[len(sample)/2:], string(descriptortest.Generated(2000))} {
		for at := range len(text) + 1 {
			tried += acceptAll(t, k, text, at)
		}
	}
	if tried < 10_000 {
		t.Errorf("only %d items were tried", tried)
	}
}

// acceptAll accepts everything at a place of a text, each by itself, and gives the number of items:
// the text must parse. Of many items at least every fourth is tried.
func acceptAll(t *testing.T, k *Checker, text string, at int) int {
	t.Helper()
	items := k.Complete([]byte(text), at, Options{}).Items
	var tree Tree
	for n := at % 4 * (len(items) / 20); n < len(items); n += 1 + min(len(items)/20, 3) {
		i := &items[n]
		after := Apply([]byte(text), append([]Edit{i.Edit}, i.Also...))
		if tree.Parse(after); len(tree.faults) > 0 {
			t.Fatalf("%s at %d (%q): %s\n%s", i.Label, at, text[max(0, at-30):at], tree.faults[0].Message, after)
		}
	}
	return len(items)
}

// TestSkeletonsAddNoProblems accepts every module type and every required property in good
// descriptors of each product: what is reported then is only about what the person has to fill in.
func TestSkeletonsAddNoProblems(t *testing.T) {
	tried := 0
	for _, p := range []Product{Jira, Confluence} {
		for _, text := range []string{
			app("\n  \"modules\": {|}"), app("\n  \"modules\": {\n    |\n  }\n"),
			app(`"modules": {"dialogs": [{"key": "dialog", "url": "/d"}], |}`),
		} {
			text, at := marked(t, text)
			before := Check([]byte(text), Options{Product: p})
			for _, i := range Complete([]byte(text), at, Options{Product: p}).Items {
				tried++
				addsNothing(t, text, i, p, before)
			}
		}
		for name, m := range BuiltIn().Modules {
			if !m.In(p) || m.Status == Removed || m.Single {
				continue
			}
			text, at := marked(t, app(`"scopes": ["READ"]`, `"modules": {"`+name+`": [|]}`))
			for _, i := range Complete([]byte(text), at, Options{Product: p}).Items {
				tried++
				addsNothing(t, text, i, p, Check([]byte(text), Options{Product: p}))
			}
		}
	}
	if tried < 250 {
		t.Errorf("only %d items were tried", tried)
	}
}

func addsNothing(t *testing.T, text string, i Item, p Product, before Report) {
	t.Helper()
	after := Apply([]byte(text), append([]Edit{i.Edit}, i.Also...))
	shift := i.Edit.Offset
	for _, e := range i.Also {
		if e.Offset <= i.Edit.Offset {
			shift += len(e.Text) - (e.End - e.Offset)
		}
	}
	known := make(map[string]int)
	for _, b := range before.Problems {
		known[b.Rule+b.Pointer]++
	}
	for _, a := range Check(after, Options{Product: p}).Problems {
		if known[a.Rule+a.Pointer]--; known[a.Rule+a.Pointer] >= 0 || a.Rule == ruleOutdated.ID || a.Rule == ruleDeprecated.ID {
			continue
		}
		toFill := slices.ContainsFunc(i.Stops, func(s Stop) bool { return a.Offset <= shift+s.From && shift+s.To <= a.End })
		if !toFill {
			t.Errorf("%s for %s: %s %s: %s\n%s", i.Label, p, a.Rule, a.Pointer, a.Message, after)
		}
	}
}

// TestMissingPropertiesAreOffered takes each required property out of a module and finds it
// offered in its place.
func TestMissingPropertiesAreOffered(t *testing.T) {
	for name, m := range BuiltIn().Modules {
		if m.Status == Removed {
			continue
		}
		object := "{|}"
		if !m.Single {
			object = "[{|}]"
		}
		text, at := marked(t, `{"modules": {"`+name+`": `+object+`}}`)
		got := labels(Complete([]byte(text), at, Options{}))
		for i := range m.Value.Fields {
			if f := &m.Value.Fields[i]; f.Required && (i >= len(got) || !slices.Contains(got[:countRequired(m.Value)], f.Name)) {
				t.Errorf("%s.%s is not among the first of %q", name, f.Name, got)
			}
		}
	}
}

func countRequired(v *Value) (count int) {
	for i := range v.Fields {
		if v.Fields[i].Required {
			count++
		}
	}
	return count
}

// TestCompletionSurvivesEveryText asks at many places of texts with faults.
func TestCompletionSurvivesEveryText(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	items := 0
	for range 4000 {
		text := mutate(rnd, sample)
		if len(text) > 2 {
			text = mutate(rnd, text)
		}
		items += checkItems(t, text, rnd.IntN(len(text)+1))
	}
	for _, tc := range checkCases {
		for range 20 {
			if len(tc.text) < 5000 {
				items += checkItems(t, tc.text, rnd.IntN(len(tc.text)+1))
			}
		}
	}
	if items < 10_000 {
		t.Errorf("only %d items were offered", items)
	}
}

func FuzzComplete(f *testing.F) {
	f.Add([]byte(sample), 100)
	for i, tc := range checkCases {
		if len(tc.text) < 1000 {
			f.Add([]byte(tc.text), i*7)
		}
	}
	for _, text := range []string{`{"modules": {"webPanels": [{"url": "/ä{`, "{\"na\r\n  ", `{"a": 'b`, "\xEF\xBB\xBF", `["\u00`, `{"a": {{b}}, <% c %>`} {
		f.Add([]byte(text), len(text))
	}
	f.Fuzz(func(t *testing.T, text []byte, at int) {
		checkItems(t, string(text), at)
		h := Hover(text, at, Options{})
		if h.From < 0 || h.To < h.From || h.To > len(text) {
			t.Fatalf("%+v", h)
		}
	})
}

// BenchmarkComplete is what a key costs while a list is open: the whole text read anew, then the
// items of one place near its end.
func BenchmarkComplete(b *testing.B) {
	for _, s := range sizes {
		text := descriptortest.Generated(s.size)
		for _, place := range []struct{ name, before string }{{"name", `"reportCategory"`}, {"value", `"agile"`}, {"variable", `report/`}} {
			at := strings.LastIndex(string(text), place.before)
			b.Run(fmt.Sprintf("%s/%s", s.name, place.name), func(b *testing.B) {
				k := NewChecker(BuiltIn())
				if len(k.Complete(text, at+1, Options{}).Items) == 0 {
					b.Fatal("nothing is offered")
				}
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					k.Complete(text, at+1, Options{})
				}
			})
		}
	}
}

// TestTypedThenAcceptedParses begins to write each kind of entry at every place of a good text
// that has room for one, the way people type: accepted, it leaves a text without faults.
func TestTypedThenAcceptedParses(t *testing.T) {
	tried := 0
	k := NewChecker(BuiltIn())
	for at := range len(sample) + 1 {
		c := k.Complete([]byte(sample), at, Options{})
		if len(c.Items) == 0 || c.Items[0].Kind == VariableItem || c.Items[0].Edit.Offset < at && c.Items[0].Edit.Text[0] != ',' || c.Items[0].Edit.End > at {
			continue // something stands there already
		}
		word := strings.Trim(c.Items[0].Label, "{[")[:2]
		starts := []string{`"` + word + `|"`, word + `|`, `"|"`}
		if rest, _, _ := strings.Cut(sample[at:], "\n"); strings.TrimSpace(rest) == "" {
			starts = append(starts, `"`+word+`|`, `"|`)
		}
		for _, start := range starts {
			text, caret := marked(t, sample[:at]+start+sample[at:])
			tried += acceptAll(t, k, text, caret)
		}
	}
	if tried < 1000 {
		t.Errorf("only %d items were tried", tried)
	}
}

// TestAcceptingBreaksNothingFurther accepts items in texts with a fault: what they write has no
// more of them, unless brackets are so far gone that nothing can be told.
func TestAcceptingBreaksNothingFurther(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	for range 4000 {
		text := mutate(rnd, sample)
		at, before := rnd.IntN(len(text)+1), len(Parse([]byte(text)).faults)
		if before > 10 {
			continue
		}
		c := Complete([]byte(text), at, Options{})
		for _, i := range c.Items[:min(len(c.Items), 3)] {
			after := Apply([]byte(text), append([]Edit{i.Edit}, i.Also...))
			if faults := Parse(after).faults; len(faults) > before {
				t.Fatalf("%s at %d (%q) makes %d faults of %d\n%s", i.Label, at, text[max(0, at-40):at], len(faults), before, after)
			}
		}
	}
}
