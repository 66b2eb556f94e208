package sites

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/ask"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/workbench"
)

// addSite adds a site of a product and opens its settings.
func (v *View) addSite(p site.Product) {
	v.add("Add a "+p.Name()+" site", func() (site.Site, error) { return v.host.NewSite(p, ""), nil })
}

// cloneSite adds another customer like the selected site and opens its settings.
func (v *View) cloneSite() {
	if s, ok := v.model.site(); ok {
		v.add("Clone "+s.Title, func() (site.Site, error) { return v.host.CloneOf(s.ID, "") })
	}
}

// add adds the site that make gives. It is shown at once, also when the window is scoped to another.
func (v *View) add(title string, make func() (site.Site, error)) {
	var added workbench.SiteState
	v.env.Start(title, func(ctx context.Context, _ func(string)) error {
		wanted, err := make()
		if err == nil {
			added, err = v.host.AddSite(ctx, wanted)
		}
		return err
	}, func(err error) {
		if err != nil {
			v.env.Fail(title, err)
			return
		}
		v.model.added, v.model.selected = added.ID, added.ID
		v.reload()
		v.editSettings()
	})
}

// editSettings opens the settings of the selected site, with what was typed there before.
func (v *View) editSettings() {
	s, ok := v.model.site()
	if !ok {
		return
	}
	if v.model.drafts[s.ID] == nil {
		settings, err := v.host.SiteSettings(s.ID)
		if err != nil {
			v.env.Fail("Change the settings of "+s.Title, err)
			return
		}
		v.model.keepDraft(s.ID, newDraft(settings))
	}
	v.reload()
	v.env.Window.Canvas().Focus(v.form.first)
	v.form.first.TypedShortcut(&fyne.ShortcutSelectAll{}) // a new site is given another title first
}

// leaveSettings closes the settings of the selected site and forgets what was typed.
func (v *View) leaveSettings() {
	delete(v.model.drafts, v.model.selected)
	v.reload()
	v.env.Window.Canvas().Focus(v.list)
}

// saveSettings keeps what was typed. A refusal leaves it all there, with the reason above.
func (v *View) saveSettings() {
	s, ok := v.model.site()
	d := v.model.drafts[s.ID]
	if !ok || d == nil || v.model.saving {
		return
	}
	title := "Settings of " + s.Title + " were not saved"
	wanted, err := d.read()
	if err != nil {
		v.form.failure.Set(title, err, "")
		return
	}
	v.model.saving = true
	v.form.save.Disable()
	v.env.Start("Save the settings of "+s.Title, func(ctx context.Context, _ func(string)) error {
		_, err := v.host.ChangeSite(ctx, wanted)
		return err
	}, func(err error) {
		v.model.saving = false
		v.form.save.Enable()
		if err != nil {
			v.form.failure.Set(title, invalidity(err), workbench.Advice(err))
			return
		}
		delete(v.model.drafts, wanted.ID)
		v.reload()
		v.env.Window.Canvas().Focus(v.list)
	})
}

// invalidity is what is wrong with settings, without the site they are wrong on: that stands above them.
func invalidity(err error) error {
	var invalid *site.InvalidError
	if !errors.As(err, &invalid) {
		return err
	}
	if inner := errors.Unwrap(invalid.Err); inner != nil {
		return inner
	}
	return invalid
}

// askRemove asks once, naming the site.
func (v *View) askRemove() {
	s, ok := v.model.site()
	if !ok {
		return
	}
	v.askForget(s, "Remove "+s.Title+" from the project?",
		"What is installed on it is forgotten, its secrets and properties too. Add-ons are not told, as when a customer's site is deleted; its exchanges stay.",
		"Remove "+place.Short(s.Title), v.host.RemoveSite)
}

// askReset asks once, naming the site.
func (v *View) askReset() {
	s, ok := v.model.site()
	if !ok {
		return
	}
	v.askForget(s, "Reset "+s.Title+"?",
		"What is installed on it is forgotten, its secrets and properties too; settings and clientKey stay. Add-ons are not told: one that knows the customer then meets a first install, as after a restored backup.",
		"Reset "+place.Short(s.Title), v.host.ResetSite)
}

// askForget asks before something is done to a site that cannot be undone.
func (v *View) askForget(s workbench.SiteState, question, text, answer string, do func(ctx context.Context, siteID string) error) {
	ask.Show(v.env.Window, ask.Question{
		Title: question, Text: text,
		Answers: []ask.Answer{
			{Label: answer, Danger: true, Run: func() {
				v.env.Start(answer, func(ctx context.Context, _ func(string)) error { return do(ctx, s.ID) }, func(err error) {
					if err != nil {
						v.env.Fail(answer, err)
						return
					}
					delete(v.model.drafts, s.ID)
					delete(v.model.runs, s.ID)
					v.reload()
				})
			}},
			{Label: "Keep it"},
		},
	})
}

// showMore opens the menu of what is seldom done with a site.
func (v *View) showMore(below fyne.CanvasObject) {
	menu := fyne.NewMenu("",
		fyne.NewMenuItem("Clone", v.cloneSite),
		fyne.NewMenuItem("Reset…", v.askReset),
		fyne.NewMenuItem("Remove…", v.askRemove),
	)
	widget.ShowPopUpMenuAtRelativePosition(menu, v.env.Window.Canvas(), fyne.NewPos(0, below.Size().Height), below)
}
