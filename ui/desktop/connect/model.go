package connect

import (
	"net"
	"slices"
	"strings"
	"time"

	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// state is what the place is asked to show.
type state struct {
	guide   workbench.ConnectGuide
	chosen  string // id of the framework
	lists   []workbench.AddonChecks
	read    bool // lists are those of the log
	allowed []string
	refused []workbench.RefusedHost
}

// framework is the chosen one, else the first.
func (s *state) framework() (workbench.Framework, bool) {
	if i := s.index(); i >= 0 {
		return s.guide.Frameworks[i], true
	}
	return workbench.Framework{}, false
}

// index is the row of the chosen framework; -1 when there is none at all.
func (s *state) index() int {
	if len(s.guide.Frameworks) == 0 {
		return -1
	}
	return max(0, slices.IndexFunc(s.guide.Frameworks, func(f workbench.Framework) bool { return f.ID == s.chosen }))
}

// checkRow is a row of the check-list: an add-on, or below it one of its checks.
type checkRow struct {
	addon *workbench.AddonChecks // nil on a row of a check
	check workbench.Check
}

// rows lays the check-lists out. The name of an add-on stands above its checks when there are several.
func (s *state) rows() []checkRow {
	var rows []checkRow
	for i := range s.lists {
		if len(s.lists) > 1 {
			rows = append(rows, checkRow{addon: &s.lists[i]})
		}
		for _, c := range s.lists[i].Checks {
			rows = append(rows, checkRow{check: c})
		}
	}
	return rows
}

// addonName is what an add-on is called: by its name, or else by what is known of it.
func addonName(a workbench.AddonChecks) string {
	for _, name := range []string{a.Name, a.Key} {
		if name != "" {
			return name
		}
	}
	return "The add-on at " + a.BaseURL
}

// known is what else there is to know of it.
func known(a workbench.AddonChecks) string {
	if a.Name != "" && a.Key != "" {
		return a.Key + " at " + a.BaseURL
	}
	return a.BaseURL
}

// status is how a check stands.
func status(c workbench.Check) (widgets.Status, string) {
	switch c.State {
	case "passed":
		return widgets.StatusOK, "seen"
	case "failed":
		return widgets.StatusFailed, "failed"
	}
	return widgets.StatusPending, "not yet"
}

// detail is what was seen, or what makes it happen.
func detail(c workbench.Check) string {
	if c.State == "open" {
		return c.Hint
	}
	return c.Detail
}

// when is the time of the exchange; with its date when it is of another day.
func when(c workbench.Check, now time.Time) string {
	if c.Exchange == 0 {
		return ""
	}
	at, today := c.Time.Local(), now.Local()
	if at.YearDay() == today.YearDay() && at.Year() == today.Year() {
		return at.Format(inspect.Clock)
	}
	return at.Format("2 Jan ") + at.Format(inspect.Clock)
}

// progress says in one line how far the add-ons are.
func (s *state) progress() (text string, status widgets.Status) {
	if !s.read {
		return "The exchanges are being looked through", widgets.StatusPending
	}
	seen, failed, all := 0, 0, 0
	for _, list := range s.lists {
		for _, c := range list.Checks {
			all++
			switch c.State {
			case "passed":
				seen++
			case "failed":
				failed++
			}
		}
	}
	text = inspect.Count(int64(seen)) + " of " + inspect.Count(int64(all)) + " seen"
	switch {
	case failed > 0:
		return text + ", " + inspect.Count(int64(failed)) + " failed last time", widgets.StatusFailed
	case seen == 0:
		return "Nothing was seen yet: start the add-on with these settings and install it", widgets.StatusPending
	case seen == all:
		return text, widgets.StatusOK
	}
	return text, widgets.StatusPending
}

// placeOf is where a check that is open can be made to happen; "" when the add-on itself has to do it.
func placeOf(id workbench.CheckID) string {
	switch id {
	case workbench.CheckDescriptor, workbench.CheckInstalled, workbench.CheckKey:
		return "sites"
	case workbench.CheckWebhook:
		return "events"
	case workbench.CheckPage:
		return "pages"
	}
	return ""
}

// hostRow is a host beside this machine: the proxy may reach it, or has refused to.
type hostRow struct {
	host     string // as it stands, or would stand, in the list
	allowed  bool
	exchange int64 // that was refused; 0 for an allowed one
	time     time.Time
}

// hosts are the allowed hosts, and below them those that were refused. A host refused at several ports
// is one row: allowing it allows them all.
func (s *state) hosts() []hostRow {
	var rows []hostRow
	for _, host := range s.allowed {
		rows = append(rows, hostRow{host: host, allowed: true})
	}
	for _, r := range s.refused {
		host := withoutPort(r.Host)
		if !slices.ContainsFunc(rows, func(row hostRow) bool { return row.host == host }) {
			rows = append(rows, hostRow{host: host, exchange: r.Exchange, time: r.Time})
		}
	}
	return rows
}

func withoutPort(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil && !strings.Contains(host, ":") {
		return host
	}
	return address
}

// hostsTitle is the title of the pane of hosts, with what is new there.
func (s *state) hostsTitle() string {
	refused := 0
	for _, row := range s.hosts() {
		if !row.allowed {
			refused++
		}
	}
	if refused == 0 {
		return "Other hosts"
	}
	return "Other hosts (" + inspect.Count(int64(refused)) + " refused)"
}

// with is the list with one host more, without with one less.
func (s *state) with(host string) []string { return append(slices.Clone(s.allowed), host) }

func (s *state) without(host string) []string {
	return slices.DeleteFunc(slices.Clone(s.allowed), func(h string) bool { return h == host })
}
