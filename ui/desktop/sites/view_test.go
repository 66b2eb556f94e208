package sites

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/looktest"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/workbench"
)

const patience = 10 * time.Second

// TestMain shows times in one zone, wherever the tests run.
func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

// fakeHost is a workbench with sites the test sets. Its verbs play the steps they are given.
type fakeHost struct {
	mu     sync.Mutex
	sites  []workbench.SiteState
	stages []install.Stage
	err    error
	hold   chan struct{} // a verb waits for it when set
	did    []string
	subs   []func(workbench.Change)
}

func (h *fakeHost) Sites() []workbench.SiteState {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.sites
}

func (h *fakeHost) Addon() workbench.AddonState {
	return workbench.AddonState{Mode: workbench.Builtin, DescriptorURL: ownDescriptor}
}

func (h *fakeHost) InstallKeysURL() string { return "http://localhost:5100/install-keys" }

func (h *fakeHost) Subscribe(f func(workbench.Change)) func() {
	h.subs = append(h.subs, f)
	return func() { h.subs = nil }
}

func (h *fakeHost) Install(ctx context.Context, siteID, url string, progress func(install.Stage)) error {
	return h.play(ctx, "install "+siteID+" "+url, progress)
}

func (h *fakeHost) SetEnabled(ctx context.Context, siteID, key string, enabled bool, progress func(install.Stage)) error {
	verb := "disable "
	if enabled {
		verb = "enable "
	}
	return h.play(ctx, verb+siteID+" "+key, progress)
}

func (h *fakeHost) Uninstall(ctx context.Context, siteID, key string, progress func(install.Stage)) error {
	return h.play(ctx, "uninstall "+siteID+" "+key, progress)
}

func (h *fakeHost) NewSite(p site.Product, _ string) site.Site {
	return site.Site{ID: "new", Title: "New " + p.Name() + " site", Product: p, Licence: site.ActiveSubscription}
}

func (h *fakeHost) CloneOf(siteID, _ string) (site.Site, error) {
	s, err := h.SiteSettings(siteID)
	s.ID, s.Title = siteID+"-copy", s.Title+" (copy)"
	return s, err
}

func (h *fakeHost) NewUser() site.User {
	return site.User{AccountID: "new-1", DisplayName: "New user"}
}

func (h *fakeHost) SiteSettings(siteID string) (site.Site, error) {
	for _, s := range h.Sites() {
		if s.ID == siteID {
			return s.Site, nil
		}
	}
	return site.Site{}, errors.New("there is no such site")
}

func (h *fakeHost) AddSite(_ context.Context, s site.Site) (workbench.SiteState, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.did = append(h.did, "add "+s.Title)
	state := workbench.SiteState{Site: s, BaseURL: "http://localhost:2991"}
	h.sites = append(slices.Clone(h.sites), state)
	return state, h.err
}

func (h *fakeHost) ChangeSite(_ context.Context, s site.Site) (workbench.SiteState, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil {
		return workbench.SiteState{}, h.err
	}
	h.did = append(h.did, "change "+s.ID)
	h.sites = slices.Clone(h.sites)
	for i := range h.sites {
		if h.sites[i].ID == s.ID {
			h.sites[i].Site = s
			return h.sites[i], nil
		}
	}
	return workbench.SiteState{}, errors.New("there is no such site")
}

func (h *fakeHost) RemoveSite(_ context.Context, siteID string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.did = append(h.did, "remove "+siteID)
	h.sites = slices.DeleteFunc(slices.Clone(h.sites), func(s workbench.SiteState) bool { return s.ID == siteID })
	return h.err
}

func (h *fakeHost) ResetSite(_ context.Context, siteID string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.did = append(h.did, "reset "+siteID)
	return h.err
}

func (h *fakeHost) Update(ctx context.Context, siteID, key string, progress func(install.Stage)) (install.Outcome, error) {
	return install.Outcome{}, h.play(ctx, "update "+siteID+" "+key, progress)
}

func (h *fakeHost) Approve(ctx context.Context, siteID, key string, progress func(install.Stage)) error {
	return h.play(ctx, "approve "+siteID+" "+key, progress)
}

func (h *fakeHost) Refuse(ctx context.Context, siteID, key string, progress func(install.Stage)) error {
	return h.play(ctx, "refuse "+siteID+" "+key, progress)
}

func (h *fakeHost) InstallFaults() []install.Fault { return install.Faults() }

func (h *fakeHost) FailNextInstall(siteID, key string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.did = append(h.did, "fail "+siteID+" "+key)
	return h.err
}

func (h *fakeHost) play(ctx context.Context, what string, progress func(install.Stage)) error {
	h.mu.Lock()
	h.did = append(h.did, what)
	h.mu.Unlock()
	for _, s := range h.stages {
		progress(s)
	}
	if h.hold != nil {
		select {
		case <-h.hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return h.err
}

// scene is the place under test, in a window of its own.
type scene struct {
	*View
	host   *fakeHost
	queue  *post.Queue
	window fyne.Window
	scope  string
	went   place.Target
	failed error
	cancel context.CancelFunc
}

func newScene(t *testing.T, h *fakeHost) *scene {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.New(theme.Light))
	s := &scene{host: h, queue: post.NewQueue()}
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(t.Context())
	s.window = test.NewTempWindow(t, widget.NewLabel(""))
	s.View = New(h, place.Env{
		Post:   s.queue.Post,
		Window: s.window,
		Site:   func() string { return s.scope },
		Start: func(_ string, work func(context.Context, func(string)) error, done func(error)) {
			go func() {
				err := work(ctx, func(string) {})
				s.queue.Post(func() { done(err) })
			}()
		},
		Go:      func(t place.Target) { s.went = t },
		Fail:    func(_ string, err error) { s.failed = err },
		Copy:    func(string) {},
		OpenURL: func(string) {},
	})
	s.window.SetContent(s.Content())
	s.window.Resize(fyne.NewSize(1200, 760))
	s.Shown()
	t.Cleanup(s.Close)
	return s
}

func (s *scene) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	if !s.queue.Until(patience, done) {
		t.Fatal("this did not come about: " + what)
	}
}

func acme(addons ...workbench.AddonOnSite) workbench.SiteState {
	s := state("acme", "Acme", addons...)
	s.ClientKey, s.ServerVersion, s.Licence = "11111111-1111-4111-8111-111111111111", "1001.0.0", site.ActiveSubscription
	s.Users = []site.User{{AccountID: "ada-1", DisplayName: "Ada Admin", Admin: true, Locale: "en-GB", TimeZone: "Europe/London"}}
	return s
}

func firstAddon(s site.State) workbench.AddonOnSite {
	at := time.Date(2026, time.November, 23, 10, 0, 0, 0, time.UTC)
	return workbench.AddonOnSite{
		Key: "com.example.first", Name: "First add-on", BaseURL: "http://localhost:3000",
		DescriptorURL: ownDescriptor, State: s, Secret: "ATCO…7f3a", OldSecrets: 1, InstalledAt: at, UpdatedAt: at,
	}
}

func refusal() *install.Error {
	return &install.Error{Stage: install.Callback, Exchange: 17, Problem: install.Problem{
		Admin:     "The add-on's server refused the installation.",
		Developer: "POST /installed was answered 401: the add-on did not accept the audience.",
		Verdict: connectjwt.Verdict{
			Rule: connectjwt.RuleAud, Expected: "https://my-addon.example.com", Received: "http://localhost:3000",
			Fix: "Compare aud with the descriptor's baseUrl.",
		},
	}}
}

func TestInstallShowsItsSteps(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme()}, hold: make(chan struct{}), stages: []install.Stage{
		{Name: install.Fetch, State: install.Running},
		{Name: install.Fetch, State: install.Done, Detail: "GET atlassian-connect.json: 200 in 3 ms"},
		{Name: install.Callback, State: install.Running},
	}}
	s := newScene(t, h)
	if s.detail.install.Text != "Install on Acme" {
		t.Errorf("the button says %q", s.detail.install.Text)
	}
	test.Tap(s.detail.install)
	s.until(t, "the steps", func() bool { return len(s.model.runs["acme"].Stages) == 2 })
	if !s.detail.stages.Visible() || s.detail.run.Text != "Install on Acme…" {
		t.Errorf("while it runs: %q", s.detail.run.Text)
	}
	if !s.detail.install.Disabled() {
		t.Error("the button can be pressed twice")
	}
	close(h.hold)
	s.until(t, "the end", func() bool { return !s.model.busy("acme") })
	if s.detail.run.Text != "Install on Acme: done" || s.detail.install.Disabled() {
		t.Errorf("after it: %q, disabled %v", s.detail.run.Text, s.detail.install.Disabled())
	}
	if len(h.did) != 1 || h.did[0] != "install acme " {
		t.Errorf("did %q, want one install of the project's own add-on", h.did)
	}
}

func TestNothingElseCanBePressedWhileAVerbRuns(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme(firstAddon(site.Enabled))}, hold: make(chan struct{})}
	s := newScene(t, h)
	looktest.Press(t, s.content, "Disable")
	for _, word := range []string{"Re-install on Acme", "Disable", "Uninstall…"} {
		if looktest.CanPress(s.content, word) {
			t.Errorf("%q can be pressed while the add-on is being disabled", word)
		}
	}
	close(h.hold)
	s.until(t, "the end", func() bool { return !s.model.busy("acme") })
	if !looktest.CanPress(s.content, "Uninstall…") {
		t.Error("the buttons stay disabled after the end")
	}
}

func TestInstallTakesATypedAddress(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme(firstAddon(site.Enabled))}}
	s := newScene(t, h)
	if s.detail.install.Text != "Re-install on Acme" {
		t.Errorf("the button says %q", s.detail.install.Text)
	}
	test.Type(s.detail.address, "http://localhost:4000/d.json ")
	if s.detail.install.Text != "Install on Acme" {
		t.Errorf("for another add-on the button says %q", s.detail.install.Text)
	}
	s.detail.address.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	s.until(t, "the end", func() bool { return s.model.runs["acme"] != nil && !s.model.busy("acme") })
	if h.did[0] != "install acme http://localhost:4000/d.json" {
		t.Errorf("did %q", h.did)
	}
}

func TestARefusedDescriptorLeadsToItsPlace(t *testing.T) {
	err := refusal()
	s := newScene(t, &fakeHost{sites: []workbench.SiteState{acme()}, err: err, stages: []install.Stage{
		{Name: install.CheckStage, State: install.Failed, Problem: &err.Problem},
	}})
	test.Tap(s.detail.install)
	s.until(t, "the refusal", func() bool { return s.model.runs["acme"].Err != nil })
	if !s.detail.mend.Visible() {
		t.Fatal("there is no way to the descriptor")
	}
	test.Tap(s.detail.mend)
	if s.went.Place != "descriptor" {
		t.Errorf("the button goes to %+v", s.went)
	}
}

func TestRefusalIsOpenInPlace(t *testing.T) {
	err := refusal()
	h := &fakeHost{sites: []workbench.SiteState{acme()}, err: err, stages: []install.Stage{
		{Name: install.Callback, State: install.Failed, Detail: "POST /installed: 401 in 12 ms", Exchange: 17, Problem: &err.Problem},
		{Name: install.Rollback, State: install.Done, Detail: "the site is as it was"},
	}}
	s := newScene(t, h)
	test.Tap(s.detail.install)
	s.until(t, "the refusal", func() bool { return s.model.runs["acme"].Err != nil })
	if s.failed != nil {
		t.Errorf("a refusal opened a sheet: %v", s.failed)
	}
	if !s.detail.reasons.Visible() || !s.detail.proof.Visible() {
		t.Fatal("the reasons or the way to the exchange are not shown")
	}
	got := map[string]string{}
	for _, row := range s.model.runs["acme"].reasons() {
		got[row.Label] = row.Value
	}
	for label, want := range map[string]string{
		"Expected": "https://my-addon.example.com", "Received": "http://localhost:3000",
		"What to do": "Compare aud with the descriptor's baseUrl.", "The admin would see": "The add-on's server refused the installation.",
	} {
		if got[label] != want {
			t.Errorf("%s: %q, want %q", label, got[label], want)
		}
	}
	test.Tap(s.detail.proof)
	if s.went.Place != "exchanges" || s.went.Exchange != 17 {
		t.Errorf("the button goes to %+v", s.went)
	}
	looktest.AssertPage(t, "failed.txt", s.content)
}

func TestOtherErrorsAreShown(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme()}, err: errors.New("disk is full")}
	s := newScene(t, h)
	test.Tap(s.detail.install)
	s.until(t, "the error", func() bool { return s.failed != nil })
}

func TestCancelledInstallSaysSo(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme()}, hold: make(chan struct{}), stages: []install.Stage{
		{Name: install.Callback, State: install.Running},
	}}
	s := newScene(t, h)
	test.Tap(s.detail.install)
	s.cancel()
	s.until(t, "the end", func() bool { return !s.model.busy("acme") })
	if s.detail.run.Text != "Install on Acme: cancelled" || s.failed != nil {
		t.Errorf("shown %q, sheet %v", s.detail.run.Text, s.failed)
	}
}

func TestUninstallAsksOnceAndNamesBoth(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme(firstAddon(site.Enabled))}}
	s := newScene(t, h)
	current, _ := s.model.site()
	s.askUninstall(current, current.Addons[0])
	if sheet := s.window.Canvas().Overlays().Top(); !looktest.Reads(sheet, "Uninstall First add-on from Acme?") {
		t.Errorf("the question is\n%s", looktest.Page(sheet))
	}
	s.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(h.did) != 0 {
		t.Fatal("Enter alone uninstalled")
	}
	s.askUninstall(current, current.Addons[0])
	looktest.Press(t, s.window.Canvas().Overlays().Top(), "Uninstall from Acme")
	s.until(t, "the uninstall", func() bool { return s.model.runs["acme"] != nil && !s.model.busy("acme") })
	if h.did[0] != "uninstall acme com.example.first" {
		t.Errorf("did %q", h.did)
	}
}

func TestToggleFollowsTheState(t *testing.T) {
	for state, want := range map[site.State]string{
		site.Enabled: "disable acme com.example.first", site.Disabled: "enable acme com.example.first",
	} {
		h := &fakeHost{sites: []workbench.SiteState{acme(firstAddon(state))}}
		s := newScene(t, h)
		current, _ := s.model.site()
		s.toggle(current, current.Addons[0])
		s.until(t, want, func() bool { return s.model.runs["acme"] != nil && !s.model.busy("acme") })
		if h.did[0] != want {
			t.Errorf("did %q, want %q", h.did, want)
		}
	}
}

func TestAnAddonLeadsOn(t *testing.T) {
	s := newScene(t, &fakeHost{sites: []workbench.SiteState{acme(firstAddon(site.Enabled))}})
	for word, want := range map[string]string{"Events": "events", "Pages": "pages"} {
		looktest.Press(t, s.content, word)
		if s.went.Place != want || s.went.Site != "acme" || s.went.Addon != "com.example.first" {
			t.Errorf("%s leads to %+v", word, s.went)
		}
	}
}

func TestInstallEverywhereStaysInScope(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme(), state("globex", "Globex"), state("third", "Third")}}
	s := newScene(t, h)
	s.scope = "globex"
	s.installEverywhere()
	s.until(t, "the install", func() bool { return s.model.runs["globex"] != nil && !s.model.busy("globex") })
	if len(h.did) != 1 || h.did[0] != "install globex " {
		t.Errorf("did %q", h.did)
	}
}

func TestChangesAreShown(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme()}}
	s := newScene(t, h)
	h.mu.Lock()
	h.sites = []workbench.SiteState{acme(firstAddon(site.Disabled)), state("globex", "Globex")}
	h.mu.Unlock()
	for _, f := range h.subs {
		f(workbench.SitesChanged)
	}
	s.until(t, "the second site", func() bool { return len(s.model.shown()) == 2 })
	s.Receive(place.Target{Place: "sites", Site: "globex"})
	if s.detail.title.Text != "Globex" {
		t.Errorf("the detail shows %q", s.detail.title.Text)
	}
}

func TestNoSecretIsOnScreen(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme(firstAddon(site.Enabled))}}
	s := newScene(t, h)
	if !looktest.Reads(s.content, "ATCO…7f3a  (1 earlier)") {
		t.Error("the masked secret is not shown")
	}
}

func TestLooks(t *testing.T) {
	for name, sites := range map[string][]workbench.SiteState{
		"empty.txt": nil,
		"full.txt":  {acme(firstAddon(site.Enabled)), state("globex", "Globex")},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, &fakeHost{sites: sites})
			looktest.AssertPage(t, name, s.content)
		})
	}
}
