package install

import (
	"context"
	"errors"
	"fmt"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// verb is one run of install, enable, disable or uninstall on one site.
type verb struct {
	m        *Manager
	site     site.Running
	progress func(Stage)
	cause    string // what every exchange of this run is filed under
	actor    site.Actor
	struck   bool // a failure that was asked for has come about in this run

	spoiledBy *Fault // what was put into the descriptor
}

// running, done and failed report a stage.
func (v *verb) running(name StageName, detail string) {
	v.progress(Stage{Name: name, State: Running, Detail: detail})
}

func (v *verb) done(name StageName, detail string, exchangeID int64) {
	v.progress(Stage{Name: name, State: Done, Detail: detail, Exchange: exchangeID})
}

func (v *verb) failed(e *Error) *Error {
	if v.struck {
		e.Problem.Developer = simulated + e.Problem.Developer
	}
	detail := e.Problem.Developer
	if e.Problem.Key == keyCancelled {
		detail = "cancelled"
	}
	v.progress(Stage{Name: e.Stage, State: Failed, Detail: detail, Exchange: e.Exchange, Problem: &e.Problem})
	return e
}

// cancelled is the failure of a stage whose context ended.
func (v *verb) cancelled(ctx context.Context, stage StageName, exchangeID int64) *Error {
	p := problem(keyCancelled, fmt.Sprintf("Cancelled during %s, on request.", stage))
	return v.failed(failure(stage, p, exchangeID, context.Cause(ctx)))
}

// broken is the failure of the host itself.
func (v *verb) broken(stage StageName, err error) *Error {
	return v.failed(failure(stage, problem(keyInternal, fmt.Sprintf("The host could not finish: %v.", err)), 0, err))
}

// turn waits until no other verb works on the add-on.
func (v *verb) turn(ctx context.Context, stage StageName, addonKey string) (release func(), err error) {
	release, err = v.m.turns.acquire(ctx, turnKey{v.site.ID, addonKey}, func() {
		v.running(stage, fmt.Sprintf("waiting: another change of %s on %s is not finished", addonKey, v.site.ID))
	})
	if err != nil {
		return nil, v.cancelled(ctx, stage, 0)
	}
	return release, nil
}

// install runs callback, register and enable.
func (v *verb) install(ctx context.Context, d draft, from string) (site.Installation, error) {
	before, err := v.m.store.Get(v.site.ID, d.Key)
	if err != nil && !errors.Is(err, site.ErrNotInstalled) {
		return site.Installation{}, v.broken(Callback, err)
	}
	next, err := v.next(before, d, from)
	if err != nil {
		return site.Installation{}, v.broken(Callback, err)
	}
	if err := v.announce(ctx, d, before, next); err != nil {
		v.rolledBack(before)
		return site.Installation{}, err
	}
	// The add-on holds the new secret now. From here on nothing may stop the host from holding it too.
	v.running(Register, "keeping the secret, putting the modules in place")
	if err := v.m.store.Settle(context.WithoutCancel(ctx), next); err != nil {
		v.rolledBack(before)
		return site.Installation{}, v.broken(Register, err)
	}
	v.done(Register, registered(d, before, next), 0)
	if next.State == site.Disabled {
		v.done(Enable, "it was disabled before and stays so: enabled is not sent", 0)
		return next, nil
	}
	_ = v.tell(ctx, Enable, exchange.KindEnabled, next, d) // shown as a failed stage; the install stands
	return next, nil
}

// next is the installation as it will be once the add-on accepts it.
func (v *verb) next(before site.Installation, d draft, from string) (site.Installation, error) {
	now := v.m.clock()
	secret, err := v.secret(before, d)
	if err != nil {
		return site.Installation{}, err
	}
	next := before.Rotated(secret, now)
	next.SiteID, next.AddonKey = v.site.ID, d.Key
	next.Name, next.BaseURL, next.DescriptorURL, next.Descriptor = d.Name, d.BaseURL, from, d.text
	if before.State != site.Disabled {
		next.State = site.Enabled
	}
	if !isInstalled(before) {
		next.InstalledAt = now
	}
	next.UpdatedAt = now
	return next, nil
}

// secret is the one that installed offers. Source: protocol lifecycle.md §1 (update), jwt.md §6.
func (v *verb) secret(before site.Installation, d draft) (string, error) {
	switch {
	case !d.Authenticated():
		return "", nil
	case v.practice(d).KeepsSecret && isInstalled(before) && before.SharedSecret != "":
		return before.SharedSecret, nil
	}
	return v.site.MakeSecret(v.m.rand)
}

func isInstalled(in site.Installation) bool {
	return in.State == site.Enabled || in.State == site.Disabled
}

// rolledBack says what stands after a failed install. Nothing had been written.
func (v *verb) rolledBack(before site.Installation) {
	detail := "first install: nothing was kept"
	switch before.State {
	case site.Enabled, site.Disabled:
		detail = fmt.Sprintf("the version installed before stays %s, with its descriptor and secret", before.State)
	case site.Uninstalled:
		detail = "the remnant of the uninstalled add-on, its last secret, stays"
	}
	v.done(Rollback, detail, 0)
}

// enable sends nothing before the state is stored: an add-on that hears of enabled may call back at once.
func (v *verb) enable(ctx context.Context, in site.Installation) error {
	d, err := v.draftOf(in)
	if err != nil {
		return v.broken(Register, err)
	}
	if in.State == site.Enabled {
		v.done(Enable, "it is enabled already: enabled is not sent", 0)
		return nil
	}
	if err := v.setState(ctx, &in, site.Enabled); err != nil {
		return err
	}
	_ = v.tell(ctx, Enable, exchange.KindEnabled, in, d)
	return nil
}

// disable tells the add-on first, while its modules are still in place.
func (v *verb) disable(ctx context.Context, in site.Installation) error {
	d, err := v.draftOf(in)
	if err != nil {
		return v.broken(Disable, err)
	}
	if in.State == site.Disabled {
		v.done(Disable, "it is disabled already: disabled is not sent", 0)
		return nil
	}
	if err := v.tell(ctx, Disable, exchange.KindDisabled, in, d); err != nil && ctx.Err() != nil {
		return err
	}
	return v.setState(ctx, &in, site.Disabled)
}

// uninstall leaves the remnant whatever the add-on answers. Where disabled comes last it is signed
// with the secret that was in force: add-ons have to take it until they hear of another.
func (v *verb) uninstall(ctx context.Context, in site.Installation) error {
	d, err := v.draftOf(in)
	if err != nil {
		return v.broken(Disable, err)
	}
	enabled, last := in.State == site.Enabled, v.site.UninstalledFirst
	if enabled && !last {
		if err := v.tell(ctx, Disable, exchange.KindDisabled, in, d); err != nil && ctx.Err() != nil {
			return err
		}
	}
	_ = v.tell(ctx, Callback, exchange.KindUninstalled, in, d)
	if enabled && last {
		_ = v.tell(ctx, Disable, exchange.KindDisabled, in, d)
	}
	return v.setState(ctx, &in, site.Uninstalled)
}

// setState stores the new state, and is the register stage of the verbs that change nothing else.
func (v *verb) setState(ctx context.Context, in *site.Installation, state site.State) error {
	v.running(Register, "")
	in.State, in.UpdatedAt = state, v.m.clock()
	store := v.m.store.Put
	if state == site.Uninstalled {
		store = v.m.store.Settle
	}
	if err := store(context.WithoutCancel(ctx), *in); err != nil {
		return v.broken(Register, err)
	}
	v.done(Register, "now "+string(state), 0)
	return nil
}
