// Package events is the place that fires events: a catalogue to choose from, a body to edit,
// who will receive it and why not, and what became of it.
//
// Beside the event stands what the host still has to deliver: the retries of the site, to be sent now or
// dropped. An event can also be fired many times, as a burst.
//
// Who will receive an event is worked out again while the body is edited, off the UI goroutine
// and not more often than a person can read. An edited body is kept when another event is
// looked at, and a body that cannot be sent says so before anything is sent.
package events

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/mockhost/webhook"
	"connect-workbench/ui/desktop/editor"
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
	Events(siteID string) []webhook.Event
	EventBody(siteID, event string) ([]byte, error)
	Recipients(siteID, event string, body []byte) ([]webhook.Recipient, error)
	Fire(ctx context.Context, siteID, event string, body []byte) (webhook.Delivery, error)
	Burst(ctx context.Context, siteID, event string, body []byte, n, perSecond int, progress func(webhook.BurstCount)) (webhook.BurstCount, error)
	PendingRetries(siteID string) ([]webhook.Retry, error)
	SendRetry(ctx context.Context, siteID string, number int64) (webhook.Sent, error)
	DropRetry(siteID string, number int64) error
	Clock() workbench.ClockState
}

// forecastInterval is how often, at most, the recipients are worked out while the body changes.
const forecastInterval = 200 * time.Millisecond

// View is the Events place.
type View struct {
	host  host
	env   place.Env
	group *task.Group
	state state

	sites   *widget.Select
	search  *widgets.FilterBox
	list    *widgets.Rows
	listed  []webhook.Event // what the list shows
	heading *widget.Label
	mark    *widgets.Badge // what is not known of the event's body
	help    *widget.Label
	bar     *widgets.Bar // above the body
	reset   *widget.Button
	fire    *widget.Button
	body    *editor.Editor
	fault   *widget.Button
	report  *inspect.VerdictView
	link    *widget.Button // to the exchange of the chosen recipient
	rows    *widgets.Rows
	lines   []line // what the recipients show
	burst   burstBar

	receiving *fyne.Container // report and rows

	right   fyne.CanvasObject
	none    *fyne.Container
	retries retriesPane
	tabs    *inspect.Tabs
	whole   fyne.CanvasObject

	bodies    *task.Lane[[]byte]
	forecasts *task.Lane[[]webhook.Recipient]
	firing    bool
	changed   func() // asks for the recipients to be worked out again, soon

	unsubscribe func()
}

// New makes the place.
func New(h host, env place.Env) *View {
	group := task.NewGroup(env.Post)
	v := &View{
		host:      h,
		env:       env,
		group:     group,
		bodies:    task.NewLane[[]byte](group),
		forecasts: task.NewLane[[]webhook.Recipient](group),
	}
	v.changed = post.Coalesced(env.Post, forecastInterval, v.foresee)
	v.build()
	v.readSites()
	sites := post.Coalesced(env.Post, forecastInterval, v.readSites)
	retries := post.Coalesced(env.Post, forecastInterval, v.readRetries)
	v.unsubscribe = h.Subscribe(func(c workbench.Change) {
		switch c {
		case workbench.SitesChanged:
			sites()
		case workbench.RetriesChanged, workbench.ClockChanged:
			retries()
		}
	})
	return v
}

func (v *View) build() {
	v.sites = widget.NewSelect(nil, func(string) { v.chooseSite(v.sites.SelectedIndex()) })
	v.search = widgets.NewFilterBox(v.env.Post, "Search the events", v.setSearch)
	v.search.OnLeave = func() { v.focus(v.list) }
	v.list = widgets.NewRows(widgets.RowsParams{
		Columns:    []widgets.Column{{Title: "Event", Width: 120, Flex: 1, Mono: true}, {Width: theme.IconSize}},
		Length:     func() int { return len(v.listed) },
		Cell:       v.eventCell,
		OnSelect:   v.selected,
		OnActivate: func(int) { v.focus(v.body) },
	})
	left := container.New(inspect.Under(),
		container.New(inspect.Under(), widgets.NewBar(v.sites).Stretch(v.sites), widgets.NewBar(v.search).Stretch(v.search)), v.list)

	v.buildRight()
	v.buildRetries()
	v.none = container.NewStack()
	v.tabs = inspect.NewTabs(
		inspect.Tab{Title: "Event", Content: container.NewStack(v.right, v.none)},
		inspect.Tab{Title: "Retries", Content: v.retries.whole})
	v.whole = widgets.NewSplit(widgets.Horizontal, left, v.tabs, 0.26)
}

// The panes beside the list.
const (
	tabEvent = iota
	tabRetries
)

// eventCell is an event's name, quieter when present sites do not send it, and after it a sign when
// something about its body is not known.
func (v *View) eventCell(row, column int) widgets.Cell {
	e := v.listed[row]
	switch {
	case column == 0 && e.Legacy:
		return widgets.Cell{Text: e.Name, Color: theme.Muted}
	case column == 0:
		return widgets.Cell{Text: e.Name}
	case !e.Sampled:
		return widgets.Cell{Icon: theme.IconWarning.In(theme.Muted)}
	case e.Unconfirmed:
		return widgets.Cell{Icon: theme.IconInfo.In(theme.Muted)}
	}
	return widgets.Cell{}
}

func (v *View) buildRight() {
	v.heading = widgets.NewHeading("")
	v.help = widgets.NewMuted("")
	v.help.Truncation = fyne.TextTruncateEllipsis
	v.reset = widget.NewButtonWithIcon("Reset body", theme.IconReplay, v.resetBody)
	v.fire = widget.NewButtonWithIcon("", theme.IconSend, v.fireEvent)
	v.fire.Importance = widget.HighImportance
	v.mark = widgets.NewBadge(widgets.StatusInfo, "")
	title := container.New(inspect.Tight(), v.heading, v.help)
	v.bar = widgets.NewBar(title, v.mark, v.reset, v.fire).Stretch(title)

	v.body = editor.New(v.env.Post)
	v.body.OnChanged = v.bodyChanged
	v.fault = widget.NewButtonWithIcon("", theme.IconFailed.In(theme.Failed), v.goToFault)
	v.fault.Importance = widget.LowImportance
	v.fault.Alignment = widget.ButtonAlignLeading
	v.fault.Hide()

	v.report = inspect.NewVerdictView()
	v.rows = widgets.NewRows(widgets.RowsParams{
		Columns:    v.recipientColumns(),
		Length:     func() int { return len(v.lines) },
		Cell:       v.recipientCell,
		OnSelect:   func(int) { v.showReport() },
		OnActivate: v.openExchange,
	})
	editing := container.NewBorder(nil, v.fault, nil, nil, v.body)
	v.link = widget.NewButtonWithIcon("Exchange", theme.IconExchanges, v.openFirst)
	v.link.Hide()
	report := container.NewBorder(nil, nil, nil, container.NewPadded(container.NewVBox(v.link)), v.report)
	v.buildBurst()
	v.receiving = container.New(inspect.Under(), report, v.rows)
	below := container.NewBorder(nil, v.burst.whole, nil, nil, v.receiving)
	v.right = container.New(inspect.Under(), v.bar, widgets.NewSplit(widgets.Vertical, editing, below, 0.56))
}

// The columns of the recipients.
const (
	columnWill = iota
	columnAddon
	columnURL
	columnWhy
	columnAnswer
)

func (v *View) recipientColumns() []widgets.Column {
	return []widgets.Column{
		columnWill:   {Title: "Receives", Width: 98},
		columnAddon:  {Title: "Add-on", Width: 60, Fit: v.cellsOf(columnAddon), Mono: true},
		columnURL:    {Title: "Calls", Width: 60, Fit: v.cellsOf(columnURL), Mono: true},
		columnWhy:    {Title: "Why", Width: 150, Flex: 1},
		columnAnswer: {Title: "Answer", Width: 60, Fit: v.cellsOf(columnAnswer)},
	}
}

// cellsOf are the cells of one column of the recipients.
func (v *View) cellsOf(column int) func() []widgets.Cell {
	return func() []widgets.Cell {
		cells := make([]widgets.Cell, len(v.lines))
		for i := range v.lines {
			cells[i] = v.recipientCell(i, column)
		}
		return cells
	}
}

func (v *View) recipientCell(i, column int) widgets.Cell {
	l := v.lines[i]
	switch column {
	case columnWill:
		if l.Will {
			return widgets.Cell{Text: "receives it", Color: theme.OK, Icon: theme.IconOK.In(theme.OK)}
		}
		return widgets.Cell{Text: "left out", Color: theme.Muted, Icon: theme.IconPending.In(theme.Muted)}
	case columnAddon:
		return widgets.Cell{Text: l.AddonKey}
	case columnURL:
		return widgets.Cell{Text: l.target()}
	case columnWhy:
		return widgets.Cell{Text: l.Reason, Color: theme.Muted}
	case columnAnswer:
		text, status := l.answer()
		if status == "" {
			return widgets.Cell{}
		}
		if l.retry.short != "" { // what comes of it says more than the words of the answer, which the report has
			text = l.code() + ", " + l.retry.short
		}
		return widgets.Cell{Text: text, Color: status.Color(), Icon: status.Icon().In(status.Color())}
	}
	return widgets.Cell{}
}

// ID is the place's name for links.
func (v *View) ID() string { return "events" }

// Title is the word on the rail.
func (v *View) Title() string { return "Events" }

// Icon is the picture on the rail.
func (v *View) Icon() fyne.Resource { return theme.IconEvents }

// Content is the place itself.
func (v *View) Content() fyne.CanvasObject { return v.whole }

// Shown takes in what may have changed while the place was away, and gives the list the keys.
func (v *View) Shown() {
	v.readSites()
	v.focus(v.list)
}

// Close ends all background work.
func (v *View) Close() {
	v.unsubscribe()
	v.group.Close()
}

// Receive shows an event, on a site when one is named.
func (v *View) Receive(t place.Target) {
	v.tabs.Select(tabEvent)
	if t.Site != "" {
		v.state.chosen = t.Site
		v.readSites()
	}
	if t.Event != "" && v.state.has(t.Event) {
		v.search.SetText("")
		v.setSearch("")
		v.choose(t.Event)
	}
}

// focus gives a widget the keys. The canvas is the window's, not the widget's: a place that
// was never painted has none yet.
func (v *View) focus(f fyne.Focusable) { v.env.Window.Canvas().Focus(f) }

var (
	_ place.Place    = (*View)(nil)
	_ place.Receiver = (*View)(nil)
)
