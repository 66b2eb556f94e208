package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"connect-workbench/ui/control"
	"connect-workbench/ui/workbench"
)

// closeLimit is how long ending may take: deliveries under way get their 10 s, and a little more.
const closeLimit = 12 * time.Second

// running is an open project, with its control API if that was asked for.
type running struct {
	workbench *workbench.Workbench
	control   *control.Server // nil: not asked for
	token     string          // of the control API
}

// openProject opens a project, and starts the control API beside it if asked to. p.Logf is required.
func openProject(ctx context.Context, p workbench.Params, withControl bool) (*running, error) {
	w, err := workbench.Open(ctx, p)
	if err != nil {
		return nil, err
	}
	r := &running{workbench: w}
	if !withControl {
		return r, nil
	}
	r.token = rand.Text()
	if r.control, err = control.Start(ctx, w, r.token, p.Logf); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

// close ends in the order that lets requests under way finish.
func (r *running) close() error {
	err := r.closeControl()
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	return errors.Join(err, r.workbench.Close(ctx))
}

// closeControl ends the control API alone. It may be called again.
func (r *running) closeControl() error {
	if r.control == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	err := r.control.Close(ctx)
	r.control = nil
	return err
}
