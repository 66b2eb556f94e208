package install

import (
	"context"
	"sync"
)

// turns lets one verb at a time work on an add-on of a site. Different add-ons, and the same
// add-on on different sites, do not wait for each other. The zero value is ready.
type turns struct {
	mu    sync.Mutex
	taken map[turnKey]chan struct{} // closed when the holder is done
}

type turnKey struct{ site, addon string }

// acquire waits for the turn and returns the function that gives it back. waiting is called
// once, before the first wait. The error is the context's.
func (t *turns) acquire(ctx context.Context, k turnKey, waiting func()) (release func(), err error) {
	for first := true; ; first = false {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		busy := t.take(k)
		if busy == nil {
			return func() { t.release(k) }, nil
		}
		if first {
			waiting()
		}
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// take marks the turn as taken, or returns what to wait for.
func (t *turns) take(k turnKey) (busy <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if held, ok := t.taken[k]; ok {
		return held
	}
	if t.taken == nil {
		t.taken = make(map[turnKey]chan struct{})
	}
	t.taken[k] = make(chan struct{})
	return nil
}

func (t *turns) release(k turnKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.taken[k])
	delete(t.taken, k)
}
