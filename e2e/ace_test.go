// Package e2e runs the host against real, unmodified add-on frameworks.
package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

const aceKey = "com.example.ace-under-test"

// seen is one line the add-on printed: what it saw from its side.
type seen struct {
	Event         string
	Port          int
	ClientKey     string
	BaseURL       string
	ProductType   string
	Name          string
	Issue         string
	UserAccountID string
	RestStatus    int
	Myself        string
	PutStatus     int
	Property      string // account id of the viewer, as the add-on property keeps it
}

// aceAddon is a running atlassian-connect-express add-on.
type aceAddon struct {
	baseURL string
	lines   chan seen
	log     *bytes.Buffer
	stop    func() // as a person does who presses Ctrl+C; returns when the process has ended
}

// eachACE runs a test with every major version of the framework whose packages are here.
func eachACE(t *testing.T, test func(t *testing.T, packages string)) {
	for _, v := range []struct{ version, folder string }{
		{"7.11.0", "ace-7"},
		{"10.1.0", "ace-10"},
		{"11.5.3", "ace"},
	} {
		t.Run(v.version, func(t *testing.T) { test(t, acePackages(t, v.folder)) })
	}
}

// acePackages is the folder of one version's packages, when they are here.
func acePackages(t *testing.T, folder string) string {
	t.Helper()
	packages, err := filepath.Abs(folder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(packages, "node_modules")); err != nil {
		t.Skipf("e2e/%[1]s/node_modules is not there: run make test, or npm ci in e2e/%[1]s", folder)
	}
	return packages
}

// startACE starts the add-on in e2e/ace with the framework in a packages folder, its own port and
// our install keys. host is the address it registers itself at, with name and password; "" for none.
func startACE(t *testing.T, packages, installKeys, host string) *aceAddon {
	t.Helper()
	options := "AC_OPTS=no-reg"
	if host != "" {
		options = "ACE_HOST=" + host
	}
	return startACEWith(t, packages, options, "CONNECT_KEYS_CDN_URL="+installKeys)
}

// startACEWith starts the add-on with variables beside those it needs to run at all.
func startACEWith(t *testing.T, packages, options string, variables ...string) *aceAddon {
	t.Helper()
	port := freePort(t)
	a := &aceAddon{baseURL: fmt.Sprintf("http://localhost:%d", port), lines: make(chan seen, 100), log: &bytes.Buffer{}}
	command := exec.Command("node", "app.js")
	command.Dir = "ace"
	command.Env = append(slices.DeleteFunc(os.Environ(), ofFramework), "ACE_PACKAGES="+packages, options,
		fmt.Sprintf("PORT=%d", port), "AC_LOCAL_BASE_URL="+a.baseURL)
	command.Env = append(command.Env, variables...)
	command.Stderr = a.log
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("start node: %v", err)
	}
	read := make(chan struct{})
	a.stop = sync.OnceFunc(func() {
		command.Process.Signal(syscall.SIGTERM)
		<-read
		command.Wait()
	})
	t.Cleanup(func() {
		a.stop()
		if t.Failed() {
			t.Logf("the add-on's log:\n%s", a.log)
		}
	})
	go func() {
		defer close(read)
		a.read(stdout)
	}()
	a.expect(t, "listening")
	return a
}

// ofFramework is true for variables that would change how the framework behaves.
func ofFramework(variable string) bool {
	name, _, _ := strings.Cut(strings.ToUpper(variable), "=")
	return strings.HasPrefix(name, "NODE_") || strings.HasPrefix(name, "AC_") || strings.HasSuffix(name, "_PROXY") || name == "CONNECT_KEYS_CDN_URL"
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// read keeps the lines that are ours; the framework logs between them.
func (a *aceAddon) read(r io.Reader) {
	scanner := bufio.NewScanner(r)
	for scanner.Scan() {
		var line seen
		if json.Unmarshal(scanner.Bytes(), &line) == nil && line.Event != "" {
			a.lines <- line
		}
	}
	close(a.lines)
}

// expect waits for the next line and fails when it is about another event.
func (a *aceAddon) expect(t *testing.T, event string) seen {
	t.Helper()
	select {
	case line, ok := <-a.lines:
		if !ok || line.Event != event {
			t.Fatalf("the add-on saw %+v, want %q", line, event)
		}
		return line
	case <-time.After(20 * time.Second):
		t.Fatalf("the add-on did not see %q within 20 s", event)
		return seen{}
	}
}

// openWorkbench opens a new project with sites on any port, and returns it with its JIRA site.
func openWorkbench(t *testing.T) (*workbench.Workbench, workbench.SiteState) {
	t.Helper()
	return openIn(t, filepath.Join(t.TempDir(), "project"))
}

// openIn opens the project in a folder until the test ends.
func openIn(t *testing.T, dir string) (*workbench.Workbench, workbench.SiteState) {
	t.Helper()
	w, err := workbench.Open(t.Context(), workbench.Params{ProjectDir: dir, AnyPort: true, Logf: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return w, w.Sites()[slices.IndexFunc(w.Sites(), func(s workbench.SiteState) bool { return s.Product == site.Jira })]
}

// An unmodified ACE add-on takes us for the real host from install to uninstall, and its own call to
// a REST resource is accepted by ours.
func TestACE(t *testing.T) { eachACE(t, testACE) }

func testACE(t *testing.T, packages string) {
	w, jira := openWorkbench(t)
	ace := startACE(t, packages, w.InstallKeysURL(), "")
	ctx := t.Context()

	if err := w.Install(ctx, jira.ID, ace.baseURL+"/atlassian-connect.json", nil); err != nil {
		t.Fatal(err)
	}
	if got := ace.expect(t, "installed"); got.ClientKey != jira.ClientKey || got.BaseURL != jira.BaseURL || got.ProductType != "jira" {
		t.Errorf("installed with %+v, want clientKey %s and baseUrl %s", got, jira.ClientKey, jira.BaseURL)
	}
	ace.expect(t, "enabled")

	delivery, err := w.Fire(ctx, jira.ID, "jira:issue_created", nil)
	if err != nil || len(delivery.Sent) != 1 || delivery.Sent[0].Status != http.StatusNoContent || !delivery.Sent[0].Verdict.OK {
		t.Fatalf("webhook: %v, %+v", err, delivery)
	}
	if got := ace.expect(t, "webhook"); got.Name != "jira:issue_created" || got.Issue == "" {
		t.Errorf("webhook: %+v", got)
	}

	request := page.Request{AddonKey: aceKey, ModuleKey: "page", UserID: jira.Users[0].AccountID, Context: map[string]string{"issue.key": "DEMO-1"}}
	signed, record, err := w.OpenPage(ctx, jira.ID, request)
	if err != nil || record.Status != http.StatusOK {
		t.Fatalf("page: %v, %d %s", err, record.Status, record.ResponseBody)
	}
	got := ace.expect(t, "page")
	if got.UserAccountID != request.UserID || got.RestStatus != http.StatusOK || got.Myself == "" ||
		got.PutStatus != http.StatusCreated || got.Property != request.UserID {
		t.Errorf("page: %+v", got)
	}
	rows, err := w.ExchangeRows(ctx, "kind:rest verdict:ok", 0, 0, 10)
	if err != nil || len(rows) != 3 {
		t.Errorf("the add-on's REST calls: %v, %+v", err, rows)
	}

	// Proof that the add-on verifies at all: one more parameter, and it refuses.
	answer, err := http.Get(strings.Replace(signed.URL, "?", "?forged=1&", 1))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("a forged page request was answered with %d", answer.StatusCode)
	}

	if err := w.Uninstall(ctx, jira.ID, aceKey, nil); err != nil {
		t.Fatal(err)
	}
	ace.expect(t, "disabled")
	if got := ace.expect(t, "uninstalled"); got.ClientKey != jira.ClientKey {
		t.Errorf("uninstalled: %+v", got)
	}
	refused, _, err := w.ExchangeCount(ctx, "verdict:failed")
	if err != nil || refused != 0 {
		t.Errorf("%d exchanges were refused (%v)", refused, err)
	}
}
