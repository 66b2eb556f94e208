package workbench

import (
	"context"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/install"
)

// Update offers a site the version that the add-on's descriptor address serves now, as the
// Marketplace does: what asks for no more takes effect at once, what asks for more waits for
// Approve or Refuse. Errors are as for Install, or wrap site.ErrNotInstalled.
func (w *Workbench) Update(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) (install.Outcome, error) {
	defer w.changed(SitesChanged)
	return w.host.Update(ctx, siteID, addonKey, progress)
}

// Approve carries out the update that waits on a site. The error wraps site.ErrNothingPending when
// nothing waits; when the install fails, the version waits on.
func (w *Workbench) Approve(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) error {
	defer w.changed(SitesChanged)
	_, err := w.host.Approve(ctx, siteID, addonKey, progress)
	return err
}

// Refuse drops the version that waits on a site; the installed one stays. The error wraps
// site.ErrNothingPending when nothing waits.
func (w *Workbench) Refuse(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) error {
	defer w.changed(SitesChanged)
	return w.host.Refuse(ctx, siteID, addonKey, progress)
}

// Compare tells what a new descriptor changes against an old one. The error wraps
// descriptor.ErrSyntax or descriptor.ErrNoObject.
func (w *Workbench) Compare(old, new []byte) (descriptor.Comparison, error) {
	return descriptor.Compare(old, new)
}

// InstallFaults are the ways in which FailNextInstall can make an install fail.
func (w *Workbench) InstallFaults() []install.Fault { return install.Faults() }

// FailNextInstall makes the next install, update or approval on a site fail, whatever the add-on
// does. key is that of one of InstallFaults, "" takes it back. The error wraps
// install.ErrUnknownFault.
func (w *Workbench) FailNextInstall(siteID, key string) error {
	defer w.changed(SitesChanged)
	return w.host.FailNext(siteID, key)
}
