package desktop

import (
	"time"

	"connect-workbench/ui/desktop/ask"
)

// stopLimit is how long the window waits for running work to end before it closes all the same.
const stopLimit = 5 * time.Second

// askToClose closes the window, after a question when the descriptor is not saved. Its text is
// kept for recovery in any case.
func (w *Window) askToClose() {
	if w.closing {
		return
	}
	w.closeCommandBox()
	if !w.bench.Descriptor().Dirty {
		w.finish()
		return
	}
	ask.Show(w.win, ask.Question{
		Title: "The descriptor has unsaved changes",
		Text:  "Save them now, or keep them for recovery: they are then put back when you open this project again. The file stays as it is.",
		Answers: []ask.Answer{
			{Label: "Save", Primary: true, Run: w.saveAndFinish},
			{Label: "Keep for recovery", Run: w.finish},
			{Label: "Cancel"},
		},
	})
}

func (w *Window) saveAndFinish() {
	if err := w.bench.SaveDescriptor(); err != nil {
		w.fail("Save the descriptor before closing", err)
		return
	}
	w.finish()
}

// finish cancels what runs, waits for it for a moment, and closes the window.
func (w *Window) finish() {
	if w.closing {
		return
	}
	w.closing = true
	w.foot.say("Closing: ending what still runs…")
	w.unsubscribe()
	w.runner.stop(stopLimit, func() {
		for _, p := range w.places {
			p.Close()
		}
		w.loads.Close()
		w.win.Close()
	})
}
