package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"connect-workbench/ui/desktop/theme"
)

// TypedKey moves the selection.
func (r *Rows) TypedKey(e *fyne.KeyEvent) {
	last := r.params.Length() - 1
	page := r.position.Page()
	switch e.Name {
	case fyne.KeyUp:
		r.step(-1)
	case fyne.KeyDown:
		r.step(1)
	case fyne.KeyPageUp:
		r.step(-page)
	case fyne.KeyPageDown:
		r.step(page)
	case fyne.KeyHome:
		r.Select(0)
	case fyne.KeyEnd:
		r.Select(last)
	case fyne.KeyReturn, fyne.KeyEnter:
		r.activate(r.selected)
	default:
		if r.params.OnKey != nil {
			r.params.OnKey(r.selected, e)
		}
	}
}

// TypedRune moves the selection by vi's keys.
func (r *Rows) TypedRune(typed rune) {
	switch typed {
	case 'j':
		r.step(1)
	case 'k':
		r.step(-1)
	default:
		if r.params.OnRune != nil {
			r.params.OnRune(r.selected, typed)
		}
	}
}

// step moves the selection by so many rows, as far as there are rows. The first step selects
// the row at the top of the view.
func (r *Rows) step(by int) {
	last := r.params.Length() - 1
	if last < 0 {
		return
	}
	if r.selected < 0 {
		top, _ := r.position.Top()
		r.Select(top)
		return
	}
	r.Select(min(max(r.selected+by, 0), last))
}

func (r *Rows) activate(row int) {
	if row >= 0 && r.params.OnActivate != nil {
		r.params.OnActivate(row)
	}
}

// FocusGained shows where the keys go.
func (r *Rows) FocusGained() { r.focused = true; r.placeMarks() }

// FocusLost hides it.
func (r *Rows) FocusLost() { r.focused = false; r.placeMarks() }

// Focus sends the keys to the list.
func (r *Rows) Focus() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(r); c != nil {
		c.Focus(r)
	}
}

// MouseDown selects the row under the pointer. It acts on the press rather than on the
// release, because Fyne holds a tap back to see whether a second one follows.
func (r *Rows) MouseDown(e *desktop.MouseEvent) {
	r.Focus()
	row, ok := r.rowAt(e.Position)
	if !ok {
		return
	}
	r.Select(row)
	if e.Button == desktop.MouseButtonSecondary && r.params.OnMenu != nil {
		r.params.OnMenu(row, e.AbsolutePosition)
	}
}

// MouseUp does nothing; the press did.
func (r *Rows) MouseUp(*desktop.MouseEvent) {}

// DoubleTapped activates the row under the pointer.
func (r *Rows) DoubleTapped(e *fyne.PointEvent) {
	if row, ok := r.rowAt(e.Position); ok {
		r.activate(row)
	}
}

// Scrolled moves the rows with the wheel. A list that is shown whole leaves the wheel to the
// pane around it.
func (r *Rows) Scrolled(e *fyne.ScrollEvent) {
	if _, extent := r.position.Fraction(); extent >= 1 && r.params.OnScroll != nil {
		r.params.OnScroll(e)
		return
	}
	if r.position.By(-e.Scrolled.DY) {
		r.hover(e.Position)
		r.moved(true)
	}
}

// TypedShortcut hands shortcuts on that no menu has.
func (r *Rows) TypedShortcut(s fyne.Shortcut) {
	if r.params.OnShortcut != nil {
		r.params.OnShortcut(s)
	}
}

// MouseIn marks the row under the pointer.
func (r *Rows) MouseIn(e *desktop.MouseEvent) { r.MouseMoved(e) }

// MouseMoved marks the row under the pointer.
func (r *Rows) MouseMoved(e *desktop.MouseEvent) {
	if r.hover(e.Position) {
		r.placeMarks()
	}
}

// MouseOut marks no row any more.
func (r *Rows) MouseOut() {
	r.hovered = -1
	r.placeMarks()
}

// hover notes the row under the pointer and reports whether it is another one.
func (r *Rows) hover(p fyne.Position) bool {
	row, ok := r.rowAt(p)
	if !ok {
		row = -1
	}
	changed := row != r.hovered
	r.hovered = row
	return changed
}

func (r *Rows) placeMarks() {
	if r.view != nil {
		r.view.placeMarks()
	}
}

func (r *Rows) rowAt(p fyne.Position) (row int, ok bool) {
	if p.Y < theme.RowHeight {
		return 0, false
	}
	row = r.position.At(p.Y - theme.RowHeight)
	return row, row >= 0 && row < r.params.Length()
}

var (
	_ fyne.Focusable      = (*Rows)(nil)
	_ fyne.DoubleTappable = (*Rows)(nil)
	_ fyne.Scrollable     = (*Rows)(nil)
	_ fyne.Shortcutable   = (*Rows)(nil)
	_ desktop.Mouseable   = (*Rows)(nil)
	_ desktop.Hoverable   = (*Rows)(nil)
)
