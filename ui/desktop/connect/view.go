// Package connect is the place that says what an add-on has to be told to take this host for the real
// one, and ticks off what has been seen of it.
package connect

import (
	"context"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

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
	ConnectGuide() workbench.ConnectGuide
	Checklist(ctx context.Context) ([]workbench.AddonChecks, error)
	RefusedHosts(ctx context.Context) ([]workbench.RefusedHost, error)
	ProxyAllowed() []string
	SetProxyAllowed(hosts []string) error
	Subscribe(func(workbench.Change)) (cancel func())
}

// readEvery bounds how often the check-list is read again while exchanges pour in.
const readEvery = 250 * time.Millisecond

// The panes below the settings.
const (
	checksPane = iota
	hostsPane
)

// View is the place. Make it with New.
type View struct {
	host  host
	env   place.Env
	group *task.Group
	clock func() time.Time
	state state

	list     *widgets.Rows // of frameworks
	heading  *widget.Label
	copyAll  *widget.Button
	settings *fyne.Container
	scroll   *container.Scroll
	shown    string // what the settings were drawn from

	bar    *widgets.Bar // above the check-list
	report *widgets.Badge
	follow *widget.Button // to the exchange of the chosen check
	checks *widgets.Rows
	listed []checkRow
	tabs   *inspect.Tabs

	typing *widgets.Bar // above the hosts
	entry  *widget.Entry
	allow  *widget.Button
	fault  *widgets.ErrorPanel
	change *widget.Button // allows or removes the chosen host
	others *widgets.Rows
	hosts  []hostRow
	none   fyne.CanvasObject // no host was allowed or refused
	whole  fyne.CanvasObject

	reading     *task.Lane[seen]
	visited     atomic.Bool // the place was shown once; until then it costs nothing
	unsubscribe func()
}

// seen is what is read of the exchange log.
type seen struct {
	lists   []workbench.AddonChecks
	refused []workbench.RefusedHost
}

// New makes the place.
func New(h host, env place.Env) *View {
	group := task.NewGroup(env.Post)
	v := &View{host: h, env: env, group: group, clock: time.Now, reading: task.NewLane[seen](group)}
	v.build()
	guide := post.Coalesced(env.Post, readEvery, v.readGuide)
	checks := post.Coalesced(env.Post, readEvery, v.readSeen)
	v.unsubscribe = h.Subscribe(func(c workbench.Change) {
		if !v.visited.Load() {
			return
		}
		switch c {
		case workbench.AddonChanged, workbench.ConnectChanged, workbench.SitesChanged:
			guide()
		case workbench.ExchangesChanged:
			checks()
		}
	})
	return v
}

func (v *View) build() {
	v.list = widgets.NewRows(widgets.RowsParams{
		Columns: []widgets.Column{{Title: "Framework", Width: theme.LabelWidth, Flex: 1}},
		Length:  func() int { return len(v.state.guide.Frameworks) },
		Cell: func(row, _ int) widgets.Cell {
			return widgets.Cell{Text: v.state.guide.Frameworks[row].Name}
		},
		OnSelect:   v.choose,
		OnActivate: func(int) { v.copySettings() },
	})
	below := v.buildBelow()
	right := widgets.NewSplit(widgets.Vertical, v.buildSettings(), below, 0.56)
	v.whole = widgets.NewSplit(widgets.Horizontal, v.list, right, 0.22)
}

func (v *View) buildSettings() fyne.CanvasObject {
	v.heading = widgets.NewHeading("")
	v.copyAll = widget.NewButtonWithIcon("Copy all", theme.IconCopy, v.copySettings)
	v.copyAll.Importance = widget.HighImportance
	v.settings = container.New(inspect.Tight())
	side := layout.NewCustomPaddedLayout(theme.Gap, theme.Pad, theme.Gap, theme.Gap+theme.ScrollWidth)
	v.scroll = container.NewVScroll(container.New(side, v.settings))
	return container.New(inspect.Under(), widgets.NewBar(v.heading, v.copyAll).Stretch(v.heading), v.scroll)
}

func (v *View) buildBelow() fyne.CanvasObject {
	v.report = widgets.NewBadge(widgets.StatusPending, "")
	v.follow = widget.NewButtonWithIcon("Exchange", theme.IconExchanges, v.followChosen)
	v.checks = widgets.NewRows(widgets.RowsParams{
		Columns: []widgets.Column{
			columnCheck:  {Title: "What was seen", Width: theme.LabelWidth, Fit: v.cellsOf(columnCheck)},
			columnState:  {Title: "State", Width: theme.LabelWidth / 2},
			columnWhen:   {Title: "When", Width: theme.LabelWidth},
			columnDetail: {Title: "Which exchange, or what makes it happen", Width: theme.LabelWidth, Flex: 1},
		},
		Length:     func() int { return len(v.listed) },
		Depth:      v.depth,
		Cell:       v.checkCell,
		OnSelect:   func(int) { v.showFollow() },
		OnActivate: v.followCheck,
	})
	v.bar = widgets.NewBar(v.report, layout.NewSpacer(), v.follow)
	checks := container.New(inspect.Under(), v.bar, v.checks)
	v.tabs = inspect.NewTabs(
		inspect.Tab{Title: "Check-list", Content: checks},
		inspect.Tab{Title: "Other hosts", Content: v.buildHosts()},
	)
	return v.tabs
}

// buildHosts makes the pane of what the proxy may reach.
func (v *View) buildHosts() fyne.CanvasObject {
	v.entry = widget.NewEntry()
	v.entry.SetPlaceHolder("a host, or a host and a port, that the proxy may reach")
	v.entry.OnChanged = func(string) { v.showFault(nil) }
	v.entry.OnSubmitted = func(string) { v.allowTyped() }
	v.allow = widget.NewButtonWithIcon("Add", theme.IconPlus, v.allowTyped)
	v.change = widget.NewButton("", v.changeChosen)
	v.fault = widgets.NewError("", nil)
	v.others = widgets.NewRows(widgets.RowsParams{
		Columns: []widgets.Column{
			{Title: "The proxy", Width: theme.LabelWidth},
			{Title: "Host", Width: theme.LabelWidth, Flex: 1, Mono: true},
			{Title: "Asked for", Width: theme.LabelWidth},
		},
		Length:     func() int { return len(v.hosts) },
		Cell:       v.hostCell,
		OnSelect:   func(int) { v.showChange() },
		OnActivate: v.followHost,
	})
	v.none = widgets.NewEmpty(theme.IconConnect, "Nothing outside this machine is reached",
		"The proxy answers for the vendor's hosts itself and refuses all others. What an add-on asks for beside them will stand here, to be allowed or not.", "", nil)
	v.typing = widgets.NewBar(v.entry, v.allow, v.change).Stretch(v.entry)
	return container.New(inspect.Under(), container.New(inspect.Under(), v.typing, v.fault), container.NewStack(v.others, v.none))
}

// The columns of the check-list.
const (
	columnCheck = iota
	columnState
	columnWhen
	columnDetail
)

func (v *View) cellsOf(column int) func() []widgets.Cell {
	return func() []widgets.Cell {
		cells := make([]widgets.Cell, 0, len(v.listed))
		for i := range v.listed {
			cell := v.checkCell(i, column)
			if v.depth(i) > 0 {
				cell.Text += "  " // what the indent takes
			}
			cells = append(cells, cell)
		}
		return cells
	}
}

func (v *View) depth(row int) int {
	if v.listed[row].addon == nil && len(v.state.lists) > 1 {
		return 1
	}
	return 0
}

func (v *View) checkCell(i, column int) widgets.Cell {
	row := v.listed[i]
	if row.addon != nil {
		return v.addonCell(*row.addon, column)
	}
	stands, word := status(row.check)
	switch column {
	case columnCheck:
		return widgets.Cell{Text: row.check.Title, Icon: stands.Icon().In(stands.Color())}
	case columnState:
		return widgets.Cell{Text: word, Color: stands.Color()}
	case columnWhen:
		return widgets.Cell{Text: when(row.check, v.clock()), Color: theme.Muted}
	}
	cell := widgets.Cell{Text: detail(row.check), Color: theme.Muted}
	if stands == widgets.StatusFailed {
		cell.Color = theme.Failed
	}
	return cell
}

// addonCell is a cell of the row above an add-on's checks.
func (v *View) addonCell(a workbench.AddonChecks, column int) widgets.Cell {
	switch column {
	case columnCheck:
		return widgets.Cell{Text: addonName(a), Bold: true}
	case columnDetail:
		return widgets.Cell{Text: known(a), Color: theme.Muted}
	}
	return widgets.Cell{}
}

func (v *View) hostCell(i, column int) widgets.Cell {
	row := v.hosts[i]
	stands, word := widgets.StatusFailed, "refused it"
	if row.allowed {
		stands, word = widgets.StatusOK, "may reach it"
	}
	switch column {
	case 0:
		return widgets.Cell{Text: word, Color: stands.Color(), Icon: stands.Icon().In(stands.Color())}
	case 1:
		return widgets.Cell{Text: row.host}
	}
	return widgets.Cell{Text: when(workbench.Check{Exchange: row.exchange, Time: row.time}, v.clock()), Color: theme.Muted}
}

// ID is the place's name for links.
func (v *View) ID() string { return "connect" }

// Title is the word on the rail.
func (v *View) Title() string { return "Connect" }

// Icon is the picture on the rail.
func (v *View) Icon() fyne.Resource { return theme.IconConnect }

// Content is the place itself.
func (v *View) Content() fyne.CanvasObject { return v.whole }

// Shown takes in what may have changed while the place was away, and gives the list the keys.
func (v *View) Shown() {
	v.visited.Store(true)
	v.readGuide()
	v.focus(v.list)
}

// Close ends all background work.
func (v *View) Close() {
	v.unsubscribe()
	v.group.Close()
}

// focus gives a widget the keys. The canvas is the window's, not the widget's: a place that was never
// painted has none yet.
func (v *View) focus(f fyne.Focusable) { v.env.Window.Canvas().Focus(f) }

var _ place.Place = (*View)(nil)
