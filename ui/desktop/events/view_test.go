package events

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/webhook"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/place/placetest"
	"connect-workbench/ui/workbench"
)

// fakeHost has a JIRA site with one add-on and a Confluence site without.
type fakeHost struct {
	mu      sync.Mutex
	none    bool // no sites at all
	fired   []string
	refuse  bool
	fireErr error
	notify  func(workbench.Change)
}

func (h *fakeHost) Subscribe(f func(workbench.Change)) (cancel func()) {
	h.notify = f
	return func() { h.notify = nil }
}

func (h *fakeHost) Sites() []workbench.SiteState {
	if h.none {
		return nil
	}
	return []workbench.SiteState{
		{Site: site.Site{ID: "jira", Title: "Acme", Product: site.Jira}},
		{Site: site.Site{ID: "confluence", Title: "Globex", Product: site.Confluence}},
	}
}

func (h *fakeHost) Events(siteID string) []webhook.Event {
	if siteID == "jira" {
		return []webhook.Event{{Name: "jira:issue_created", Help: "An issue was created."}, {Name: "comment_created", Help: "Somebody commented."}}
	}
	return []webhook.Event{{Name: "page_created", Help: "A page was created."}, {Name: "comment_created", Help: "Somebody commented on a page."}}
}

func (h *fakeHost) EventBody(siteID, event string) ([]byte, error) {
	return []byte("{\n  \"site\": \"" + siteID + "\",\n  \"event\": \"" + event + "\"\n}"), nil
}

func (h *fakeHost) Recipients(siteID, event string, body []byte) ([]webhook.Recipient, error) {
	if siteID != "jira" {
		return nil, nil
	}
	r := webhook.Recipient{AddonKey: "com.example", Module: "/modules/webhooks/0", Event: "jira:issue_created", Reason: "it asks for jira:issue_created"}
	r.Will = event == "jira:issue_created" && !strings.Contains(string(body), "filtered")
	if r.Will {
		r.URL = "http://localhost:3000/webhooks/issue?user_id=ada"
	}
	return []webhook.Recipient{r}, nil
}

func (h *fakeHost) Fire(_ context.Context, siteID, event string, body []byte) (webhook.Delivery, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.fired = append(h.fired, siteID+" "+event+" "+string(body))
	if h.fireErr != nil {
		return webhook.Delivery{}, h.fireErr
	}
	d := webhook.Delivery{Event: event, Site: siteID}
	recipients, _ := h.Recipients(siteID, event, body)
	for _, r := range recipients {
		sent := webhook.Sent{Recipient: r, Exchange: 7, Status: 204, Verdict: connectjwt.Verdict{OK: true}}
		if h.refuse {
			sent.Status, sent.Verdict = 401, connectjwt.Verdict{Rule: connectjwt.RuleQSH, Summary: "qsh does not match"}
		}
		if r.Will {
			d.Sent = append(d.Sent, sent)
		} else {
			d.NotSent = append(d.NotSent, r)
		}
	}
	if len(d.Sent) == 0 {
		d.Reason = "No add-on on the site asks for " + event + "."
	}
	return d, nil
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
	f.Show(f.view)
	return f
}

// choose selects an event of the JIRA site and waits for its body and its recipients.
func (f *fixture) choose(t *testing.T, event string) {
	t.Helper()
	row := slices.IndexFunc(f.view.listed, func(e webhook.Event) bool { return e.Name == event })
	if row < 0 {
		t.Fatalf("%s is not listed", event)
	}
	f.view.list.Select(row)
	f.Until("its recipients are there", func() bool { return f.view.state.event == event && len(f.view.lines) == 1 })
}

func (f *fixture) fire() {
	f.view.fireEvent()
	f.Until("the event is fired", func() bool { return !f.view.firing })
}

func TestFireReachesTheOneThatAsksForIt(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	f.choose(t, "jira:issue_created")
	if f.view.fire.Text != "Fire on Acme" || f.view.fire.Disabled() {
		t.Errorf("the button says %q", f.view.fire.Text)
	}
	if len(f.view.lines) != 1 || !f.view.lines[0].Will {
		t.Fatalf("recipients %+v", f.view.lines)
	}
	f.fire()
	if got := f.Started; len(got) != 1 || got[0] != "Fire jira:issue_created on Acme" {
		t.Errorf("started %q", got)
	}
	if text, _ := f.view.lines[0].answer(); text != "204 taken" {
		t.Errorf("answer %q", text)
	}
	f.view.openFirst()
	if f.Went != (place.Target{Place: "exchanges", Exchange: 7}) {
		t.Errorf("went to %+v", f.Went)
	}
}

func TestEventForNobodySaysWhy(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	f.choose(t, "comment_created")
	f.fire()
	text, _ := f.view.state.outcome.headline()
	if text != "comment_created went to nobody on Acme" || f.view.state.outcome.delivery.Reason == "" {
		t.Errorf("outcome %q, %q", text, f.view.state.outcome.delivery.Reason)
	}
	f.view.openFirst()
	if f.Went.Exchange != 0 {
		t.Error("a link leads to an exchange that did not take place")
	}
}

func TestBodyThatCannotBeSentIsNotSent(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	f.choose(t, "jira:issue_created")
	f.view.body.Replace("{\n  \"a\": 1,\n}")
	if !f.view.fault.Visible() || !strings.HasPrefix(f.view.fault.Text, "Line 3, column 1:") {
		t.Errorf("fault %q", f.view.fault.Text)
	}
	if !f.view.fire.Disabled() || f.view.report.Headline() != "Nothing is sent until the body is mended" {
		t.Errorf("the button can be pressed, or the report says %q", f.view.report.Headline())
	}
	f.view.fireEvent()
	if len(f.host.fired) != 0 {
		t.Errorf("fired %q", f.host.fired)
	}
	f.view.goToFault()
	if _, _, offset := f.view.body.Caret(); offset != 12 {
		t.Errorf("the caret is at %d", offset)
	}
	f.view.resetBody()
	if f.view.fault.Visible() || f.view.fire.Disabled() || f.view.body.Text() != f.view.state.fresh {
		t.Error("the body is not as it was")
	}
}

func TestRecipientsFollowTheBody(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	f.view.list.Select(0)
	f.Until("it will be received", func() bool { return len(f.view.lines) == 1 && f.view.lines[0].Will })
	f.view.body.Replace(`{"filtered": true}`)
	f.Until("it will not any more", func() bool { return len(f.view.lines) == 1 && !f.view.lines[0].Will })
}

func TestDraftsAndSites(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	f.choose(t, "comment_created")
	f.view.body.Replace(`{"mine": 1}`)
	f.choose(t, "jira:issue_created")
	f.choose(t, "comment_created")
	f.Until("the draft is back", func() bool { return f.view.body.Text() == `{"mine": 1}` })

	f.view.chooseSite(1)
	f.Until("the other site's body is there", func() bool { return strings.Contains(f.view.body.Text(), "confluence") })
	if f.view.fire.Text != "Fire on Globex" {
		t.Errorf("the button says %q", f.view.fire.Text)
	}
	if f.view.fire.Size().Width < f.view.fire.MinSize().Width {
		t.Error("the button is narrower than its words")
	}
	f.SiteID = "jira"
	f.view.Shown()
	f.Until("the window's site comes first", func() bool { return f.view.body.Text() == `{"mine": 1}` })
	if !f.view.sites.Disabled() {
		t.Error("another site can be chosen although the window is scoped to one")
	}
}

func TestReceive(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	f.view.Receive(place.Target{Site: "confluence", Event: "page_created"})
	f.Until("the event is shown", func() bool { return strings.Contains(f.view.body.Text(), "page_created") })
}

func TestFailureToFireIsShown(t *testing.T) {
	f := newFixture(t, &fakeHost{fireErr: errors.New("the log is full")})
	f.choose(t, "jira:issue_created")
	f.fire()
	if !strings.Contains(f.Failure, "was not fired on Acme: the log is full") {
		t.Errorf("failure %q", f.Failure)
	}
}

func TestLooks(t *testing.T) {
	t.Run("empty", func(t *testing.T) {
		f := newFixture(t, &fakeHost{none: true})
		test.AssertRendersToMarkup(t, "empty.xml", f.Window.Canvas())
	})
	t.Run("full", func(t *testing.T) {
		f := newFixture(t, &fakeHost{})
		f.choose(t, "jira:issue_created")
		test.AssertRendersToMarkup(t, "full.xml", f.Window.Canvas())
	})
	t.Run("failing", func(t *testing.T) {
		f := newFixture(t, &fakeHost{refuse: true})
		f.choose(t, "jira:issue_created")
		f.view.state.outcome = &outcome{siteTitle: "Acme", at: time.Date(2026, 11, 23, 10, 4, 31, 0, time.Local)}
		f.view.state.outcome.delivery, _ = f.host.Fire(t.Context(), "jira", "jira:issue_created", nil)
		f.view.showRecipients()
		test.AssertRendersToMarkup(t, "failing.xml", f.Window.Canvas())
	})
}
