package sites

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/looktest"
	"connect-workbench/ui/workbench"
)

// waitingAddon is an add-on of which version 2 waits, with a scope and n more modules.
func waitingAddon(t *testing.T, n int) workbench.AddonOnSite {
	t.Helper()
	var modules []string
	for i := range n {
		modules = append(modules, fmt.Sprintf(`{"key":"page-%02d","url":"/p","name":{"value":"P"}}`, i))
	}
	c, err := descriptor.Compare([]byte(`{"scopes":["READ"]}`),
		[]byte(`{"scopes":["READ","WRITE"],"modules":{"generalPages":[`+strings.Join(modules, ",")+`]}}`))
	if err != nil {
		t.Fatal(err)
	}
	a := firstAddon(site.Enabled)
	a.Version = "1.0.0"
	a.Pending = &mockhost.PendingUpgrade{Version: "2.0.0", Comparison: c,
		Pending: site.Pending{AskedAt: time.Date(2026, time.November, 23, 11, 0, 0, 0, time.UTC)}}
	return a
}

func TestAWaitingVersionIsAnswered(t *testing.T) {
	for word, want := range map[string]string{"Approve on Acme": "approve acme com.example.first", "Refuse": "refuse acme com.example.first"} {
		t.Run(word, func(t *testing.T) {
			h := &fakeHost{sites: []workbench.SiteState{acme(waitingAddon(t, 1))}, hold: make(chan struct{})}
			s := newScene(t, h)
			if !looktest.Reads(s.content, "it adds WRITE") || !looktest.Reads(s.content, "adds generalPages page-00") || !looktest.Reads(s.content, "1 waiting") {
				t.Errorf("the place reads\n%s", looktest.Page(s.content))
			}
			looktest.Press(t, s.content, word)
			for _, other := range []string{"Approve on Acme", "Refuse", "Publish update"} {
				if looktest.CanPress(s.content, other) {
					t.Errorf("%q can be pressed meanwhile", other)
				}
			}
			close(h.hold)
			s.until(t, "the end", func() bool { return !s.model.busy("acme") })
			if len(h.did) != 1 || h.did[0] != want {
				t.Errorf("did %q", h.did)
			}
		})
	}
}

func TestPublishAnUpdate(t *testing.T) {
	h := &fakeHost{sites: []workbench.SiteState{acme(firstAddon(site.Enabled))}, stages: []install.Stage{
		{Name: install.Compare, State: install.Running},
		{Name: install.Compare, State: install.Waiting, Detail: "minor, 1 change: waits for the administrator: adds WRITE"},
	}}
	s := newScene(t, h)
	looktest.Press(t, s.content, "Publish update")
	s.until(t, "the end", func() bool { return s.model.runs["acme"] != nil && !s.model.busy("acme") })
	if h.did[0] != "update acme com.example.first" || s.detail.run.Text != "Publish update of First add-on on Acme: waits for the administrator" {
		t.Errorf("did %q, says %q", h.did, s.detail.run.Text)
	}
}

func TestUpdateOfWhatIsNotInstalledSaysSo(t *testing.T) {
	s := newScene(t, &fakeHost{sites: []workbench.SiteState{acme()}})
	if s.publishOwn(); !errors.Is(s.failed, site.ErrNotInstalled) {
		t.Errorf("said %v", s.failed)
	}
}

func TestLongListsOfChangesAreCut(t *testing.T) {
	text := changes(waitingAddon(t, 40).Pending.Comparison)
	if lines := strings.Split(text, "\n"); len(lines) != listedChanges+1 || lines[listedChanges] != "and 29 more" {
		t.Errorf("%d lines, the last %q", len(lines), lines[len(lines)-1])
	}
}

func TestSeveralAddonsWaiting(t *testing.T) {
	other := firstAddon(site.Disabled)
	if got := addons(acme(waitingAddon(t, 0), other)); got != "1 of 2 waiting" {
		t.Errorf("got %q", got)
	}
}

func TestNextInstallFails(t *testing.T) {
	fault := install.Faults()[0]
	failing := acme()
	failing.Fault = fault
	h := &fakeHost{sites: []workbench.SiteState{acme()}}
	s := newScene(t, h)
	if looktest.Reads(s.content, "Next install") {
		t.Error("a failure is shown that nobody asked for")
	}
	looktest.Press(t, s.content, "Fail the next install…")
	if menu := s.window.Canvas().Overlays().Top(); !looktest.Reads(menu, "Callback: installed") {
		t.Errorf("the menu reads\n%s", looktest.Page(menu))
	}
	s.window.Canvas().Overlays().Remove(s.window.Canvas().Overlays().Top())
	h.sites = []workbench.SiteState{failing}
	s.failNext(fault.Key)
	if !looktest.Reads(s.content, "fails once, whatever the add-on does: "+fault.Title) {
		t.Errorf("the place reads\n%s", looktest.Page(s.content))
	}
	looktest.Press(t, s.content, "Take back")
	if want := []string{"fail acme " + fault.Key, "fail acme "}; !slices.Equal(h.did, want) {
		t.Errorf("did %q, want %q", h.did, want)
	}
	h.err = errors.New("no such failure")
	if s.failNext("nonsense"); s.failed == nil {
		t.Error("an error is not shown")
	}
}

func TestEveryFailureIsInTheMenu(t *testing.T) {
	for _, f := range install.Faults() {
		if !slices.Contains([]install.StageName{install.Fetch, install.CheckStage, install.Callback}, f.Stage) {
			t.Errorf("%s shows at %s, for which the menu has no part", f.Key, f.Stage)
		}
	}
}

func TestLooksWhileAVersionWaits(t *testing.T) {
	failing := acme(waitingAddon(t, 2))
	failing.Fault = install.Faults()[0]
	s := newScene(t, &fakeHost{sites: []workbench.SiteState{failing}})
	looktest.AssertPage(t, "waiting.txt", s.content)
}
