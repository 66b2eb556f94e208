package webhook

// Forget drops the retries of a site, those that ended included. One that is under way finishes.
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
}
