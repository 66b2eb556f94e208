package editor

import (
	"image/color"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"connect-workbench/ui/desktop/theme"
)

const (
	maxRows    = 10  // of the list in view
	maxLabel   = 46  // cells of a label; longer ones are cut in their middle
	measured   = 200 // choices whose details are measured for the list's width
	listMargin = theme.Gap

	fewRows  = 5                                          // a list with no more leaves no room for its help
	cardRoom = 3*cardLineHeight + 2*theme.Gap + theme.Gap // of help behind the list
)

// list is the list of choices at the caret.
type list struct {
	open     bool
	choices  []Choice
	selected int          // -1: none, so that Enter breaks the line
	asked    bool         // the person asked for it
	revision int          // of the text it is about
	waiting  fyne.KeyName // the key that is to accept a choice of the next answer
	top      int          // first choice in view
	rows     int          // choices in view
	hovered  int          // row under the pointer, -1: none

	labels  float32 // width of the labels
	details float32
	bounds  area
	layer   layer
	marks   [2]*canvas.Rectangle // behind the selected row and the hovered one
	thumb   *canvas.Rectangle
}

// area is a rectangle of the editor.
type area struct {
	at   fyne.Position
	size fyne.Size
}

func (a area) holds(p fyne.Position) bool {
	return p.X >= a.at.X && p.Y >= a.at.Y && p.X < a.at.X+a.size.Width && p.Y < a.at.Y+a.size.Height
}

func newList() list {
	return list{layer: newLayer(), marks: [2]*canvas.Rectangle{newRectangle(), newRectangle()}, thumb: newRectangle(), hovered: -1}
}

// set shows other choices. Unselected, nothing is chosen before the person does.
func (l *list) set(choices []Choice, asked bool, revision int, unselected bool) {
	l.open, l.choices, l.asked, l.revision, l.waiting = true, choices, asked, revision, ""
	l.top, l.selected, l.hovered = 0, 0, -1
	if unselected {
		l.selected = -1
	}
	l.labels, l.details = 0, 0
}

// label is the label of the selected choice, "" for none.
func (l *list) label() string {
	if l.open && l.selected >= 0 && l.selected < len(l.choices) {
		return l.choices[l.selected].Label
	}
	return ""
}

// choose selects the choice with a label, or none when there is none.
func (l *list) choose(label string) {
	l.selected = -1
	for i := range l.choices {
		if l.choices[i].Label == label {
			l.selected = i
			return
		}
	}
}

func (l *list) close() { l.open, l.choices, l.waiting = false, nil, "" }

// step moves the selection, around the ends.
func (l *list) step(by int) {
	n := len(l.choices)
	if l.selected < 0 && by < 0 {
		l.selected = n
	}
	l.selected = (l.selected + by + n) % n
	l.reveal()
}

// page moves the selection by what is in view, up to the ends.
func (l *list) page(by int) {
	l.selected = min(max(l.selected+by*max(l.rows-1, 1), 0), len(l.choices)-1)
	l.reveal()
}

func (l *list) reveal() {
	l.top = max(min(l.top, l.selected), l.selected-l.rows+1, 0)
}

// scroll moves what is in view.
func (l *list) scroll(by int) {
	l.top = max(min(l.top+by, len(l.choices)-l.rows), 0)
}

// row is the choice at a point of the editor; -1 for none.
func (l *list) row(p fyne.Position) int {
	if !l.open || !l.bounds.holds(p) {
		return -1
	}
	i := l.top + int((p.Y-l.bounds.at.Y-listMargin)/theme.SourceLine)
	if i < 0 || i >= len(l.choices) {
		return -1
	}
	return i
}

// place draws the list at the caret, or hides it.
func (l *list) place(v *view) {
	l.layer.begin(l.open && v.editor.focused && l.find(v))
	if l.layer.hidden {
		l.hideMarks()
		return
	}
	if l.selected >= 0 && l.hovered < 0 {
		l.reveal()
	}
	l.scroll(0) // the list may be longer than it was
	l.layer.ground(l.bounds)
	for i := range l.rows {
		l.drawRow(v, i)
	}
	l.placeMarks()
	l.layer.end()
	v.grown = v.grown || l.layer.grown
}

// find works out where the list goes: below the caret's line, or above it when there is more room.
// It is false when there is no room at all or the caret is out of view.
func (l *list) find(v *view) bool {
	e := v.editor
	l.measure(v)
	line, size := e.text.Caret().Line, e.Size()
	top, _ := e.lines.Top()
	y, right := e.lines.Y(line), size.Width-theme.ScrollWidth
	width := min(l.labels+l.details+4*theme.Pad, right)
	x := min(max(v.columnX(l.column(v))-theme.Pad, 0), max(right-width, 0))
	room, under := size.Height-y-theme.SourceLine, true
	if wanted := float32(min(len(l.choices), maxRows))*theme.SourceLine + 2*listMargin; room < wanted && y > room {
		room, under = y, false
	}
	if beside := max(x, right-x-width); beside < narrowCard+theme.Gap && room-cardRoom > fewRows*theme.SourceLine {
		room -= cardRoom
	}
	l.rows = min(int((room-2*listMargin)/theme.SourceLine), len(l.choices), maxRows)
	height := float32(l.rows)*theme.SourceLine + 2*listMargin
	l.bounds = area{fyne.NewPos(x, y+theme.SourceLine), fyne.NewSize(width, height)}
	if !under {
		l.bounds.at.Y = y - height
	}
	return l.rows > 0 && line >= top && line <= top+e.lines.Visible()
}

// column is the cell under which the list stands: where the first choice begins to be written.
func (l *list) column(v *view) int {
	e := v.editor
	caret := e.text.Caret()
	if edits := l.choices[0].Edits; len(edits) > 0 && l.revision == e.text.Revision() {
		if at := e.text.At(edits[0].Offset); at.Line == caret.Line {
			return e.text.Column(at)
		}
	}
	return e.text.Column(caret)
}

// measure finds the widths of labels and details, once for each list.
func (l *list) measure(v *view) {
	if l.labels > 0 {
		return
	}
	cells := 8
	for i := range l.choices {
		cells = max(cells, min(utf8.RuneCountInString(l.choices[i].Label), maxLabel))
		if i < measured {
			l.details = max(l.details, min(textWidth(l.choices[i].Detail, theme.SmallSize, false), theme.FitWidth))
		}
	}
	l.labels = float32(cells) * v.cell.Width
}

func (l *list) drawRow(v *view, row int) {
	choice := &l.choices[l.top+row]
	y := l.bounds.at.Y + listMargin + float32(row)*theme.SourceLine
	x := l.bounds.at.X + theme.Pad
	room := l.bounds.size.Width - 2*theme.Pad
	ink := theme.Color(theme.Text)
	switch {
	case choice.Aged:
		ink = theme.Color(theme.Muted)
	case choice.Strong:
		ink = theme.Color(theme.Accent)
	}
	label := middleCut(choice.Label, min(maxLabel, int(room/v.cell.Width)))
	t := l.layer.text(label, ink, theme.TextSize, fyne.NewPos(x, y))
	t.TextStyle = monospace()
	left := room - max(l.labels, float32(utf8.RuneCountInString(label))*v.cell.Width) - 2*theme.Pad
	detail := endCut(choice.Detail, left, theme.SmallSize)
	if detail != "" {
		end := x + room - theme.Gap
		t := l.layer.text(detail, theme.Color(theme.Muted), theme.SmallSize, fyne.NewPos(end-textWidth(detail, theme.SmallSize, false), y))
		t.TextStyle = fyne.TextStyle{}
	}
}

// placeMarks draws what is behind the rows, and how far the list is scrolled.
func (l *list) placeMarks() {
	for i, row := range [2]int{l.selected - l.top, l.hovered - l.top} {
		m := l.marks[i]
		m.Hidden = row < 0 || row >= l.rows || i == 1 && (l.hovered < 0 || l.hovered == l.selected)
		m.FillColor = theme.Color([2]fyne.ThemeColorName{theme.Selected, theme.Hover}[i])
		m.Move(l.bounds.at.AddXY(theme.LineWidth, listMargin+float32(row)*theme.SourceLine))
		m.Resize(fyne.NewSize(l.bounds.size.Width-2*theme.LineWidth, theme.SourceLine))
	}
	n := float32(len(l.choices))
	l.thumb.Hidden = l.rows >= len(l.choices)
	height := l.bounds.size.Height - 2*listMargin
	l.thumb.FillColor = theme.Color(theme.Thumb)
	l.thumb.Move(l.bounds.at.AddXY(l.bounds.size.Width-theme.Gap, listMargin+height*float32(l.top)/n))
	l.thumb.Resize(fyne.NewSize(theme.Gap/2, max(height*float32(l.rows)/n, theme.Gap)))
}

func (l *list) hideMarks() {
	l.bounds = area{}
	for _, m := range l.marks {
		m.Hidden = true
	}
	l.thumb.Hidden = true
}

func (l *list) append(objects []fyne.CanvasObject) []fyne.CanvasObject {
	return l.layer.append(objects, l.marks[1], l.marks[0], l.thumb)
}

// layer is a ground with texts on it, over the text of the editor. They are bare canvas objects:
// the editor itself hears the pointer, and the keys stay where they are.
type layer struct {
	hidden bool
	grown  bool // texts came that are not drawn yet
	back   *canvas.Rectangle
	texts  pool[*canvas.Text]
}

func newLayer() layer { return layer{back: newRectangle()} }

// begin starts to draw anew; a layer that is not shown is hidden at once.
func (l *layer) begin(shown bool) {
	l.hidden, l.grown, l.texts.used = !shown, false, 0
	l.back.Hidden = !shown
	if !shown {
		l.texts.rest(hideText)
	}
}

func (l *layer) ground(a area) {
	l.back.FillColor, l.back.StrokeColor = theme.Color(theme.Surface), theme.Color(theme.Line)
	l.back.StrokeWidth, l.back.CornerRadius = theme.LineWidth, theme.Radius
	l.back.Move(a.at)
	l.back.Resize(a.size)
}

// text draws a line of text; the height of a source line centres it.
func (l *layer) text(s string, ink color.Color, size float32, at fyne.Position) *canvas.Text {
	t, isNew := l.texts.next(newSourceText)
	l.grown = l.grown || isNew
	t.Hidden = false
	t.Text, t.Color, t.TextSize = s, ink, size
	t.Move(at)
	t.Resize(fyne.NewSize(1, theme.SourceLine))
	return t
}

func (l *layer) end() { l.texts.rest(hideText) }

func (l *layer) append(objects []fyne.CanvasObject, between ...*canvas.Rectangle) []fyne.CanvasObject {
	objects = append(objects, l.back)
	for _, r := range between {
		objects = append(objects, r)
	}
	for _, t := range l.texts.all {
		objects = append(objects, t)
	}
	return objects
}

func textWidth(s string, size float32, bold bool) float32 {
	return fyne.MeasureText(s, size, fyne.TextStyle{Bold: bold}).Width
}

// middleCut shortens a text to some characters; names differ at their ends.
func middleCut(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most || most < 3 {
		return s
	}
	tail := (most - 1) / 2
	return string(runes[:most-1-tail]) + "…" + string(runes[len(runes)-tail:])
}

// endCut shortens a text to a width; what has no room for a few letters is left out.
func endCut(s string, width, size float32) string {
	if textWidth(s, size, false) <= width {
		return s
	}
	for runes := []rune(s); len(runes) > 4; {
		runes = runes[:len(runes)-1]
		if short := strings.TrimRight(string(runes), " ,") + "…"; textWidth(short, size, false) <= width {
			return short
		}
	}
	return ""
}
