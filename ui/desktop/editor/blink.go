package editor

import (
	"time"

	"fyne.io/fyne/v2/canvas"
)

// blinkHalf is how long the caret is shown, and hidden.
const blinkHalf = 530 * time.Millisecond

// blink shows and hides the caret while the editor has the keys. Each turn of it repaints the
// window, so it stops with the focus.
type blink struct {
	on    bool
	timer *time.Timer // nil: not blinking
	turn  int         // tells a late turn of a stopped timer from one that counts
}

// restart shows the caret and begins a new turn: a caret that moves does not blink away.
func (b *blink) restart(e *Editor) {
	b.on = true
	if e.focused {
		b.next(e)
	}
}

func (b *blink) next(e *Editor) {
	b.stop()
	turn := b.turn
	b.timer = time.AfterFunc(blinkHalf, func() {
		e.post(func() {
			if turn != b.turn || !e.focused {
				return
			}
			b.on = !b.on
			if e.view != nil {
				e.view.placeCaret()
				canvas.Refresh(e.view.caret)
			}
			b.next(e)
		})
	})
}

func (b *blink) stop() {
	b.turn++
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
}
