package events

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/mockhost/webhook"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
)

// retriesPane lists the deliveries of a site that will be tried again, and those that will not any more.
type retriesPane struct {
	report *inspect.VerdictView
	send   *widget.Button
	drop   *widget.Button
	link   *widget.Button // to the exchange of the first attempt
	rows   *widgets.Rows
	empty  *fyne.Container
	said   string // what became of the one that was sent by hand
	whole  *fyne.Container
}

// The columns of the retries.
const (
	retryColumnDue = iota
	retryColumnAttempt
	retryColumnAddon
	retryColumnEvent
	retryColumnFirst
	retryColumnWhy
)

func (v *View) buildRetries() {
	p := &v.retries
	p.report = inspect.NewVerdictView()
	p.send = widget.NewButtonWithIcon("Send now", theme.IconSend, v.sendRetry)
	p.drop = widget.NewButtonWithIcon("Drop", theme.IconClear, v.dropRetry)
	p.link = widget.NewButtonWithIcon("First exchange", theme.IconExchanges, func() { v.openRetry(p.rows.Selected()) })
	p.rows = widgets.NewRows(widgets.RowsParams{
		Columns: []widgets.Column{
			retryColumnDue:     {Title: "Due", Width: 60, Fit: v.retryCells(retryColumnDue)},
			retryColumnAttempt: {Title: "Retry", Width: 70},
			retryColumnAddon:   {Title: "Add-on", Width: 60, Fit: v.retryCells(retryColumnAddon), Mono: true},
			retryColumnEvent:   {Title: "Event", Width: 60, Fit: v.retryCells(retryColumnEvent), Mono: true},
			retryColumnFirst:   {Title: "First", Width: 60, Align: widgets.Trailing, Mono: true},
			retryColumnWhy:     {Title: "Why", Width: 150, Flex: 1},
		},
		Length:     func() int { return len(v.state.retries) },
		Cell:       v.retryCell,
		OnSelect:   func(int) { v.showRetries() },
		OnActivate: v.openRetry,
		OnKey: func(_ int, e *fyne.KeyEvent) {
			if e.Name == fyne.KeyDelete {
				v.dropRetry()
			}
		},
	})
	p.empty = container.NewStack(widgets.NewEmpty(theme.IconReplay, "No retries",
		"JIRA tries a webhook again, up to five times, 5 to 15 minutes apart, when the add-on answers 408, 409, 425, 429 or 5xx, or not at all. "+
			"Those that wait will appear here. Confluence, and JIRA in 2016, never try again.", "", nil))
	buttons := container.NewPadded(container.NewVBox(container.NewHBox(p.link, p.drop, p.send)))
	p.whole = container.New(inspect.Under(), container.NewBorder(nil, nil, nil, buttons, p.report), container.NewStack(p.rows, p.empty))
}

func (v *View) retryCells(column int) func() []widgets.Cell {
	return func() []widgets.Cell {
		cells := make([]widgets.Cell, len(v.state.retries))
		for i := range v.state.retries {
			cells[i] = v.retryCell(i, column)
		}
		return cells
	}
}

func (v *View) retryCell(i, column int) widgets.Cell {
	r := v.state.retries[i]
	switch column {
	case retryColumnDue:
		text, status := retryDue(r, v.state.now)
		return widgets.Cell{Text: text, Color: status.Color(), Icon: status.Icon().In(status.Color())}
	case retryColumnAttempt:
		return widgets.Cell{Text: retryAttempt(r)}
	case retryColumnAddon:
		return widgets.Cell{Text: r.AddonKey}
	case retryColumnEvent:
		return widgets.Cell{Text: r.Event}
	case retryColumnFirst:
		return widgets.Cell{Text: fmt.Sprint("#", r.First)}
	case retryColumnWhy:
		return widgets.Cell{Text: retryWhy(r), Color: theme.Muted}
	}
	return widgets.Cell{}
}

// readRetries takes in the retries of the site in question; the selection stays with its retry.
func (v *View) readRetries() {
	before, had := v.retry()
	v.state.now = v.host.Clock().Now
	v.state.retries = nil
	if site, ok := v.state.site(); ok {
		pending, err := v.host.PendingRetries(site.ID)
		if err == nil { // a site that is gone has none
			v.state.retries = pending
		}
	}
	at := -1
	if had {
		at = slices.IndexFunc(v.state.retries, func(r webhook.Retry) bool { return r.Number == before.Number })
	}
	v.retries.rows.Mark(at)
	v.showRetries()
	v.showRecipients()
}

// retry is the selected one.
func (v *View) retry() (webhook.Retry, bool) {
	if i := v.retries.rows.Selected(); i >= 0 && i < len(v.state.retries) {
		return v.state.retries[i], true
	}
	return webhook.Retry{}, false
}

// showRetries shows the list, in one line what to expect of it, and all of the chosen row.
func (v *View) showRetries() {
	p := &v.retries
	headline, status, sentence := retriesHeadline(v.state.retries, v.state.now), widgets.StatusInfo, p.said
	r, chosen := v.retry()
	if chosen {
		headline, status, sentence = retryReport(r, v.state.now)
	}
	p.report.Say(headline, status, sentence)
	for _, b := range []*widget.Button{p.send, p.drop, p.link} {
		if chosen {
			b.Enable()
		} else {
			b.Disable()
		}
	}
	p.empty.Hidden, p.rows.Hidden = len(v.state.retries) > 0, len(v.state.retries) == 0
	p.rows.Refresh()
	p.whole.Refresh() // the report may need another height
	v.tabs.SetTitle(tabRetries, retryTab(v.state.retries))
}

// openRetry shows the exchange of the first attempt; those of the later ones lead to it.
func (v *View) openRetry(i int) {
	if i >= 0 && i < len(v.state.retries) {
		v.env.Go(place.Target{Place: "exchanges", Exchange: v.state.retries[i].First})
	}
}

// sendRetry makes the chosen retry now.
func (v *View) sendRetry() {
	site, ok := v.state.site()
	r, chosen := v.retry()
	if !ok || !chosen {
		return
	}
	var sent webhook.Sent
	v.env.Start("Send the retry of "+r.Event+" to "+r.AddonKey, func(ctx context.Context, _ func(string)) error {
		var err error
		sent, err = v.host.SendRetry(ctx, site.ID, r.Number)
		return err
	}, func(err error) {
		v.retries.said = ""
		switch {
		case errors.Is(err, context.Canceled):
		case err != nil:
			v.env.Fail("The retry was not sent to "+r.AddonKey, err)
		default:
			answer, _ := line{Recipient: sent.Recipient, sent: &sent}.answer()
			v.retries.said = "Sent now to " + r.AddonKey + ": " + answer + "."
		}
		v.readRetries()
	})
}

func (v *View) dropRetry() {
	site, ok := v.state.site()
	r, chosen := v.retry()
	if !ok || !chosen {
		return
	}
	if err := v.host.DropRetry(site.ID, r.Number); err != nil && !errors.Is(err, webhook.ErrNoRetry) {
		v.env.Fail("The retry was not dropped", err)
	}
	v.retries.said = ""
	v.readRetries()
}
