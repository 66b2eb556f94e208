package clock_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"connect-workbench/mockhost/clock"
)

func TestMovableCallsWhatIsDueInOrderAndAtItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewMovable(nil)
		began := c.Now()
		var mu sync.Mutex
		var calls []string
		note := func(name string) {
			mu.Lock()
			defer mu.Unlock()
			calls = append(calls, fmt.Sprint(name, " ", c.Now().Sub(began)))
		}
		called := func() []string {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(calls)
		}
		c.At(began.Add(30*time.Minute), func() { note("second") })
		c.At(began.Add(10*time.Minute), func() {
			note("first")
			c.At(c.Now().Add(10*time.Minute), func() { note("between, set by the first") })
		})
		stop := c.At(began.Add(20*time.Minute), func() { note("called off") })
		c.At(began.Add(2*time.Hour), func() { note("later") })
		if !stop() || stop() {
			t.Error("a waiting call can be called off once")
		}
		if err := c.Advance(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
		want := []string{"first 10m0s", "between, set by the first 20m0s", "second 30m0s"}
		if got := called(); !slices.Equal(got, want) {
			t.Errorf("called %q, want %q", got, want)
		}
		if c.Ahead() != time.Hour || !c.Now().Equal(time.Now().Add(time.Hour)) {
			t.Errorf("%v ahead, shows %v at %v", c.Ahead(), c.Now(), time.Now())
		}
		// It goes on with real time: what is left of the two hours passes by itself.
		time.Sleep(59 * time.Minute)
		if got := called(); len(got) != 3 {
			t.Errorf("called too early: %q", got)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := called(); len(got) != 4 || got[3] != "later 2h0m0s" {
			t.Errorf("called %q", got)
		}
	})
}

func TestMovableIsSetBackToRealTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewMovable(nil)
		if err := c.Advance(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		var waited atomic.Int64
		c.At(c.Now().Add(time.Minute), func() { waited.Store(int64(time.Since(began))) })
		if err := c.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c.Ahead() != 0 || !c.Now().Equal(began) {
			t.Errorf("%v ahead, shows %v at %v", c.Ahead(), c.Now(), began)
		}
		time.Sleep(time.Hour)
		if waited.Load() != 0 {
			t.Error("called before its time")
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := time.Duration(waited.Load()); got != time.Hour+time.Minute {
			t.Errorf("called after %v", got)
		}
	})
}

// What runs when the clock is moved is waited for, whoever called it, so that what it sets anew
// cannot be jumped over.
func TestMovableWaitsForWhatItCalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewMovable(nil)
		var again atomic.Bool
		c.At(c.Now().Add(time.Minute), func() {
			time.Sleep(20 * time.Second) // an add-on that does not answer
			c.At(c.Now().Add(5*time.Minute), func() { again.Store(true) })
		})
		if err := c.Advance(t.Context(), time.Hour); err != nil || !again.Load() {
			t.Errorf("%v, called again: %v", err, again.Load())
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		gaveUp := errors.New("gave up")
		c.At(c.Now().Add(time.Minute), func() { cancel(gaveUp); time.Sleep(time.Hour) })
		if err := c.Advance(ctx, time.Hour); !errors.Is(err, gaveUp) {
			t.Errorf("%v, want the cause", err)
		}
		if c.Ahead() != time.Hour+time.Minute {
			t.Errorf("it stays where it came to, not %v ahead", c.Ahead())
		}
		if err := c.Advance(ctx, time.Hour); !errors.Is(err, gaveUp) {
			t.Errorf("with a context that has ended: %v", err)
		}
		if err := c.Reset(ctx); !errors.Is(err, gaveUp) {
			t.Errorf("reset with a context that has ended: %v", err)
		}
		if err := c.Advance(t.Context(), -1); err == nil {
			t.Error("moved backwards")
		}
		time.Sleep(2 * time.Hour)
	})
}

func TestMovableFromManySides(t *testing.T) {
	c := clock.NewMovable(nil)
	var called atomic.Int64
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 50 {
				c.At(c.Now().Add(time.Duration(i)*time.Minute), func() { called.Add(1) })
			}
		})
		all.Go(func() {
			for range 10 {
				if err := c.Advance(t.Context(), time.Minute); err != nil {
					t.Error(err)
				}
				if c.Ahead() < 0 || c.Now().Before(time.Now().Add(-time.Second)) {
					t.Error("it has gone back")
				}
			}
		})
		all.Go(func() {
			if err := c.Reset(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if err := c.Advance(t.Context(), 3*time.Hour); err != nil || called.Load() != 200 {
		t.Errorf("%v, %d of 200 called", err, called.Load())
	}
}
