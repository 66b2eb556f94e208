package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"connect-workbench/mockhost/site"
)

// gauge counts requests under way, and holds them until it is opened.
type gauge struct {
	url       string
	now, most atomic.Int32
	arrived   chan struct{}
	hold      chan struct{}
	once      sync.Once
}

func newGauge(t testing.TB) *gauge {
	g := &gauge{arrived: make(chan struct{}, MaxBurst), hold: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := g.now.Add(1)
		for most := g.most.Load(); now > most && !g.most.CompareAndSwap(most, now); most = g.most.Load() {
		}
		g.arrived <- struct{}{}
		select {
		case <-g.hold:
		case <-r.Context().Done():
		}
		g.now.Add(-1)
		w.WriteHeader(http.StatusNoContent)
	}))
	g.url = server.URL
	t.Cleanup(server.Close)
	t.Cleanup(g.release)
	return g
}

func (g *gauge) release() { g.once.Do(func() { close(g.hold) }) }

// await returns when n more requests have come in.
func (g *gauge) await(n int) {
	for range n {
		<-g.arrived
	}
}

func TestNeverMoreThanTheLimitUnderWay(t *testing.T) {
	for _, tc := range []struct {
		event string
		limit int
	}{{"jira:issue_created", 20}, {"attachment_created", 10}} {
		t.Run(tc.event, func(t *testing.T) {
			s := newShaky(t, site.Jira, createdHook)
			g := newGauge(t)
			in := install("held", g.url, hooks(fmt.Sprintf(`{"event":%q,"url":"/hook"}`, tc.event)))
			const fired = 50
			var all sync.WaitGroup
			for range fired {
				all.Go(func() {
					if _, err := s.Fire(t.Context(), s.site, []site.Installation{in}, tc.event, nil); err != nil {
						t.Error(err)
					}
				})
			}
			g.await(tc.limit)
			// An add-on at another address is not held up by the full lane.
			s.fire(t, "jira:issue_created")
			g.release()
			all.Wait()
			g.await(fired - tc.limit)
			if int(g.most.Load()) != tc.limit {
				t.Errorf("%d under way at once, the limit is %d", g.most.Load(), tc.limit)
			}
		})
	}
}

func TestBurstKeepsItsRate(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook+`,{"event":"jira:issue_created","url":"/bad"}`)
	s.answer("/bad", 400)
	installs := func() []site.Installation { return []site.Installation{s.install} }
	var last BurstCount
	raised := make(chan int, 100) // each change of the number of events
	result := make(chan error, 1)
	go func() {
		count, err := s.Burst(t.Context(), s.site, installs, Burst{Event: "jira:issue_created", Events: 30, PerSecond: 10}, func(c BurstCount) {
			if c.Raised != last.Raised {
				raised <- c.Raised
			}
			if c.Sent < last.Sent || c.OK+c.Refused+c.NoAnswer > c.Sent {
				t.Errorf("%+v after %+v", c, last)
			}
			last = c
		})
		if count != last {
			t.Errorf("returned %+v, said last %+v", count, last)
		}
		result <- err
	}()
	for i := range 30 {
		if got := <-raised; got != i+1 {
			t.Fatalf("%d events raised, want %d", got, i+1)
		}
		if i == 29 {
			break
		}
		if err := s.clock.AwaitWaiting(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		s.clock.Advance(99 * time.Millisecond)
		if len(raised) > 0 {
			t.Fatalf("event %d came too early", i+2)
		}
		s.clock.Advance(time.Millisecond)
	}
	if err := <-result; err != nil {
		t.Fatal(err)
	}
	if last.Raised != 30 || last.Sent != 60 || last.OK != 30 || last.Refused != 30 || last.NoAnswer != 0 || last.Cause == "" || last.Reason != "" {
		t.Errorf("%+v", last)
	}
}

func TestBurstIsCutOffAtOnce(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook)
	g := newGauge(t)
	in := install("held", g.url, hooks(createdHook))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		g.await(maxPrimary)
		cancel()
	}()
	go func() {
		if s.clock.AwaitWaiting(ctx, 1) == nil {
			s.clock.Advance(time.Second) // 101 events are due
		}
	}()
	count, err := s.Burst(ctx, s.site, func() []site.Installation { return []site.Installation{in} },
		Burst{Event: "jira:issue_created", Events: MaxBurst, PerSecond: 100}, nil)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("%+v, %v", count, err)
	}
	if count.Sent < maxPrimary || count.NoAnswer != count.Sent || count.OK != 0 || count.Raised > 101 {
		t.Errorf("%+v", count)
	}
	if pending := s.PendingRetries("jira"); len(pending) != 0 {
		t.Errorf("what was cut off is retried: %+v", pending)
	}
}

func TestBurstRefusesBeforeItRaises(t *testing.T) {
	s := newShaky(t, site.Jira, createdHook)
	none := func() []site.Installation { return nil }
	for _, size := range [][2]int{{0, 1}, {MaxBurst + 1, 1}, {1, 0}, {1, MaxBurstRate + 1}} {
		_, err := s.Burst(t.Context(), s.site, none, Burst{Event: "jira:issue_created", Events: size[0], PerSecond: size[1]}, nil)
		if bad := (*BurstError)(nil); !errors.As(err, &bad) {
			t.Errorf("%v: %v", size, err)
		}
	}
	_, err := s.Burst(t.Context(), s.site, none, Burst{Event: "no_such_event", Events: 1, PerSecond: 1}, nil)
	if unknown := (*UnknownEventError)(nil); !errors.As(err, &unknown) {
		t.Error(err)
	}
	count, err := s.Burst(t.Context(), s.site, none, Burst{Event: "jira:issue_created", Events: 1, PerSecond: 1}, nil)
	if err != nil || count.Raised != 1 || count.Sent != 0 || count.Reason != "No add-on is installed on Acme JIRA." {
		t.Errorf("%+v, %v", count, err)
	}
}
