package mockhost_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/install"
)

// patience is the host's way with an add-on: less than the usual 10 s only for those that never
// answer, so that a slow machine fails no other case.
func patience(key string) func(p *mockhost.Params) {
	if key != "connect.install.error.remote.host.timeout" {
		return nil
	}
	return func(p *mockhost.Params) { p.InstallLimit = 700 * time.Millisecond }
}

// noHost has a label no name may have: no resolver has to be asked to know that it is unknown.
const noHost = "this-label-is-longer-than-the-sixty-three-letters-that-a-name-may-have.example"

const badResponse = "connect.install.error.remote.host.bad.response"

// hang answers nothing until the client has gone.
func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // net/http notices a client that leaves only after the body
	<-r.Context().Done()
}

// refusals are the ways an install fails, each made by a real add-on.
var refusals = []struct {
	name  string
	fault func(a *hosttest.Addon) (descriptorURL string)
	stage install.StageName
	key   string
	says  string // part of what the developer reads
}{
	{"callback 401", status(401), install.Callback, badResponse + ".401", "answered 401 Unauthorized"},
	{"callback 402", status(402), install.Callback, badResponse + ".402", "402"},
	{"callback 404", status(404), install.Callback, badResponse + ".404", "404"},
	{"callback 500", status(500), install.Callback, badResponse + ".500", "answered 500"},
	{"callback 503", status(503), install.Callback, badResponse + ".503", "503"},
	{"callback 202", status(202), install.Callback, badResponse, "202 Accepted"},
	{"callback 302", status(302), install.Callback, badResponse, "302 Found"},
	{"callback 418", status(418), install.Callback, badResponse, "418"},
	{"callback hangs", func(a *hosttest.Addon) string {
		a.Answer("/installed", hang)
		return a.DescriptorURL()
	}, install.Callback, "connect.install.error.remote.host.timeout", "no answer within"},
	{"callback connection dropped", func(a *hosttest.Addon) string {
		a.Answer("/installed", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		return a.DescriptorURL()
	}, install.Callback, "connect.remote.upm.install.exception", "connection closed"},
	{"callback host unknown", func(a *hosttest.Addon) string {
		a.Describe(func(d map[string]any) { d["baseUrl"] = "https://" + noHost })
		return a.DescriptorURL()
	}, install.Callback, "connect.install.error.remote.host.bad.domain", "unknown host"},
	{"callback without TLS", func(a *hosttest.Addon) string {
		a.Describe(func(d map[string]any) { d["baseUrl"] = strings.Replace(a.URL(), "http:", "https:", 1) })
		return a.DescriptorURL()
	}, install.Callback, "connect.install.error.remote.host.ssl", "no secure connection"},
	{"callback port closed", func(a *hosttest.Addon) string {
		a.Describe(func(d map[string]any) { d["baseUrl"] = closedPort() })
		return a.DescriptorURL()
	}, install.Callback, "connect.remote.upm.install.exception", "connection refused"},

	{"descriptor port closed", func(*hosttest.Addon) string { return closedPort() + "/atlassian-connect.json" },
		install.Fetch, "connect.remote.upm.install.exception", "connection refused"},
	{"descriptor host unknown", func(*hosttest.Addon) string { return "http://" + noHost + "/x" },
		install.Fetch, "connect.install.error.remote.host.bad.domain", "unknown host " + noHost},
	{"descriptor hangs", descriptor(hang), install.Fetch, "connect.install.error.remote.host.timeout", "no answer within"},
	{"descriptor trickles", descriptor(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"key":`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}), install.Fetch, "connect.install.error.remote.host.timeout", "no answer within"},
	{"descriptor redirects", descriptor(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://elsewhere.example/atlassian-connect.json", http.StatusMovedPermanently)
	}), install.Fetch, "connect.invalid.descriptor.install.exception", "redirect to https://elsewhere.example/atlassian-connect.json"},
	{"descriptor 404", descriptor(http.NotFound), install.Fetch, "connect.invalid.descriptor.install.exception", "404 Not Found"},
	{"descriptor of 10 MB", descriptor(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(bytes.Repeat([]byte(" "), 10<<20))
	}), install.Fetch, "connect.invalid.descriptor.install.exception", "more than 1 MB"},
	{"descriptor is HTML", descriptor(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<html>not found</html>")
	}), install.CheckStage, "connect.invalid.descriptor.malformed.json", "line 1"},
	{"descriptor is compressed unasked", descriptor(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write([]byte("\x1f\x8b\x08"))
	}), install.Fetch, "connect.invalid.descriptor.install.exception", "Content-Encoding gzip"},
	{"descriptor is full of faults", descriptor(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("{\xff", 100))
	}), install.CheckStage, "connect.invalid.descriptor.malformed.json", "; and "},
	{"descriptor is empty", descriptor(func(http.ResponseWriter, *http.Request) {}),
		install.CheckStage, "connect.invalid.descriptor.malformed.json", ""},
	{"descriptor lies in a file", func(*hosttest.Addon) string { return "file:///etc/hostname" },
		install.Fetch, "connect.invalid.descriptor.install.exception", "not an http or https address. "},
	{"descriptor address with a password", func(*hosttest.Addon) string { return "http://me:secret@localhost/x" },
		install.Fetch, "connect.invalid.descriptor.install.exception", "user name or password"},
	{"descriptor is an unfilled template", func(a *hosttest.Addon) string {
		a.Describe(func(d map[string]any) { d["baseUrl"] = "{{localBaseUrl}}" })
		return a.DescriptorURL()
	}, install.CheckStage, "connect.install.error.remote.descriptor.validation", "template"},
}

func status(code int) func(*hosttest.Addon) string {
	return func(a *hosttest.Addon) string {
		a.AnswerStatus("/installed", code)
		return a.DescriptorURL()
	}
}

func descriptor(handler http.HandlerFunc) func(*hosttest.Addon) string {
	return func(a *hosttest.Addon) string {
		a.Answer("/atlassian-connect.json", handler)
		return a.DescriptorURL()
	}
}

// closedPort is an address nobody listens at.
func closedPort() string {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	return "http://" + l.Addr().String()
}

func TestRefusedFirstInstallKeepsNothing(t *testing.T) {
	for _, tc := range refusals {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			host := hosttest.New(t, patience(tc.key))
			addon := hosttest.NewAddon(t, host)
			var stages []install.Stage
			_, err := host.Install(t.Context(), "jira", tc.fault(addon), func(s install.Stage) { stages = append(stages, s) })
			var refused *install.Error
			if !errors.As(err, &refused) {
				t.Fatalf("got %v", err)
			}
			if refused.Stage != tc.stage || refused.Problem.Key != tc.key {
				t.Errorf("got %s, %s\nwant %s, %s\n%s", refused.Stage, refused.Problem.Key, tc.stage, tc.key, refused.Problem.Developer)
			}
			if !strings.Contains(refused.Problem.Developer, tc.says) || refused.Problem.Admin == "" {
				t.Errorf("the developer reads %q, the admin %q", refused.Problem.Developer, refused.Problem.Admin)
			}
			checkStages(t, stages, refused)
			if list, _ := host.Installations("jira"); len(list) != 0 {
				t.Errorf("kept: %+v", list)
			}
			checkExchange(t, host, refused)
		})
	}
}

// checkStages wants the failed stage last, followed only by the rollback a failed callback has.
func checkStages(t *testing.T, stages []install.Stage, refused *install.Error) {
	t.Helper()
	got := told(stages)
	if !strings.Contains(got, string(refused.Stage)+":failed") {
		t.Errorf("stages: %s", got)
	}
	if rolled := strings.HasSuffix(got, "rollback:done"); rolled != (refused.Stage == install.Callback) {
		t.Errorf("stages: %s", got)
	}
}

// checkExchange wants the failed request in the log, judged.
func checkExchange(t *testing.T, host *hosttest.Host, refused *install.Error) {
	t.Helper()
	if refused.Exchange == 0 {
		return // refused before anything was sent, or because of what the text says
	}
	r, err := host.Log.Get(t.Context(), refused.Exchange)
	if err != nil {
		t.Fatal(err)
	}
	if refused.Stage == install.Callback && (!r.Verdict.Known() || r.Verdict.OK) {
		t.Errorf("verdict of the failed callback: %+v", r.Verdict)
	}
}

func TestRefusedUpgradeChangesNothing(t *testing.T) {
	for i, tc := range refusals {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			host := hosttest.New(t, patience(tc.key))
			addon := hosttest.NewAddon(t, host)
			host.MustInstall(t, "jira", addon.DescriptorURL())
			if i%2 == 0 { // a disabled add-on stays disabled, as an enabled one stays enabled
				if err := host.SetEnabled(t.Context(), "jira", hosttest.AddonKey, false, nil); err != nil {
					t.Fatal(err)
				}
			}
			checkUnchanged(t, host, func() error {
				addon.Describe(func(d map[string]any) { d["version"] = "2.0.0" })
				_, err := host.Install(t.Context(), "jira", tc.fault(addon), nil)
				return err
			})
		})
	}
}

func TestRefusedReinstallKeepsTheRemnant(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	host.MustInstall(t, "jira", addon.DescriptorURL())
	if err := host.Uninstall(t.Context(), "jira", hosttest.AddonKey, nil); err != nil {
		t.Fatal(err)
	}
	checkUnchanged(t, host, func() error {
		addon.AnswerStatus("/installed", http.StatusInternalServerError)
		_, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), nil)
		return err
	})
}

// checkUnchanged wants verb to fail and what is installed on JIRA to be the same afterwards.
func checkUnchanged(t *testing.T, host *hosttest.Host, verb func() error) {
	t.Helper()
	before, err := host.Installations("jira")
	if err != nil {
		t.Fatal(err)
	}
	var refused *install.Error
	if err := verb(); !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	after, err := host.Installations("jira")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(before, after) {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
}

func TestEveryRefusalSaysWhatToDo(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	addon.AnswerStatus("/installed", http.StatusUnauthorized)
	_, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), nil)
	var refused *install.Error
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	if !strings.Contains(refused.Problem.Developer, "install key") || strings.Contains(refused.Problem.Admin, "401") {
		t.Errorf("developer: %q\nadmin: %q", refused.Problem.Developer, refused.Problem.Admin)
	}
	if refused.Problem.Verdict.OK || refused.Problem.Verdict.Rule == "" {
		t.Errorf("verdict: %+v", refused.Problem.Verdict)
	}
	if list := host.Store.List("jira"); len(list) != 0 {
		t.Errorf("kept %v", list)
	}
}
