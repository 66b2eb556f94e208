package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"connect-workbench/ui/workbench"
)

type reachCommand struct {
	Project  string `placeholder:"DIR" help:"Project folder, or one that holds an atlassian-connect.json. Default: the sample project in your documents or data folder."`
	Addon    string `placeholder:"URL|builtin" help:"The add-on: the built-in server, or the address of a running one. Default: as the project says."`
	AnyPort  bool   `help:"Take any free ports instead of the project's; framing is then judged for those."`
	SetAside bool   `help:"Rename an unusable database and start with a new one."`
	formatOption
	Site string `placeholder:"ID" help:"The site whose pages are asked, signed. Default: the first that shows them."`
}

// Run asks every address of the project's descriptor. Exit code 1 means that one of them is out of
// reach, or would not be shown.
func (c reachCommand) Run(ctx context.Context, env Env) (err error) {
	ctx, stop := env.untilStopped(ctx)
	defer stop()
	logf := func(format string, args ...any) { fmt.Fprintf(env.Stderr, format+"\n", args...) }
	p := projectOptions{Project: c.Project, Addon: c.Addon, AnyPort: c.AnyPort, SetAside: c.SetAside}.params(logf)
	// A mistyped folder must not become a sample project whose addresses are all well.
	_, missing := os.Stat(filepath.Join(c.Project, "atlassian-connect.json"))
	p.Existing = c.Project == "" || missing != nil
	r, err := openProject(ctx, p, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	report, err := r.workbench.Reach(ctx, c.Site, nil)
	if err != nil && !report.Cancelled {
		return err
	}
	if err := c.print(env.Stdout, report); err != nil {
		return err
	}
	switch {
	case report.Cancelled:
		return exitError{code: ExitUnusable, err: errors.New("the check was cut off")}
	case report.Failed > 0:
		return exitError{code: ExitProblems}
	}
	return nil
}

func (c reachCommand) print(w io.Writer, report workbench.ReachReport) error {
	if c.Format == "json" {
		return writeJSON(w, report)
	}
	for _, a := range report.Addresses {
		code, ms := "-", "-"
		if a.Exchange != 0 {
			ms = strconv.FormatInt(a.Millis, 10)
		}
		if a.Status != 0 {
			code = strconv.Itoa(a.Status)
		}
		fmt.Fprintf(w, "%-9s %4s %6s ms  line %-4d %-9s %s  %s\n", reachWord(a.State), code, ms, a.Line, a.Use, a.Name, a.URL)
		for _, line := range []string{a.What, a.Do} {
			if line != "" {
				fmt.Fprintf(w, "    %s\n", line)
			}
		}
		if a.Unsigned != "" {
			fmt.Fprintf(w, "    asked without a signature: %s\n", a.Unsigned)
		}
	}
	fmt.Fprintf(w, "%s: %d ok, %s, %d failed, %d unknown, %d not asked; %s among them. Callbacks were asked with OPTIONS only.\n",
		report.Addon, report.OK, count(report.Warnings, "warning"), report.Failed, report.Unknown, report.NotAsked, count(report.Links, "link"))
	return nil
}

// reachWord is a state as a word of its own.
func reachWord(s workbench.ReachState) string {
	if s == workbench.ReachNotAsked {
		return "not asked"
	}
	return string(s)
}
