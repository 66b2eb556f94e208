package install

import (
	"context"
	"errors"
	"fmt"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/site"
)

// Outcome is what became of an automatic update.
type Outcome struct {
	Comparison   descriptor.Comparison // of the installed descriptor with the one offered
	Waits        bool                  // for the administrator; the old version stays in force
	Installation site.Installation     // as it is now
}

// Update offers a site what the add-on's descriptor address serves now, as the Marketplace does with
// a published version; nobody acts. What says the same as the installed descriptor is not sent. A
// version with more scopes, or a paid one, is kept until the administrator approves or refuses it,
// and replaces one that waited before; every other one takes effect at once, and with it nothing
// waits any more. A disabled add-on stays so. Source: protocol lifecycle.md §4.
//
// Errors are as for Install, or wrap site.ErrNotInstalled. A failed update is not tried again by
// itself; a real host tries periodically.
func (m *Manager) Update(ctx context.Context, s site.Running, addonKey string, progress func(Stage)) (Outcome, error) {
	v := m.verb(ctx, "update", s, progress)
	v.actor = site.Actor{}
	in, err := m.store.Installed(s.ID, addonKey)
	if err != nil {
		return Outcome{}, err
	}
	text, err := v.fetch(ctx, in.DescriptorURL)
	if err != nil {
		return Outcome{}, err
	}
	d, err := v.check(text)
	if err != nil {
		return Outcome{}, err
	}
	if d.Key != addonKey {
		p := problem(keyValidation, fmt.Sprintf("%s serves the add-on %s now, and %s was to be updated: a key never changes.", in.DescriptorURL, d.Key, addonKey))
		return Outcome{}, v.failed(failure(CheckStage, p, 0, nil))
	}
	release, err := v.turn(ctx, Compare, addonKey)
	if err != nil {
		return Outcome{}, err
	}
	defer release()
	if in, err = m.store.Installed(s.ID, addonKey); err != nil { // it may have gone meanwhile
		return Outcome{}, err
	}
	return v.update(ctx, in, d)
}

func (v *verb) update(ctx context.Context, in site.Installation, d draft) (Outcome, error) {
	v.running(Compare, "the new descriptor with the installed one")
	c, err := descriptor.Compare(in.Descriptor, d.text)
	if err != nil {
		return Outcome{}, v.broken(Compare, err)
	}
	o := Outcome{Comparison: c, Installation: in}
	switch {
	case c.NeedsApproval():
		o.Waits = true
		return o, v.wait(ctx, in, d, c)
	case c.Effect == descriptor.NoEffect:
		if err := v.m.store.DropPending(context.WithoutCancel(ctx), in.SiteID, in.AddonKey); err != nil {
			return Outcome{}, v.broken(Compare, err)
		}
		v.done(Compare, "the same as installed: nothing is sent", 0)
		return o, nil
	}
	v.done(Compare, fmt.Sprintf("%s: takes effect by itself", effect(c)), 0)
	o.Installation, err = v.install(ctx, d, in.DescriptorURL)
	return o, err
}

// wait keeps a version for the administrator.
func (v *verb) wait(ctx context.Context, in site.Installation, d draft, c descriptor.Comparison) error {
	err := v.m.store.PutPending(context.WithoutCancel(ctx), site.Pending{
		SiteID: in.SiteID, AddonKey: in.AddonKey, DescriptorURL: in.DescriptorURL, Descriptor: d.text, AskedAt: v.m.clock(),
	})
	if err != nil {
		return v.broken(Compare, err)
	}
	v.progress(Stage{Name: Compare, State: Waiting,
		Detail: fmt.Sprintf("%s: %s; waits for the administrator", effect(c), c.Reason())})
	return nil
}

// Approve carries out the update that waits on a site, with the descriptor as it was when it came;
// the administrator acts. When it fails, the old version stays and the new one waits on. The error is
// as for Install, or wraps site.ErrNothingPending or site.ErrNotInstalled.
func (m *Manager) Approve(ctx context.Context, s site.Running, addonKey string, progress func(Stage)) (site.Installation, error) {
	v := m.verb(ctx, "approve", s, progress)
	release, err := v.turn(ctx, CheckStage, addonKey)
	if err != nil {
		return site.Installation{}, err
	}
	defer release()
	if _, err := m.store.Installed(s.ID, addonKey); err != nil {
		return site.Installation{}, err
	}
	waiting, err := m.store.Pending(s.ID, addonKey)
	if err != nil {
		return site.Installation{}, err
	}
	d, err := v.check(waiting.Descriptor)
	if err != nil {
		return site.Installation{}, err
	}
	return v.byHand(ctx, d, waiting.DescriptorURL, "approved by the administrator")
}

// Refuse drops the version that waits on a site; the installed one stays. The add-on does not hear
// of it. The error wraps site.ErrNothingPending when nothing waits.
func (m *Manager) Refuse(ctx context.Context, s site.Running, addonKey string, progress func(Stage)) error {
	v := m.verb(ctx, "refuse", s, progress)
	release, err := v.turn(ctx, Compare, addonKey)
	if err != nil {
		return err
	}
	defer release()
	if _, err := m.store.Pending(s.ID, addonKey); err != nil {
		return err
	}
	if err := m.store.DropPending(context.WithoutCancel(ctx), s.ID, addonKey); err != nil {
		return v.broken(Compare, err)
	}
	v.done(Compare, "refused: the version installed stays in force", 0)
	return nil
}

// byHand installs what a person asked for, which is consent to all it asks for: only automatic
// updates wait. consent says so where it was needed. Source: protocol lifecycle.md §4.
func (v *verb) byHand(ctx context.Context, d draft, from, consent string) (site.Installation, error) {
	before, err := v.m.store.Get(v.site.ID, d.Key)
	if err != nil && !errors.Is(err, site.ErrNotInstalled) {
		return site.Installation{}, v.broken(Callback, err)
	}
	if isInstalled(before) {
		v.running(Compare, "the new descriptor with the installed one")
		c, err := descriptor.Compare(before.Descriptor, d.text)
		if err != nil {
			return site.Installation{}, v.broken(Compare, err)
		}
		v.done(Compare, approved(c, consent), 0)
	}
	return v.install(ctx, d, from)
}

// approved says what an upgrade by hand changes.
func approved(c descriptor.Comparison, consent string) string {
	switch {
	case c.Effect == descriptor.NoEffect:
		return "the same as installed: installed again"
	case c.NeedsApproval():
		return fmt.Sprintf("%s: %s, %s", effect(c), c.Reason(), consent)
	}
	return effect(c)
}

// effect is a comparison in a few words: "minor, 3 changes".
func effect(c descriptor.Comparison) string {
	if len(c.Changes) == 1 {
		return string(c.Effect) + ", 1 change"
	}
	return fmt.Sprintf("%s, %d changes", c.Effect, len(c.Changes))
}
