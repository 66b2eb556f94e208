package connect

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/place/placetest"
	"connect-workbench/ui/workbench"
)

// fakeHost has two frameworks and what the test says of the exchanges.
type fakeHost struct {
	notify func(workbench.Change)

	mu      sync.Mutex
	lists   []workbench.AddonChecks
	refused []workbench.RefusedHost
	readErr error
	allowed []string
}

func (h *fakeHost) Subscribe(f func(workbench.Change)) (cancel func()) {
	h.notify = f
	return func() { h.notify = nil }
}

func (h *fakeHost) ConnectGuide() workbench.ConnectGuide {
	return workbench.ConnectGuide{Frameworks: []workbench.Framework{
		{ID: "ace", Name: "atlassian-connect-express", Intro: "Has a setting for the install keys.", All: "export CONNECT_KEYS_CDN_URL=http://localhost:2989/install-keys\n",
			Settings: []workbench.Setting{{Name: "CONNECT_KEYS_CDN_URL", Value: "http://localhost:2989/install-keys",
				Line: "export CONNECT_KEYS_CDN_URL=http://localhost:2989/install-keys", Help: "Where it fetches the key of a signed install."}}},
		{ID: "jvm", Name: "Spring Boot and the JVM", Intro: "Flags of the JVM.", All: "export JAVA_TOOL_OPTIONS='-Da=1 -Db=2'\n",
			Settings: []workbench.Setting{{Value: "-Da=1", Line: "-Da=1", Help: "The first."}, {Value: "-Db=2", Line: "-Db=2", Help: "The second."}},
			Notes:    []string{"While the trust store is ours, the JVM trusts no other server."}},
	}}
}

func (h *fakeHost) Checklist(context.Context) ([]workbench.AddonChecks, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lists, h.readErr
}

func (h *fakeHost) RefusedHosts(context.Context) ([]workbench.RefusedHost, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.refused, h.readErr
}

func (h *fakeHost) ProxyAllowed() []string { return h.allowed }

func (h *fakeHost) SetProxyAllowed(hosts []string) error {
	for _, host := range hosts {
		if strings.Contains(host, "/") {
			return &workbench.AllowError{Entry: host, Err: errors.New("name a host")}
		}
	}
	h.allowed = hosts
	return nil
}

var tenOClock = time.Date(2026, 11, 23, 10, 4, 31, 0, time.Local)

// halfWay is an add-on that has been installed, refused a webhook, and done nothing else.
func halfWay(name string) workbench.AddonChecks {
	return workbench.AddonChecks{Key: "com.example.demo", Name: name, BaseURL: "http://localhost:3000", Checks: []workbench.Check{
		{ID: workbench.CheckDescriptor, Title: "Descriptor fetched", State: "passed", Exchange: 1, Time: tenOClock, Detail: "GET http://localhost:3000/atlassian-connect.json"},
		{ID: workbench.CheckInstalled, Title: "installed accepted", State: "passed", Exchange: 3, Time: tenOClock, Detail: "POST http://localhost:3000/installed"},
		{ID: workbench.CheckWebhook, Title: "Webhook answered 2xx", State: "failed", Exchange: 7, Time: tenOClock, Detail: "qsh does not match"},
		{ID: workbench.CheckPage, Title: "Page answered 200", State: "open", Hint: "Request one of the add-on's pages."},
		{ID: workbench.CheckOAuth, Title: "Access token given", State: "open", Hint: "Only for add-ons that act as a user."},
	}}
}

type fixture struct {
	*placetest.Fixture
	host *fakeHost
	view *View
}

func newFixture(t *testing.T, host *fakeHost) *fixture {
	t.Helper()
	f := &fixture{Fixture: placetest.New(t), host: host}
	f.view = New(host, f.Env())
	f.view.clock = func() time.Time { return tenOClock }
	f.Show(f.view)
	f.view.Shown()
	f.Until("the exchanges are read", func() bool { return f.view.state.read || host.readErr != nil })
	return f
}

func TestSettingsCanBeCopied(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	f.view.copySettings()
	if f.Copied != "export CONNECT_KEYS_CDN_URL=http://localhost:2989/install-keys\n" {
		t.Errorf("copied %q", f.Copied)
	}
	f.view.list.Select(1)
	if f.view.heading.Text != "Connect your add-on: Spring Boot and the JVM" || len(f.view.settings.Objects) != 4 {
		t.Errorf("%s with %d parts", f.view.heading.Text, len(f.view.settings.Objects))
	}
	f.view.Commands()[0].Run()
	if f.Copied != "export JAVA_TOOL_OPTIONS='-Da=1 -Db=2'\n" {
		t.Errorf("copied %q", f.Copied)
	}
	f.view.Shown()
	if f.view.list.Selected() != 1 {
		t.Error("the choice is forgotten when the place comes back")
	}
}

func TestRowsLeadToTheirExchange(t *testing.T) {
	f := newFixture(t, &fakeHost{lists: []workbench.AddonChecks{halfWay("Demo")}})
	for row, want := range map[int]place.Target{
		1: {Place: "exchanges", Exchange: 3},
		2: {Place: "exchanges", Exchange: 7},
		3: {Place: "pages"},
	} {
		f.view.checks.Select(row)
		f.view.followChosen()
		if f.Went != want || f.view.follow.Disabled() {
			t.Errorf("row %d went to %+v", row, f.Went)
		}
	}
	f.view.checks.Select(3)
	if f.view.follow.Text != "Go to Pages" || f.view.follow.Size().Width < f.view.follow.MinSize().Width {
		t.Errorf("the button says %q in %v", f.view.follow.Text, f.view.follow.Size())
	}
	f.Went = place.Target{}
	f.view.checks.Select(4)
	f.view.followChosen()
	if f.Went != (place.Target{}) || !f.view.follow.Disabled() {
		t.Errorf("what only the add-on can do went to %+v", f.Went)
	}
}

// Until it is shown for the first time the place reads nothing: the window comes up without it.
func TestNothingIsReadBeforeThePlaceIsShown(t *testing.T) {
	f := &fixture{Fixture: placetest.New(t), host: &fakeHost{lists: []workbench.AddonChecks{halfWay("Demo")}}}
	f.view = New(f.host, f.Env())
	f.Show(f.view)
	f.host.notify(workbench.ExchangesChanged)
	f.host.notify(workbench.ConnectChanged)
	if f.view.state.read || len(f.view.state.guide.Frameworks) != 0 {
		t.Error("it was read")
	}
	f.view.Shown()
	f.Until("it is read", func() bool { return f.view.state.read && len(f.view.listed) == 5 })
}

func TestCheckListFollowsTheExchanges(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	f.host.mu.Lock()
	f.host.lists = []workbench.AddonChecks{halfWay("Demo")}
	f.host.mu.Unlock()
	f.host.notify(workbench.ExchangesChanged)
	f.Until("the rows are there", func() bool { return len(f.view.listed) == 5 })
}

func TestHostsCanBeAllowedAndRemoved(t *testing.T) {
	f := newFixture(t, &fakeHost{refused: []workbench.RefusedHost{{Host: "registry.example:443", Exchange: 12, Time: tenOClock}}})
	f.Until("it is listed", func() bool { return len(f.view.hosts) == 1 })
	f.view.followHost(0)
	if f.Went != (place.Target{Place: "exchanges", Exchange: 12}) {
		t.Errorf("went to %+v", f.Went)
	}
	f.view.others.Select(0)
	if f.view.change.Text != "Allow registry.example" || f.view.change.Size().Width < f.view.change.MinSize().Width {
		t.Errorf("the button says %q", f.view.change.Text)
	}
	f.view.changeChosen()
	if len(f.host.allowed) != 1 || f.host.allowed[0] != "registry.example" || f.view.change.Text != "Remove registry.example" {
		t.Errorf("allowed %q, the button says %q", f.host.allowed, f.view.change.Text)
	}
	f.view.changeChosen()
	if len(f.host.allowed) != 0 {
		t.Errorf("allowed %q", f.host.allowed)
	}

	f.view.Commands()[2].Run()
	f.view.entry.SetText("https://x/")
	f.view.allowTyped()
	if f.view.fault.Hidden || f.view.entry.Text == "" || len(f.host.allowed) != 0 {
		t.Errorf("a bad entry: hidden %v, %q, allowed %q", f.view.fault.Hidden, f.view.entry.Text, f.host.allowed)
	}
	f.view.entry.SetText("good.example")
	if !f.view.fault.Hidden {
		t.Error("the fault stays while another host is typed")
	}
	f.view.allowTyped()
	if len(f.host.allowed) != 1 || f.view.entry.Text != "" {
		t.Errorf("allowed %q", f.host.allowed)
	}
}

func TestLogThatCannotBeReadIsSaid(t *testing.T) {
	f := newFixture(t, &fakeHost{readErr: errors.New("the disk is gone")})
	f.Until("it is said", func() bool {
		return strings.Contains(test.RenderToMarkup(f.Window.Canvas()), "The exchanges cannot be read: the disk is gone")
	})
}

func TestLooks(t *testing.T) {
	t.Run("empty", func(t *testing.T) {
		f := newFixture(t, &fakeHost{})
		f.view.tabs.Select(hostsPane)
		test.AssertRendersToMarkup(t, "empty.xml", f.Window.Canvas())
	})
	t.Run("full", func(t *testing.T) {
		f := newFixture(t, &fakeHost{lists: []workbench.AddonChecks{halfWay("Demo"), halfWay("An add-on whose name is much longer than a list has room for")}})
		f.view.list.Select(1)
		test.AssertRendersToMarkup(t, "full.xml", f.Window.Canvas())
	})
	t.Run("failing", func(t *testing.T) {
		f := newFixture(t, &fakeHost{allowed: []string{"api.example:8443"}, refused: []workbench.RefusedHost{{Host: "registry.example:443", Exchange: 12, Time: tenOClock}}})
		f.Until("it is listed", func() bool { return len(f.view.hosts) == 2 })
		f.view.Commands()[2].Run()
		f.view.entry.SetText("https://x/")
		f.view.allowTyped()
		test.AssertRendersToMarkup(t, "failing.xml", f.Window.Canvas())
	})
}
