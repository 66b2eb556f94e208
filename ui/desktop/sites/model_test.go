package sites

import (
	"errors"
	"testing"

	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

const ownDescriptor = "http://localhost:3000/atlassian-connect.json"

func state(id, title string, addons ...workbench.AddonOnSite) workbench.SiteState {
	return workbench.SiteState{
		Site:    site.Site{ID: id, Title: title, Product: site.Jira, Port: 2990},
		BaseURL: "http://localhost:2990", Port: 2990, Addons: addons,
	}
}

func TestSelectionFollowsTheScope(t *testing.T) {
	all := []workbench.SiteState{state("acme", "Acme"), state("globex", "Globex")}
	var m model
	m.take(all, workbench.AddonState{}, "")
	if m.selected != "acme" {
		t.Fatalf("first selected %q, want the first site", m.selected)
	}
	m.selected = "globex"
	m.take(all, workbench.AddonState{}, "")
	if m.selected != "globex" {
		t.Errorf("a refresh moved the selection to %q", m.selected)
	}
	m.take(all, workbench.AddonState{}, "acme")
	if s, _ := m.site(); s.ID != "acme" || len(m.shown()) != 1 {
		t.Errorf("scoped to acme: selected %q of %d shown", s.ID, len(m.shown()))
	}
	m.take(nil, workbench.AddonState{}, "")
	if _, ok := m.site(); ok {
		t.Error("a site is selected where there is none")
	}
}

// A site that is added later may have the id of a removed one.
func TestNothingOfARemovedSiteIsKept(t *testing.T) {
	var m model
	both := []workbench.SiteState{state("acme", "Acme"), state("globex", "Globex")}
	m.take(both, workbench.AddonState{}, "")
	for _, s := range both {
		m.begin(s.ID, "Install")
		m.keepDraft(s.ID, &draft{})
	}
	m.take(both[:1], workbench.AddonState{}, "")
	m.take(both, workbench.AddonState{}, "")
	if m.runs["globex"] != nil || m.drafts["globex"] != nil || m.runs["acme"] == nil || m.drafts["acme"] == nil {
		t.Errorf("runs %v, drafts %v", m.runs, m.drafts)
	}
}

func TestVerbSaysWhatTheButtonDoes(t *testing.T) {
	installed := func(s site.State) workbench.AddonOnSite {
		return workbench.AddonOnSite{Key: "com.example", DescriptorURL: ownDescriptor, State: s}
	}
	tests := []struct {
		name    string
		addons  []workbench.AddonOnSite
		address string
		want    string
	}{
		{"nothing there", nil, "", "Install on Acme"},
		{"already there", []workbench.AddonOnSite{installed(site.Enabled)}, "", "Re-install on Acme"},
		{"there but disabled", []workbench.AddonOnSite{installed(site.Disabled)}, "", "Re-install on Acme"},
		{"was there once", []workbench.AddonOnSite{installed(site.Uninstalled)}, "", "Install on Acme"},
		{"another add-on was typed", []workbench.AddonOnSite{installed(site.Enabled)}, "http://localhost:4000/d.json", "Install on Acme"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			m := model{addon: workbench.AddonState{DescriptorURL: ownDescriptor}, address: tc.address}
			if got := m.verb(state("acme", "Acme", tc.addons...)); got != tc.want {
				t.Errorf("verb %q, want %q", got, tc.want)
			}
		})
	}
}

func TestRunKeepsOneRowPerStep(t *testing.T) {
	var m model
	r := m.begin("acme", "Install on Acme")
	if !m.busy("acme") || m.busy("globex") {
		t.Error("busy does not say where something runs")
	}
	r.add(install.Stage{Name: install.Fetch, State: install.Running})
	r.add(install.Stage{Name: install.Fetch, State: install.Done, Detail: "GET: 200"})
	r.add(install.Stage{Name: install.Callback, State: install.Running})
	r.add(install.Stage{Name: install.Callback, State: install.Failed, Problem: &install.Problem{Key: "k"}})
	r.add(install.Stage{Name: install.Rollback, State: install.Running})
	r.add(install.Stage{Name: install.Rollback, State: install.Done})
	r.end(errors.New("refused"))
	if len(r.Stages) != 3 {
		t.Fatalf("%d rows, want 3: %+v", len(r.Stages), r.Stages)
	}
	if r.failed() != 1 {
		t.Errorf("failed step is %d, want 1", r.failed())
	}
	if m.busy("acme") {
		t.Error("still busy after the end")
	}
}

func TestRunCutShortMarksTheStepUnderWay(t *testing.T) {
	var m model
	r := m.begin("acme", "Install on Acme")
	r.add(install.Stage{Name: install.Callback, State: install.Running})
	r.end(errors.New("context canceled"))
	if r.failed() != 0 || r.Stages[0].Detail != "context canceled" {
		t.Errorf("the step under way became %+v", r.Stages[0])
	}
}

func TestCardTexts(t *testing.T) {
	s := state("acme", "Acme",
		workbench.AddonOnSite{State: site.Enabled}, workbench.AddonOnSite{State: site.Disabled}, workbench.AddonOnSite{State: site.Uninstalled})
	if got := addons(s); got != "1 enabled, 1 disabled" {
		t.Errorf("addons %q", got)
	}
	if got := addons(state("x", "X")); got != "no add-on" {
		t.Errorf("addons of an empty site %q", got)
	}
	if got := port(s); got != "" {
		t.Errorf("port of an unmoved site %q", got)
	}
	s.Moved, s.Port = true, 2991
	if got := port(s); got != "port 2990 was taken, moved to 2991" {
		t.Errorf("port %q", got)
	}
}
