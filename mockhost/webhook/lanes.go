package webhook

import (
	"context"
	"sync"
)

// How many deliveries of one flow are under way at once from one site to one URL host. The limits as
// such are documented, the numbers only recalled; they are unconfirmed, and for Confluence unknown, so
// that it has those of JIRA. Source: protocol webhooks.md §6.
const (
	maxPrimary   = 20
	maxSecondary = 10
)

const flowSecondary = "Secondary"

// lane is what shares a limit: no add-on waits for one at another host, and no site for another.
type lane struct {
	remote
	flow string
}

// remote is a URL host as one site sees it.
type remote struct{ site, host string }

// lanes holds deliveries back that would go beyond a limit. The zero value is ready. It remembers
// every lane it has seen: as many as there are sites and add-on addresses.
type lanes struct {
	mu    sync.Mutex
	slots map[lane]chan struct{}
}

// enter waits for a free slot and takes it; leave gives it back. When ctx ends first, the error is its
// cause and there is nothing to give back.
func (l *lanes) enter(ctx context.Context, in lane) (leave func(), err error) {
	if ctx.Err() != nil { // a free slot would win every other time
		return nil, context.Cause(ctx)
	}
	slots := l.of(in)
	select {
	case slots <- struct{}{}:
		return func() { <-slots }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (l *lanes) of(in lane) chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	slots, ok := l.slots[in]
	if !ok {
		limit := maxPrimary
		if in.flow == flowSecondary {
			limit = maxSecondary
		}
		slots = make(chan struct{}, limit)
		if l.slots == nil {
			l.slots = make(map[lane]chan struct{})
		}
		l.slots[in] = slots
	}
	return slots
}
