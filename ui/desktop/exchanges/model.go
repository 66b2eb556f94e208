package exchanges

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"connect-workbench/loopback"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/widgets"
)

// state is what the list is asked to show and what came of it.
type state struct {
	window    window
	typed     string // what stands in the filter box
	filter    string // the filter in force: typed, or what was typed before that had a fault
	site      string // the window's scope; "" is all sites
	fault     *exchange.FilterError
	matching  int64
	all       int64
	loaded    bool  // the log was read at least once
	selection int64 // id of the chosen exchange; 0 for none
}

// query is the filter in force within the site the window is scoped to.
func (s *state) query() string { return within(s.site, s.filter) }

// within narrows filter to one site.
func within(siteID, filter string) string {
	filter = strings.TrimSpace(filter)
	switch {
	case siteID == "":
		return filter
	case filter == "":
		return `site:"` + siteID + `"`
	}
	return `site:"` + siteID + `" (` + filter + ")"
}

// count is the line beside the filter: "38 of 2,140", "2,140 exchanges" when nothing is left
// out. The log stops counting matches at a figure that tells nobody anything any more.
func (s *state) count() string {
	switch {
	case !s.loaded:
		return ""
	case s.matching == s.all && s.all == 1:
		return "1 exchange"
	case s.matching == s.all:
		return inspect.Count(s.all) + " exchanges"
	case s.matching == exchange.CountCap:
		return inspect.Count(s.matching) + "+ of " + inspect.Count(s.all)
	}
	return inspect.Count(s.matching) + " of " + inspect.Count(s.all)
}

// emptiness says why the list is empty.
type emptiness int

const (
	notEmpty     emptiness = iota
	notRead                // the log has not answered yet
	nothingYet             // no exchange was ever recorded
	nothingMatch           // the filter or the site leaves nothing
)

func (s *state) emptiness() emptiness {
	switch {
	case s.window.length() > 0:
		return notEmpty
	case !s.loaded:
		return notRead
	case s.all == 0 && s.filter == "" && s.site == "":
		return nothingYet
	}
	return nothingMatch
}

// whyNothing is the reason in words when nothing matches.
func (s *state) whyNothing(siteTitle string) string {
	switch {
	case s.all == 0:
		return "No exchange has been recorded on any site yet."
	case s.filter != "" && s.site != "":
		return "None of the " + inspect.Count(s.all) + " recorded exchanges is on " + siteTitle + " and matches this filter."
	case s.filter != "":
		return "None of the " + inspect.Count(s.all) + " recorded exchanges matches this filter."
	}
	return "None of the " + inspect.Count(s.all) + " recorded exchanges is on " + siteTitle + "."
}

// cells is one row as text.
type cells struct {
	time, site, kind, what, code, verdict, millis string
	toAddon                                       bool
	codeStatus, verdictStatus                     widgets.Status // empty: nothing to say
}

// textOf writes a row for the list. siteTitle gives the title of a site id.
func textOf(r exchange.Row, siteTitle func(id string) string) cells {
	c := cells{
		time:    r.Start.Local().Format(inspect.Clock),
		site:    siteTitle(r.Site),
		kind:    string(r.Kind),
		what:    what(r),
		millis:  inspect.Millis(r.Duration),
		toAddon: r.Direction == exchange.ToAddon,
	}
	c.code, c.codeStatus = code(r.Status)
	c.verdict, c.verdictStatus = verdict(r)
	if r.Parent != 0 {
		c.what = "↳ " + c.what
	}
	return c
}

// what names an exchange by what the reader looks for: the event of a webhook, otherwise
// method and path with the parameters that are not the token. What an add-on asked the proxy for has
// its host before that.
func what(r exchange.Row) string {
	path := target(r.URL)
	switch {
	case r.Event != "":
		return r.Event + "  " + path
	case r.Method == http.MethodConnect:
		path = r.URL
	case r.Direction == exchange.ToHost:
		if u, err := url.Parse(r.URL); err == nil && u.Host != "" && !loopback.Names(u.Host, 0) {
			path = u.Host + path
		}
	}
	return r.Method + " " + path
}

// target is the path and query of a URL without its token: a token in a list is only noise.
func target(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	var kept []string
	for _, parameter := range strings.Split(u.RawQuery, "&") {
		if parameter != "" && !strings.HasPrefix(parameter, "jwt=") {
			kept = append(kept, parameter)
		}
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + strings.Join(kept, "&")
}

func code(status int) (string, widgets.Status) {
	switch {
	case status == 0:
		return "–", widgets.StatusFailed
	case status >= 400:
		return strconv.Itoa(status), widgets.StatusFailed
	case status >= 300:
		return strconv.Itoa(status), widgets.StatusWarning
	}
	return strconv.Itoa(status), ""
}

// verdict is the short text of the row's verdict and how it is to be taken.
func verdict(r exchange.Row) (string, widgets.Status) {
	switch {
	case r.Judged && r.OK:
		return "ok", widgets.StatusOK
	case r.Judged && r.Summary != "":
		return r.Summary, widgets.StatusFailed
	case r.Judged:
		return string(r.Rule), widgets.StatusFailed
	case r.Status == 0:
		return "no answer", widgets.StatusFailed
	}
	return "not checked", ""
}

// faultText says what in a filter cannot be understood, with the place pointed to.
func faultText(filter string, fault *exchange.FilterError) string {
	at := min(fault.Offset, len(filter))
	return fmt.Sprintf("The filter is not applied. At character %d%s: %s.",
		utf8.RuneCountInString(filter[:at])+1, near(filter[at:]), strings.TrimSuffix(fault.Message, "."))
}

// near quotes the word a fault stands at.
func near(rest string) string {
	words := strings.Fields(rest)
	if len(words) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s)", words[0])
}
