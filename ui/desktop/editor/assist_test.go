package editor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/theme"
)

const patience = 10 * time.Second

// words is an assistant that knows some words: it offers those that begin with the letters before
// the caret, and explains them. Answers are held back while held is set.
type words struct {
	words  []string
	asked  bool // its answers are for when the person asks
	stops  []Span
	suffix string
	held   bool
	late   []func()
	count  int // questions
}

func (w *words) Choices(text string, offset int, answer func(Choices)) {
	w.count++
	from := offset
	for from > 0 && isWord(text[from-1]) {
		from--
	}
	c := Choices{Asked: w.asked}
	for _, word := range w.words {
		if !strings.HasPrefix(word, text[from:offset]) {
			continue
		}
		c.List = append(c.List, Choice{
			Label: word, Detail: fmt.Sprint(len(word), " letters"), Strong: word == "alpha", Aged: word == "omega",
			Card:  Card{Title: word, Kind: "word", Text: "The word " + word + " as an example of help.", Facts: []Fact{{"letters", fmt.Sprint(len(word))}}},
			Edits: []descriptor.Edit{{Offset: from, End: offset, Text: word + w.suffix}}, Stops: w.stops,
		})
	}
	w.say(func() { answer(c) })
}

func (w *words) Explain(text string, offset int, answer func(Explanation)) {
	w.count++
	for _, word := range w.words {
		if at := strings.Index(text, word); at >= 0 && at <= offset && offset < at+len(word) {
			w.say(func() {
				answer(Explanation{From: at, To: at + len(word), Card: Card{Title: word, Kind: "word", Notes: []Note{{descriptor.Warning, "It is a word."}}}})
			})
		}
	}
}

func (w *words) say(answer func()) {
	if w.held {
		w.late = append(w.late, answer)
		return
	}
	answer()
}

func isWord(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// helped is an editor with an assistant.
func helped(t testing.TB, text string, w *words) *fixture {
	if w.words == nil {
		w.words = []string{"alpha", "alps", "beta", "omega"}
	}
	f := newFixture(t, text)
	f.SetAssistant(w)
	return f
}

// until waits for what typing brings about.
func (f *fixture) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	if !f.queue.Until(patience, done) {
		t.Fatal("this did not come about: " + what)
	}
}

func (f *fixture) opened(t *testing.T) {
	t.Helper()
	f.until(t, "the list", func() bool { return f.assist.list.open })
}

// rest lets the time pass in which typing would ask.
func (f *fixture) rest(t *testing.T) {
	t.Helper()
	over := false
	time.AfterFunc(3*askEvery, func() { f.post(func() { over = true }) })
	f.until(t, "the time of a question", func() bool { return over })
}

// offered are the labels in view, the selected one in brackets.
func (f *fixture) offered() string {
	l := &f.assist.list
	if !l.open {
		return "closed"
	}
	var labels []string
	for i := l.top; i < l.top+l.rows; i++ {
		label := l.choices[i].Label
		if i == l.selected {
			label = "[" + label + "]"
		}
		labels = append(labels, label)
	}
	return strings.Join(labels, " ")
}

func (f *fixture) complete() { f.chord(fyne.KeyModifierControl, fyne.KeySpace) }

func TestListOpensAsked(t *testing.T) {
	f := helped(t, "", &words{asked: true})
	f.complete()
	if got := f.offered(); got != "[alpha] alps beta omega" {
		t.Errorf("offered %s", got)
	}
	f.key(fyne.KeyEscape)
	if f.offered() != "closed" || f.tabLeaves {
		t.Error("Escape did not just close the list")
	}
}

func TestListFollowsWhatIsTyped(t *testing.T) {
	w := &words{}
	f := helped(t, "", w)
	test.Type(f.Editor, "al")
	f.opened(t)
	if got := f.offered(); got != "[alpha] alps" {
		t.Errorf("offered %s", got)
	}
	test.Type(f.Editor, "ps")
	f.until(t, "the one word", func() bool { return f.offered() == "[alps]" })
	f.key(fyne.KeyBackspace, fyne.KeyBackspace)
	f.until(t, "both words", func() bool { return f.offered() == "[alpha] alps" })
	test.Type(f.Editor, "x")
	f.until(t, "the list closed", func() bool { return f.offered() == "closed" })
	if asked := w.count; asked > 4 {
		t.Errorf("typing asked %d times", asked)
	}
}

func TestListOpensByItselfOnlyForWhatIsWorthIt(t *testing.T) {
	w := &words{asked: true}
	f := helped(t, "", w)
	test.Type(f.Editor, "a")
	f.until(t, "the question", func() bool { return w.count > 0 })
	f.queue.Drain()
	if f.offered() != "closed" {
		t.Error("the list opened unasked")
	}
	f.complete()
	if f.offered() != "[alpha] alps" {
		t.Errorf("asked for it, it offers %s", f.offered())
	}
	test.Type(f.Editor, "l")
	f.until(t, "the list of the second letter", func() bool { return f.assist.list.revision == f.text.Revision() })
	if f.offered() != "[alpha] alps" {
		t.Errorf("while it is open it offers %s", f.offered())
	}
}

func TestKeysInTheList(t *testing.T) {
	var many []string
	for i := range 30 {
		many = append(many, fmt.Sprintf("w%02d", i))
	}
	for _, tc := range []struct {
		keys []fyne.KeyName
		want string // the text afterwards, or what is selected
	}{
		{[]fyne.KeyName{fyne.KeyReturn}, "w00"},
		{[]fyne.KeyName{fyne.KeyEnter}, "w00"},
		{[]fyne.KeyName{fyne.KeyTab}, "w00"},
		{[]fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyTab}, "w02"},
		{[]fyne.KeyName{fyne.KeyUp, fyne.KeyTab}, "w29"},
		{[]fyne.KeyName{fyne.KeyUp, fyne.KeyDown, fyne.KeyTab}, "w00"},
		{[]fyne.KeyName{fyne.KeyPageDown, fyne.KeyTab}, "w09"},
		{[]fyne.KeyName{fyne.KeyPageDown, fyne.KeyPageDown, fyne.KeyPageDown, fyne.KeyPageDown, fyne.KeyTab}, "w29"},
		{[]fyne.KeyName{fyne.KeyPageDown, fyne.KeyPageUp, fyne.KeyReturn}, "w00"},
		{[]fyne.KeyName{fyne.KeyEscape, fyne.KeyReturn}, "\n"},
		{[]fyne.KeyName{fyne.KeyLeft, fyne.KeyTab}, "  "},
		{[]fyne.KeyName{fyne.KeyHome, fyne.KeyTab}, "  "},
		{[]fyne.KeyName{fyne.KeyDelete, fyne.KeyTab}, "  "},
	} {
		f := helped(t, "", &words{words: many})
		f.complete()
		f.key(tc.keys...)
		if got := f.Text(); got != tc.want {
			t.Errorf("%v give %q, want %q", tc.keys, got, tc.want)
		}
		if f.offered() != "closed" {
			t.Errorf("%v leave the list open", tc.keys)
		}
	}
}

func TestShiftedKeysAreForTheText(t *testing.T) {
	f := helped(t, "a\nb", &words{})
	f.complete()
	f.shifted(func() { f.key(fyne.KeyDown) })
	if f.offered() != "closed" || f.Selected() != "a\n" {
		t.Errorf("list %s, selected %q", f.offered(), f.Selected())
	}
}

func TestWhatIsAcceptedIsTakenBackInOneStep(t *testing.T) {
	w := &words{suffix: ": {\n}"}
	f := helped(t, "x ", w)
	f.GoTo(2)
	test.Type(f.Editor, "be")
	f.opened(t)
	f.key(fyne.KeyReturn)
	if got := f.Text(); got != "x beta: {\n}" {
		t.Fatalf("accepted: %q", got)
	}
	f.TypedShortcut(&fyne.ShortcutUndo{})
	if got := f.Text(); got != "x be" {
		t.Errorf("undo leads to %q", got)
	}
	f.TypedShortcut(&fyne.ShortcutRedo{})
	if got := f.Text(); got != "x beta: {\n}" {
		t.Errorf("redo leads to %q", got)
	}
}

func TestStopsAreFilledInOneAfterTheOther(t *testing.T) {
	f := helped(t, "x", &words{suffix: "(1, 2)", stops: []Span{{5, 6}, {8, 9}}})
	f.GoTo(0)
	f.complete()
	f.key(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn) // beta(1, 2)
	if f.Selected() != "1" {
		t.Fatalf("selected %q of %q", f.Selected(), f.Text())
	}
	test.Type(f.Editor, "long")
	f.key(fyne.KeyTab)
	if f.Selected() != "2" {
		t.Fatalf("Tab selects %q of %q", f.Selected(), f.Text())
	}
	f.shifted(func() { f.key(fyne.KeyTab) })
	if f.Selected() != "long" {
		t.Errorf("Shift and Tab select %q of %q", f.Selected(), f.Text())
	}
	f.key(fyne.KeyTab, fyne.KeyTab)
	if _, column, _ := f.Caret(); column != len("beta(long, 2)")+1 {
		t.Errorf("the last Tab leads to column %d of %q", column, f.Text())
	}
	f.key(fyne.KeyTab)
	if got := f.Text(); got != "beta(long, 2)  x" {
		t.Errorf("behind the last stop Tab indents; got %q", got)
	}
}

func TestAQuestionDoesNotFollowTheCaretElsewhere(t *testing.T) {
	w := &words{suffix: "(1, 2)", stops: []Span{{6, 7}, {9, 10}}}
	f := helped(t, "", w)
	f.complete()
	f.key(fyne.KeyReturn)
	test.Type(f.Editor, "x")
	f.key(fyne.KeyTab)
	count := w.count
	f.rest(t)
	if w.count != count || f.Selected() != "2" {
		t.Errorf("what was typed before Tab asked %d times about the place behind it", w.count-count)
	}
}

func TestAChoiceInsideOfAStopKeepsTheOthers(t *testing.T) {
	w := &words{suffix: "(, 2)", stops: []Span{{5, 5}, {7, 8}}}
	f := helped(t, "", w)
	f.complete()
	f.key(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn) // beta(, 2)
	f.opened(t)                                       // the stop is empty: what may be there is offered
	w.suffix, w.stops = "", nil
	f.key(fyne.KeyEscape)
	f.complete()
	f.key(fyne.KeyReturn)
	if got := f.Text(); got != "beta(alpha, 2)" {
		t.Fatalf("got %q", got)
	}
	f.key(fyne.KeyTab)
	if f.Selected() != "2" {
		t.Errorf("Tab selects %q", f.Selected())
	}
}

func TestStopsEndWhenTheCaretLeaves(t *testing.T) {
	for name, leave := range map[string]func(*fixture){
		"by a key":    func(f *fixture) { f.chord(fyne.KeyModifierControl, fyne.KeyEnd) },
		"by Escape":   func(f *fixture) { f.key(fyne.KeyEscape, fyne.KeyEnd) },
		"by new text": func(f *fixture) { f.SetText("beta(1)y"); f.GoTo(8) },
	} {
		f := helped(t, "y", &words{suffix: "(1)", stops: []Span{{5, 6}}})
		f.complete()
		f.key(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
		leave(f)
		f.key(fyne.KeyTab)
		if got := f.Text(); got != "beta(1)y  " {
			t.Errorf("%s: Tab makes it %q", name, got)
		}
	}
}

func TestAnAnswerToOldTextIsDropped(t *testing.T) {
	w := &words{held: true}
	f := helped(t, "", w)
	f.complete()
	test.Type(f.Editor, " ")
	w.held = false
	w.late[0]()
	if f.offered() != "closed" {
		t.Error("an answer to another text opened the list")
	}
}

func TestEscapeEndsWhatTypingAsksFor(t *testing.T) {
	w := &words{}
	f := helped(t, "", w)
	test.Type(f.Editor, "a")
	f.opened(t)
	test.Type(f.Editor, "l")
	f.key(fyne.KeyEscape)
	count := w.count
	f.rest(t)
	if f.offered() != "closed" || w.count != count {
		t.Errorf("Escape did not last: %s", f.offered())
	}
}

func TestThePointerDoesNotTakeTheListAway(t *testing.T) {
	w := &words{held: true}
	f := helped(t, "beta ", w)
	f.GoTo(5)
	f.complete()
	f.assist.rest.at.X, f.assist.rest.at.Y = f.at(0, 1)
	f.rested()
	for _, answer := range w.late {
		answer()
	}
	if f.offered() == "closed" || f.assist.card.open {
		t.Error("what the pointer rested on came before the list that was asked for")
	}
}

func TestAcceptingWaitsForTheListOfTheText(t *testing.T) {
	w := &words{}
	f := helped(t, "", w)
	test.Type(f.Editor, "a")
	f.opened(t)
	f.key(fyne.KeyDown) // alps
	w.held = true
	test.Type(f.Editor, "l")
	f.key(fyne.KeyReturn)
	if got := f.Text(); got != "al" {
		t.Fatalf("accepted out of an old list: %q", got)
	}
	for _, answer := range w.late {
		answer()
	}
	if got := f.Text(); got != "alps" {
		t.Errorf("got %q, want the word that was selected", got)
	}
}

func TestEnterBreaksTheLineWhenTheChoiceIsGone(t *testing.T) {
	w := &words{}
	f := helped(t, "", w)
	test.Type(f.Editor, "a")
	f.opened(t)
	w.held = true
	test.Type(f.Editor, "x")
	f.key(fyne.KeyReturn)
	for _, answer := range w.late {
		answer()
	}
	if got := f.Text(); got != "ax\n" {
		t.Errorf("got %q", got)
	}
}

func TestBehindABraceEnterBreaksTheLine(t *testing.T) {
	f := helped(t, "", &words{})
	test.Type(f.Editor, "{")
	f.opened(t)
	if got := f.offered(); got != "alpha alps beta omega" {
		t.Errorf("offered %s, want nothing selected", got)
	}
	f.key(fyne.KeyReturn)
	if got := f.Text(); got != "{\n  \n}" {
		t.Errorf("got %q", got)
	}
	test.Type(f.Editor, "{")
	f.opened(t)
	f.key(fyne.KeyDown, fyne.KeyReturn)
	if got := f.Text(); got != "{\n  {alpha}\n}" {
		t.Errorf("a choice that was selected gives %q", got)
	}
}

func TestListTakesTheMouse(t *testing.T) {
	var many []string
	for i := range 30 {
		many = append(many, fmt.Sprintf("w%02d", i))
	}
	f := helped(t, "", &words{words: many})
	f.complete()
	b := f.assist.list.bounds
	row := func(i int) fyne.Position {
		return b.at.AddXY(20, listMargin+(float32(i)+0.5)*theme.SourceLine)
	}
	f.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: row(1)}, Scrolled: fyne.NewDelta(0, -10)})
	if got := f.offered(); !strings.HasPrefix(got, "w03 ") {
		t.Errorf("after the wheel it offers %s", got)
	}
	move := &desktop.MouseEvent{}
	move.Position = row(2)
	f.MouseMoved(move)
	if f.assist.list.hovered != 5 || f.assist.list.marks[1].Hidden {
		t.Errorf("row %d is under the pointer", f.assist.list.hovered)
	}
	f.press(row(2).X, row(2).Y, desktop.MouseButtonPrimary, 0)
	if got := f.Text(); got != "w05" {
		t.Errorf("a press gives %q", got)
	}
	if f.window.Canvas().Focused() != f.Editor {
		t.Error("the press took the keys away")
	}
	f.complete()
	f.press(600, 390, desktop.MouseButtonPrimary, 0)
	if f.offered() != "closed" {
		t.Error("a press elsewhere leaves the list open")
	}
}

func TestListGoesWithTheFocusAndTheText(t *testing.T) {
	for name, leave := range map[string]func(*fixture){
		"focus":    func(f *fixture) { f.window.Canvas().Unfocus() },
		"text":     func(f *fixture) { f.SetText("other") },
		"scroll":   func(f *fixture) { f.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -40)}) },
		"search":   func(f *fixture) { f.chord(fyne.KeyModifierControl, fyne.KeyF) },
		"read":     func(f *fixture) { f.key(fyne.KeyLeft) },
		"explains": func(f *fixture) { f.GoTo(1); f.chord(fyne.KeyModifierControl, fyne.KeyI) },
	} {
		f := helped(t, "\nalpha"+strings.Repeat("\n", 60), &words{})
		f.complete()
		if f.offered() == "closed" {
			t.Fatal("the list did not open")
		}
		leave(f)
		if f.offered() != "closed" {
			t.Errorf("%s leaves the list open", name)
		}
	}
}

func TestReadOnlyTextIsNotCompleted(t *testing.T) {
	f := helped(t, "alpha", &words{})
	f.SetReadOnly(true)
	f.complete()
	if f.offered() != "closed" {
		t.Error("a read-only text is completed")
	}
	f.chord(fyne.KeyModifierControl, fyne.KeyI)
	if !f.assist.card.open {
		t.Error("a read-only text is not explained")
	}
}

func TestListStandsWhereThereIsRoom(t *testing.T) {
	f := helped(t, strings.Repeat("\n", 100), &words{})
	f.GoTo(0)
	for _, line := range []int{0, 5, 18, 100} {
		f.GoTo(f.text.Size() - 100 + line)
		f.complete()
		b := f.assist.list.bounds
		y := f.lines.Y(f.text.Caret().Line)
		if b.at.Y < 0 || b.at.Y+b.size.Height > f.Size().Height || b.at.Y < y+theme.SourceLine && b.at.Y+b.size.Height > y {
			t.Errorf("the list for the line at %g is at %g, %g high", y, b.at.Y, b.size.Height)
		}
		f.key(fyne.KeyEscape)
	}
	f.window.Resize(fyne.NewSize(200, theme.SourceLine*2))
	f.complete()
	f.key(fyne.KeyDown, fyne.KeyReturn)
	if !strings.Contains(f.Text(), "alps") {
		t.Error("without room for a list its keys mean something else")
	}
}

func TestCardByKey(t *testing.T) {
	f := helped(t, "one beta two", &words{})
	f.GoTo(5)
	f.chord(fyne.KeyModifierControl, fyne.KeyI)
	if c := &f.assist.card; !c.open || c.content.Title != "beta" || c.layer.hidden {
		t.Fatalf("card %+v", f.assist.card.content)
	}
	f.key(fyne.KeyEscape)
	if f.assist.card.open || f.tabLeaves {
		t.Error("Escape did not just take the card away")
	}
	f.Explain()
	test.Type(f.Editor, " ")
	if f.assist.card.open {
		t.Error("typing leaves the card")
	}
}

func TestHelpIsAboutTheCardOrElseTheCaret(t *testing.T) {
	f := helped(t, "one beta two", &words{})
	asked := -1
	f.OnHelp = func(offset int) { asked = offset }
	f.GoTo(1)
	f.key(fyne.KeyF1)
	if asked != 1 {
		t.Errorf("at the caret: offset %d", asked)
	}
	f.explain(5, true)
	f.until(t, "the card", func() bool { return f.assist.card.open })
	f.key(fyne.KeyF1)
	if asked != 4 {
		t.Errorf("with a card about the word from 4 to 8: offset %d", asked)
	}
}

func TestCardUnderThePointer(t *testing.T) {
	f := helped(t, "one beta two", &words{})
	move := func(column int) {
		x, y := f.at(0, column)
		e := &desktop.MouseEvent{}
		e.Position = fyne.NewPos(x, y)
		f.MouseMoved(e)
	}
	move(5)
	f.until(t, "the card", func() bool { return f.assist.card.open })
	move(6)
	if !f.assist.card.open {
		t.Error("the card went though the pointer is still on the word")
	}
	move(1)
	if f.assist.card.open {
		t.Error("the card stayed when the pointer moved on")
	}
	move(4)
	f.MouseOut()
	if f.assist.rest.timer != nil {
		t.Error("something is waited for though the pointer is gone")
	}
}

func TestCardOfTheLineNumbersIsAboutTheProblem(t *testing.T) {
	f := helped(t, "one beta two", &words{})
	f.SetProblems([]descriptor.Problem{{Severity: descriptor.Warning, Offset: 4, End: 8}})
	at, ok := f.pointedAt(fyne.NewPos(3, theme.SourceLine/2))
	if !ok || at.Byte != 4 {
		t.Errorf("the line number points at %v, %v", at, ok)
	}
	if _, ok := f.pointedAt(fyne.NewPos(3, theme.SourceLine*1.5)); ok {
		t.Error("there is something to tell about a line that is not there")
	}
}

func TestCardBreaksItsLines(t *testing.T) {
	c := newCard()
	height := c.cut(&Card{
		Title: "a title", Kind: "kind", Text: strings.Repeat("some words ", 200),
		Facts: []Fact{{"label", strings.Repeat("x", 400)}}, Notes: []Note{{descriptor.Error, "It is wrong."}},
	}, theme.CardWidth)
	last := c.lines[len(c.lines)-1]
	if last.text != "error: It is wrong." || last.line != 1+6+1 || height != 9*cardLineHeight+2*theme.Gap {
		t.Errorf("%q in line %d of a card %g high", last.text, last.line, height)
	}
	for _, l := range c.lines {
		if width := textWidth(l.text, l.size, l.bold); l.x+width > theme.CardWidth-2*theme.Pad+1 {
			t.Errorf("%q is %g wide", l.text, width)
		}
	}
}

func TestListPicture(t *testing.T) {
	for name, variant := range map[string]theme.Variant{"light": theme.Light, "dark": theme.Dark} {
		f := helped(t, "{\n  \n}", &words{})
		fyne.CurrentApp().Settings().SetTheme(theme.New(variant))
		f.window.Resize(fyne.NewSize(560, theme.SourceLine*9))
		f.GoTo(4)
		f.complete()
		f.key(fyne.KeyDown)
		test.AssertRendersToImage(t, "list-"+name+".png", f.window.Canvas())
	}
}
