// Package ask puts questions and answers over the window.
//
// Rules for the rest of the window:
//   - A sheet opens only when an answer is needed, or for an error that has no place of its own.
//   - Escape closes it and means the same as the last answer, which changes nothing.
//   - The keys start on the field to fill in, else on the first answer that is not dangerous,
//     so that Enter alone destroys nothing.
//
// Fyne's own dialogs do not close on Escape, which is why these are not made from them.
package ask

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// Answer is one button of a sheet.
type Answer struct {
	Label   string
	Primary bool   // what most people want
	Danger  bool   // destroys or overwrites something
	Run     func() // nil: only closes. The sheet is closed before Run is called.
}

// Question is what a sheet shows.
type Question struct {
	Title   string
	Text    string            // below the title; "" for none
	Content fyne.CanvasObject // below the text; nil for none
	Focus   fyne.Focusable    // where the keys start; nil: the first harmless answer
	Answers []Answer          // left to right; the last one is the way out
	Width   float32           // 0: a comfortable width for text
}

// Sheet is an open question.
type Sheet struct {
	canvas  fyne.Canvas
	popup   *widget.PopUp
	before  func(*fyne.KeyEvent) // the canvas's own key handler
	answers []*button
	closed  bool
}

// Show opens a sheet over the window.
func Show(window fyne.Window, q Question) *Sheet {
	s := &Sheet{canvas: window.Canvas()}
	title := widget.NewLabel(q.Title)
	title.TextStyle.Bold = true
	title.SizeName = fynetheme.SizeNameHeadingText
	title.Wrapping = fyne.TextWrapWord
	body := container.NewVBox(title)
	if q.Text != "" {
		text := widget.NewLabel(q.Text)
		text.Wrapping = fyne.TextWrapWord
		body.Add(text)
	}

	row := container.NewHBox(layout.NewSpacer())
	for _, a := range q.Answers {
		b := newButton(a, s)
		s.answers = append(s.answers, b)
		row.Add(b)
	}
	width := q.Width
	if width == 0 {
		width = theme.TextPane
	}
	limit := s.canvas.Size()
	width = min(width, limit.Width-4*theme.Pad)

	outer := container.NewBorder(body, row, nil, nil)
	if q.Content != nil {
		outer = container.NewBorder(body, row, nil, nil, scrolled(q.Content, width, limit.Height/2))
	}
	padded := container.New(layout.NewCustomPaddedLayout(theme.Pad, theme.Pad, theme.Pad, theme.Pad), outer)
	s.popup = widget.NewModalPopUp(padded, s.canvas)

	s.before = s.canvas.OnTypedKey()
	s.canvas.SetOnTypedKey(s.typedKey)
	s.popup.Show()
	// A wrapped text knows its height once it has its width.
	s.popup.Resize(fyne.NewSize(width, 0))
	s.popup.Resize(fyne.NewSize(width, min(s.popup.MinSize().Height, limit.Height-4*theme.Pad)))

	s.start(q)
	return s
}

// scrolled shows content as high as it is, up to a limit; beyond that it scrolls.
func scrolled(content fyne.CanvasObject, width, limit float32) fyne.CanvasObject {
	content.Resize(fyne.NewSize(width-4*theme.Pad, 0)) // a wrapped text knows its height once it has its width
	scroll := container.NewVScroll(content)
	scroll.SetMinSize(fyne.NewSize(0, min(content.MinSize().Height, limit)))
	return scroll
}

// start puts the keys where the question wants them.
func (s *Sheet) start(q Question) {
	if q.Focus != nil {
		s.canvas.Focus(q.Focus)
		return
	}
	for i, a := range q.Answers {
		if !a.Danger {
			s.canvas.Focus(s.answers[i])
			return
		}
	}
}

// Close takes the sheet away without an answer. Closing twice is harmless.
func (s *Sheet) Close() {
	if s.closed {
		return
	}
	s.closed = true
	s.canvas.SetOnTypedKey(s.before)
	s.popup.Hide()
}

// Escape closes the sheet with its last answer.
func (s *Sheet) Escape() {
	if len(s.answers) == 0 {
		s.Close()
		return
	}
	s.answers[len(s.answers)-1].OnTapped()
}

// CloseOnEscape lets Escape close a dialog of Fyne's, as long as nothing in it has the keys.
func CloseOnEscape(window fyne.Window, d dialog.Dialog) {
	canvas := window.Canvas()
	before := canvas.OnTypedKey()
	canvas.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape {
			d.Dismiss()
		}
	})
	d.SetOnClosed(func() { canvas.SetOnTypedKey(before) })
}

// typedKey hears the keys while nothing in the sheet has them.
func (s *Sheet) typedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		s.Escape()
	}
}

// button is an answer. Enter presses it, which Fyne's buttons leave to Space alone.
type button struct {
	widget.Button
	sheet *Sheet
}

func newButton(a Answer, s *Sheet) *button {
	b := &button{sheet: s}
	b.Text = a.Label
	switch {
	case a.Danger:
		b.Importance = widget.DangerImportance
	case a.Primary:
		b.Importance = widget.HighImportance
	}
	b.OnTapped = func() {
		s.Close()
		if a.Run != nil {
			a.Run()
		}
	}
	b.ExtendBaseWidget(b)
	return b
}

// TypedKey adds Enter and Escape to what a button hears.
func (b *button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		b.sheet.Escape()
	case fyne.KeyReturn, fyne.KeyEnter:
		b.OnTapped()
	default:
		b.Button.TypedKey(e)
	}
}

// Field is a line to fill in; Escape closes the sheet it is in.
type Field struct {
	widget.Entry
	escape func()
}

// NewField makes a field that holds text.
func NewField(text, placeholder string) *Field {
	f := &Field{}
	f.ExtendBaseWidget(f)
	f.SetText(text)
	f.CursorColumn = len([]rune(text))
	f.PlaceHolder = placeholder
	return f
}

// TypedKey hears Escape as well.
func (f *Field) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape && f.escape != nil {
		f.escape()
		return
	}
	f.Entry.TypedKey(e)
}

// In ties the field to its sheet: Escape closes it, and Enter is the first answer.
func (f *Field) In(s *Sheet) {
	f.escape = s.Escape
	f.OnSubmitted = func(string) { s.answers[0].OnTapped() }
}

// Line asks for one line of text. take gets it when the person agrees; it stays open with the
// reason below the field while take refuses.
func Line(window fyne.Window, q Question, initial, placeholder, agree string, take func(text string) error) *Sheet {
	field := NewField(initial, placeholder)
	refusal := widget.NewLabel("")
	refusal.Importance = widget.DangerImportance
	refusal.Wrapping = fyne.TextWrapWord
	refusal.Hide()

	content := []fyne.CanvasObject{field, refusal}
	if q.Content != nil {
		content = append(content, q.Content)
	}
	q.Content = container.NewVBox(content...)
	q.Focus = field
	q.Answers = append([]Answer{{Label: agree, Primary: true}}, append(q.Answers, Answer{Label: "Cancel"})...)
	s := Show(window, q)
	field.In(s)
	s.answers[0].OnTapped = func() {
		if err := take(field.Text); err != nil {
			refusal.SetText(err.Error())
			refusal.Show()
			size := s.popup.Content.Size()
			s.popup.Resize(fyne.NewSize(size.Width, max(size.Height, s.popup.MinSize().Height)))
			return
		}
		s.Close()
	}
	return s
}
