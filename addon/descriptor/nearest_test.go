package descriptor

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	events := []string{"comment_created", "jira:issue_created", "jira:issue_updated", "page_created"}
	for _, c := range []struct{ word, want string }{
		{"issue_created", "jira:issue_created"},
		{"issue_updatd", "jira:issue_updated"},
		{"jira:issue_craeted", "jira:issue_created"},
		{"Jira:Issue-Created", "jira:issue_created"},
		{"page.created", "page_created"},
		{"zzz", ""},
		{"", ""},
	} {
		if got := Nearest(c.word, events); got != c.want {
			t.Errorf("%q: %q, want %q", c.word, got, c.want)
		}
	}
}

// TestAModuleTypeIsSuggestedThoughItIsThere: two lists of one type cannot be made one by renaming, but
// the author has to hear which is meant.
func TestAModuleTypeIsSuggestedThoughItIsThere(t *testing.T) {
	r := Check([]byte(modules(`"webPanels": []`, `"webpanels": []`)), Options{})
	if len(r.Problems) != 1 || r.Problems[0].Fix != nil || !strings.Contains(r.Problems[0].Message, `"webPanels"`) {
		t.Errorf("%+v", r.Problems)
	}
}
