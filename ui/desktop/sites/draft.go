package sites

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/site"
)

// draft is a site's settings while a person changes them. What is typed as text stays text until it
// is read: a number that is none must not be lost.
type draft struct {
	settings site.Site

	port         string
	tokenSeconds string
	groups       string   // separated by commas
	userGroups   []string // of each person, the same way
}

// newDraft begins with the settings there are.
func newDraft(s site.Site) *draft {
	d := &draft{settings: s, port: strconv.Itoa(s.Port), groups: strings.Join(s.Groups, ", ")}
	if s.TokenSeconds != 0 {
		d.tokenSeconds = strconv.Itoa(s.TokenSeconds)
	}
	d.settings.Users = slices.Clone(s.Users)
	for _, u := range s.Users {
		d.userGroups = append(d.userGroups, strings.Join(u.Groups, ", "))
	}
	return d
}

// read gives the settings as typed. The error names the fields that cannot be read.
func (d *draft) read() (site.Site, error) {
	s := d.settings
	s.Users = slices.Clone(d.settings.Users)
	var port, life error
	s.Port, port = number("Port", d.port)
	s.TokenSeconds, life = number("Token life", d.tokenSeconds)
	s.Groups = names(d.groups)
	for i := range s.Users {
		s.Users[i].Groups = names(d.userGroups[i])
	}
	return s, errors.Join(port, life)
}

// addUser adds a person behind the others.
func (d *draft) addUser(u site.User) {
	d.settings.Users = append(d.settings.Users, u)
	d.userGroups = append(d.userGroups, strings.Join(u.Groups, ", "))
}

// removeUser removes the person at an index.
func (d *draft) removeUser(i int) {
	d.settings.Users = slices.Delete(d.settings.Users, i, i+1)
	d.userGroups = slices.Delete(d.userGroups, i, i+1)
}

// number reads a whole number; nothing is 0.
func number(field, text string) (int, error) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%s is to be a whole number, not %q", field, text)
	}
	return n, nil
}

// names reads names separated by commas.
func names(text string) []string {
	var list []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// choice is a closed list of values with the words for them.
type choice[T comparable] struct {
	values []T
	name   func(T) string
}

func (c choice[T]) options() []string {
	words := make([]string, len(c.values))
	for i, v := range c.values {
		words[i] = c.name(v)
	}
	return words
}

// index is the place of a value; the first for one that is not there.
func (c choice[T]) index(v T) int { return max(slices.Index(c.values, v), 0) }

func licences() choice[site.Licence] {
	return choice[site.Licence]{values: site.Licences(), name: licenceName}
}

func eras() choice[site.Era] {
	return choice[site.Era]{values: descriptor.Eras(), name: site.EraTitle}
}

// licenceName names a licence's state and what page requests carry for it.
func licenceName(l site.Licence) string {
	if l.Active() {
		return l.Name() + " (lic=active)"
	}
	return l.Name() + " (lic=none)"
}
