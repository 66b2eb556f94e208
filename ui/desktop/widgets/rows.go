package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets/scroll"
)

// Alignment of a column.
const (
	Leading  = fyne.TextAlignLeading
	Trailing = fyne.TextAlignTrailing // for figures
)

// Column describes one column of Rows.
type Column struct {
	Title string
	Width float32 // pixels; the least width of a column with Flex
	Flex  float32 // share of the width that the fixed columns leave; 0: fixed
	// Fit gives cells that a fixed column should have room for, from memory: it gets as wide as the
	// widest of them, but no narrower than Width and no wider than theme.FitWidth. nil: Width holds.
	Fit   func() []Cell
	Align fyne.TextAlign
	Mono  bool // monospace, for paths, keys and figures
}

// Cell is what stands at one row and column.
type Cell struct {
	Text  string
	Color fyne.ThemeColorName // of text and icon; "" is theme.Text
	Icon  fyne.Resource       // before the text; one of ours takes Color; nil: none
	Bold  bool
}

// RowsParams describes a list. Length and Cell are called on every repaint, for visible rows
// only: they must answer at once from memory.
type RowsParams struct {
	Columns []Column
	Length  func() int
	Cell    func(row, column int) Cell
	Depth   func(row int) int // levels that the row is indented; nil: none

	OnSelect   func(row int)                   // the selection moved; -1: nothing is selected
	OnActivate func(row int)                   // Enter or a double click
	OnMenu     func(row int, at fyne.Position) // secondary click, at a position of the canvas
	OnKey      func(row int, e *fyne.KeyEvent) // keys that the list does not use itself
	OnRune     func(row int, r rune)           // characters other than j and k
	OnShortcut func(s fyne.Shortcut)           // such as undo, for a text that the list belongs to
	OnScroll   func(e *fyne.ScrollEvent)       // the wheel, when the list itself has nothing to scroll
}

// Rows is a list that is exact and equally fast for one row and for millions: it draws visible
// rows only, and keeps its position as an integer row plus pixels.
type Rows struct {
	widget.BaseWidget

	params   RowsParams
	position scroll.Rows
	bar      *scroll.Bar
	selected int // -1: none
	hovered  int // -1: none
	focused  bool
	laidOut  bool      // had a size once
	view     *rowsView // nil until shown
}

// NewRows makes a list.
func NewRows(p RowsParams) *Rows {
	r := &Rows{params: p, bar: scroll.NewVertical(), selected: -1, hovered: -1}
	r.bar.OnScroll = func(position float64) { r.position.SetFraction(position); r.moved(true) }
	r.bar.OnPage = func(direction int) {
		r.moved(r.position.By(float32(direction*r.position.Page()) * theme.RowHeight))
	}
	r.ExtendBaseWidget(r)
	return r
}

// Selected is the selected row, -1 when there is none.
func (r *Rows) Selected() int { return r.selected }

// Select selects a row, brings it into view and tells OnSelect when it is another row than
// before. A row outside the list, such as -1, selects nothing.
func (r *Rows) Select(row int) {
	before := r.selected
	r.Mark(row)
	if r.selected >= 0 {
		r.position.Show(r.selected)
	}
	r.Refresh()
	if r.selected != before && r.params.OnSelect != nil {
		r.params.OnSelect(r.selected)
	}
}

// Mark selects a row without scrolling to it and without telling OnSelect: for a list whose
// rows moved under the selection. It is seen from the next Refresh on.
func (r *Rows) Mark(row int) {
	if row < 0 || row >= r.params.Length() {
		row = -1
	}
	r.selected = row
}

// Inserted says that n rows came in before row at: the selection stays with its row, and the
// rows in view stay where they are unless the list stands at its top.
func (r *Rows) Inserted(at, n int) {
	if r.selected >= at {
		r.selected += n
	}
	top, offset := r.position.Top()
	r.measure()
	if at <= top && (top > 0 || offset > 0) {
		r.position.By(float32(n) * theme.RowHeight)
	}
	r.Refresh()
}

// ScrollToTop shows the first row.
func (r *Rows) ScrollToTop() {
	r.position.SetFraction(0)
	r.Refresh()
}

// RefreshRow draws one row again, when it is in view.
func (r *Rows) RefreshRow(row int) {
	if r.view != nil {
		r.view.refreshRow(row)
	}
}

// Refresh draws the list again and takes in its new length. A selected row that is no longer
// there is not selected any more; OnSelect is not told of what the caller did itself.
func (r *Rows) Refresh() {
	r.measure()
	if length := r.params.Length(); r.selected >= length {
		r.selected = -1
	}
	r.BaseWidget.Refresh()
}

// measure tells the position how long the list is and how high it is shown.
func (r *Rows) measure() {
	r.position.Set(r.params.Length(), theme.RowHeight, r.bodyHeight())
}

func (r *Rows) bodyHeight() float32 {
	return max(r.Size().Height-theme.RowHeight, 0)
}

// moved draws the rows at a new position.
func (r *Rows) moved(changed bool) {
	if changed && r.view != nil {
		r.view.fill()
	}
}

// MinSize is a few rows under the header.
func (r *Rows) MinSize() fyne.Size {
	var width float32
	for _, c := range r.params.Columns {
		width += min(c.Width, 2*theme.LabelWidth)
	}
	return fyne.NewSize(min(width, 2*theme.LabelWidth), 3*theme.RowHeight)
}
