package sites

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/workbench"
)

// model is what the place shows, without a widget.
type model struct {
	all      []workbench.SiteState
	scope    string // site id the window is scoped to; "" is all
	selected string // site id
	addon    workbench.AddonState
	address  string            // the descriptor URL as typed; "" is the project's add-on
	runs     map[string]*run   // site id -> what was last done there
	added    string            // id of the site added last: shown in every scope
	drafts   map[string]*draft // site id -> its settings as they are being changed
	saving   bool

	installKeys string // address that add-ons fetch the keys of signed installs from
}

// run is an install, enable, disable or uninstall as it went, or goes.
type run struct {
	Title   string
	Stages  []install.Stage
	Running bool
	Err     error
	Own     bool // of the project's own add-on
}

// take replaces the sites and keeps the selection where it can.
func (m *model) take(all []workbench.SiteState, addon workbench.AddonState, scope string) {
	m.all, m.addon, m.scope = all, addon, scope
	m.forgetRemoved()
	shown := m.shown()
	if m.index() < 0 {
		m.selected = ""
		if len(shown) > 0 {
			m.selected = shown[0].ID
		}
	}
}

// forgetRemoved drops what was done and typed for sites that are not there any more: one that is added
// later may have the id of one of them.
func (m *model) forgetRemoved() {
	removed := func(siteID string) bool {
		return !slices.ContainsFunc(m.all, func(s workbench.SiteState) bool { return s.ID == siteID })
	}
	maps.DeleteFunc(m.runs, func(siteID string, _ *run) bool { return removed(siteID) })
	maps.DeleteFunc(m.drafts, func(siteID string, _ *draft) bool { return removed(siteID) })
}

// shown are the sites in the window's scope.
func (m *model) shown() []workbench.SiteState {
	if m.scope == "" {
		return m.all
	}
	return slices.DeleteFunc(slices.Clone(m.all), func(s workbench.SiteState) bool { return s.ID != m.scope && s.ID != m.added })
}

// keepDraft keeps what is typed into the settings of a site.
func (m *model) keepDraft(siteID string, d *draft) {
	if m.drafts == nil {
		m.drafts = map[string]*draft{}
	}
	m.drafts[siteID] = d
}

// index is the selected site's place among those shown; -1 when there is none.
func (m *model) index() int {
	return slices.IndexFunc(m.shown(), func(s workbench.SiteState) bool { return s.ID == m.selected })
}

// site is the selected site.
func (m *model) site() (workbench.SiteState, bool) {
	i := m.index()
	if i < 0 {
		return workbench.SiteState{}, false
	}
	return m.shown()[i], true
}

// begin starts the record of a run on a site.
func (m *model) begin(siteID, title string) *run {
	if m.runs == nil {
		m.runs = map[string]*run{}
	}
	r := &run{Title: title, Running: true}
	m.runs[siteID] = r
	return r
}

// busy reports whether something runs on the site: the host takes one verb at a time.
func (m *model) busy(siteID string) bool {
	r := m.runs[siteID]
	return r != nil && r.Running
}

// add takes a stage in: a step is first reported as running and then as what became of it.
func (r *run) add(s install.Stage) {
	if last := len(r.Stages) - 1; last >= 0 && r.Stages[last].Name == s.Name && r.Stages[last].State == install.Running {
		r.Stages[last] = s
		return
	}
	r.Stages = append(r.Stages, s)
}

// end closes the record. A step that was under way is the one that failed.
func (r *run) end(err error) {
	r.Running, r.Err = false, err
	last := len(r.Stages) - 1
	if err != nil && last >= 0 && r.Stages[last].State == install.Running {
		r.Stages[last].State = install.Failed
		r.Stages[last].Detail = err.Error()
	}
}

// failed is the index of the first failed step; -1 when none has failed.
func (r *run) failed() int {
	return slices.IndexFunc(r.Stages, func(s install.Stage) bool { return s.State == install.Failed })
}

// installed finds the add-on that the install button is about: the one fetched from the
// address that the button would use.
func (m *model) installed(s workbench.SiteState) (workbench.AddonOnSite, bool) {
	url := m.address
	if url == "" {
		url = m.addon.DescriptorURL
	}
	for _, a := range s.Addons {
		if a.DescriptorURL == url && url != "" {
			return a, true
		}
	}
	return workbench.AddonOnSite{}, false
}

// verb is what pressing the install button does, with the site it does it to.
func (m *model) verb(s workbench.SiteState) string {
	if a, ok := m.installed(s); ok && a.State != site.Uninstalled {
		return "Re-install on " + place.Short(s.Title)
	}
	return "Install on " + place.Short(s.Title)
}

// hint says in one line what the install button will do to what is there.
func (m *model) hint(s workbench.SiteState) string {
	a, ok := m.installed(s)
	switch {
	case !ok:
		return "Fetches the descriptor, checks it, calls installed and enabled."
	case a.State == site.Uninstalled:
		return "Was installed before: the same clientKey, so the add-on finds what it kept; a new secret."
	default:
		return "Takes over the descriptor as an upgrade. Installing by hand agrees to all it asks for."
	}
}

// port tells where the site listens, and that this is not where it wanted to.
func port(s workbench.SiteState) string {
	if !s.Moved {
		return ""
	}
	return fmt.Sprintf("port %d was taken, moved to %d", s.Site.Port, s.Port)
}

// addons counts the add-ons of a site in a line for its card; that a version waits goes first.
func addons(s workbench.SiteState) string {
	var enabled, disabled int
	for _, a := range s.Addons {
		switch a.State {
		case site.Enabled:
			enabled++
		case site.Disabled:
			disabled++
		}
	}
	var parts []string
	if enabled > 0 {
		parts = append(parts, fmt.Sprintf("%d enabled", enabled))
	}
	if disabled > 0 {
		parts = append(parts, fmt.Sprintf("%d disabled", disabled))
	}
	switch n := waitingAddons(s); {
	case n > 0 && enabled+disabled == 1:
		return "1 waiting"
	case n > 0:
		return fmt.Sprintf("%d of %d waiting", n, enabled+disabled)
	case len(parts) == 0:
		return "no add-on"
	}
	return strings.Join(parts, ", ")
}
