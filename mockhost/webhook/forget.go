package webhook

// Forget drops the retries of a site, those that ended included. One that is under way finishes.
func (d *Dispatcher) Forget(siteID string) {
	d.pending.mu.Lock()
	defer d.pending.mu.Unlock()
	for _, r := range d.pending.retries {
		if r.site.ID == siteID {
			d.pending.remove(r)
		}
	}
}
