package mockhost

import (
	"context"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/webhook"
)

// Install installs the add-on whose descriptor is at descriptorURL: for the first time, again, or
// as an upgrade, by what the site has of it. A refusal is an *[install.Error]; the site is then
// as it was. progress may be nil; it hears of every stage on the calling goroutine.
func (h *Host) Install(ctx context.Context, siteID, descriptorURL string, progress func(install.Stage)) (site.Installation, error) {
	s, ctx, done, err := h.beginOn(ctx, siteID)
	if err != nil {
		return site.Installation{}, err
	}
	defer done()
	return h.installs.Install(ctx, s, descriptorURL, progress)
}

// SetEnabled enables or disables an installed add-on, and tells it.
func (h *Host) SetEnabled(ctx context.Context, siteID, addonKey string, enabled bool, progress func(install.Stage)) error {
	s, ctx, done, err := h.beginOn(ctx, siteID)
	if err != nil {
		return err
	}
	defer done()
	return h.installs.SetEnabled(ctx, s, addonKey, enabled, progress)
}

// Uninstall removes an add-on from a site; its last secret stays as a remnant.
func (h *Host) Uninstall(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) error {
	s, ctx, done, err := h.beginOn(ctx, siteID)
	if err != nil {
		return err
	}
	defer done()
	return h.installs.Uninstall(ctx, s, addonKey, progress)
}

// Events is the event catalogue of a site's product; empty for an unknown site.
func (h *Host) Events(siteID string) []webhook.Event {
	s, err := h.site(siteID)
	if err != nil {
		return nil
	}
	return h.webhooks.Events(s.Product)
}

// EventBody writes the body of an event from the site's data, as indented JSON.
func (h *Host) EventBody(siteID, event string) ([]byte, error) {
	s, err := h.site(siteID)
	if err != nil {
		return nil, err
	}
	return h.webhooks.Body(event, s, h.store.List(siteID))
}

// Recipients says which webhook modules on the site the event would reach, and why the others not.
func (h *Host) Recipients(siteID, event string, body []byte) ([]webhook.Recipient, error) {
	s, err := h.site(siteID)
	if err != nil {
		return nil, err
	}
	return h.webhooks.Recipients(s, h.store.List(siteID), event, body), nil
}

// Fire delivers an event to all webhook modules on the site that ask for it, and returns when all
// have answered or given up.
func (h *Host) Fire(ctx context.Context, siteID, event string, body []byte) (webhook.Delivery, error) {
	s, ctx, done, err := h.beginOn(ctx, siteID)
	if err != nil {
		return webhook.Delivery{}, err
	}
	defer done()
	return h.webhooks.Fire(ctx, s, h.store.List(siteID), event, body)
}

// Pages lists the framed modules of the add-ons installed on a site.
func (h *Host) Pages(siteID string) ([]page.Module, error) {
	s, err := h.site(siteID)
	if err != nil {
		return nil, err
	}
	return h.pages.Modules(s.Product, h.store.List(siteID)), nil
}

// PageContext gives the variables of a module's URL the values that the site's data offers.
func (h *Host) PageContext(siteID string, m page.Module) map[string]string {
	s, err := h.site(siteID)
	if err != nil {
		return nil
	}
	return h.pages.Defaults(s, m)
}

// SignPage builds and signs a page request. Nothing is sent.
func (h *Host) SignPage(_ context.Context, siteID string, r page.Request) (page.Signed, error) {
	s, in, err := h.installation(siteID, r.AddonKey)
	if err != nil {
		return page.Signed{}, err
	}
	return h.pages.Sign(s, in, r)
}

// FetchPage signs a page request and makes it as a browser's frame would. The record is valid
// also when nobody answered.
func (h *Host) FetchPage(ctx context.Context, siteID string, r page.Request) (page.Signed, exchange.Record, error) {
	s, ctx, done, err := h.beginOn(ctx, siteID)
	if err != nil {
		return page.Signed{}, exchange.Record{}, err
	}
	defer done()
	in, err := h.store.Installed(siteID, r.AddonKey)
	if err != nil {
		return page.Signed{}, exchange.Record{}, err
	}
	return h.pages.Fetch(ctx, s, in, r)
}

// installation finds a site and what is installed on it; a remnant counts as not installed.
func (h *Host) installation(siteID, addonKey string) (Running, site.Installation, error) {
	s, err := h.site(siteID)
	if err != nil {
		return Running{}, site.Installation{}, err
	}
	in, err := h.store.Installed(siteID, addonKey)
	if err != nil {
		return Running{}, site.Installation{}, err
	}
	return s, in, nil
}
