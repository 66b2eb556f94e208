package descriptor

import (
	"slices"
	"testing"
)

// TestRulesAreExplained proves of every rule that it has a text, that the bad example raises this
// rule and no other, and that the good one raises none.
func TestRulesAreExplained(t *testing.T) {
	c := BuiltIn()
	for _, r := range Rules() {
		t.Run(r.ID, func(t *testing.T) {
			text := c.RuleText(r.ID)
			if text == nil || text.Checks == "" || text.Why == "" || text.Fix == "" || text.Good == "" || len(text.Sources) == 0 {
				t.Fatalf("incomplete: %+v", text)
			}
			bad := Check([]byte(text.Example()), text.Options)
			if len(bad.Problems) == 0 || slices.ContainsFunc(bad.Problems, func(p Problem) bool { return p.Rule != r.ID }) {
				t.Errorf("the bad example raises%s", texted(bad))
			}
			if good := Check([]byte(text.Good), text.Options); len(good.Problems) > 0 {
				t.Errorf("the good example raises%s\n%s", texted(good), text.Good)
			}
		})
	}
}
