package clock

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Simulated is a clock that stands still until it is told to go on.
type Simulated struct {
	advancing sync.Mutex // one Advance at a time; held while due functions run

	mu      sync.Mutex // guards what follows; never held while a due function runs
	now     time.Time
	waiting []*timer      // by due time, those of one time in the order they were set
	changed chan struct{} // closed and made anew when a timer is set
}

type timer struct {
	due time.Time
	f   func()
}

// NewSimulated makes a clock that shows start.
func NewSimulated(start time.Time) *Simulated {
	return &Simulated{now: start, changed: make(chan struct{})}
}

// Now is what the clock shows.
func (c *Simulated) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// At implements [Clock]. f is called by the Advance that comes to its time.
func (c *Simulated) At(due time.Time, f func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !due.After(c.now) {
		go f()
		return func() bool { return false }
	}
	t := &timer{due: due, f: f}
	at := len(c.waiting)
	for at > 0 && c.waiting[at-1].due.After(t.due) {
		at--
	}
	c.waiting = slices.Insert(c.waiting, at, t)
	close(c.changed)
	c.changed = make(chan struct{})
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		at := slices.Index(c.waiting, t)
		if at < 0 {
			return false
		}
		c.waiting = slices.Delete(c.waiting, at, at+1)
		return true
	}
}

// Advance moves the clock by d. On the way it stops at each time something is due, calls what is due
// then side by side, and goes on when that is done; what those set anew and comes due within d is
// called too. So retries that follow each other all take place within one Advance. A function that is
// called may not call Advance.
func (c *Simulated) Advance(d time.Duration) {
	c.advancing.Lock()
	defer c.advancing.Unlock()
	end := c.Now().Add(d)
	for {
		due := c.next(end)
		if len(due) == 0 {
			return
		}
		var called sync.WaitGroup
		for _, t := range due {
			called.Go(t.f)
		}
		called.Wait()
	}
}

// next moves the clock to the next time something is due, but not beyond end, and takes what is due.
func (c *Simulated) next(end time.Time) []*timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 || c.waiting[0].due.After(end) {
		c.now = end
		return nil
	}
	c.now = c.waiting[0].due
	n := 1
	for n < len(c.waiting) && c.waiting[n].due.Equal(c.now) {
		n++
	}
	due := slices.Clone(c.waiting[:n])
	c.waiting = slices.Delete(c.waiting, 0, n)
	return due
}

// Waiting is how many calls the clock has before it.
func (c *Simulated) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.waiting)
}

// AwaitWaiting returns when n calls or more are waiting, or with ctx's error when that ends first. A
// test knows by it that what it started has come to the point where it needs time to pass.
func (c *Simulated) AwaitWaiting(ctx context.Context, n int) error {
	for {
		c.mu.Lock()
		reached, changed := len(c.waiting) >= n, c.changed
		c.mu.Unlock()
		if reached {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
