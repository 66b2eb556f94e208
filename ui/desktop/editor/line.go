package editor

import (
	"image/color"
	"strconv"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/alecthomas/chroma/v2"

	"connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/editor/buffer"
	"connect-workbench/ui/desktop/theme"
)

// lineView draws one line of the text and remembers what it shows.
type lineView struct {
	shown  shown
	number *canvas.Text
	icon   *canvas.Image // the worst problem on the line
	drawn  drawnIcon
	texts  pool[*canvas.Text]
	found  pool[*canvas.Rectangle] // behind what the search found
	chosen *canvas.Rectangle       // behind the selection
	waves  pool[*wave]

	emit func(start, end int, t chroma.TokenType)
	fill filling
}

// shown is what a line looks like; two equal ones need no drawing.
type shown struct {
	number         int
	text           string
	y              float32
	column, width  int
	gutter         float32
	generation     int
	problems       int // revision
	query          string
	selectFrom     int // bytes; equal: nothing is selected
	selectTo       int
	selectsNewline bool
	current        bool
}

// drawnIcon is what the icon shows.
type drawnIcon struct {
	severity   descriptor.Severity
	generation int
}

// filling is the state of laying tokens out, from left to right.
type filling struct {
	view   *view
	text   string
	y      float32
	at     int // byte up to which column is known
	column int
	to     int // byte behind what can be seen
}

func monospace() fyne.TextStyle { return fyne.TextStyle{Monospace: true} }

func newLineView() *lineView {
	l := &lineView{
		shown:  shown{number: -1},
		number: canvas.NewText("", color.Transparent),
		icon:   &canvas.Image{FillMode: canvas.ImageFillContain},
		chosen: canvas.NewRectangle(color.Transparent),
	}
	l.number.TextStyle = monospace()
	l.number.TextSize = theme.SmallSize
	l.number.Alignment = fyne.TextAlignTrailing
	l.icon.Resize(fyne.NewSquareSize(theme.TextSize))
	l.emit = l.token
	return l
}

// show makes the line look like a line of the text at a height of the view.
func (l *lineView) show(v *view, number int, y float32) {
	e := v.editor
	want := shown{
		number: number, text: e.text.Line(number), y: y,
		column: e.column, width: v.columns(), gutter: v.gutter,
		generation: v.generation, problems: e.problems.revision, query: e.finder.query(),
		current: number == e.text.Caret().Line && (e.focused || !e.readOnly),
	}
	want.selectFrom, want.selectTo, want.selectsNewline = selectedOn(e.text, number)
	if want == l.shown {
		return
	}
	l.shown = want
	l.showNumber(v)
	l.showText(v)
	l.showSelection(v)
	l.showFound(v)
	l.showProblems(v)
}

func (l *lineView) hide() {
	if l.shown.number < 0 {
		return
	}
	l.shown = shown{number: -1}
	l.number.Hidden, l.icon.Hidden, l.chosen.Hidden = true, true, true
	l.texts.used, l.found.used, l.waves.used = 0, 0, 0
	l.texts.rest(hideText)
	l.found.rest(hideRectangle)
	l.waves.rest(hideWave)
}

func (l *lineView) showNumber(v *view) {
	l.number.Hidden = false
	l.number.Text = strconv.Itoa(l.shown.number + 1)
	l.number.Color = theme.Color(theme.Muted)
	if l.shown.current {
		l.number.Color = theme.Color(theme.Text)
	}
	l.number.Move(fyne.NewPos(0, l.shown.y))
	l.number.Resize(fyne.NewSize(v.gutter-theme.Gap, theme.SourceLine))
}

// showText lays the tokens out that can be seen.
func (l *lineView) showText(v *view) {
	text := l.shown.text
	buf := v.editor.text
	from := buf.ByteIn(text, l.shown.column)
	l.fill = filling{
		view: v, text: text, y: l.shown.y,
		at: from, column: buf.ColumnIn(text, from),
		to: buf.ByteIn(text, l.shown.column+l.shown.width+1),
	}
	l.texts.used = 0
	if from < len(text) {
		v.editor.language.Line(l.shown.number, text, from, l.fill.to, l.emit)
	}
	l.texts.rest(hideText)
}

// token draws one token. Stretches of ordinary characters are drawn as one text; a wide or
// combined character, whose drawn width we cannot rely on, is drawn by itself at its cell.
func (l *lineView) token(start, end int, t chroma.TokenType) {
	f := &l.fill
	start, end = max(start, f.at), min(end, f.to)
	if start >= end {
		return
	}
	f.column = buffer.Advance(f.text[f.at:start], f.column) // blanks between tokens
	f.at = start
	ink := f.view.color(t)
	for f.at < end {
		size := plainRun(f.text[f.at:end])
		if size > 0 {
			l.piece(f.text[f.at:f.at+size], ink)
			f.column += utf8.RuneCountInString(f.text[f.at : f.at+size])
			f.at += size
			continue
		}
		size, cells := cluster(f.text[f.at:end], f.column)
		if r, _ := utf8.DecodeRuneInString(f.text[f.at:]); !unicode.IsSpace(r) {
			l.piece(visible(r, f.text[f.at:f.at+size]), ink)
		}
		f.at += size
		f.column += cells
	}
}

// piece draws text at the present column.
func (l *lineView) piece(text string, ink color.Color) {
	v := l.fill.view
	drawn, isNew := l.texts.next(newSourceText)
	v.grown = v.grown || isNew
	drawn.Hidden = false
	drawn.Text, drawn.Color = text, ink
	drawn.Move(fyne.NewPos(v.columnX(l.fill.column), l.fill.y))
	drawn.Resize(fyne.NewSize(1, theme.SourceLine)) // the height centres the text; the width is not used
}

// plainRun is the length of the leading characters that the monospace font draws one cell wide.
func plainRun(text string) int {
	for i, r := range text {
		if r < 0x20 || r == 0x7F || r >= 0x530 || r >= 0x300 && r < 0x370 {
			return i
		}
	}
	return len(text)
}

// cluster is the length of the leading character with what combines with it, and its cells.
func cluster(text string, column int) (size, cells int) {
	r, size := utf8.DecodeRuneInString(text)
	cells = buffer.Cells(r, column)
	for size < len(text) {
		next, n := utf8.DecodeRuneInString(text[size:])
		if buffer.Cells(next, column) != 0 {
			break
		}
		size += n
	}
	return size, cells
}

// visible gives what is drawn for a character: a control character would be invisible, or
// would upset the drawing.
func visible(r rune, text string) string {
	if unicode.IsControl(r) || r == utf8.RuneError {
		return "·"
	}
	return text
}

func (l *lineView) showSelection(v *view) {
	s := &l.shown
	l.chosen.Hidden = s.selectFrom == s.selectTo && !s.selectsNewline
	if l.chosen.Hidden {
		return
	}
	from, to := l.span(v, s.selectFrom, s.selectTo)
	if s.selectsNewline {
		to += v.cell.Width / 2
	}
	l.chosen.FillColor = theme.Color(theme.Selection)
	place(l.chosen, from, to, s.y)
}

func (l *lineView) showFound(v *view) {
	l.found.used = 0
	for _, at := range buffer.MatchesIn(l.shown.text, l.shown.query) {
		from, to := l.span(v, at, at+len(l.shown.query))
		if to <= from {
			continue
		}
		rectangle, isNew := l.found.next(newRectangle)
		v.grown = v.grown || isNew
		rectangle.Hidden = false
		rectangle.FillColor = theme.Color(theme.Found)
		place(rectangle, from, to, l.shown.y)
	}
	l.found.rest(hideRectangle)
}

func (l *lineView) showProblems(v *view) {
	marks := v.editor.problems.on(l.shown.number)
	l.icon.Hidden = len(marks) == 0
	if len(marks) > 0 {
		l.showIcon(worst(marks), v.generation)
	}
	l.waves.used = 0
	for _, m := range marks {
		from, to := l.span(v, min(m.from.Byte, len(l.shown.text)), min(m.to.Byte, len(l.shown.text)))
		if to < v.textX() || from > v.editor.Size().Width {
			continue
		}
		w, isNew := l.waves.next(newWave)
		v.grown = v.grown || isNew
		w.show(from, max(to, from+v.cell.Width), l.shown.y+theme.SourceLine, theme.Color(severityColor(m.severity)))
	}
	l.waves.rest(hideWave)
}

// showIcon draws the icon anew only when it is another one or the theme is.
func (l *lineView) showIcon(severity descriptor.Severity, generation int) {
	l.icon.Move(fyne.NewPos(theme.Gap, l.shown.y+(theme.SourceLine-theme.TextSize)/2))
	if drawn := (drawnIcon{severity, generation}); drawn != l.drawn {
		l.drawn = drawn
		l.icon.Resource = severityIcon(severity).In(severityColor(severity))
		l.icon.Refresh()
	}
}

// span gives where bytes of the line are drawn, cut to the view.
func (l *lineView) span(v *view, from, to int) (x1, x2 float32) {
	text := l.shown.text
	x1 = v.columnX(v.editor.text.ColumnIn(text, from))
	x2 = v.columnX(v.editor.text.ColumnIn(text, to))
	right := v.editor.Size().Width
	return min(max(x1, v.textX()), right), min(max(x2, v.textX()), right)
}

// selectedOn gives what the selection covers of a line.
func selectedOn(text *buffer.Buffer, line int) (from, to int, newline bool) {
	s := text.Selection()
	if s.Empty() || line < s.From.Line || line > s.To.Line {
		return 0, 0, false
	}
	from, to = 0, len(text.Line(line))
	if line == s.From.Line {
		from = s.From.Byte
	}
	if line == s.To.Line {
		return from, s.To.Byte, false
	}
	return from, to, true
}

func (l *lineView) appendGrounds(objects []fyne.CanvasObject) []fyne.CanvasObject {
	for _, r := range l.found.all {
		objects = append(objects, r)
	}
	return append(objects, l.chosen)
}

func (l *lineView) appendInk(objects []fyne.CanvasObject) []fyne.CanvasObject {
	objects = append(objects, l.number, l.icon)
	for _, t := range l.texts.all {
		objects = append(objects, t)
	}
	for _, w := range l.waves.all {
		objects = append(objects, w.ink)
	}
	return objects
}

func place(r *canvas.Rectangle, from, to, y float32) {
	r.Move(fyne.NewPos(from, y))
	r.Resize(fyne.NewSize(to-from, theme.SourceLine))
}
