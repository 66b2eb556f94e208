package workbench

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"connect-workbench/addon/descriptor"
)

// TestDocsURLLeadsToThePage asks the sites for the pages they are said to have.
func TestDocsURLLeadsToThePage(t *testing.T) {
	w := open(t, Params{ProjectDir: t.TempDir()})
	for _, tc := range []struct{ site, kind, name, on string }{
		{"", descriptor.DocsEvent, "page_created", "confluence"},
		{"", descriptor.DocsModule, "jiraReports", "jira"},
		{"confluence", descriptor.DocsRule, "meaning.event", "confluence"},
		{"none such", "", "", "jira"},
	} {
		address := w.DocsURL(tc.site, tc.kind, tc.name)
		for _, s := range w.Sites() {
			if (s.ID == tc.on) != strings.HasPrefix(address, s.BaseURL+"/") {
				t.Errorf("%+v: %s", tc, address)
			}
		}
		response, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(body), tc.name) {
			t.Errorf("%s: status %d, %v", address, response.StatusCode, err)
		}
	}
}
