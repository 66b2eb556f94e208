// Package pages is the place that opens the pages, panels and macros of installed add-ons as
// a chosen person in a chosen context: the signed request as it will be made, its token, the
// answer, and whether a browser would show that inside the host's page.
//
// Signing costs next to nothing and sends nothing, so the request is signed anew whenever the
// form changes, off the UI goroutine. Only Request page and Open in browser make a request.
package pages

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/page"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/task"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// host is what the place needs of the workbench.
type host interface {
	Subscribe(f func(workbench.Change)) (cancel func())
	Sites() []workbench.SiteState
	Pages(siteID string) ([]page.Module, error)
	PageContext(siteID string, m page.Module) map[string]string
	SignPage(ctx context.Context, siteID string, r page.Request) (page.Signed, error)
	OpenPage(ctx context.Context, siteID string, r page.Request) (page.Signed, exchange.Record, error)
}

// signInterval is how often, at most, the request is signed anew while the form changes.
const signInterval = 150 * time.Millisecond

// View is the Pages place.
type View struct {
	host  host
	env   place.Env
	group *task.Group
	state state

	search *widgets.FilterBox
	list   *widgets.Rows
	listed []entry // what the list shows

	heading *widget.Label
	about   *widget.Label
	open    *widget.Button
	request *widget.Button
	form    *form
	failure *widgets.ErrorPanel
	signed  *signedView
	answer  *answerView
	right   fyne.CanvasObject
	none    *fyne.Container
	whole   fyne.CanvasObject

	reading    *task.Lane[[]entry]
	signing    *task.Lane[page.Signed]
	requesting bool
	wanted     *place.Target // what was asked for before its page was known
	changed    func()        // asks for the request to be signed again, soon

	unsubscribe func()
}

// New makes the place.
func New(h host, env place.Env) *View {
	group := task.NewGroup(env.Post)
	v := &View{
		host:    h,
		env:     env,
		group:   group,
		reading: task.NewLane[[]entry](group),
		signing: task.NewLane[page.Signed](group),
	}
	v.changed = post.Coalesced(env.Post, signInterval, v.sign)
	v.build()
	v.readPages()
	sites := post.Coalesced(env.Post, signInterval, v.readPages)
	v.unsubscribe = h.Subscribe(func(c workbench.Change) {
		if c == workbench.SitesChanged {
			sites()
		}
	})
	return v
}

func (v *View) build() {
	v.search = widgets.NewFilterBox(v.env.Post, "Search the pages", v.setSearch)
	v.search.OnLeave = func() { v.focus(v.list) }
	v.list = widgets.NewRows(widgets.RowsParams{
		Columns: []widgets.Column{
			{Title: "Page", Width: 80, Flex: 1},
			{Title: "Type", Width: 60, Fit: v.cellsOf(1)},
			{Title: "Site", Width: 60, Fit: v.cellsOf(2)},
		},
		Length:     func() int { return len(v.listed) },
		Cell:       v.cell,
		OnSelect:   v.selected,
		OnActivate: func(int) { v.requestPage() },
	})
	left := container.New(inspect.Under(), widgets.NewBar(v.search).Stretch(v.search), v.list)

	v.heading = widgets.NewHeading("")
	v.about = widgets.NewMuted("")
	v.about.Truncation = fyne.TextTruncateEllipsis
	v.open = widget.NewButtonWithIcon("Open in browser", theme.IconOpen, v.openInBrowser)
	v.request = widget.NewButtonWithIcon("Request page", theme.IconSend, v.requestPage)
	v.request.Importance = widget.HighImportance
	title := container.New(inspect.Tight(), v.heading, v.about)
	bar := widgets.NewBar(title, v.open, v.request).Stretch(title)

	v.form = newForm(v.changed)
	v.failure = widgets.NewError("", nil)
	v.signed = newSignedView(v.env)
	v.answer = newAnswerView(v.env)
	asking := container.New(inspect.Under(),
		container.New(layout.NewCustomPaddedLayout(theme.Gap, theme.Gap, theme.Pad, theme.Pad), v.form.content),
		container.New(inspect.Under(), v.failure, v.signed.content))
	v.right = container.New(inspect.Under(), bar, widgets.NewSplit(widgets.Horizontal, asking, v.answer.content, 0.5))
	v.none = container.NewStack()
	v.whole = widgets.NewSplit(widgets.Horizontal, left, container.NewStack(v.right, v.none), 0.33)
}

// cellsOf are the cells of one column of the list.
func (v *View) cellsOf(column int) func() []widgets.Cell {
	return func() []widgets.Cell {
		cells := make([]widgets.Cell, len(v.listed))
		for i := range v.listed {
			cells[i] = v.cell(i, column)
		}
		return cells
	}
}

func (v *View) cell(row, column int) widgets.Cell {
	e := v.listed[row]
	switch column {
	case 0:
		return widgets.Cell{Text: e.module.Name}
	case 1:
		return widgets.Cell{Text: e.module.Type, Color: theme.Muted}
	}
	return widgets.Cell{Text: e.site.Title, Color: theme.Muted}
}

// ID is the place's name for links.
func (v *View) ID() string { return "pages" }

// Title is the word on the rail.
func (v *View) Title() string { return "Pages" }

// Icon is the picture on the rail.
func (v *View) Icon() fyne.Resource { return theme.IconPages }

// Content is the place itself.
func (v *View) Content() fyne.CanvasObject { return v.whole }

// Shown takes in what may have changed while the place was away, and gives the list the keys.
func (v *View) Shown() {
	v.readPages()
	v.focus(v.list)
}

// Close ends all background work.
func (v *View) Close() {
	v.unsubscribe()
	v.group.Close()
}

// Receive shows the first page of an add-on on a site, as soon as that is known to have any.
func (v *View) Receive(t place.Target) {
	v.wanted = &t
	v.showWanted()
}

func (v *View) showWanted() {
	if v.wanted == nil {
		return
	}
	t := *v.wanted
	for _, e := range v.state.entries {
		if (t.Site == "" || e.site.ID == t.Site) && (t.Addon == "" || e.module.AddonKey == t.Addon) {
			v.wanted = nil
			v.search.SetText("")
			v.setSearch("")
			v.choose(e.choice())
			return
		}
	}
}

// focus gives a widget the keys. The canvas is the window's, not the widget's: a place that
// was never painted has none yet.
func (v *View) focus(f fyne.Focusable) { v.env.Window.Canvas().Focus(f) }

var (
	_ place.Place    = (*View)(nil)
	_ place.Receiver = (*View)(nil)
)
