package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"connect-workbench/ui/workbench"
)

type windowCommand struct {
	projectOptions
	Theme       string `enum:"system,light,dark" default:"system" help:"Colours: system, light or dark."`
	Place       string `enum:",descriptor,sites,events,pages,exchanges,tokens,connect" default:"" placeholder:"NAME" help:"Place to start with: descriptor, sites, events, pages, exchanges, tokens or connect."`
	ControlFile string `type:"path" placeholder:"FILE" help:"Run the control API beside the window and write its address and token to FILE."`

	ThreadChecks bool `hidden:"" help:"Report calls from the wrong goroutine; for the smoke test."`
}

// Run opens the window, or serves the same project without one when there is no display.
func (c windowCommand) Run(ctx context.Context, env Env) error {
	if !env.HasDisplay() {
		fmt.Fprintln(env.Stderr, "No display was found, so the same project runs without a window: open the sites in a browser; Ctrl+C ends.")
		return serveCommand{projectOptions: c.projectOptions, Format: "text", installSample: true}.Run(ctx, env)
	}
	ctx, stop := env.untilStopped(ctx)
	defer stop()
	err := c.open(ctx, env)
	var start startError
	if !errors.As(err, &start) {
		return err
	}
	printError(env.Stderr, start.err)
	if env.StartFailed(ctx, start.err, workbench.CanSetAside(start.err)) {
		return env.Restart(ctx, "--set-aside")
	}
	return exitError{code: ExitUnusable} // said already, on stderr and on screen
}

// startError means that the project could not be opened; no window was shown.
type startError struct{ err error }

func (e startError) Error() string { return e.err.Error() }

func (e startError) Unwrap() error { return e.err }

// open opens the project and shows its window until that is closed.
func (c windowCommand) open(ctx context.Context, env Env) (err error) {
	logf := func(format string, args ...any) { fmt.Fprintf(env.Stderr, format+"\n", args...) }
	r, err := openProject(ctx, c.projectOptions.params(logf), c.ControlFile != "")
	if err != nil {
		return startError{err}
	}
	defer func() { err = errors.Join(err, r.close()) }()
	if c.ControlFile != "" {
		if err := writeControlFile(c.ControlFile, r); err != nil {
			return err
		}
		defer os.Remove(c.ControlFile)
	}
	r.workbench.InstallSample()
	return env.Window(ctx, r.workbench, WindowOptions{Theme: c.Theme, Place: c.Place, ThreadChecks: c.ThreadChecks})
}

// writeControlFile tells scripts where the control API is; only the owner may read it.
func writeControlFile(path string, r *running) error {
	data, err := json.Marshal(map[string]string{"control": r.control.URL(), "token": r.token})
	if err == nil {
		err = os.WriteFile(path, append(data, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("write the control file: %w", err)
	}
	return nil
}
