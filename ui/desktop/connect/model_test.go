package connect

import (
	"slices"
	"testing"
	"time"

	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

func TestProgress(t *testing.T) {
	check := func(states ...string) workbench.AddonChecks {
		var a workbench.AddonChecks
		for _, s := range states {
			a.Checks = append(a.Checks, workbench.Check{State: s})
		}
		return a
	}
	for _, tc := range []struct {
		name   string
		state  state
		text   string
		status widgets.Status
	}{
		{"not read", state{}, "The exchanges are being looked through", widgets.StatusPending},
		{"nothing", state{read: true, lists: []workbench.AddonChecks{check("open", "open")}},
			"Nothing was seen yet: start the add-on with these settings and install it", widgets.StatusPending},
		{"some", state{read: true, lists: []workbench.AddonChecks{check("passed", "open")}}, "1 of 2 seen", widgets.StatusPending},
		{"one failed", state{read: true, lists: []workbench.AddonChecks{check("passed"), check("failed")}}, "1 of 2 seen, 1 failed last time", widgets.StatusFailed},
		{"all", state{read: true, lists: []workbench.AddonChecks{check("passed", "passed")}}, "2 of 2 seen", widgets.StatusOK},
	} {
		if text, status := tc.state.progress(); text != tc.text || status != tc.status {
			t.Errorf("%s: %q, %s", tc.name, text, status)
		}
	}
}

func TestRowsNameTheAddonsOnlyWhenThereAreSeveral(t *testing.T) {
	one := workbench.AddonChecks{Key: "com.a", Checks: []workbench.Check{{ID: "page"}, {ID: "rest"}}}
	s := state{lists: []workbench.AddonChecks{one}}
	if rows := s.rows(); len(rows) != 2 || rows[0].addon != nil {
		t.Errorf("one add-on: %+v", rows)
	}
	s.lists = append(s.lists, workbench.AddonChecks{BaseURL: "http://localhost:1", Checks: one.Checks})
	rows := s.rows()
	if len(rows) != 6 || rows[0].addon == nil || rows[3].addon == nil || rows[4].check.ID != "page" {
		t.Fatalf("two add-ons: %+v", rows)
	}
	if a, b := addonName(*rows[0].addon), addonName(*rows[3].addon); a != "com.a" || b != "The add-on at http://localhost:1" {
		t.Errorf("called %q and %q", a, b)
	}
}

func TestHosts(t *testing.T) {
	s := state{
		allowed: []string{"a.example", "b.example:8443"},
		refused: []workbench.RefusedHost{{Host: "c.example:443", Exchange: 9}, {Host: "c.example:80", Exchange: 7}, {Host: "[2001:db8::1]:443", Exchange: 5}},
	}
	var got []string
	for _, row := range s.hosts() {
		got = append(got, row.host)
	}
	if want := []string{"a.example", "b.example:8443", "c.example", "[2001:db8::1]:443"}; !slices.Equal(got, want) {
		t.Errorf("hosts %q, want %q", got, want)
	}
	if got := s.hostsTitle(); got != "Other hosts (2 refused)" {
		t.Errorf("title %q", got)
	}
	if got := s.without("a.example"); !slices.Equal(got, []string{"b.example:8443"}) || len(s.allowed) != 2 {
		t.Errorf("without one: %q, and the list is %q", got, s.allowed)
	}
	if got := (&state{}).hostsTitle(); got != "Other hosts" {
		t.Errorf("title %q", got)
	}
}

func TestWhen(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 4, 31, 0, time.Local)
	for at, want := range map[time.Time]string{
		now:                   "10:04:31",
		now.AddDate(0, 0, -1): "22 Nov 10:04:31",
		now.AddDate(-1, 0, 0): "23 Nov 10:04:31",
	} {
		if got := when(workbench.Check{Exchange: 1, Time: at}, now); got != want {
			t.Errorf("%s: %q", at, got)
		}
	}
	if got := when(workbench.Check{}, now); got != "" {
		t.Errorf("never: %q", got)
	}
}
