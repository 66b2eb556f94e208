package desktop

import (
	"context"
	"slices"
	"sync"
	"time"

	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
)

const (
	// showAfter is how long work may run before the status bar mentions it: a flash of text
	// for work of a few milliseconds says nothing and costs a frame.
	showAfter = 300 * time.Millisecond

	// reportEvery bounds how often progress repaints the window.
	reportEvery = 50 * time.Millisecond
)

// runner carries out the work that the person started and knows what is running.
// It is the window's place.Env.Start. Its methods are for the UI goroutine.
type runner struct {
	post    post.Func
	after   func(time.Duration, func())
	changed func() // what shown gives may have changed

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup
	jobs   []*job // oldest first
}

// job is one piece of running work.
type job struct {
	title  string
	cancel context.CancelFunc
	due    bool // has run for showAfter

	mu    sync.Mutex
	stage string
}

// newRunner makes a runner whose work ends with ctx at the latest. after calls a function
// once a duration has passed, on any goroutine; the window passes time.AfterFunc.
func newRunner(ctx context.Context, p post.Func, after func(time.Duration, func()), changed func()) *runner {
	r := &runner{post: p, after: after, changed: changed}
	r.ctx, r.cancel = context.WithCancel(ctx)
	return r
}

// start runs work on a goroutine and hands its error to done; see place.Env.Start.
// Once the runner was stopped it reports context.Canceled without starting.
func (r *runner) start(title string, work func(ctx context.Context, report func(stage string)) error, done func(error)) {
	if err := r.ctx.Err(); err != nil {
		done(err)
		return
	}
	ctx, cancel := context.WithCancel(r.ctx)
	j := &job{title: title, cancel: cancel}
	r.jobs = append(r.jobs, j)

	r.after(showAfter, func() {
		r.post(func() {
			j.due = true
			r.changed()
		})
	})
	progress := post.Coalesced(r.post, reportEvery, r.changed)
	report := func(stage string) {
		j.mu.Lock()
		j.stage = stage
		j.mu.Unlock()
		progress()
	}

	r.wg.Add(1)
	go func() {
		defer r.wg.Done()
		defer cancel()
		err := work(ctx, report)
		r.post(func() {
			r.jobs = slices.DeleteFunc(r.jobs, func(other *job) bool { return other == j })
			r.changed()
			done(err)
		})
	}()
}

// shown gives the work the status bar tells of: the oldest that has run long enough, and
// how many more there are.
func (r *runner) shown() (j *job, more int) {
	for _, one := range r.jobs {
		switch {
		case !one.due:
		case j == nil:
			j = one
		default:
			more++
		}
	}
	return j, more
}

// line is the job in one line: what it is and how far it got.
func (j *job) line() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.stage == "" {
		return place.Short(j.title)
	}
	return place.Short(j.title) + ": " + place.Short(j.stage)
}

// stop cancels everything that runs and calls stopped on the UI goroutine when the last
// goroutine has ended, or after limit when one does not obey its context.
func (r *runner) stop(limit time.Duration, stopped func()) {
	r.cancel()
	ended := make(chan struct{})
	go func() {
		r.wg.Wait()
		close(ended)
	}()
	var once sync.Once
	finish := func() { once.Do(func() { r.post(stopped) }) }
	r.after(limit, finish)
	go func() {
		<-ended
		finish()
	}()
}
