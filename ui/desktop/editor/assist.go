package editor

import (
	"time"

	"fyne.io/fyne/v2"

	"connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/editor/buffer"
	"connect-workbench/ui/desktop/post"
)

// Assistant knows what may be written at a place of the text, and what stands there. It is asked
// on the UI goroutine and must not keep it: it calls answer there, at once or later, or never.
// An answer to a text that has changed since is dropped here.
type Assistant interface {
	Choices(text string, offset int, answer func(Choices))
	Explain(text string, offset int, answer func(Explanation))
}

// Choices are what may be written at a place, best first.
type Choices struct {
	List  []Choice
	Asked bool // not worth opening a list for unless the person asks
}

// Choice is one of them.
type Choice struct {
	Label  string
	Detail string // few words beside the label
	Strong bool   // needed here
	Aged   bool   // had its day
	Card   Card   // what is told about it
	// Edits are made when it is accepted, as one step of undo. The first is the one at the caret.
	Edits []descriptor.Edit
	Stops []Span // of the first edit's text, to be filled in one after the other
}

// Span is a stretch of bytes.
type Span struct{ From, To int }

// Explanation is what stands at a place; one without a title and notes says nothing.
type Explanation struct {
	From, To int // the bytes it is about
	Card     Card
}

// Card is a few lines of help.
type Card struct {
	Title string
	Kind  string // what the title names
	Text  string
	Facts []Fact
	Notes []Note
}

// Fact is a line of a card.
type Fact struct{ Label, Text string }

// Note is a problem on a card.
type Note struct {
	Severity descriptor.Severity
	Text     string
}

func (c *Card) empty() bool { return c.Title == "" && len(c.Notes) == 0 }

// SetAssistant makes the editor offer what may be written and tell what stands there.
func (e *Editor) SetAssistant(a Assistant) { e.assist.assistant = a }

const (
	// askEvery is how long typing is gathered before the assistant is asked again.
	askEvery = 20 * time.Millisecond
	// restTime is how long the pointer has to rest on something before it is explained.
	restTime = 500 * time.Millisecond
)

// assist asks the assistant and shows what it answers: a list at the caret, a card beside it or
// under the pointer. It is a layer of the editor itself, not a pop-up: a pop-up would take the
// keys away.
type assist struct {
	assistant Assistant // nil: the editor offers nothing
	soon      func()
	due       buffer.Pos // where the caret stood when soon was called
	asked     bool       // by the person, not by typing
	question  int        // tells the choices that are waited for from older ones
	inquiry   int        // the same for explanations
	list      list
	card      card
	stops     stops
	rest      rest
}

func newAssist(e *Editor, p post.Func) assist {
	soon := func() {
		if e.assist.due == e.text.Caret() {
			e.ask()
		}
	}
	return assist{soon: post.Coalesced(p, askEvery, soon), list: newList(), card: newCard()}
}

// nowhere is a place where no caret is.
var nowhere = buffer.Pos{Line: -1}

// askSoon asks once typing pauses, unless the caret has gone elsewhere by then.
func (e *Editor) askSoon() {
	e.assist.due = e.text.Caret()
	e.assist.soon()
}

// Complete offers what may be written at the caret.
func (e *Editor) Complete() {
	if e.readOnly || e.assist.assistant == nil {
		return
	}
	e.assist.asked = true
	e.ask()
}

// Explain tells what stands at the caret.
func (e *Editor) Explain() { e.explain(e.text.Offset(e.text.Caret()), false) }

// typedRune has the list follow what is typed, and opens it where a name or value begins.
func (e *Editor) typedRune(r rune) {
	e.closeCard()
	a := &e.assist
	if a.assistant == nil {
		return
	}
	opens := r == '"' || r == '{' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	if a.list.open || opens {
		e.askSoon()
	}
}

// ask asks for the choices at the caret. What is selected counts as to be replaced.
func (e *Editor) ask() {
	a := &e.assist
	if a.assistant == nil || e.readOnly {
		return
	}
	a.question++
	question, revision := a.question, e.text.Revision()
	at := e.text.Selection().From
	asked := a.asked || a.list.open && a.list.asked
	a.asked = false
	a.assistant.Choices(e.Text(), e.text.Offset(at), func(c Choices) {
		if question != a.question || revision != e.text.Revision() || at != e.text.Selection().From {
			return
		}
		e.showChoices(c, asked)
	})
}

// showChoices opens the list, keeps the choice that was selected, or closes the list.
func (e *Editor) showChoices(c Choices, asked bool) {
	l := &e.assist.list
	waiting := l.waiting
	if len(c.List) == 0 || c.Asked && !asked {
		e.closeList()
		switch waiting {
		case fyne.KeyTab:
			e.typedTab(false)
		case "":
		default:
			e.typedEdit(waiting)
		}
		return
	}
	selected := l.label()
	l.set(c.List, asked, e.text.Revision(), !asked && e.opensBlock())
	if selected != "" && waiting != "" {
		l.choose(selected)
	}
	e.closeCard()
	if waiting != "" && l.selected >= 0 {
		e.accept(l.selected)
		return
	}
	e.draw()
}

// opensBlock tells whether the caret stands between a pair of braces that was just opened: Enter
// breaks the line there, unless the person has chosen something.
func (e *Editor) opensBlock() bool {
	at := e.text.Caret()
	line := e.text.Line(at.Line)
	return at.Byte > 0 && line[at.Byte-1] == '{' && (at.Byte == len(line) || line[at.Byte] == '}')
}

// typedInList does what a key means while the list is open; false when it means nothing there.
func (e *Editor) typedInList(key fyne.KeyName) bool {
	l := &e.assist.list
	if !l.open {
		return false
	}
	switch key {
	case fyne.KeyEscape:
		e.closeList()
		return true
	case fyne.KeyTab, fyne.KeyReturn, fyne.KeyEnter:
		return e.acceptSelected(key, l.selected)
	case fyne.KeyBackspace:
		e.change(e.text.Backspace)
		e.askSoon()
		return true
	case fyne.KeyUp:
		l.step(-1)
	case fyne.KeyDown:
		l.step(1)
	case fyne.KeyPageUp:
		l.page(-1)
	case fyne.KeyPageDown:
		l.page(1)
	default:
		e.closeList()
		return false
	}
	if e.shift { // arrows select text
		e.closeList()
		return false
	}
	e.draw()
	return true
}

// acceptSelected accepts a choice. A list that is behind what was typed is asked for anew first.
func (e *Editor) acceptSelected(key fyne.KeyName, i int) bool {
	l := &e.assist.list
	if i < 0 || e.shift {
		e.closeList()
		return false
	}
	if l.revision != e.text.Revision() {
		l.waiting = key
		e.ask()
		return true
	}
	e.accept(i)
	return true
}

// accept makes the edits of a choice and selects the first thing to be filled in.
func (e *Editor) accept(i int) {
	choice := e.assist.list.choices[i]
	e.closeList()
	if len(choice.Edits) == 0 {
		return
	}
	start := choice.Edits[0].Offset
	for _, other := range choice.Edits[1:] {
		if other.Offset <= choice.Edits[0].Offset {
			start += len(other.Text) - (other.End - other.Offset)
		}
	}
	e.change(func() {
		e.text.Apply(converted(choice.Edits))
		e.measureWidth()
		e.assist.stops.begin(e.text, start, len(choice.Edits[0].Text), choice.Stops)
		e.text.SetSelection(e.assist.stops.present())
	})
	e.afterStop()
}

// afterStop offers what may fill in the stop where the caret stands, when it is empty.
func (e *Editor) afterStop() {
	if e.text.Selection().Empty() && e.assist.stops.pending() {
		e.askSoon()
	}
}

// nextStop goes to the next thing to be filled in, or to the one before; false when the caret has
// left them.
func (e *Editor) nextStop(by int) bool {
	if !e.assist.stops.step(e.text.Caret(), by) {
		return false
	}
	e.text.SetSelection(e.assist.stops.present())
	e.showCaret()
	e.caretMoved()
	e.afterStop()
	return true
}

// closeList takes the list away and forgets what was asked for it.
func (e *Editor) closeList() {
	e.assist.question++
	e.assist.due = nowhere
	if e.assist.list.open {
		e.assist.list.close()
		e.draw()
	}
}

// explain tells what stands at an offset, in a card below it. A card that the pointer asked for
// goes when the pointer moves on.
func (e *Editor) explain(offset int, pointed bool) {
	a := &e.assist
	if a.assistant == nil || pointed && a.list.open {
		return
	}
	a.inquiry++
	inquiry, revision := a.inquiry, e.text.Revision()
	a.assistant.Explain(e.Text(), offset, func(x Explanation) {
		outside := offset < x.From || offset >= max(x.To, x.From+1)
		if inquiry != a.inquiry || revision != e.text.Revision() || x.Card.empty() || pointed && (a.list.open || outside) {
			return
		}
		e.closeList()
		a.card.show(x.Card, buffer.Range{From: e.text.At(x.From), To: e.text.At(x.To)}, pointed)
		e.draw()
	})
}

// helpAt is the place that help is wanted about: what the open card tells about, else the caret.
func (e *Editor) helpAt() int {
	if e.assist.card.open {
		return e.text.Offset(e.assist.card.about.From)
	}
	return e.text.Offset(e.text.Caret())
}

// closeCard takes the card away and forgets what was asked for it.
func (e *Editor) closeCard() {
	e.assist.inquiry++
	if e.assist.card.open {
		e.assist.card.open = false
		e.draw()
	}
}

// dismiss takes list and card away: the text or the view has become another one.
func (e *Editor) dismiss() {
	e.closeList()
	e.closeCard()
	e.assist.rest.stop()
}

func converted(edits []descriptor.Edit) []buffer.TextEdit {
	converted := make([]buffer.TextEdit, len(edits))
	for i, edit := range edits {
		converted[i] = buffer.TextEdit{Offset: edit.Offset, End: edit.End, Text: edit.Text}
	}
	return converted
}
