// Package clock is the time of a host: what it is, and being woken at a later one.
//
// Everything of a host that waits for minutes (the retries of webhooks, the rate of a burst) waits by
// the host's [Clock] and by nothing else. With [Wall] that is real time. A [Movable] clock goes with
// real time and can be moved ahead of it; a [Simulated] one, for tests, only moves when told to. With
// both an hour passes as fast as what is due in it gets done: nothing sleeps. Time limits of the
// network are not the host's and stay real.
package clock

import "time"

// Clock tells a host's time and calls back at a later one. Implementations are safe for concurrent use.
type Clock interface {
	// Now is the host's time.
	Now() time.Time
	// At has f called once, on a goroutine of its own, when the clock shows t or later; at once when it
	// does already. stop calls that off, and is false when f has been called already or called off
	// before. A time and not a duration, because a clock may be moved before it is asked.
	At(t time.Time, f func()) (stop func() bool)
}

// Wall is a clock that waits in real time and shows what now says; nil is time.Now.
func Wall(now func() time.Time) Clock {
	if now == nil {
		now = time.Now
	}
	return wall{now}
}

type wall struct{ now func() time.Time }

func (w wall) Now() time.Time { return w.now() }

func (w wall) At(t time.Time, f func()) (stop func() bool) {
	return time.AfterFunc(t.Sub(w.now()), f).Stop
}

// Wake gives a channel that is closed when c shows t, and the way to call that off.
func Wake(c Clock, t time.Time) (woken <-chan struct{}, stop func() bool) {
	ch := make(chan struct{})
	return ch, c.At(t, func() { close(ch) })
}
