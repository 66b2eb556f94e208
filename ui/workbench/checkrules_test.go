package workbench

import (
	"path/filepath"
	"slices"
	"testing"

	"connect-workbench/addon/descriptor"
)

func TestCheckRulesAreFollowedAndKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	w := open(t, Params{ProjectDir: dir})
	const text = `{"key": "a", "baseUrl": "http://localhost:1", "authentication": {"type": "none"}, "modules": {"jiraIssueContexts": [{"key": "g", "name": {"value": "G"}, "icon": {"url": "/i", "width": 1, "height": 1}, "content": {"type": "label", "label": {"value": "L"}}, "target": {"type": "web_panel", "url": "/p"}}]}}`
	rules := func() (found []string) {
		for _, p := range w.Check(text).Problems {
			found = append(found, p.Rule)
		}
		return found
	}
	if found := rules(); slices.Contains(found, "meaning.module-product") || slices.Contains(found, "meaning.era") {
		t.Fatalf("by modules, of today: %v", found)
	}
	if err := w.SetCheckRules(CheckRules{Product: descriptor.Confluence}); err != nil {
		t.Fatal(err)
	}
	if found := rules(); !slices.Contains(found, "meaning.module-product") {
		t.Errorf("for Confluence: %v", found)
	}
	chosen := CheckRules{Product: descriptor.Jira, Era: descriptor.Cloud2016}
	if err := w.SetCheckRules(chosen); err != nil {
		t.Fatal(err)
	}
	if found := rules(); !slices.Contains(found, "meaning.era") {
		t.Errorf("for JIRA of 2016: %v", found)
	}
	for _, bad := range []CheckRules{{Product: "bitbucket"}, {Era: "cloud-2014"}} {
		if err := w.SetCheckRules(bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
	closeWorkbench(t, w)
	if again := open(t, Params{ProjectDir: dir}).CheckRules(); again != chosen {
		t.Errorf("after a restart: %+v", again)
	}
}
