package editor

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"connect-workbench/ui/desktop/editor/buffer"
)

// rest waits until the pointer rests.
type rest struct {
	at    fyne.Position
	timer *time.Timer
	turn  int // tells a late turn of a stopped timer from one that counts
}

func (r *rest) stop() {
	r.turn++
	if r.timer != nil {
		r.timer.Stop()
		r.timer = nil
	}
}

// restart begins to wait anew.
func (r *rest) restart(e *Editor, at fyne.Position) {
	r.stop()
	r.at = at
	turn := r.turn
	r.timer = time.AfterFunc(restTime, func() {
		e.post(func() {
			if turn == r.turn {
				e.rested()
			}
		})
	})
}

// rested tells what the pointer rests on.
func (e *Editor) rested() {
	if at, ok := e.pointedAt(e.assist.rest.at); ok {
		e.explain(e.text.Offset(at), true)
	}
}

// pointedAt is the character under a point; in the line numbers the first problem of the line.
func (e *Editor) pointedAt(p fyne.Position) (at buffer.Pos, ok bool) {
	if e.view == nil {
		return at, false
	}
	line := e.lines.At(p.Y)
	if line < 0 || line >= e.text.Lines() {
		return at, false
	}
	if p.X < e.view.gutter {
		marks := e.problems.on(line)
		if len(marks) == 0 {
			return at, false
		}
		return marks[0].from, true
	}
	column := e.column + int((p.X-e.view.textX())/e.view.cell.Width)
	at = buffer.Pos{Line: line, Byte: e.text.ByteAt(line, max(column, 0))}
	return at, p.X >= e.view.textX() && at.Byte < len(e.text.Line(line))
}

// MouseIn begins to follow the pointer.
func (e *Editor) MouseIn(m *desktop.MouseEvent) { e.MouseMoved(m) }

// MouseMoved marks the choice under the pointer, or waits for it to rest.
func (e *Editor) MouseMoved(m *desktop.MouseEvent) {
	a := &e.assist
	if a.list.open {
		if row := a.list.row(m.Position); row != a.list.hovered {
			a.list.hovered = row
			e.draw()
		}
		return
	}
	if a.assistant == nil {
		return
	}
	if at, ok := e.pointedAt(m.Position); a.card.open && a.card.pointed && !(ok && a.card.covers(at)) {
		e.closeCard()
	}
	if !a.card.open {
		a.rest.restart(e, m.Position)
	}
}

// MouseOut lets go of the pointer.
func (e *Editor) MouseOut() {
	a := &e.assist
	a.rest.stop()
	if a.card.pointed {
		e.closeCard()
	}
	if a.list.hovered >= 0 {
		a.list.hovered = -1
		e.draw()
	}
}

var _ desktop.Hoverable = (*Editor)(nil)
