package workbench

import "connect-workbench/addon/descriptor"

// FixAll applies all fixes that Check offers for a text, and those they make possible in turn. The
// text in the editor stays as it is until the edits are made there.
func (w *Workbench) FixAll(text string) descriptor.Fixed {
	return descriptor.FixAll([]byte(text), w.checkOptions())
}
