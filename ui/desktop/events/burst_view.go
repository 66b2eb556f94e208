package events

import (
	"context"
	"errors"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/mockhost/webhook"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
)

// burstBar is the form of a burst and, below it, how far the last one has come.
type burstBar struct {
	events    *widget.Entry
	perSecond *widget.Entry
	start     *widget.Button
	cancel    *widget.Button
	link      *widget.Button // to the exchanges of the last one
	said      *widget.Label
	whole     *fyne.Container

	of    int                // events of the last burst; 0: there was none
	ended string             // how it ended; "" while it is under way
	stop  context.CancelFunc // ends it; nil when none is under way

	mu      sync.Mutex
	count   webhook.BurstCount // what the burst's goroutine said last
	changed func()             // shows it, soon
}

func (v *View) buildBurst() {
	b := &v.burst
	b.events, b.perSecond = widget.NewEntry(), widget.NewEntry()
	b.events.SetText("100")
	b.perSecond.SetText("10")
	b.events.OnSubmitted = func(string) { v.startBurst() }
	b.perSecond.OnSubmitted = b.events.OnSubmitted
	b.start = widget.NewButtonWithIcon("Start burst", theme.IconSend, v.startBurst)
	b.cancel = widget.NewButtonWithIcon("Cancel", theme.IconClear, v.cancelBurst)
	b.cancel.Hide()
	b.link = widget.NewButtonWithIcon("Exchanges", theme.IconExchanges, v.openBurst)
	b.link.Hide()
	hint := widgets.NewMuted("Fires the event as it stands, again and again.")
	hint.Truncation = fyne.TextTruncateEllipsis
	bar := widgets.NewBar(widget.NewLabel("Burst of"), widgets.NewFigure(b.events), widget.NewLabel("at"),
		widgets.NewFigure(b.perSecond), widget.NewLabel("a second"), b.start, b.cancel, hint, b.link).Stretch(hint)
	b.said = widgets.NewMuted("") // in a row of its own: beside the form its figures would be cut off
	b.said.Truncation = fyne.TextTruncateEllipsis
	b.said.Hide()
	b.whole = container.NewVBox(bar, b.said)
	b.changed = post.Coalesced(v.env.Post, forecastInterval, v.showBurst)
}

// startBurst fires the event many times.
func (v *View) startBurst() {
	b := &v.burst
	site, ok := v.state.site()
	if !ok || v.state.event == "" || b.stop != nil {
		return
	}
	n, rate, err := burstSize(b.events.Text, b.perSecond.Text)
	if err == nil && checkBody(v.state.body) != nil {
		err = errNoBody
	}
	if err != nil {
		b.say("Not started: " + err.Error() + ".")
		return
	}
	event, body := v.state.event, []byte(v.state.body)
	b.of, b.ended = n, ""
	b.hear(webhook.BurstCount{})
	cancelling, stop := context.WithCancel(context.Background())
	b.stop = stop
	v.showBurst()
	v.env.Start("Burst of "+event+" on "+site.Title, func(ctx context.Context, report func(string)) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(cancelling, cancel)()
		count, err := v.host.Burst(ctx, site.ID, event, body, n, rate, func(c webhook.BurstCount) {
			b.hear(c)
			b.changed()
			report(burstWords(c, n))
		})
		b.hear(count)
		return err
	}, func(err error) {
		stop()
		cancelled := errors.Is(err, context.Canceled)
		b.stop, b.ended = nil, burstEnd(err, cancelled)
		v.showBurst()
		if err != nil && !cancelled {
			v.env.Fail("The burst of "+event+" on "+site.Title+" did not go through", err)
		}
		v.readRetries()
	})
}

func (v *View) cancelBurst() {
	if v.burst.stop != nil {
		v.burst.stop()
	}
}

func (b *burstBar) hear(c webhook.BurstCount) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.count = c
}

func (b *burstBar) heard() webhook.BurstCount {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.count
}

// showBurst shows how far the burst has come, and what can be done with it.
func (v *View) showBurst() {
	b := &v.burst
	count := b.heard()
	b.start.Hidden, b.cancel.Hidden, b.link.Hidden = b.stop != nil, b.stop == nil, count.Cause == ""
	if b.of > 0 {
		b.say(b.ended + burstWords(count, b.of))
	}
	b.whole.Refresh()
}

func (b *burstBar) say(words string) {
	b.said.SetText(words)
	b.said.Show()
	b.whole.Refresh()
}

// openBurst shows the exchanges of the last burst.
func (v *View) openBurst() {
	v.env.Go(place.Target{Place: "exchanges", Filter: "cause:" + v.burst.heard().Cause})
}
