package descriptor

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// app is a descriptor without problems and the members given.
func app(members ...string) string {
	return `{"key": "a", "baseUrl": "https://a.example", "authentication": {"type": "none"}` + strings.Join(append([]string{""}, members...), ", ") + `}`
}

// modules is an app with these modules and the scope to read.
func modules(members ...string) string {
	return app(`"scopes": ["READ"]`, `"modules": {`+strings.Join(members, ", ")+`}`)
}

// module is an app with one module; members come behind key, name and url.
func module(kind, members string) string {
	return modules(`"` + kind + `": [{"key": "m", "name": {"value": "M"}, "url": "/m"` + comma(members) + `}]`)
}

func comma(members string) string {
	if members == "" {
		return ""
	}
	return ", " + members
}

const panel = `"location": "atl.jira.view.issue.right.context"`

// problemsOf writes problems as "severity rule pointer", for tables.
func problemsOf(r Report) string {
	var out []string
	for _, p := range r.Problems {
		out = append(out, fmt.Sprintf("%s %s %s", p.Severity, p.Rule, p.Pointer))
	}
	return strings.Join(out, "\n")
}

type checkCase struct {
	name, text, want string
	o                Options
}

var checkCases = []checkCase{
	{name: "nothing wrong", text: app()},
	{name: "templates are fine", text: `{"key": "${addon.key}", "baseUrl": "{{localBaseUrl}}", "authentication": {"type": "<% auth %>"}, "enableLicensing": {{paid}}, "modules": {{modules}}}`},

	{name: "wrong types", text: app(`"name": 1`, `"apiVersion": "1"`, `"enableLicensing": "true"`, `"scopes": "READ"`, `"modules": []`),
		want: "error shape.type /name\nerror shape.type /apiVersion\nerror shape.type /enableLicensing\nerror shape.type /scopes\nerror shape.type /modules"},
	{name: "not an object", text: `[]`, want: "error shape.type "},
	{name: "not a whole number", text: app(`"apiVersion": 1.5`), want: "error shape.type /apiVersion"},
	{name: "missing properties", text: `{}`, want: "error shape.required \nerror shape.required \nerror shape.required "},
	{name: "unknown property", text: app(`"foo": 1`), want: "warning shape.unknown-property /foo"},
	{name: "unknown property of a closed module", text: module("generalPages", `"foo": 1`), want: "error shape.unknown-property /modules/generalPages/0/foo"},
	{name: "enum", text: app(`"scopes": ["READ", "READING"]`), want: "error shape.enum /scopes/1"},
	{name: "enum in mixed case", text: app(`"scopes": ["Read"]`), want: "error shape.enum-case /scopes/0"},
	{name: "pattern", text: modules(`"dialogs": [{"key": "a_b", "url": "/d"}]`), want: "error shape.pattern /modules/dialogs/0/key"},
	{name: "length counts characters", text: app(`"name": "` + strings.Repeat("ü", 80) + `"`)},
	{name: "length", text: app(`"name": "` + strings.Repeat("n", 81) + `"`), want: "error shape.length /name"},
	{name: "advised length", text: strings.Replace(app(), `"a"`, `"`+strings.Repeat("k", 65)+`"`, 1), want: "warning shape.advised-length /key"},
	{name: "too many entries", text: module("dynamicContentMacros", `"autoconvert": {"urlParameter": "u", "matchers": [`+strings.TrimSuffix(strings.Repeat(`{"pattern": "x"},`, 201), ",")+`]}`),
		want: "error shape.items /modules/dynamicContentMacros/0/autoconvert/matchers"},
	{name: "a plain string for a name", text: modules(`"generalPages": [{"key": "m", "name": "M", "url": "/m"}]`), want: "error shape.type /modules/generalPages/0/name"},
	{name: "single module in an array", text: modules(`"configurePage": [{"key": "m", "name": {"value": "M"}, "url": "/m"}]`), want: "error shape.type /modules/configurePage"},
	{name: "a module without its array", text: modules(`"dialogs": {"key": "m", "url": "/m"}`), want: "error shape.type /modules/dialogs"},

	{name: "closest branch, and hosts accept another", text: module("webItems", `"location": "operations-operations", "target": {"type": "dialog", "options": {"chrome": "false"}}`),
		want: "warning shape.type /modules/webItems/0/target/options/chrome"},
	{name: "closest branch, and no other fits", text: module("webItems", `"location": "operations-operations", "target": {"type": "dialog", "options": {"width": 500}}`),
		want: "error shape.type /modules/webItems/0/target/options/width"},
	{name: "branch by its type", text: module("dynamicContentMacros", `"propertyPanel": {"url": "/p", "controls": [{"type": "button", "key": "k"}]}`),
		want: "error shape.required /modules/dynamicContentMacros/0/propertyPanel/controls/0"},

	{name: "HipChat", text: `{"key": "a", "capabilities": {}}`, want: "error meaning.other-product /capabilities"},
	{name: "Bitbucket", text: `{"key": "a", "contexts": ["account"]}`, want: "error meaning.other-product /contexts"},
	{name: "Bitbucket by a location", text: modules(`"webPanels": [{"key": "a", "location": "org.bitbucket.commit.overview"}]`), want: "error meaning.other-product /modules/webPanels/0/location"},
	{name: "unknown module type", text: modules(`"generalPage": []`, `"jira:issuePanel": []`), want: "error meaning.unknown-module /modules/generalPage\nerror meaning.unknown-module /modules/jira:issuePanel"},
	{name: "empty location", text: modules(`"webItems": [{"key": "w", "name": {"value": "W"}, "url": "/w", "location": ""}]`, `"generalPages": [{"key": "g", "name": {"value": "G"}, "url": "/g", "location": ""}]`), want: "warning meaning.location /modules/webItems/0/location"},
	{name: "removed module type", text: modules(`"jiraProfileTabPanels": []`), want: "error meaning.unknown-module /modules/jiraProfileTabPanels"},
	{name: "both products in one file", text: modules(`"jiraReports": []`, `"blueprints": []`)},
	{name: "module of the other product", text: modules(`"jiraReports": []`), o: Options{Product: Confluence}, want: "error meaning.module-product /modules/jiraReports"},
	{name: "old and superseded module types", text: modules(`"profilePages": []`, `"jiraIssueGlances": []`), want: "warning meaning.outdated /modules/profilePages\ninfo meaning.deprecated /modules/jiraIssueGlances"},
	{name: "module keys are unique across types", text: modules(`"dialogs": [{"key": "m", "url": "/d"}]`, `"configurePage": {"key": "m", "name": {"value": "M"}, "url": "/m"}`), want: "error meaning.module-key /modules/configurePage/key"},
	{name: "ignored property", text: app(`"version": "1"`), want: "warning meaning.ignored /version"},

	{name: "jwt without installed", text: `{"key": "a", "baseUrl": "https://a.example", "authentication": {}}`, want: "error meaning.installed /authentication"},
	{name: "jwt with an empty installed", text: `{"key": "a", "baseUrl": "https://a.example", "authentication": {"type": "JWT"}, "lifecycle": {"installed": ""}}`, want: "error meaning.installed /lifecycle"},
	{name: "http base URL", text: strings.Replace(app(), "https:", "http:", 1), want: "error meaning.base-url /baseUrl"},
	{name: "a base URL without a host", text: strings.Replace(app(), "https://a.example", "https://", 1), want: "error shape.pattern /baseUrl"},
	{name: "empty base URL", text: strings.Replace(app(), "https://a.example", "", 1), want: "error meaning.base-url /baseUrl"},
	{name: "http to port 443", text: strings.Replace(app(), "https://a.example", "http://a.example:443", 1), o: Options{DevMode: true}, want: "error meaning.base-url /baseUrl"},
	{name: "base URL on this machine", text: strings.Replace(app(), "https://a.example", "http://127.0.0.1:3000", 1), want: "warning meaning.base-url /baseUrl"},
	{name: "base URL on this machine, developing", text: strings.Replace(app(), "https://a.example", "http://localhost:3000/x", 1), o: Options{DevMode: true}},
	{name: "webhook without READ", text: app(`"scopes": ["ACT_AS_USER"]`, `"modules": {"webhooks": [{"event": "jira:issue_created", "url": "/h"}]}`), want: "warning meaning.scope-unneeded /scopes/0\nerror meaning.webhook-scope /modules/webhooks"},
	{name: "scopes that give nothing", text: app(`"scopes": ["READ", "read", "NONE", "WRITE"]`), want: "info meaning.scope-unneeded /scopes/1\ninfo meaning.scope-unneeded /scopes/2"},
	{name: "a module of later times", text: module("jiraIssueFields", `"description": {"value": "D"}, "type": "string"`) + "\n", o: Options{Era: Cloud2016}, want: "warning shape.unknown-property /modules/jiraIssueFields/0/url"},
	{name: "later module", text: module("jiraProjectPages", ""), o: Options{Era: Cloud2016}, want: "error meaning.era /modules/jiraProjectPages"},
	{name: "later property", text: module("webPanels", panel+`, "cacheable": true`), o: Options{Era: Cloud2016}, want: "warning meaning.era /modules/webPanels/0/cacheable"},
	{name: "later condition", text: module("webPanels", panel+`, "conditions": [{"condition": "jira_expression", "params": {"expression": "true"}}]`), o: Options{Era: Cloud2016}, want: "warning meaning.era /modules/webPanels/0/conditions/0/condition"},
	{name: "later scope", text: app(`"scopes": ["ACCESS_EMAIL_ADDRESSES"]`), o: Options{Era: Cloud2016}, want: "warning meaning.email-scope /scopes/0\nwarning meaning.era /scopes/0"},
	{name: "later migration", text: app(`"apiMigrations": {"gdpr": true, "context-qsh": true}`), o: Options{Era: Cloud2020}, want: "warning meaning.era /apiMigrations/context-qsh"},
	{name: "a module that has gone since", text: module("jiraVersionTabPanels", ""), o: Options{Era: Cloud2016}},
	{name: "a module that has gone before", text: module("jiraVersionTabPanels", ""), o: Options{Era: Cloud2020}, want: "error meaning.unknown-module /modules/jiraVersionTabPanels"},
	{name: "an event that has gone since", text: modules(`"webhooks": [{"event": "server_upgraded", "url": "/h"}]`), o: Options{Era: Cloud2016}},
	{name: "a limit that came later", text: module("webPanels", panel+`, "layout": {"width": "`+strings.Repeat("1", 11)+`"}`), o: Options{Era: Cloud2020}},
	{name: "a limit of today", text: module("webPanels", panel+`, "layout": {"width": "`+strings.Repeat("1", 11)+`"}`), want: "error shape.length /modules/webPanels/0/layout/width"},
	{name: "templates of addresses are filled in", text: modules(`"webPanels": [{"key": "m", "name": {"value": "M"}, ` + panel + `, "url": "{{localBaseUrl}}/a b?i={issue.kee}&lic={{lic}}"}]`),
		want: "warning meaning.url /modules/webPanels/0/url\nwarning meaning.licence-parameter /modules/webPanels/0/url\nwarning meaning.parameter /modules/webPanels/0/url"},
	{name: "a template for the base URL without slash", text: strings.Replace(module("generalPages", ""), `"/m"`, `"{{localBaseUrl}}m"`, 1), want: "warning meaning.url /modules/generalPages/0/url"},
	{name: "a template that may print anything", text: strings.Replace(module("generalPages", ""), `"/m"`, `"<%= path %>?a=1"`, 1)},
	{name: "entity of a condition", text: module("webPanels", panel+`, "conditions": [{"condition": "entity_property_exists", "params": {"entity": "isue", "propertyKey": "k"}}]`), want: "warning meaning.condition-params /modules/webPanels/0/conditions/0/params/entity"},
	{name: "permission of a condition", text: module("webPanels", panel+`, "conditions": [{"condition": "has_project_permission", "params": {"permission": "BROWSE_PROJECT"}}, {"condition": "has_project_permission", "params": {"permission": "com.example.app__own"}}]`), want: "info meaning.condition-params /modules/webPanels/0/conditions/0/params/permission"},
	{name: "port", text: strings.Replace(app(), "a.example", "a.example:8443", 1), want: "info meaning.port /baseUrl"},
	{name: "port in development", text: strings.Replace(app(), "a.example", "a.example:8443", 1), o: Options{DevMode: true}},
	{name: "regions", text: app(`"regionBaseUrls": {"EU": "http://eu.example", "US": "https://us.example"}`), want: "info meaning.region-migration /regionBaseUrls\nwarning meaning.base-url /regionBaseUrls/EU"},
	{name: "version below 1", text: app(`"apiVersion": 0`), want: "warning meaning.api-version /apiVersion"},
	{name: "install callbacks signed the old way", text: strings.Replace(app(`"lifecycle": {"installed": "/i"}`, `"apiMigrations": {"signed-install": false}`), "none", "jwt", 1), want: "warning meaning.signed-install /apiMigrations/signed-install"},
	{name: "install callbacks of 2020", text: strings.Replace(app(`"lifecycle": {"installed": "/i"}`), "none", "jwt", 1), o: Options{Era: Cloud2020}},
	{name: "macro parameter that is not sent", text: module("staticContentMacros", `"parameters": [{"identifier": "city", "name": {"value": "C"}, "type": "string"}]`), want: "info meaning.macro-parameter /modules/staticContentMacros/0/parameters/0/identifier"},
	{name: "macro body in a url", text: strings.Replace(module("dynamicContentMacros", ""), `"/m"`, `"/m?b={macro.body}"`, 1), want: "info meaning.macro-body /modules/dynamicContentMacros/0/url"},
	{name: "search keys", text: modules(`"confluenceContentProperties": [{"key": "p", "name": {"value": "P"}, "keyConfigurations": [{"propertyKey": "k", "extractions": [{"type": "text", "objectName": "o", "alias": "a"}, {"type": "text", "objectName": "o", "alias": "a"}]}, {"propertyKey": "k", "extractions": []}]}]`),
		want: "warning meaning.search-key /modules/confluenceContentProperties/0/keyConfigurations/0/extractions/1/alias\nwarning meaning.search-key /modules/confluenceContentProperties/0/keyConfigurations/1/propertyKey"},
	{name: "variables of a background script", text: modules(`"jiraBackgroundScripts": [{"key": "b", "url": "/b?i={issue.id}", "location": {"type": "issue_view"}}]`), want: "warning meaning.parameter /modules/jiraBackgroundScripts/0/url"},
	{name: "webhook with a scope that implies READ", text: app(`"scopes": ["admin"]`, `"modules": {"webhooks": [{"event": "page_created", "url": "/h"}]}`)},
	{name: "filter on an event without issue", text: modules(`"webhooks": [{"event": "project_created", "url": "/h", "filter": "a = b"}]`), want: "warning meaning.webhook-filter /modules/webhooks/0/filter"},
	{name: "scopes with a catch", text: app(`"scopes": ["ACCESS_EMAIL_ADDRESSES", "SPACE_ADMIN"]`), o: Options{Product: Jira}, want: "warning meaning.email-scope /scopes/0\nwarning meaning.scope-product /scopes/1"},
	{name: "unknown event", text: modules(`"webhooks": [{"event": "issue_created", "url": "/h"}]`), want: "warning meaning.event /modules/webhooks/0/event"},
	{name: "event of the other product", text: modules(`"webhooks": [{"event": "page_created", "url": "/h"}]`), o: Options{Product: Jira}, want: "warning meaning.event /modules/webhooks/0/event"},
	{name: "unknown location", text: module("webPanels", `"location": "atl.jira.view.issue.right"`), want: "warning meaning.location /modules/webPanels/0/location"},
	{name: "location of the other product", text: module("webPanels", panel), o: Options{Product: Confluence}, want: "warning meaning.location /modules/webPanels/0/location"},
	{name: "location of an own section", text: modules(`"webSections": [{"key": "s", "name": {"value": "S"}, "location": "admin_plugins_menu"}]`,
		`"adminPages": [{"key": "m", "name": {"value": "M"}, "url": "/m", "location": "admin_plugins_menu/s"}]`)},
	{name: "refused location", text: module("webPanels", `"location": "atl.header.after.scripts"`), want: "error meaning.location-refused /modules/webPanels/0/location"},
	{name: "unknown condition", text: module("webPanels", panel+`, "conditions": [{"condition": "user_is_adminn"}]`), want: "warning meaning.condition /modules/webPanels/0/conditions/0/condition"},
	{name: "remote condition", text: module("generalPages", `"conditions": [{"condition": "/may-see"}]`)},
	{name: "condition parameters", text: module("webPanels", panel+`, "conditions": [{"condition": "has_project_permission"}, {"condition": "project_type", "params": {"projectTypeKey": "softwear"}}]`),
		want: "warning meaning.condition-params /modules/webPanels/0/conditions/0/condition\nwarning meaning.condition-params /modules/webPanels/0/conditions/1/params/projectTypeKey"},
	{name: "page with a condition that needs an issue", text: module("generalPages", `"conditions": [{"or": [{"condition": "user_is_admin"}, {"condition": "is_issue_editable"}]}]`),
		want: "error meaning.page-condition /modules/generalPages/0/conditions/0/or/1/condition"},
	{name: "dialog that does not exist", text: module("webItems", `"location": "operations-operations", "target": {"type": "dialogmodule", "options": {"key": "d"}}`), want: "error meaning.reference /modules/webItems/0/target/options/key"},
	{name: "dialog without options", text: module("webItems", `"location": "operations-operations", "target": {"type": "dialogmodule"}`), want: "error meaning.reference /modules/webItems/0/target"},
	{name: "item with a page that does not exist", text: module("webItems", `"location": "operations-operations", "context": "page"`), want: "warning meaning.reference /modules/webItems/0/url"},
	{name: "item that leads nowhere", text: modules(`"webItems": [{"key": "m", "name": {"value": "M"}, "location": "operations-operations"}]`), want: "error meaning.url-missing /modules/webItems/0"},
	{name: "absolute page", text: strings.Replace(module("generalPages", ""), `"/m"`, `"https://a.example/m"`, 1), want: "warning meaning.url /modules/generalPages/0/url"},
	{name: "page without a slash", text: strings.Replace(module("generalPages", ""), `"/m"`, `"m"`, 1), want: "warning meaning.url /modules/generalPages/0/url"},
	{name: "blanks in an address", text: strings.Replace(module("generalPages", ""), `"/m"`, `"/m n"`, 1), want: "warning meaning.url /modules/generalPages/0/url"},
	{name: "context parameters", text: strings.Replace(module("webPanels", panel), `"/m"`, `"/m?a={issue.key}&b={issue.kee}&c={own}&d={condition.is_issue_editable}&e={condition.no}"`, 1),
		want: "warning meaning.parameter /modules/webPanels/0/url\nwarning meaning.condition /modules/webPanels/0/url"},
	{name: "licence by hand", text: strings.Replace(module("generalPages", ""), `"/m"`, `"/m?lic={license}"`, 1), want: "warning meaning.licence-parameter /modules/generalPages/0/url"},
	{name: "read-only field without its property", text: modules(`"jiraIssueFields": [{"key": "f", "name": {"value": "F"}, "description": {"value": "F"}, "type": "read_only", "extractions": []}]`),
		want: "error meaning.issue-field /modules/jiraIssueFields/0\nerror meaning.issue-field /modules/jiraIssueFields/0/extractions"},
	{name: "panel for mobile apps", text: module("webPanels", `"supportsNative": true, "location": "atl.gh.issue.details.tab"`), want: "warning meaning.supports-native /modules/webPanels/0/supportsNative"},
	{name: "byline item without fixed texts", text: modules(`"contentBylineItems": [{"key": "b", "name": {"value": "B"}, "contentPropertyKey": "p"}]`), want: "warning meaning.byline-defaults /modules/contentBylineItems/0/contentPropertyKey"},
	{name: "publish condition of the product", text: modules(`"publishConditions": [{"key": "p", "name": {"value": "P"}, "errorMessage": {"value": "E"}, "context": "product"}]`), want: "warning meaning.publish-context /modules/publishConditions/0/context"},
}

func TestCheck(t *testing.T) {
	for _, tc := range checkCases {
		t.Run(tc.name, func(t *testing.T) {
			r := Check([]byte(tc.text), tc.o)
			if got := problemsOf(r); got != tc.want {
				t.Errorf("problems of %s\n got %s\nwant %s%s", tc.text, got, tc.want, texted(r))
			}
		})
	}
}

func TestEveryRuleHasACase(t *testing.T) {
	seen := make(map[string]bool)
	for _, tc := range checkCases {
		for _, p := range Check([]byte(tc.text), tc.o).Problems {
			seen[p.Rule] = true
		}
	}
	ids := make(map[string]bool)
	for _, r := range Rules() {
		if ids[r.ID] || r.Title == "" || r.Severity == "" {
			t.Errorf("%+v is incomplete or listed twice", r)
		}
		ids[r.ID] = true
		if !seen[r.ID] && !strings.HasPrefix(r.ID, "syntax.") {
			t.Errorf("no case shows %s", r.ID)
		}
	}
	for id := range seen {
		if !ids[id] {
			t.Errorf("%s is not in Rules", id)
		}
	}
}

func TestCheckChoosesTheProduct(t *testing.T) {
	for _, tc := range []struct {
		text string
		want Product
	}{
		{app(), Both},
		{modules(`"jiraReports": []`), Jira},
		{modules(`"blueprints": []`), Confluence},
		{modules(`"blueprints": []`, `"jiraReports": []`), Both},
		{modules(`"webhooks": [{"event": "page_created"}]`), Confluence},
		{module("webPanels", panel), Jira},
		{strings.Replace(module("dialogs", ""), "/m", "/m?i={issue.id}", 1), Jira},
		{module("dialogs", `"conditions": [{"condition": "user_can_use_confluence"}]`), Confluence},
	} {
		if got := Check([]byte(tc.text), Options{}).Product; got != tc.want {
			t.Errorf("product of %s is %s, want %s", tc.text, got, tc.want)
		}
	}
}

func TestCheckGivesPositions(t *testing.T) {
	text := "{\n  \"key\": \"ä b\",\n  \"baseUrl\": \"https://a.example\", \"authentication\": {\"type\": \"none\"},\n  \"name\": {\n  }\n}"
	var got []string
	for _, p := range Check([]byte(text), Options{}).Problems {
		got = append(got, fmt.Sprintf("%s %d:%d-%d:%d", p.Rule, p.Line, p.Column, p.EndLine, p.EndColumn))
	}
	want := []string{"shape.pattern 2:10-2:15", "shape.type 4:11-5:4"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCheckGoesOnBehindSyntaxFaults(t *testing.T) {
	text := `{"key": "a b", // here
		"baseUrl": "https://a.example" "authentication": {"type": "jwtt",}
		"scopes": [READ, "Write"]`
	want := "error shape.pattern /key\nerror syntax.comment \nerror syntax.comma /baseUrl\nerror shape.enum /authentication/type\n" +
		"error syntax.trailing-comma /authentication/type\nerror syntax.comma /authentication\nerror syntax.word /scopes/0\nerror shape.enum-case /scopes/1"
	got := problemsOf(Check([]byte(text), Options{}))
	got = strings.Replace(got, "error syntax.unclosed \n", "", 1)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCheckListsNoMoreThanIsReadable(t *testing.T) {
	r := Check([]byte(modules(`"dialogs": [`+strings.TrimSuffix(strings.Repeat("1,", maxProblems+5), ",")+`]`)), Options{})
	if len(r.Problems) != maxProblems || r.Omitted != 5 || r.Errors != maxProblems+5 {
		t.Errorf("%d listed, %d omitted, %d errors", len(r.Problems), r.Omitted, r.Errors)
	}
}

func TestCheckerStartsAfresh(t *testing.T) {
	k := NewChecker(BuiltIn())
	first := k.Check([]byte(checkCases[2].text), Options{})
	listed := problemsOf(first)
	for _, tc := range checkCases {
		if got := problemsOf(k.Check([]byte(tc.text), tc.o)); got != tc.want {
			t.Errorf("%s, by a used checker: %s", tc.name, got)
		}
	}
	if problemsOf(first) != listed {
		t.Error("a report changed when the next text was checked")
	}
}

func FuzzCheck(f *testing.F) {
	for _, tc := range checkCases {
		if len(tc.text) < 1000 {
			f.Add([]byte(tc.text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r := Check(text, Options{})
		last := 0
		for _, p := range r.Problems {
			if p.Offset < last || p.End < p.Offset || p.End > len(text) || p.Line < 1 || p.Column < 1 {
				t.Fatalf("problem out of place: %+v", p)
			}
			last = p.Offset
			if p.Message == "" || p.Rule == "" {
				t.Fatalf("empty problem: %+v", p)
			}
			if p.Fix != nil {
				Apply(text, p.Fix.Edits)
			}
		}
		if len(r.Problems)+r.Omitted < r.Errors+r.Warnings {
			t.Fatalf("%d problems, but %d errors and %d warnings", len(r.Problems), r.Errors, r.Warnings)
		}
	})
}
