package workbench

import "connect-workbench/addon/descriptor"

// Complete tells what may be written at a byte offset of a descriptor text. It may be called from
// any goroutine and does not wait for a check that is running.
func (w *Workbench) Complete(text string, offset int) descriptor.Completion {
	w.helperMu.Lock()
	defer w.helperMu.Unlock()
	return w.helper.Complete([]byte(text), offset, w.checkOptions())
}

// Hover tells what stands at a byte offset of a descriptor text, with the problems there.
func (w *Workbench) Hover(text string, offset int) descriptor.Help {
	w.helperMu.Lock()
	defer w.helperMu.Unlock()
	return w.helper.Hover([]byte(text), offset, w.checkOptions())
}
