package descriptor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/ask"
	"connect-workbench/ui/desktop/looktest"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/workbench"
)

const patience = 10 * time.Second

// fakeHost is a workbench with one file, held in memory.
type fakeHost struct {
	mu        sync.Mutex
	path      string
	text      string
	disk      map[string]string
	saveErr   error
	reinstall bool
	rules     workbench.CheckRules
	hold      chan struct{} // a check of the text holdFor waits for it
	holdFor   string        // "": no text is held
	subs      []func(workbench.Change)

	reached  workbench.ReachReport // what a reach check finds
	reachErr error
	asked    []string // the sites reach checks were made for
}

func (h *fakeHost) Reach(_ context.Context, site string, progress func(done, total int)) (workbench.ReachReport, error) {
	h.asked = append(h.asked, site)
	progress(1, 2)
	h.reached.Text = h.text
	return h.reached, h.reachErr
}

func (h *fakeHost) FixAll(text string) engine.Fixed {
	var edits []engine.Edit
	problems := h.Check(text).Problems
	for _, p := range problems {
		edits = append(edits, p.Fix.Edits...)
	}
	return engine.Fixed{Text: engine.Apply([]byte(text), edits), Edits: edits, Cured: problems}
}

func (h *fakeHost) Descriptor() workbench.DescriptorFile {
	h.mu.Lock()
	defer h.mu.Unlock()
	return workbench.DescriptorFile{Path: h.path, Text: h.text, Dirty: h.text != h.disk[h.path]}
}

func (h *fakeHost) SetDescriptorText(text string) { h.set(h.path, text) }

func (h *fakeHost) set(path, text string) {
	h.mu.Lock()
	h.path, h.text = path, text
	h.mu.Unlock()
	for _, f := range h.subs {
		f(workbench.DescriptorChanged)
	}
}

func (h *fakeHost) SaveDescriptor() error {
	if h.saveErr == nil {
		h.disk[h.path] = h.text
	}
	return h.saveErr
}

func (h *fakeHost) SaveDescriptorAs(path string) error {
	h.disk[path] = h.text
	h.set(path, h.text)
	return nil
}

func (h *fakeHost) OpenDescriptor(path string) error {
	text, ok := h.disk[path]
	if !ok {
		return fmt.Errorf("open descriptor: %w", &os.PathError{Op: "open", Path: path, Err: os.ErrNotExist})
	}
	h.set(path, text)
	return nil
}

func (h *fakeHost) RevertDescriptor() error {
	h.set(h.path, h.disk[h.path])
	return nil
}

func (h *fakeHost) Subscribe(f func(workbench.Change)) func() {
	h.subs = append(h.subs, f)
	return func() { h.subs = nil }
}

func (h *fakeHost) CheckRules() workbench.CheckRules { return h.rules }

func (h *fakeHost) SetCheckRules(r workbench.CheckRules) error {
	if h.saveErr == nil {
		h.rules = r
	}
	return h.saveErr
}

func (h *fakeHost) ReinstallOnSave() bool { return h.reinstall }

func (h *fakeHost) SetReinstallOnSave(on bool) error {
	if h.saveErr == nil {
		h.reinstall = on
	}
	return h.saveErr
}

func (h *fakeHost) Complete(text string, offset int) engine.Completion {
	return engine.Complete([]byte(text), offset, engine.Options{})
}

func (h *fakeHost) Hover(text string, offset int) engine.Help {
	return engine.Hover([]byte(text), offset, engine.Options{})
}

// Check finds every "bad" in the text, with a fix that makes it good.
func (h *fakeHost) Check(text string) engine.Report {
	h.mu.Lock()
	hold := h.hold
	if text != h.holdFor {
		hold = nil
	}
	h.mu.Unlock()
	if hold != nil {
		<-hold
	}
	report := engine.Report{Product: engine.Jira}
	for from := 0; ; {
		at := strings.Index(text[from:], "bad")
		if at < 0 {
			return report
		}
		at += from
		from = at + 3
		line := strings.Count(text[:at], "\n")
		report.Errors++
		report.Problems = append(report.Problems, engine.Problem{
			Severity: engine.Error, Rule: "test.bad", Message: "This is bad.", Pointer: fmt.Sprintf("/%d", report.Errors),
			Line: line + 1, Column: at - strings.LastIndex(text[:at], "\n"), Offset: at, End: at + 3,
			Fix: &engine.Fix{Title: "Make it good", Edits: []engine.Edit{{Offset: at, End: at + 3, Text: "good"}}},
		})
	}
}

const (
	home    = "/home/ada/first-addon/atlassian-connect.json"
	started = "{\n  \"key\": \"bad\",\n  \"modules\": {\"webhooks\": [{\"event\": \"jira:issue_created\", \"url\": \"/hook\"}]}\n}\n"
)

// scene is the place under test, in a window of its own.
type scene struct {
	*View
	host   *fakeHost
	queue  *post.Queue
	window fyne.Window
	failed error
	gone   []place.Target
}

func newScene(t *testing.T, text string) *scene {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.New(theme.Light))
	s := &scene{host: &fakeHost{path: home, text: text, disk: map[string]string{home: text}}, queue: post.NewQueue()}
	s.window = test.NewTempWindow(t, widget.NewLabel(""))
	s.View = New(s.host, place.Env{
		Post:   s.queue.Post,
		Window: s.window,
		Site:   func() string { return "" },
		Start: func(_ string, work func(context.Context, func(string)) error, done func(error)) {
			done(work(context.Background(), func(string) {}))
		},
		Go:   func(to place.Target) { s.gone = append(s.gone, to) },
		Fail: func(_ string, err error) { s.failed = err },
	})
	s.window.SetContent(s.Content())
	s.window.Resize(fyne.NewSize(1200, 760))
	s.Shown()
	t.Cleanup(s.Close)
	s.until(t, "the first check", func() bool { return s.model.fresh() })
	return s
}

func (s *scene) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	if !s.queue.Until(patience, done) {
		t.Fatal("this did not come about: " + what)
	}
}

// answer presses a button of the sheet that is open.
func (s *scene) answer(t *testing.T, word string) {
	t.Helper()
	sheet := s.window.Canvas().Overlays().Top()
	if sheet == nil {
		t.Fatalf("nothing is asked that %q could answer", word)
	}
	looktest.Press(t, sheet, word)
}

func TestTypingReachesTheWorkbenchAndIsChecked(t *testing.T) {
	s := newScene(t, started)
	if s.editor.Text() != started || s.foot.summary.Text != "1 error" {
		t.Fatalf("at the start: %q, %q", s.editor.Text(), s.foot.summary.Text)
	}
	test.Type(s.editor, "bad")
	if s.host.Descriptor().Text != "bad"+started {
		t.Errorf("the workbench has %q", s.host.Descriptor().Text)
	}
	if s.bar.state.Visible() && s.bar.save.Importance != widget.HighImportance {
		t.Error("unsaved text does not offer to save")
	}
	s.until(t, "the second problem", func() bool { return s.foot.summary.Text == "2 errors" })
}

func TestAStaleCheckIsDropped(t *testing.T) {
	s := newScene(t, started)
	s.host.mu.Lock()
	s.host.hold, s.host.holdFor = make(chan struct{}), "x"+started
	s.host.mu.Unlock()
	test.Type(s.editor, "x")
	s.startCheck()
	test.Type(s.editor, "bad")
	s.until(t, "the newer check", func() bool { return s.model.checkOf == "xbad"+started })
	close(s.host.hold)
	s.work.Close()
	s.queue.Drain()
	if s.model.checkOf != "xbad"+started || s.foot.summary.Text != "2 errors" {
		t.Errorf("the older answer took over: %q", s.foot.summary.Text)
	}
}

func TestAFixGoesThroughTheEditor(t *testing.T) {
	s := newScene(t, started)
	s.problems.Select(0)
	if !s.foot.fix.Visible() || s.foot.fix.Text != "Fix: Make it good" {
		t.Fatalf("the fix is offered as %q", s.foot.fix.Text)
	}
	test.Tap(s.foot.fix)
	want := strings.Replace(started, "bad", "good", 1)
	if s.host.Descriptor().Text != want {
		t.Fatalf("after the fix: %q", s.host.Descriptor().Text)
	}
	s.until(t, "no problem", func() bool { return s.foot.summary.Text == "No problems" })
	if s.foot.fix.Visible() {
		t.Error("a fix is offered for nothing")
	}
	s.editor.Undo()
	if s.host.Descriptor().Text != started {
		t.Errorf("after undo: %q", s.host.Descriptor().Text)
	}
}

// TestALongFixTakesNoRoomFromTheOutline: the line's least width is the same whatever the fix is called,
// and the title comes back with the room.
func TestALongFixTakesNoRoomFromTheOutline(t *testing.T) {
	s := newScene(t, started)
	s.problems.Select(0)
	least := s.foot.line.MinSize().Width
	s.foot.offers.title = strings.Repeat("long ", 200)
	s.foot.line.Refresh()
	if got := s.foot.line.MinSize().Width; got != least {
		t.Errorf("the line needs %v in place of %v", got, least)
	}
	if !strings.Contains(s.foot.fix.Text, "…") || s.foot.fix.Position().X < 0 || s.foot.explain.Position().X < 0 {
		t.Errorf("the fix is offered as %q at %v", s.foot.fix.Text, s.foot.fix.Position())
	}
	s.window.Resize(fyne.NewSize(least, 760)) // narrower than the outline and all of the line
	if s.foot.fix.Text != shortFix {
		t.Errorf("without room the fix is offered as %q", s.foot.fix.Text)
	}
	s.window.Resize(fyne.NewSize(1200, 760))
	if s.foot.fix.Text == shortFix {
		t.Error("with room the fix has no title")
	}
}

func TestAStaleFixIsNotApplied(t *testing.T) {
	s := newScene(t, started)
	s.problems.Select(0)
	s.editor.GoTo(0)
	test.Type(s.editor, "x")
	s.fix()
	if got := s.host.Descriptor().Text; got != "x"+started {
		t.Errorf("a fix for the older text was applied: %q", got)
	}
}

func TestUndoIsHeardInTheLists(t *testing.T) {
	s := newScene(t, started)
	test.Type(s.editor, "bad")
	s.until(t, "the second problem", func() bool { return s.foot.summary.Text == "2 errors" })
	s.problems.Select(0)
	s.problems.TypedShortcut(&fyne.ShortcutUndo{})
	if s.editor.Text() != started {
		t.Errorf("undo from the problems leaves %q", s.editor.Text())
	}
	s.outline.TypedShortcut(&fyne.ShortcutRedo{})
	if s.editor.Text() != "bad"+started {
		t.Errorf("redo from the outline leaves %q", s.editor.Text())
	}
}

func TestListsLeadIntoTheText(t *testing.T) {
	s := newScene(t, started)
	s.problems.Select(0)
	if got := s.editor.Selected(); got != "bad" {
		t.Errorf("selecting the problem shows %q", got)
	}
	s.problems.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if _, _, offset := s.editor.Caret(); offset != strings.Index(started, "bad") || s.window.Canvas().Focused() != fyne.Focusable(s.editor) {
		t.Errorf("Enter leads to offset %d", offset)
	}
	if len(s.model.outline) != 3 {
		t.Fatalf("outline %+v", s.model.outline)
	}
	s.outline.Select(2)
	s.outline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if _, _, offset := s.editor.Caret(); offset != strings.Index(started, `{"event"`) {
		t.Errorf("the module leads to offset %d", offset)
	}
	s.Receive(place.Target{Offset: 5})
	if _, _, offset := s.editor.Caret(); offset != 5 {
		t.Errorf("a target leads to offset %d", offset)
	}
	if got := s.foot.caret.Text; got != "2:4" {
		t.Errorf("the bar shows the caret at %q", got)
	}
	s.Receive(place.Target{})
	if _, _, offset := s.editor.Caret(); offset != 5 {
		t.Errorf("a target without offset moved the caret to %d", offset)
	}
}

func TestChangesFromElsewhereAreShown(t *testing.T) {
	s := newScene(t, started)
	s.host.set(home, "{}")
	s.until(t, "the other text", func() bool { return s.editor.Text() == "{}" })
	s.editor.Undo()
	if s.editor.Text() != started {
		t.Errorf("undo gives %q: the change from elsewhere took the text away", s.editor.Text())
	}
	s.host.set("/other/atlassian-connect.json", "{}")
	s.until(t, "the other file", func() bool { return s.bar.path.path == "/other/atlassian-connect.json" && s.editor.Text() == "{}" })
	if s.editor.CanUndo() {
		t.Error("undo leads into another file's text")
	}
}

func TestSaveAsksWhenTheFileChangedOnDisk(t *testing.T) {
	tests := []struct {
		answer string
		disk   string
		editor string
	}{
		{answer: "Save over it", disk: "mine", editor: "mine"},
		{answer: "Take the file", disk: "theirs", editor: "theirs"},
		{answer: "Cancel", disk: "theirs", editor: "mine"},
	}
	for _, tc := range tests {
		t.Run(tc.answer, func(t *testing.T) {
			s := newScene(t, "")
			test.Type(s.editor, "mine")
			s.host.disk[home] = "theirs"
			s.host.saveErr = fmt.Errorf("save descriptor: %w", workbench.ErrChangedOnDisk)
			s.save()
			s.answer(t, tc.answer)
			if s.host.disk[home] != tc.disk || s.editor.Text() != tc.editor {
				t.Errorf("disk %q, editor %q", s.host.disk[home], s.editor.Text())
			}
		})
	}
}

func TestSaveErrorsAreShown(t *testing.T) {
	s := newScene(t, "")
	s.host.saveErr = errors.New("no space left on device")
	s.save()
	if s.failed == nil || s.window.Canvas().Overlays().Top() != nil {
		t.Errorf("failed with %v", s.failed)
	}
}

func TestRevertAsksForUnsavedText(t *testing.T) {
	s := newScene(t, started)
	test.Type(s.editor, "x")
	s.askRevert()
	if s.editor.Text() != "x"+started {
		t.Fatal("reverted before the answer")
	}
	s.answer(t, "Revert")
	if s.editor.Text() != started {
		t.Errorf("after the answer: %q", s.editor.Text())
	}
	s.editor.Undo()
	if s.editor.Text() != "x"+started {
		t.Error("undo does not bring the text back")
	}
}

func TestDroppedFilesOpen(t *testing.T) {
	s := newScene(t, started)
	path := filepath.Join(t.TempDir(), "other.json")
	if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.host.disk[path] = "{}"
	s.Dropped([]string{path})
	if s.editor.Text() != "{}" || s.model.file.Path != path {
		t.Errorf("opened %q with %q", s.model.file.Path, s.editor.Text())
	}
	s.Dropped([]string{filepath.Dir(path)})
	if s.failed == nil {
		t.Error("a dropped folder was not refused")
	}
}

func TestSaveAsAsksBeforeItWritesOver(t *testing.T) {
	s := newScene(t, started)
	path := filepath.Join(t.TempDir(), "there.json")
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.host.disk[path] = "precious"
	s.askSaveAs()
	s.window.Canvas().Focused().(*ask.Field).SetText(path)
	s.answer(t, "Save")
	s.queue.Drain()
	if s.host.disk[path] != "precious" {
		t.Fatal("written over before the answer")
	}
	s.answer(t, "Write over it")
	if s.host.disk[path] != started {
		t.Errorf("after the answer the file holds %q", s.host.disk[path])
	}
}

func TestProblemsFoldToACount(t *testing.T) {
	s := newScene(t, started)
	s.foldProblems()
	if s.problems.Visible() || s.foot.summary.Text != "1 error" {
		t.Errorf("folded: list visible %v, count %q", s.problems.Visible(), s.foot.summary.Text)
	}
	s.foldProblems()
	if !s.problems.Visible() {
		t.Error("unfolding does not show the list")
	}
}

func TestNextProblemGoesRound(t *testing.T) {
	s := newScene(t, "bad\nbad\n")
	var lines []int
	for range 3 {
		s.nextProblem()
		line, _, _ := s.editor.Caret()
		lines = append(lines, line)
	}
	if fmt.Sprint(lines) != "[1 2 1]" {
		t.Errorf("went to lines %v", lines)
	}
}

func TestLooks(t *testing.T) {
	for name, text := range map[string]string{"empty.txt": "", "failing.txt": started} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, text)
			looktest.AssertPage(t, name, s.content)
		})
	}
}

func TestReinstallOnSaveIsASwitch(t *testing.T) {
	s := newScene(t, "{}")
	h := s.host
	test.Tap(s.bar.reinstall)
	if !h.reinstall || !s.bar.reinstall.Checked {
		t.Error("it is not on")
	}
	h.saveErr = errors.New("disk is full")
	test.Tap(s.bar.reinstall)
	if !s.bar.reinstall.Checked || s.failed == nil {
		t.Errorf("what could not be kept is shown as done; said %v", s.failed)
	}
	h.saveErr, h.reinstall = nil, false // by the control API
	for _, f := range h.subs {
		f(workbench.AddonChanged)
	}
	s.until(t, "the switch follows", func() bool { return !s.bar.reinstall.Checked })
}

// press is a chord in the text.
func (s *scene) press(name fyne.KeyName) {
	s.editor.TypedShortcut(&desktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierControl})
}

func TestCompletionComesFromTheCatalogue(t *testing.T) {
	const text = "{\n  \"key\": \"a\",\n  \"modules\": {\"webhooks\": [{\"event\": \"\", \"url\": \"/hook\"}]}\n}\n"
	s := newScene(t, text)
	s.editor.GoTo(strings.Index(text, `"", "url"`) + 1)
	s.press(fyne.KeySpace)
	s.until(t, "the events", func() bool { return looktest.Reads(s.content, "jira:issue_created") })
	looktest.AssertPage(t, "completing.txt", s.content)
	test.Type(s.editor, "page_cr")
	s.until(t, "the event that is typed", func() bool { return !looktest.Reads(s.content, "jira:issue_created") })
	s.editor.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.until(t, "the text", func() bool { return strings.Contains(s.host.Descriptor().Text, `"event": "page_created", "url"`) })
	s.editor.TypedShortcut(&fyne.ShortcutUndo{})
	if !strings.Contains(s.editor.Text(), `"event": "page_cr"`) {
		t.Errorf("undo leads to %s", s.editor.Text())
	}
}

func TestAModuleBringsItsScope(t *testing.T) {
	const text = "{\n  \"key\": \"a\",\n  \"modules\": {}\n}\n"
	s := newScene(t, text)
	s.editor.GoTo(strings.Index(text, "{}") + 1)
	test.Type(s.editor, `"webho`)
	s.until(t, "the module", func() bool { return looktest.Reads(s.content, `"scopes": ["READ"]`) })
	s.editor.TypedKey(&fyne.KeyEvent{Name: fyne.KeyTab})
	test.Type(s.editor, "x")
	want := "{\n  \"key\": \"a\",\n  \"scopes\": [\"READ\"],\n  \"modules\": {\"webhooks\": [\n    {\n      \"event\": \"x\",\n      \"url\": \"/webhook\"\n    }\n  ]}\n}\n"
	if got := s.editor.Text(); got != want {
		t.Errorf("got %s", got)
	}
	s.editor.Undo()
	s.editor.Undo()
	if got := s.editor.Text(); !strings.Contains(got, `"modules": {"webho"}`) || strings.Contains(got, "scopes") {
		t.Errorf("undo leads to %s", got)
	}
}

func TestExplanationsNameTheRule(t *testing.T) {
	const text = `{"key": "a", "apiVersion": "1"}`
	s := newScene(t, text)
	s.editor.GoTo(strings.Index(text, `"1"`) + 1)
	s.press(fyne.KeyI)
	s.until(t, "the card", func() bool { return looktest.Reads(s.content, "(shape.type)") })
	looktest.AssertPage(t, "explaining.txt", s.content)
	s.editor.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if looktest.Reads(s.content, "(shape.type)") {
		t.Error("Escape leaves the card")
	}
}

func TestRulesAreChosenByMenu(t *testing.T) {
	s := newScene(t, "{}")
	pick := func(label string) {
		t.Helper()
		for _, item := range s.ruleItems() {
			if item.Label == label {
				item.Action()
				return
			}
		}
		t.Fatalf("there is no %q", label)
	}
	pick("For Confluence")
	pick(engine.EraName(engine.Cloud2016))
	if want := (workbench.CheckRules{Product: engine.Confluence, Era: engine.Cloud2016}); s.host.rules != want {
		t.Errorf("chosen: %+v", s.host.rules)
	}
	s.until(t, "the era on the bar", func() bool { return strings.HasSuffix(s.bar.product.Text, engine.EraName(engine.Cloud2016)) })
	marked := 0
	for _, item := range s.ruleItems() {
		if item.Checked {
			marked++
		}
	}
	if marked != 2 {
		t.Errorf("%d choices are marked", marked)
	}
	s.host.saveErr = errors.New("disk is full")
	pick("For JIRA")
	if s.host.rules.Product != engine.Confluence || s.failed == nil {
		t.Errorf("what could not be kept: %+v, said %v", s.host.rules, s.failed)
	}
}
