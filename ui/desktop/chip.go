package desktop

import (
	"cmp"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// chip is a quiet button of the bars: an icon and a word that look like text until the pointer
// or the keys are on them. Fyne's own buttons are bold, and a bar of them would shout.
type chip struct {
	widget.BaseWidget
	icon    fyne.Resource
	word    string
	color   fyne.ThemeColorName // of the word; "" is theme.Text
	press   func()
	hovered bool
	focused bool
}

func newChip(icon fyne.Resource, word string, press func()) *chip {
	c := &chip{icon: icon, word: word, press: press}
	c.ExtendBaseWidget(c)
	return c
}

// set shows another icon and word.
func (c *chip) set(icon fyne.Resource, word string) {
	c.icon, c.word = icon, word
	c.Refresh()
}

func (c *chip) Tapped(*fyne.PointEvent)        { c.press() }
func (c *chip) FocusGained()                   { c.focused = true; c.Refresh() }
func (c *chip) FocusLost()                     { c.focused = false; c.Refresh() }
func (c *chip) TypedRune(rune)                 {}
func (c *chip) MouseIn(*desktop.MouseEvent)    { c.hovered = true; c.Refresh() }
func (c *chip) MouseMoved(*desktop.MouseEvent) {}
func (c *chip) MouseOut()                      { c.hovered = false; c.Refresh() }

func (c *chip) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		c.press()
	}
}

// CreateRenderer draws the chip.
func (c *chip) CreateRenderer() fyne.WidgetRenderer {
	r := &chipRenderer{
		chip:  c,
		back:  canvas.NewRectangle(color.Transparent),
		image: canvas.NewImageFromResource(c.icon),
		text:  canvas.NewText("", theme.Color(theme.Text)),
	}
	r.back.CornerRadius = theme.Radius
	r.image.FillMode = canvas.ImageFillContain
	r.text.TextSize = theme.TextSize
	r.show()
	r.Layout(c.Size())
	return r
}

type chipRenderer struct {
	chip  *chip
	back  *canvas.Rectangle
	image *canvas.Image
	text  *canvas.Text
}

func (r *chipRenderer) show() {
	r.text.Text = r.chip.word
	r.text.Color = theme.Color(cmp.Or(r.chip.color, theme.Text))
	r.image.Resource = r.chip.icon
	r.back.FillColor = color.Transparent
	if r.chip.hovered {
		r.back.FillColor = theme.Color(theme.Hover)
	}
	r.back.StrokeColor, r.back.StrokeWidth = color.Transparent, 0
	if r.chip.focused {
		r.back.StrokeColor, r.back.StrokeWidth = theme.Color(theme.Accent), theme.FocusWidth
	}
}

func (r *chipRenderer) MinSize() fyne.Size {
	text := r.text.MinSize()
	return fyne.NewSize(theme.IconSize+3*theme.Gap+theme.Gap+text.Width, max(text.Height+theme.Pad, theme.RowHeight))
}

func (r *chipRenderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.image.Move(fyne.NewPos(theme.Gap, (size.Height-theme.IconSize)/2))
	r.image.Resize(fyne.NewSquareSize(theme.IconSize))
	left := theme.IconSize + 2*theme.Gap
	r.text.Move(fyne.NewPos(left, 0))
	r.text.Resize(fyne.NewSize(max(size.Width-left, 0), size.Height))
}

func (r *chipRenderer) Refresh() {
	r.show()
	r.image.Refresh()
	r.Layout(r.chip.Size())
	canvas.Refresh(r.chip)
}

func (r *chipRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.back, r.image, r.text}
}
func (r *chipRenderer) Destroy() {}

// surface puts content on the colour of bars.
type surface struct {
	widget.BaseWidget
	content fyne.CanvasObject
}

func newSurface(content fyne.CanvasObject) *surface {
	s := &surface{content: content}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer draws the ground and what is on it.
func (s *surface) CreateRenderer() fyne.WidgetRenderer {
	r := &surfaceRenderer{of: s, ground: canvas.NewRectangle(theme.Color(theme.Surface))}
	r.Layout(s.Size())
	return r
}

type surfaceRenderer struct {
	of     *surface
	ground *canvas.Rectangle
}

func (r *surfaceRenderer) MinSize() fyne.Size { return r.of.content.MinSize() }

func (r *surfaceRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	r.of.content.Resize(size)
}

func (r *surfaceRenderer) Refresh() {
	r.ground.FillColor = theme.Color(theme.Surface)
	r.of.content.Refresh()
	canvas.Refresh(r.of)
}

func (r *surfaceRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.of.content}
}
func (r *surfaceRenderer) Destroy() {}

var (
	_ fyne.Tappable     = (*chip)(nil)
	_ fyne.Focusable    = (*chip)(nil)
	_ desktop.Hoverable = (*chip)(nil)
)
