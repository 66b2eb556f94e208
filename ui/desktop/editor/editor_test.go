package editor

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/theme"
)

// fixture is an editor in a window of 20 lines.
type fixture struct {
	*Editor
	window  fyne.Window
	queue   *post.Queue
	changed int
}

func newFixture(t testing.TB, text string) *fixture {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Light))
	f := &fixture{queue: post.NewQueue()}
	f.Editor = New(f.queue.Post)
	f.OnChanged = func() { f.changed++ }
	f.window = test.NewTempWindow(t, f.Editor)
	f.window.SetPadded(false)
	f.window.Resize(fyne.NewSize(640, theme.SourceLine*20))
	f.SetText(text)
	f.window.Canvas().Focus(f.Editor)
	return f
}

func (f *fixture) key(names ...fyne.KeyName) {
	for _, name := range names {
		f.TypedKey(&fyne.KeyEvent{Name: name})
	}
}

func (f *fixture) shifted(do func()) {
	f.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
	do()
	f.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
}

func (f *fixture) chord(modifier fyne.KeyModifier, key fyne.KeyName) {
	f.TypedShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: modifier})
}

// drawn gives the texts of the lines in view, tokens joined by |.
func (f *fixture) drawn() []string {
	var lines []string
	for _, line := range f.view.lines {
		if line.number.Hidden {
			continue
		}
		var tokens []string
		for _, text := range line.texts.all[:line.texts.used] {
			tokens = append(tokens, text.Text)
		}
		lines = append(lines, line.number.Text+" "+strings.Join(tokens, "|"))
	}
	return lines
}

func (f *fixture) press(x, y float32, button desktop.MouseButton, modifier fyne.KeyModifier) {
	e := &desktop.MouseEvent{Button: button, Modifier: modifier}
	e.Position = fyne.NewPos(x, y)
	e.AbsolutePosition = e.Position
	f.MouseDown(e)
}

// at gives the point of a cell of a line in view.
func (f *fixture) at(line, column int) (x, y float32) {
	return f.view.columnX(column) + 1, f.lines.Y(line) + theme.SourceLine/2
}

func manyLines(n int) string {
	var text strings.Builder
	text.WriteString("{\n")
	for i := range n {
		fmt.Fprintf(&text, "  \"key%d\": {\"value\": %d, \"name\": \"a module\"},\n", i, i)
	}
	text.WriteString("}")
	return text.String()
}

func TestTyping(t *testing.T) {
	f := newFixture(t, "")
	test.Type(f.Editor, `{"name"`)
	f.key(fyne.KeyReturn)
	if got, want := f.Text(), "{\"name\"\n}"; got != want {
		t.Errorf("typed %q, want %q", got, want)
	}
	if f.changed == 0 {
		t.Error("OnChanged was not told")
	}
	f.TypedShortcut(&fyne.ShortcutUndo{})
	if got, want := f.Text(), `{"name"}`; got != want {
		t.Errorf("undo leads to %q, want %q", got, want)
	}
	f.chord(fyne.KeyModifierControl|fyne.KeyModifierShift, fyne.KeyZ)
	if got, want := f.Text(), "{\"name\"\n}"; got != want {
		t.Errorf("redo leads to %q, want %q", got, want)
	}
}

func TestTokensAreDrawn(t *testing.T) {
	f := newFixture(t, "{\n\t\"a\": [1, true, \"漢字x\"]\n}")
	got := strings.Join(f.drawn(), "\n")
	want := "1 {\n2 \"a\"|:|[|1|,|true|,|\"|漢|字|x\"|]\n3 }"
	if got != want {
		t.Errorf("drawn:\n%s\nwant:\n%s", got, want)
	}
	tokens := f.view.lines[1].texts.all
	if x := tokens[0].Position().X; x != f.view.columnX(4) {
		t.Errorf("behind a tab text is drawn at %g, want %g", x, f.view.columnX(4))
	}
	if x := tokens[9].Position().X - tokens[8].Position().X; !near(x, 2*f.view.cell.Width) {
		t.Errorf("a wide letter takes %g, want two cells of %g", x, f.view.cell.Width)
	}
	key, str := tokens[0].Color, tokens[10].Color
	if key == str {
		t.Error("a key and a string have the same colour")
	}
}

func TestTabsBetweenTokensGoToTheNextStop(t *testing.T) {
	f := newFixture(t, "[1,\t2]")
	two := f.view.lines[0].texts.all[3]
	if two.Text != "2" || !near(two.Position().X, f.view.columnX(4)) {
		t.Errorf("%q is drawn at %g, want %g", two.Text, two.Position().X, f.view.columnX(4))
	}
}

func TestSelectionByKeysAndClipboard(t *testing.T) {
	f := newFixture(t, "one two\nthree")
	clipboard := test.NewClipboard()
	f.shifted(func() { f.key(fyne.KeyRight, fyne.KeyRight, fyne.KeyRight) })
	if f.Selected() != "one" {
		t.Errorf("selected %q", f.Selected())
	}
	f.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	f.chord(fyne.KeyModifierControl, fyne.KeyEnd)
	f.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if got := f.Text(); got != "one two\nthreeone" {
		t.Errorf("pasted: %q", got)
	}
	f.TypedShortcut(&fyne.ShortcutSelectAll{})
	f.TypedShortcut(&fyne.ShortcutCut{Clipboard: clipboard})
	if f.Text() != "" || clipboard.Content() != "one two\nthreeone" {
		t.Errorf("cut left %q and took %q", f.Text(), clipboard.Content())
	}
	f.chord(fyne.KeyModifierControl|fyne.KeyModifierShift, fyne.KeyLeft)
	if f.Selected() != "" {
		t.Error("an empty text has a selection")
	}
}

func TestSelectionIsDrawn(t *testing.T) {
	f := newFixture(t, "one\ntwo\nthree")
	f.Select(1, 9)
	for i, want := range []bool{true, true, true} {
		if got := !f.view.lines[i].chosen.Hidden; got != want {
			t.Errorf("line %d selected: %v", i, got)
		}
	}
	chosen := f.view.lines[0].chosen
	if x := chosen.Position().X; !near(x, f.view.columnX(1)) {
		t.Errorf("the selection begins at %g, want %g", x, f.view.columnX(1))
	}
}

func TestMouse(t *testing.T) {
	f := newFixture(t, "{\"one\": \"two\"}\nsecond")
	x, y := f.at(0, 3)
	f.press(x, y, desktop.MouseButtonPrimary, 0)
	if line, column, offset := f.Caret(); line != 1 || column != 4 || offset != 3 {
		t.Errorf("a click puts the caret at line %d, column %d, offset %d", line, column, offset)
	}
	f.press(x, y, desktop.MouseButtonPrimary, 0)
	if f.Selected() != "one" {
		t.Errorf("a double click selects %q", f.Selected())
	}
	f.press(x, y, desktop.MouseButtonPrimary, 0)
	if f.Selected() != "{\"one\": \"two\"}\n" {
		t.Errorf("a triple click selects %q", f.Selected())
	}
	x, y = f.at(1, 1)
	f.press(x, y, desktop.MouseButtonPrimary, 0)
	x, y = f.at(1, 4)
	f.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}})
	if f.Selected() != "eco" {
		t.Errorf("dragging selects %q", f.Selected())
	}
	f.press(2, theme.SourceLine/2, desktop.MouseButtonPrimary, 0)
	if f.Selected() != "{\"one\": \"two\"}\n" {
		t.Errorf("a click on a line number selects %q", f.Selected())
	}
	x, y = f.at(1, 6)
	f.press(x, y, desktop.MouseButtonPrimary, fyne.KeyModifierShift)
	if f.Selected() != "{\"one\": \"two\"}\nsecond" {
		t.Errorf("a click with shift selects %q", f.Selected())
	}
}

func TestReadOnly(t *testing.T) {
	f := newFixture(t, "text")
	f.SetReadOnly(true)
	clipboard := test.NewClipboard()
	clipboard.SetContent("x")
	test.Type(f.Editor, "a")
	f.key(fyne.KeyBackspace, fyne.KeyDelete, fyne.KeyReturn, fyne.KeyTab)
	f.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	f.TypedShortcut(&fyne.ShortcutSelectAll{})
	f.TypedShortcut(&fyne.ShortcutCut{Clipboard: clipboard})
	f.chord(fyne.KeyModifierAlt, fyne.KeyUp)
	if f.Text() != "text" || f.changed != 0 {
		t.Errorf("a read-only text became %q", f.Text())
	}
	f.TypedShortcut(&fyne.ShortcutCopy{Clipboard: clipboard})
	if clipboard.Content() != "text" {
		t.Error("a read-only text cannot be copied")
	}
	if f.AcceptsTab() {
		t.Error("a read-only text keeps Tab")
	}
}

func TestTabIndentsAndLeavesAfterEscape(t *testing.T) {
	f := newFixture(t, "a")
	f.key(fyne.KeyTab)
	if f.Text() != "  a" {
		t.Errorf("Tab made %q", f.Text())
	}
	f.shifted(func() { f.key(fyne.KeyTab) })
	if f.Text() != "a" {
		t.Errorf("Shift+Tab made %q", f.Text())
	}
	f.key(fyne.KeyEscape, fyne.KeyTab)
	if f.Text() != "a" {
		t.Errorf("Tab after Escape made %q", f.Text())
	}
}

func TestProblemsAreMarked(t *testing.T) {
	f := newFixture(t, "{\n  \"a\": 1,\n  \"b\": 2\n}")
	f.SetProblems([]descriptor.Problem{
		{Severity: descriptor.Warning, Offset: 4, End: 7},
		{Severity: descriptor.Error, Offset: 9, End: 10},
		{Severity: descriptor.Info, Offset: 14, End: 14},
		{Severity: descriptor.Error, Offset: 500, End: 900}, // of an older, longer text
	})
	second := f.view.lines[1]
	if second.waves.used != 2 || second.icon.Hidden {
		t.Fatalf("line 2 has %d waves", second.waves.used)
	}
	if got := second.icon.Resource.Name(); !strings.Contains(got, "failed") {
		t.Errorf("line 2 is marked %s, want the worst of its problems", got)
	}
	wave := second.waves.all[0].ink
	if x, w := wave.Position().X, wave.Size().Width; !near(x, f.view.columnX(2)) || !near(w, 3*f.view.cell.Width) {
		t.Errorf("the wave lies at %g, %g wide", x, w)
	}
	if third := f.view.lines[2]; third.waves.used != 1 || third.waves.all[0].ink.Size().Width < f.view.cell.Width {
		t.Error("a problem without extent cannot be seen")
	}
	f.SetProblems(nil)
	if second.waves.used != 0 || !second.icon.Hidden {
		t.Error("marks stay when the problems are gone")
	}
}

func TestMarksKeepToTheirTextUntilTheNextCheck(t *testing.T) {
	f := newFixture(t, "{\n  \"a\": 1\n}")
	f.SetProblems([]descriptor.Problem{{Severity: descriptor.Error, Offset: 9, End: 10}})
	f.key(fyne.KeyReturn)
	f.chord(fyne.KeyModifierControl, fyne.KeyEnd)
	marks := f.problems.on(2)
	if len(marks) != 1 || f.text.Line(2)[marks[0].from.Byte:marks[0].to.Byte] != "1" {
		t.Errorf("after a new line above, the marks are %v", f.problems.all)
	}
	f.Undo()
	if marks := f.problems.on(1); len(marks) != 1 {
		t.Errorf("after undo the marks are %v", f.problems.all)
	}
	f.Replace("")
	if len(f.problems.on(0)) != 1 {
		t.Errorf("in an empty text the marks are %v", f.problems.all)
	}
}

func TestManyLines(t *testing.T) {
	f := newFixture(t, manyLines(30_000))
	f.GoTo(strings.Index(f.Text(), `"key25000"`) + 1)
	line, _, _ := f.Caret()
	if line != 25_002 {
		t.Fatalf("the caret is on line %d", line)
	}
	if got := f.drawn(); !strings.Contains(strings.Join(got, "\n"), "25002 \"key25000\"|:|{") {
		t.Errorf("around the caret there is drawn %v", got)
	}
	if len(f.view.lines) > 22 {
		t.Errorf("%d lines are drawn for a view of 20", len(f.view.lines))
	}
	f.chord(fyne.KeyModifierControl, fyne.KeyEnd)
	drawn := f.drawn()
	if last := drawn[len(drawn)-1]; last != "30002 }" {
		t.Errorf("at the end the last line drawn is %q", last)
	}
	f.key(fyne.KeyPageUp)
	if line, _, _ := f.Caret(); line != 30_002-19 {
		t.Errorf("a page up from the end goes to line %d", line)
	}
	f.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 1e9)})
	if drawn := f.drawn(); drawn[0] != "1 {" {
		t.Errorf("scrolled to the top there is %q", drawn[0])
	}
}

func TestAPlaceIsShownThatWasSetBeforeTheWindow(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Light))
	e := New(post.NewQueue().Post)
	e.SetText(manyLines(1000))
	e.GoTo(e.text.Size() / 2)
	w := test.NewTempWindow(t, e)
	w.Resize(fyne.NewSize(640, 400))
	line, _, _ := e.Caret()
	if y := e.lines.Y(line - 1); y < 0 || y > 400 {
		t.Errorf("line %d lies at %g, outside the view", line, y)
	}
}

func TestOneVeryLongLine(t *testing.T) {
	text := "{" + strings.Repeat(`"key": "value", `, 100_000/16) + `"end": 1}`
	f := newFixture(t, text)
	if tokens := f.view.lines[0].texts.used; tokens > 80 {
		t.Errorf("%d tokens are drawn for a line cut to the view", tokens)
	}
	f.key(fyne.KeyEnd)
	if got := f.drawn()[0]; !strings.HasSuffix(got, `"end"|:|1|}`) {
		t.Errorf("at the end of the line there is drawn %q", got)
	}
	if x := f.view.caret.Position().X; x < 0 || x > 640 || f.view.caret.Hidden {
		t.Errorf("the caret is drawn at %g", x)
	}
	middle := strings.Index(text[50_000:], `"value"`) + 50_000
	f.GoTo(middle)
	if got := f.drawn()[0]; !strings.Contains(got, `"key"|:|"value"|,|`) {
		t.Errorf("in the middle of the line there is drawn %q", got)
	}
	test.Type(f.Editor, "x")
	if f.Text() != text[:middle]+"x"+text[middle:] {
		t.Error("typing in a long line changed something else")
	}
}

func TestFind(t *testing.T) {
	f := newFixture(t, "key: 1\nKEY: 2\nother\nkey: 3")
	f.chord(fyne.KeyModifierControl, fyne.KeyF)
	test.Type(f.finder.field, "key")
	if f.finder.count.Text != "1 of 3" {
		t.Errorf("the field says %q", f.finder.count.Text)
	}
	if f.view.lines[1].found.used != 1 || f.view.lines[2].found.used != 0 {
		t.Error("matches are not marked where they are")
	}
	for _, want := range []string{"2 of 3", "3 of 3", "1 of 3"} {
		f.finder.field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if f.finder.count.Text != want {
			t.Errorf("the field says %q, want %q", f.finder.count.Text, want)
		}
	}
	f.finder.field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	if f.finder.count.Text != "3 of 3" {
		t.Errorf("backwards from the first match the field says %q", f.finder.count.Text)
	}
	test.Type(f.finder.field, "x")
	if f.finder.count.Text != "not found" {
		t.Errorf("the field says %q", f.finder.count.Text)
	}
	f.finder.field.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if !f.focused || !f.finder.panel.Hidden {
		t.Error("Escape does not give the keys back")
	}
}

func TestReplaceAndApplyCanBeTakenBack(t *testing.T) {
	f := newFixture(t, "{\"a\": 1}")
	f.Apply([]descriptor.Edit{{Offset: 6, End: 7, Text: "2"}})
	f.Replace("{}")
	f.Undo()
	if f.Text() != "{\"a\": 2}" {
		t.Errorf("undo leads to %q", f.Text())
	}
	f.Undo()
	if f.Text() != "{\"a\": 1}" || f.CanUndo() {
		t.Errorf("undo leads to %q", f.Text())
	}
}

// TestFormEditsAreOneStep: the edits of a form and those of all fixes make of the editor's text what
// they make of the bytes, and one undo takes them back.
func TestFormEditsAreOneStep(t *testing.T) {
	for _, newline := range []string{"\n", "\r\n"} {
		text := strings.ReplaceAll("{\n  'key': \"a\", // mine\n  \"scopes\": [\"Read\",],\n  \"vendor\": {}\n}\n", "\n", newline)
		tree := descriptor.Parse([]byte(text))
		moved, err := tree.Move("/vendor", 0)
		if err != nil {
			t.Fatal(err)
		}
		set, err := tree.Set("/vendor/name", map[string]string{"value": "é"})
		if err != nil {
			t.Fatal(err)
		}
		all := descriptor.FixAll([]byte(text), descriptor.Options{})
		for _, edits := range [][]descriptor.Edit{moved, set, all.Edits} {
			f := newFixture(t, text)
			f.Apply(edits)
			if want := string(descriptor.Apply([]byte(text), edits)); f.Text() != want || want == text {
				t.Errorf("%v makes %q, want %q", edits, f.Text(), want)
			}
			f.Undo()
			if f.Text() != text || f.CanUndo() {
				t.Errorf("undo of %v leads to %q", edits, f.Text())
			}
		}
	}
}

func TestCaretBlinksOnlyWithFocus(t *testing.T) {
	f := newFixture(t, "a")
	if f.view.caret.Hidden {
		t.Fatal("the caret is hidden in a focused editor")
	}
	if !f.queue.Until(5*time.Second, func() bool { return f.view.caret.Hidden }) {
		t.Error("the caret does not blink")
	}
	f.key(fyne.KeyRight)
	if f.view.caret.Hidden {
		t.Error("the caret is hidden after a key")
	}
	f.window.Canvas().Unfocus()
	if !f.view.caret.Hidden || f.blink.timer != nil {
		t.Error("the caret goes on blinking without focus")
	}
}

func TestThemeSwitchRecolours(t *testing.T) {
	f := newFixture(t, "{}")
	light := f.view.lines[0].texts.all[0].Color
	fyne.CurrentApp().Settings().SetTheme(theme.New(theme.Dark))
	f.Refresh()
	if dark := f.view.lines[0].texts.all[0].Color; dark == light {
		t.Error("tokens keep the colour of the other theme")
	}
}

func TestPicture(t *testing.T) {
	for name, variant := range map[string]theme.Variant{"light": theme.Light, "dark": theme.Dark} {
		f := newFixture(t, "{\n\t\"key\": \"com.example\",\n\t\"apiVersion\": 1,\n\t\"links\": null\n}")
		fyne.CurrentApp().Settings().SetTheme(theme.New(variant))
		f.window.Resize(fyne.NewSize(300, theme.SourceLine*6))
		f.SetProblems([]descriptor.Problem{
			{Severity: descriptor.Error, Offset: 3, End: 8},
			{Severity: descriptor.Warning, Offset: 43, End: 44},
		})
		f.Select(26, 50)
		test.AssertRendersToImage(t, "editor-"+name+".png", f.window.Canvas())
	}
}

func BenchmarkKey(b *testing.B) {
	for _, size := range []struct {
		name  string
		lines int
	}{{"100KB", 2000}, {"1MB", 20_000}} {
		b.Run(size.name, func(b *testing.B) {
			f := newFixture(b, manyLines(size.lines))
			f.GoTo(f.text.Size() / 2)
			for b.Loop() {
				f.TypedRune('x')
				f.key(fyne.KeyBackspace)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(2*b.N), "ns/key")
		})
	}
	for _, size := range []struct {
		name  string
		bytes int
	}{{"100KB-line", 100_000}, {"1MB-line", 1_000_000}} {
		b.Run(size.name, func(b *testing.B) {
			f := newFixture(b, "{"+strings.Repeat(`"key": "value", `, size.bytes/16)+"}")
			f.GoTo(size.bytes - 100)
			for b.Loop() {
				f.TypedRune('x')
				f.key(fyne.KeyBackspace)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(2*b.N), "ns/key")
		})
	}
}

func BenchmarkScroll(b *testing.B) {
	f := newFixture(b, manyLines(20_000))
	direction := float32(-120)
	for b.Loop() {
		f.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, direction)})
		if position, _ := f.lines.Fraction(); position >= 1 || position <= 0 {
			direction = -direction
		}
	}
}

func BenchmarkSetText(b *testing.B) {
	f := newFixture(b, "")
	text := manyLines(20_000)
	for b.Loop() {
		f.SetText(text)
	}
}

func near(a, b float32) bool { return a-b < 0.1 && b-a < 0.1 }

// Fyne throws the renderer of an editor away that was out of sight for a minute.
func TestARendererMadeAnewShowsTheText(t *testing.T) {
	f := newFixture(t, strings.Repeat("one\ntwo\n", 500))
	f.lines.By(40 * theme.SourceLine)
	f.draw()
	before := drawn(f.view)
	if len(before) == 0 {
		t.Fatal("nothing is drawn at first")
	}
	f.CreateRenderer()
	if after := drawn(f.view); !slices.Equal(after, before) {
		t.Errorf("drawn anew: %q, before: %q", after, before)
	}
}

// drawn is every text that a view draws.
func drawn(v *view) []string {
	var texts []string
	for _, o := range v.Objects() {
		if text, ok := o.(*canvas.Text); ok && text.Visible() && text.Text != "" {
			texts = append(texts, text.Text)
		}
	}
	return texts
}
