package clock

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Movable is a clock that goes with real time and can be moved ahead of it: Now is real time plus an
// offset. What is due on the way of a move is called in order, each at its time, as on a [Simulated]
// clock. Only Reset ever takes it back.
type Movable struct {
	wall func() time.Time // real time

	moving chan struct{} // has room for one: whoever moves or resets the clock

	mu      sync.Mutex // guards what follows; never held while a due function runs
	ahead   time.Duration
	waiting []*alarm      // by due time, those of one time in the order they were set
	running int           // due functions that have been called and have not returned
	idle    chan struct{} // closed when running comes to 0; nil while nobody asks
}

// alarm is a call that waits for its time.
type alarm struct {
	due   time.Time
	f     func()
	timer *time.Timer // calls it when real time gets there
}

// NewMovable makes a clock that shows what wall says, nil being time.Now, and waits in real time.
func NewMovable(wall func() time.Time) *Movable {
	if wall == nil {
		wall = time.Now
	}
	return &Movable{wall: wall, moving: make(chan struct{}, 1)}
}

// Now is real time and what the clock is ahead of it.
func (c *Movable) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

// now is Now; c.mu is held.
func (c *Movable) now() time.Time { return c.wall().Add(c.ahead) }

// Ahead is how far the clock has been moved; 0 means that it shows real time.
func (c *Movable) Ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
}

// At implements [Clock].
func (c *Movable) At(due time.Time, f func()) (stop func() bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !due.After(c.now()) {
		c.call(f)
		return func() bool { return false }
	}
	a := &alarm{due: due, f: f}
	at := len(c.waiting)
	for at > 0 && c.waiting[at-1].due.After(due) {
		at--
	}
	c.waiting = slices.Insert(c.waiting, at, a)
	c.arm(a)
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.take(a)
	}
}

// arm has an alarm called when real time gets there. c.mu is held.
func (c *Movable) arm(a *alarm) {
	var timer *time.Timer
	timer = time.AfterFunc(a.due.Sub(c.now()), func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		// Another timer is in its place when the clock was moved or set back in this moment.
		if a.timer == timer && c.take(a) {
			c.call(a.f)
		}
	})
	a.timer = timer
}

// take takes an alarm off the list; false when it has been called or called off. c.mu is held.
func (c *Movable) take(a *alarm) bool {
	at := slices.Index(c.waiting, a)
	if at < 0 {
		return false
	}
	a.timer.Stop()
	c.waiting = slices.Delete(c.waiting, at, at+1)
	return true
}

// call runs a due function on a goroutine of its own and counts it. c.mu is held.
func (c *Movable) call(f func()) {
	c.running++
	go func() {
		defer func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.running--
			if c.running == 0 && c.idle != nil {
				close(c.idle)
				c.idle = nil
			}
		}()
		f()
	}()
}

// Advance moves the clock forward by d. On the way it stops at each time something is due, calls what
// is due then side by side, and goes on when all that has been called is done; what that sets anew
// and comes due within d is called too. When ctx ends first, the clock stays where it has come to and
// the error is the cause. Moves take turns. A function that is called may not move the clock.
func (c *Movable) Advance(ctx context.Context, d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("move the clock by %s: it only goes forward", d)
	}
	leave, err := c.enter(ctx)
	if err != nil {
		return fmt.Errorf("move the clock by %s: %w", d, err)
	}
	defer leave()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.rearm()
	}()
	goal := c.Ahead() + d
	for c.step(goal) {
		if err := c.settle(ctx); err != nil {
			return fmt.Errorf("move the clock by %s: %w", d, err)
		}
	}
	return nil
}

// step moves the clock to the next time something is due and calls that; false when nothing more is
// due before the clock is goal ahead, which it is then. Timers are left as they are: until the move
// has ended they can only come too late, for what the next step calls.
func (c *Movable) step(goal time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall := c.wall()
	if len(c.waiting) == 0 || c.waiting[0].due.After(wall.Add(goal)) {
		c.ahead = goal
		return false
	}
	due := c.waiting[0].due
	c.ahead = max(c.ahead, due.Sub(wall)) // real time may have got there by itself
	for len(c.waiting) > 0 && !c.waiting[0].due.After(due) {
		a := c.waiting[0]
		c.take(a)
		c.call(a.f)
	}
	return true
}

// settle returns when nothing that was called still runs.
func (c *Movable) settle(ctx context.Context) error {
	for {
		c.mu.Lock()
		if c.running == 0 {
			c.mu.Unlock()
			return nil
		}
		if c.idle == nil {
			c.idle = make(chan struct{})
		}
		idle := c.idle
		c.mu.Unlock()
		select {
		case <-idle:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Reset shows real time again, once a move under way has ended. What waits keeps its time, so it waits
// for as long as the clock was ahead. The error is the cause of ctx's end.
func (c *Movable) Reset(ctx context.Context) error {
	leave, err := c.enter(ctx)
	if err != nil {
		return fmt.Errorf("set the clock back to real time: %w", err)
	}
	defer leave()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = 0
	c.rearm()
	return nil
}

// rearm gives every alarm the real time it has to wait now. c.mu is held.
func (c *Movable) rearm() {
	for _, a := range c.waiting {
		a.timer.Stop()
		c.arm(a)
	}
}

// enter waits for the turn to move the clock.
func (c *Movable) enter(ctx context.Context) (leave func(), err error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	select {
	case c.moving <- struct{}{}:
		return func() { <-c.moving }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

var (
	_ Clock = (*Movable)(nil)
	_ Clock = (*Simulated)(nil)
)
