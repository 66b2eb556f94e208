package desktop

import (
	"context"
	"errors"
	"testing"
	"time"

	"connect-workbench/ui/desktop/post"
)

const patience = 10 * time.Second

// timers is a clock that moves when the test says so.
type timers struct{ waiting []func() }

func (t *timers) after(_ time.Duration, f func()) { t.waiting = append(t.waiting, f) }

func (t *timers) fire() {
	due := t.waiting
	t.waiting = nil
	for _, f := range due {
		f()
	}
}

func TestRunnerShowsLongWorkOnly(t *testing.T) {
	queue, clock := post.NewQueue(), &timers{}
	r := newRunner(t.Context(), queue.Post, clock.after, func() {})
	defer r.cancel()

	release := make(chan struct{})
	var ended error
	finished := false
	r.start("Install on Acme", func(ctx context.Context, report func(string)) error {
		report("callback")
		<-release
		return errors.New("refused")
	}, func(err error) { ended, finished = err, true })

	if j, _ := r.shown(); j != nil {
		t.Errorf("shown at once: %q", j.line())
	}
	clock.fire()
	if !queue.Until(patience, func() bool { j, _ := r.shown(); return j != nil && j.line() == "Install on Acme: callback" }) {
		t.Fatal("long work is not shown with its stage")
	}
	close(release)
	if !queue.Until(patience, func() bool { return finished }) {
		t.Fatal("done was not called")
	}
	if ended == nil || ended.Error() != "refused" {
		t.Errorf("done got %v", ended)
	}
	if j, _ := r.shown(); j != nil {
		t.Errorf("still shown: %q", j.line())
	}
}

func TestRunnerCountsWhatElseRuns(t *testing.T) {
	queue, clock := post.NewQueue(), &timers{}
	r := newRunner(t.Context(), queue.Post, clock.after, func() {})
	left := 0
	for _, title := range []string{"first", "second", "third"} {
		left++
		r.start(title, func(ctx context.Context, _ func(string)) error {
			<-ctx.Done()
			return ctx.Err()
		}, func(error) { left-- })
	}
	clock.fire()
	queue.Drain()
	j, more := r.shown()
	if j == nil || j.title != "first" || more != 2 {
		t.Fatalf("shown %v and %d more, want first and 2 more", j, more)
	}
	j.cancel()
	if !queue.Until(patience, func() bool { return left == 2 }) {
		t.Fatal("cancelling one did not end one")
	}
	if j, more := r.shown(); j.title != "second" || more != 1 {
		t.Errorf("then shown %q and %d more", j.title, more)
	}
	r.cancel()
	queue.Until(patience, func() bool { return left == 0 })
}

func TestRunnerStopsAndWaits(t *testing.T) {
	queue, clock := post.NewQueue(), &timers{}
	r := newRunner(t.Context(), queue.Post, clock.after, func() {})
	var order []string
	r.start("work", func(ctx context.Context, _ func(string)) error {
		<-ctx.Done()
		return ctx.Err()
	}, func(err error) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("work ended with %v", err)
		}
		order = append(order, "done")
	})
	r.stop(time.Second, func() { order = append(order, "stopped") })
	if !queue.Until(patience, func() bool { return len(order) == 2 }) {
		t.Fatalf("got %v", order)
	}
	if order[0] != "done" || order[1] != "stopped" {
		t.Errorf("order %v, want the work's end first", order)
	}

	r.start("too late", func(context.Context, func(string)) error {
		t.Error("work began after stop")
		return nil
	}, func(err error) { order = append(order, "refused") })
	if order[len(order)-1] != "refused" {
		t.Error("start after stop did not report")
	}
}

func TestRunnerDoesNotWaitForEver(t *testing.T) {
	queue, clock := post.NewQueue(), &timers{}
	r := newRunner(t.Context(), queue.Post, clock.after, func() {})
	release := make(chan struct{})
	r.start("deaf", func(context.Context, func(string)) error { <-release; return nil }, func(error) {})
	stopped := false
	r.stop(time.Second, func() { stopped = true })
	queue.Drain()
	if stopped {
		t.Fatal("stopped before the limit although work still runs")
	}
	clock.fire()
	queue.Drain()
	if !stopped {
		t.Error("the limit passed and the window still waits")
	}
	close(release)
}
