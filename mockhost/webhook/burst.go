package webhook

import (
	"context"
	"fmt"
	"time"

	"connect-workbench/mockhost/clock"
	"connect-workbench/mockhost/site"
)

// Limits of a burst.
const (
	MaxBurst     = 10_000 // events
	MaxBurstRate = 1_000  // events per second
)

// BurstError means that a burst of this size cannot be made.
type BurstError struct{ Events, PerSecond int }

func (e *BurstError) Error() string {
	return fmt.Sprintf("a burst has 1 to %d events at 1 to %d per second, not %d at %d", MaxBurst, MaxBurstRate, e.Events, e.PerSecond)
}

// Burst is the same event many times.
type Burst struct {
	Event     string
	Body      []byte // none: the one that Body writes at the start
	Events    int    // 1 to MaxBurst
	PerSecond int    // 1 to MaxBurstRate, by the host's clock
}

// BurstCount is how far a burst has come. Sent, OK, Refused and NoAnswer count an event once for each
// module it goes to.
type BurstCount struct {
	Cause    string // of all its exchanges
	Raised   int    // events
	Sent     int    // requests that went out; those beyond the limit of their lane wait
	OK       int    // answered with 2xx
	Refused  int    // answered otherwise
	NoAnswer int    // no answer, those cut off by the end of the burst included
	Reason   string // why the latest event went to nobody; "" when it went to somebody
}

// Burst raises an event many times, at a steady rate whether or not it is answered, and returns when
// all deliveries have ended. installs is asked anew for each event. progress, which may be nil, hears
// of every change on the calling goroutine. What fails is retried as after Fire. When ctx ends, what
// is under way is cut off at once; the count is right then too, and the error is the cause of ctx's
// end. The other errors are those of Fire and *BurstError; nothing was raised then.
func (d *Dispatcher) Burst(ctx context.Context, s site.Running, installs func() []site.Installation, b Burst, progress func(BurstCount)) (BurstCount, error) {
	if b.Events < 1 || b.Events > MaxBurst || b.PerSecond < 1 || b.PerSecond > MaxBurstRate {
		return BurstCount{}, &BurstError{Events: b.Events, PerSecond: b.PerSecond}
	}
	m, p, err := d.compose(ctx, s, installs(), b.Event, b.Body)
	if err != nil {
		return BurstCount{}, fmt.Errorf("burst of %s on %s: %w", b.Event, s.ID, err)
	}
	if progress == nil {
		progress = func(BurstCount) {}
	}
	r := burstRun{
		Burst: b, d: d, message: m, body: p, installs: installs,
		count: BurstCount{Cause: m.cause}, news: make(chan news), began: d.clock.Now(),
	}
	if err := r.run(ctx, progress); err != nil {
		return r.count, fmt.Errorf("burst of %s on %s: %w", b.Event, s.ID, err)
	}
	return r.count, nil
}

// burstRun is a burst under way. One goroutine owns it; deliveries tell it their news.
type burstRun struct {
	Burst
	d        *Dispatcher
	message  message
	body     payload
	installs func() []site.Installation
	began    time.Time // host's clock

	count BurstCount
	open  int // deliveries that have not ended
	news  chan news
}

// news is that a delivery goes out, or how it ended.
type news struct {
	ended *Sent // nil: it goes out
}

// run raises what is due and takes news until nothing is left of either.
func (r *burstRun) run(ctx context.Context, progress func(BurstCount)) error {
	var due <-chan struct{} // closed when the next event is due; nil when none is awaited
	stop := func() bool { return false }
	defer func() { stop() }()
	cut := ctx.Done()
	for {
		for due == nil && r.count.Raised < r.Events && ctx.Err() == nil {
			if next := r.next(); next.After(r.d.clock.Now()) {
				due, stop = clock.Wake(r.d.clock, next)
				break
			}
			r.raise(ctx)
			progress(r.count)
		}
		if due == nil && r.open == 0 {
			return context.Cause(ctx)
		}
		select {
		case <-due:
			due = nil
		case n := <-r.news:
			r.take(n)
			progress(r.count)
		case <-cut:
			cut, due = nil, nil
		}
	}
}

// next is when the next event is due. One that is late is raised at once, so the rate holds on the whole.
func (r *burstRun) next() time.Time {
	return r.began.Add(time.Duration(r.count.Raised) * time.Second / time.Duration(r.PerSecond))
}

// raise starts the deliveries of one event.
func (r *burstRun) raise(ctx context.Context) {
	r.count.Raised++
	targets := r.d.targets(r.message.site, r.installs(), r.Event, r.body)
	reached := false
	for _, t := range targets {
		if !t.Will {
			continue
		}
		reached = true
		r.open++
		a := r.d.begin(r.message, t)
		go func() {
			sent := r.d.send(ctx, a, func() { r.news <- news{} })
			r.news <- news{ended: &sent}
		}()
	}
	r.count.Reason = ""
	if !reached {
		r.count.Reason = r.d.noRecipient(r.message.site, r.Event, targets)
	}
}

func (r *burstRun) take(n news) {
	if n.ended == nil {
		r.count.Sent++
		return
	}
	r.open--
	switch {
	case n.ended.Exchange == 0: // it never went out
	case n.ended.Status == 0:
		r.count.NoAnswer++
	case n.ended.Status/100 == 2:
		r.count.OK++
	default:
		r.count.Refused++
	}
}
