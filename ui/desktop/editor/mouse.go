package editor

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/editor/buffer"
)

// clickPause is how long the pause between the clicks of a double click may be.
const clickPause = 400 * time.Millisecond

// clicks counts clicks at one place: one puts the caret, two select a word, three a line.
// Fyne's own double tap would hold every single one back.
type clicks struct {
	count int
	at    buffer.Pos
	last  time.Time
}

func (c *clicks) add(at buffer.Pos, now time.Time) int {
	if at != c.at || now.Sub(c.last) > clickPause || c.count == 3 {
		c.count = 0
	}
	c.count++
	c.at, c.last = at, now
	return c.count
}

// MouseDown puts the caret, or selects by further clicks. In the line numbers it selects the line.
func (e *Editor) MouseDown(m *desktop.MouseEvent) {
	if e.view == nil {
		return
	}
	if row := e.assist.list.row(m.Position); row >= 0 {
		e.assist.list.selected = row
		e.acceptSelected(fyne.KeyEnter, row)
		return
	}
	e.dismiss()
	e.Focus()
	at := e.view.pointed(m.Position)
	if m.Button == desktop.MouseButtonSecondary {
		e.menu(at, m.AbsolutePosition)
		return
	}
	count := e.clicks.add(at, time.Now())
	switch {
	case m.Position.X < e.view.gutter:
		e.text.SelectLine(at.Line)
	case m.Modifier&fyne.KeyModifierShift != 0:
		e.text.SetCaret(at, true)
	case count == 2:
		e.text.SetSelection(e.text.WordAt(at))
	case count == 3:
		e.text.SelectLine(at.Line)
	default:
		e.text.SetCaret(at, false)
	}
	e.caretMoved()
}

// MouseUp does nothing; the press did.
func (e *Editor) MouseUp(*desktop.MouseEvent) {}

// Dragged selects up to the pointer, scrolling when it leaves the view.
func (e *Editor) Dragged(d *fyne.DragEvent) {
	if e.view == nil {
		return
	}
	e.text.SetCaret(e.view.pointed(d.Position), true)
	e.showCaret()
	e.caretMoved()
}

// DragEnd does nothing; the selection stands.
func (e *Editor) DragEnd() {}

// Scrolled moves the text with the wheel.
func (e *Editor) Scrolled(s *fyne.ScrollEvent) {
	if e.assist.list.open && e.assist.list.bounds.holds(s.Position) {
		by := 3
		if s.Scrolled.DY > 0 {
			by = -3
		}
		e.assist.list.scroll(by)
		e.assist.list.hovered = e.assist.list.row(s.Position)
		e.draw()
		return
	}
	e.dismiss()
	if s.Scrolled.DY != 0 && e.lines.By(-s.Scrolled.DY) {
		e.draw()
	}
	if s.Scrolled.DX != 0 && e.view != nil {
		e.scrollAcross(-int(s.Scrolled.DX / e.view.cell.Width))
	}
}

// Cursor is the text pointer.
func (e *Editor) Cursor() desktop.Cursor { return desktop.TextCursor }

// menu shows what can be done with the selection. A click outside of it moves the caret first.
func (e *Editor) menu(at buffer.Pos, point fyne.Position) {
	if s := e.text.Selection(); s.Empty() || at.Before(s.From) || s.To.Before(at) {
		e.text.SetCaret(at, false)
		e.caretMoved()
	}
	app := fyne.CurrentApp()
	c := app.Driver().CanvasForObject(e)
	if c == nil {
		return
	}
	copyItem := fyne.NewMenuItem("Copy", func() { e.copy(app.Clipboard()) })
	copyItem.Disabled = e.text.Selection().Empty()
	all := fyne.NewMenuItem("Select all", func() { e.text.SelectAll(); e.caretMoved() })
	items := []*fyne.MenuItem{copyItem, all}
	if !e.readOnly {
		cut := fyne.NewMenuItem("Cut", func() { e.cut(app.Clipboard()) })
		paste := fyne.NewMenuItem("Paste", func() { e.paste(app.Clipboard()) })
		items = []*fyne.MenuItem{cut, copyItem, paste, fyne.NewMenuItemSeparator(), all}
	}
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), c, point)
}

var (
	_ desktop.Mouseable  = (*Editor)(nil)
	_ desktop.Cursorable = (*Editor)(nil)
	_ fyne.Draggable     = (*Editor)(nil)
	_ fyne.Scrollable    = (*Editor)(nil)
)
