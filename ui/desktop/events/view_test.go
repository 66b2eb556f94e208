package events

import (
	"context"
	"errors"
	"fmt"
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
	era     site.Era
	fired   []string
	refuse  bool
	fireErr error
	notify  func(workbench.Change)

	retries  []webhook.Retry
	sendErr  error
	bursting chan struct{} // the burst goes on when it is closed
	burstErr error
}

var noon = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.Local)

func (h *fakeHost) Clock() workbench.ClockState { return workbench.ClockState{Now: noon} }

func (h *fakeHost) PendingRetries(siteID string) ([]webhook.Retry, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if siteID != "jira" {
		return nil, nil
	}
	return slices.Clone(h.retries), nil
}

func (h *fakeHost) SendRetry(_ context.Context, _ string, number int64) (webhook.Sent, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sendErr != nil {
		return webhook.Sent{}, h.sendErr
	}
	h.retries = slices.DeleteFunc(h.retries, func(r webhook.Retry) bool { return r.Number == number })
	return webhook.Sent{Recipient: webhook.Recipient{AddonKey: "com.example"}, Exchange: 9, Status: 204, Verdict: connectjwt.Verdict{OK: true}}, nil
}

func (h *fakeHost) DropRetry(_ string, number int64) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := len(h.retries)
	h.retries = slices.DeleteFunc(h.retries, func(r webhook.Retry) bool { return r.Number == number })
	if len(h.retries) == before {
		return webhook.ErrNoRetry
	}
	return nil
}

func (h *fakeHost) Burst(ctx context.Context, _, event string, _ []byte, n, perSecond int, progress func(webhook.BurstCount)) (webhook.BurstCount, error) {
	count := webhook.BurstCount{Cause: "c1", Raised: 1, Sent: 1, OK: 1}
	progress(count)
	select {
	case <-h.bursting:
		count = webhook.BurstCount{Cause: "c1", Raised: n, Sent: n, OK: n - 2, Refused: 1, NoAnswer: 1}
		return count, h.burstErr
	case <-ctx.Done():
		return count, context.Cause(ctx)
	}
}

// twoRetries are one that waits and one that has ended.
func twoRetries() []webhook.Retry {
	r := webhook.Recipient{AddonKey: "com.example", Module: "/modules/webhooks/0", Event: "jira:issue_created", URL: "http://localhost:3000/hook"}
	return []webhook.Retry{
		{Number: 4, Recipient: r, First: 7, Attempt: 2, Due: noon.Add(11 * time.Minute), Failure: "answered 503"},
		{Number: 3, Recipient: r, First: 5, Attempt: 6, Failure: "answered 503", Ended: "5 retries failed; there are no more"},
	}
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
		{Site: site.Site{ID: "jira", Title: "Acme", Product: site.Jira, Era: h.era}},
		{Site: site.Site{ID: "confluence", Title: "Globex", Product: site.Confluence}},
	}
}

func (h *fakeHost) Events(siteID string) []webhook.Event {
	if siteID == "jira" {
		return []webhook.Event{
			{Name: "jira:issue_created", Help: "An issue was created.", Sampled: true}, {Name: "comment_created", Help: "Somebody commented.", Sampled: true},
			{Name: "filter_created", Help: "A filter was created.", Sampled: true, Unconfirmed: true},
			{Name: "version_created", Help: "A version was created.", Sampled: true, Legacy: true}, {Name: "app_blocked", Help: "An app was blocked."},
		}
	}
	return []webhook.Event{{Name: "page_created", Help: "A page was created.", Sampled: true}, {Name: "comment_created", Help: "Somebody commented on a page.", Sampled: true}}
}

func (h *fakeHost) EventBody(siteID, event string) ([]byte, error) {
	if event == "app_blocked" {
		return nil, fmt.Errorf("write body of %s: %w", event, webhook.ErrNoSample)
	}
	return []byte("{\n  \"site\": \"" + siteID + string(h.era) + "\",\n  \"event\": \"" + event + "\"\n}"), nil
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

func TestTheBodyFollowsTheSite(t *testing.T) {
	host := &fakeHost{}
	f := newFixture(t, host)
	f.choose(t, "jira:issue_created")
	host.era = site.Cloud2016
	host.notify(workbench.SitesChanged)
	f.Until("the body of 2016 is there", func() bool { return strings.Contains(f.view.body.Text(), "jiracloud-2016") })
	f.view.body.Replace(`{"mine": 1}`)
	host.era = site.Cloud2020
	f.view.readSites()
	f.Until("its recipients are there", func() bool { return len(f.view.lines) == 1 && f.view.state.foreseen })
	if f.view.body.Text() != `{"mine": 1}` {
		t.Errorf("an edited body was lost: %s", f.view.body.Text())
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

func TestRetriesAreShownSentAndDropped(t *testing.T) {
	host := &fakeHost{}
	f := newFixture(t, host)
	if f.view.retries.empty.Hidden {
		t.Error("an empty list does not say what will be in it")
	}
	host.mu.Lock()
	host.retries = twoRetries()
	host.mu.Unlock()
	host.notify(workbench.RetriesChanged)
	f.Until("the retries are there", func() bool { return len(f.view.state.retries) == 2 })
	if got := f.view.retries.report.Headline(); got != "1 retry waits, due at 12:11:00; 1 ended" {
		t.Errorf("headline %q", got)
	}
	var cells []string
	for row := range 2 {
		for column := range 6 {
			cells = append(cells, f.view.retryCell(row, column).Text)
		}
	}
	want := []string{"12:11:00", "2 of 5", "com.example", "jira:issue_created", "#7", "answered 503",
		"ended", "none left", "com.example", "jira:issue_created", "#5", "answered 503; 5 retries failed; there are no more"}
	if !slices.Equal(cells, want) {
		t.Errorf("cells %q", cells)
	}
	if !f.view.retries.send.Disabled() {
		t.Error("nothing is chosen, and it could be sent")
	}
	f.view.sendRetry()
	if len(f.Started) != 0 {
		t.Errorf("started %q with nothing chosen", f.Started)
	}
	f.view.retries.rows.Select(0)
	if got := f.view.retries.report.Headline(); got != "Retry 2 is due at 12:11:00" {
		t.Errorf("headline of the chosen one %q", got)
	}
	f.view.retries.link.OnTapped()
	if f.Went != (place.Target{Place: "exchanges", Exchange: 7}) {
		t.Errorf("went to %+v", f.Went)
	}
	f.view.retries.send.OnTapped()
	f.Until("it is sent", func() bool { return len(f.view.state.retries) == 1 })
	if got := f.view.retries.report.Headline(); got != "No retry waits; 1 ended" || f.view.retries.said != "Sent now to com.example: 204 taken." {
		t.Errorf("headline %q, said %q", got, f.view.retries.said)
	}
	f.view.retries.rows.Select(0)
	f.view.retries.drop.OnTapped()
	if len(f.view.state.retries) != 0 || f.Failure != "" {
		t.Errorf("%d left, failure %q", len(f.view.state.retries), f.Failure)
	}

	host.retries, host.sendErr = twoRetries(), &webhook.NoLongerError{AddonKey: "com.example", Site: "jira"}
	f.view.readRetries()
	f.view.retries.rows.Select(1)
	f.view.sendRetry()
	f.Until("it fails", func() bool { return f.Failure != "" })
	if f.Failure != "The retry was not sent to com.example: com.example is not installed on jira any more" {
		t.Errorf("failure %q", f.Failure)
	}
	f.view.chooseSite(1)
	if len(f.view.state.retries) != 0 {
		t.Error("another site has the retries of the one before")
	}
}

func TestARetryIsSeenWhereTheEventWasFired(t *testing.T) {
	host := &fakeHost{refuse: true}
	f := newFixture(t, host)
	f.choose(t, "jira:issue_created")
	f.fire()
	retry := func() string { return f.view.lines[0].retry.whole }
	if retry() != "" {
		t.Errorf("without a retry: %q", retry())
	}
	host.retries = twoRetries() // the first of them is of exchange 7
	f.view.readRetries()
	if retry() != "retry 2 due at 12:11:00" || f.view.recipientCell(0, columnAnswer).Text != "401, retry at 12:11" {
		t.Errorf("%q, %q", retry(), f.view.recipientCell(0, columnAnswer).Text)
	}
	host.retries[0].Ended = "there are no more"
	f.view.readRetries()
	if retry() != "no retry: there are no more" {
		t.Errorf("%q", retry())
	}
	host.retries = nil
	f.view.state.outcome.delivery.Sent[0].Retry = 4
	f.view.readRetries()
	if retry() != "its retry waits no more" {
		t.Errorf("%q", retry())
	}
}

func TestABurstIsCountedAndCancelled(t *testing.T) {
	host := &fakeHost{bursting: make(chan struct{})}
	f := newFixture(t, host)
	f.choose(t, "jira:issue_created")
	b := &f.view.burst
	said := func(text string) func() bool { return func() bool { return b.said.Visible() && b.said.Text == text } }
	for _, tc := range []struct{ events, rate, said string }{
		{"0", "1", "Not started: a burst has 1 to 10000 events."},
		{"many", "1", "Not started: a burst has 1 to 10000 events."},
		{"1", "", "Not started: a burst has 1 to 1000 events per second."},
		{"1", "1001", "Not started: a burst has 1 to 1000 events per second."},
	} {
		b.events.SetText(tc.events)
		b.perSecond.SetText(tc.rate)
		b.start.OnTapped()
		if b.said.Text != tc.said || len(f.Started) != 0 {
			t.Errorf("%s at %s: %q", tc.events, tc.rate, b.said.Text)
		}
	}
	b.events.SetText("20")
	b.perSecond.SetText(" 5 ")
	f.view.body.Replace("{")
	b.start.OnTapped()
	if b.said.Text != "Not started: the body cannot be sent; mend it first." {
		t.Errorf("with a broken body: %q", b.said.Text)
	}
	f.view.resetBody()

	b.start.OnTapped()
	f.Until("the first is counted", said("1 of 20 raised, 1 sent, 1 ok, 0 refused, 0 no answer"))
	if !b.start.Hidden || b.cancel.Hidden {
		t.Error("it cannot be cancelled")
	}
	f.view.startBurst()
	if len(f.Started) != 1 {
		t.Errorf("two at once: %q", f.Started)
	}
	b.cancel.OnTapped()
	f.Until("it is cancelled", said("Cancelled: 1 of 20 raised, 1 sent, 1 ok, 0 refused, 0 no answer"))
	if b.start.Hidden || !b.cancel.Hidden || f.Failure != "" {
		t.Errorf("it cannot be started again, or failed: %q", f.Failure)
	}

	b.start.OnTapped()
	close(host.bursting)
	f.Until("it is done", said("Done: 20 of 20 raised, 20 sent, 18 ok, 1 refused, 1 no answer"))
	b.link.OnTapped()
	if f.Went != (place.Target{Place: "exchanges", Filter: "cause:c1"}) {
		t.Errorf("went to %+v", f.Went)
	}
	host.burstErr = errors.New("the log is full")
	b.start.OnTapped()
	f.Until("the failure is shown", func() bool { return strings.HasSuffix(f.Failure, "did not go through: the log is full") })
}

func TestBurstWords(t *testing.T) {
	for want, c := range map[string]webhook.BurstCount{
		"0 of 9 raised, 0 sent, 0 ok, 0 refused, 0 no answer":       {},
		"3 of 9 raised, none sent. No add-on is installed on Acme.": {Raised: 3, Reason: "No add-on is installed on Acme."},
		"3 of 9 raised, 1 sent, 0 ok, 0 refused, 1 no answer":       {Raised: 3, Sent: 1, NoAnswer: 1, Reason: "the last one went to nobody"},
	} {
		if got := burstWords(c, 9); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestWhatIsNotKnownOfABodyIsSaid(t *testing.T) {
	f := newFixture(t, &fakeHost{})
	for event, want := range map[string]string{
		"comment_created": "", "filter_created": "shape not confirmed", "version_created": "old: sites of the present do not send it",
		"app_blocked": "body not known: write your own",
	} {
		f.choose(t, event)
		if got, _ := markOf(f.view.state.entry()); got != want || f.view.mark.Hidden != (want == "") {
			t.Errorf("%s: %q, hidden %v", event, got, f.view.mark.Hidden)
		}
	}
	f.choose(t, "app_blocked")
	if f.view.body.Text() != ownBody || f.view.fire.Disabled() || f.Failure != "" {
		t.Errorf("the body is %q, failure %q", f.view.body.Text(), f.Failure)
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
	t.Run("retries", func(t *testing.T) {
		f := newFixture(t, &fakeHost{retries: twoRetries()})
		f.view.tabs.Select(tabRetries)
		f.view.retries.rows.Select(0)
		test.AssertRendersToMarkup(t, "retries.xml", f.Window.Canvas())
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
