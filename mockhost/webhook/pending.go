package webhook

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// keptEnded is how many retries that will not be sent stay on the list, over all sites.
const keptEnded = 100

// Retry is an attempt that waits for its time, or one that will not be made, and why.
type Retry struct {
	Number int64 // names it, also its later attempts, as long as the host runs
	Recipient
	Cause   string    // of the event
	First   int64     // the exchange of the first attempt
	Attempt int       // 1 to 5, what X-Atlassian-Webhook-Retry will say; more only for one that Ended
	Due     time.Time // host's clock; zero when it ended before it had a time
	Failure string    // why the attempt before did not count: "answered 503"
	Ended   string    // why it will not be sent by itself; "" while it waits
}

// pendingRetry is a Retry with what it takes to send it. It does not change once it is on the list.
type pendingRetry struct {
	attempt
	due     time.Time
	failure string
	ended   string
	stop    func() bool // calls its time off; nil when ended
}

func (r *pendingRetry) public() Retry {
	return Retry{
		Number: r.number, Recipient: r.Recipient, Cause: r.cause, First: r.first,
		Attempt: r.retry, Due: r.due, Failure: r.failure, Ended: r.ended,
	}
}

// pending is the list of retries of all sites, and how long hosts have failed. The zero value with changed
// is ready.
type pending struct {
	running sync.WaitGroup // attempts taken off the list and not done
	changed func()         // after the list has; not called with mu held

	mu      sync.Mutex
	closed  bool
	last    int64 // number given
	retries map[int64]*pendingRetry
	ended   []int64              // of them, those that ended, oldest first
	failing map[remote]time.Time // since when every delivery there has failed

	forgotten map[string]int64 // by site: the last number given when its retries were dropped
}

// note remembers whether a URL host fails, and returns since when it has without a break.
func (p *pending) note(to remote, failed bool, now time.Time) (since time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !failed {
		delete(p.failing, to)
		return now
	}
	since, ok := p.failing[to]
	if !ok {
		if p.failing == nil {
			p.failing = make(map[remote]time.Time)
		}
		since, p.failing[to] = now, now
	}
	return since
}

// add puts a retry on the list, with a number if it has none; not after close, and not one of before
// its site was forgotten. p.mu is held.
func (p *pending) add(r *pendingRetry) bool {
	if p.closed || r.number != 0 && r.number <= p.forgotten[r.site.ID] {
		return false
	}
	if r.number == 0 {
		p.last++
		r.number = p.last
	}
	if p.retries == nil {
		p.retries = make(map[int64]*pendingRetry)
	}
	p.retries[r.number] = r
	if r.ended != "" {
		p.ended = append(p.ended, r.number)
		if len(p.ended) > keptEnded {
			p.remove(p.retries[p.ended[0]])
		}
	}
	return true
}

// take takes a retry of a site off the list; the caller then owes running a Done.
func (p *pending) take(siteID string, number int64) (*pendingRetry, error) {
	p.mu.Lock()
	r, ok := p.retries[number]
	p.mu.Unlock()
	if !ok || r.site.ID != siteID || !p.takeThis(r) {
		return nil, ErrNoRetry
	}
	return r, nil
}

// takeThis is take for r itself; false when r is not on the list any more.
func (p *pending) takeThis(r *pendingRetry) bool {
	p.mu.Lock()
	there := p.retries[r.number] == r
	if there {
		p.remove(r)
		p.running.Add(1)
	}
	p.mu.Unlock()
	if there {
		p.changed()
	}
	return there
}

// remove takes r off the list. p.mu is held.
func (p *pending) remove(r *pendingRetry) {
	delete(p.retries, r.number)
	if r.ended != "" {
		p.ended = slices.DeleteFunc(p.ended, func(n int64) bool { return n == r.number })
		return
	}
	r.stop()
}

func (p *pending) list(siteID string) []Retry {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []Retry
	for _, r := range p.retries {
		if r.site.ID == siteID {
			list = append(list, r.public())
		}
	}
	slices.SortFunc(list, func(a, b Retry) int {
		if (a.Ended == "") != (b.Ended == "") {
			if a.Ended == "" {
				return -1
			}
			return 1
		}
		if a.Ended != "" {
			return cmp.Compare(b.Number, a.Number) // the latest first
		}
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Number, b.Number))
	})
	return list
}

// close empties the list; nothing comes onto it any more.
func (p *pending) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, r := range p.retries {
		if r.stop != nil {
			r.stop()
		}
	}
	p.retries, p.ended = nil, nil
}
