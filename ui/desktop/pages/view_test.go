package pages

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/place/placetest"
	"connect-workbench/ui/workbench"
)

// token has fixed times, in the past, so that pictures of it stay the same.
var token = connectjwt.SignHS256(connectjwt.Claims{Issuer: "client-key", QSH: "abc"}, "secret")

// fakeHost has two pages on a JIRA site.
type fakeHost struct {
	none      bool // no add-on is installed
	signErr   error
	noAnswer  bool
	forbidden bool
	plain     bool // answers plain text, which is not coloured in the background
}

func (h *fakeHost) Subscribe(func(workbench.Change)) (cancel func()) { return func() {} }

func (h *fakeHost) Sites() []workbench.SiteState {
	users := []site.User{{AccountID: "a1", DisplayName: "Ada", Admin: true}, {AccountID: "b2", DisplayName: "Bob"}}
	return []workbench.SiteState{
		{Site: site.Site{ID: "jira", Title: "Acme", Users: users}, BaseURL: "http://localhost:2990"},
		{Site: site.Site{ID: "confluence", Title: "Globex", Users: users}, BaseURL: "http://localhost:1990/wiki"},
	}
}

func (h *fakeHost) Pages(siteID string) ([]page.Module, error) {
	if h.none || siteID != "jira" {
		return nil, nil
	}
	return []page.Module{
		{AddonKey: "com.example", AddonName: "Example", Key: "overview", Type: "generalPages", Name: "Overview", URL: "/overview"},
		{AddonKey: "com.example", AddonName: "Example", Key: "panel", Type: "webPanels", Name: "Details", URL: "/panel?key={issue.key}",
			Location: "atl.jira.view.issue.right.context", Variables: []string{"issue.key"}},
	}, nil
}

func (h *fakeHost) PageContext(string, page.Module) map[string]string {
	return map[string]string{"issue.key": "DEMO-1"}
}

func (h *fakeHost) SignPage(_ context.Context, _ string, r page.Request) (page.Signed, error) {
	if h.signErr != nil {
		return page.Signed{}, h.signErr
	}
	return page.Signed{
		URL:         "http://localhost:3000/" + r.ModuleKey + "?key=" + r.Context["issue.key"] + "&user=" + r.UserID + "&jwt=" + token,
		Token:       token,
		HostPageURL: "http://localhost:2990/plugins/servlet/ac/com.example/" + r.ModuleKey,
		Canonical:   "GET&/" + r.ModuleKey + "&key=" + r.Context["issue.key"],
	}, nil
}

func (h *fakeHost) OpenPage(ctx context.Context, siteID string, r page.Request) (page.Signed, exchange.Record, error) {
	signed, err := h.SignPage(ctx, siteID, r)
	if err != nil {
		return page.Signed{}, exchange.Record{}, err
	}
	record := exchange.Record{ID: 9, Method: "GET", URL: signed.URL, Start: time.Unix(0, 0)}
	if h.noAnswer {
		record.Error = "connection refused"
		return signed, record, errors.New("connection refused")
	}
	record.Status, record.Verdict = 200, connectjwt.Verdict{OK: true}
	record.ResponseHeader = http.Header{"Content-Type": {"text/html"}}
	record.ResponseBody = []byte("<script src=/all.js></script><p>Hello Ada</p>")
	if h.plain {
		record.ResponseHeader.Set("Content-Type", "text/plain")
	}
	if h.forbidden {
		record.ResponseHeader.Set("X-Frame-Options", "DENY")
	}
	return signed, record, nil
}

type fixture struct {
	*placetest.Fixture
	view *View
}

func newFixture(t *testing.T, host *fakeHost) *fixture {
	t.Helper()
	f := &fixture{Fixture: placetest.New(t)}
	f.view = New(host, f.Env())
	f.Show(f.view)
	f.Until("the pages are read", func() bool { return f.view.state.read })
	return f
}

// choose selects a page and waits for its signed request, or for the reason there is none.
func (f *fixture) choose(row int) {
	f.view.list.Select(row)
	f.Until("the request is signed", func() bool { return f.view.signed.url.Text() != "" || f.view.failure.Visible() })
}

func (f *fixture) request() {
	f.view.requestPage()
	f.Until("the page was requested", func() bool { return !f.view.requesting })
}

func TestPageIsSignedAsTheFormSays(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	f.choose(1)
	if text := f.view.signed.url.Text(); !strings.Contains(text, "user  a1") || !strings.Contains(text, "key   DEMO-1") {
		t.Errorf("signed\n%s", text)
	}
	if strings.Contains(f.view.signed.url.Text(), token) {
		t.Error("the whole token is in the way")
	}
	test.Type(f.view.form.entries[0], "X")
	f.view.form.user.SetSelectedIndex(2)
	f.Until("the request follows the form", func() bool {
		return strings.Contains(f.view.signed.url.Text(), "&user=\n") && strings.Contains(f.view.signed.canonical.Text(), "XDEMO-1")
	})
}

func TestRequestShowsTheAnswer(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	f.choose(0)
	f.request()
	if !f.view.answer.shown.Visible() || f.view.answer.record.ID != 9 {
		t.Errorf("answer %+v", f.view.answer.record)
	}
	if strings.Contains(f.view.answer.record.URL, token) {
		t.Error("the token's signature is on the screen")
	}
	if got := f.Started; len(got) != 1 || got[0] != "Request Overview on Acme" {
		t.Errorf("started %q", got)
	}
	f.view.list.Select(1)
	if f.view.answer.shown.Visible() {
		t.Error("the answer of one page stays when another is chosen")
	}
}

func TestNoAnswerIsAnAnswerToo(t *testing.T) {
	f := newFixture(t, &fakeHost{noAnswer: true})
	f.choose(0)
	f.request()
	if !f.view.answer.shown.Visible() || f.view.failure.Visible() {
		t.Error("the exchange that nobody answered is not shown")
	}
}

func TestRequestThatCannotBeSignedSaysWhyInPlace(t *testing.T) {
	f := newFixture(t, &fakeHost{signErr: &page.ConflictError{ModuleKey: "panel", Parameter: "xdm_e"}})
	f.choose(1)
	if !f.view.failure.Visible() {
		t.Error("nothing is said")
	}
	f.request()
	if f.Failure != "" {
		t.Errorf("a dialog: %s", f.Failure)
	}
}

func TestOpenInBrowserOpensTheHostPage(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	f.choose(1)
	f.view.openInBrowser()
	f.Until("the browser is opened", func() bool { return f.Opened != "" })
	if f.Opened != "http://localhost:2990/plugins/servlet/ac/com.example/panel" {
		t.Errorf("opened %s", f.Opened)
	}
}

func TestSearchAndScope(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	f.view.setSearch("webpanels")
	if len(f.view.listed) != 1 || f.view.listed[0].module.Key != "panel" {
		t.Errorf("listed %+v", f.view.listed)
	}
	f.view.setSearch("")
	f.view.Receive(place.Target{Site: "jira", Addon: "com.example"})
	if f.view.state.chosen.moduleKey != "overview" {
		t.Errorf("chosen %+v", f.view.state.chosen)
	}
	f.view.Receive(place.Target{Addon: "com.example.later"})
	if f.view.state.chosen.moduleKey != "overview" {
		t.Errorf("an add-on that is not there changed the choice to %+v", f.view.state.chosen)
	}
	f.SiteID = "confluence"
	f.view.Shown()
	f.Until("the other site has none", func() bool { return len(f.view.listed) == 0 })
	if f.view.right.Visible() {
		t.Error("a page out of scope stays open")
	}
}

func TestLooks(t *testing.T) {
	t.Run("empty", func(t *testing.T) {
		f := newFixture(t, &fakeHost{none: true})
		test.AssertRendersToMarkup(t, "empty.xml", f.Window.Canvas())
	})
	t.Run("full", func(t *testing.T) {
		f := newFixture(t, &fakeHost{plain: true})
		f.choose(1)
		f.request()
		test.AssertRendersToMarkup(t, "full.xml", f.Window.Canvas())
	})
	t.Run("failing", func(t *testing.T) {
		f := newFixture(t, &fakeHost{forbidden: true, plain: true})
		f.choose(0)
		f.request()
		test.AssertRendersToMarkup(t, "failing.xml", f.Window.Canvas())
	})
}
