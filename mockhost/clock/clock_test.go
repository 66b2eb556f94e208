package clock_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"connect-workbench/mockhost/clock"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestAdvanceCallsWhatIsDueInOrderAndAtItsTime(t *testing.T) {
	c := clock.NewSimulated(noon)
	var calls []string
	note := func(name string) func() {
		return func() { calls = append(calls, name+" "+c.Now().Format("04:05")) }
	}
	c.At(noon.Add(3*time.Minute), note("third"))
	c.At(noon.Add(time.Minute), func() {
		note("first")()
		c.At(c.Now().Add(time.Minute), note("second, set by the first")) // comes due within the same Advance
	})
	stop := c.At(noon.Add(2*time.Minute), note("called off"))
	c.At(noon.Add(time.Hour), note("later"))
	if !stop() || stop() {
		t.Error("a waiting call can be called off once")
	}
	c.Advance(10 * time.Minute)
	want := []string{"first 01:00", "second, set by the first 02:00", "third 03:00"}
	if !slices.Equal(calls, want) {
		t.Errorf("called %q, want %q", calls, want)
	}
	if c.Waiting() != 1 || !c.Now().Equal(noon.Add(10*time.Minute)) {
		t.Errorf("%d waiting at %v", c.Waiting(), c.Now())
	}
}

func TestWhatIsDueTogetherRunsSideBySide(t *testing.T) {
	c := clock.NewSimulated(noon)
	meet := make(chan struct{}) // unbuffered: one alone would wait for ever
	c.At(noon.Add(time.Second), func() { meet <- struct{}{} })
	c.At(noon.Add(time.Second), func() { <-meet })
	c.Advance(time.Second)
}

func TestAwaitWaiting(t *testing.T) {
	c := clock.NewSimulated(noon)
	go c.At(noon.Add(time.Second), func() {})
	if err := c.AwaitWaiting(t.Context(), 1); err != nil || c.Waiting() != 1 {
		t.Errorf("%v, %d waiting", err, c.Waiting())
	}
}

func TestWallWaitsInRealTimeAndShowsTheGivenOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.Wall(func() time.Time { return noon })
		began := time.Now()
		woken, stop := clock.Wake(c, noon.Add(time.Minute))
		<-woken
		if time.Since(began) != time.Minute || !c.Now().Equal(noon) || stop() {
			t.Errorf("woken after %v at %v", time.Since(began), c.Now())
		}
	})
}
