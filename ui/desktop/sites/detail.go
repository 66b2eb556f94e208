package sites

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// detail shows one site: its facts, the install row with the steps of the last run, the
// add-ons on it, and its users.
type detail struct {
	view  *View
	panel fyne.CanvasObject
	body  *fyne.Container // what scrolls

	title   *widget.Label
	facts   *widgets.KeyValues
	address *widget.Entry
	install *widget.Button
	hint    *widget.Label
	run     *widget.Label
	stages  *widgets.Stages
	reasons *widgets.KeyValues // why the failed step failed
	proof   *widget.Button     // shows its exchange
	mend    *widget.Button     // goes to the descriptor that was refused
	addons  *fyne.Container
	users   *widgets.Rows
	scroll  *container.Scroll
	faults  *faultRow
}

func newDetail(v *View) *detail {
	d := &detail{
		view:    v,
		title:   widgets.NewHeading(""),
		facts:   widgets.NewKeyValues(v.env.Copy),
		hint:    widgets.NewMuted(""),
		run:     widget.NewLabel(""),
		stages:  widgets.NewStages(),
		reasons: widgets.NewKeyValues(v.env.Copy),
		addons:  container.NewVBox(),
		faults:  newFaultRow(v),
	}
	d.address = widget.NewEntry()
	d.address.OnChanged = func(text string) {
		v.model.address = text
		v.showInstall()
	}
	d.address.OnSubmitted = func(string) { v.install() }
	d.install = widget.NewButton("", v.install)
	d.install.Importance = widget.HighImportance
	d.proof = widget.NewButtonWithIcon("Show the exchange", theme.IconExchanges, v.showProof)
	d.mend = widget.NewButtonWithIcon("Go to the descriptor", theme.IconDescriptor, func() { v.env.Go(place.Target{Place: "descriptor"}) })
	d.run.TextStyle.Bold = true
	d.run.Truncation = fyne.TextTruncateEllipsis
	d.hint.Truncation = fyne.TextTruncateEllipsis

	browser := widget.NewButtonWithIcon("Open in browser", theme.IconOpen, v.openSite)
	settings := widget.NewButton("Settings", v.editSettings)
	more := widget.NewButton("More", nil)
	more.OnTapped = func() { v.showMore(more) }
	header := widgets.NewBar(d.title, browser, settings, more).Stretch(d.title)
	d.body = container.NewVBox(
		d.facts,
		section("Install"),
		container.NewBorder(nil, nil, nil, d.install, d.address),
		container.NewBorder(nil, nil, nil, d.faults.choose, d.hint),
		d.faults.shown,
		container.NewBorder(nil, nil, nil, container.NewHBox(d.proof, d.mend), d.run),
		d.stages,
		d.reasons,
		section("Add-ons"),
		d.addons,
		section("Users"),
		d.newUsers(),
	)
	padded := container.New(layout.NewCustomPaddedLayout(theme.Pad, theme.Pad, theme.Pad, theme.Pad+theme.ScrollWidth), d.body)
	d.scroll = container.NewVScroll(padded)
	d.panel = container.New(inspect.Under(), header, d.scroll)
	return d
}

// section heads a part of the detail.
func section(title string) fyne.CanvasObject {
	label := widget.NewLabel(title)
	label.TextStyle.Bold = true
	return container.NewVBox(widget.NewSeparator(), label)
}

// newUsers lists the site's people.
func (d *detail) newUsers() fyne.CanvasObject {
	users := func() []site.User {
		s, _ := d.view.model.site()
		return append(slices.Clip(s.Users), site.User{DisplayName: "Anonymous visitor"})
	}
	names := func() []widgets.Cell {
		var cells []widgets.Cell
		for _, u := range users() {
			cells = append(cells, widgets.Cell{Text: u.DisplayName})
		}
		return cells
	}
	d.users = widgets.NewRows(widgets.RowsParams{
		Columns: []widgets.Column{
			{Title: "Name", Width: theme.LabelWidth / 2, Fit: names},
			{Title: "Role", Width: theme.LabelWidth / 3},
			{Title: "Account id", Flex: 2, Width: theme.LabelWidth, Mono: true},
			{Title: "E-mail", Flex: 1, Width: theme.LabelWidth},
			{Title: "Language", Width: theme.LabelWidth / 2},
			{Title: "Time zone", Width: theme.LabelWidth},
		},
		Length: func() int { return len(users()) },
		Cell: func(row, column int) widgets.Cell {
			u := users()[row]
			return widgets.Cell{Text: []string{u.DisplayName, role(u), u.AccountID, email(u), u.Locale, u.TimeZone}[column]}
		},
		OnActivate: func(row int) { d.view.env.Copy(users()[row].AccountID) },
		OnScroll:   func(e *fyne.ScrollEvent) { d.scroll.Scrolled(e) },
	})
	height := rowsHeight{rows: func() int { return len(users()) + 1 }}
	return container.New(height, d.users)
}

func role(u site.User) string {
	switch {
	case u.AccountID == "":
		return "none"
	case u.Admin:
		return "admin"
	}
	return "user"
}

// email is a person's address, and whether add-ons get to see it.
func email(u site.User) string {
	if u.EmailHidden && u.Email != "" {
		return u.Email + " (hidden)"
	}
	return u.Email
}

// rowsHeight makes a list as high as its rows: the detail scrolls as a whole.
type rowsHeight struct{ rows func() int }

func (h rowsHeight) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(size)
	}
}

func (h rowsHeight) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(objects[0].MinSize().Width, float32(h.rows())*theme.RowHeight)
}

// showSite draws the selected site.
func (v *View) showSite() {
	s, ok := v.model.site()
	if !ok {
		return
	}
	d := v.detail
	if typed := v.model.drafts[s.ID]; typed != nil {
		v.form.save.SetText("Save " + place.Short(s.Title))
		v.form.show(typed, s.Title)
		d.panel.Hide()
		v.form.panel.Show()
		return
	}
	v.form.panel.Hide()
	d.panel.Show()
	d.title.SetText(s.Title)
	d.facts.Set(append(facts(s), widgets.KeyValue{Label: "Install keys", Value: v.model.installKeys})...)
	d.addons.Objects = nil
	for _, a := range s.Addons {
		d.addons.Add(v.newAddon(s, a))
	}
	if len(s.Addons) == 0 {
		d.addons.Add(widgets.NewMuted("None yet. What you install above will stand here."))
	}
	d.addons.Add(newUpdateNote(s))
	d.users.Refresh()
	v.showInstall()
	v.showRun()
}

// showInstall names what the install button will do with the address as typed.
func (v *View) showInstall() {
	s, ok := v.model.site()
	if !ok {
		return
	}
	d := v.detail
	d.address.SetPlaceHolder(v.model.addon.DescriptorURL)
	d.install.Text = v.model.verb(s)
	if v.model.busy(s.ID) {
		d.install.Disable()
	} else {
		d.install.Enable()
	}
	d.install.Refresh()
	d.hint.SetText(v.model.hint(s))
	d.faults.show(s)
}

// showRun draws the steps of the last run on the selected site.
func (v *View) showRun() {
	d := v.detail
	r := v.model.runs[v.model.selected]
	if r == nil {
		d.run.Hide()
		d.proof.Hide()
		d.mend.Hide()
		d.stages.Hide()
		d.reasons.Hide()
		d.body.Refresh()
		return
	}
	d.run.SetText(outcome(r))
	d.run.Show()
	d.stages.Set(stages(r)...)
	d.stages.Show()
	reasons := r.reasons()
	d.reasons.Set(reasons...)
	d.reasons.Hidden = len(reasons) == 0
	d.proof.Hidden = r.exchange() == 0
	d.proof.Refresh()
	d.mend.Hidden = !r.refusedDescriptor()
	d.mend.Refresh()
	d.body.Refresh()
	v.list.Refresh()
	v.showInstall()
}

// stages are the run's steps for the list of steps.
func stages(r *run) []widgets.Stage {
	rows := make([]widgets.Stage, len(r.Stages))
	for i, s := range r.Stages {
		rows[i] = widgets.Stage{Name: string(s.Name), Status: stageStatus(s.State), Detail: s.Detail}
		if s.Problem != nil {
			rows[i].Problem = s.Problem.Developer
			if s.Detail == s.Problem.Developer {
				rows[i].Detail = ""
			}
		}
	}
	return rows
}

func stageStatus(s install.StageState) widgets.Status {
	switch s {
	case install.Done:
		return widgets.StatusOK
	case install.Failed:
		return widgets.StatusFailed
	case install.Waiting:
		return widgets.StatusWarning
	}
	return widgets.StatusRunning
}

// showProof goes to the exchange of the step that failed.
func (v *View) showProof() {
	if r := v.model.runs[v.model.selected]; r != nil && r.exchange() != 0 {
		v.env.Go(place.Target{Place: "exchanges", Exchange: r.exchange()})
	}
}

// newAddon draws one add-on of the site.
func (v *View) newAddon(s workbench.SiteState, a workbench.AddonOnSite) fyne.CanvasObject {
	title := widgets.NewHeading(name(a))
	status, word := addonStatus(a.State)
	right := append([]fyne.CanvasObject{widgets.NewBadge(status, word)}, v.addonButtons(s, a)...)
	return container.NewVBox(
		container.NewBorder(nil, nil, nil, container.NewHBox(right...), title),
		v.newUpgrade(s, a),
		widgets.NewKeyValues(v.env.Copy, addonFacts(a)...),
	)
}

// addonButtons are what can be done with an add-on: go on to its events and pages, and the
// lifecycle verbs, which wait while another one runs.
func (v *View) addonButtons(s workbench.SiteState, a workbench.AddonOnSite) []fyne.CanvasObject {
	if a.State == site.Uninstalled {
		return nil
	}
	update := v.updateButton(s, a)
	toggle := widget.NewButton("Enable", func() { v.toggle(s, a) })
	remove := widget.NewButton("Uninstall…", func() { v.askUninstall(s, a) })
	if v.model.busy(s.ID) {
		update.Disable()
		toggle.Disable()
		remove.Disable()
	}
	if a.State != site.Enabled {
		return []fyne.CanvasObject{update, toggle, remove}
	}
	toggle.SetText("Disable")
	goTo := func(word string, icon theme.Icon) fyne.CanvasObject {
		return widget.NewButtonWithIcon(word, icon, func() {
			v.env.Go(place.Target{Place: strings.ToLower(word), Site: s.ID, Addon: a.Key})
		})
	}
	return []fyne.CanvasObject{goTo("Events", theme.IconEvents), goTo("Pages", theme.IconPages), update, toggle, remove}
}

// addonFacts are what is known of an add-on. Of one that was uninstalled only what a later
// re-install goes by is left.
func addonFacts(a workbench.AddonOnSite) []widgets.KeyValue {
	key := widgets.KeyValue{Label: "Key", Value: a.Key}
	secret := widgets.KeyValue{Label: "Shared secret", Value: secret(a)}
	if a.State == site.Uninstalled {
		return []widgets.KeyValue{key, secret}
	}
	rows := []widgets.KeyValue{key}
	if a.Version != "" {
		rows = append(rows, widgets.KeyValue{Label: "Version", Value: a.Version, Prose: true})
	}
	return append(rows,
		widgets.KeyValue{Label: "Base URL", Value: a.BaseURL},
		widgets.KeyValue{Label: "Descriptor", Value: a.DescriptorURL},
		secret,
		widgets.KeyValue{Label: "Installed", Value: when(a), Prose: true},
	)
}

func addonStatus(s site.State) (widgets.Status, string) {
	switch s {
	case site.Enabled:
		return widgets.StatusOK, "enabled"
	case site.Disabled:
		return widgets.StatusWarning, "disabled"
	}
	return widgets.StatusPending, "uninstalled"
}

// secret is the masked secret with how many there were before it.
func secret(a workbench.AddonOnSite) string {
	switch a.OldSecrets {
	case 0:
		return a.Secret
	case 1:
		return a.Secret + "  (1 earlier)"
	}
	return fmt.Sprintf("%s  (%d earlier)", a.Secret, a.OldSecrets)
}

// when tells when an add-on came and when it last changed, in the person's own time.
func when(a workbench.AddonOnSite) string {
	text := a.InstalledAt.Local().Format(time.DateTime)
	if a.UpdatedAt.After(a.InstalledAt) {
		text += ", last changed " + a.UpdatedAt.Local().Format(time.DateTime)
	}
	return text
}
