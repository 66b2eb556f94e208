package workbench

import (
	"testing"

	"connect-workbench/addon/descriptor"
)

// TestFixDescriptorHelpsAndHarmsNothing fixes the bad example of every rule: what is left has no more
// errors and fewer problems, and a second go finds nothing to do.
func TestFixDescriptorHelpsAndHarmsNothing(t *testing.T) {
	fixed := 0
	for _, text := range descriptor.BuiltIn().Texts {
		if text.Rule.ID == "syntax.size" { // 16 MB
			continue
		}
		before := descriptor.Check([]byte(text.Example()), text.Options)
		after, done := FixDescriptor([]byte(text.Example()), text.Options)
		left := descriptor.Check(after, text.Options)
		if left.Errors > before.Errors || len(done) > 0 && len(left.Problems) >= len(before.Problems) {
			t.Errorf("%s: %v leaves %+v in\n%s", text.Rule.ID, done, left.Problems, after)
		}
		if again, more := FixDescriptor(after, text.Options); len(more) > 0 || string(again) != string(after) {
			t.Errorf("%s: a second go does %v", text.Rule.ID, more)
		}
		if len(done) == 0 && string(after) != text.Example() {
			t.Errorf("%s: changed, and nothing said", text.Rule.ID)
		}
		fixed += len(done)
	}
	if after, _ := FixDescriptor([]byte("\ufeff{}"), descriptor.Options{}); string(after) != "{}" {
		t.Errorf("the byte order mark: %q", after)
	}
	if fixed < 15 {
		t.Errorf("only %d fixes", fixed)
	}
}
