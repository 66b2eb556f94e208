package sites

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/mockhost/install"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// faults is what the place needs of the workbench for installs that fail on purpose.
type faults interface {
	InstallFaults() []install.Fault
	FailNextInstall(siteID, key string) error
}

// faultRow chooses how the next install fails, and shows what was chosen until it has struck.
type faultRow struct {
	choose *widget.Button
	shown  *fyne.Container
	words  *widgets.KeyValues
}

func newFaultRow(v *View) *faultRow {
	r := &faultRow{words: widgets.NewKeyValues(nil)}
	r.choose = widget.NewButton("Fail the next install…", v.openFaults)
	r.choose.Importance = widget.LowImportance
	back := widget.NewButton("Take back", func() { v.failNext("") })
	r.shown = container.NewBorder(nil, nil, nil, container.NewVBox(back), r.words)
	r.shown.Hide()
	return r
}

// show draws what was chosen for a site.
func (r *faultRow) show(s workbench.SiteState) {
	r.shown.Hidden = s.Fault.Key == ""
	if s.Fault.Key != "" {
		r.words.Set(widgets.KeyValue{Label: "Next install", Status: widgets.StatusWarning, Prose: true,
			Value: "fails once, whatever the add-on does: " + s.Fault.Title + "."})
	}
	r.shown.Refresh()
}

// openFaults opens the failures below their button, by the stage they show at.
func (v *View) openFaults() {
	s, ok := v.model.site()
	if !ok {
		return
	}
	menu := fyne.NewMenu("")
	for _, stage := range []struct {
		name  install.StageName
		title string
	}{
		{install.Fetch, "Fetch: the descriptor's address"},
		{install.CheckStage, "Check: descriptor and site"},
		{install.Callback, "Callback: installed"},
	} {
		item := fyne.NewMenuItem(stage.title, nil)
		item.ChildMenu = fyne.NewMenu("")
		for _, f := range v.host.InstallFaults() {
			if f.Stage != stage.name {
				continue
			}
			one := fyne.NewMenuItem(f.Title, func() { v.failNext(f.Key) })
			one.Checked = f.Key == s.Fault.Key
			item.ChildMenu.Items = append(item.ChildMenu.Items, one)
		}
		menu.Items = append(menu.Items, item)
	}
	button := v.detail.faults.choose
	popup := widget.NewPopUpMenu(menu, v.env.Window.Canvas())
	popup.ShowAtRelativePosition(fyne.NewPos(0, button.Size().Height), button)
}

// failNext asks for a failure on the selected site; "" takes it back.
func (v *View) failNext(key string) {
	s, ok := v.model.site()
	if !ok {
		return
	}
	if err := v.host.FailNextInstall(s.ID, key); err != nil {
		v.env.Fail("Fail the next install on "+s.Title, err)
	}
	v.reload()
}
