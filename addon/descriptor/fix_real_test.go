package descriptor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"connect-workbench/sharedtest"
)

// TestFixesOfRealDescriptors applies the fixes of real descriptors, one by one and all at once, and
// makes and takes back a form edit in each.
func TestFixesOfRealDescriptors(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(filepath.Dir(sharedtest.File(t, "descriptors/expected.json")), "*.json"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	fixes, fixed, edited := 0, 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "expected.json") {
			continue
		}
		fixes += applyEach(t, string(text), Options{})
		before := Check(text, Options{})
		all := FixAll(text, Options{})
		fixed += len(all.Cured)
		after := Check(all.Text, Options{})
		if countRule(before, "syntax.") == 0 && after.Errors > before.Errors {
			t.Errorf("%s: %d errors became %d%s", file, before.Errors, after.Errors, texted(after))
		}
		for _, p := range after.Problems {
			if p.Fix != nil {
				t.Errorf("%s: left to fix: %s", file, p.Fix.Title)
			}
		}
		edits, err := Parse(text).Set("/workbench-test", map[string]any{"a": []int{1}, "b": map[string]string{"c": "d"}})
		if err != nil {
			t.Logf("%s: %v", filepath.Base(file), err)
			continue
		}
		changed := Apply(text, edits)
		back, err := Parse(changed).Unset("/workbench-test")
		if err != nil || string(Apply(changed, back)) != string(text) {
			t.Errorf("%s: %v: set and unset do not give the text back", file, err)
		}
		edited++
	}
	t.Logf("%d files: %d fixes one by one, %d all at once, %d edited and back", len(files), fixes, fixed, edited)
	if fixes < 10 || edited < 50 {
		t.Errorf("only %d fixes and %d edits were tried", fixes, edited)
	}
}
