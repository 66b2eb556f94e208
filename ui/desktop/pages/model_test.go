package pages

import (
	"slices"
	"strings"
	"testing"

	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

func TestFoundAndChoice(t *testing.T) {
	acme := workbench.SiteState{Site: site.Site{ID: "jira", Title: "Acme"}}
	s := state{entries: []entry{
		{acme, page.Module{AddonKey: "com.example", Key: "overview", Name: "Overview", Type: "generalPages"}},
		{acme, page.Module{AddonKey: "com.example", Key: "panel", Name: "Details", Type: "webPanels", Location: "atl.jira.view.issue.right.context"}},
	}}
	for search, want := range map[string]int{"": 2, "webpanels": 1, "acme overview": 1, "right.context": 1, "zzz": 0} {
		s.search = search
		if got := len(s.found()); got != want {
			t.Errorf("%q finds %d, want %d", search, got, want)
		}
	}
	if e, ok := s.entry(choice{"jira", "com.example", "panel"}); !ok || e.module.Name != "Details" {
		t.Errorf("the choice gives %+v, %v", e, ok)
	}
	if _, ok := s.entry(choice{"confluence", "com.example", "panel"}); ok {
		t.Error("a module of another site was found")
	}
}

func TestUserNames(t *testing.T) {
	users := []site.User{{AccountID: "a1", DisplayName: "Ada", Admin: true}, {AccountID: "b2", DisplayName: "Bob"}, {AccountID: "b3", DisplayName: "Bob"}}
	want := []string{"Ada (admin)", "Bob", "Bob b3", anonymous}
	if got := userNames(users); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := userID(users, 1); got != "b2" {
		t.Errorf("choice 1 is %q", got)
	}
	if got := userID(users, 3); got != "" {
		t.Errorf("the anonymous visitor has the id %q", got)
	}
}

func TestVariablesOnce(t *testing.T) {
	got := variables(page.Module{Variables: []string{"issue.key", "project.key", "issue.key"}})
	if want := []string{"issue.key", "project.key"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestSpread(t *testing.T) {
	token := strings.Repeat("abcdefgh", 20)
	got := spread("http://localhost:3000/panel?key=DEMO-1&xdm_e=http%3A%2F%2Flocalhost&jwt=" + token)
	want := `http://localhost:3000/panel
  key    DEMO-1
  xdm_e  http://localhost
  jwt    abcdefghabcd…

as it is sent
  http://localhost:3000/panel
  ?key=DEMO-1
  &xdm_e=http%3A%2F%2Flocalhost
  &jwt=abcdefghabcd…`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := spread("http://localhost:3000/panel"); got != "http://localhost:3000/panel" {
		t.Errorf("a URL without parameters becomes %q", got)
	}
}
