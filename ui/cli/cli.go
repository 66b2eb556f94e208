// Package cli is the command line: validate, compare, serve, sites and jwt for shells and CI, and the start of the
// window.
//
// Answers go to stdout, everything else to stderr. Exit codes: 0 all is well, 1 the thing looked at
// is at fault (a problem of severity error, a refused token), 2 the command could not do its work
// (bad usage, unreadable input, a project that does not open).
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"connect-workbench/ui/workbench"
)

// Exit codes of every command.
const (
	ExitOK       = 0
	ExitProblems = 1
	ExitUnusable = 2
)

// Env is what the commands may touch of the outside.
type Env struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	// UntilStopped gives a context that ends when the person stops the program. The commands that
	// run until then ask for it; the others die of the signal, as filters do. nil: never stopped.
	UntilStopped func(context.Context) (context.Context, context.CancelFunc)

	HasDisplay func() bool // whether a window can be opened here
	// Window shows an open project until its window is closed or ctx ends.
	Window func(ctx context.Context, w *workbench.Workbench, o WindowOptions) error
	// StartFailed shows, in a window, why a project could not be opened. With offer it also offers
	// to set the unusable database aside, and reports whether the person wants that.
	StartFailed func(ctx context.Context, err error, offer bool) (setAside bool)
	// Restart runs this program again with more arguments and waits for its end. A process can
	// show windows only once, so a second try after StartFailed needs a new one.
	Restart func(ctx context.Context, more ...string) error
}

// WindowOptions are the options of the window command.
type WindowOptions struct {
	Theme        string // "system", "light" or "dark"
	Place        string // id of the place to start with; "" is the first
	ThreadChecks bool   // keep Fyne's thread checks on: the smoke test fails on what they report
}

// projectOptions say which project a command opens, and how.
type projectOptions struct {
	Project  string `placeholder:"DIR" help:"Project folder; a new or empty one is filled with the sample. Default: the sample project in your documents or data folder."`
	Addon    string `placeholder:"URL|builtin" help:"The add-on: the built-in server, or the address of a running one. Default: as the project says."`
	AnyPort  bool   `help:"Take any free ports instead of the project's."`
	SetAside bool   `help:"Rename an unusable database and start with a new one."`
}

// params are the workbench parameters these options stand for.
func (o projectOptions) params(logf func(string, ...any)) workbench.Params {
	return workbench.Params{ProjectDir: o.Project, Addon: o.Addon, AnyPort: o.AnyPort, SetAside: o.SetAside, Logf: logf}
}

type commands struct {
	Window   windowCommand   `cmd:"" default:"withargs" help:"Open the window (the default)."`
	Validate validateCommand `cmd:"" help:"Check descriptor files."`
	Compare  compareCommand  `cmd:"" help:"Tell what a new version of a descriptor changes, and whether it waits for administrators."`
	Serve    serveCommand    `cmd:"" help:"Run host, sites and add-on without a screen until interrupted."`
	Reach    reachCommand    `cmd:"" help:"Ask whether the running add-on answers at every address of the descriptor."`
	Sites    sitesCommands   `cmd:"" help:"List and change the sites of a project that is not open."`
	JWT      jwtCommands     `cmd:"" name:"jwt" help:"Decode, verify and sign tokens, and compute qsh."`
}

// exitError ends the program with a code; the text, if any, goes to stderr.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

// Run carries out one command line (without the program name) and gives the exit code.
func Run(ctx context.Context, args []string, env Env) int {
	var cmds commands
	exited := -1
	out := &output{w: env.Stdout}
	env.Stdout = out
	parser, err := kong.New(&cmds,
		kong.Name("connect-workbench"),
		kong.Description("A pretend JIRA and Confluence for the people who maintain Connect add-ons: install, fire events, open pages, see every signed exchange. Everything stays on this machine."),
		kong.Writers(env.Stdout, env.Stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(env),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		fmt.Fprintln(env.Stderr, "connect-workbench:", err)
		return ExitUnusable
	}
	command, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		fmt.Fprintf(env.Stderr, "connect-workbench: %v\nTry connect-workbench --help.\n", err)
		return ExitUnusable
	}
	err = command.Run()
	if out.err != nil && !errors.Is(err, out.err) { // the answer did not get through, whatever it was
		err = fmt.Errorf("write the answer: %w", out.err)
	}
	return report(env, err)
}

// output is stdout that remembers the first error: an answer that was cut off must not end with
// exit code 0.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// untilStopped is ctx until the person stops the program.
func (e Env) untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	if e.UntilStopped == nil {
		return ctx, func() {}
	}
	return e.UntilStopped(ctx)
}

func report(env Env, err error) int {
	if err == nil {
		return ExitOK
	}
	var exit exitError
	if errors.As(err, &exit) {
		if exit.err != nil {
			printError(env.Stderr, exit.err)
		}
		return exit.code
	}
	printError(env.Stderr, err)
	return ExitUnusable
}

func printError(w io.Writer, err error) {
	fmt.Fprintf(w, "connect-workbench: %s\n", strings.TrimSuffix(err.Error(), "."))
	if advice := workbench.Advice(err); advice != "" {
		fmt.Fprintln(w, advice)
	}
}
