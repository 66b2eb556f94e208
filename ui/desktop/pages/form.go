package pages

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/widgets"
)

// form asks as whom and in which context a page is opened.
type form struct {
	content *fyne.Container
	changed func()

	users   []site.User
	user    *widget.Select
	names   []string
	entries []*widget.Entry
}

// newForm makes an empty form; changed is told of every change a person makes.
func newForm(changed func()) *form {
	f := &form{content: container.New(layout.NewFormLayout()), changed: changed}
	f.user = widget.NewSelect(nil, func(string) { f.changed() })
	return f
}

// show asks for what a page needs, with values filled in. Whoever was chosen stays chosen on the same site.
func (f *form) show(users []site.User, m page.Module, values map[string]string) {
	names := userNames(users)
	chosen := f.user.SelectedIndex()
	if chosen < 0 || len(users) != len(f.users) {
		chosen = 0
	}
	f.users = users
	f.user.Options = names
	f.user.Selected = names[chosen]
	f.user.Refresh()

	f.names, f.entries = variables(m), nil
	f.content.RemoveAll()
	f.content.Add(widgets.NewMuted("As"))
	f.content.Add(f.user)
	for _, name := range f.names {
		entry := widget.NewEntry()
		entry.TextStyle.Monospace = true
		entry.SetPlaceHolder("empty")
		entry.SetText(values[name])
		entry.OnChanged = func(string) { f.changed() }
		f.entries = append(f.entries, entry)
		f.content.Add(widgets.NewMuted(name))
		f.content.Add(entry)
	}
	f.content.Refresh()
}

// fill takes what the form says into a request.
func (f *form) fill(r *page.Request) {
	r.UserID = userID(f.users, f.user.SelectedIndex())
	r.Context = make(map[string]string, len(f.names))
	for i, name := range f.names {
		r.Context[name] = f.entries[i].Text
	}
}
