package desktop

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
)

// commandBox is a layer over the window that finds a command by typing some of its words.
// Enter runs the first one found, Up and Down choose another, a click runs what is clicked,
// Escape closes.
type commandBox struct {
	window  *Window
	popup   *widget.PopUp
	groups  []group
	found   []match
	byArrow bool // the selection moves by the arrow keys, which must not run anything
	query   *boxEntry
	list    *widgets.Rows
	nothing fyne.CanvasObject // instead of the list when no command has the words
}

// boxRows is how many commands the box shows at once.
const boxRows = 14

func (w *Window) openCommandBox() {
	if w.box != nil || w.closing {
		return
	}
	b := &commandBox{window: w, groups: w.commands()}
	b.query = newBoxEntry(b)
	b.list = widgets.NewRows(widgets.RowsParams{
		Columns: []widgets.Column{
			{Title: "Place", Width: theme.LabelWidth},
			{Title: "Command", Flex: 1},
			{Title: "Key", Width: theme.LabelWidth, Align: widgets.Trailing},
		},
		Length:     func() int { return len(b.found) },
		Cell:       b.cell,
		OnSelect:   b.selected,
		OnActivate: b.run,
	})
	b.nothing = widgets.NewEmpty(theme.IconSearch, "No such command", "Every command of the menus is here; a few letters of its words will do.", "", nil)
	b.search("")

	canvas := w.win.Canvas()
	room := canvas.Size()
	size := fyne.NewSize(min(1.5*theme.TextPane, room.Width-4*theme.Pad),
		min((boxRows+2)*theme.RowHeight, room.Height-4*theme.BarHeight))
	b.popup = widget.NewPopUp(container.New(
		layout.NewCustomPaddedLayout(theme.Gap, theme.Gap, theme.Gap, theme.Gap),
		container.NewBorder(b.query, nil, nil, nil, container.NewStack(b.list, b.nothing))), canvas)
	b.popup.Resize(size)
	b.popup.ShowAtPosition(fyne.NewPos((room.Width-size.Width)/2, 2*theme.BarHeight))
	canvas.Focus(b.query)
	w.box = b
}

func (w *Window) closeCommandBox() {
	if w.box != nil {
		w.box.popup.Hide()
		w.box = nil
	}
}

func (b *commandBox) cell(row, column int) widgets.Cell {
	m := b.found[row]
	switch column {
	case 0:
		return widgets.Cell{Text: m.Group, Color: theme.Muted}
	case 1:
		return widgets.Cell{Text: m.Title, Bold: row == b.next()}
	default:
		return widgets.Cell{Text: keyText(m.Shortcut), Color: theme.Muted}
	}
}

// next is the row that Enter would run.
func (b *commandBox) next() int { return max(0, b.list.Selected()) }

func (b *commandBox) search(query string) {
	b.found = find(b.groups, query)
	b.list.Mark(-1)
	b.list.ScrollToTop()
	if len(b.found) == 0 {
		b.list.Hide()
		b.nothing.Show()
	} else {
		b.nothing.Hide()
		b.list.Show()
	}
}

func (b *commandBox) step(by int) {
	b.byArrow = true
	b.list.Select(min(max(b.next()+by, 0), len(b.found)-1))
	b.byArrow = false
}

func (b *commandBox) selected(row int) {
	if !b.byArrow {
		b.run(row)
	}
}

func (b *commandBox) run(row int) {
	if row < 0 || row >= len(b.found) {
		return
	}
	b.window.closeCommandBox()
	b.found[row].Run()
}

// boxEntry is the command box's entry: it hears the keys that are for the list.
type boxEntry struct {
	widget.Entry
	box *commandBox
}

func newBoxEntry(b *commandBox) *boxEntry {
	e := &boxEntry{box: b}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = "Find a command"
	e.OnChanged = b.search
	return e
}

// TypedKey gives the list its keys.
func (e *boxEntry) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyEscape:
		e.box.window.closeCommandBox()
	case fyne.KeyUp:
		e.box.step(-1)
	case fyne.KeyDown:
		e.box.step(1)
	case fyne.KeyReturn, fyne.KeyEnter:
		e.box.run(e.box.next())
	default:
		e.Entry.TypedKey(key)
	}
}
