package editor

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/alecthomas/chroma/v2"

	"connect-workbench/ui/desktop/editor/buffer"
	"connect-workbench/ui/desktop/theme"
)

// view draws an Editor: a pool of lines, each of which remembers what it shows, so that a key
// touches one of them. There is no ground behind the text; the window's shows through.
type view struct {
	editor *Editor

	current *canvas.Rectangle // behind the caret's line
	border  *canvas.Rectangle // between line numbers and text
	caret   *canvas.Rectangle
	lines   []*lineView
	objects []fyne.CanvasObject
	grown   bool // a line got more objects: list them anew

	cell       fyne.Size // of one character
	gutter     float32   // width of the line numbers
	generation int       // counts changes of theme and language
	colors     map[chroma.TokenType]color.Color
}

// CreateRenderer is for Fyne, which throws the renderers of widgets away that were out of sight for
// a minute, makes new ones, and lays out only what got another size: a view lays itself out.
func (e *Editor) CreateRenderer() fyne.WidgetRenderer {
	v := &view{
		editor:  e,
		current: canvas.NewRectangle(color.Transparent),
		border:  canvas.NewRectangle(color.Transparent),
		caret:   canvas.NewRectangle(color.Transparent),
		colors:  make(map[chroma.TokenType]color.Color),
	}
	e.view = v
	v.restyle()
	v.Layout(e.Size())
	return v
}

// measuredCells is over how many characters the width of one is measured, because a single
// one is rounded.
const measuredCells = 64

// restyle takes colours and sizes in again, after a change of theme or scale.
func (v *view) restyle() {
	v.generation++
	clear(v.colors)
	size := fyne.MeasureText(strings.Repeat("M", measuredCells), theme.TextSize, monospace())
	v.cell = fyne.NewSize(size.Width/measuredCells, size.Height)
	v.current.FillColor = theme.Color(theme.Hover)
	v.border.FillColor = theme.Color(theme.Line)
	v.caret.FillColor = theme.Color(theme.Text)
}

// Layout is called when the editor got another size.
func (v *view) Layout(size fyne.Size) {
	e := v.editor
	e.vertical.Move(fyne.NewPos(size.Width-theme.ScrollWidth, 0))
	e.vertical.Resize(fyne.NewSize(theme.ScrollWidth, size.Height))
	e.finder.layout(size)
	e.measure()
	if !e.laidOut && !size.IsZero() { // the caret may have been placed before there was a view to show it in
		e.laidOut = true
		e.lines.Center(e.text.Caret().Line)
		e.showCaret()
	}
	v.fill()
}

// columns is how many whole cells of text are in view.
func (v *view) columns() int {
	width := v.editor.Size().Width - v.textX() - theme.ScrollWidth
	if width <= 0 || v.cell.Width <= 0 {
		return 0
	}
	return int(width / v.cell.Width)
}

// textX is where the text's first visible cell begins.
func (v *view) textX() float32 { return v.gutter + theme.Pad }

// columnX is where a cell of the text is drawn.
func (v *view) columnX(column int) float32 {
	return v.textX() + float32(column-v.editor.column)*v.cell.Width
}

// fill brings all lines in view up to date and asks for a frame.
func (v *view) fill() {
	e := v.editor
	v.gutter = v.gutterWidth()
	top, _ := e.lines.Top()
	visible := min(e.lines.Visible()+1, e.text.Lines()-top) // one more, behind the lower bar
	for len(v.lines) < visible {
		v.lines = append(v.lines, newLineView())
		v.grown = true
	}
	for i, line := range v.lines {
		if i < visible {
			line.show(v, top+i, e.lines.Y(top+i))
		} else {
			line.hide()
		}
	}
	e.assist.list.place(v)
	e.assist.card.place(v, &e.assist.list)
	if v.grown || v.objects == nil {
		v.list()
	}
	v.placeCaret()
	v.placeBars()
	v.repaint()
}

// gutterWidth has room for the highest line number and, where text is edited, for the icon of
// a problem; for three digits at least, so that it does not grow while a new file is written.
func (v *view) gutterWidth() float32 {
	e := v.editor
	digits := len(strconv.Itoa(e.text.Lines()))
	if e.readOnly {
		return float32(digits)*v.cell.Width + 3*theme.Gap
	}
	return float32(max(digits, 3))*v.cell.Width + theme.IconSize + 2*theme.Gap
}

// repaint asks for a frame. It names the caret only: naming the editor would make Fyne build
// the picture of every mark again.
func (v *view) repaint() { canvas.Refresh(v.caret) }

func (v *view) placeBars() {
	e := v.editor
	size := e.Size()
	v.border.Move(fyne.NewPos(v.gutter, 0))
	v.border.Resize(fyne.NewSize(theme.LineWidth, size.Height))
	position, extent := e.lines.Fraction()
	e.vertical.Set(position, extent)

	spare, shown := e.spareColumns(), v.columns()
	e.across.Hidden = spare == 0 || shown == 0
	if e.across.Hidden {
		return
	}
	e.across.Move(fyne.NewPos(v.gutter, size.Height-theme.ScrollWidth))
	e.across.Resize(fyne.NewSize(max(size.Width-v.gutter-theme.ScrollWidth, 0), theme.ScrollWidth))
	e.across.Set(float64(e.column)/float64(spare), float64(shown)/float64(spare+shown))
}

// placeCaret puts the caret and the mark of its line where they belong, or hides them.
func (v *view) placeCaret() {
	e := v.editor
	at := e.text.Caret()
	y := e.lines.Y(at.Line)
	top, _ := e.lines.Top()
	inView := at.Line >= top && at.Line <= top+e.lines.Visible()

	v.current.Hidden = !inView || e.readOnly && !e.focused
	v.current.Move(fyne.NewPos(v.gutter+theme.LineWidth, y))
	v.current.Resize(fyne.NewSize(max(e.Size().Width-v.gutter-theme.LineWidth, 0), theme.SourceLine))

	column := e.text.Column(at)
	v.caret.Hidden = !inView || !e.focused || !e.blink.on || column < e.column
	x := float32(math.Round(float64(v.columnX(column))))
	v.caret.Move(fyne.NewPos(x, y+(theme.SourceLine-v.cell.Height)/2))
	v.caret.Resize(fyne.NewSize(theme.CaretWidth, v.cell.Height))
}

// list names all objects in drawing order: grounds, text, marks, caret, bars, search field.
func (v *view) list() {
	v.objects = append(v.objects[:0], v.current)
	for _, line := range v.lines {
		v.objects = line.appendGrounds(v.objects)
	}
	for _, line := range v.lines {
		v.objects = line.appendInk(v.objects)
	}
	v.objects = append(v.objects, v.border, v.caret, v.editor.vertical, v.editor.across, v.editor.finder.panel)
	v.objects = v.editor.assist.list.append(v.objects)
	v.objects = v.editor.assist.card.layer.append(v.objects)
	v.grown = false
}

func (v *view) color(t chroma.TokenType) color.Color {
	c, ok := v.colors[t]
	if !ok {
		c = theme.SyntaxColor(t)
		v.colors[t] = c
	}
	return c
}

// pointed gives the place in the text at a point of the widget.
func (v *view) pointed(p fyne.Position) buffer.Pos {
	e := v.editor
	line := e.lines.At(p.Y)
	switch {
	case line < 0:
		return buffer.Pos{}
	case line >= e.text.Lines():
		return buffer.Pos{Line: e.text.Lines() - 1, Byte: len(e.text.Line(e.text.Lines() - 1))}
	}
	column := e.column + int(math.Round(float64((p.X-v.textX())/v.cell.Width)))
	return buffer.Pos{Line: line, Byte: e.text.ByteAt(line, max(column, 0))}
}

// Refresh takes in a new theme and state.
func (v *view) Refresh() {
	v.restyle()
	v.editor.measure()
	v.editor.vertical.Refresh()
	v.editor.across.Refresh()
	v.editor.finder.panel.Refresh()
	v.fill()
}

func (v *view) MinSize() fyne.Size           { return v.editor.MinSize() }
func (v *view) Objects() []fyne.CanvasObject { return v.objects }
func (v *view) Destroy()                     { v.editor.blink.stop(); v.editor.assist.rest.stop() }
