package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// Bar is a line of controls on the surface colour with a line below it. Objects stand side by
// side at their least width; a layout.NewSpacer takes up the rest, and so does the object given
// to Stretch.
type Bar struct {
	widget.BaseWidget
	objects []fyne.CanvasObject
	stretch fyne.CanvasObject
}

// NewBar makes a bar.
func NewBar(objects ...fyne.CanvasObject) *Bar {
	b := &Bar{objects: objects}
	b.ExtendBaseWidget(b)
	return b
}

// Stretch names the object that takes the width the others leave.
func (b *Bar) Stretch(o fyne.CanvasObject) *Bar {
	b.stretch = o
	return b
}

// CreateRenderer is for Fyne.
func (b *Bar) CreateRenderer() fyne.WidgetRenderer {
	r := &barRenderer{bar: b, ground: canvas.NewRectangle(color.Transparent), line: canvas.NewRectangle(color.Transparent)}
	r.color()
	r.Layout(b.Size())
	return r
}

type barRenderer struct {
	bar          *Bar
	ground, line *canvas.Rectangle
}

// spacer is what layout.NewSpacer gives.
type spacer interface{ ExpandHorizontal() bool }

func (r *barRenderer) stretches(o fyne.CanvasObject) bool {
	s, ok := o.(spacer)
	return o == r.bar.stretch || ok && s.ExpandHorizontal()
}

func (r *barRenderer) Layout(size fyne.Size) {
	r.ground.Resize(size)
	r.line.Move(fyne.NewPos(0, size.Height-theme.LineWidth))
	r.line.Resize(fyne.NewSize(size.Width, theme.LineWidth))
	rest := size.Width - r.MinSize().Width
	stretching := 0
	for _, o := range r.bar.objects {
		if o.Visible() && r.stretches(o) {
			stretching++
		}
	}
	x := theme.Pad
	for _, o := range r.bar.objects {
		if !o.Visible() {
			continue
		}
		least := o.MinSize()
		if r.stretches(o) && rest > 0 {
			least.Width += rest / float32(stretching)
		}
		o.Resize(least)
		o.Move(fyne.NewPos(x, (size.Height-theme.LineWidth-least.Height)/2))
		x += least.Width + theme.Gap
	}
}

func (r *barRenderer) MinSize() fyne.Size {
	width, height := 2*theme.Pad, theme.BarHeight
	shown := 0
	for _, o := range r.bar.objects {
		if !o.Visible() {
			continue
		}
		shown++
		width += o.MinSize().Width
		height = max(height, o.MinSize().Height+2*theme.Gap)
	}
	return fyne.NewSize(width+float32(max(shown-1, 0))*theme.Gap, height)
}

func (r *barRenderer) Refresh() {
	r.color()
	r.Layout(r.bar.Size())
	for _, o := range r.bar.objects {
		o.Refresh()
	}
	canvas.Refresh(r.bar)
}

func (r *barRenderer) color() {
	r.ground.FillColor = theme.Color(theme.Surface)
	r.line.FillColor = theme.Color(theme.Line)
}

func (r *barRenderer) Objects() []fyne.CanvasObject {
	return append([]fyne.CanvasObject{r.ground, r.line}, r.bar.objects...)
}

func (r *barRenderer) Destroy() {}
