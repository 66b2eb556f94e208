// Package exchanges is the place that lists every exchange between host and add-on, live and
// newest first, and shows one of them in full: request, answer, token, verdict.
//
// The list never asks the log while it draws. It shows a window of rows kept in memory and
// asks for missing pages in the background (window.go, loading.go); new rows are put in front
// without moving what the person reads. Whatever the lower half shows is prepared off the UI
// goroutine as one value (detail.go).
package exchanges

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
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
	ExchangeRows(ctx context.Context, filter string, before, after int64, limit int) ([]exchange.Row, error)
	ExchangeCount(ctx context.Context, filter string) (matching, all int64, err error)
	Exchange(ctx context.Context, id int64) (exchange.Record, error)         // secrets masked
	ExchangeUnmasked(ctx context.Context, id int64) (exchange.Record, error) // for what is asked for by name
	ExplainExchange(ctx context.Context, id int64) ([]connectjwt.Step, error)
}

// newsInterval is how often, at most, new rows are put on the screen.
const newsInterval = 50 * time.Millisecond

// View is the Exchanges place.
type View struct {
	host  host
	env   place.Env
	group *task.Group
	state state

	titles map[string]string // of the sites, by id
	texts  map[int64]cells   // rows already written out; emptied when it has grown

	filter    *widgets.FilterBox
	fault     *widget.Label
	faultLine *fyne.Container // the fault with its icon
	words     *widget.Button  // offers the words of the filter language
	count     *widget.Label
	rows      *widgets.Rows
	empty     *fyne.Container
	lower     *detailView
	split     *widgets.Split
	whole     fyne.CanvasObject

	lists      *task.Lane[listing]
	reloading  bool
	news       *task.Lane[listing]
	newsRuns   bool
	newsAgain  bool // more came in while the last news were being read
	paging     *task.Lane[[]exchange.Row]
	pagingRuns bool
	details    *task.Lane[detail]
	unseen     int64 // the chosen exchange, while it is not in the log yet
	trouble    error // why the log cannot be read

	unsubscribe func()
}

// New makes the place. It begins to listen and to read at once.
func New(h host, env place.Env) *View {
	group := task.NewGroup(env.Post)
	v := &View{
		host:    h,
		env:     env,
		group:   group,
		texts:   make(map[int64]cells),
		lists:   task.NewLane[listing](group),
		news:    task.NewLane[listing](group),
		paging:  task.NewLane[[]exchange.Row](group),
		details: task.NewLane[detail](group),
	}
	v.build()
	v.readSites()
	news := post.Coalesced(env.Post, newsInterval, v.takeNews)
	sites := post.Coalesced(env.Post, newsInterval, v.sitesChanged)
	v.unsubscribe = h.Subscribe(func(c workbench.Change) {
		switch c {
		case workbench.ExchangesChanged:
			news()
		case workbench.SitesChanged:
			sites()
		}
	})
	v.reload() // after the subscription, so that nothing falls between the two
	return v
}

func (v *View) build() {
	v.filter = widgets.NewFilterBox(v.env.Post, filterHint, v.setFilter)
	v.filter.OnLeave = func() { v.focus(v.rows) }
	v.fault = widgets.NewProse("")
	v.fault.Importance = widget.DangerImportance
	v.faultLine = container.New(inspect.Signed(), widget.NewIcon(theme.IconFailed.In(theme.Failed)), v.fault)
	v.faultLine.Hide()
	v.count = widgets.NewMuted("")
	v.rows = widgets.NewRows(widgets.RowsParams{
		Columns:    v.columns(),
		Length:     v.length,
		Cell:       v.cell,
		OnSelect:   v.selected,
		OnActivate: func(int) { v.lower.focus() },
		OnMenu:     v.showMenu,
		OnKey:      v.key,
	})
	v.empty = container.NewStack()
	v.lower = newDetailView(v)
	v.lower.content.Hide()
	v.split = widgets.NewSplit(widgets.Vertical, container.NewStack(v.rows, v.empty), v.lower.content, 0.45)
	v.words = widget.NewButtonWithIcon("Words", theme.IconDown, v.offerWords)
	v.words.Importance = widget.LowImportance
	bar := widgets.NewBar(v.filter, v.words, v.count).Stretch(v.filter)
	v.whole = container.New(inspect.Under(), container.New(inspect.Under(), bar, v.faultLine), v.split)
}

const filterHint = "Filter: words of the URL, site: kind: event: status:>=400 verdict:failed dir:in, -not, or, ( )"

// ID is the place's name for links.
func (v *View) ID() string { return "exchanges" }

// Title is the word on the rail.
func (v *View) Title() string { return "Exchanges" }

// Icon is the picture on the rail.
func (v *View) Icon() fyne.Resource { return theme.IconExchanges }

// Content is the place itself.
func (v *View) Content() fyne.CanvasObject { return v.whole }

// Shown takes in what may have changed while the place was away, and gives the list the keys.
func (v *View) Shown() {
	if v.state.site != v.env.Site() {
		v.state.site = v.env.Site()
		v.reload()
	} else {
		v.takeNews()
	}
	v.focus(v.rows)
}

// Close ends all background work.
func (v *View) Close() {
	v.unsubscribe()
	v.group.Close()
}

// Receive shows an exchange, or the exchanges that match a filter.
func (v *View) Receive(t place.Target) {
	if t.Filter != "" && t.Filter != v.state.typed {
		v.filter.SetText(t.Filter)
		v.setFilter(t.Filter)
	}
	if t.Exchange != 0 {
		v.choose(t.Exchange)
	}
}

// choose shows an exchange by its id, whether the list holds it or not.
func (v *View) choose(id int64) {
	v.state.selection = id
	v.rows.Mark(-1)
	v.findSelection()
	v.rows.Refresh()
	v.loadSelection()
}

// findSelection marks the chosen exchange in the list when the list holds it.
func (v *View) findSelection() {
	if i, ok := v.state.window.indexOf(v.state.selection); ok && v.rows.Selected() != i {
		v.rows.Mark(i)
		v.rows.Select(i)
	}
}

func (v *View) selected(i int) {
	row, ok := v.state.window.at(i)
	if i >= 0 && !ok {
		return // a row that is still being read: it can be chosen when it is there
	}
	if row.ID == v.state.selection {
		return
	}
	v.state.selection = row.ID
	v.loadSelection()
}

func (v *View) key(_ int, e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		v.rows.Select(-1)
	}
}

// setFilter takes a filter as typed. A faulty one leaves the list as it is and says what is wrong.
func (v *View) setFilter(text string) {
	v.state.typed, v.state.fault = text, nil
	if _, err := exchange.ParseFilter(text); v.failed(err) {
		return
	}
	v.state.filter = text
	v.showFault()
	v.reload()
}

func (v *View) clearFilter() {
	v.filter.SetText("")
	v.setFilter("")
}

func (v *View) readSites() {
	v.titles = make(map[string]string)
	for _, s := range v.host.Sites() {
		v.titles[s.ID] = s.Title
	}
	clear(v.texts)
}

func (v *View) sitesChanged() {
	v.readSites()
	v.rows.Refresh()
}

func (v *View) siteTitle(id string) string {
	if title, ok := v.titles[id]; ok {
		return title
	}
	return id
}

// showList puts a list that was read anew on the screen.
func (v *View) showList() {
	v.showCount()
	v.showEmptiness()
	v.rows.Mark(-1)
	v.rows.ScrollToTop()
	v.findSelection()
}

func (v *View) showCount() { v.count.SetText(v.state.count()) }

// showFault says below the filter what is wrong with it, or why a list that is there does not go on.
func (v *View) showFault() {
	text := ""
	switch {
	case v.state.fault != nil:
		text = faultText(v.state.typed, v.state.fault)
	case v.trouble != nil && v.state.window.length() > 0:
		text = "Newer exchanges cannot be read: " + v.trouble.Error()
	}
	if text == v.fault.Text {
		return
	}
	v.fault.SetText(text)
	v.faultLine.Hidden = text == ""
	v.whole.Refresh()
}

// showEmptiness says why there is nothing to list, and offers the way out.
func (v *View) showEmptiness() {
	v.empty.RemoveAll()
	v.rows.Show()
	switch {
	case v.trouble != nil && v.state.window.length() == 0:
		v.empty.Add(widgets.NewError("The exchanges cannot be read", v.trouble))
	case v.state.emptiness() == nothingYet:
		v.empty.Add(widgets.NewEmpty(theme.IconExchanges, "No exchanges yet",
			"Every request between host and add-on will appear here as it happens, newest first, with its token and the verdict on it. "+
				"Install the add-on on a site to make the first ones.",
			"Go to Sites", func() { v.env.Go(place.Target{Place: "sites"}) }))
	case v.state.emptiness() == nothingMatch && v.state.filter != "":
		v.empty.Add(widgets.NewEmpty(theme.IconSearch, "Nothing matches", v.state.whyNothing(v.siteTitle(v.state.site)), "Clear the filter", v.clearFilter))
	case v.state.emptiness() == nothingMatch:
		v.empty.Add(widgets.NewEmpty(theme.IconExchanges, "Nothing here yet", v.state.whyNothing(v.siteTitle(v.state.site)), "", nil))
	default:
		return
	}
	v.rows.Hide()
}

var (
	_ place.Place    = (*View)(nil)
	_ place.Receiver = (*View)(nil)
)
