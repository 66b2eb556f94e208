package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"connect-workbench/mockhost/database"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

// sitesCommands change the sites of a project that no other program has open. A program that runs
// is asked by its control API instead.
type sitesCommands struct {
	List   siteListCommand   `cmd:"" default:"withargs" help:"List the sites (the default)."`
	Add    siteAddCommand    `cmd:"" help:"Add a site."`
	Rename siteRenameCommand `cmd:"" help:"Give a site another title."`
	Set    siteSetCommand    `cmd:"" help:"Change settings of a site."`
	Clone  siteCloneCommand  `cmd:"" help:"Add another customer with the settings and users of a site."`
	Remove siteRemoveCommand `cmd:"" help:"Remove a site and forget what was installed there; add-ons are not told."`
	Reset  siteResetCommand  `cmd:"" help:"Forget what was installed on a site; add-ons are not told."`
}

// siteOptions say which project is meant, and how the answer is written.
type siteOptions struct {
	Project string `placeholder:"DIR" help:"Project folder. Default: the sample project in your documents or data folder."`
	Format  string `enum:"text,json" default:"text" help:"text or json."`
}

// settingOptions are settings by the names they have in workbench.json.
type settingOptions struct {
	Set map[string]string `placeholder:"NAME=VALUE" help:"A setting by its name in workbench.json: licence=none, era=cloud-2016, port=2995. Lists and objects as JSON. May be repeated."`
}

// members are the settings as JSON: a value that is JSON stands for itself, another one is text.
func (o settingOptions) members() map[string]json.RawMessage {
	members := map[string]json.RawMessage{}
	for name, value := range o.Set {
		if json.Valid([]byte(value)) && !textSetting(name) {
			members[name] = json.RawMessage(value)
			continue
		}
		text, _ := json.Marshal(value) // a string always can
		members[name] = text
	}
	return members
}

// textSetting reports whether a setting is text even where it looks like a number.
func textSetting(name string) bool {
	return slices.Contains([]string{"title", "clientKey", "oauthClientId", "serverVersion"}, name)
}

// with opens the project, without taking the ports of its sites from a program that may use them.
func (o siteOptions) with(ctx context.Context, env Env, f func(*workbench.Workbench) error) (err error) {
	logf := func(format string, args ...any) { fmt.Fprintf(env.Stderr, format+"\n", args...) }
	r, err := openProject(ctx, workbench.Params{ProjectDir: o.Project, Existing: true, AnyPort: true, Logf: logf}, false)
	var unusable *database.UnusableError
	if errors.As(err, &unusable) && unusable.InUse {
		fmt.Fprintln(env.Stderr, "A program that has the project open changes its sites by the control API: see the README.")
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	return f(r.workbench)
}

// print writes the settings of sites.
func (o siteOptions) print(env Env, sites ...site.Site) error {
	if o.Format == "json" {
		encoder := json.NewEncoder(env.Stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(sites)
	}
	table := tabwriter.NewWriter(env.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tPRODUCT\tPORT\tPATH\tLICENCE\tERA\tTITLE")
	for _, s := range sites {
		era := s.Era
		if era == "" {
			era = site.CloudNow
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\t%s\n", s.ID, s.Product, s.Port, cmp.Or(s.ContextPath, "/"), s.Licence, era, s.Title)
	}
	return table.Flush()
}

// change opens the project, changes one site and prints it.
func (o siteOptions) change(ctx context.Context, env Env, id string, members map[string]json.RawMessage) error {
	return o.with(ctx, env, func(w *workbench.Workbench) error {
		if _, err := w.PatchSite(ctx, id, members); err != nil {
			return err
		}
		changed, err := w.SiteSettings(id)
		if err != nil {
			return err
		}
		return o.print(env, changed)
	})
}

// add adds a site that is made when the project is open, and prints it.
func (o siteOptions) add(ctx context.Context, env Env, make func(*workbench.Workbench) (site.Site, error)) error {
	return o.with(ctx, env, func(w *workbench.Workbench) error {
		wanted, err := make(w)
		if err != nil {
			return err
		}
		if _, err := w.AddSite(ctx, wanted); err != nil {
			return err
		}
		return o.print(env, wanted)
	})
}

type siteListCommand struct{ siteOptions }

// Run lists the sites.
func (c siteListCommand) Run(ctx context.Context, env Env) error {
	return c.with(ctx, env, func(w *workbench.Workbench) error {
		var all []site.Site
		for _, s := range w.Sites() {
			settings, err := w.SiteSettings(s.ID)
			if err != nil {
				return err
			}
			all = append(all, settings)
		}
		return c.print(env, all...)
	})
}

type siteAddCommand struct {
	siteOptions
	settingOptions
	Product string `enum:"jira,confluence" required:"" help:"jira or confluence."`
	Title   string `help:"Title; the id is made of it."`
}

// Run adds a site.
func (c siteAddCommand) Run(ctx context.Context, env Env) error {
	return c.add(ctx, env, func(w *workbench.Workbench) (site.Site, error) {
		s, err := w.SiteWith(w.NewSite(site.Product(c.Product), c.Title), c.members())
		if err != nil {
			return s, fmt.Errorf("settings of the new site: %s", workbench.JSONFault(err))
		}
		return s, nil
	})
}

type siteRenameCommand struct {
	siteOptions
	Site  string `arg:"" help:"Id of the site."`
	Title string `arg:"" help:"Its new title."`
}

// Run gives a site another title.
func (c siteRenameCommand) Run(ctx context.Context, env Env) error {
	return c.change(ctx, env, c.Site, settingOptions{Set: map[string]string{"title": c.Title}}.members())
}

type siteSetCommand struct {
	siteOptions
	Site   string   `arg:"" help:"Id of the site."`
	Values []string `arg:"" placeholder:"NAME=VALUE" help:"Settings by their names in workbench.json: licence=none, era=cloud-2016, port=2995. Lists and objects as JSON."`
}

// Run changes settings of a site.
func (c siteSetCommand) Run(ctx context.Context, env Env) error {
	set := map[string]string{}
	for _, one := range c.Values {
		name, value, ok := strings.Cut(one, "=")
		if !ok || name == "" {
			return fmt.Errorf("%q is no setting: write NAME=VALUE", one)
		}
		set[name] = value
	}
	return c.change(ctx, env, c.Site, settingOptions{Set: set}.members())
}

type siteCloneCommand struct {
	siteOptions
	Site  string `arg:"" help:"Id of the site to clone."`
	Title string `help:"Title of the new site."`
}

// Run adds another customer like a site.
func (c siteCloneCommand) Run(ctx context.Context, env Env) error {
	return c.add(ctx, env, func(w *workbench.Workbench) (site.Site, error) { return w.CloneOf(c.Site, c.Title) })
}

type siteRemoveCommand struct {
	siteOptions
	Site string `arg:"" help:"Id of the site."`
}

// Run removes a site.
func (c siteRemoveCommand) Run(ctx context.Context, env Env) error {
	return c.with(ctx, env, func(w *workbench.Workbench) error { return w.RemoveSite(ctx, c.Site) })
}

type siteResetCommand struct {
	siteOptions
	Site string `arg:"" help:"Id of the site."`
}

// Run resets a site.
func (c siteResetCommand) Run(ctx context.Context, env Env) error {
	return c.with(ctx, env, func(w *workbench.Workbench) error { return w.ResetSite(ctx, c.Site) })
}
