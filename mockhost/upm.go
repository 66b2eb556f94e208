package mockhost

import (
	"context"
	"errors"

	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/upm"
)

// upmVerbs is the host as the REST of the add-on manager uses it.
type upmVerbs struct{ h *Host }

var _ upm.Verbs = upmVerbs{}

// Install is by hand, as in the real manager: whoever registers an add-on agrees to what it asks for.
func (v upmVerbs) Install(ctx context.Context, siteID, descriptorURL string, downloaded func()) (site.Installation, error) {
	defer v.h.changed()
	return v.h.Install(ctx, siteID, descriptorURL, func(s install.Stage) {
		if s.Name == install.Fetch && s.State == install.Done {
			downloaded()
		}
	})
}

func (v upmVerbs) SetEnabled(ctx context.Context, siteID, addonKey string, enabled bool) error {
	defer v.h.changed()
	return v.h.SetEnabled(ctx, siteID, addonKey, enabled, nil)
}

func (v upmVerbs) Uninstall(ctx context.Context, siteID, addonKey string) error {
	defer v.h.changed()
	return v.h.Uninstall(ctx, siteID, addonKey, nil)
}

// Background counts as a verb under way, so Close waits for it.
func (v upmVerbs) Background(work func(context.Context)) error {
	ctx, done, err := v.h.begin(v.h.ctx)
	if err != nil {
		return err
	}
	go func() {
		defer done()
		work(ctx)
	}()
	return nil
}

func (v upmVerbs) Explain(err error) upm.Failure {
	var refused *install.Error
	if errors.As(err, &refused) {
		return upm.Failure{Key: refused.Problem.Key, Admin: refused.Problem.Admin}
	}
	v.h.logf("add-on manager: %v", err)
	return upm.Failure{Key: "workbench.error", Admin: "Something went wrong on this site: " + err.Error() + "."}
}
