// Package editor is the source editor of the window, and its read-only source view.
//
// The text, its selection and undo are in package buffer, which knows no screen. The widget
// draws visible lines only, one canvas.Text for each token, cut to the visible columns; Fyne's
// own multi-line field works through the whole text on every key and cannot be used. The place
// in the text is an integer line and column, as in the lists. Everything runs on the UI
// goroutine; the one timer, which blinks the caret, comes back to it through post.Func.
package editor

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/editor/buffer"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets/scroll"
)

// Editor edits one text.
type Editor struct {
	widget.BaseWidget

	OnChanged func()           // the text changed, by the person or by undo; not by SetText
	OnCaret   func()           // the caret or the selection moved
	OnHelp    func(offset int) // F1 was pressed: help is wanted about what the open card is about, else about the caret's place

	post     post.Func
	text     *buffer.Buffer
	readOnly bool
	language Highlighter
	problems problems
	finder   *finder
	assist   assist

	lines    scroll.Rows // which lines are in view
	column   int         // the first cell in view
	widest   int         // cells of the widest line seen, for the lower bar
	vertical *scroll.Bar
	across   *scroll.Bar

	focused   bool
	shift     bool // held; arrows come without their modifiers
	tabLeaves bool // Escape was pressed: the next Tab moves on instead of indenting
	clicks    clicks
	blink     blink
	view      *view // nil until shown
	laidOut   bool  // had a size once
}

// New makes an empty editor for JSON.
func New(p post.Func) *Editor {
	e := &Editor{
		post:     p,
		text:     buffer.New(time.Now),
		language: JSON(),
		vertical: scroll.NewVertical(),
		across:   scroll.NewHorizontal(),
	}
	e.text.Replaced = func(was, is buffer.Range) {
		e.problems.shift(was, is)
		e.assist.stops.shift(was, is)
	}
	e.assist = newAssist(e, p)
	e.finder = newFinder(e)
	e.vertical.OnScroll = func(position float64) { e.lines.SetFraction(position); e.draw() }
	e.vertical.OnPage = func(direction int) {
		e.lines.By(float32(direction*e.lines.Page()) * theme.SourceLine)
		e.draw()
	}
	e.across.OnScroll = func(position float64) { e.scrollAcross(int(position*float64(e.spareColumns())+0.5) - e.column) }
	e.across.OnPage = func(direction int) { e.scrollAcross(direction * e.visibleColumns()) }
	e.ExtendBaseWidget(e)
	return e
}

// SetText begins anew with another text, at its top and without undo. OnChanged is not told.
func (e *Editor) SetText(text string) {
	e.text.SetText(text)
	e.problems.clear()
	e.assist.stops.end()
	e.dismiss()
	e.column = 0
	e.measureWidth()
	e.measure()
	e.lines.SetFraction(0)
	e.finder.textChanged()
	e.draw()
}

// Replace changes the whole text as one step that undo takes back.
func (e *Editor) Replace(text string) {
	e.change(func() { e.text.ReplaceAll(text); e.measureWidth() })
}

// Apply makes edits, such as a fix, as one step that undo takes back.
func (e *Editor) Apply(edits []descriptor.Edit) {
	e.change(func() { e.text.Apply(converted(edits)); e.measureWidth() })
}

// Text gives the whole text. It is put together once after each change, when it is asked for.
func (e *Editor) Text() string { return e.text.Text() }

// Selected gives the selected text.
func (e *Editor) Selected() string { return e.text.Selected() }

// SetProblems marks problems in the text: a wave under each range and an icon beside its
// line. Call it with what a check of the present text found.
func (e *Editor) SetProblems(found []descriptor.Problem) {
	e.problems.set(e.text, found)
	e.draw()
}

// SetHighlighter colours the text as another language. The editor begins with JSON.
func (e *Editor) SetHighlighter(h Highlighter) {
	e.language = h
	e.drawAll()
}

// SetReadOnly lets the text be selected and copied only, or be edited again.
func (e *Editor) SetReadOnly(readOnly bool) {
	e.readOnly = readOnly
	e.draw()
}

// GoTo puts the caret at a byte offset of the text, in the middle of the view, and sends the
// keys here.
func (e *Editor) GoTo(offset int) {
	e.text.SetCaret(e.text.At(offset), false)
	e.lines.Center(e.text.Caret().Line)
	e.showCaret()
	e.caretMoved()
	e.Focus()
}

// Select selects the bytes [offset, end) of the text and shows them.
func (e *Editor) Select(offset, end int) {
	e.text.SetSelection(buffer.Range{From: e.text.At(offset), To: e.text.At(end)})
	e.lines.Center(e.text.Caret().Line)
	e.showCaret()
	e.caretMoved()
}

// Caret tells where the caret is: line and column from 1, the column in characters, and the
// byte offset.
func (e *Editor) Caret() (line, column, offset int) {
	p := e.text.Caret()
	return p.Line + 1, runeColumn(e.text.Line(p.Line), p.Byte), e.text.Offset(p)
}

// Undo takes the last change back.
func (e *Editor) Undo() { e.assist.stops.end(); e.change(func() { e.text.Undo() }) }

// Redo makes the last change again that was taken back.
func (e *Editor) Redo() { e.assist.stops.end(); e.change(func() { e.text.Redo() }) }

// CanUndo reports whether there is a change to take back.
func (e *Editor) CanUndo() bool { return e.text.CanUndo() }

// CanRedo reports whether there is a change to make again.
func (e *Editor) CanRedo() bool { return e.text.CanRedo() }

// Find opens the search field, with the selected text in it.
func (e *Editor) Find() { e.finder.open() }

// Focus sends the keys to the editor.
func (e *Editor) Focus() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil {
		c.Focus(e)
	}
}

// change runs an edit and shows what became of it.
func (e *Editor) change(edit func()) {
	before, lines := e.text.Revision(), e.text.Lines()
	edit()
	if e.text.Revision() == before {
		return
	}
	if e.text.Lines() != lines {
		e.measureWidth()
	}
	e.widest = max(e.widest, len(e.text.Line(e.text.Caret().Line)))
	e.measure()
	e.finder.textChanged()
	e.showCaret()
	if e.OnChanged != nil {
		e.OnChanged()
	}
	e.caretMoved()
}

// caretMoved shows the caret where it is and tells.
func (e *Editor) caretMoved() {
	e.blink.restart(e)
	e.draw()
	if e.OnCaret != nil {
		e.OnCaret()
	}
}

// showCaret scrolls as little as needed to have the caret in view.
func (e *Editor) showCaret() {
	caret := e.text.Caret()
	e.lines.Show(caret.Line)
	columns := e.visibleColumns()
	at := e.text.Column(caret)
	switch {
	case columns <= 0: // not laid out yet
	case at < e.column:
		e.column = max(at-columnMargin, 0)
	case at > e.column+columns-1:
		e.column = at - columns + 1 + min(columnMargin, columns/2)
	}
}

// columnMargin is how many cells beside the caret come into view with it.
const columnMargin = 8

func (e *Editor) scrollAcross(by int) {
	column := min(max(e.column+by, 0), e.spareColumns())
	if column != e.column {
		e.column = column
		e.draw()
	}
}

// spareColumns is how far the text can be scrolled to the left: a little further than its
// widest line needs, and not at all when that fits.
func (e *Editor) spareColumns() int {
	visible := e.visibleColumns()
	if e.widest < visible {
		return 0
	}
	return e.widest + columnMargin - visible
}

// visibleColumns is how many whole cells of text are in view.
func (e *Editor) visibleColumns() int {
	if e.view == nil {
		return 0
	}
	return e.view.columns()
}

// measureWidth finds the widest line. It counts bytes: no line is wider than that, unless it
// has tabs, and then the caret still leads to its end.
func (e *Editor) measureWidth() {
	e.widest = 0
	for i := range e.text.Lines() {
		e.widest = max(e.widest, len(e.text.Line(i)))
	}
}

// measure tells the position how many lines there are and how much is in view. The lower bar,
// when there is one, must not hide the last line.
func (e *Editor) measure() {
	height := e.Size().Height
	if e.spareColumns() > 0 {
		height -= theme.ScrollWidth
	}
	e.lines.Set(e.text.Lines(), theme.SourceLine, height)
}

// draw shows the present state.
func (e *Editor) draw() {
	if e.view != nil {
		e.view.fill()
	}
}

// drawAll shows the present state and takes no line for drawn already.
func (e *Editor) drawAll() {
	if e.view != nil {
		e.view.generation++
		e.view.fill()
	}
}

// MinSize is a few lines.
func (e *Editor) MinSize() fyne.Size {
	return fyne.NewSize(theme.LabelWidth, 3*theme.SourceLine)
}
