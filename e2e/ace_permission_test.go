package e2e

import (
	"net/http"
	"testing"

	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

// ACE's own guards ask our sites what the viewer of a page may do, and believe the answer: a member may
// edit, a customer who only looks may not, and nobody may without a name.
func TestACEAsksForPermissions(t *testing.T) { eachACE(t, testACEPermissions) }

func testACEPermissions(t *testing.T, packages string) {
	w, _ := openWorkbench(t)
	ace := startACE(t, packages, w.InstallKeysURL(), "")
	for _, s := range w.Sites() {
		path, descriptor, shown := "/edit-issue", "/atlassian-connect.json", map[string]string{"issue.id": "10001", "issue.key": "DEMO-1", "project.id": "10000"}
		if s.Product == site.Confluence {
			path, descriptor, shown = "/edit-content", "/confluence.json", map[string]string{"content.id": "98310", "space.key": "TEAM"}
		}
		if err := w.Install(t.Context(), s.ID, ace.baseURL+descriptor, nil); err != nil {
			t.Fatal(err)
		}
		for viewer, want := range map[string]int{
			s.Users[0].AccountID: http.StatusNoContent,
			s.Users[1].AccountID: http.StatusNoContent,
			s.Users[2].AccountID: http.StatusUnauthorized,
		} {
			if got := askAs(t, w, s, ace.baseURL+path, viewer, shown); got != want {
				t.Errorf("%s as %s: %d, want %d", path, viewer, got, want)
			}
		}
		shown["issue.id"], shown["project.id"], shown["content.id"] = "99", "98", "97"
		if got := askAs(t, w, s, ace.baseURL+path, s.Users[0].AccountID, shown); got != http.StatusUnauthorized {
			t.Errorf("%s about what is not there: %d", path, got)
		}
	}
	if n, _, err := w.ExchangeCount(t.Context(), "kind:rest status:401"); err != nil || n != 0 {
		t.Errorf("%d tokens of the add-on were refused (%v)", n, err)
	}
}

// askAs asks an add-on's server as a page's script does, with the context token of a viewer.
func askAs(t *testing.T, w *workbench.Workbench, s workbench.SiteState, address, viewer string, shown map[string]string) int {
	t.Helper()
	signed, err := w.SignPage(t.Context(), s.ID, page.Request{AddonKey: aceKey, ModuleKey: "page", UserID: viewer, Context: shown})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "JWT "+signed.ContextToken)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}
