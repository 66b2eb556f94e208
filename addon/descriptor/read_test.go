package descriptor

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

// sample has no errors.
const sample = `{
  "key": "com.example.app", "name": "Example", "baseUrl": "https://example.com/app", "version": "1",
  "authentication": {"type": "JWT"},
  "lifecycle": {"installed": "/installed", "enabled": "/enabled"},
  "scopes": ["read", "ACT_AS_USER"],
  "apiVersion": 1, "enableLicensing": true, "apiMigrations": {"signed-install": true},
  "modules": {
    "webhooks": [{"event": "jira:issue_created", "url": "/hook", "filter": "project = A", "excludeBody": true, "propertyKeys": ["p"]}],
    "webPanels": [{"key": "panel", "name": {"value": "Panel"}, "url": "/panel", "location": "atl.jira.view.issue.right.context"}],
    "configurePage": {"key": "conf", "name": {"value": "Configure"}, "url": "/conf"},
    "webItems": [{"key": "item", "name": {"value": "Item"}, "url": "/item", "location": "operations-operations"},
      {"key": "opens", "name": {"value": "Opens"}, "url": "/opens", "location": "operations-operations", "target": {"type": "dialog"}}],
    "jiraIssueContexts": [{"key": "ctx", "name": {"value": "Context"}, "icon": {"url": "/i.svg"},
      "content": {"type": "label", "label": {"value": "L"}}, "target": {"type": "web_panel", "url": "/ctx"}}]
  }
}`

func TestReadTakesWhatAHostNeeds(t *testing.T) {
	got, err := Read([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	want := Descriptor{
		Key: "com.example.app", Name: "Example", Version: "1", BaseURL: "https://example.com/app", Authentication: "jwt",
		Lifecycle: map[string]string{"installed": "/installed", "enabled": "/enabled"},
		Scopes:    []string{"READ", "ACT_AS_USER"},
		Webhooks: []Webhook{{Event: "jira:issue_created", URL: "/hook", Filter: "project = A", ExcludeBody: true,
			PropertyKeys: []string{"p"}, Pointer: "/modules/webhooks/0"}},
		Pages: []Page{
			{Type: "webPanels", Key: "panel", Name: "Panel", URL: "/panel", Location: "atl.jira.view.issue.right.context", Pointer: "/modules/webPanels/0",
				Products: []Product{Jira}},
			{Type: "configurePage", Key: "conf", Name: "Configure", URL: "/conf", Pointer: "/modules/configurePage",
				Products: []Product{Jira, Confluence}},
			{Type: "webItems", Key: "opens", Name: "Opens", URL: "/opens", Location: "operations-operations", Pointer: "/modules/webItems/1",
				Products: []Product{Jira, Confluence}},
			{Type: "jiraIssueContexts", Key: "ctx", Name: "Context", URL: "/ctx", Pointer: "/modules/jiraIssueContexts/0",
				Products: []Product{Jira}},
		},
		Migrations: Migrations{SignedInstall: OptedIn}, APIVersion: 1, EnableLicensing: true,
		Modules: map[string]int{"webhooks": 1, "webPanels": 1, "configurePage": 1, "webItems": 2, "jiraIssueContexts": 1},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestReadRefusesWhatIsNoJSON(t *testing.T) {
	_, err := Read([]byte("{\"key\": \"a\",\n}"))
	if !errors.Is(err, ErrSyntax) || !strings.Contains(err.Error(), "line 1, column 12") {
		t.Errorf("trailing comma: %v", err)
	}
	if _, err := Read([]byte(`{"key": {{key}}}`)); !errors.Is(err, ErrSyntax) {
		t.Errorf("template value: %v", err)
	}
	if _, err := Read([]byte(`[]`)); !errors.Is(err, ErrNoObject) {
		t.Errorf("array: %v", err)
	}
	if d, err := Read([]byte(`{"key": 1, "scopes": "READ", "modules": []}`)); err != nil || d.Key != "" || d.Authentication != "jwt" {
		t.Errorf("wrong types: %+v, %v", d, err)
	}
}

func TestScopeGranted(t *testing.T) {
	for _, tc := range []struct {
		scopes string
		need   string
		want   bool
	}{
		{"READ", "READ", true}, {"write", "READ", true}, {"READ", "WRITE", false}, {"ADMIN", "PROJECT_ADMIN", true},
		{"ADMIN", "SPACE_ADMIN", true}, {"PROJECT_ADMIN", "SPACE_ADMIN", false}, {"PROJECT_ADMIN", "DELETE", true},
		{"ADMIN", "ACT_AS_USER", false}, {"ACT_AS_USER", "READ", false}, {"ACT_AS_USER READ", "act_as_user", true},
		{"", "NONE", true}, {"", "READ", false}, {"NONE", "READ", false},
	} {
		if got := ScopeGranted(strings.Fields(tc.scopes), tc.need); got != tc.want {
			t.Errorf("ScopeGranted(%s, %s) = %v", tc.scopes, tc.need, got)
		}
	}
}

func TestOutlineListsModules(t *testing.T) {
	entries := Outline([]byte(strings.Replace(sample, `"key": "conf",`, `"key": "conf"`, 1))) // with a fault
	var got []string
	for _, e := range entries {
		got = append(got, e.Type+" "+e.Key+" "+e.Name+" "+e.Pointer)
	}
	want := []string{
		"webhooks  jira:issue_created /modules/webhooks/0", "webPanels panel Panel /modules/webPanels/0",
		"configurePage conf Configure /modules/configurePage", "webItems item Item /modules/webItems/0",
		"webItems opens Opens /modules/webItems/1",
		"jiraIssueContexts ctx Context /modules/jiraIssueContexts/0",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if entries[1].Line != 9 || sample[entries[0].Offset] != '{' {
		t.Errorf("positions: %+v", entries[:2])
	}
}

func TestReadCountsLowVersionsAsOne(t *testing.T) {
	d, err := Read([]byte(app(`"apiVersion": 0`)))
	if err != nil || d.APIVersion != 1 {
		t.Errorf("apiVersion 0 reads as %d, %v; want 1", d.APIVersion, err)
	}
}
