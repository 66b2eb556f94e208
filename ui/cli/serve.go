package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/ui/control"
	"connect-workbench/ui/workbench"
)

type serveCommand struct {
	projectOptions
	Format string `enum:"text,json" default:"text" help:"text, or json: one JSON object a line, the first says ready."`

	installSample bool // the first start without a display shows a working whole, like the window
}

// ready is the first line of serve --format json.
type ready struct {
	Event       string         `json:"event"`
	Control     string         `json:"control"`
	Token       string         `json:"token"`
	InstallKeys string         `json:"installKeys"`
	OAuth       string         `json:"oauth"`
	Proxy       string         `json:"proxy"`
	CAFile      string         `json:"caFile"`
	Addon       map[string]any `json:"addon"`
	Sites       []readySite    `json:"sites"`
}

type readySite struct {
	ID        string `json:"id"`
	Product   string `json:"product"`
	BaseURL   string `json:"baseUrl"`
	ClientKey string `json:"clientKey"`
}

// exchangeLine is every later line of serve --format json.
type exchangeLine struct {
	Event string `json:"event"`
	control.Exchange
}

// Run serves until ctx ends or the person stops the program; both are a good end.
func (c serveCommand) Run(ctx context.Context, env Env) (err error) {
	ctx, stop := env.untilStopped(ctx)
	defer stop()
	logf := func(format string, args ...any) { fmt.Fprintf(env.Stderr, format+"\n", args...) }
	r, err := openProject(ctx, c.params(logf), true)
	if err != nil {
		return unlessStopped(ctx, err)
	}
	defer func() { err = errors.Join(err, r.close()) }()
	w := r.workbench

	news := make(chan struct{}, 1)
	news <- struct{}{}
	cancel := w.Subscribe(func(change workbench.Change) {
		if change == workbench.ExchangesChanged {
			select {
			case news <- struct{}{}:
			default:
			}
		}
	})
	defer cancel()

	last, err := newestID(ctx, w)
	if err != nil {
		return unlessStopped(ctx, err)
	}
	if err := c.printReady(env, w, r.control.URL(), r.token); err != nil {
		return err
	}
	if c.installSample {
		w.InstallSample()
	}
	for {
		select {
		case <-ctx.Done():
			closeErr := r.closeControl()
			_, err := c.printNews(context.WithoutCancel(ctx), env.Stdout, w, last) // what was under way until now
			return errors.Join(closeErr, err)
		case <-news:
			if last, err = c.printNews(ctx, env.Stdout, w, last); unlessStopped(ctx, err) != nil {
				return err
			}
		}
	}
}

// unlessStopped is err, except when it says no more than that the program was stopped.
func unlessStopped(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func newestID(ctx context.Context, w *workbench.Workbench) (int64, error) {
	rows, err := w.ExchangeRows(ctx, "", 0, 0, 1)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return rows[0].ID, nil
}

func (c serveCommand) printReady(env Env, w *workbench.Workbench, controlURL, token string) error {
	for _, n := range w.Notices() {
		fmt.Fprintf(env.Stderr, "%s: %s %s\n", n.Level, n.Text, n.Advice)
	}
	addon, connect := w.Addon(), w.ConnectGuide().Addresses
	if c.Format == "json" {
		line := ready{Event: "ready", Control: controlURL, Token: token,
			InstallKeys: connect.InstallKeys, OAuth: connect.OAuth, Proxy: connect.Proxy, CAFile: connect.CAFile,
			Addon: map[string]any{"baseUrl": addon.BaseURL, "mode": addon.Mode}, Sites: []readySite{}}
		for _, s := range w.Sites() {
			line.Sites = append(line.Sites, readySite{ID: s.ID, Product: string(s.Product), BaseURL: s.BaseURL, ClientKey: s.ClientKey})
		}
		return json.NewEncoder(env.Stdout).Encode(line)
	}
	out := env.Stdout
	fmt.Fprintf(out, "project       %s\n", w.Project().Dir)
	fmt.Fprintf(out, "add-on        %s (%s)\n", addon.BaseURL, addon.Mode)
	for _, s := range w.Sites() {
		fmt.Fprintf(out, "site          %s  %s\n", s.BaseURL, s.Title)
	}
	fmt.Fprintf(out, "install keys  %s\n", connect.InstallKeys)
	fmt.Fprintf(out, "oauth         %s\n", connect.OAuth)
	fmt.Fprintf(out, "proxy         %s\n", connect.Proxy)
	fmt.Fprintf(out, "CA file       %s\n", connect.CAFile)
	fmt.Fprintf(out, "control API   %s\n", controlURL)
	fmt.Fprintf(out, "token         %s\n", token)
	fmt.Fprintln(out)
	return nil
}

// printNews prints the exchanges after last, oldest first, and gives the newest id.
func (c serveCommand) printNews(ctx context.Context, out io.Writer, w *workbench.Workbench, last int64) (int64, error) {
	const pageSize = 500
	var rows []exchange.Row
	before := int64(0)
	for {
		page, err := w.ExchangeRows(ctx, "", before, last, pageSize)
		if err != nil {
			return last, err
		}
		rows = append(rows, page...)
		if len(page) < pageSize {
			break
		}
		before = page[len(page)-1].ID
	}
	slices.Reverse(rows)
	for _, row := range rows {
		if err := c.printRow(out, row); err != nil {
			return last, err
		}
		last = row.ID
	}
	return last, nil
}

func (c serveCommand) printRow(out io.Writer, row exchange.Row) error {
	if c.Format == "json" {
		return json.NewEncoder(out).Encode(exchangeLine{Event: "exchange", Exchange: control.NewExchange(row)})
	}
	direction := "->"
	if row.Direction == exchange.ToHost {
		direction = "<-"
	}
	outcome := row.Error
	if row.Status != 0 {
		outcome = fmt.Sprint(row.Status)
	}
	verdict := ""
	if row.Judged && !row.OK {
		verdict = "  x " + row.Summary
	}
	_, err := fmt.Fprintf(out, "%s %-10s %s %-11s %s %s  %s%s  %s\n", row.Start.Format("15:04:05"), row.Site, direction, row.Kind,
		row.Method, row.URL, outcome, verdict, row.Duration.Round(time.Millisecond/10))
	return err
}
