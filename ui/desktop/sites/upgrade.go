package sites

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// upgrades is what the place needs of the workbench for versions that come by themselves.
type upgrades interface {
	Update(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) (install.Outcome, error)
	Approve(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) error
	Refuse(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) error
}

// updateNote tells the two ways to a new version apart. Which of them a button takes has to be clear
// before it is pressed: one is consent, the other waits for it.
const updateNote = "Publish update offers what the add-on serves now as the Marketplace does: more scopes wait for the administrator. Installing above agrees to them at once."

// updateButton offers a new version to one site.
func (v *View) updateButton(s workbench.SiteState, a workbench.AddonOnSite) *widget.Button {
	return widget.NewButton("Publish update", func() { v.publish(s, a) })
}

func (v *View) publish(s workbench.SiteState, a workbench.AddonOnSite) {
	v.carry(s, "Publish update of "+place.Short(name(a))+" on "+place.Short(s.Title), func(ctx context.Context, progress func(install.Stage)) error {
		_, err := v.host.Update(ctx, s.ID, a.Key, progress)
		return err
	})
}

func (v *View) approve(s workbench.SiteState, a workbench.AddonOnSite) {
	v.carry(s, "Approve the new version of "+place.Short(name(a))+" on "+place.Short(s.Title), func(ctx context.Context, progress func(install.Stage)) error {
		return v.host.Approve(ctx, s.ID, a.Key, progress)
	})
}

func (v *View) refuse(s workbench.SiteState, a workbench.AddonOnSite) {
	v.carry(s, "Refuse the new version of "+place.Short(name(a))+" on "+place.Short(s.Title), func(ctx context.Context, progress func(install.Stage)) error {
		return v.host.Refuse(ctx, s.ID, a.Key, progress)
	})
}

// newUpgrade is the part of an add-on's card that asks the administrator about the version that
// waits: why it does, what it changes. It is empty while none does.
func (v *View) newUpgrade(s workbench.SiteState, a workbench.AddonOnSite) fyne.CanvasObject {
	if a.Pending == nil {
		return container.NewVBox()
	}
	approve := widget.NewButton("Approve on "+place.Short(s.Title), func() { v.approve(s, a) })
	refuse := widget.NewButton("Refuse", func() { v.refuse(s, a) })
	if v.model.busy(s.ID) {
		approve.Disable()
		refuse.Disable()
	}
	// The answer stands above the changes: of those there may be many.
	facts := pendingFacts(a)
	return container.NewVBox(
		widgets.NewKeyValues(v.env.Copy, facts[0]),
		container.NewHBox(approve, refuse),
		widgets.NewKeyValues(v.env.Copy, facts[1:]...),
	)
}

// newUpdateNote says what the update buttons of a site do; it is hidden where there is none.
func newUpdateNote(s workbench.SiteState) fyne.CanvasObject {
	note := widgets.NewProse(updateNote)
	note.Importance = widget.LowImportance
	note.Hidden = !slices.ContainsFunc(s.Addons, func(a workbench.AddonOnSite) bool { return a.State != site.Uninstalled })
	return note
}

// pendingFacts say what waits, why, and what it would change.
func pendingFacts(a workbench.AddonOnSite) []widgets.KeyValue {
	p := a.Pending
	return []widgets.KeyValue{
		{Label: "Waiting", Value: waiting(*p, a.Version), Status: widgets.StatusWarning, Prose: true},
		{Label: "Changes", Value: changes(p.Comparison), Prose: true},
	}
}

func waiting(p mockhost.PendingUpgrade, installed string) string {
	since := p.AskedAt.Local().Format(time.DateTime)
	return fmt.Sprintf("%s waits for the administrator since %s: it %s. %s stays in force.",
		version("Version "+p.Version, p.Version, "A new version"), since, p.Comparison.Reason(), version("Version "+installed, installed, "The one installed"))
}

// version is the words for a version, where the descriptor says one.
func version(said, number, unsaid string) string {
	if number == "" {
		return unsaid
	}
	return said
}

// listedChanges is how many changes a card lists; the control API and the shell give all.
const listedChanges = 12

// changes are a comparison in words, one a line.
func changes(c descriptor.Comparison) string {
	var lines []string
	for i, change := range c.Changes {
		if i == listedChanges {
			lines = append(lines, fmt.Sprintf("and %d more", len(c.Changes)-i))
			break
		}
		lines = append(lines, change.Words)
	}
	return strings.Join(lines, "\n")
}

// waitingAddons counts the add-ons of a site of which a version waits.
func waitingAddons(s workbench.SiteState) (n int) {
	for _, a := range s.Addons {
		if a.Pending != nil {
			n++
		}
	}
	return n
}

// waits reports whether a run ended with a version that waits.
func (r *run) waits() bool {
	last := len(r.Stages) - 1
	return last >= 0 && r.Stages[last].State == install.Waiting
}

// publishOwn publishes an update of the add-on that the install button is about.
func (v *View) publishOwn() {
	s, ok := v.model.site()
	if !ok {
		return
	}
	a, ok := v.model.installed(s)
	if !ok || a.State == site.Uninstalled {
		v.env.Fail("Publish an update on "+s.Title, site.ErrNotInstalled)
		return
	}
	v.publish(s, a)
}
