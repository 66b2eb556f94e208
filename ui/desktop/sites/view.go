// Package sites is the place of the pretend customers: what each site is, what is installed on
// it, and how the last install went, step by step.
package sites

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// Host is what the place needs of the workbench.
type Host interface {
	Sites() []workbench.SiteState
	Addon() workbench.AddonState
	InstallKeysURL() string
	Install(ctx context.Context, siteID, descriptorURL string, progress func(install.Stage)) error
	SetEnabled(ctx context.Context, siteID, addonKey string, enabled bool, progress func(install.Stage)) error
	Uninstall(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) error
	NewSite(product site.Product, title string) site.Site
	CloneOf(siteID, title string) (site.Site, error)
	NewUser() site.User
	SiteSettings(siteID string) (site.Site, error)
	AddSite(ctx context.Context, s site.Site) (workbench.SiteState, error)
	ChangeSite(ctx context.Context, s site.Site) (workbench.SiteState, error)
	RemoveSite(ctx context.Context, siteID string) error
	ResetSite(ctx context.Context, siteID string) error
	Subscribe(func(workbench.Change)) (cancel func())
	upgrades
	faults
}

// reloadEvery bounds how often the sites are read again while changes pour in.
const reloadEvery = 80 * time.Millisecond

// listShare is the list's part of the width at first.
const listShare = 0.34

// View is the place. Make it with New.
type View struct {
	host        Host
	env         place.Env
	model       model
	unsubscribe func()

	content *fyne.Container // the sites, or that there are none
	split   *widgets.Split
	empty   fyne.CanvasObject
	list    *widgets.Rows
	detail  *detail
	form    *form
}

// New makes the place and shows the sites in it.
func New(h Host, env place.Env) *View {
	v := &View{host: h, env: env}
	v.build()
	reload := post.Coalesced(env.Post, reloadEvery, v.reload)
	v.unsubscribe = h.Subscribe(func(c workbench.Change) {
		if c == workbench.SitesChanged || c == workbench.AddonChanged {
			reload()
		}
	})
	v.reload()
	return v
}

// ID names the place.
func (v *View) ID() string { return "sites" }

// Title is the word on the rail.
func (v *View) Title() string { return "Sites" }

// Icon is the picture on the rail.
func (v *View) Icon() fyne.Resource { return theme.IconSites }

// Close stops listening for changes. What runs was started through the window, which ends it.
func (v *View) Close() { v.unsubscribe() }

// Content is the place itself.
func (v *View) Content() fyne.CanvasObject { return v.content }

func (v *View) build() {
	v.list = widgets.NewRows(widgets.RowsParams{
		Columns: []widgets.Column{
			{Title: "Site", Width: theme.LabelWidth, Flex: 1},
			{Title: "Product", Width: theme.LabelWidth - 2*theme.Indent},
			{Title: "Add-ons", Width: theme.LabelWidth - theme.Indent},
		},
		Length:     func() int { return len(v.model.shown()) },
		Cell:       v.cell,
		OnSelect:   v.selected,
		OnActivate: func(int) { v.openSite() },
	})
	v.detail, v.form = newDetail(v), newForm(v)
	v.empty = widgets.NewEmpty(theme.IconSites, "No site in this project",
		"Sites are the pretend customers the add-on is installed on: any number of JIRA and Confluence sites, each with an address, a clientKey and people of its own.",
		"Add a JIRA site", func() { v.addSite(site.Jira) })
	adding := widgets.NewBar(
		widget.NewButtonWithIcon("JIRA site", theme.IconPlus, func() { v.addSite(site.Jira) }),
		widget.NewButtonWithIcon("Confluence site", theme.IconPlus, func() { v.addSite(site.Confluence) }),
	)
	left := container.New(inspect.Under(), adding, v.list)
	v.split = widgets.NewSplit(widgets.Horizontal, left, container.NewStack(v.detail.panel, v.form.panel), listShare)
	v.content = container.NewStack(v.split, v.empty)
}

// Shown reads the sites again and puts the keys on the list. The canvas is asked of the window:
// a place that was never painted has none yet.
func (v *View) Shown() {
	v.reload()
	v.env.Window.Canvas().Focus(v.list)
}

// Receive selects a site.
func (v *View) Receive(t place.Target) {
	if t.Site != "" {
		v.model.selected = t.Site
		v.reload()
	}
}

// reload reads the sites and draws what there is.
func (v *View) reload() {
	v.model.take(v.host.Sites(), v.host.Addon(), v.env.Site())
	v.model.installKeys = v.host.InstallKeysURL()
	if len(v.model.shown()) == 0 {
		v.split.Hide()
		v.empty.Show()
	} else {
		v.empty.Hide()
		v.split.Show()
	}
	v.list.Mark(v.model.index())
	v.list.Refresh()
	v.showSite()
	v.content.Refresh()
}

func (v *View) selected(row int) {
	shown := v.model.shown()
	if row < 0 || row >= len(shown) || shown[row].ID == v.model.selected {
		return
	}
	v.model.selected = shown[row].ID
	v.showSite()
}

func (v *View) cell(row, column int) widgets.Cell {
	s := v.model.shown()[row]
	switch column {
	case 0:
		status := v.siteStatus(s)
		return widgets.Cell{Text: s.Title, Bold: true, Icon: status.Icon().In(status.Color())}
	case 1:
		return widgets.Cell{Text: s.Product.Name(), Color: theme.Muted}
	default:
		return widgets.Cell{Text: addons(s), Color: theme.Muted}
	}
}

// siteStatus is how a site stands: busy, failed last time, with a version that waits, with an enabled
// add-on, or without.
func (v *View) siteStatus(s workbench.SiteState) widgets.Status {
	if r := v.model.runs[s.ID]; r != nil {
		switch {
		case r.Running:
			return widgets.StatusRunning
		case r.Err != nil:
			return widgets.StatusFailed
		}
	}
	if waitingAddons(s) > 0 {
		return widgets.StatusWarning
	}
	for _, a := range s.Addons {
		if a.State == site.Enabled {
			return widgets.StatusOK
		}
	}
	return widgets.StatusPending
}

var (
	_ place.Place    = (*View)(nil)
	_ place.Receiver = (*View)(nil)
)
