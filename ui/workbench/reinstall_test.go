package workbench

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

// savingAddon is an external add-on that serves a descriptor of the version it is told to, and
// holds installed up while gate is set.
type savingAddon struct {
	*httptest.Server
	mu      sync.Mutex
	version string
	more    string // further members of the descriptor
	gate    chan struct{}
	answer  int
	arrived chan string // the version of each installed, once it came
}

func newSavingAddon(t *testing.T) *savingAddon {
	t.Helper()
	a := &savingAddon{version: "1", arrived: make(chan string, 100), answer: http.StatusNoContent}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *savingAddon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	version, more, gate, answer := a.version, a.more, a.gate, a.answer
	a.mu.Unlock()
	if r.URL.Path == "/atlassian-connect.json" {
		fmt.Fprintf(w, `{"key":"com.example.saving","name":"Saving","version":%q,"baseUrl":%q,"authentication":{"type":"none"},
			"lifecycle":{"installed":"/installed"}%s}`, version, a.URL, more)
		return
	}
	a.arrived <- version
	if gate != nil {
		<-gate
	}
	w.WriteHeader(answer)
}

func (a *savingAddon) set(change func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change()
}

// idle gives a function that returns when nothing works in the background any more.
func idle(t *testing.T, w *Workbench) func() {
	t.Helper()
	changes := make(chan struct{}, 1000)
	t.Cleanup(w.Subscribe(func(c Change) {
		if c == WorkChanged {
			changes <- struct{}{}
		}
	}))
	return func() {
		t.Helper()
		limit := time.After(20 * time.Second)
		for {
			select {
			case <-changes:
				if doing, _ := w.Working(); doing == "" {
					return
				}
			case <-limit:
				t.Fatal("still working")
			}
		}
	}
}

func save(t *testing.T, w *Workbench, text string) {
	t.Helper()
	w.SetDescriptorText(text)
	if err := w.SaveDescriptor(); err != nil {
		t.Fatal(err)
	}
}

func TestReinstallOnSave(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	addon := newSavingAddon(t)
	w := open(t, Params{ProjectDir: dir})
	if err := w.Install(t.Context(), "confluence", "", nil); err != nil { // the text's own, of another key
		t.Fatal(err)
	}
	if err := w.UseExternal(t.Context(), addon.URL); err != nil {
		t.Fatal(err)
	}
	jira, confluence := siteByProduct(t, w, site.Jira), siteByProduct(t, w, site.Confluence)
	if err := w.Install(t.Context(), jira.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	<-addon.arrived

	save(t, w, w.Descriptor().Text+"\n") // off: nothing happens, or the count below is wrong
	if err := w.SetReinstallOnSave(true); err != nil {
		t.Fatal(err)
	}
	settle := idle(t, w)
	addon.set(func() { addon.version = "2" })
	save(t, w, w.Descriptor().Text+"\n")
	settle()
	if got := <-addon.arrived; got != "2" || len(addon.arrived) != 0 {
		t.Errorf("installed version %s, and %d more", got, len(addon.arrived))
	}
	if got := siteByProduct(t, w, site.Jira).Addons[0].Version; got != "2" {
		t.Errorf("version %s", got)
	}
	if list := siteByProduct(t, w, site.Confluence).Addons; len(list) != 1 || list[0].Key != sampleKey {
		t.Errorf("installed on %s, which did not have it: %v", confluence.Title, list)
	}

	settings, err := os.ReadFile(filepath.Join(dir, settingsFile))
	if err != nil || !strings.Contains(string(settings), `"reinstallOnSave": true`) {
		t.Errorf("%s says %s, %v", settingsFile, settings, err)
	}
	closeWorkbench(t, w)
	if again := open(t, Params{ProjectDir: dir, Addon: addon.URL}); !again.ReinstallOnSave() {
		t.Error("the choice did not survive a restart")
	}
}

// Two saves while the first re-install is under way end with what was saved last.
func TestTheNewestSaveIsInstalledLast(t *testing.T) {
	addon := newSavingAddon(t)
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project"), Addon: addon.URL})
	sites := w.Sites()
	for _, s := range sites {
		if err := w.Install(t.Context(), s.ID, "", nil); err != nil {
			t.Fatal(err)
		}
		<-addon.arrived
	}
	if err := w.SetReinstallOnSave(true); err != nil {
		t.Fatal(err)
	}
	settle, gate := idle(t, w), make(chan struct{})
	addon.set(func() { addon.version, addon.gate = "2", gate })
	save(t, w, w.Descriptor().Text+"\n")
	got := <-addon.arrived
	if doing, stage := w.Working(); got != "2" || doing != "Re-install on "+sites[0].Title || stage != "callback" {
		t.Errorf("version %s, %q %q", got, doing, stage)
	}
	for _, version := range []string{"3", "4"} {
		addon.set(func() { addon.version, addon.gate = version, nil })
		save(t, w, w.Descriptor().Text+"\n")
	}
	close(gate)
	settle()
	for _, s := range w.Sites() {
		if got := s.Addons[0].Version; got != "4" {
			t.Errorf("%s has version %s", s.Title, got)
		}
	}
}

func TestAFailedReinstallIsANotice(t *testing.T) {
	addon := newSavingAddon(t)
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project"), Addon: addon.URL})
	if err := w.Install(t.Context(), "jira", "", nil); err != nil {
		t.Fatal(err)
	}
	if err := w.SetReinstallOnSave(true); err != nil {
		t.Fatal(err)
	}
	settle := idle(t, w)
	addon.set(func() { addon.version, addon.answer = "2", http.StatusTeapot })
	save(t, w, w.Descriptor().Text+"\n")
	settle()
	if !slices.ContainsFunc(w.Notices(), func(n Notice) bool {
		return n.Level == "failed" && strings.Contains(n.Text, "Re-install on Acme (JIRA), after saving, failed") && strings.Contains(n.Text, "418")
	}) {
		t.Errorf("notices: %+v", w.Notices())
	}
	if got := siteByProduct(t, w, site.Jira).Addons[0].Version; got != "1" {
		t.Errorf("version %s", got)
	}
}

// A save by another program counts as well.
func TestASaveByAnotherProgramReinstalls(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	if err := w.Install(t.Context(), "jira", "", nil); err != nil {
		t.Fatal(err)
	}
	if err := w.SetReinstallOnSave(true); err != nil {
		t.Fatal(err)
	}
	settle := idle(t, w)
	f := w.Descriptor()
	text := strings.Replace(f.Text, `"name"`, `"version": "9.9.9", "name"`, 1)
	if err := os.WriteFile(f.Path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	settle()
	if got := siteByProduct(t, w, site.Jira).Addons[0].Version; got != "9.9.9" {
		t.Errorf("version %q", got)
	}
}

// A waiting version is in the state that the faces show, survives a restart, and can be approved then.
func TestAWaitingVersionSurvivesARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	addon := newSavingAddon(t)
	w := open(t, Params{ProjectDir: dir, Addon: addon.URL})
	if err := w.Install(t.Context(), "jira", "", nil); err != nil {
		t.Fatal(err)
	}
	addon.set(func() { addon.version, addon.more = "2", `,"scopes":["READ"]` })
	outcome, err := w.Update(t.Context(), "jira", "com.example.saving", nil)
	if err != nil || !outcome.Waits {
		t.Fatalf("%+v, %v", outcome, err)
	}
	closeWorkbench(t, w)

	w = open(t, Params{ProjectDir: dir, Addon: addon.URL})
	a := siteByProduct(t, w, site.Jira).Addons[0]
	if a.Version != "1" || a.Pending == nil || a.Pending.Version != "2" || a.Pending.Comparison.Reason() != "adds READ" {
		t.Fatalf("after a restart: %+v", a)
	}
	var last install.Stage
	if err := w.Approve(t.Context(), "jira", a.Key, func(s install.Stage) { last = s }); err != nil {
		t.Fatal(err)
	}
	if a := siteByProduct(t, w, site.Jira).Addons[0]; a.Version != "2" || a.Pending != nil || last.Name != install.Enable {
		t.Errorf("approved: %+v", a)
	}
}

func TestFailNextInstallShowsOnTheSite(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	fault := w.InstallFaults()[0]
	if err := w.FailNextInstall("jira", fault.Key); err != nil {
		t.Fatal(err)
	}
	if got := siteByProduct(t, w, site.Jira).Fault.Key; got != fault.Key {
		t.Errorf("asked for %q", got)
	}
	if got := siteByProduct(t, w, site.Confluence).Fault.Key; got != "" {
		t.Errorf("the other site: %q", got)
	}
	if err := w.Install(t.Context(), "jira", "", nil); err == nil {
		t.Error("it did not fail")
	}
	if got := siteByProduct(t, w, site.Jira).Fault.Key; got != "" {
		t.Errorf("afterwards: %q", got)
	}
}

// A save may come while the program ends: nothing of it may run when Close has returned.
func TestNoWorkBeginsAfterClose(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	closeWorkbench(t, w)
	var ran atomic.Bool
	w.goWork(func(context.Context) { ran.Store(true) })
	w.work.Wait()
	if ran.Load() {
		t.Error("work has begun")
	}
}
