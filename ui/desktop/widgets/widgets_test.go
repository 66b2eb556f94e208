package widgets

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"

	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/theme"
)

// show puts an object into a window of our look.
func show(t *testing.T, o fyne.CanvasObject, width, height float32) fyne.Window {
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Light))
	w := test.NewTempWindow(t, o)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(width, height))
	return w
}

func TestBadgesShowIconAndWord(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Light))
	bar := NewBar()
	for _, status := range []Status{StatusOK, StatusWarning, StatusFailed, StatusInfo, StatusPending, StatusRunning} {
		bar.objects = append(bar.objects, NewBadge(status, string(status)))
	}
	w := test.NewTempWindow(t, bar)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(560, theme.BarHeight))
	test.AssertRendersToMarkup(t, "badges.xml", w.Canvas())

	badge := bar.objects[0].(*Badge)
	before := badge.MinSize().Width
	badge.Set(StatusFailed, "refused by the add-on")
	if badge.MinSize().Width <= before {
		t.Error("a badge does not grow with its word")
	}
}

func TestEmptyOffersItsOneButton(t *testing.T) {
	pressed := false
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Light))
	empty := NewEmpty(theme.IconSites, "No add-on yet", "Install one to see its modules here.", "Install", func() { pressed = true })
	w := test.NewTempWindow(t, empty)
	w.Resize(fyne.NewSize(600, 400))
	test.AssertRendersToMarkup(t, "empty.xml", w.Canvas())
	for _, o := range test.LaidOutObjects(empty) {
		if button, ok := o.(*widget.Button); ok {
			test.Tap(button)
		}
	}
	if !pressed {
		t.Error("the button does nothing")
	}
}

func TestKeyValues(t *testing.T) {
	var copied string
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Light))
	k := NewKeyValues(func(text string) { copied = text },
		KeyValue{Label: "iss", Value: "com.example.addon"},
		KeyValue{Label: "qsh", Value: strings.Repeat("8063ff4ca1e41df7", 8), Status: StatusFailed},
		KeyValue{Label: "exp", Value: "in 3 minutes", Prose: true},
	)
	w := test.NewTempWindow(t, k)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(480, 200))
	test.AssertRendersToMarkup(t, "keyvalues.xml", w.Canvas())

	test.Tap(k.content.Objects[keyValueParts+copyPart].(*widget.Button))
	if copied != strings.Repeat("8063ff4ca1e41df7", 8) {
		t.Errorf("copied %q", copied)
	}
	label := k.content.Objects[valuePart]
	k.Set(KeyValue{Label: "iss", Value: "other"}, KeyValue{Label: "qsh", Value: "x"}, KeyValue{Label: "exp", Value: "y", Prose: true})
	if k.content.Objects[valuePart] != label || label.(*widget.Label).Text != "other" {
		t.Error("values under the same labels build new widgets")
	}
	k.Set(KeyValue{Label: "sub", Value: "user"})
	if len(k.content.Objects) != keyValueParts {
		t.Errorf("one value has %d objects", len(k.content.Objects))
	}
}

func TestStagesShowTheProblemOfTheFailedStep(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Light))
	s := NewStages()
	w := test.NewTempWindow(t, s)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(560, 240))
	s.Set(
		Stage{Name: "Fetch", Status: StatusOK, Detail: "200 in 4 ms"},
		Stage{Name: "Callback", Status: StatusRunning, Detail: "POST /installed"},
	)
	running := s.MinSize().Height
	s.Set(
		Stage{Name: "Fetch", Status: StatusOK, Detail: "200 in 4 ms"},
		Stage{Name: "Callback", Status: StatusFailed, Detail: "401 in 12 ms", Problem: "The add-on answered 401. It does not trust the install key of this host."},
		Stage{Name: "Enable", Status: StatusPending},
	)
	w.Resize(fyne.NewSize(561, 240)) // the frame after: wrapped text knows its width
	test.AssertRendersToMarkup(t, "stages.xml", w.Canvas())
	if s.MinSize().Height <= running {
		t.Error("the problem takes no room")
	}
}

func TestErrorPanelHidesWithoutError(t *testing.T) {
	p := NewError("The page could not be opened", errors.New("connection refused"))
	show(t, p, 400, 200)
	if !p.Visible() || p.why.Text != "connection refused" || p.advice.Visible() {
		t.Error("the error is not shown as it is")
	}
	p.Set("", nil, "")
	if p.Visible() {
		t.Error("without an error the panel stays")
	}
	p.Set("Install failed", errors.New("no answer"), "Start the add-on.")
	if !p.Visible() || !p.advice.Visible() {
		t.Error("a new error is not shown")
	}
}

func TestSplitKeepsPanesAtTheirLeastSize(t *testing.T) {
	left, right := widget.NewLabel("left"), widget.NewLabel("right pane")
	s := NewSplit(Horizontal, left, right, 0.5)
	show(t, s, 401, 100)
	if left.Size().Width != 200 || right.Size().Width != 200 || right.Position().X != 201 {
		t.Errorf("half and half: %v, %v at %v", left.Size(), right.Size(), right.Position())
	}
	var left2 float64
	s.OnMoved = func(offset float64) { left2 = offset }
	s.line.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(-300, 10)}})
	s.line.DragEnd()
	if left.Size().Width < left.MinSize().Width || left.Size().Width > left.MinSize().Width+1 {
		t.Errorf("dragged to the edge the left pane is %g wide, least is %g", left.Size().Width, left.MinSize().Width)
	}
	if left2 != s.Offset() {
		t.Error("OnMoved was not told where the line is")
	}
	left.Hide()
	s.Refresh()
	if right.Size().Width != 401 {
		t.Errorf("beside a hidden pane the other is %g wide", right.Size().Width)
	}
}

func TestFilterBoxTellsOncePerText(t *testing.T) {
	q := post.NewQueue()
	var told []string
	left := false
	test.NewTempApp(t)
	f := NewFilterBox(q.Post, "kind:webhook", func(text string) { told = append(told, text) })
	f.OnLeave = func() { left = true }
	w := test.NewTempWindow(t, f)
	w.Canvas().Focus(f)

	test.Type(f, "status:401")
	q.Until(5*time.Second, func() bool { return len(told) > 0 })
	if strings.Join(told, "|") != "status:401" {
		t.Errorf("told %q, want the whole text once", told)
	}
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	q.Until(5*time.Second, func() bool { return len(told) > 1 })
	if f.Text != "" || told[len(told)-1] != "" {
		t.Errorf("Escape leaves %q and told %q", f.Text, told)
	}
	if left {
		t.Error("Escape that emptied the field left it too")
	}
	for _, key := range []fyne.KeyName{fyne.KeyEscape, fyne.KeyDown, fyne.KeyReturn} {
		left = false
		f.TypedKey(&fyne.KeyEvent{Name: key})
		if !left {
			t.Errorf("%s in the empty field does not go to the list", key)
		}
	}
}

func TestBarStretches(t *testing.T) {
	a, b := widget.NewLabel("a"), widget.NewLabel("b")
	bar := NewBar(a, layout.NewSpacer(), b)
	show(t, bar, 500, theme.BarHeight)
	if end := b.Position().X + b.Size().Width; end != 500-theme.Pad {
		t.Errorf("behind a spacer the last object ends at %g", end)
	}
	wide := NewBar(a, b).Stretch(a)
	show(t, wide, 500, theme.BarHeight)
	if a.Size().Width < 400 {
		t.Errorf("the stretched object is %g wide", a.Size().Width)
	}
}

func TestSourceColoursInTheBackground(t *testing.T) {
	q := post.NewQueue()
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Light))
	s := NewSource(q.Post)
	w := test.NewTempWindow(t, s)
	w.Resize(fyne.NewSize(500, 200))

	plain := countTexts(s)
	s.SetText("<html>\n<p class=\"x\">Hello</p>\n</html>", LanguageHTML)
	if s.Text() == "" {
		t.Fatal("the text is not there before its colours")
	}
	colored := q.Until(10*time.Second, func() bool { return countTexts(s) > plain+6 })
	if !colored {
		t.Error("HTML is not cut into tokens")
	}
	s.SetText(`{"a": 1}`, LanguageJSON)
	if got := countTexts(s); got < 5 {
		t.Errorf("JSON is drawn in %d texts", got)
	}
	s.SetText("anything", "no such language")
	if s.Text() != "anything" {
		t.Error("a text of an unknown language is not shown")
	}
}

func TestTokensCoverEveryByte(t *testing.T) {
	for _, language := range []string{LanguageHTML, LanguageJavaScript, LanguageXML, LanguageHTTP} {
		text := "<a href=\"x\">ü漢\r\n\n</a>\n// \"unclosed\nGET / HTTP/1.1\n"
		lines, err := tokenize(lexers.Get(language), text)
		if err != nil {
			t.Fatalf("%s cannot be cut into tokens: %v", language, err)
		}
		for number, line := range strings.Split(text, "\n") {
			covered := 0
			lines.Line(number, line, 0, len(line)+1, func(start, end int, _ chroma.TokenType) {
				if start != covered || end < start || end > len(line) {
					t.Errorf("%s: line %d has a token of bytes %d to %d behind byte %d", language, number, start, end, covered)
				}
				covered = end
			})
			if covered != len(line) {
				t.Errorf("%s: line %d is drawn up to byte %d of %d", language, number, covered, len(line))
			}
		}
	}
}

// countTexts counts the texts drawn.
func countTexts(s *Source) int {
	count := 0
	for _, o := range test.LaidOutObjects(s) {
		if _, ok := o.(*canvas.Text); ok {
			count++
		}
	}
	return count
}
