package workbench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"connect-workbench/addon/descriptor"
	"connect-workbench/addon/server"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/clock"
	"connect-workbench/mockhost/database"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// Params is what Open needs. Zero values are the documented defaults.
type Params struct {
	ProjectDir string                           // "": the sample project in the documents or data folder
	Addon      string                           // "": as the project says; "builtin"; or the address of a running add-on
	Existing   bool                             // only a folder that is a project already; none is made
	AnyPort    bool                             // every listener takes any free port, whatever the project wants
	SetAside   bool                             // an unusable database is renamed and a new one made, instead of an error
	Clock      func() time.Time                 // real time; nil: time.Now
	Rand       io.Reader                        // nil: crypto/rand.Reader
	Logf       func(format string, args ...any) // nil: discard; never gets a secret
}

// Workbench is one open project.
type Workbench struct {
	dir     string
	created bool
	time    *clock.Movable
	clock   func() time.Time // what time shows
	logf    func(format string, args ...any)
	anyPort bool

	sitesMu sync.Mutex // one change of the sites at a time

	settingsMu sync.Mutex
	settings   settings

	checkMu sync.Mutex
	checker *descriptor.Checker // asked after each pause in typing: its memory is worth keeping

	helperMu sync.Mutex
	helper   *descriptor.Checker // asked while somebody types, beside a check

	buffer *buffer
	log    *exchange.Log
	store  *site.Store
	host   *mockhost.Host
	seen   *sightings // of the exchange log

	switching   sync.Mutex // one change of the project's add-on at a time
	addonMu     sync.Mutex // guards what follows
	addon       AddonState
	own         *server.Server // the built-in add-on; nil while an external one is used
	ownTenants  *tenants
	stopWatcher context.CancelFunc // ends the probing of an external add-on

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	workMu sync.Mutex // no work begins once ctx has ended
	work   sync.WaitGroup

	subsMu sync.Mutex
	subs   map[int]func(Change)
	nextID int

	reinstalls reinstaller

	noticesMu sync.Mutex
	notices   []Notice
}

// maxNotices bounds what Notices keeps.
const maxNotices = 100

// Open opens the project, making it from the sample when the folder is new, and starts the host
// and the built-in add-on. Errors are *ProjectError, *database.UnusableError, or of the network;
// nothing of the project was changed then.
func Open(ctx context.Context, p Params) (w *Workbench, err error) {
	if p.Rand == nil {
		p.Rand = rand.Reader
	}
	if p.Logf == nil {
		p.Logf = func(string, ...any) {}
	}
	if p.ProjectDir == "" {
		if p.ProjectDir, err = defaultProjectDir(); err != nil {
			return nil, err
		}
	}
	dir, err := filepath.Abs(p.ProjectDir)
	if err != nil {
		return nil, fmt.Errorf("open project %s: %w", p.ProjectDir, err)
	}
	if p.Existing {
		if err := isProject(dir); err != nil {
			return nil, err
		}
	}
	s, created, err := openProject(dir, p.Rand)
	if err != nil {
		return nil, err
	}

	movable := clock.NewMovable(p.Clock)
	w = &Workbench{
		dir: dir, created: created, time: movable, clock: movable.Now, logf: p.Logf, anyPort: p.AnyPort,
		settings: s, subs: map[int]func(Change){}, seen: newSightings(),
		checker: descriptor.NewChecker(descriptor.BuiltIn()), helper: descriptor.NewChecker(descriptor.BuiltIn()),
	}
	w.ctx, w.cancel = context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		if err != nil {
			closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			w.Close(closing)
			w = nil
		}
	}()

	if err = w.openDescriptor(); err != nil {
		return w, err
	}
	if err = w.openStores(ctx, p); err != nil {
		return w, err
	}
	if err = w.startHost(p.Rand); err != nil {
		return w, err
	}
	if err = w.startAddon(p.Addon); err != nil {
		return w, err
	}
	w.watchDescriptorFile()
	return w, nil
}

func (w *Workbench) openDescriptor() error {
	w.buffer = newBuffer(filepath.Join(w.dir, privateDir, "recovery"), func(err error) {
		w.notice("failed", fmt.Sprintf("The edit could not be kept for recovery: %v.", err), Advice(err))
	})
	path := w.settings.Descriptor
	if !filepath.IsAbs(path) {
		path = filepath.Join(w.dir, filepath.FromSlash(path))
	}
	if err := w.buffer.open(path); err != nil {
		return &ProjectError{Dir: w.dir, Why: "its descriptor cannot be read", Err: err,
			Do: `Put the file back, or name another one under "descriptor" in ` + settingsFile + "."}
	}
	if w.buffer.state().Recovered {
		w.notice("info", "An unsaved edit of "+filepath.Base(path)+" was put back.",
			"Save it to keep it, or revert to what is on disk.")
	}
	return nil
}

func (w *Workbench) openStores(ctx context.Context, p Params) error {
	private := filepath.Join(w.dir, privateDir)
	openLog := func() (err error) {
		w.log, err = exchange.Open(ctx, exchange.Params{
			Path: filepath.Join(private, "exchanges.db"), Clock: w.clock, Logf: w.logf, OnFailure: w.storingFailed,
		})
		return err
	}
	openStore := func() (err error) {
		w.store, err = site.OpenStore(ctx, filepath.Join(private, "state.db"))
		return err
	}
	for _, open := range []func() error{openLog, openStore} {
		err := open()
		var unusable *database.UnusableError
		if p.SetAside && CanSetAside(err) && errors.As(err, &unusable) {
			kept, asideErr := database.SetAside(unusable.Path, w.clock())
			if asideErr != nil {
				return fmt.Errorf("set aside %s: %w", unusable.Path, asideErr)
			}
			w.notice("warning", fmt.Sprintf("%s was not usable (%s) and was set aside.", filepath.Base(unusable.Path), unusable.Reason),
				"It is kept as "+kept+". A new one was started.")
			err = open()
		}
		if err != nil {
			return err
		}
	}
	w.log.Subscribe(func(int64) { w.changed(ExchangesChanged) })
	return nil
}

// storingFailed tells the person that exchanges cannot be stored, and when they can be again.
func (w *Workbench) storingFailed(err error) {
	if err == nil {
		w.notice("info", "Exchanges are stored again.", "")
		return
	}
	reason, advice := err.Error(), ""
	var failure *exchange.StoreError
	if errors.As(err, &failure) {
		reason, advice = failure.Reason, sentence(failure.Advice)+" "
	}
	w.notice("failed", fmt.Sprintf("Exchanges cannot be stored: %s. The newest are kept in memory.", reason),
		advice+"They are stored as soon as it works again.")
}

// trustPort is the wanted port of install keys and token endpoint: next to the first JIRA site's,
// and the same at every start, since external add-ons have it in their configuration.
const trustPort = 2989

// proxyPort is the wanted port of the proxy, for the same reason.
const proxyPort = 2988

func (w *Workbench) startHost(random io.Reader) error {
	sites, keysPort, wantedProxy := slices.Clone(w.settings.Sites), trustPort, proxyPort
	if w.anyPort {
		keysPort, wantedProxy = 0, 0
		for i := range sites {
			sites[i].Port = 0
		}
	}
	host, err := mockhost.New(mockhost.Params{
		Sites: sites, Store: w.store, Log: w.log, Clock: w.time, Rand: random, Logf: w.logf,
		TrustPort: keysPort, ProxyPort: wantedProxy, ProxyAllowed: func() []string { return w.currentSettings().Proxy.Allow },
		Changed:        func() { w.changed(SitesChanged) },
		RetriesChanged: func() { w.changed(RetriesChanged) },
	})
	if err != nil {
		return fmt.Errorf("start the host: %w", err)
	}
	w.host = host
	if err := w.writeCAFiles(); err != nil {
		return err
	}
	if err := host.Start(w.ctx); err != nil {
		return fmt.Errorf("start the host: %w", err)
	}
	for _, running := range host.Sites() {
		if running.Moved {
			w.noticeMoved(running)
		}
	}
	if u, err := url.Parse(host.InstallKeysURL()); err == nil && keysPort != 0 && u.Port() != strconv.Itoa(keysPort) {
		w.notice("warning", fmt.Sprintf("Port %d was taken; the install keys are at %s instead.", keysPort, host.InstallKeysURL()),
			"Give external add-ons the new address, such as CONNECT_KEYS_CDN_URL for atlassian-connect-express.")
	}
	if u, err := url.Parse(host.ProxyURL()); err == nil && wantedProxy != 0 && u.Port() != strconv.Itoa(wantedProxy) {
		w.notice("warning", fmt.Sprintf("Port %d was taken; the proxy is at %s instead.", wantedProxy, host.ProxyURL()),
			"Give external add-ons that use it the new address: see Connect your add-on.")
	}
	return nil
}

// noticeMoved says that a site did not get its port.
func (w *Workbench) noticeMoved(s mockhost.Running) {
	advice := "Stop the other program and start again if you need the old address."
	if err := w.freeOfOthers(s.Site); err != nil { // no program to be stopped: the settings themselves do not agree
		advice = "Change one of the two in the settings: " + err.Error() + "."
	}
	w.notice("warning", fmt.Sprintf("Port %d of %s was taken; the site is at %s instead.", s.Site.Port, s.Title, s.BaseURL), advice)
}

// Close ends running work, keeps the unsaved edit for recovery and closes the databases.
// It returns when all is ended or ctx is.
func (w *Workbench) Close(ctx context.Context) error {
	w.workMu.Lock()
	w.cancel()
	w.workMu.Unlock()
	var errs []error
	if w.buffer != nil {
		errs = append(errs, w.buffer.close())
	}
	errs = append(errs, w.stopAddon(ctx))
	if w.host != nil {
		errs = append(errs, w.host.Close(ctx))
	}
	w.work.Wait()
	if w.store != nil {
		errs = append(errs, w.store.Close())
	}
	if w.log != nil {
		errs = append(errs, w.log.Close())
	}
	return errors.Join(errs...)
}

// Project is the open project.
func (w *Workbench) Project() Project {
	return Project{Dir: w.dir, Name: filepath.Base(w.dir), DescriptorPath: w.buffer.state().Path}
}

// Subscribe has f called after every change until cancel. f runs on the goroutine that made the
// change and must not block.
func (w *Workbench) Subscribe(f func(Change)) (cancel func()) {
	w.subsMu.Lock()
	defer w.subsMu.Unlock()
	id := w.nextID
	w.nextID++
	w.subs[id] = f
	return func() {
		w.subsMu.Lock()
		defer w.subsMu.Unlock()
		delete(w.subs, id)
	}
}

func (w *Workbench) changed(c Change) {
	w.subsMu.Lock()
	subs := make([]func(Change), 0, len(w.subs))
	for _, f := range w.subs {
		subs = append(subs, f)
	}
	w.subsMu.Unlock()
	for _, f := range subs {
		f(c)
	}
}

// Notices are the latest things worth knowing that no view asked for, newest first.
func (w *Workbench) Notices() []Notice {
	w.noticesMu.Lock()
	defer w.noticesMu.Unlock()
	return slices.Clone(w.notices)
}

func (w *Workbench) notice(level, text, advice string) {
	w.noticesMu.Lock()
	w.notices = slices.Insert(w.notices, 0, Notice{Time: w.clock(), Level: level, Text: text, Advice: advice})
	if len(w.notices) > maxNotices {
		w.notices = w.notices[:maxNotices]
	}
	w.noticesMu.Unlock()
	w.changed(NoticesChanged)
}

func (w *Workbench) currentSettings() settings {
	w.settingsMu.Lock()
	defer w.settingsMu.Unlock()
	return w.settings
}

// saveSettings changes workbench.json; on an error memory and file stay as they were.
func (w *Workbench) saveSettings(change func(*settings)) error {
	w.settingsMu.Lock()
	defer w.settingsMu.Unlock()
	next := w.settings
	next.Sites, next.Proxy.Allow = slices.Clone(w.settings.Sites), slices.Clone(w.settings.Proxy.Allow)
	change(&next)
	if err := writeSettings(w.dir, next); err != nil {
		return err
	}
	w.settings = next
	return nil
}

// goWork runs f on a goroutine that Close waits for. After Close nothing begins any more.
func (w *Workbench) goWork(f func(ctx context.Context)) {
	w.workMu.Lock()
	defer w.workMu.Unlock()
	if w.ctx.Err() != nil {
		return
	}
	w.work.Go(func() { f(w.ctx) })
}
