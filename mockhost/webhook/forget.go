package webhook

import (
	"maps"
	"time"
)

// Forget drops the retries of a site, those that ended included, and how long hosts have failed there.
// One that is under way finishes, and is then not tried again.
func (d *Dispatcher) Forget(siteID string) {
	d.pending.forget(siteID)
	d.pending.changed()
}

func (p *pending) forget(siteID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.retries {
		if r.site.ID == siteID {
			p.remove(r)
		}
	}
	maps.DeleteFunc(p.failing, func(to remote, _ time.Time) bool { return to.site == siteID })
	if p.forgotten == nil {
		p.forgotten = make(map[string]int64)
	}
	p.forgotten[siteID] = p.last
}
