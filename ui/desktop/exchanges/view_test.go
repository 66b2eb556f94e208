package exchanges

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
)

func TestListsNewestFirstAndLive(t *testing.T) {
	host := &fakeHost{}
	host.add(pageTaken(), keyFetched())
	f := newFixture(t, host)

	if got, want := f.listed(columnWhat), []string{"GET /install-keys/8f", "GET /panel?issueKey=DEMO-1"}; !slices.Equal(got, want) {
		t.Fatalf("listed %q", got)
	}
	f.choose(1)
	host.add(webhookRefused())
	f.Until("the new row is listed", func() bool { return f.view.length() == 3 })

	if got := f.listed(columnVerdict); !slices.Equal(got, []string{"qsh does not match", "not checked", "ok"}) {
		t.Errorf("verdicts %q", got)
	}
	if got := f.view.rows.Selected(); got != 2 {
		t.Errorf("the selection moved to row %d", got)
	}
	if f.view.count.Text != "3 exchanges" {
		t.Errorf("count %q", f.view.count.Text)
	}
}

func TestRefusedExchangeIsExplained(t *testing.T) {
	host := &fakeHost{steps: []connectjwt.Step{{Rule: connectjwt.RuleQSH, Title: "qsh matches the request", State: connectjwt.StateFailed, Verdict: webhookRefused().Verdict}}}
	host.add(webhookRefused(), keyFetched())
	f := newFixture(t, host)
	f.choose(1)

	shown := f.view.lower.shown
	if text, _ := inspect.Headline(shown.record); text != "qsh does not match" {
		t.Errorf("headline %q", text)
	}
	if len(shown.claims) != 3 || len(shown.steps) != 1 {
		t.Errorf("claims %v, steps %v", shown.claims, shown.steps)
	}
	if len(shown.effects) != 1 || shown.effects[0].Kind != exchange.KindKey {
		t.Errorf("effects %+v", shown.effects)
	}
	if strings.Contains(shown.request.Raw, "c2lnbmF0dXJl") {
		t.Error("the token's signature is on the screen")
	}
	later := pageTaken()
	later.Cause = shown.record.Cause
	host.add(later)
	f.Until("what follows is listed with its cause", func() bool { return len(shown.effects) == 2 })

	f.view.lower.goToEffect(0)
	if f.Went.Exchange != 2 {
		t.Errorf("went to %+v", f.Went)
	}
}

func TestNoAnswerIsShownAsSuch(t *testing.T) {
	host := &fakeHost{}
	host.add(addonDown())
	f := newFixture(t, host)
	f.choose(0)
	if h := f.view.lower.shown.answer; h.Absent == "" {
		t.Errorf("answer %+v", h)
	}
	if got := f.listed(columnVerdict)[0]; got != "no answer" {
		t.Errorf("verdict %q", got)
	}
}

func TestFilter(t *testing.T) {
	host := &fakeHost{}
	host.add(webhookRefused(), pageTaken(), addonDown())
	f := newFixture(t, host)

	f.view.setFilter("kind:webhook")
	f.Until("the list is filtered", func() bool { return f.view.length() == 1 })
	if f.view.count.Text != "1 of 3" {
		t.Errorf("count %q", f.view.count.Text)
	}

	f.view.setFilter("colour:red")
	if !f.view.faultLine.Visible() || !strings.Contains(f.view.fault.Text, "At character 1 (colour:red)") {
		t.Errorf("fault %q", f.view.fault.Text)
	}
	if f.view.length() != 1 {
		t.Error("a faulty filter changed the list")
	}
	host.add(webhookRefused())
	f.Until("the list goes on with the filter before", func() bool { return f.view.length() == 2 })
	if !f.view.faultLine.Visible() {
		t.Error("the fault is not said any more although it is still there")
	}

	f.view.setFilter("nowhere")
	f.Until("nothing matches", func() bool { return f.view.state.emptiness() == nothingMatch })
	if f.view.faultLine.Visible() {
		t.Error("the fault stays after it was mended")
	}
	f.view.clearFilter()
	f.Until("all are listed again", func() bool { return f.view.length() == 4 })
}

func TestWordsOfTheFilterAreOffered(t *testing.T) {
	host := &fakeHost{}
	host.add(webhookRefused(), pageTaken())
	f := newFixture(t, host)
	for _, w := range words() {
		if _, err := exchange.ParseFilter(w.filter); err != nil {
			t.Errorf("%s: %v", w.filter, err)
		}
	}
	f.view.addWord("kind:page")
	f.Until("the word filters", func() bool { return f.view.length() == 1 })
	f.view.addWord("-verdict:ok")
	if got := f.view.filter.Text; got != "kind:page -verdict:ok" {
		t.Errorf("filter %q", got)
	}
	f.Until("both do", func() bool { return f.view.length() == 0 })
}

func TestScopeOfTheWindowNarrowsTheList(t *testing.T) {
	host := &fakeHost{}
	host.add(webhookRefused(), addonDown())
	f := newFixture(t, host)
	f.SiteID = "confluence"
	f.view.Shown()
	f.Until("only the site's are listed", func() bool { return f.view.length() == 1 })
	if got := f.listed(columnSite)[0]; got != "Globex" {
		t.Errorf("site %q", got)
	}
	f.view.setFilter("kind:webhook or kind:page")
	f.Until("nothing matches on this site", func() bool { return f.view.length() == 0 })
}

func TestOlderRowsComeAsTheyAreScrolledTo(t *testing.T) {
	host := &fakeHost{}
	for range 3*pageSize + 10 {
		host.add(keyFetched())
	}
	f := newFixture(t, host)
	if got := f.view.length(); got != pageSize+1 {
		t.Fatalf("%d rows at first", got)
	}
	for f.view.length() != 3*pageSize+10 {
		before := f.view.length()
		if got := f.view.cell(before-1, columnWhat).Text; got != "…" {
			t.Fatalf("the row to come shows %q", got)
		}
		f.Until("the next page is there", func() bool { return f.view.length() > before })
	}
	if f.view.state.window.complete != true {
		t.Error("the list does not know its end")
	}
}

func TestFloodStartsTheListOver(t *testing.T) {
	host := &fakeHost{}
	host.add(keyFetched())
	f := newFixture(t, host)
	var flood []exchange.Record
	for range maxNews + 50 {
		flood = append(flood, keyFetched())
	}
	host.add(flood...)
	f.Until("the newest are listed", func() bool { return f.view.state.window.newest() == maxNews+51 && !f.view.reloading })
	if row, ok := f.view.state.window.at(0); !ok || row.ID != maxNews+51 {
		t.Errorf("first row %+v", row)
	}
}

func TestReceiveWaitsForAnExchangeOnItsWay(t *testing.T) {
	host := &fakeHost{}
	host.add(keyFetched())
	f := newFixture(t, host)
	f.view.Receive(place.Target{Exchange: 2})
	f.Until("it is not there", func() bool { return f.view.unseen == 2 })
	host.add(pageTaken())
	f.Until("it is shown", func() bool { return f.view.lower.shown != nil && f.view.lower.shown.record.ID == 2 })
	if f.view.rows.Selected() != 0 {
		t.Errorf("selected row %d", f.view.rows.Selected())
	}
	if f.Failure != "" {
		t.Errorf("failed: %s", f.Failure)
	}
}

func TestCopyAndOpenToken(t *testing.T) {
	host := &fakeHost{}
	host.add(pageTaken())
	f := newFixture(t, host)
	f.view.copyCurl()
	if f.Copied != "" {
		t.Error("something was copied although nothing is chosen")
	}
	f.choose(0)
	f.view.copyCurl()
	if !strings.Contains(f.Copied, inspect.TokenPlaceholder) || strings.Contains(f.Copied, "eyJ") {
		t.Errorf("copied %s", f.Copied)
	}
	f.view.copyCurlWithToken()
	f.Until("the token is copied", func() bool { return strings.Contains(f.Copied, secretToken) })
	f.view.openToken()
	f.Until("the Tokens place is asked for", func() bool { return f.Went.Place == "tokens" })
	if f.Went.Token != secretToken || f.Went.Base != "http://localhost:3000" || f.Went.Method != "GET" {
		t.Errorf("went to %+v", f.Went)
	}
}

func TestKeys(t *testing.T) {
	host := &fakeHost{}
	host.add(pageTaken(), keyFetched())
	f := newFixture(t, host)
	f.view.Shown()
	canvas := f.Window.Canvas()
	if canvas.Focused() != fyne.Focusable(f.view.rows) {
		t.Fatalf("the keys go to %T", canvas.Focused())
	}
	canvas.Focused().TypedRune('j')
	canvas.Focused().TypedRune('j')
	f.Until("the second is shown", func() bool { return f.view.lower.shown != nil && f.view.lower.shown.record.ID == 1 })
	canvas.Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if f.view.state.selection != 0 || f.view.lower.content.Visible() {
		t.Error("Escape leaves the exchange open")
	}
	f.view.focusFilter()
	if canvas.Focused() != fyne.Focusable(f.view.filter) {
		t.Errorf("the filter has not got the keys: %T", canvas.Focused())
	}
}

func TestTroubleIsSaidInPlace(t *testing.T) {
	host := &fakeHost{err: errors.New("read exchanges.db: disk I/O error")}
	f := newFixture(t, host)
	test.AssertRendersToMarkup(t, "trouble.xml", f.Window.Canvas())
	host.mu.Lock()
	host.err = nil
	host.mu.Unlock()
	host.add(pageTaken())
	f.Until("the list is back", func() bool { return f.view.length() == 1 && f.view.rows.Visible() })

	host.mu.Lock()
	host.err = errors.New("read exchanges.db: disk I/O error")
	host.mu.Unlock()
	host.add(pageTaken())
	f.Until("it is said", func() bool { return f.view.faultLine.Visible() })
	if !f.view.rows.Visible() {
		t.Error("what was read before is hidden")
	}
}

func TestLooks(t *testing.T) {
	t.Run("empty", func(t *testing.T) {
		f := newFixture(t, &fakeHost{})
		test.AssertRendersToMarkup(t, "empty.xml", f.Window.Canvas())
	})
	t.Run("full", func(t *testing.T) {
		host := &fakeHost{}
		host.add(webhookRefused(), keyFetched(), pageTaken(), addonDown())
		f := newFixture(t, host)
		test.AssertRendersToMarkup(t, "full.xml", f.Window.Canvas())
	})
	t.Run("failing", func(t *testing.T) {
		host := &fakeHost{}
		host.add(webhookRefused())
		f := newFixture(t, host)
		f.choose(0)
		test.AssertRendersToMarkup(t, "failing.xml", f.Window.Canvas())
	})
}

func TestNothingIsDoneAfterClose(t *testing.T) {
	host := &fakeHost{}
	f := newFixture(t, host)
	f.view.Close()
	host.add(pageTaken())
	f.Queue.Drain()
	if f.view.length() != 0 {
		t.Error("a closed place goes on listing")
	}
}
