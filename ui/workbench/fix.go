package workbench

import "connect-workbench/addon/descriptor"

// checkOptions are what descriptors are checked by here: a loopback http baseUrl is fine, since the
// add-on under test runs on this machine.
func checkOptions() descriptor.Options {
	return descriptor.Options{Product: descriptor.Auto, DevMode: true}
}

// FixAll applies all fixes that Check offers for a text, and those they make possible in turn. The
// text in the editor stays as it is until the edits are made there.
func (w *Workbench) FixAll(text string) descriptor.Fixed {
	return descriptor.FixAll([]byte(text), checkOptions())
}
