// Package desktop is the window: the rail of places, the bars around them, the menu, the
// command box, and the questions asked over them.
//
// It keeps no truth. What it shows it reads from the workbench, again whenever the workbench
// says that something changed; what it does it asks the workbench to do. Rules:
//
//   - One goroutine draws. Every other one hands over through post.Func, and a stream of
//     changes is coalesced first.
//   - Work of the person's making goes through place.Env.Start: it is shown after 0.3 s, can be
//     cancelled, and has ended before the window is gone.
//   - Every command is in the menu and in the command box.
//
// Only start.go and startfailed.go import Fyne's app package, which needs a display; everything
// else runs under Fyne's test driver.
package desktop

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/task"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/workbench"
)

// Bench is what the window itself asks of the workbench; each place declares its own wants.
type Bench interface {
	Project() workbench.Project
	Notices() []workbench.Notice
	Subscribe(func(workbench.Change)) (cancel func())

	Descriptor() workbench.DescriptorFile
	SaveDescriptor() error
	Check(text string) engine.Report

	Addon() workbench.AddonState
	InstallKeysURL() string
	UseBuiltin(ctx context.Context) error
	UseExternal(ctx context.Context, address string) error

	Working() (doing, stage string)

	Sites() []workbench.SiteState
	DocsURL(siteID, kind, name string) string
	ExchangeRows(ctx context.Context, filter string, before, after int64, limit int) ([]exchange.Row, error)
	ExchangeCount(ctx context.Context, filter string) (matching, all int64, err error)

	Clock() workbench.ClockState
	AdvanceClock(ctx context.Context, by time.Duration) error
	ResetClock(ctx context.Context) error
}

// Options are the choices of a start. Zero values are the documented defaults.
type Options struct {
	Variant theme.Variant // light, dark, or System: as chosen last, else as the system
	Open    string        // id of the place to start with; "" or unknown: the first

	// CheckThreads keeps Fyne's check of calling goroutines switched on. The smoke run sets it
	// and fails on any "Error in Fyne call thread" line; otherwise the program declares itself
	// migrated, which saves the check.
	CheckThreads bool

	Clock func() time.Time            // real time; nil: time.Now
	After func(time.Duration, func()) // nil: time.AfterFunc
}

// Window is the one window of the program. Its methods are for the UI goroutine.
type Window struct {
	app   fyne.App
	win   fyne.Window
	bench Bench
	post  post.Func
	clock func() time.Time // real time; the host's is the bench's
	after func(time.Duration, func())

	loads       *task.Group // what the bars read
	runner      *runner     // what the person started
	unsubscribe func()

	places []place.Place
	front  int    // index into places; -1 before the first is shown
	scope  string // site id; "" is all

	rail  *rail
	top   *topBar
	foot  *statusBar
	stage *fyne.Container
	box   *commandBox

	closing bool
}

// NewWindow makes the window of an open project and shows it. places are made by build, in the
// order of the rail. The window closes itself, and everything it started, before the app quits.
func NewWindow(a fyne.App, bench Bench, p post.Func, build func(place.Env) []place.Place, o Options) *Window {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.After == nil {
		o.After = func(d time.Duration, f func()) { time.AfterFunc(d, f) }
	}
	w := &Window{app: a, bench: bench, post: p, clock: o.Clock, after: o.After, front: -1}
	a.Settings().SetTheme(theme.New(w.firstVariant(o.Variant)))
	w.win = a.NewWindow(bench.Project().Name + " - Connect Workbench")
	w.win.SetMaster()
	w.win.SetPadded(false)
	w.win.Resize(fyne.NewSize(windowWidth, windowHeight))
	// The window comes up at once, empty, and its content follows. Fonts are loaded in between:
	// done before or meanwhile, that delays the window.
	w.win.Show()
	<-warmFonts()

	w.loads = task.NewGroup(p)
	w.runner = newRunner(context.Background(), p, o.After, func() { w.foot.showWork(w.runner.shown()) })
	w.places = build(w.env())
	w.top = newTopBar(w)
	w.foot = newStatusBar(w)
	w.rail = newRail(w.places, w.show)
	w.stage = container.NewStack()
	w.win.SetContent(newFrame(w.top.panel, w.foot.panel, w.rail.panel, w.stage))
	w.win.SetCloseIntercept(w.askToClose)
	w.win.SetOnDropped(w.dropped)
	w.win.Canvas().SetOnTypedRune(w.typedRune)
	w.win.Canvas().SetOnTypedKey(w.typedKey)

	w.follow()
	w.show(max(0, slices.IndexFunc(w.places, func(p place.Place) bool { return p.ID() == o.Open })))
	return w
}

// The size of the first window, in device-independent pixels.
const (
	windowWidth  = 1280
	windowHeight = 800
)

// warmFonts has the toolkit load the fonts of the window, which it keeps by text style, all at the
// same time; the channel closes when they are there.
func warmFonts() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		var styles sync.WaitGroup
		for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Monospace: true}} {
			styles.Go(func() { fyne.MeasureText("M", theme.TextSize, style) })
		}
		styles.Wait()
	}()
	return done
}

// Canvas is the window's canvas, for tests that look at it.
func (w *Window) Canvas() fyne.Canvas { return w.win.Canvas() }

// Place gives the place of an id, nil when there is none.
func (w *Window) Place(id string) place.Place {
	if i := w.indexOf(id); i >= 0 {
		return w.places[i]
	}
	return nil
}

func (w *Window) indexOf(id string) int {
	return slices.IndexFunc(w.places, func(p place.Place) bool { return p.ID() == id })
}

// env is what the window lends to its places.
func (w *Window) env() place.Env {
	return place.Env{
		Post:    w.post,
		Window:  w.win,
		Site:    func() string { return w.scope },
		Start:   w.runner.start,
		Go:      w.Go,
		Fail:    w.fail,
		Copy:    w.copy,
		OpenURL: w.openURL,
		Docs:    w.openDocs,
	}
}

// refreshEvery bounds how often the bars are read again while changes pour in.
const refreshEvery = 100 * time.Millisecond

// follow keeps the bars up to date with the workbench.
func (w *Window) follow() {
	triggers := map[workbench.Change]func(){
		workbench.DescriptorChanged: post.Coalesced(w.post, refreshEvery, w.readDescriptor),
		workbench.AddonChanged:      post.Coalesced(w.post, refreshEvery, w.readAddon),
		workbench.SitesChanged:      post.Coalesced(w.post, refreshEvery, w.readSites),
		workbench.ExchangesChanged:  post.Coalesced(w.post, refreshEvery, w.readExchanges),
		workbench.NoticesChanged:    post.Coalesced(w.post, refreshEvery, w.readNotices),
		workbench.WorkChanged:       post.Coalesced(w.post, refreshEvery, func() { w.foot.showWorking(w.bench.Working()) }),
		workbench.ClockChanged:      post.Coalesced(w.post, refreshEvery, w.readClock),
	}
	w.unsubscribe = w.bench.Subscribe(func(c workbench.Change) {
		if trigger := triggers[c]; trigger != nil {
			trigger()
		}
	})
	w.readDescriptor()
	w.readAddon()
	w.readSites()
	w.readExchanges()
	w.readNotices()
	w.readClock()
}

func (w *Window) readDescriptor() {
	text := w.bench.Descriptor().Text
	w.foot.problems.Run(func(context.Context) (engine.Report, error) {
		return w.bench.Check(text), nil
	}, func(r engine.Report, _ error) { w.foot.showProblems(r.Errors, r.Warnings) })
}

func (w *Window) readAddon() { w.top.showAddon(w.bench.Addon()) }

func (w *Window) readSites() {
	w.top.showSites(w.bench.Sites(), w.scope)
	w.buildMenu()
}

// traffic is what the status bar says of the exchange log.
type traffic struct {
	all  int64
	last time.Time // zero when there is none
}

func (w *Window) readExchanges() {
	w.foot.traffic.Run(func(ctx context.Context) (t traffic, err error) {
		if _, t.all, err = w.bench.ExchangeCount(ctx, ""); err != nil {
			return t, err
		}
		rows, err := w.bench.ExchangeRows(ctx, "", 0, 0, 1)
		if len(rows) > 0 {
			t.last = rows[0].Start
		}
		return t, err
	}, w.foot.showTraffic)
}

func (w *Window) readClock() { w.foot.showClock() }

func (w *Window) readNotices() { w.foot.showNotices(w.bench.Notices()) }

// show brings a place to front.
func (w *Window) show(i int) {
	if i < 0 || i >= len(w.places) || w.closing {
		return
	}
	w.closeCommandBox()
	if i != w.front {
		w.front = i
		w.win.Canvas().Unfocus()
		w.stage.Objects = []fyne.CanvasObject{w.places[i].Content()}
		w.stage.Refresh()
		w.rail.mark(i)
		w.buildMenu()
	}
	w.places[i].Shown()
}

// Go brings the target's place to front and tells it what to show.
func (w *Window) Go(t place.Target) {
	i := w.indexOf(t.Place)
	if i < 0 {
		return
	}
	w.show(i)
	if receiver, ok := w.places[i].(place.Receiver); ok {
		receiver.Receive(t)
	}
}

// setScope limits lists, actions and exports to one site, or to none for "".
func (w *Window) setScope(siteID string) {
	if siteID == w.scope {
		return
	}
	w.scope = siteID
	w.top.showSites(w.bench.Sites(), siteID)
	if w.front >= 0 {
		w.places[w.front].Shown()
	}
}

func (w *Window) buildMenu() {
	if w.front >= 0 {
		w.win.SetMainMenu(mainMenu(w.commands()))
	}
}

// variantPreference keeps the choice of light or dark. Nothing that matters is kept in Fyne's
// preferences: they are lost when the process is killed while it writes them.
const variantPreference = "variant"

// setVariant changes the look, and keeps the choice for the next start.
func (w *Window) setVariant(v theme.Variant) {
	w.app.Settings().SetTheme(theme.New(v))
	w.app.Preferences().SetInt(variantPreference, int(v))
}

// firstVariant is the look to start with: what the start asked for, else the last choice.
func (w *Window) firstVariant(asked theme.Variant) theme.Variant {
	if asked != theme.System {
		return asked
	}
	return keptVariant(w.app)
}

// keptVariant is the look that was chosen last, else that of the system.
func keptVariant(a fyne.App) theme.Variant {
	if kept := theme.Variant(a.Preferences().Int(variantPreference)); kept == theme.Light || kept == theme.Dark {
		return kept
	}
	return theme.System
}

func (w *Window) copy(text string) {
	if text == "" {
		return
	}
	w.app.Clipboard().SetContent(text)
	w.foot.say("Copied.")
}

func (w *Window) openURL(text string) {
	u, err := url.Parse(text)
	if err == nil {
		err = w.app.OpenURL(u)
	}
	if err != nil {
		w.fail("Open "+text+" in the browser", err)
		return
	}
	w.foot.say("Opened in the browser.")
}

// dropTarget is a place that can use files dropped on the window.
type dropTarget interface {
	Dropped(paths []string)
}

// dropped hands files to the place in front, or to the first place that can use them.
func (w *Window) dropped(_ fyne.Position, uris []fyne.URI) {
	var paths []string
	for _, u := range uris {
		if u.Scheme() == "file" {
			paths = append(paths, u.Path())
		}
	}
	if len(paths) == 0 {
		return
	}
	order := append([]place.Place{w.places[w.front]}, w.places...)
	for _, p := range order {
		if target, ok := p.(dropTarget); ok {
			w.show(w.indexOf(p.ID()))
			target.Dropped(paths)
			return
		}
	}
}

// typedRune hears keys while nothing has the focus.
func (w *Window) typedRune(r rune) {
	if r == '?' {
		w.showKeys()
	}
}

// typedKey hears the other keys while nothing has the focus.
func (w *Window) typedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyF1 {
		w.openDocs("", "")
	}
}

// openDocs opens a page of the reference, on the site the window is scoped to or one that has the thing.
func (w *Window) openDocs(kind, name string) {
	address := w.bench.DocsURL(w.scope, kind, name)
	if address == "" {
		w.fail("Open the reference", errNoSite)
		return
	}
	w.openURL(address)
}

var errNoSite = errors.New("the sites serve the reference, and none is running: add one in Sites")
