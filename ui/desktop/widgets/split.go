package widgets

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// Split shows two panes with one line between them, which the person can drag. A hidden pane
// gives its room to the other.
type Split struct {
	widget.BaseWidget

	OnMoved func(offset float64) // the person has let the line go; nil: nobody asks

	horizontal    bool
	offset        float64 // the first pane's share
	first, second fyne.CanvasObject
	line          *splitLine
}

// Orientation says how two panes lie.
type Orientation bool

// The orientations.
const (
	Horizontal Orientation = true  // side by side
	Vertical   Orientation = false // below each other
)

// NewSplit shows two panes; offset is the first one's share, 0 to 1.
func NewSplit(o Orientation, first, second fyne.CanvasObject, offset float64) *Split {
	s := &Split{horizontal: o == Horizontal, offset: offset, first: first, second: second}
	s.line = newSplitLine(s)
	s.ExtendBaseWidget(s)
	return s
}

// Offset is the first pane's share, 0 to 1.
func (s *Split) Offset() float64 { return s.offset }

// SetOffset moves the line.
func (s *Split) SetOffset(offset float64) {
	s.offset = min(max(offset, 0), 1)
	s.Refresh()
}

// drag moves the line to a distance from the split's start.
func (s *Split) drag(to float32) {
	if length := s.length(s.Size()); length > 0 {
		s.SetOffset(float64(to / length))
	}
}

func (s *Split) length(size fyne.Size) float32 {
	if s.horizontal {
		return size.Width
	}
	return size.Height
}

// CreateRenderer is for Fyne.
func (s *Split) CreateRenderer() fyne.WidgetRenderer { return &splitRenderer{split: s} }

type splitRenderer struct{ split *Split }

func (r *splitRenderer) Layout(size fyne.Size) {
	s := r.split
	s.line.Hidden = !s.first.Visible() || !s.second.Visible()
	if s.line.Hidden {
		for _, pane := range []fyne.CanvasObject{s.first, s.second} {
			pane.Move(fyne.NewPos(0, 0))
			pane.Resize(size)
		}
		return
	}
	first := r.firstLength(size)
	second := max(s.length(size)-first-theme.LineWidth, 0)
	grip := first - (theme.Grip-theme.LineWidth)/2
	if s.horizontal {
		s.first.Resize(fyne.NewSize(first, size.Height))
		s.second.Move(fyne.NewPos(first+theme.LineWidth, 0))
		s.second.Resize(fyne.NewSize(second, size.Height))
		s.line.Move(fyne.NewPos(grip, 0))
		s.line.Resize(fyne.NewSize(theme.Grip, size.Height))
	} else {
		s.first.Resize(fyne.NewSize(size.Width, first))
		s.second.Move(fyne.NewPos(0, first+theme.LineWidth))
		s.second.Resize(fyne.NewSize(size.Width, second))
		s.line.Move(fyne.NewPos(0, grip))
		s.line.Resize(fyne.NewSize(size.Width, theme.Grip))
	}
	s.first.Move(fyne.NewPos(0, 0))
}

// firstLength keeps both panes at their least length, as far as there is room for both. It is
// a whole number, so that the line is one sharp pixel.
func (r *splitRenderer) firstLength(size fyne.Size) float32 {
	s := r.split
	all := s.length(size) - theme.LineWidth
	wanted := float32(s.offset) * all
	wanted = min(wanted, all-s.length(s.second.MinSize()))
	wanted = max(wanted, s.length(s.first.MinSize()))
	return float32(math.Ceil(float64(min(max(wanted, 0), max(all, 0)))))
}

func (r *splitRenderer) MinSize() fyne.Size {
	a, b := r.split.first.MinSize(), r.split.second.MinSize()
	if !r.split.first.Visible() {
		a = fyne.Size{}
	}
	if !r.split.second.Visible() {
		b = fyne.Size{}
	}
	if r.split.horizontal {
		return fyne.NewSize(a.Width+b.Width+theme.LineWidth, max(a.Height, b.Height))
	}
	return fyne.NewSize(max(a.Width, b.Width), a.Height+b.Height+theme.LineWidth)
}

func (r *splitRenderer) Refresh() {
	r.Layout(r.split.Size())
	r.split.line.Refresh()
	canvas.Refresh(r.split)
}

func (r *splitRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.split.first, r.split.second, r.split.line}
}

func (r *splitRenderer) Destroy() {}

// splitLine is one pixel to see and a few to catch.
type splitLine struct {
	widget.BaseWidget
	split   *Split
	hovered bool
}

func newSplitLine(s *Split) *splitLine {
	l := &splitLine{split: s}
	l.ExtendBaseWidget(l)
	return l
}

// Dragged moves the line with the pointer.
func (l *splitLine) Dragged(e *fyne.DragEvent) {
	at := l.Position().Add(e.Position)
	if l.split.horizontal {
		l.split.drag(at.X)
	} else {
		l.split.drag(at.Y)
	}
}

// DragEnd tells where the line was left.
func (l *splitLine) DragEnd() {
	if l.split.OnMoved != nil {
		l.split.OnMoved(l.split.offset)
	}
}

// Cursor shows that the line can be moved.
func (l *splitLine) Cursor() desktop.Cursor {
	if l.split.horizontal {
		return desktop.HResizeCursor
	}
	return desktop.VResizeCursor
}

// MouseIn shows that the line can be caught.
func (l *splitLine) MouseIn(*desktop.MouseEvent) { l.hovered = true; l.Refresh() }

// MouseMoved does nothing.
func (l *splitLine) MouseMoved(*desktop.MouseEvent) {}

// MouseOut shows an ordinary line again.
func (l *splitLine) MouseOut() { l.hovered = false; l.Refresh() }

// CreateRenderer is for Fyne.
func (l *splitLine) CreateRenderer() fyne.WidgetRenderer {
	r := &splitLineRenderer{line: l, ink: canvas.NewRectangle(color.Transparent)}
	r.Layout(l.Size())
	return r
}

type splitLineRenderer struct {
	line *splitLine
	ink  *canvas.Rectangle
}

func (r *splitLineRenderer) Layout(size fyne.Size) {
	middle := (theme.Grip - theme.LineWidth) / 2
	if r.line.split.horizontal {
		r.ink.Move(fyne.NewPos(middle, 0))
		r.ink.Resize(fyne.NewSize(theme.LineWidth, size.Height))
	} else {
		r.ink.Move(fyne.NewPos(0, middle))
		r.ink.Resize(fyne.NewSize(size.Width, theme.LineWidth))
	}
	r.color()
}

func (r *splitLineRenderer) color() {
	r.ink.FillColor = theme.Color(theme.Line)
	if r.line.hovered {
		r.ink.FillColor = theme.Color(theme.Accent)
	}
}

func (r *splitLineRenderer) Refresh() {
	r.color()
	canvas.Refresh(r.ink)
}

func (r *splitLineRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(theme.Grip) }
func (r *splitLineRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.ink} }
func (r *splitLineRenderer) Destroy()                     {}

var (
	_ fyne.Draggable     = (*splitLine)(nil)
	_ desktop.Cursorable = (*splitLine)(nil)
	_ desktop.Hoverable  = (*splitLine)(nil)
)
