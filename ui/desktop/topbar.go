package desktop

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// topBar shows the project, the add-on and the scope, and opens the command box.
type topBar struct {
	window *Window
	panel  *widgets.Bar
	addon  *chip
	sites  *widget.Select
	ids    []string // site id of each choice
	silent bool     // the chooser is being set, not chosen
}

func newTopBar(w *Window) *topBar {
	t := &topBar{window: w}
	t.addon = newChip(theme.IconPending, "", t.openAddonMenu)
	t.sites = widget.NewSelect(nil, t.chosen)
	commands := newChip(theme.IconSearch, "Commands  "+keyText(control(fyne.KeyK)), w.openCommandBox)

	project := widgets.NewHeading(w.bench.Project().Name)
	t.panel = widgets.NewBar(project, t.addon, widgets.NewMuted("site"), t.sites, commands).Stretch(project)
	return t
}

// showAddon shows who answers, where, and whether it does.
func (t *topBar) showAddon(a workbench.AddonState) {
	status, word := addonStatus(a)
	t.addon.set(tinted(status), addonMode(a)+"  "+place.Short(shortAddress(a.BaseURL))+"  "+word)
	t.panel.Refresh()
}

// showSites fills the chooser.
func (t *topBar) showSites(sites []workbench.SiteState, scope string) {
	t.silent = true
	defer func() { t.silent = false }()
	var labels []string
	labels, t.ids = siteChoices(sites)
	t.sites.SetOptions(labels)
	t.sites.SetSelectedIndex(max(0, slices.Index(t.ids, scope)))
	t.panel.Refresh()
}

func (t *topBar) chosen(string) {
	if i := t.sites.SelectedIndex(); !t.silent && i >= 0 {
		t.window.setScope(t.ids[i])
	}
}

// openAddonMenu opens the add-on's commands below its button.
func (t *topBar) openAddonMenu() {
	state := t.window.bench.Addon()
	menu := fyne.NewMenu("")
	if state.Detail != "" {
		menu.Items = append(menu.Items, &fyne.MenuItem{Label: state.Detail, Disabled: true}, fyne.NewMenuItemSeparator())
	}
	for _, c := range t.window.addonCommands().Commands {
		menu.Items = append(menu.Items, fyne.NewMenuItem(c.Title, c.Run))
	}
	menu.Items[firstCommand(menu)].Checked = state.Mode == workbench.Builtin
	menu.Items[firstCommand(menu)+1].Checked = state.Mode == workbench.External
	popup := widget.NewPopUpMenu(menu, t.window.win.Canvas())
	popup.ShowAtRelativePosition(fyne.NewPos(0, t.addon.Size().Height), t.addon)
}

// firstCommand is the index of the first item that does something.
func firstCommand(m *fyne.Menu) int {
	return slices.IndexFunc(m.Items, func(i *fyne.MenuItem) bool { return i.Action != nil && !i.IsSeparator })
}
