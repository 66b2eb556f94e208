package webhook

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/clock"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// shaky is an add-on whose answers the test decides, on a site whose time it decides too.
type shaky struct {
	*Dispatcher
	clock *clock.Simulated
	log   *exchange.Log
	url   string
	site  site.Running

	mu      sync.Mutex
	status  map[string]int // by path; 204 otherwise
	got     []*http.Request
	at      []time.Time
	install site.Installation
	gone    bool
}

func newShaky(t testing.TB, product site.Product, modules string) *shaky {
	log, err := exchange.Open(t.Context(), exchange.Params{Path: filepath.Join(t.TempDir(), "log.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	s := &shaky{clock: clock.NewSimulated(noon), log: log, site: testSite(product), status: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.got, s.at = append(s.got, r), append(s.at, s.clock.Now())
		status := s.status[r.URL.Path]
		s.mu.Unlock()
		switch status {
		case 0:
			status = http.StatusNoContent
		case -1:
			panic(http.ErrAbortHandler) // the connection ends
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	s.install = install("shaky", server.URL, hooks(modules))
	var n atomic.Int64
	s.Dispatcher = New(Params{
		Transport: &exchange.Transport{Log: log, Clock: s.clock.Now}, Clock: s.clock, Descriptors: new(site.Descriptors),
		Rand: rand.Reader, NewID: func() string { return fmt.Sprint("id-", n.Add(1)) },
		Installed: func(string, string) (site.Installation, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.gone {
				return site.Installation{}, site.ErrNotInstalled
			}
			return s.install, nil
		},
	})
	t.Cleanup(s.Dispatcher.Close)
	return s
}

const createdHook = `{"event":"jira:issue_created","url":"/hook"}`

func (s *shaky) answer(path string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status[path] = status
}

func (s *shaky) fire(t testing.TB, event string) Delivery {
	t.Helper()
	d, err := s.Fire(t.Context(), s.site, []site.Installation{s.install}, event, nil)
	if err != nil || len(d.Sent) == 0 {
		t.Fatalf("%+v, %v", d, err)
	}
	return d
}

// requests gives what came in at path, and when.
func (s *shaky) requests(path string) (got []*http.Request, at []time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, r := range s.got {
		if r.URL.Path == path {
			got, at = append(got, r), append(at, s.at[i])
		}
	}
	return got, at
}

func TestWhatIsRetried(t *testing.T) {
	for _, tc := range []struct {
		status  int // -1: the connection ends
		retried bool
	}{
		{200, false}, {204, false}, {302, false}, {400, false}, {401, false}, {404, false}, {410, false},
		{408, true}, {409, true}, {425, true}, {429, true}, {500, true}, {503, true}, {599, true}, {-1, true},
	} {
		t.Run(fmt.Sprint(tc.status), func(t *testing.T) {
			s := newShaky(t, site.Jira, createdHook)
			s.answer("/hook", tc.status)
			sent := s.fire(t, "jira:issue_created").Sent[0]
			pending := s.PendingRetries("jira")
			if (sent.Retry != 0) != tc.retried || (len(pending) == 1) != tc.retried {
				t.Fatalf("retry %d, pending %+v", sent.Retry, pending)
			}
			if !tc.retried {
				return
			}
			p := pending[0]
			wait := p.Due.Sub(noon)
			if p.Number != sent.Retry || p.Attempt != 1 || p.AddonKey != "shaky" || p.First != sent.Exchange ||
				p.Failure == "" || p.Ended != "" || wait < 5*time.Minute || wait >= 15*time.Minute {
				t.Errorf("%+v", p)
			}
		})
	}
}

func TestATimeLimitIsRetriedAndTheCallersEndIsNot(t *testing.T) {
	late := outcome{err: &exchange.SendError{Kind: exchange.Timeout}}
	if !late.retryable() || !(outcome{err: &exchange.SendError{Kind: exchange.Refused}}).retryable() {
		t.Error("a time limit and a refused connection are retried")
	}
	s := newShaky(t, site.Jira, createdHook)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d, err := s.Fire(ctx, s.site, []site.Installation{s.install}, "jira:issue_created", nil)
	if err != nil || d.Sent[0].Exchange != 0 || len(s.PendingRetries("jira")) != 0 {
		t.Errorf("%+v, %v, %+v", d, err, s.PendingRetries("jira"))
	}
}

func TestConfluenceNeverRetries(t *testing.T) {
	s := newShaky(t, site.Confluence, `{"event":"page_created","url":"/hook"}`)
	s.answer("/hook", 503)
	s.fire(t, "page_created")
	if pending := s.PendingRetries("confluence"); len(pending) != 0 || s.clock.Waiting() != 0 {
		t.Errorf("pending %+v", pending)
	}
}

// A module that fails gets six attempts when another one at the same URL host works in between, so that
// the host as a whole does not fail.
func TestFiveRetriesWithOneIdentifierAndNewTokens(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook+`,{"event":"comment_created","url":"/good"}`)
	s.answer("/hook", 503)
	first := s.fire(t, "jira:issue_created")
	for range 20 {
		s.fire(t, "comment_created")
		s.clock.Advance(5 * time.Minute)
	}
	got, at := s.requests("/hook")
	if len(got) != 6 {
		t.Fatalf("%d attempts at %v", len(got), at)
	}
	for i, r := range got {
		want := ""
		if i > 0 {
			want = fmt.Sprint(i)
			if pause := at[i].Sub(at[i-1]); pause < 5*time.Minute || pause >= 15*time.Minute {
				t.Errorf("retry %d came %v after the attempt before", i, pause)
			}
		}
		if r.Header.Get("X-Atlassian-Webhook-Retry") != want ||
			r.Header.Get("X-Atlassian-Webhook-Identifier") != got[0].Header.Get("X-Atlassian-Webhook-Identifier") {
			t.Errorf("attempt %d: headers %v", i, r.Header)
		}
		raw, _ := connectjwt.FromHeader(r.Header.Get("Authorization"))
		_, verdict := connectjwt.Check{Algorithm: connectjwt.HS256, Secret: secret, Issuer: "client-1", Now: at[i],
			Request: connectjwt.Request{Method: "POST", Target: "/hook"}}.Verify(raw)
		if !verdict.OK {
			t.Errorf("attempt %d: %+v", i, verdict)
		}
	}
	pending := s.PendingRetries("jira")
	if len(pending) != 1 || !strings.Contains(pending[0].Ended, "5 retries failed") {
		t.Errorf("after the last: %+v", pending)
	}
	if err := s.log.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	filter, err := exchange.ParseFilter("cause:" + first.Cause)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.log.Rows(t.Context(), exchange.Query{Filter: filter, Limit: 10})
	if err != nil || len(rows) != 6 {
		t.Fatalf("%d exchanges of this cause, %v", len(rows), err)
	}
	for _, row := range rows[:5] {
		if row.Parent != first.Sent[0].Exchange {
			t.Errorf("exchange %d has the parent %d, want %d", row.ID, row.Parent, first.Sent[0].Exchange)
		}
	}
}

func TestAHostThatFailsForHalfAnHourGetsSingleAttempts(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook)
	s.answer("/hook", 500)
	s.fire(t, "jira:issue_created")
	s.clock.Advance(2 * time.Hour)
	before, at := s.requests("/hook")
	if last := at[len(at)-1].Sub(noon); last < 30*time.Minute || last >= 45*time.Minute || len(before) > 6 {
		t.Errorf("%d attempts, the last after %v", len(before), last)
	}
	if sent := s.fire(t, "jira:issue_created").Sent[0]; sent.Retry != 0 {
		t.Errorf("a retry is due although the host has failed for two hours: %+v", sent)
	}
	ended := s.PendingRetries("jira")
	if len(ended) != 2 || !strings.Contains(ended[0].Ended, "without a break since 12:00:00 UTC") || ended[0].Attempt != 1 {
		t.Errorf("%+v", ended)
	}
	s.answer("/hook", 204)
	s.fire(t, "jira:issue_created")
	s.answer("/hook", 500)
	if sent := s.fire(t, "jira:issue_created").Sent[0]; sent.Retry == 0 {
		t.Error("the break of the failure was not seen")
	}
}

func TestNoRetryForWhatIsNotEnabledAnyMore(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*shaky)
		want   string
	}{
		{"disabled", func(s *shaky) { s.install.State = site.Disabled }, "is disabled on jira now"},
		{"uninstalled", func(s *shaky) { s.gone = true }, "is not installed on jira any more"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newShaky(t, site.Jira, createdHook)
			s.answer("/hook", 500)
			number := s.fire(t, "jira:issue_created").Sent[0].Retry
			s.mu.Lock()
			tc.change(s)
			s.mu.Unlock()
			s.clock.Advance(time.Hour)
			if got, _ := s.requests("/hook"); len(got) != 1 {
				t.Errorf("%d requests", len(got))
			}
			pending := s.PendingRetries("jira")
			if len(pending) != 1 || pending[0].Number != number || !strings.Contains(pending[0].Ended, tc.want) {
				t.Errorf("pending %+v", pending)
			}
			var no *NoLongerError
			if _, err := s.SendRetry(t.Context(), "jira", number); !errors.As(err, &no) {
				t.Errorf("sent by hand: %v", err)
			}
		})
	}
}

func TestARetryIsSignedWithTheSecretOfItsTime(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook)
	s.answer("/hook", 500)
	s.fire(t, "jira:issue_created")
	s.mu.Lock()
	s.install.SharedSecret = strings.Repeat("n", 32)
	s.mu.Unlock()
	s.answer("/hook", 204)
	s.clock.Advance(15 * time.Minute)
	got, at := s.requests("/hook")
	raw, _ := connectjwt.FromHeader(got[1].Header.Get("Authorization"))
	_, verdict := connectjwt.Check{Algorithm: connectjwt.HS256, Secret: strings.Repeat("n", 32), Issuer: "client-1", Now: at[1],
		Request: connectjwt.Request{Method: "POST", Target: "/hook"}}.Verify(raw)
	if !verdict.OK || len(s.PendingRetries("jira")) != 0 {
		t.Errorf("%+v, pending %+v", verdict, s.PendingRetries("jira"))
	}
}

func TestSendNowAndDrop(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook)
	s.answer("/hook", 500)
	number := s.fire(t, "jira:issue_created").Sent[0].Retry
	if _, err := s.SendRetry(t.Context(), "confluence", number); !errors.Is(err, ErrNoRetry) {
		t.Errorf("the retry of another site: %v", err)
	}
	gaveUp, cancel := context.WithCancel(t.Context())
	cancel()
	before := s.PendingRetries("jira")
	if _, err := s.SendRetry(gaveUp, "jira", number); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
	if after := s.PendingRetries("jira"); !slices.Equal(before, after) {
		t.Errorf("given up, pending %+v, before %+v", after, before)
	}
	sent, err := s.SendRetry(t.Context(), "jira", number)
	if err != nil || sent.Status != 500 || sent.Retry != number {
		t.Fatalf("%+v, %v", sent, err)
	}
	if p := s.PendingRetries("jira"); len(p) != 1 || p[0].Attempt != 2 || s.clock.Waiting() != 1 {
		t.Errorf("pending %+v, %d waiting", p, s.clock.Waiting())
	}
	if err := s.DropRetry("jira", number); err != nil {
		t.Error(err)
	}
	if err := s.DropRetry("jira", number); !errors.Is(err, ErrNoRetry) {
		t.Errorf("dropped twice: %v", err)
	}
	s.clock.Advance(time.Hour)
	if got, _ := s.requests("/hook"); len(got) != 2 || s.clock.Waiting() != 0 {
		t.Errorf("%d requests, %d waiting", len(got), s.clock.Waiting())
	}
}

func TestNoRetryAfterClose(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook)
	s.answer("/hook", 500)
	number := s.fire(t, "jira:issue_created").Sent[0].Retry
	s.Close()
	s.clock.Advance(time.Hour)
	if got, _ := s.requests("/hook"); len(got) != 1 || s.clock.Waiting() != 0 || len(s.PendingRetries("jira")) != 0 {
		t.Errorf("%d requests, %d waiting", len(got), s.clock.Waiting())
	}
	if _, err := s.SendRetry(t.Context(), "jira", number); !errors.Is(err, ErrNoRetry) {
		t.Errorf("sent after close: %v", err)
	}
	if sent := s.fire(t, "jira:issue_created").Sent[0]; sent.Retry != 0 {
		t.Errorf("a retry was planned after close: %+v", sent)
	}
}

func TestTheListOfEndedRetriesIsBounded(t *testing.T) {
	var p pending
	for range keptEnded + 20 {
		p.mu.Lock()
		p.add(&pendingRetry{attempt: attempt{message: message{site: testSite(site.Jira)}}, ended: "over"})
		p.mu.Unlock()
	}
	list := p.list("jira")
	if len(list) != keptEnded || list[0].Number != keptEnded+20 {
		t.Errorf("%d on the list, the first is %d", len(list), list[0].Number)
	}
}

func TestARetryKnowsTheSiteAsItIsNow(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook)
	s.answer("/hook", http.StatusServiceUnavailable)
	n := s.fire(t, "jira:issue_created").Sent[0].Retry
	now := s.site
	now.ClientKey, now.Era = "client-2", site.Cloud2016
	s.siteNow = func(string) (site.Running, error) { return now, nil }
	if _, err := s.SendRetry(t.Context(), "jira", n); err != nil {
		t.Fatal(err)
	}
	got, _ := s.requests("/hook")
	raw, _ := connectjwt.FromHeader(got[1].Header.Get("Authorization"))
	token, err := connectjwt.Decode(raw)
	if err != nil || token.Claims.Issuer != "client-2" || got[1].Header.Get("X-Atlassian-Webhook-Retry") != "1" {
		t.Errorf("%+v, %v, headers %v", token.Claims, err, got[1].Header)
	}
	s.siteNow = func(string) (site.Running, error) { return site.Running{}, errors.New("it is gone") }
	var noLonger *NoLongerError
	if _, err := s.SendRetry(t.Context(), "jira", n); !errors.As(err, &noLonger) {
		t.Errorf("on a site that is gone: %v", err)
	}
	s.Forget("jira")
	if pending := s.PendingRetries("jira"); len(pending) != 0 {
		t.Errorf("%+v is not forgotten", pending)
	}
}

// A retry may be on its way while its site is reset: what becomes of it is of the time before.
func TestForgettingASiteReachesTheRetryUnderWay(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook)
	s.answer("/hook", http.StatusServiceUnavailable)
	s.fire(t, "jira:issue_created")
	r, err := s.pending.take("jira", 1)
	if err != nil {
		t.Fatal(err)
	}
	s.Forget("jira")
	_, err = s.resume(t.Context(), r)
	s.pending.running.Done()
	if got, _ := s.requests("/hook"); err != nil || len(got) != 2 {
		t.Fatalf("%d requests, %v", len(got), err)
	}
	if pending := s.PendingRetries("jira"); len(pending) != 0 || s.clock.Waiting() != 0 {
		t.Errorf("tried again: %+v", pending)
	}
	if sent := s.fire(t, "jira:issue_created").Sent[0]; sent.Retry <= r.number {
		t.Errorf("what failed afterwards has the retry %d", sent.Retry)
	}
}

func TestForgettingASiteForgetsHowLongHostsHaveFailed(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook)
	s.answer("/hook", http.StatusServiceUnavailable)
	s.fire(t, "jira:issue_created")
	s.clock.Advance(2 * time.Hour)
	s.Forget("jira")
	if sent := s.fire(t, "jira:issue_created").Sent[0]; sent.Retry == 0 {
		t.Errorf("no retry on a site that begins anew: %+v", s.PendingRetries("jira"))
	}
}

func TestWhoeverShowsTheRetriesHearsOfEveryChange(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook)
	var heard atomic.Int64
	s.pending.changed = func() {
		s.PendingRetries("jira") // must not wait for whoever changes it
		heard.Add(1)
	}
	s.answer("/hook", http.StatusServiceUnavailable)
	n := s.fire(t, "jira:issue_created").Sent[0].Retry
	if heard.Load() != 1 {
		t.Errorf("heard %d times of a retry that was set", heard.Load())
	}
	if _, err := s.SendRetry(t.Context(), "jira", n); err != nil || heard.Load() != 3 {
		t.Errorf("heard %d times when it was sent and set again: %v", heard.Load(), err)
	}
	if err := s.DropRetry("jira", n); err != nil || heard.Load() != 4 {
		t.Errorf("heard %d times when it was dropped: %v", heard.Load(), err)
	}
	if err := s.DropRetry("jira", n); !errors.Is(err, ErrNoRetry) || heard.Load() != 4 {
		t.Errorf("heard %d times although nothing has changed: %v", heard.Load(), err)
	}
}
