package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
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

func openProject(ctx context.Context, p workbench.Params, withControl bool) (*running, error) {
	w, err := workbench.Open(ctx, p)
	if err != nil {
		return nil, err
	}
	r := &running{workbench: w}
	if !withControl {
		return r, nil
	}
	secret := make([]byte, 24)
	if _, err = rand.Read(secret); err == nil {
		r.token = hex.EncodeToString(secret)
		r.control, err = control.Start(w, r.token)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the control API: %w", err), r.close())
	}
	return r, nil
}

// close ends in the order that lets requests under way finish.
func (r *running) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	var errs []error
	if r.control != nil {
		errs = append(errs, r.control.Close(ctx))
	}
	return errors.Join(append(errs, r.workbench.Close(ctx))...)
}
