package sites

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
)

// form is where a site's settings are changed, in place of its detail.
type form struct {
	view  *View
	panel fyne.CanvasObject

	heading *widget.Label
	save    *widget.Button
	cancel  *widget.Button
	failure *widgets.ErrorPanel
	body    *fyne.Container
	scroll  *container.Scroll
	shown   *draft // what the fields are made of
	first   *entry // where the keys start
	people  []fyne.CanvasObject
}

func newForm(v *View) *form {
	f := &form{view: v, heading: widgets.NewHeading(""), failure: widgets.NewError("", nil), body: container.NewVBox()}
	f.save = widget.NewButton("", v.saveSettings)
	f.save.Importance = widget.HighImportance
	f.cancel = widget.NewButton("Cancel", v.leaveSettings)
	padded := container.New(layout.NewCustomPaddedLayout(theme.Pad, theme.Pad, theme.Pad, theme.Pad+theme.ScrollWidth), f.body)
	f.scroll = container.NewVScroll(padded)
	f.panel = container.New(inspect.Under(), widgets.NewBar(f.heading, f.cancel, f.save).Stretch(f.heading),
		container.New(inspect.Under(), f.failure, f.scroll))
	f.panel.Hide()
	return f
}

// show makes the fields of a draft, unless they are there already.
func (f *form) show(d *draft, title string) {
	f.heading.SetText("Settings of " + title)
	if f.shown == d {
		return
	}
	f.shown = d
	f.failure.Set("", nil, "")
	f.body.RemoveAll()
	f.body.Add(container.NewGridWithColumns(2, f.addresses(), f.identity()))
	f.body.Add(section("Behaviour"))
	f.body.Add(f.behaviour())
	f.body.Add(f.peopleHead())
	f.showPeople()
	f.scroll.ScrollToTop()
}

// rows are labels with the fields beside them.
func rows(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewFormLayout(), objects...)
}

// line is a label and a field that writes what is typed into a draft.
func (f *form) line(label, placeholder string, mono bool, value *string) []fyne.CanvasObject {
	e := &entry{escape: f.view.leaveSettings}
	e.ExtendBaseWidget(e)
	e.TextStyle.Monospace = mono
	e.SetPlaceHolder(placeholder)
	e.SetText(*value)
	e.OnChanged = func(text string) { *value = text }
	e.OnSubmitted = func(string) { f.view.saveSettings() }
	if f.first == nil {
		f.first = e
	}
	return []fyne.CanvasObject{widgets.NewMuted(label), e}
}

func (f *form) addresses() fyne.CanvasObject {
	d := f.shown
	f.first = nil
	objects := f.line("Title", "", false, &d.settings.Title)
	objects = append(objects, f.line("Port", "0 is any free one", true, &d.port)...)
	objects = append(objects, f.line("Context path", "none", true, &d.settings.ContextPath)...)
	objects = append(objects, f.line("Display URL", "as the address", true, &d.settings.DisplayURL)...)
	objects = append(objects, f.line("Help centre", "as the display URL", true, &d.settings.HelpCenterURL)...)
	objects = append(objects, f.line("Version", "", true, &d.settings.ServerVersion)...)
	return rows(objects...)
}

func (f *form) identity() fyne.CanvasObject {
	d := f.shown
	objects := f.line("clientKey", "", true, &d.settings.ClientKey)
	objects = append(objects, f.line("oauthClientId", "none", true, &d.settings.OAuthClientID)...)
	objects = append(objects, widgets.NewMuted("Licence"), choose(licences(), &d.settings.Licence))
	objects = append(objects, f.line("SEN", "none", true, &d.settings.SupportEntitlementNumber)...)
	objects = append(objects, f.line("Entitlement", "no number", true, &d.settings.EntitlementNumber)...)
	objects = append(objects, f.line("Entitlement id", "none", true, &d.settings.EntitlementID)...)
	return rows(objects...)
}

func (f *form) behaviour() fyne.CanvasObject {
	d := f.shown
	order := widget.NewCheck("Send uninstalled before disabled (the cloud promises no order)", func(on bool) { d.settings.UninstalledFirst = on })
	order.Checked = d.settings.UninstalledFirst
	objects := []fyne.CanvasObject{widgets.NewMuted("Era"), choose(eras(), &d.settings.Era)}
	objects = append(objects, f.line("Token life", "seconds; the era's own is 180", true, &d.tokenSeconds)...)
	objects = append(objects, widgets.NewMuted("Last callbacks"), order)
	objects = append(objects, f.line("Groups", "none; separate with commas", false, &d.groups)...)
	return rows(objects...)
}

func (f *form) peopleHead() fyne.CanvasObject {
	add := widget.NewButtonWithIcon("Add a user", theme.IconPlus, func() {
		f.shown.addUser(f.view.host.NewUser())
		f.showPeople()
	})
	title := widget.NewLabel("Users")
	title.TextStyle.Bold = true
	note := widgets.NewMuted("and the anonymous visitor, who is always there")
	return container.NewVBox(widget.NewSeparator(), container.NewBorder(nil, nil, container.NewHBox(title, note), add))
}

// showPeople makes the fields of the people anew: one was added or removed.
func (f *form) showPeople() {
	for _, o := range f.people {
		f.body.Remove(o)
	}
	f.people = nil
	for i := range f.shown.settings.Users {
		p := f.person(i)
		f.people = append(f.people, p)
		f.body.Add(p)
	}
	f.body.Refresh()
}

func (f *form) person(i int) fyne.CanvasObject {
	u := &f.shown.settings.Users[i]
	left := f.line("Name", "", false, &u.DisplayName)
	left = append(left, f.line("E-mail", "none", false, &u.Email)...)
	left = append(left, f.line("User name", "of the e-mail; for Cloud 2016", false, &u.Username)...)
	left = append(left, f.line("Groups", "none", false, &f.shown.userGroups[i])...)
	right := f.line("Account id", "", true, &u.AccountID)
	right = append(right, f.line("Language", "", false, &u.Locale)...)
	right = append(right, f.line("Time zone", "", false, &u.TimeZone)...)
	admin := widget.NewCheck("Administrator", func(on bool) { u.Admin = on })
	admin.Checked = u.Admin
	hidden := widget.NewCheck("Hides the e-mail", func(on bool) { u.EmailHidden = on })
	hidden.Checked = u.EmailHidden
	remove := widget.NewButton("Remove", func() {
		f.shown.removeUser(i)
		f.showPeople()
	})
	right = append(right, widgets.NewMuted(""), container.NewHBox(admin, hidden, layout.NewSpacer(), remove))
	return container.NewVBox(container.NewGridWithColumns(2, rows(left...), rows(right...)), widget.NewSeparator())
}

// choose is a closed list of values; what is chosen goes into value.
func choose[T comparable](c choice[T], value *T) *widget.Select {
	s := widget.NewSelect(c.options(), nil)
	s.SetSelectedIndex(c.index(*value))
	s.OnChanged = func(string) { *value = c.values[s.SelectedIndex()] }
	return s
}

// entry is a field whose Escape leaves the form.
type entry struct {
	widget.Entry
	escape func()
}

// TypedKey hears Escape as well.
func (e *entry) TypedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyEscape {
		e.escape()
		return
	}
	e.Entry.TypedKey(key)
}

var _ fyne.Focusable = (*entry)(nil)
