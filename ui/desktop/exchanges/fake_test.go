package exchanges

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/place/placetest"
	"connect-workbench/ui/workbench"
)

// begin is when the exchanges of these tests start.
var begin = time.Date(2026, 11, 23, 10, 4, 0, 0, time.Local)

// fakeHost is a log in memory. It understands filters the way the real one does.
type fakeHost struct {
	mu      sync.Mutex
	records []exchange.Record // oldest first
	steps   []connectjwt.Step
	err     error
	notify  func(workbench.Change)
}

func (h *fakeHost) add(records ...exchange.Record) {
	h.mu.Lock()
	for _, r := range records {
		r.ID = int64(len(h.records) + 1)
		if r.Start.IsZero() {
			r.Start = begin.Add(time.Duration(r.ID) * time.Second)
		}
		h.records = append(h.records, r)
	}
	notify := h.notify
	h.mu.Unlock()
	if notify != nil {
		notify(workbench.ExchangesChanged)
	}
}

func (h *fakeHost) Subscribe(f func(workbench.Change)) (cancel func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.notify = f
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.notify = nil
	}
}

func (h *fakeHost) Sites() []workbench.SiteState {
	return []workbench.SiteState{
		{Site: site.Site{ID: "jira", Title: "Acme"}, BaseURL: "http://localhost:2990",
			Addons: []workbench.AddonOnSite{{Key: "com.example", BaseURL: "http://localhost:3000"}}},
		{Site: site.Site{ID: "confluence", Title: "Globex"}, BaseURL: "http://localhost:1990/wiki"},
	}
}

func (h *fakeHost) ExchangeRows(_ context.Context, filter string, before, after int64, limit int) ([]exchange.Row, error) {
	f, err := exchange.ParseFilter(filter)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil {
		return nil, h.err
	}
	var rows []exchange.Row
	for i := len(h.records) - 1; i >= 0 && len(rows) < limit; i-- {
		row := rowOf(h.records[i])
		if (before == 0 || row.ID < before) && row.ID > after && f.Match(&row, begin) {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (h *fakeHost) ExchangeCount(_ context.Context, filter string) (matching, all int64, err error) {
	f, err := exchange.ParseFilter(filter)
	if err != nil {
		return 0, 0, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.records {
		if row := rowOf(r); f.Match(&row, begin) {
			matching++
		}
	}
	return matching, int64(len(h.records)), nil
}

func (h *fakeHost) Exchange(ctx context.Context, id int64) (exchange.Record, error) {
	r, err := h.ExchangeUnmasked(ctx, id)
	return exchange.Mask(r), err
}

func (h *fakeHost) ExchangeUnmasked(_ context.Context, id int64) (exchange.Record, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if id < 1 || id > int64(len(h.records)) {
		return exchange.Record{}, fmt.Errorf("exchange %d: %w", id, exchange.ErrNotFound)
	}
	return h.records[id-1], nil
}

func (h *fakeHost) ExplainExchange(context.Context, int64) ([]connectjwt.Step, error) {
	return h.steps, nil
}

func rowOf(r exchange.Record) exchange.Row {
	return exchange.Row{
		ID: r.ID, Parent: r.Parent, Cause: r.Cause, Site: r.Site, Addon: r.Addon, Module: r.Module, Event: r.Event,
		Direction: r.Direction, Kind: r.Kind, Start: r.Start, Duration: r.Duration, Method: r.Method, URL: r.URL,
		Status: r.Status, Error: r.Error, OK: r.Verdict.OK, Judged: r.Verdict.Known(), Rule: r.Verdict.Rule, Summary: r.Verdict.Summary,
	}
}

// fixture is the place in a test window.
type fixture struct {
	*placetest.Fixture
	t    *testing.T
	host *fakeHost
	view *View
}

func newFixture(t *testing.T, host *fakeHost) *fixture {
	t.Helper()
	f := &fixture{Fixture: placetest.New(t), t: t, host: host}
	f.view = New(host, f.Env())
	f.Show(f.view)
	f.Until("the log is read", func() bool { return f.view.state.loaded || f.view.trouble != nil })
	return f
}

// listed is the first cells of the rows on the screen.
func (f *fixture) listed(column int) []string {
	var texts []string
	for i := range f.view.length() {
		texts = append(texts, f.view.cell(i, column).Text)
	}
	return texts
}

func (f *fixture) choose(i int) {
	f.t.Helper()
	f.view.rows.Select(i)
	row, _ := f.view.state.window.at(i)
	f.Until("the exchange is shown", func() bool {
		return f.view.lower.shown != nil && f.view.lower.shown.record.ID == row.ID
	})
}

const secretToken = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJjbGllbnQta2V5IiwiaWF0IjoxLCJleHAiOjE4MX0.c2lnbmF0dXJl"

func webhookRefused() exchange.Record {
	return exchange.Record{
		Cause: "click-1", Site: "jira", Addon: "com.example", Event: "jira:issue_created",
		Direction: exchange.ToAddon, Kind: exchange.KindWebhook, Duration: 12 * time.Millisecond,
		Method: "POST", URL: "http://localhost:3000/webhooks/issue",
		RequestHeader: http.Header{"Authorization": {"JWT " + secretToken}, "Content-Type": {"application/json"}},
		RequestBody:   []byte(`{"webhookEvent":"jira:issue_created"}`),
		Status:        401, ResponseHeader: http.Header{"Content-Type": {"text/plain"}}, ResponseBody: []byte("no"),
		Token: secretToken,
		Verdict: connectjwt.Verdict{
			Rule: connectjwt.RuleQSH, Summary: "qsh does not match",
			Expected: "POST&/issue&", Received: "POST&/webhooks/issue&",
			At:    connectjwt.Place{Part: "claim", Name: "qsh", Offset: 6},
			Cause: "the base path was left in", Fix: "cut the path of the base URL off",
		},
	}
}

func pageTaken() exchange.Record {
	return exchange.Record{
		Cause: "click-2", Site: "jira", Addon: "com.example", Direction: exchange.ToAddon, Kind: exchange.KindPage,
		Duration: 8 * time.Millisecond, Method: "GET", URL: "http://localhost:3000/panel?issueKey=DEMO-1&jwt=" + secretToken,
		Status: 200, ResponseHeader: http.Header{"Content-Type": {"text/html"}}, ResponseBody: []byte("<p>hello</p>"),
		Token: secretToken, Verdict: connectjwt.Verdict{OK: true},
	}
}

func keyFetched() exchange.Record {
	return exchange.Record{
		Cause: "click-1", Direction: exchange.ToHost, Kind: exchange.KindKey, Duration: time.Millisecond,
		Method: "GET", URL: "http://localhost:4000/install-keys/8f", Status: 200,
	}
}

func addonDown() exchange.Record {
	return exchange.Record{
		Cause: "click-3", Site: "confluence", Addon: "com.example", Direction: exchange.ToAddon, Kind: exchange.KindInstalled,
		Method: "POST", URL: "http://localhost:3000/" + strings.Repeat("a-very-long-path/", 12) + "installed",
		Error: "connection refused: nothing listens at localhost:3000",
	}
}
