package sites

import (
	"context"
	"errors"
	"strings"

	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/ask"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/workbench"
)

// carry runs one lifecycle verb on a site and shows its steps as they happen.
func (v *View) carry(s workbench.SiteState, title string, verb func(context.Context, func(install.Stage)) error) {
	if v.model.busy(s.ID) {
		return
	}
	r := v.model.begin(s.ID, title)
	v.showSite()
	v.env.Start(title, func(ctx context.Context, report func(string)) error {
		return verb(ctx, func(stage install.Stage) {
			report(string(stage.Name))
			v.env.Post(func() {
				r.add(stage)
				v.showRun()
			})
		})
	}, func(err error) {
		r.end(err)
		v.reload()
		v.report(title, err)
	})
}

// report shows an error that no step shows. A refusal is open in the list of steps, and a
// cancelled run says so there.
func (v *View) report(title string, err error) {
	var refused *install.Error
	if err == nil || errors.As(err, &refused) || errors.Is(err, context.Canceled) {
		return
	}
	v.env.Fail(title, err)
}

// install does what the primary button says on the selected site.
func (v *View) install() {
	s, ok := v.model.site()
	if !ok {
		return
	}
	v.installFrom(s, v.model.verb(s), strings.TrimSpace(v.model.address))
}

// installFrom installs what a descriptor URL serves, the project's own add-on for "".
func (v *View) installFrom(s workbench.SiteState, title, url string) {
	if v.model.busy(s.ID) {
		return
	}
	v.carry(s, title, func(ctx context.Context, progress func(install.Stage)) error {
		return v.host.Install(ctx, s.ID, url, progress)
	})
	v.model.runs[s.ID].Own = url == "" && v.model.addon.Mode == workbench.Builtin
}

// toggle disables an enabled add-on and enables any other.
func (v *View) toggle(s workbench.SiteState, a workbench.AddonOnSite) {
	enable := a.State != site.Enabled
	title := "Disable " + name(a) + " on " + s.Title
	if enable {
		title = "Enable " + name(a) + " on " + s.Title
	}
	v.carry(s, title, func(ctx context.Context, progress func(install.Stage)) error {
		return v.host.SetEnabled(ctx, s.ID, a.Key, enable, progress)
	})
}

// askUninstall asks once, naming add-on and site.
func (v *View) askUninstall(s workbench.SiteState, a workbench.AddonOnSite) {
	title := "Uninstall " + name(a) + " from " + s.Title
	ask.Show(v.env.Window, ask.Question{
		Title: title + "?",
		Text:  "The site forgets its modules and calls the add-on's uninstalled URL. The shared secret is kept for a later re-install.",
		Answers: []ask.Answer{
			{Label: "Uninstall from " + place.Short(s.Title), Danger: true, Run: func() {
				v.carry(s, title, func(ctx context.Context, progress func(install.Stage)) error {
					return v.host.Uninstall(ctx, s.ID, a.Key, progress)
				})
			}},
			{Label: "Keep it"},
		},
	})
}

// Commands are what can be done here, for the menu and the command box.
func (v *View) Commands() []place.Command {
	return []place.Command{
		{Title: "Install the add-on on the selected site", Run: v.install},
		{Title: "Install the add-on on every site in scope", Run: v.installEverywhere},
		{Title: "Publish an update of the add-on on the selected site", Run: v.publishOwn},
		{Title: "Fail the next install on the selected site…", Run: v.openFaults},
		{Title: "Open the selected site in the browser", Run: v.openSite},
		{Title: "Add a JIRA site", Run: func() { v.addSite(site.Jira) }},
		{Title: "Add a Confluence site", Run: func() { v.addSite(site.Confluence) }},
		{Title: "Change the settings of the selected site", Run: v.editSettings},
		{Title: "Clone the selected site", Run: v.cloneSite},
		{Title: "Reset the selected site…", Run: v.askReset},
		{Title: "Remove the selected site…", Run: v.askRemove},
	}
}

// installEverywhere installs the project's own add-on on each site of the window's scope.
func (v *View) installEverywhere() {
	v.reload()
	for _, s := range v.model.shown() {
		v.installFrom(s, "Install on "+place.Short(s.Title), "")
	}
}

func (v *View) openSite() {
	if s, ok := v.model.site(); ok {
		v.env.OpenURL(s.BaseURL)
	}
}

// name is how an add-on is spoken of.
func name(a workbench.AddonOnSite) string {
	if a.Name != "" {
		return a.Name
	}
	return a.Key
}
