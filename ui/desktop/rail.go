package desktop

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
)

const (
	railWidth = theme.RailIcon + 6*theme.Pad // the longest word, "Exchanges", fits at the small size
	railMark  = theme.Gap                    // the bar at the edge of the place in front
)

// rail is the column of places at the left edge.
type rail struct {
	items []*railItem
	panel fyne.CanvasObject
}

// newRail makes the rail; choose is called with the index of the place that was pressed.
func newRail(places []place.Place, choose func(int)) *rail {
	r := &rail{}
	column := container.New(layout.NewCustomPaddedVBoxLayout(0))
	for i, p := range places {
		item := newRailItem(p.Title(), p.Icon(), func() { choose(i) })
		item.move = func(step int) {
			if to := i + step; to >= 0 && to < len(r.items) {
				focus(r.items[to])
			}
		}
		r.items = append(r.items, item)
		column.Add(item)
	}
	r.panel = newSurface(column)
	return r
}

// mark shows which place is in front.
func (r *rail) mark(front int) {
	for i, item := range r.items {
		if selected := i == front; item.selected != selected {
			item.selected = selected
			item.Refresh()
		}
	}
}

// focus gives the keys to an object of any canvas.
func focus(o interface {
	fyne.CanvasObject
	fyne.Focusable
}) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil {
		c.Focus(o)
	}
}

// railItem is one place: its icon with the word below. It takes clicks, and with the keys on
// it Space and Enter; the arrows go to its neighbours.
type railItem struct {
	widget.BaseWidget
	title    string
	icon     fyne.Resource
	press    func()
	move     func(step int)
	selected bool
	focused  bool
	hovered  bool
}

func newRailItem(title string, icon fyne.Resource, press func()) *railItem {
	i := &railItem{title: title, icon: icon, press: press}
	i.ExtendBaseWidget(i)
	return i
}

func (i *railItem) Tapped(*fyne.PointEvent) { i.press() }

func (i *railItem) FocusGained()   { i.focused = true; i.Refresh() }
func (i *railItem) FocusLost()     { i.focused = false; i.Refresh() }
func (i *railItem) TypedRune(rune) {}

func (i *railItem) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		i.press()
	case fyne.KeyUp:
		i.move(-1)
	case fyne.KeyDown:
		i.move(1)
	}
}

func (i *railItem) MouseIn(*desktop.MouseEvent)    { i.hovered = true; i.Refresh() }
func (i *railItem) MouseMoved(*desktop.MouseEvent) {}
func (i *railItem) MouseOut()                      { i.hovered = false; i.Refresh() }

// CreateRenderer draws the item.
func (i *railItem) CreateRenderer() fyne.WidgetRenderer {
	r := &railItemRenderer{
		item:  i,
		back:  canvas.NewRectangle(theme.Color(theme.Surface)),
		mark:  canvas.NewRectangle(theme.Color(theme.Accent)),
		image: canvas.NewImageFromResource(i.icon),
		word:  canvas.NewText(i.title, theme.Color(theme.Muted)),
	}
	r.image.FillMode = canvas.ImageFillContain
	r.word.Alignment = fyne.TextAlignCenter
	r.word.TextSize = theme.SmallSize
	r.back.StrokeWidth = theme.FocusWidth
	r.Refresh()
	r.Layout(i.Size())
	return r
}

type railItemRenderer struct {
	item  *railItem
	back  *canvas.Rectangle
	mark  *canvas.Rectangle
	image *canvas.Image
	word  *canvas.Text
}

func (r *railItemRenderer) Destroy() {}

func (r *railItemRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.mark, r.image, r.word}
}

func (r *railItemRenderer) MinSize() fyne.Size {
	word := r.word.MinSize()
	return fyne.NewSize(railWidth, theme.RailIcon+theme.Gap+word.Height+2*theme.Pad)
}

func (r *railItemRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.mark.Resize(fyne.NewSize(railMark, size.Height))
	r.image.Move(fyne.NewPos((size.Width-theme.RailIcon)/2, theme.Pad))
	r.image.Resize(fyne.NewSize(theme.RailIcon, theme.RailIcon))
	r.word.Move(fyne.NewPos(0, theme.Pad+theme.RailIcon+theme.Gap))
	r.word.Resize(fyne.NewSize(size.Width, r.word.MinSize().Height))
}

// Refresh reads the state and the colours of the present theme.
func (r *railItemRenderer) Refresh() {
	back, word, tint := theme.Surface, theme.Muted, theme.Muted
	switch {
	case r.item.selected:
		back, word, tint = theme.Selected, theme.Text, theme.Accent
	case r.item.hovered:
		back, word, tint = theme.Hover, theme.Text, theme.Text
	}
	r.back.FillColor = theme.Color(back)
	r.back.StrokeColor = theme.Color(back)
	if r.item.focused {
		r.back.StrokeColor = theme.Color(theme.Accent)
	}
	r.mark.FillColor = theme.Color(theme.Accent)
	r.mark.Hidden = !r.item.selected
	r.image.Resource = r.item.icon
	if icon, ok := r.item.icon.(theme.Icon); ok {
		r.image.Resource = icon.In(tint)
	}
	r.image.Refresh()
	r.word.Color = theme.Color(word)
	r.word.TextStyle.Bold = r.item.selected
	canvas.Refresh(r.item)
}

var (
	_ fyne.Tappable     = (*railItem)(nil)
	_ fyne.Focusable    = (*railItem)(nil)
	_ desktop.Hoverable = (*railItem)(nil)
)
