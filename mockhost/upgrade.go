package mockhost

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"sync"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

// PendingUpgrade is a version of an add-on that waits for a site's administrator.
type PendingUpgrade struct {
	site.Pending
	Version    string                // as its descriptor says; "" when it does not
	Comparison descriptor.Comparison // of the installed descriptor with the one that waits
}

// Update offers a site the version that the add-on's descriptor address serves now, as the
// Marketplace would; see install.Manager.Update.
func (h *Host) Update(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) (install.Outcome, error) {
	s, ctx, done, err := h.beginOn(ctx, siteID)
	if err != nil {
		return install.Outcome{}, err
	}
	defer done()
	return h.installs.Update(ctx, s, addonKey, progress)
}

// Approve carries out the update that waits on a site.
func (h *Host) Approve(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) (site.Installation, error) {
	s, ctx, done, err := h.beginOn(ctx, siteID)
	if err != nil {
		return site.Installation{}, err
	}
	defer done()
	return h.installs.Approve(ctx, s, addonKey, progress)
}

// Refuse drops the version that waits on a site; the installed one stays.
func (h *Host) Refuse(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) error {
	s, ctx, done, err := h.beginOn(ctx, siteID)
	if err != nil {
		return err
	}
	defer done()
	return h.installs.Refuse(ctx, s, addonKey, progress)
}

// Pending is what waits on a site for an add-on, compared with what is installed. The error wraps
// site.ErrNothingPending, site.ErrNotInstalled or ErrUnknownSite.
func (h *Host) Pending(siteID, addonKey string) (PendingUpgrade, error) {
	_, in, err := h.installation(siteID, addonKey)
	if err != nil {
		return PendingUpgrade{}, err
	}
	p, err := h.store.Pending(siteID, addonKey)
	if err != nil {
		return PendingUpgrade{}, err
	}
	return h.upgrades.of(in, p)
}

// upgradeViews remembers the comparisons of versions that wait: they are asked for with every look
// at the sites. The zero value is ready; it is safe for concurrent use.
type upgradeViews struct {
	mu    sync.Mutex
	known map[upgradeKey]upgradeView
}

type upgradeKey struct{ site, addon string }

type upgradeView struct {
	installed []byte
	view      PendingUpgrade
}

// of compares, unless both texts are those of the last time. The result is shared: callers do not
// change it.
func (u *upgradeViews) of(in site.Installation, p site.Pending) (PendingUpgrade, error) {
	key := upgradeKey{in.SiteID, in.AddonKey}
	u.mu.Lock()
	defer u.mu.Unlock()
	if have, ok := u.known[key]; ok && bytes.Equal(have.installed, in.Descriptor) && bytes.Equal(have.view.Descriptor, p.Descriptor) {
		have.view.Pending = p
		return have.view, nil
	}
	next, err := descriptor.Read(p.Descriptor)
	if err != nil {
		return PendingUpgrade{}, fmt.Errorf("read the pending descriptor of %s: %w", in.AddonKey, err)
	}
	c, err := descriptor.Compare(in.Descriptor, p.Descriptor)
	if err != nil {
		return PendingUpgrade{}, fmt.Errorf("compare the pending descriptor of %s: %w", in.AddonKey, err)
	}
	if u.known == nil {
		u.known = map[upgradeKey]upgradeView{}
	}
	view := PendingUpgrade{Pending: p, Version: next.Version, Comparison: c}
	u.known[key] = upgradeView{in.Descriptor, view}
	return view, nil
}

func (u *upgradeViews) forget(siteID string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	maps.DeleteFunc(u.known, func(k upgradeKey, _ upgradeView) bool { return k.site == siteID })
}

// Version is what an installed add-on's descriptor says of its version; "" when it does not.
func (h *Host) Version(in site.Installation) string {
	d, err := h.descriptors.Of(in)
	if err != nil {
		return ""
	}
	return d.Version
}

// FailNext makes the next install, update or approval on a site fail; key is one of install.Faults,
// "" takes it back. The error wraps ErrUnknownSite or install.ErrUnknownFault.
func (h *Host) FailNext(siteID, key string) error {
	if _, err := h.site(siteID); err != nil {
		return err
	}
	return h.installs.FailNext(siteID, key)
}

// NextFault is the failure asked for on a site that has not come about yet.
func (h *Host) NextFault(siteID string) (install.Fault, bool) { return h.installs.NextFault(siteID) }
