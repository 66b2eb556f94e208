package desktop

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/looktest"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/workbench"
)

// fakeBench is a workbench whose state the test sets.
type fakeBench struct {
	mu      sync.Mutex
	file    workbench.DescriptorFile
	report  engine.Report
	addon   workbench.AddonState
	sites   []workbench.SiteState
	notices []workbench.Notice
	count   int64
	saveErr error
	saved   int
	working string
	stage   string
	ahead   time.Duration
	moveErr error
	subs    []func(workbench.Change)
}

func newFakeBench() *fakeBench {
	return &fakeBench{
		addon: workbench.AddonState{Mode: workbench.Builtin, BaseURL: "http://localhost:3000", Checked: true, Up: true},
		sites: []workbench.SiteState{
			{Site: site.Site{ID: "acme", Title: "Acme", Product: site.Jira}},
			{Site: site.Site{ID: "globex", Title: "Globex", Product: site.Confluence}},
		},
	}
}

func (b *fakeBench) Project() workbench.Project           { return workbench.Project{Name: "first-addon"} }
func (b *fakeBench) Notices() []workbench.Notice          { return b.notices }
func (b *fakeBench) Descriptor() workbench.DescriptorFile { return b.file }
func (b *fakeBench) SaveDescriptor() error                { b.saved++; return b.saveErr }
func (b *fakeBench) Check(string) engine.Report           { return b.report }
func (b *fakeBench) Addon() workbench.AddonState          { return b.addon }
func (b *fakeBench) Sites() []workbench.SiteState         { return b.sites }
func (b *fakeBench) Working() (string, string)            { return b.working, b.stage }
func (b *fakeBench) UseBuiltin(context.Context) error     { return nil }

func (b *fakeBench) DocsURL(siteID, kind, name string) string {
	if len(b.sites) == 0 {
		return ""
	}
	return "http://localhost:2990" + engine.DocsPath(kind, name) + "#" + siteID
}

func (b *fakeBench) InstallKeysURL() string { return "http://localhost:5100/install-keys" }

func (b *fakeBench) UseExternal(_ context.Context, address string) error {
	return errors.New("GET " + address + ": connection refused")
}

func (b *fakeBench) ExchangeRows(context.Context, string, int64, int64, int) ([]exchange.Row, error) {
	return []exchange.Row{{Start: start.Add(-12 * time.Second)}}, nil
}

func (b *fakeBench) ExchangeCount(context.Context, string) (int64, int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.count, b.count, nil
}

func (b *fakeBench) Clock() workbench.ClockState {
	b.mu.Lock()
	defer b.mu.Unlock()
	return workbench.ClockState{Now: start.Add(b.ahead), Ahead: b.ahead}
}

func (b *fakeBench) AdvanceClock(_ context.Context, by time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ahead += by
	return b.moveErr
}

func (b *fakeBench) ResetClock(context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ahead = 0
	return b.moveErr
}

func (b *fakeBench) Subscribe(f func(workbench.Change)) func() {
	b.subs = append(b.subs, f)
	return func() { b.subs = nil }
}

func (b *fakeBench) changed(c workbench.Change) {
	for _, f := range b.subs {
		f(c)
	}
}

// fakePlace notes what the window does with it.
type fakePlace struct {
	id       string
	env      place.Env
	commands []place.Command
	shown    int
	closed   bool
	got      place.Target
	dropped  []string
}

func (p *fakePlace) ID() string                 { return p.id }
func (p *fakePlace) Title() string              { return strings.ToUpper(p.id[:1]) + p.id[1:] }
func (p *fakePlace) Icon() fyne.Resource        { return theme.IconPages }
func (p *fakePlace) Content() fyne.CanvasObject { return widget.NewLabel("content of " + p.id) }
func (p *fakePlace) Shown()                     { p.shown++ }
func (p *fakePlace) Commands() []place.Command  { return p.commands }
func (p *fakePlace) Close()                     { p.closed = true }
func (p *fakePlace) Receive(t place.Target)     { p.got = t }
func (p *fakePlace) Dropped(paths []string)     { p.dropped = paths }

var start = time.Date(2026, time.November, 23, 10, 0, 0, 0, time.UTC)

// stage is a window under test.
type stage struct {
	*Window
	bench  *fakeBench
	queue  *post.Queue
	clock  *timers
	places []*fakePlace
}

func newStage(t *testing.T, bench *fakeBench, o Options) *stage {
	t.Helper()
	s := &stage{bench: bench, queue: post.NewQueue(), clock: &timers{}}
	o.Clock, o.After = func() time.Time { return start }, s.clock.after
	s.Window = NewWindow(test.NewTempApp(t), bench, s.queue.Post, func(env place.Env) []place.Place {
		var made []place.Place
		for _, id := range []string{"descriptor", "sites", "exchanges"} {
			p := &fakePlace{id: id, env: env}
			s.places, made = append(s.places, p), append(made, p)
		}
		return made
	}, o)
	t.Cleanup(func() {
		s.runner.cancel()
		s.loads.Close()
		if !s.closing {
			s.win.Close()
		}
	})
	return s
}

func (s *stage) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	if !s.queue.Until(patience, done) {
		t.Fatal("this did not come about: " + what)
	}
}

func (s *stage) command(t *testing.T, title string) place.Command {
	t.Helper()
	for _, g := range s.commands() {
		for _, c := range g.Commands {
			if c.Title == title {
				return c
			}
		}
	}
	t.Fatalf("there is no command %q", title)
	return place.Command{}
}

func TestWindowStartsWithThePlaceAskedFor(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{Open: "sites"})
	if s.places[1].shown != 1 || s.places[0].shown != 0 {
		t.Error("the place asked for is not the one shown")
	}
	if !s.rail.items[1].selected || s.rail.items[0].selected {
		t.Error("the rail does not mark the place in front")
	}
	if s := newStage(t, newFakeBench(), Options{Open: "nonsense"}); s.places[0].shown != 1 {
		t.Error("an unknown place does not start with the first")
	}
}

func TestRailWorksByKeys(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{})
	first := s.rail.items[0]
	s.Canvas().Focus(first)
	first.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if s.Canvas().Focused() != fyne.Focusable(s.rail.items[1]) {
		t.Fatal("Down does not go to the next place")
	}
	s.rail.items[1].TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if s.front != 1 {
		t.Error("Space does not bring the place to front")
	}
}

func TestBarsFollowTheWorkbench(t *testing.T) {
	bench := newFakeBench()
	bench.count = 2140
	bench.report = engine.Report{Errors: 2, Warnings: 1}
	s := newStage(t, bench, Options{})
	s.until(t, "the counts", func() bool {
		return s.foot.recording.word == "recording, 2,140 exchanges" && s.foot.faults.word == "2 errors, 1 warning"
	})
	if got := s.foot.last.Text; got != "last exchange 10 s ago" {
		t.Errorf("age %q", got)
	}
	if got := s.top.addon.word; got != "built-in add-on  :3000  up" {
		t.Errorf("add-on %q", got)
	}
	if s.foot.notices.Visible() {
		t.Error("notices are shown where there are none")
	}

	bench.addon.Up = false
	bench.notices = []workbench.Notice{{Level: "warning", Text: "Port 2990 was taken."}}
	bench.changed(workbench.AddonChanged)
	bench.changed(workbench.NoticesChanged)
	s.until(t, "the add-on going down", func() bool { return strings.HasSuffix(s.top.addon.word, "down") })
	s.until(t, "the notice", func() bool { return s.foot.notices.Visible() && s.foot.notices.word == "1 notice" })
}

func TestScopeReachesThePlaces(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{})
	env := s.places[0].env
	if env.Site() != "" {
		t.Fatalf("scope at the start is %q", env.Site())
	}
	shown := s.places[0].shown
	s.top.sites.SetSelected("Globex")
	if env.Site() != "globex" {
		t.Errorf("scope is %q after choosing Globex", env.Site())
	}
	if s.places[0].shown != shown+1 {
		t.Error("the place in front was not told")
	}
	s.command(t, "All sites").Run()
	if env.Site() != "" || s.top.sites.Selected != "All sites" {
		t.Errorf("after the command: scope %q, chooser %q", env.Site(), s.top.sites.Selected)
	}
}

func TestGoTellsThePlace(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{})
	s.places[0].env.Go(place.Target{Place: "exchanges", Exchange: 17})
	if s.front != 2 || s.places[2].got.Exchange != 17 {
		t.Errorf("front is %d and the place got %+v", s.front, s.places[2].got)
	}
	s.Go(place.Target{Place: "nowhere"})
	if s.front != 2 {
		t.Error("an unknown place moved the window")
	}
}

func TestDroppedFilesReachAPlace(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{})
	s.dropped(fyne.NewPos(0, 0), []fyne.URI{storage.NewFileURI("/tmp/a.json")})
	if len(s.places[0].dropped) != 1 || s.places[0].dropped[0] != "/tmp/a.json" {
		t.Errorf("the place got %q", s.places[0].dropped)
	}
}

func TestASharedShortcutBelongsToThePlaceInFront(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{})
	send := &desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl}
	quit := control(fyne.KeyQ)
	s.places[0].commands = []place.Command{{Title: "Send event", Shortcut: send}, {Title: "Quiet", Shortcut: quit}}
	s.places[1].commands = []place.Command{{Title: "Send page", Shortcut: send}}
	for front, want := range map[int]string{0: "Send event", 1: "Send page"} {
		s.show(front)
		for _, title := range []string{"Send event", "Send page"} {
			if has := s.command(t, title).Shortcut != nil; has != (title == want) {
				t.Errorf("place %d in front: %s has the key: %v", front, title, has)
			}
		}
	}
	if s.command(t, "Quiet").Shortcut != nil {
		t.Error("a place took the window's own key")
	}
	if s.places[0].commands[0].Shortcut == nil {
		t.Error("the place's own list was changed")
	}
}

func TestCommandBoxFindsAndRuns(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{})
	ran := 0
	s.places[1].commands = []place.Command{{Title: "Install on every site", Run: func() { ran++ }}}
	s.openCommandBox()
	entry := s.box.query
	if s.Canvas().Focused() != fyne.Focusable(entry) {
		t.Fatal("the keys are not on the entry")
	}
	test.Type(entry, "every inst")
	if len(s.box.found) != 1 {
		t.Fatalf("found %+v", s.box.found)
	}
	entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if ran != 1 || s.box != nil || s.Canvas().Overlays().Top() != nil {
		t.Errorf("ran %d times, box %v", ran, s.box)
	}
}

func TestCommandBoxByArrows(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{})
	s.openCommandBox()
	entry := s.box.query
	test.Type(entry, "go ")
	entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	if s.box == nil || s.box.list.Selected() != 1 {
		t.Fatal("the arrows do not choose, or run at once")
	}
	want := s.box.found[1].Title
	entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if want != "Sites" || s.front != 1 {
		t.Errorf("chose %q, place %d is in front", want, s.front)
	}

	s.openCommandBox()
	s.box.query.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if s.box != nil || s.Canvas().Overlays().Top() != nil {
		t.Error("Escape does not close the box")
	}
}

func TestEveryMenuEndsInOneQuit(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{})
	menu := mainMenu(s.commands())
	quits := 0
	for _, m := range menu.Items {
		for _, item := range m.Items {
			if item.IsQuit {
				quits++
			}
		}
	}
	first := menu.Items[0].Items
	if quits != 1 || !first[len(first)-1].IsQuit {
		t.Errorf("%d items quit", quits)
	}
}

func TestLongWorkIsShownAndCancelled(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{})
	var ended error
	s.places[0].env.Start("Install on Acme", func(ctx context.Context, report func(string)) error {
		report("callback")
		<-ctx.Done()
		return ctx.Err()
	}, func(err error) { ended = err })
	if s.foot.work.Visible() {
		t.Error("work is shown at once")
	}
	s.clock.fire()
	s.until(t, "the work in the bar", func() bool { return s.foot.work.Text == "Install on Acme: callback" && s.foot.cancel.Visible() })
	test.Tap(s.foot.cancel)
	s.until(t, "the cancelled work", func() bool { return errors.Is(ended, context.Canceled) })
	if s.foot.work.Visible() || s.foot.cancel.Visible() {
		t.Error("ended work is still shown")
	}
}

func TestFailSaysWhatWhyAndWhatToDo(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{})
	s.places[0].env.Fail("Open the add-on", errors.New("connection refused"))
	sheet := s.Canvas().Overlays().Top()
	for _, want := range []string{"Open the add-on", "Connection refused."} {
		if !looktest.Reads(sheet, want) {
			t.Errorf("the sheet lacks %q:\n%s", want, looktest.Page(sheet))
		}
	}
}

func TestTheReferenceOpensOnASiteOrSaysThatThereIsNone(t *testing.T) {
	bench := newFakeBench()
	s := newStage(t, bench, Options{})
	bench.sites = nil
	s.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyF1})
	if sheet := s.Canvas().Overlays().Top(); sheet == nil || !looktest.Reads(sheet, "none is running") {
		t.Error("without a site nothing says that the reference cannot be shown")
	}
}

func TestCloseAsksForUnsavedText(t *testing.T) {
	tests := []struct {
		name   string
		dirty  bool
		answer string
		saved  int
		closed bool
	}{
		{name: "nothing unsaved", closed: true},
		{name: "save", dirty: true, answer: "Save", saved: 1, closed: true},
		{name: "keep for recovery", dirty: true, answer: "Keep for recovery", closed: true},
		{name: "cancel", dirty: true, answer: "Cancel"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			bench := newFakeBench()
			bench.file.Dirty = tc.dirty
			s := newStage(t, bench, Options{})
			ended := make(chan struct{})
			s.places[0].env.Start("work", func(ctx context.Context, _ func(string)) error {
				<-ctx.Done()
				close(ended)
				return ctx.Err()
			}, func(error) {})

			s.askToClose()
			if tc.answer != "" {
				looktest.Press(t, s.Canvas().Overlays().Top(), tc.answer)
			}
			if !tc.closed {
				if s.closing || s.places[0].closed {
					t.Error("the window closes although the person cancelled")
				}
				return
			}
			s.until(t, "the places' end", func() bool { return s.places[0].closed && s.places[2].closed })
			<-ended
			if bench.saved != tc.saved {
				t.Errorf("saved %d times, want %d", bench.saved, tc.saved)
			}
		})
	}
}

func TestCloseStaysOpenWhenSavingFails(t *testing.T) {
	bench := newFakeBench()
	bench.file.Dirty, bench.saveErr = true, errors.New("no space left on device")
	s := newStage(t, bench, Options{})
	s.askToClose()
	looktest.Press(t, s.Canvas().Overlays().Top(), "Save")
	if s.closing {
		t.Error("the window closes although the text was not saved")
	}
	if sheet := s.Canvas().Overlays().Top(); !looktest.Reads(sheet, "No space left on device.") {
		t.Errorf("the reason is not shown:\n%s", looktest.Page(sheet))
	}
}

func TestWindowFollowsTheTheme(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{Variant: theme.Light})
	s.command(t, "Dark").Run()
	if !theme.IsDark() {
		t.Error("the command does not make the window dark")
	}
	if got := s.firstVariant(theme.System); got != theme.Dark {
		t.Errorf("the next start has variant %v, want the last choice", got)
	}
	if got := s.firstVariant(theme.Light); got != theme.Light {
		t.Errorf("a start that asks for light has variant %v", got)
	}
	s.command(t, "Light").Run()
	if theme.IsDark() {
		t.Error("the command does not make the window light")
	}
}

func TestWindowLayout(t *testing.T) {
	bench := newFakeBench()
	bench.count = 2140
	bench.report = engine.Report{Errors: 1}
	bench.notices = []workbench.Notice{{Level: "warning"}}
	s := newStage(t, bench, Options{Variant: theme.Light})
	s.until(t, "the counts", func() bool { return s.foot.recording.word != "" && s.foot.faults.word == "1 error" })
	looktest.AssertPage(t, "window.txt", s.Canvas().Content())
}

func TestStatusBarTellsOfBackgroundWork(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{})
	s.bench.working, s.bench.stage = "Re-install on Acme", "callback"
	s.bench.changed(workbench.WorkChanged)
	s.until(t, "the work", func() bool { return s.foot.work.Visible() && s.foot.work.Text == "Re-install on Acme: callback" })
	if s.foot.cancel.Visible() {
		t.Error("it can be cancelled here")
	}
	s.bench.working, s.bench.stage = "", ""
	s.bench.changed(workbench.WorkChanged)
	s.until(t, "the end", func() bool { return !s.foot.work.Visible() })
}
