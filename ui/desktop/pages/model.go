package pages

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

// state is what the place is asked to show.
type state struct {
	sites   []workbench.SiteState
	scope   string // the site the window is scoped to; "" is all sites
	entries []entry
	search  string
	chosen  choice
	read    bool // the pages were read at least once
}

// entry is one module on one site.
type entry struct {
	site   workbench.SiteState
	module page.Module
}

// choice names an entry, and stays valid when the list is read again.
type choice struct {
	siteID, addonKey, moduleKey string
}

func (e entry) choice() choice {
	return choice{siteID: e.site.ID, addonKey: e.module.AddonKey, moduleKey: e.module.Key}
}

// found is the entries that the search leaves: every word occurs in name, key, type, location, add-on or site.
func (s *state) found() []entry {
	words := strings.Fields(strings.ToLower(s.search))
	var found []entry
	for _, e := range s.entries {
		m := e.module
		text := strings.ToLower(strings.Join([]string{m.Name, m.Key, m.Type, m.Location, m.AddonKey, m.AddonName, e.site.Title}, " "))
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) }) {
			found = append(found, e)
		}
	}
	return found
}

// entry finds what c names.
func (s *state) entry(c choice) (entry, bool) {
	i := slices.IndexFunc(s.entries, func(e entry) bool { return e.choice() == c })
	if i < 0 {
		return entry{}, false
	}
	return s.entries[i], true
}

// anonymous is what the user chooser calls the visitor who is not logged in.
const anonymous = "Anonymous visitor"

// userNames are the choices of the user chooser, anonymous last. Two people of one name are told apart by their id.
func userNames(users []site.User) []string {
	names := make([]string, 0, len(users)+1)
	for _, u := range users {
		name := u.DisplayName
		if u.Admin {
			name += " (admin)"
		}
		if slices.Contains(names, name) {
			name += " " + u.AccountID
		}
		names = append(names, name)
	}
	return append(names, anonymous)
}

// userID is the account id behind choice i of userNames; "" for the anonymous visitor.
func userID(users []site.User, i int) string {
	if i < 0 || i >= len(users) {
		return ""
	}
	return users[i].AccountID
}

// variables are the names a module's form asks for, in the order of its URL, each once.
func variables(m page.Module) []string {
	var names []string
	for _, name := range m.Variables {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// spread writes a page request URL with one parameter a line, decoded and aligned, and below
// that as it is sent. The token is shortened: it has a pane of its own.
func spread(raw string) string {
	base, query, found := strings.Cut(raw, "?")
	if !found {
		return raw
	}
	parameters := strings.Split(query, "&")
	widest := 0
	for i, parameter := range parameters {
		name, value, _ := strings.Cut(parameter, "=")
		if name == "jwt" {
			parameters[i] = name + "=" + shortToken(value)
		}
		widest = max(widest, len(name))
	}
	widest = min(widest, nameColumn)
	var b strings.Builder
	b.WriteString(base + "\n")
	for _, parameter := range parameters {
		name, value, _ := strings.Cut(parameter, "=")
		fmt.Fprintf(&b, "  %-*s  %s\n", widest, decoded(name), decoded(value))
	}
	b.WriteString("\nas it is sent\n  " + base)
	mark := "?"
	for _, parameter := range parameters {
		b.WriteString("\n  " + mark + parameter)
		mark = "&"
	}
	return b.String()
}

// nameColumn bounds how far one long name moves all values to the right, in characters.
const nameColumn = 16

// decoded is the text behind an encoded one, or the text itself when it is not properly encoded.
func decoded(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// shortToken keeps the beginning of a token, enough to see that there is one.
func shortToken(token string) string {
	const shown = 12
	if len(token) <= 2*shown {
		return token
	}
	return token[:shown] + "…"
}
