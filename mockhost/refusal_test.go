package mockhost_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/install"
	"connect-workbench/sharedtest"
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

// refusal is a way an install fails.
type refusal struct {
	name  string
	fault func(a *hosttest.Addon) (descriptorURL string) // what a real add-on does wrong
	stage install.StageName
	key   string
	says  string // part of what the developer reads
	site  string // "" is jira
}

func (r refusal) on() string { return cmp.Or(r.site, "jira") }

// refusals are all the ways an install fails: first those that an add-on brings about, at the
// callback, at its descriptor's address, and by what the descriptor says; then those that are the
// host's own, which have to be asked for.
var refusals = slices.Concat(callbackRefusals, addressRefusals, descriptorRefusals(), hostRefusals)

var callbackRefusals = []refusal{
	{name: "callback 400", fault: status(400), stage: install.Callback, key: badResponse + ".400", says: "400"},
	{name: "callback 401", fault: status(401), stage: install.Callback, key: badResponse + ".401", says: "answered 401 Unauthorized"},
	{name: "callback 402", fault: status(402), stage: install.Callback, key: badResponse + ".402", says: "402"},
	{name: "callback 403", fault: status(403), stage: install.Callback, key: badResponse + ".403", says: "403"},
	{name: "callback 404", fault: status(404), stage: install.Callback, key: badResponse + ".404", says: "404"},
	{name: "callback 500", fault: status(500), stage: install.Callback, key: badResponse + ".500", says: "answered 500"},
	{name: "callback 501", fault: status(501), stage: install.Callback, key: badResponse + ".501", says: "501"},
	{name: "callback 502", fault: status(502), stage: install.Callback, key: badResponse + ".502", says: "502"},
	{name: "callback 503", fault: status(503), stage: install.Callback, key: badResponse + ".503", says: "503"},
	{name: "callback 202", fault: status(202), stage: install.Callback, key: badResponse, says: "202 Accepted"},
	{name: "callback 302", fault: status(302), stage: install.Callback, key: badResponse, says: "302 Found"},
	{name: "callback 418", fault: status(418), stage: install.Callback, key: badResponse, says: "418"},
	{name: "callback hangs", fault: func(a *hosttest.Addon) string {
		a.Answer("/installed", hang)
		return a.DescriptorURL()
	}, stage: install.Callback, key: "connect.install.error.remote.host.timeout", says: "no answer within"},
	{name: "callback connection dropped", fault: func(a *hosttest.Addon) string {
		a.Answer("/installed", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		return a.DescriptorURL()
	}, stage: install.Callback, key: "connect.remote.upm.install.exception", says: "look into its log for a crash"},
	{name: "callback of ACE without the install keys", fault: func(a *hosttest.Addon) string {
		a.Answer("/installed", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "Could not get public key with keyId 3f9c", http.StatusNotFound)
		})
		return a.DescriptorURL()
	}, stage: install.Callback, key: badResponse + ".404", says: "point the add-on to the host's install keys"},
	{name: "callback answered at length", fault: func(a *hosttest.Addon) string {
		a.Answer("/installed", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 2<<20)) })
		return a.DescriptorURL()
	}, stage: install.Callback, key: "connect.remote.upm.install.exception", says: "without a body, or with a short one"},
	{name: "callback host unknown", fault: func(a *hosttest.Addon) string {
		a.Describe(func(d map[string]any) { d["baseUrl"] = "https://" + noHost })
		return a.DescriptorURL()
	}, stage: install.Callback, key: "connect.install.error.remote.host.bad.domain", says: "unknown host"},
	{name: "callback without TLS", fault: func(a *hosttest.Addon) string {
		a.Describe(func(d map[string]any) { d["baseUrl"] = strings.Replace(a.URL(), "http:", "https:", 1) })
		return a.DescriptorURL()
	}, stage: install.Callback, key: "connect.install.error.remote.host.ssl", says: "no secure connection"},
	{name: "callback port closed", fault: func(a *hosttest.Addon) string {
		a.Describe(func(d map[string]any) { d["baseUrl"] = closedPort() })
		return a.DescriptorURL()
	}, stage: install.Callback, key: "connect.remote.upm.install.exception", says: "connection refused"},
}

var addressRefusals = []refusal{
	{name: "descriptor port closed", fault: func(*hosttest.Addon) string { return closedPort() + "/atlassian-connect.json" },
		stage: install.Fetch, key: "connect.remote.upm.install.exception", says: "connection refused"},
	{name: "descriptor host unknown", fault: func(*hosttest.Addon) string { return "http://" + noHost + "/x" },
		stage: install.Fetch, key: "connect.install.error.remote.host.bad.domain", says: "unknown host " + noHost},
	{name: "descriptor without TLS", fault: func(a *hosttest.Addon) string {
		return strings.Replace(a.DescriptorURL(), "http:", "https:", 1)
	}, stage: install.Fetch, key: "connect.install.error.remote.host.ssl", says: "no secure connection"},
	{name: "descriptor hangs", fault: answered(hang), stage: install.Fetch, key: "connect.install.error.remote.host.timeout", says: "no answer within"},
	{name: "descriptor trickles", fault: answered(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"key":`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}), stage: install.Fetch, key: "connect.install.error.remote.host.timeout", says: "no answer within"},
	{name: "descriptor redirects", fault: answered(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://elsewhere.example/atlassian-connect.json", http.StatusMovedPermanently)
	}), stage: install.Fetch, key: "connect.invalid.descriptor.install.exception", says: "redirect to https://elsewhere.example/atlassian-connect.json"},
	{name: "descriptor 404", fault: answered(http.NotFound), stage: install.Fetch, key: "connect.invalid.descriptor.install.exception", says: "404 Not Found"},
	{name: "descriptor of 10 MB", fault: answered(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(bytes.Repeat([]byte(" "), 10<<20))
	}), stage: install.Fetch, key: "connect.invalid.descriptor.install.exception", says: "more than 1 MB"},
	{name: "descriptor is HTML", fault: answered(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<html>not found</html>")
	}), stage: install.CheckStage, key: "connect.invalid.descriptor.malformed.json", says: "line 1"},
	{name: "descriptor breaks off its JSON", fault: answered(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "{\"key\": \"x\",\n \"name\": oops}")
	}), stage: install.CheckStage, key: "connect.invalid.descriptor.malformed.json", says: "for 1 fault: line 2: "},
	{name: "descriptor is compressed unasked", fault: answered(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write([]byte("\x1f\x8b\x08"))
	}), stage: install.Fetch, key: "connect.invalid.descriptor.install.exception", says: "Content-Encoding gzip"},
	{name: "descriptor is full of faults", fault: answered(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("{\xff", 100))
	}), stage: install.CheckStage, key: "connect.invalid.descriptor.malformed.json", says: "; and "},
	{name: "descriptor is empty", fault: answered(func(http.ResponseWriter, *http.Request) {}),
		stage: install.CheckStage, key: "connect.invalid.descriptor.malformed.json", says: ""},
	{name: "descriptor lies in a file", fault: func(*hosttest.Addon) string { return "file:///etc/hostname" },
		stage: install.Fetch, key: "connect.invalid.descriptor.install.exception", says: "not an http or https address. "},
	{name: "descriptor address with a password", fault: func(*hosttest.Addon) string { return "http://me:secret@localhost/x" },
		stage: install.Fetch, key: "connect.invalid.descriptor.install.exception", says: "user name or password"},
	{name: "descriptor is an unfilled template", fault: func(a *hosttest.Addon) string {
		a.Describe(func(d map[string]any) { d["baseUrl"] = "{{localBaseUrl}}" })
		return a.DescriptorURL()
	}, stage: install.CheckStage, key: "connect.install.error.remote.descriptor.validation", says: "template"},
}

// hostRefusals cannot come about by what an add-on does. The host is told to fail so.
var hostRefusals = []refusal{
	{name: "no modules", fault: asked("connect.install.error.no.modules"), stage: install.CheckStage, key: "connect.install.error.no.modules", says: "no modules"},
	{name: "user cannot be made", fault: asked("connect.install.error.user.provisioning"), stage: install.CheckStage,
		key: "connect.install.error.user.provisioning", says: "could not make the add-on's user"},
	{name: "user cannot be given ADMIN", fault: asked("connect.install.error.addon.admin.permission"), stage: install.CheckStage,
		key: "connect.install.error.addon.admin.permission", says: "lacks the administrator permission"},
	{name: "e-mail addresses not approved", fault: asked(emailNotApproved), stage: install.CheckStage, key: emailNotApproved, says: "ACCESS_EMAIL_ADDRESSES"},
	{name: "the host fails", fault: asked("connect.remote.upm.install.internal.error"), stage: install.CheckStage,
		key: "connect.remote.upm.install.internal.error", says: "could not finish"},
}

const emailNotApproved = "workbench.access.email.addresses.not.approved"

// asked has the host fail the next install by itself, on either site.
func asked(key string) func(*hosttest.Addon) string {
	return func(a *hosttest.Addon) string {
		for _, s := range a.Host().Sites() {
			if err := a.Host().FailNext(s.ID, key); err != nil {
				panic(err)
			}
		}
		return a.DescriptorURL()
	}
}

// served changes what the descriptor says.
func served(change func(d map[string]any)) func(*hosttest.Addon) string {
	return func(a *hosttest.Addon) string {
		a.Describe(change)
		return a.DescriptorURL()
	}
}

func status(code int) func(*hosttest.Addon) string {
	return func(a *hosttest.Addon) string {
		a.AnswerStatus("/installed", code)
		return a.DescriptorURL()
	}
}

func answered(handler http.HandlerFunc) func(*hosttest.Addon) string {
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
			_, err := host.Install(t.Context(), tc.on(), tc.fault(addon), func(s install.Stage) { stages = append(stages, s) })
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
			if list, _ := host.Installations(tc.on()); len(list) != 0 {
				t.Errorf("kept: %+v", list)
			}
			if tc.stage == install.CheckStage && addon.Events() != "" {
				t.Errorf("the add-on was called: %s", addon.Events())
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
	wanted := map[install.StageName]string{install.Callback: "200, 201 or 204", install.Fetch: "200"}[refused.Stage]
	if r.Verdict.Rule == exchange.RuleStatus && r.Verdict.Expected != wanted {
		t.Errorf("the answer %d to %s was judged by %q, the host takes %s", r.Status, refused.Stage, r.Verdict.Expected, wanted)
	}
}

func TestRefusedUpgradeChangesNothing(t *testing.T) {
	for i, tc := range refusals {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			host := hosttest.New(t, patience(tc.key))
			addon := hosttest.NewAddon(t, host)
			host.MustInstall(t, tc.on(), addon.DescriptorURL())
			if i%2 == 0 { // a disabled add-on stays disabled, as an enabled one stays enabled
				if err := host.SetEnabled(t.Context(), tc.on(), hosttest.AddonKey, false, nil); err != nil {
					t.Fatal(err)
				}
			}
			checkUnchanged(t, host, tc.on(), func() error {
				addon.Describe(func(d map[string]any) { d["version"] = "2.0.0" })
				_, err := host.Install(t.Context(), tc.on(), tc.fault(addon), nil)
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
	checkUnchanged(t, host, "jira", func() error {
		addon.AnswerStatus("/installed", http.StatusInternalServerError)
		_, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), nil)
		return err
	})
}

// checkUnchanged wants verb to fail and what is installed on a site to be the same afterwards.
func checkUnchanged(t *testing.T, host *hosttest.Host, siteID string, verb func() error) {
	t.Helper()
	before, err := host.Installations(siteID)
	if err != nil {
		t.Fatal(err)
	}
	var refused *install.Error
	if err := verb(); !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	after, err := host.Installations(siteID)
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

// TestNoFailureIsMissing reads the host's own list of install failures: each is in the table of
// refusals, and can be asked for.
func TestNoFailureIsMissing(t *testing.T) {
	text, err := os.ReadFile(sharedtest.File(t, "protocol/descriptor-facts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var facts struct {
		HostInstallErrors []struct{ Key string }
	}
	if err := json.Unmarshal(text, &facts); err != nil {
		t.Fatal(err)
	}
	if len(facts.HostInstallErrors) < 15 {
		t.Fatalf("only %d failures were read", len(facts.HostInstallErrors))
	}
	for _, f := range facts.HostInstallErrors {
		keys := []string{f.Key}
		if strings.HasSuffix(f.Key, ".<code>") {
			keys = nil
			for _, code := range []string{"400", "401", "402", "403", "404", "500", "501", "502", "503"} {
				keys = append(keys, strings.TrimSuffix(f.Key, "<code>")+code)
			}
		}
		if strings.Contains(f.Key, "ACCESS_EMAIL_ADDRESSES") { // its key is not known
			keys = []string{emailNotApproved}
		}
		for _, key := range keys {
			if !slices.ContainsFunc(refusals, func(r refusal) bool { return r.key == key }) {
				t.Errorf("no add-on brings about %s", key)
			}
			if !slices.ContainsFunc(install.Faults(), func(f install.Fault) bool { return f.Key == key }) {
				t.Errorf("%s cannot be asked for", key)
			}
		}
	}
}

// TestEveryFailureCanBeAskedFor has a blameless add-on fail in every way there is, once each.
func TestEveryFailureCanBeAskedFor(t *testing.T) {
	for _, fault := range install.Faults() {
		for _, siteID := range []string{"jira", "confluence"} {
			t.Run(fault.Key+" on "+siteID, func(t *testing.T) {
				t.Parallel()
				host := hosttest.New(t, nil)
				addon := hosttest.NewAddon(t, host)
				if err := host.FailNext(siteID, fault.Key); err != nil {
					t.Fatal(err)
				}
				var stages []install.Stage
				_, err := host.Install(t.Context(), siteID, addon.DescriptorURL(), func(s install.Stage) { stages = append(stages, s) })
				var refused *install.Error
				if !errors.As(err, &refused) {
					t.Fatalf("got %v", err)
				}
				if refused.Stage != fault.Stage || refused.Problem.Key != fault.Key {
					t.Errorf("got %s, %s\nwant %s\n%s", refused.Stage, refused.Problem.Key, fault.Stage, refused.Problem.Developer)
				}
				if !strings.HasPrefix(refused.Problem.Developer, "Simulated, ") || refused.Problem.Admin == "" {
					t.Errorf("developer %q, admin %q", refused.Problem.Developer, refused.Problem.Admin)
				}
				checkStages(t, stages, refused)
				checkExchange(t, host, refused)
				if addon.Events() != "" {
					t.Errorf("the add-on was called: %s", addon.Events())
				}
				if refused.Exchange != 0 {
					r, err := host.Log.Get(t.Context(), refused.Exchange)
					if err != nil || !strings.HasPrefix(r.Verdict.Summary, "simulated: ") {
						t.Errorf("the log does not say that it was simulated: %+v, %v", r.Verdict, err)
					}
				}
				if next, ok := host.NextFault(siteID); ok {
					t.Errorf("still there: %s", next.Key)
				}
				host.MustInstall(t, siteID, addon.DescriptorURL())
			})
		}
	}
}

func TestAskedForFailureCanBeTakenBack(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	key := install.Faults()[0].Key
	for _, siteID := range []string{"jira", "confluence"} {
		if err := host.FailNext(siteID, key); err != nil {
			t.Fatal(err)
		}
	}
	if err := host.FailNext("jira", ""); err != nil {
		t.Fatal(err)
	}
	host.MustInstall(t, "jira", addon.DescriptorURL())
	if f, ok := host.NextFault("confluence"); !ok || f.Key != key {
		t.Errorf("the other site's is gone: %+v", f)
	}
	if err := host.FailNext("jira", "nonsense"); !errors.Is(err, install.ErrUnknownFault) {
		t.Errorf("an unknown failure: %v", err)
	}
	if err := host.FailNext("nowhere", key); !errors.Is(err, mockhost.ErrUnknownSite) {
		t.Errorf("an unknown site: %v", err)
	}
}
