package editor

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/editor/buffer"
	"connect-workbench/ui/desktop/theme"
)

// finder is the search field in the upper right corner. It is a layer of the editor itself
// rather than a pop-up: a pop-up has a focus of its own and would keep the keys.
type finder struct {
	editor *Editor
	panel  *findPanel
	field  *findField
	count  *widget.Label

	matches []buffer.Range
	fresh   bool // matches are those of the present text and query
}

func newFinder(e *Editor) *finder {
	f := &finder{editor: e, count: widget.NewLabel("")}
	f.count.Importance = widget.LowImportance
	f.field = newFindField(f)
	button := func(icon theme.Icon, do func()) *widget.Button {
		b := widget.NewButtonWithIcon("", icon, do)
		b.Importance = widget.LowImportance
		return b
	}
	f.panel = newFindPanel(container.NewBorder(nil, nil, nil, container.New(layout.NewCustomPaddedHBoxLayout(0), f.count,
		button(theme.IconUp, func() { f.step(false) }),
		button(theme.IconDown, func() { f.step(true) }),
		button(theme.IconClear, func() { f.close() }),
	), f.field))
	return f
}

// query is what is searched for; "" while the field is closed.
func (f *finder) query() string {
	if f.panel.Hidden {
		return ""
	}
	return f.field.Text
}

// open shows the field with what is selected, and sends the keys to it.
func (f *finder) open() {
	if selected := f.editor.text.Selected(); selected != "" && len(selected) <= maxQuery {
		f.field.SetText(selected)
	}
	f.panel.Show()
	f.queryChanged()
	if c := fyne.CurrentApp().Driver().CanvasForObject(f.editor); c != nil {
		c.Focus(f.field)
		f.field.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
}

// maxQuery is the longest selection that is taken for something to search.
const maxQuery = 200

// close hides the field and gives the keys back. It reports whether the field was open.
func (f *finder) close() bool {
	if f.panel.Hidden {
		return false
	}
	f.panel.Hide()
	f.editor.Focus()
	f.editor.draw()
	return true
}

// step goes to the next match after the caret, or to the one before it, around the ends.
func (f *finder) step(forward bool) {
	f.search()
	if len(f.matches) == 0 {
		return
	}
	selected := f.editor.text.Selection()
	target := 0
	if forward {
		for i, m := range f.matches {
			if selected.From.Before(m.From) || selected.Empty() && selected.From == m.From {
				target = i
				break
			}
		}
	} else {
		target = len(f.matches) - 1
		for i, m := range f.matches {
			if !m.From.Before(selected.From) {
				target = (i + len(f.matches) - 1) % len(f.matches)
				break
			}
		}
	}
	f.show(target)
}

func (f *finder) show(i int) {
	e := f.editor
	e.text.SetSelection(f.matches[i])
	e.lines.Center(f.matches[i].From.Line)
	e.showCaret()
	f.count.SetText(fmt.Sprintf("%d of %s", i+1, f.total()))
	e.caretMoved()
}

func (f *finder) total() string {
	if len(f.matches) == buffer.MaxMatches {
		return fmt.Sprintf("%d or more", len(f.matches))
	}
	return fmt.Sprint(len(f.matches))
}

// queryChanged searches as the person types and shows the first match from the caret on.
func (f *finder) queryChanged() {
	f.fresh = false
	f.search()
	switch {
	case f.field.Text == "":
		f.count.SetText("")
	case len(f.matches) == 0:
		f.count.SetText("not found")
	default:
		f.count.SetText(f.total())
		f.editor.text.SetCaret(f.editor.text.Selection().From, false)
		f.step(true)
	}
	f.editor.draw()
}

// textChanged forgets the matches; they are searched again when they are asked for.
func (f *finder) textChanged() { f.fresh = false }

func (f *finder) search() {
	if !f.fresh {
		f.matches, f.fresh = f.editor.text.Find(f.field.Text), true
	}
}

// layout puts the panel into the upper right corner of the editor.
func (f *finder) layout(size fyne.Size) {
	width := min(theme.TextPane, size.Width-theme.ScrollWidth)
	f.panel.Resize(fyne.NewSize(max(width, 0), f.panel.MinSize().Height))
	f.panel.Move(fyne.NewPos(size.Width-theme.ScrollWidth-max(width, 0), 0))
}

// findField is the entry of the search field.
type findField struct {
	widget.Entry
	finder *finder
	shift  bool
}

func newFindField(f *finder) *findField {
	field := &findField{finder: f}
	field.ExtendBaseWidget(field)
	field.PlaceHolder = "Find in text"
	field.OnChanged = func(string) { f.queryChanged() }
	return field
}

// TypedKey goes from match to match with Enter and closes the field with Escape.
func (f *findField) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyEscape:
		f.finder.close()
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyF3, fyne.KeyDown:
		f.finder.step(!f.shift)
	case fyne.KeyUp:
		f.finder.step(false)
	default:
		f.Entry.TypedKey(k)
	}
}

// KeyDown notes that shift is held.
func (f *findField) KeyDown(k *fyne.KeyEvent) {
	f.shift = f.shift || k.Name == desktop.KeyShiftLeft || k.Name == desktop.KeyShiftRight
	f.Entry.KeyDown(k)
}

// KeyUp notes that shift is let go.
func (f *findField) KeyUp(k *fyne.KeyEvent) {
	if k.Name == desktop.KeyShiftLeft || k.Name == desktop.KeyShiftRight {
		f.shift = false
	}
	f.Entry.KeyUp(k)
}

// findPanel is the ground of the search field.
type findPanel struct {
	widget.BaseWidget
	content fyne.CanvasObject
}

func newFindPanel(content fyne.CanvasObject) *findPanel {
	p := &findPanel{content: content}
	p.Hidden = true
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer is for Fyne.
func (p *findPanel) CreateRenderer() fyne.WidgetRenderer {
	ground := canvas.NewRectangle(color.Transparent)
	ground.StrokeWidth = theme.LineWidth
	r := &findPanelRenderer{panel: p, ground: ground}
	r.color()
	r.Layout(p.Size())
	return r
}

type findPanelRenderer struct {
	panel  *findPanel
	ground *canvas.Rectangle
}

func (r *findPanelRenderer) color() {
	r.ground.FillColor = theme.Color(theme.Surface)
	r.ground.StrokeColor = theme.Color(theme.Line)
}

func (r *findPanelRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	r.panel.content.Move(fyne.NewSquareOffsetPos(theme.Gap))
	r.panel.content.Resize(size.SubtractWidthHeight(2*theme.Gap, 2*theme.Gap))
}

func (r *findPanelRenderer) MinSize() fyne.Size {
	return r.panel.content.MinSize().AddWidthHeight(2*theme.Gap, 2*theme.Gap)
}

func (r *findPanelRenderer) Refresh() {
	r.color()
	r.panel.content.Refresh()
	canvas.Refresh(r.panel)
}

func (r *findPanelRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.panel.content}
}

func (r *findPanelRenderer) Destroy() {}
