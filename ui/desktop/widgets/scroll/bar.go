package scroll

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// Bar is a scroll bar. Its owner tells it where the view stands with Set and is told through
// OnScroll where the person wants it.
type Bar struct {
	widget.BaseWidget

	OnScroll func(position float64) // a share, 0 to 1
	OnPage   func(direction int)    // a click beside the thumb: -1 up or left, 1 down or right

	horizontal bool
	position   float64 // share that is before the view
	extent     float64 // share in view; 1 hides the thumb
	grabbed    bool
	grabbedAt  float32 // distance from the thumb's start to where it was caught
}

// NewVertical makes the bar for the right edge of a view.
func NewVertical() *Bar { return newBar(false) }

// NewHorizontal makes the bar for the lower edge of a view.
func NewHorizontal() *Bar { return newBar(true) }

func newBar(horizontal bool) *Bar {
	b := &Bar{horizontal: horizontal, extent: 1}
	b.ExtendBaseWidget(b)
	return b
}

// Set moves the thumb: the share that is before the view and the share in view.
func (b *Bar) Set(position, extent float64) {
	if b.position == position && b.extent == extent {
		return
	}
	b.position, b.extent = position, extent
	b.Refresh()
}

// MouseDown catches the thumb, or pages when it is beside it.
func (b *Bar) MouseDown(e *desktop.MouseEvent) {
	at := b.along(e.Position)
	start, length := b.thumb()
	switch {
	case b.extent >= 1:
	case at >= start && at < start+length:
		b.grabbed, b.grabbedAt = true, at-start
	case b.OnPage != nil && at < start:
		b.OnPage(-1)
	case b.OnPage != nil:
		b.OnPage(1)
	}
}

// MouseUp lets the thumb go.
func (b *Bar) MouseUp(*desktop.MouseEvent) { b.grabbed = false }

// Dragged moves the view with the thumb.
func (b *Bar) Dragged(e *fyne.DragEvent) {
	_, length := b.thumb()
	track := b.length() - length
	if !b.grabbed || track <= 0 || b.OnScroll == nil {
		return
	}
	share := float64((b.along(e.Position) - b.grabbedAt) / track)
	b.OnScroll(min(max(share, 0), 1))
}

// DragEnd lets the thumb go.
func (b *Bar) DragEnd() { b.grabbed = false }

// MinSize is the bar's width; its length is the owner's business.
func (b *Bar) MinSize() fyne.Size {
	return fyne.NewSquareSize(theme.ScrollWidth)
}

func (b *Bar) along(p fyne.Position) float32 {
	if b.horizontal {
		return p.X
	}
	return p.Y
}

func (b *Bar) length() float32 {
	if b.horizontal {
		return b.Size().Width
	}
	return b.Size().Height
}

// thumb gives where the thumb starts and how long it is.
func (b *Bar) thumb() (start, length float32) {
	whole := b.length()
	length = min(max(whole*float32(b.extent), theme.ThumbMin), whole)
	return (whole - length) * float32(min(max(b.position, 0), 1)), length
}

// CreateRenderer is for Fyne.
func (b *Bar) CreateRenderer() fyne.WidgetRenderer {
	thumb := canvas.NewRectangle(theme.Color(theme.Thumb))
	thumb.CornerRadius = theme.Radius
	r := &barRenderer{bar: b, thumb: thumb}
	r.Layout(b.Size())
	return r
}

type barRenderer struct {
	bar   *Bar
	thumb *canvas.Rectangle
}

func (r *barRenderer) Layout(size fyne.Size) {
	start, length := r.bar.thumb()
	inset := theme.LineWidth * 2
	if r.bar.horizontal {
		r.thumb.Move(fyne.NewPos(start, inset))
		r.thumb.Resize(fyne.NewSize(length, size.Height-2*inset))
	} else {
		r.thumb.Move(fyne.NewPos(inset, start))
		r.thumb.Resize(fyne.NewSize(size.Width-2*inset, length))
	}
	r.thumb.Hidden = r.bar.extent >= 1
}

func (r *barRenderer) Refresh() {
	r.thumb.FillColor = theme.Color(theme.Thumb)
	r.Layout(r.bar.Size())
	canvas.Refresh(r.thumb)
}

func (r *barRenderer) MinSize() fyne.Size           { return r.bar.MinSize() }
func (r *barRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.thumb} }
func (r *barRenderer) Destroy()                     {}

var (
	_ desktop.Mouseable = (*Bar)(nil)
	_ fyne.Draggable    = (*Bar)(nil)
)
