package webhook

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/clock"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

const secret = "0123456789abcdef0123456789abcdef"

func install(key, baseURL, rest string) site.Installation {
	return site.Installation{
		SiteID: "jira", AddonKey: key, Name: key, BaseURL: baseURL, SharedSecret: secret, State: site.Enabled,
		Descriptor: []byte(fmt.Sprintf(`{"key":%q,"baseUrl":%q,"authentication":{"type":"jwt"},%s}`, key, baseURL, rest)),
	}
}

func hooks(modules string) string {
	return `"scopes":["READ"],"modules":{"webhooks":[` + modules + `]}`
}

func TestRecipients(t *testing.T) {
	d := testDispatcher()
	jira, confluence := testSite(site.Jira), testSite(site.Confluence)
	body := func(s site.Running, event string) []byte {
		text, err := d.Body(event, s, nil)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	state := func(in site.Installation, s site.State) site.Installation { in.State = s; return in }
	for _, tc := range []struct {
		name    string
		site    site.Running
		install site.Installation
		event   string
		will    bool
		url     string
		reason  string // contained in it
	}{
		{"asks for it", jira, install("a", "http://localhost:3000", hooks(`{"event":"jira:issue_created","url":"/hook"}`)),
			"jira:issue_created", true, "http://localhost:3000/hook", "it asks for jira:issue_created"},
		{"variables from the body", jira, install("a", "http://localhost:3000/app/", hooks(`{"event":"jira:issue_created","url":"/hook/{project.key}?k=${issue.key}&s={issue.fields.summary}&v={version.id}"}`)),
			"jira:issue_created", true, "http://localhost:3000/app/hook/DEMO?k=DEMO-1&s=Lamp+in+the+reading+room+flickers&v=", ""},
		{"project of a version", jira, install("a", "http://localhost:3000", hooks(`{"event":"jira:version_released","url":"/h?p={project.id}&v={version.id}"}`)),
			"jira:version_released", true, "http://localhost:3000/h?p=10000&v=10140", ""},
		{"merged version", jira, install("a", "http://localhost:3000", hooks(`{"event":"jira:version_deleted","url":"/h?v={version.id}&m={mergedVersion.id}"}`)),
			"jira:version_deleted", true, "http://localhost:3000/h?v=10141&m=10140", ""},
		{"modified user", jira, install("a", "http://localhost:3000", hooks(`{"event":"user_updated","url":"/h?u={modifiedUser.accountId}"}`)),
			"user_updated", true, "http://localhost:3000/h?u=5f%3Acas", ""},
		{"asks for another", jira, install("a", "http://localhost:3000", hooks(`{"event":"comment_created","url":"/hook"}`)),
			"jira:issue_created", false, "", "it asks for comment_created"},
		{"asks for what the product never sends", jira, install("a", "http://localhost:3000", hooks(`{"event":"issue_created","url":"/hook"}`)),
			"jira:issue_created", false, "", "it asks for issue_created; JIRA has no event \"issue_created\"; the nearest is jira:issue_created"},
		{"no webhooks", jira, install("a", "http://localhost:3000", `"modules":{}`),
			"jira:issue_created", false, "", "it declares no webhooks"},
		{"broken descriptor", jira, site.Installation{SiteID: "jira", AddonKey: "a", State: site.Enabled, Descriptor: []byte("{")},
			"jira:issue_created", false, "", "its installed descriptor cannot be read"},
		{"disabled", jira, state(install("a", "http://localhost:3000", hooks(`{"event":"jira:issue_created","url":"/hook"}`)), site.Disabled),
			"jira:issue_created", false, "http://localhost:3000/hook", "the add-on is disabled on this site"},
		{"no scope", jira, install("a", "http://localhost:3000", `"scopes":["ACT_AS_USER"],"modules":{"webhooks":[{"event":"jira:issue_created","url":"/hook"}]}`),
			"jira:issue_created", false, "http://localhost:3000/hook", "webhooks need the scope READ; the add-on has ACT_AS_USER"},
		{"a greater scope", jira, install("a", "http://localhost:3000", `"scopes":["write"],"modules":{"webhooks":[{"event":"jira:issue_created","url":"/hook"}]}`),
			"jira:issue_created", true, "http://localhost:3000/hook", ""},
		{"no secret", jira, func() site.Installation {
			in := install("a", "http://localhost:3000", hooks(`{"event":"jira:issue_created","url":"/hook"}`))
			in.SharedSecret = ""
			return in
		}(), "jira:issue_created", false, "http://localhost:3000/hook", "no shared secret"},
		{"absolute url", jira, install("a", "http://localhost:3000", hooks(`{"event":"jira:issue_created","url":"https://elsewhere.example.test/hook"}`)),
			"jira:issue_created", false, "", "absolute"},
		{"filter matches", jira, install("a", "http://localhost:3000", hooks(`{"event":"jira:issue_created","url":"/hook","filter":"project = DEMO"}`)),
			"jira:issue_created", true, "http://localhost:3000/hook", "its filter matches: project = DEMO"},
		{"filter does not match", jira, install("a", "http://localhost:3000", hooks(`{"event":"jira:issue_created","url":"/hook","filter":"project = OTHER"}`)),
			"jira:issue_created", false, "http://localhost:3000/hook", "its filter does not match: project = OTHER"},
		{"filter not understood", jira, install("a", "http://localhost:3000", hooks(`{"event":"jira:issue_created","url":"/hook","filter":"watcher = me"}`)),
			"jira:issue_created", true, "http://localhost:3000/hook", "filter not evaluated: sent (not understood: watcher = me)"},
		{"filter with an assumption", jira, install("a", "http://localhost:3000", hooks(`{"event":"jira:issue_created","url":"/hook","filter":"reporter = currentUser()"}`)),
			"jira:issue_created", true, "http://localhost:3000/hook", "its filter matches: reporter = currentUser() (currentUser() is who acted)"},
		{"filter of a field that the body leaves out", jira, install("a", "http://localhost:3000", hooks(`{"event":"comment_created","url":"/hook","filter":"labels = lighting and status = \"In Progress\""}`)),
			"comment_created", true, "http://localhost:3000/hook", `its filter matches: labels = lighting and status = "In Progress" (what the body leaves out is as the site has it)`},
		{"filter without an issue in the body", jira, install("a", "http://localhost:3000", hooks(`{"event":"worklog_created","url":"/hook","filter":"project = OTHER"}`)),
			"worklog_created", false, "http://localhost:3000/hook", "its filter does not match: project = OTHER (what the body leaves out is as the site has it)"},
		{"filter where the body names no issue", jira, install("a", "http://localhost:3000", hooks(`{"event":"attachment_created","url":"/hook","filter":"project = DEMO"}`)),
			"attachment_created", true, "http://localhost:3000/hook", "filter not evaluated: sent (the body does not have this field: project = DEMO)"},
		{"conditions", jira, install("a", "http://localhost:3000", hooks(`{"event":"jira:issue_created","url":"/hook","conditions":[{"condition":"user_is_admin"}]}`)),
			"jira:issue_created", true, "http://localhost:3000/hook", "its conditions are not evaluated: a webhook has none"},
		{"filter where none applies", jira, install("a", "http://localhost:3000", hooks(`{"event":"project_created","url":"/hook","filter":"project = OTHER"}`)),
			"project_created", true, "http://localhost:3000/hook", "does not apply to this event"},
		{"property asked for", jira, install("a", "http://localhost:3000", hooks(`{"event":"issue_property_set","url":"/hook","propertyKeys":["com.example.inspection"]}`)),
			"issue_property_set", true, "http://localhost:3000/hook", ""},
		{"other property", jira, install("a", "http://localhost:3000", hooks(`{"event":"issue_property_set","url":"/hook","propertyKeys":["x","y"]}`)),
			"issue_property_set", false, "http://localhost:3000/hook", `only for the properties x, y; this one is "com.example.inspection"`},
		{"Confluence", confluence, install("a", "http://localhost:3000", hooks(`{"event":"page_created","url":"/hook?p={page.id}&s={space.key}"}`)),
			"page_created", true, "http://localhost:3000/hook?p=98310&s=TEAM", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := d.Recipients(tc.site, []site.Installation{tc.install}, tc.event, body(tc.site, tc.event))
			if len(got) != 1 {
				t.Fatalf("got %d recipients: %+v", len(got), got)
			}
			r := got[0]
			if r.Will != tc.will || r.URL != tc.url || !strings.Contains(r.Reason, tc.reason) || r.Reason == "" {
				t.Errorf("got %+v\nwant will %v, url %q, reason %q", r, tc.will, tc.url, tc.reason)
			}
		})
	}
}

func TestNoRecipientSaysWhy(t *testing.T) {
	d := testDispatcher()
	s := testSite(site.Jira)
	remnant := install("a", "http://localhost:3000", hooks(`{"event":"jira:issue_created","url":"/hook"}`))
	remnant.State = site.Uninstalled
	for _, tc := range []struct {
		name     string
		installs []site.Installation
		event    string
		want     string
	}{
		{"nothing installed", nil, "jira:issue_created", "No add-on is installed on Acme JIRA."},
		{"only a remnant", []site.Installation{remnant}, "jira:issue_created", "No add-on is installed on Acme JIRA."},
		{"other events", []site.Installation{install("a", "http://localhost:3000", hooks(`{"event":"jira:issue_updated","url":"/a"},{"event":"comment_created","url":"/b"},{"event":"comment_created","url":"/c"}`))},
			"jira:issue_created", "No add-on on Acme JIRA asks for jira:issue_created; they ask only for jira:issue_updated, comment_created. Was jira:issue_updated meant?"},
		{"no webhooks", []site.Installation{install("a", "http://localhost:3000", `"modules":{}`)},
			"jira:issue_created", "No add-on on Acme JIRA declares a webhook that can be read."},
		{"filtered out", []site.Installation{install("a", "http://localhost:3000", hooks(`{"event":"jira:issue_created","url":"/a","filter":"project = X"}`))},
			"jira:issue_created", "a asks for jira:issue_created at /modules/webhooks/0 but does not get it: its filter does not match: project = X."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := d.Fire(context.Background(), s, tc.installs, tc.event, nil)
			if err != nil || got.Reason != tc.want || len(got.Sent) != 0 {
				t.Errorf("got %+v, %v\nwant the reason %q", got, err, tc.want)
			}
		})
	}
}

func TestFireRefusesBeforeItSends(t *testing.T) {
	d := testDispatcher()
	s := testSite(site.Jira)
	for _, tc := range []struct {
		body         string
		line, column int
	}{
		{"{", 1, 2}, {"{\n  \"a\": x}", 2, 8}, {"{} {}", 1, 4}, {"\n\n", 3, 1}, {"\xff", 1, 1},
	} {
		_, err := d.Fire(context.Background(), s, nil, "jira:issue_created", []byte(tc.body))
		var bad *BodyError
		if !errors.As(err, &bad) || bad.Line != tc.line || bad.Column != tc.column {
			t.Errorf("%q: %v, want a *BodyError at %d:%d", tc.body, err, tc.line, tc.column)
		}
	}
	_, err := d.Fire(context.Background(), s, nil, "page_created", nil)
	if unknown := (*UnknownEventError)(nil); !errors.As(err, &unknown) {
		t.Errorf("an event of the other product: %v, want *UnknownEventError", err)
	}
}

// bench is a dispatcher with a real log and add-ons behind real HTTP.
func bench(t testing.TB) (*Dispatcher, *exchange.Log) {
	log, err := exchange.Open(context.Background(), exchange.Params{Path: filepath.Join(t.TempDir(), "log.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	var n atomic.Int64
	simulated := clock.NewSimulated(noon)
	d := New(Params{
		Transport: &exchange.Transport{Log: log, Clock: simulated.Now}, Clock: simulated, Descriptors: new(site.Descriptors),
		Rand: rand.Reader, NewID: func() string { return fmt.Sprint("id-", n.Add(1)) },
	})
	t.Cleanup(d.Close)
	return d, log
}

type received struct {
	header http.Header
	target string
	body   string
	token  connectjwt.Token
	check  connectjwt.Verdict
}

// strictAddon verifies like a good add-on and remembers what it got.
func strictAddon(t testing.TB, base string) (url string, got func() []received) {
	var mu sync.Mutex
	var all []received
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		raw, _ := connectjwt.FromHeader(r.Header.Get("Authorization"))
		check := connectjwt.Check{
			Algorithm: connectjwt.HS256, Secret: secret, Issuer: "client-1", Now: noon,
			Request: connectjwt.Request{Method: r.Method, Target: r.RequestURI, Base: "http://x" + base},
		}
		token, verdict := check.Verify(raw)
		mu.Lock()
		all = append(all, received{r.Header, r.RequestURI, string(body), token, verdict})
		mu.Unlock()
		if raw != "" && !verdict.OK {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	return server.URL + base, func() []received {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

func TestFireIsAcceptedByAStrictAddon(t *testing.T) {
	d, log := bench(t)
	s := testSite(site.Jira)
	url, got := strictAddon(t, "/app")
	in := install("strict", url, hooks(`{"event":"comment_created","url":"/hook/{issue.key}?text={comment.body}&empty={nothing}"}`))
	delivery, err := d.Fire(context.Background(), s, []site.Installation{in}, "comment_created", nil)
	if err != nil || len(delivery.Sent) != 1 || delivery.Reason != "" {
		t.Fatalf("%+v, %v", delivery, err)
	}
	sent := delivery.Sent[0]
	if sent.Status != http.StatusNoContent || !sent.Verdict.OK || sent.Error != "" || sent.Exchange == 0 {
		t.Errorf("sent %+v", sent)
	}
	all := got()
	if len(all) != 1 {
		t.Fatalf("the add-on got %d requests", len(all))
	}
	r := all[0]
	if r.target != "/app/hook/DEMO-1?text=A+new+starter+is+on+order.&empty=" || !r.check.OK {
		t.Errorf("target %s, verdict %+v", r.target, r.check)
	}
	body, err := d.Body("comment_created", s, nil)
	if err != nil || r.body != string(body) {
		t.Errorf("the body is not the one of Body: %v", err)
	}
	c := r.token.Claims
	if c.Subject != "5f:mel" || c.Audience != nil || c.Expires-c.IssuedAt != 180 || string(c.Context) != "{}" {
		t.Errorf("claims %+v", c)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/json; charset=UTF-8", "User-Agent": "Atlassian Webhook HTTP Client",
		"X-Atlassian-Webhook-Flow": "Primary", "X-Atlassian-Webhook-Identifier": "id-2",
	} {
		if r.header.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, r.header.Get(name), want)
		}
	}
	if err := log.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	record, err := log.Get(context.Background(), sent.Exchange)
	if err != nil || record.Kind != exchange.KindWebhook || record.Event != "comment_created" || record.Cause != delivery.Cause ||
		record.Module != "/modules/webhooks/0" || record.Addon != "strict" || record.Token != r.token.Raw {
		t.Errorf("record %+v, %v", record, err)
	}
}

func TestFireSendsWhatThePersonWrote(t *testing.T) {
	d, _ := bench(t)
	url, got := strictAddon(t, "")
	in := install("a", url, hooks(`{"event":"jira:issue_created","url":"/hook"},{"event":"jira:issue_created","url":"/bare","excludeBody":true}`))
	body := "{ \"user\" : {\"accountId\":\"someone\"},\n\t\"x\":1.0 }"
	if _, err := d.Fire(context.Background(), testSite(site.Jira), []site.Installation{in}, "jira:issue_created", []byte(body)); err != nil {
		t.Fatal(err)
	}
	for _, r := range got() {
		if !r.check.OK || r.token.Claims.Subject != "someone" {
			t.Errorf("%s: %+v, sub %q", r.target, r.check, r.token.Claims.Subject)
		}
		switch r.target {
		case "/hook":
			if r.body != body {
				t.Errorf("body %q", r.body)
			}
		case "/bare":
			if r.body != "" || r.header.Get("Content-Type") != "" {
				t.Errorf("excludeBody: body %q, content type %q", r.body, r.header.Get("Content-Type"))
			}
		}
	}
	if len(got()) != 2 {
		t.Errorf("%d requests", len(got()))
	}
}

func TestAnEventWithoutASampleIsSentWithAnOwnBody(t *testing.T) {
	d, _ := bench(t)
	url, got := strictAddon(t, "")
	s := testSite(site.Confluence)
	installs := []site.Installation{install("a", url, hooks(`{"event":"theme_enabled","url":"/hook"}`))}
	if _, err := d.Fire(context.Background(), s, installs, "theme_enabled", nil); !errors.Is(err, ErrNoSample) {
		t.Errorf("without a body: %v, want ErrNoSample", err)
	}
	delivery, err := d.Fire(context.Background(), s, installs, "theme_enabled", []byte(`{"userAccountId":"5f:cas"}`))
	if err != nil || len(delivery.Sent) != 1 || len(got()) != 1 || got()[0].token.Claims.Subject != "5f:cas" {
		t.Errorf("%+v, %v", delivery, err)
	}
}

func TestFireUnsigned(t *testing.T) {
	d, _ := bench(t)
	url, got := strictAddon(t, "")
	in := install("a", url, hooks(`{"event":"page_created","url":"/hook"}`))
	in.Descriptor = []byte(strings.Replace(string(in.Descriptor), `"jwt"`, `"none"`, 1))
	in.SharedSecret = ""
	delivery, err := d.Fire(context.Background(), testSite(site.Confluence), []site.Installation{in}, "page_created", nil)
	if err != nil || len(delivery.Sent) != 1 {
		t.Fatalf("%+v, %v", delivery, err)
	}
	r := got()[0]
	if r.header.Get("Authorization") != "" || r.header.Get("X-Atlassian-Webhook-Flow") != "" {
		t.Errorf("headers %v", r.header)
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(r.body), &body); err != nil || body["webhookEvent"] != nil || body["userAccountId"] != "5f:mel" {
		t.Errorf("body %v, %v", body, err)
	}
}

func TestAnAddonThatIsDownIsAResult(t *testing.T) {
	d, _ := bench(t)
	down := httptest.NewServer(nil)
	down.Close()
	in := install("a", down.URL, hooks(`{"event":"jira:issue_created","url":"/hook"}`))
	delivery, err := d.Fire(context.Background(), testSite(site.Jira), []site.Installation{in}, "jira:issue_created", nil)
	if err != nil || len(delivery.Sent) != 1 {
		t.Fatalf("%+v, %v", delivery, err)
	}
	if sent := delivery.Sent[0]; sent.Status != 0 || sent.Error != "connection refused" || sent.Verdict.Rule != exchange.RuleNone || sent.Exchange == 0 {
		t.Errorf("%+v", sent)
	}
}

// One recipient holds its answer back until all others have theirs: if deliveries waited for each
// other, this test would never end.
func TestASlowRecipientDelaysNobody(t *testing.T) {
	d, _ := bench(t)
	const others = 20
	var answered sync.WaitGroup
	answered.Add(others)
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answered.Wait()
		w.WriteHeader(http.StatusAccepted)
	}))
	defer slow.Close()
	fast := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		answered.Done()
	}))
	defer fast.Close()
	hook := hooks(`{"event":"jira:issue_created","url":"/hook"}`)
	installs := []site.Installation{install("slow", slow.URL, hook)}
	for i := range others {
		installs = append(installs, install(fmt.Sprint("fast-", i), fast.URL, hook))
	}
	delivery, err := d.Fire(context.Background(), testSite(site.Jira), installs, "jira:issue_created", nil)
	if err != nil || len(delivery.Sent) != others+1 {
		t.Fatalf("%d sent, %v", len(delivery.Sent), err)
	}
	if delivery.Sent[0].AddonKey != "slow" || delivery.Sent[0].Status != http.StatusAccepted {
		t.Errorf("results keep the order of recipients: %+v", delivery.Sent[0])
	}
}

// An add-on that never answers fills its lane on every site, and another is not there at all. Each of
// the events reaches the third one all the same: while one of them waited, this test would never end.
func TestAHangingAndADeadAddonDelayNobody(t *testing.T) {
	d, _ := bench(t)
	const sites, events = 3, 2 * maxPrimary
	release := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		<-release
		w.WriteHeader(http.StatusNoContent)
	}))
	defer hanging.Close()
	dead := httptest.NewServer(nil)
	dead.Close()
	var served atomic.Int64
	all := make(chan struct{})
	healthy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		if served.Add(1) == sites*events {
			close(all)
		}
	}))
	defer healthy.Close()
	hook := hooks(`{"event":"jira:issue_created","url":"/hook"}`)
	installs := []site.Installation{install("hanging", hanging.URL, hook), install("dead", dead.URL, hook), install("healthy", healthy.URL, hook)}
	var fired sync.WaitGroup
	for i := range sites {
		s := testSite(site.Jira)
		s.ID = fmt.Sprint("jira-", i)
		for range events {
			fired.Go(func() {
				got, err := d.Fire(t.Context(), s, installs, "jira:issue_created", nil)
				if err != nil || got.Sent[1].Status != 0 || got.Sent[2].Status != http.StatusNoContent {
					t.Errorf("%+v, %v", got, err)
				}
			})
		}
	}
	<-all
	select {
	case <-release:
		t.Error("released too early")
	default:
		close(release) // nothing of the hanging add-on has been answered up to here
	}
	fired.Wait()
}

func TestFireEndsWithItsContext(t *testing.T) {
	d, _ := bench(t)
	ctx, cancel := context.WithCancel(context.Background())
	release := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		cancel()
		<-release
	}))
	defer hanging.Close()
	defer close(release)
	in := install("a", hanging.URL, hooks(`{"event":"jira:issue_created","url":"/hook"}`))
	delivery, err := d.Fire(ctx, testSite(site.Jira), []site.Installation{in}, "jira:issue_created", nil)
	if err != nil || len(delivery.Sent) != 1 || delivery.Sent[0].Status != 0 {
		t.Errorf("%+v, %v", delivery, err)
	}
}

func BenchmarkFire(b *testing.B) {
	d, _ := bench(b)
	url, _ := strictAddon(b, "")
	s := testSite(site.Jira)
	installs := []site.Installation{install("a", url, hooks(`{"event":"jira:issue_created","url":"/hook?k={issue.key}"}`))}
	body, err := d.Body("jira:issue_created", s, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Fire(context.Background(), s, installs, "jira:issue_created", body); err != nil {
			b.Fatal(err)
		}
	}
}
