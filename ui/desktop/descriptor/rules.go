package descriptor

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/ui/workbench"
)

// chooseRules opens the menu of products and eras below its button.
func (v *View) chooseRules() {
	menu := fyne.NewMenu("", v.ruleItems()...)
	widget.ShowPopUpMenuAtRelativePosition(menu, v.env.Window.Canvas(), fyne.NewPos(0, v.bar.product.Size().Height), v.bar.product)
}

// ruleItems are the choices; those in force are marked.
func (v *View) ruleItems() []*fyne.MenuItem {
	chosen := v.host.CheckRules()
	var items []*fyne.MenuItem
	add := func(label string, r workbench.CheckRules) {
		item := fyne.NewMenuItem(label, func() { v.setRules(r) })
		item.Checked = r == chosen
		items = append(items, item)
	}
	for _, p := range []engine.Product{"", engine.Jira, engine.Confluence} {
		label := "For the products of its modules"
		if p != "" {
			label = "For " + p.Name()
		}
		add(label, workbench.CheckRules{Product: p, Era: chosen.Era})
	}
	items = append(items, fyne.NewMenuItemSeparator())
	for _, e := range engine.Eras() {
		era := e
		if e == engine.CloudNow {
			era = ""
		}
		add(engine.EraName(e), workbench.CheckRules{Product: chosen.Product, Era: era})
	}
	return items
}

// setRules has the text checked by other rules.
func (v *View) setRules(r workbench.CheckRules) {
	if err := v.host.SetCheckRules(r); err != nil {
		v.env.Fail("Choose the rules of the check", err)
		return
	}
	v.check()
	v.showBar()
}
