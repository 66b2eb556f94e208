package events

import (
	"context"
	"errors"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/webhook"
	"connect-workbench/ui/desktop/ask"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// Commands are what the place adds to the menu and the command box.
func (v *View) Commands() []place.Command {
	control := fyne.KeyModifierShortcutDefault
	return []place.Command{
		{Title: "Fire the event", Shortcut: &desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: control}, Run: v.fireEvent},
		{Title: "Fire the event with a trace…", Run: v.askTrace},
		{Title: "Start the burst", Run: v.startBurst},
		{Title: "Cancel the burst", Run: v.cancelBurst},
		{Title: "Show the retries", Run: func() { v.tabs.Select(tabRetries); v.focus(v.retries.rows) }},
		{Title: "Send the chosen retry now", Run: v.sendRetry},
		{Title: "Drop the chosen retry", Run: v.dropRetry},
		{Title: "Search the events", Shortcut: &desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: control}, Run: func() { v.focus(v.search) }},
		{Title: "Reset the event's body", Run: v.resetBody},
	}
}

// readSites takes in the sites, their catalogue and, as add-ons come and go, the recipients.
func (v *View) readSites() {
	v.state.sites, v.state.scope = v.host.Sites(), v.env.Site()
	site, ok := v.state.site()
	v.showSites()
	v.state.events = nil
	if ok {
		v.state.events = v.host.Events(site.ID)
	}
	v.showList()
	v.readRetries()
	switch opened := v.state.opened; {
	case opened == (subject{}):
	case opened != v.state.subject():
		v.reopen()
	case v.state.stale():
		v.makeBody()
	}
	v.showAll()
	v.foresee()
}

// reopen shows the chosen event for another site, when that site's product knows it.
func (v *View) reopen() {
	event := v.state.event
	v.state.leave()
	v.state.choose("")
	if v.state.has(event) {
		v.choose(event)
	}
}

// showSites fills the chooser. It is there only while the window itself is not scoped to a site.
func (v *View) showSites() {
	labels := place.SiteLabels(v.state.sites)
	chosen, _ := v.state.site()
	v.sites.Options, v.sites.Selected = labels, ""
	for i, s := range v.state.sites {
		if s.ID == chosen.ID {
			v.sites.Selected = labels[i]
		}
	}
	v.sites.Refresh()
	if v.state.scope == "" {
		v.sites.Enable()
	} else {
		v.sites.Disable()
	}
}

func (v *View) chooseSite(i int) {
	if i < 0 || i >= len(v.state.sites) || v.state.scope != "" {
		return
	}
	if id := v.state.sites[i].ID; id != v.state.chosen {
		v.state.chosen, v.retries.said = id, ""
		v.readSites()
	}
}

func (v *View) setSearch(text string) {
	v.state.search = text
	v.showList()
}

func (v *View) showList() {
	v.listed = v.state.found()
	v.list.Mark(slices.IndexFunc(v.listed, func(e webhook.Event) bool { return e.Name == v.state.event }))
	v.list.Refresh()
}

func (v *View) selected(row int) {
	if row >= 0 {
		v.tabs.Select(tabEvent)
	}
	if row >= 0 && v.listed[row].Name != v.state.event {
		v.choose(v.listed[row].Name)
	}
}

// choose shows an event with a body made from the site's data, or with the draft kept of it.
func (v *View) choose(event string) {
	v.state.leave()
	v.state.choose(event)
	v.body.SetText("")
	v.showList()
	v.showAll()
	v.makeBody()
}

// makeBody has the chosen event's body made from the site's data.
func (v *View) makeBody() {
	site, ok := v.state.site()
	if !ok {
		return
	}
	event := v.state.event
	v.state.madeOf = site.Site
	v.bodies.Run(func(context.Context) ([]byte, error) {
		return v.host.EventBody(site.ID, event)
	}, func(body []byte, err error) {
		if errors.Is(err, webhook.ErrNoSample) {
			body, err = []byte(ownBody), nil
		}
		if err != nil {
			v.env.Fail("There is no body for "+event, err)
		}
		v.state.enter(string(body))
		v.body.SetText(v.state.body)
		v.showBody()
		v.foresee()
	})
}

func (v *View) resetBody() {
	if v.state.event == "" {
		return
	}
	v.body.Replace(v.state.fresh)
	if v.state.stale() {
		v.makeBody()
	}
}

// bodyChanged is told of every edit; it only notes it and asks for the rest to be done soon.
func (v *View) bodyChanged() {
	v.state.body = v.body.Text()
	v.showBody()
	v.showReport()
	v.changed()
}

// foresee works out who will receive the event as it stands.
func (v *View) foresee() {
	site, ok := v.state.site()
	if !ok || v.state.event == "" || v.state.body == "" || checkBody(v.state.body) != nil {
		return
	}
	event, body := v.state.event, []byte(v.state.body)
	v.forecasts.Run(func(context.Context) ([]webhook.Recipient, error) {
		return v.host.Recipients(site.ID, event, body)
	}, func(recipients []webhook.Recipient, err error) {
		if err != nil {
			v.env.Fail("The recipients of "+event+" cannot be worked out", err)
			return
		}
		v.state.recipients, v.state.foreseen = recipients, true
		v.showRecipients()
	})
}

// askTrace fires the event as if a call of the add-on that carried a trace had caused it.
func (v *View) askTrace() {
	if v.state.event == "" {
		return
	}
	ask.Line(v.env.Window, ask.Question{
		Title: "Fire with a trace",
		Text: "JIRA sends back what the add-on's own REST call, the one that caused the event, had in the header X-Atlassian-Webhook-Trace. " +
			"Give the value that this event should carry: up to 1024 printable ASCII characters.",
	}, "", "build-4711", "Fire", func(trace string) error {
		v.fireTraced(trace)
		return nil
	})
}

// fireEvent sends the event. What keeps it from being sent is on the screen already.
func (v *View) fireEvent() { v.fireTraced("") }

func (v *View) fireTraced(trace string) {
	site, ok := v.state.site()
	if !ok || v.state.event == "" || v.firing || checkBody(v.state.body) != nil {
		return
	}
	event, body := v.state.event, []byte(v.state.body)
	subject := v.state.subject()
	var delivery webhook.Delivery
	v.firing = true
	v.showBody()
	v.env.Start("Fire "+event+" on "+site.Title, func(ctx context.Context, _ func(string)) error {
		var err error
		delivery, err = v.host.Fire(workbench.WithTrace(ctx, trace), site.ID, event, body)
		return err
	}, func(err error) {
		v.firing = false
		v.showBody()
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				v.env.Fail(event+" was not fired on "+site.Title, err)
			}
			return
		}
		if v.state.subject() == subject {
			v.state.outcome = &outcome{siteTitle: site.Title, at: v.host.Clock().Now, delivery: delivery}
			v.readRetries()
		}
	})
}

// openExchange shows what was sent to a recipient and what it answered.
func (v *View) openExchange(i int) {
	if sent := v.lines[i].sent; sent != nil && sent.Exchange != 0 {
		v.env.Go(place.Target{Place: "exchanges", Exchange: sent.Exchange})
	}
}

// openFirst shows the exchange of the chosen recipient, or of the first that was sent something.
func (v *View) openFirst() {
	if i := v.rows.Selected(); i >= 0 && v.lines[i].sent != nil {
		v.openExchange(i)
		return
	}
	if i := slices.IndexFunc(v.lines, func(l line) bool { return l.sent != nil }); i >= 0 {
		v.openExchange(i)
	}
}

// goToFault puts the caret where the body is wrong.
func (v *View) goToFault() {
	if fault := checkBody(v.state.body); fault != nil {
		v.body.GoTo(fault.Offset)
		v.focus(v.body)
	}
}

// showAll shows the chosen event, or what the place is for when none is.
func (v *View) showAll() {
	site, ok := v.state.site()
	v.none.RemoveAll()
	switch {
	case !ok:
		v.none.Add(widgets.NewEmpty(theme.IconSites, "No site", "Events happen on a site, and there is none.",
			"Go to Sites", func() { v.env.Go(place.Target{Place: "sites"}) }))
	case v.state.event == "":
		v.none.Add(widgets.NewEmpty(theme.IconEvents, "Choose an event",
			"Its body, made from the data of "+site.Title+", will appear here to be edited and sent to every add-on that asks for it.", "", nil))
	}
	if v.state.event == "" {
		v.right.Hide()
		return
	}
	v.right.Show()
	v.heading.SetText(v.state.event)
	word, status := markOf(v.state.entry())
	v.mark.Hidden = word == ""
	v.mark.Set(status, word)
	v.help.SetText(v.state.entry().Help)
	v.fire.SetText("Fire on " + place.Short(site.Title))
	v.bar.Refresh()
	v.showBody()
	v.showRecipients()
}

// showBody says whether the body can be sent.
func (v *View) showBody() {
	fault := checkBody(v.state.body)
	v.fault.Hidden = fault == nil || v.state.body == v.state.fresh
	if fault != nil {
		v.fault.SetText(fault.Error())
	}
	v.body.SetProblems(problemsOf(fault, len(v.state.body)))
	if fault != nil || v.firing {
		v.fire.Disable()
	} else {
		v.fire.Enable()
	}
	if v.state.edited() {
		v.reset.Enable()
	} else {
		v.reset.Disable()
	}
}

// problemsOf is a body's fault as the editor marks problems: a wave under the byte it stands at.
func problemsOf(fault *bodyFault, length int) []descriptor.Problem {
	if fault == nil || length == 0 {
		return nil
	}
	at := min(fault.Offset, length-1)
	return []descriptor.Problem{{
		Severity: descriptor.Error, Message: fault.Message, Line: fault.Line, Column: fault.Column, Offset: at, End: at + 1,
	}}
}

// showRecipients shows who will receive the event, and what each answered once it was fired.
func (v *View) showRecipients() {
	v.lines = v.state.lines()
	v.rows.Refresh()
	if slices.ContainsFunc(v.lines, func(l line) bool { return l.sent != nil }) {
		v.link.Show()
	} else {
		v.link.Hide()
	}
	v.showReport()
}

// showReport says in one line how many will receive the event, or what became of it. Below
// that stands why, or all of the chosen row.
func (v *View) showReport() {
	text, status := "Who will receive it is being worked out", widgets.StatusPending
	if v.state.foreseen {
		text, status = forecast(v.state.recipients)
	}
	reason := ""
	if o := v.state.outcome; o != nil {
		text, status = o.headline()
		text += ", " + o.at.Local().Format(inspect.Clock)
		reason = o.delivery.Reason
	}
	if i := v.rows.Selected(); i >= 0 && i < len(v.lines) {
		reason = v.lines[i].sentence()
	}
	if !v.fault.Hidden {
		text, status, reason = "Nothing is sent until the body is mended", widgets.StatusWarning, ""
	}
	v.report.Say(text, status, reason)
	v.receiving.Refresh() // the report may need another height
}
