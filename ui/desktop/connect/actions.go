package connect

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

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
		{Title: "Copy all settings", Shortcut: &desktop.CustomShortcut{KeyName: fyne.KeyC, Modifier: control | fyne.KeyModifierShift}, Run: v.copySettings},
		{Title: "Show the check-list", Run: func() { v.tabs.Select(checksPane); v.focus(v.checks) }},
		{Title: "Allow another host", Run: func() { v.tabs.Select(hostsPane); v.focus(v.entry) }},
	}
}

// readGuide takes in addresses and settings, and what the proxy may reach.
func (v *View) readGuide() {
	v.state.guide, v.state.allowed = v.host.ConnectGuide(), v.host.ProxyAllowed()
	v.list.Mark(v.state.index())
	v.list.Refresh()
	v.showSettings()
	v.showHosts()
	v.readSeen()
}

// readSeen takes in what the exchange log shows.
func (v *View) readSeen() {
	v.reading.Run(func(ctx context.Context) (s seen, err error) {
		if s.lists, err = v.host.Checklist(ctx); err != nil {
			return s, err
		}
		s.refused, err = v.host.RefusedHosts(ctx)
		return s, err
	}, func(s seen, err error) {
		if err != nil {
			v.report.Set(widgets.StatusFailed, "The exchanges cannot be read: "+err.Error())
			return
		}
		v.state.lists, v.state.refused, v.state.read = s.lists, s.refused, true
		v.showChecks()
		v.showHosts()
	})
}

func (v *View) choose(row int) {
	if row < 0 || row >= len(v.state.guide.Frameworks) {
		return
	}
	if id := v.state.guide.Frameworks[row].ID; id != v.state.chosen {
		v.state.chosen = id
		v.scroll.ScrollToTop()
		v.showSettings()
	}
}

// showSettings draws the settings of the chosen framework, when they are others than before.
func (v *View) showSettings() {
	f, ok := v.state.framework()
	if key := f.ID + f.All; !ok || key == v.shown {
		return
	} else {
		v.shown = key
	}
	v.heading.SetText("Connect your add-on: " + f.Name)
	intro := widgets.NewProse(f.Intro)
	objects := []fyne.CanvasObject{intro}
	for _, s := range f.Settings {
		objects = append(objects, v.newSetting(s))
	}
	for _, note := range f.Notes {
		words := widgets.NewProse(note)
		words.Importance = widget.LowImportance
		words.Selectable = true
		objects = append(objects, container.New(inspect.Signed(), widget.NewIcon(theme.IconInfo.In(theme.Muted)), words))
	}
	v.settings.Objects = objects
	v.settings.Refresh()
	v.scroll.Refresh()
}

// newSetting is a line to paste, with what it does below it.
func (v *View) newSetting(s workbench.Setting) fyne.CanvasObject {
	line := widget.NewLabel(s.Line)
	line.TextStyle.Monospace = true
	line.Wrapping = fyne.TextWrapBreak
	line.Selectable = true
	help := widgets.NewMuted(s.Help)
	help.Wrapping = fyne.TextWrapWord
	button := widget.NewButtonWithIcon("", theme.IconCopy.In(theme.Muted), func() { v.env.Copy(s.Line) })
	button.Importance = widget.LowImportance
	return container.NewBorder(nil, nil, nil, container.NewVBox(button), container.New(inspect.Tight(), line, help))
}

func (v *View) copySettings() {
	if f, ok := v.state.framework(); ok {
		v.env.Copy(f.All)
	}
}

func (v *View) showChecks() {
	v.listed = v.state.rows()
	text, stands := v.state.progress()
	v.report.Set(stands, text)
	v.bar.Refresh()
	v.checks.Refresh()
	v.showFollow()
}

// showFollow names where the chosen row leads.
func (v *View) showFollow() {
	target, word := v.targetOf(v.checks.Selected())
	if target.Place == "" {
		v.follow.Disable()
		return
	}
	v.follow.Icon = theme.Icon(target.Place) // places and their icons have the same names
	v.follow.SetText(word)
	v.follow.Enable()
	v.bar.Refresh() // the button is as wide as its words
}

// targetOf is where a row of the check-list leads: to its exchange, or to the place that makes it happen.
func (v *View) targetOf(row int) (t place.Target, word string) {
	if row < 0 || row >= len(v.listed) || v.listed[row].addon != nil {
		return place.Target{}, ""
	}
	c := v.listed[row].check
	if c.Exchange != 0 {
		return place.Target{Place: "exchanges", Exchange: c.Exchange}, "Exchange"
	}
	name := placeOf(c.ID)
	if name == "" {
		return place.Target{}, ""
	}
	return place.Target{Place: name}, "Go to " + strings.ToUpper(name[:1]) + name[1:]
}

func (v *View) followChosen() { v.followCheck(v.checks.Selected()) }

func (v *View) followCheck(row int) {
	if target, _ := v.targetOf(row); target.Place != "" {
		v.env.Go(target)
	}
}

func (v *View) showHosts() {
	var chosen string
	if i := v.others.Selected(); i >= 0 && i < len(v.hosts) {
		chosen = v.hosts[i].host
	}
	v.hosts = v.state.hosts()
	v.others.Mark(slices.IndexFunc(v.hosts, func(r hostRow) bool { return r.host == chosen }))
	v.others.Refresh()
	v.tabs.SetTitle(hostsPane, v.state.hostsTitle())
	if len(v.hosts) == 0 {
		v.others.Hide()
		v.none.Show()
	} else {
		v.none.Hide()
		v.others.Show()
	}
	v.showChange()
}

// showChange names what can be done with the chosen host.
func (v *View) showChange() {
	defer v.typing.Refresh() // the button is as wide as its words
	i := v.others.Selected()
	if i < 0 || i >= len(v.hosts) {
		v.change.Hide()
		return
	}
	v.change.SetText("Allow " + place.Short(v.hosts[i].host))
	if v.hosts[i].allowed {
		v.change.SetText("Remove " + place.Short(v.hosts[i].host))
	}
	v.change.Show()
}

func (v *View) changeChosen() {
	i := v.others.Selected()
	if i < 0 || i >= len(v.hosts) {
		return
	}
	if row := v.hosts[i]; row.allowed {
		v.setAllowed(v.state.without(row.host))
	} else {
		v.setAllowed(v.state.with(row.host))
	}
}

func (v *View) allowTyped() {
	if host := strings.TrimSpace(v.entry.Text); host != "" && v.setAllowed(v.state.with(host)) {
		v.entry.SetText("")
	}
}

// setAllowed changes what the proxy may reach, or says below the entry why not.
func (v *View) setAllowed(hosts []string) (done bool) {
	err := v.host.SetProxyAllowed(hosts)
	v.showFault(err)
	if err != nil {
		return false
	}
	v.readGuide()
	return true
}

// showFault says why the list could not be changed, or no longer.
func (v *View) showFault(err error) {
	if err == nil && v.fault.Hidden {
		return
	}
	v.fault.Set("The list stays as it was", err, workbench.Advice(err))
	v.tabs.Refresh()
}

// followHost goes to the exchange in which a host was refused.
func (v *View) followHost(row int) {
	if id := v.hosts[row].exchange; id != 0 {
		v.env.Go(place.Target{Place: "exchanges", Exchange: id})
	}
}
