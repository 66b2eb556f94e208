package workbench

import (
	"context"
	"errors"
	"fmt"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

// Sites are all sites with their add-ons, in the order of the project.
func (w *Workbench) Sites() []SiteState {
	running := w.host.Sites()
	states := make([]SiteState, len(running))
	for i, r := range running {
		states[i] = w.siteState(r)
	}
	return states
}

// siteState is a site with what is installed on it.
func (w *Workbench) siteState(r mockhost.Running) SiteState {
	state := SiteState{Site: r.Site, BaseURL: r.BaseURL, Port: r.Port, Moved: r.Moved}
	installations, err := w.host.Installations(r.ID)
	if err != nil {
		w.logf("read the add-ons of %s: %v", r.ID, err)
		return state
	}
	for _, in := range installations {
		state.Addons = append(state.Addons, w.addonOnSite(in))
	}
	state.Fault, _ = w.host.NextFault(r.ID)
	return state
}

func (w *Workbench) addonOnSite(in site.Installation) AddonOnSite {
	a := AddonOnSite{
		Key: in.AddonKey, Name: in.Name, Version: w.host.Version(in), BaseURL: in.BaseURL, DescriptorURL: in.DescriptorURL, State: in.State,
		Secret: maskSecret(in.SharedSecret), OldSecrets: len(in.OldSecrets),
		InstalledAt: in.InstalledAt, UpdatedAt: in.UpdatedAt,
	}
	if in.State == site.Uninstalled {
		return a
	}
	waiting, err := w.host.Pending(in.SiteID, in.AddonKey)
	switch {
	case err == nil:
		a.Pending = &waiting
	case !errors.Is(err, site.ErrNothingPending):
		w.logf("read the pending version of %s on %s: %v", in.AddonKey, in.SiteID, err)
	}
	return a
}

// maskSecret keeps just enough of a secret to tell two apart.
func maskSecret(secret string) string {
	if len(secret) < 16 {
		return "••••"
	}
	return secret[:4] + "…" + secret[len(secret)-4:]
}

// Install puts an add-on on a site: a first install, a re-install or an upgrade, by what is there.
// Whoever installs by hand agrees to all it asks for; Update is for versions that come by themselves.
// descriptorURL "" is the project's own add-on. progress may be nil; it is called on the caller's
// goroutine. A refusal is an *install.Error, and the site is then as it was before.
func (w *Workbench) Install(ctx context.Context, siteID, descriptorURL string, progress func(install.Stage)) error {
	if descriptorURL == "" {
		descriptorURL = w.Addon().DescriptorURL
	}
	defer w.changed(SitesChanged)
	_, err := w.host.Install(ctx, siteID, descriptorURL, progress)
	return err
}

// SetEnabled enables or disables an installed add-on and tells it so.
func (w *Workbench) SetEnabled(ctx context.Context, siteID, addonKey string, enabled bool, progress func(install.Stage)) error {
	defer w.changed(SitesChanged)
	return w.host.SetEnabled(ctx, siteID, addonKey, enabled, progress)
}

// Uninstall removes an add-on from a site. Its last secret is kept, to sign a later re-install
// the way old hosts did and to explain late calls.
func (w *Workbench) Uninstall(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) error {
	defer w.changed(SitesChanged)
	return w.host.Uninstall(ctx, siteID, addonKey, progress)
}

// InstallSample installs the project's add-on on every site, in the background, if this run made the
// project from the sample: the first start shows a working whole instead of empty places.
func (w *Workbench) InstallSample() {
	if !w.created {
		return
	}
	w.goWork(func(ctx context.Context) {
		for _, s := range w.Sites() {
			if err := w.Install(ctx, s.ID, "", nil); err != nil && ctx.Err() == nil {
				w.notice("failed", fmt.Sprintf("The sample add-on could not be installed on %s: %v.", s.Title, err), Advice(err))
			}
		}
	})
}
