// Package post is the one way onto the UI goroutine.
//
// Views get a Func and never call fyne.Do themselves: in the window Func is fyne.Do,
// in tests it is a Queue that the test drains on its own goroutine.
package post

import (
	"sync"
	"time"
)

// Func runs f on the UI goroutine, some time soon, in the order posted. It does not wait.
type Func func(f func())

// Coalesced returns a trigger that may be called from any goroutine, as often as wanted:
// f runs on the UI goroutine at most once every interval, and always once after the last trigger.
// A flood of single posts starves the window (measured: 5,000 posts a second never came back).
func Coalesced(post Func, interval time.Duration, f func()) (trigger func()) {
	var mu sync.Mutex
	pending := false
	return func() {
		mu.Lock()
		defer mu.Unlock()
		if pending {
			return
		}
		pending = true
		time.AfterFunc(interval, func() {
			post(func() {
				mu.Lock()
				pending = false
				mu.Unlock()
				f()
			})
		})
	}
}

// Queue is a Func for tests: posted functions wait until the test drains them.
type Queue struct {
	mu    sync.Mutex
	funcs []func()
	wake  chan struct{}
}

// NewQueue makes an empty queue.
func NewQueue() *Queue { return &Queue{wake: make(chan struct{}, 1)} }

// Post is the queue's Func.
func (q *Queue) Post(f func()) {
	q.mu.Lock()
	q.funcs = append(q.funcs, f)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Drain runs everything posted so far, and what that posts, on the caller's goroutine.
func (q *Queue) Drain() {
	for {
		q.mu.Lock()
		funcs := q.funcs
		q.funcs = nil
		q.mu.Unlock()
		if len(funcs) == 0 {
			return
		}
		for _, f := range funcs {
			f()
		}
	}
}

// Until drains until done reports true, waiting for posts in between.
// It reports false when nothing made done true within limit.
func (q *Queue) Until(limit time.Duration, done func() bool) bool {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	for {
		q.Drain()
		if done() {
			return true
		}
		select {
		case <-q.wake:
		case <-deadline.C:
			return false
		}
	}
}
