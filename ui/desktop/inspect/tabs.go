package inspect

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// Tab is one pane of Tabs.
type Tab struct {
	Title   string
	Content fyne.CanvasObject
}

// Tabs shows one of several panes under a line of their titles. Unlike Fyne's own its line is
// one pixel, as between all panes, and it has no pictures and no motion. The titles are reached
// with Tab; Left and Right go from one to the next.
type Tabs struct {
	widget.BaseWidget

	heads    []*tabHead
	contents []fyne.CanvasObject
	selected int
}

// NewTabs makes the line of titles with the first pane shown.
func NewTabs(tabs ...Tab) *Tabs {
	t := &Tabs{}
	for i, tab := range tabs {
		t.heads = append(t.heads, newTabHead(t, i, tab.Title))
		t.contents = append(t.contents, tab.Content)
	}
	t.Select(0)
	t.ExtendBaseWidget(t)
	return t
}

// Select shows a pane by its place in the line.
func (t *Tabs) Select(i int) {
	t.selected = i
	for j, content := range t.contents {
		setVisible(content, j == i)
		t.heads[j].Refresh()
	}
	t.Refresh()
}

// Selected is the place in the line of the pane that is shown.
func (t *Tabs) Selected() int { return t.selected }

// SetTitle changes the title of a pane.
func (t *Tabs) SetTitle(i int, title string) {
	if t.heads[i].title != title {
		t.heads[i].title = title
		t.heads[i].Refresh()
		t.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (t *Tabs) CreateRenderer() fyne.WidgetRenderer {
	r := &tabsRenderer{tabs: t, line: canvas.NewRectangle(theme.Color(theme.Line))}
	r.Layout(t.Size())
	return r
}

type tabsRenderer struct {
	tabs *Tabs
	line *canvas.Rectangle
}

func (r *tabsRenderer) Layout(size fyne.Size) {
	x := float32(0)
	for _, head := range r.tabs.heads {
		width := head.MinSize().Width
		head.Move(fyne.NewPos(x, 0))
		head.Resize(fyne.NewSize(width, theme.RowHeight))
		x += width
	}
	r.line.Move(fyne.NewPos(0, theme.RowHeight))
	r.line.Resize(fyne.NewSize(size.Width, theme.LineWidth))
	top := theme.RowHeight + theme.LineWidth
	for _, content := range r.tabs.contents {
		content.Move(fyne.NewPos(0, top))
		content.Resize(fyne.NewSize(size.Width, max(size.Height-top, 0)))
	}
}

func (r *tabsRenderer) MinSize() fyne.Size {
	var size fyne.Size
	for _, content := range r.tabs.contents {
		size = size.Max(content.MinSize())
	}
	return size.AddWidthHeight(0, theme.RowHeight+theme.LineWidth)
}

func (r *tabsRenderer) Refresh() {
	r.line.FillColor = theme.Color(theme.Line)
	r.Layout(r.tabs.Size())
	canvas.Refresh(r.tabs)
}

func (r *tabsRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.line}
	for i, head := range r.tabs.heads {
		objects = append(objects, head, r.tabs.contents[i])
	}
	return objects
}

func (r *tabsRenderer) Destroy() {}

// tabHead is the title of one pane.
type tabHead struct {
	widget.BaseWidget

	tabs    *Tabs
	index   int
	title   string
	hovered bool
	focused bool
}

func newTabHead(t *Tabs, index int, title string) *tabHead {
	h := &tabHead{tabs: t, index: index, title: title}
	h.ExtendBaseWidget(h)
	return h
}

// Tapped shows the pane.
func (h *tabHead) Tapped(*fyne.PointEvent) { h.tabs.Select(h.index) }

// TypedKey goes along the line of titles, or shows the pane.
func (h *tabHead) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		h.step(-1)
	case fyne.KeyRight:
		h.step(1)
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		h.tabs.Select(h.index)
	}
}

func (h *tabHead) step(by int) {
	next := h.index + by
	if next < 0 || next >= len(h.tabs.heads) {
		return
	}
	h.tabs.Select(next)
	if c := fyne.CurrentApp().Driver().CanvasForObject(h); c != nil {
		c.Focus(h.tabs.heads[next])
	}
}

// TypedRune does nothing: titles are not typed at.
func (h *tabHead) TypedRune(rune) {}

// FocusGained shows where the keys go.
func (h *tabHead) FocusGained() { h.focused = true; h.Refresh() }

// FocusLost hides it.
func (h *tabHead) FocusLost() { h.focused = false; h.Refresh() }

// MouseIn shows that the title can be pressed.
func (h *tabHead) MouseIn(*desktop.MouseEvent) { h.hovered = true; h.Refresh() }

// MouseMoved does nothing.
func (h *tabHead) MouseMoved(*desktop.MouseEvent) {}

// MouseOut shows an ordinary title again.
func (h *tabHead) MouseOut() { h.hovered = false; h.Refresh() }

// CreateRenderer is for Fyne.
func (h *tabHead) CreateRenderer() fyne.WidgetRenderer {
	r := &tabHeadRenderer{head: h, text: canvas.NewText("", color.Transparent), mark: canvas.NewRectangle(color.Transparent)}
	r.text.Alignment = fyne.TextAlignCenter
	r.show()
	r.Layout(h.Size())
	return r
}

type tabHeadRenderer struct {
	head *tabHead
	text *canvas.Text
	mark *canvas.Rectangle // below the title of the pane that is shown
}

func (r *tabHeadRenderer) show() {
	h := r.head
	chosen := h.tabs.selected == h.index
	r.text.Text, r.text.TextSize = h.title, theme.TextSize
	r.text.TextStyle.Bold = chosen
	name := theme.Muted
	if chosen || h.hovered || h.focused {
		name = theme.Text
	}
	r.text.Color = theme.Color(name)
	r.mark.Hidden = !chosen && !h.focused
	r.mark.FillColor = theme.Color(theme.Muted)
	if chosen {
		r.mark.FillColor = theme.Color(theme.Accent)
	}
}

func (r *tabHeadRenderer) Layout(size fyne.Size) {
	r.text.Resize(size)
	height := theme.FocusWidth
	if r.head.focused {
		height *= 2
	}
	r.mark.Move(fyne.NewPos(theme.Pad, size.Height-height))
	r.mark.Resize(fyne.NewSize(max(size.Width-2*theme.Pad, 0), height))
}

// MinSize is that of the bold title, so that nothing moves when another pane is shown.
func (r *tabHeadRenderer) MinSize() fyne.Size {
	width := fyne.MeasureText(r.head.title, theme.TextSize, fyne.TextStyle{Bold: true}).Width
	return fyne.NewSize(width+2*theme.Pad, theme.RowHeight)
}

func (r *tabHeadRenderer) Refresh() {
	r.show()
	r.Layout(r.head.Size())
	canvas.Refresh(r.head)
}

func (r *tabHeadRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.text, r.mark}
}

func (r *tabHeadRenderer) Destroy() {}

var (
	_ fyne.Tappable     = (*tabHead)(nil)
	_ fyne.Focusable    = (*tabHead)(nil)
	_ desktop.Hoverable = (*tabHead)(nil)
)
