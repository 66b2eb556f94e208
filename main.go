// Connect Workbench plays the JIRA and Confluence side of Atlassian Connect on this machine, for
// the people who maintain Connect add-ons: as a desktop program, and without a screen for CI.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	_ "time/tzdata" // users live in time zones that not every machine has a list of

	"connect-workbench/ui/cli"
	"connect-workbench/ui/desktop"
	"connect-workbench/ui/desktop/theme"
	_ "connect-workbench/ui/locale" // before Fyne: see there
	"connect-workbench/ui/workbench"
)

func main() {
	os.Exit(cli.Run(context.Background(), os.Args[1:], cli.Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, UntilStopped: untilStopped,
		HasDisplay: desktop.HasDisplay, Window: openWindow, StartFailed: desktop.RunStartFailed, Restart: restart,
	}))
}

// untilStopped ends with the first SIGINT or SIGTERM; the second ends the program at once. A reader
// of stdout that goes away becomes an error of the next write, so that the project is closed then too.
func untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return ctx, stop
}

// openWindow shows an open project until its window is closed.
func openWindow(ctx context.Context, w *workbench.Workbench, o cli.WindowOptions) error {
	variants := map[string]theme.Variant{"system": theme.System, "light": theme.Light, "dark": theme.Dark}
	return desktop.Run(ctx, w, desktop.Options{Variant: variants[o.Theme], Open: o.Place, CheckThreads: o.ThreadChecks})
}

// restart runs this program again with more arguments and waits for its end.
func restart(ctx context.Context, more ...string) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("start again: %w", err)
	}
	command := exec.CommandContext(ctx, self, append(os.Args[1:], more...)...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("start again: %w", err)
	}
	return nil
}
