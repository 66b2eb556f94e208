package descriptor

import (
	"slices"
	"strings"
)

// surfaces tell what surrounds a module, and which context parameters are bound there
// (assets/catalogue/surfaces.json). Source: iframe.md §1 (variable substitution).
type surfaces struct {
	bound     map[string][]string // prefixes of names, by what is around
	usual     map[Product]string  // around a module of which nothing is known
	types     map[string]string   // around a module type
	locations [][2]string         // prefix of a location to what is around; the first that fits counts
}

// eventVariables are names bound in the URLs of webhooks for some events.
// Source: webhooks.md §3.
type eventVariables struct {
	product   Product
	events    []string // names, or their beginnings with * behind
	variables []string
}

func (l *loader) loadSurfaces() {
	s := &l.c.surfaces
	*s = surfaces{bound: make(map[string][]string), usual: make(map[Product]string), types: make(map[string]string)}
	for n := range l.open("surfaces", "around").Children() {
		s.bound[n.Key()] = texts(n.Child("variables"))
	}
	for n := range l.open("surfaces", "default").Children() {
		s.usual[Product(n.Key())] = n.Child("around").Text()
	}
	for n := range l.open("surfaces", "types").Children() {
		s.types[n.Key()] = n.Child("around").Text()
	}
	for n := range l.open("surfaces", "locations").Children() {
		s.locations = append(s.locations, [2]string{n.Child("prefix").Text(), n.Child("around").Text()})
	}
}

func (l *loader) loadEventVariables() {
	for n := range l.open("event-variables", "events").Children() {
		l.c.eventVariables = append(l.c.eventVariables, eventVariables{
			product: Product(n.Child("product").Text()), events: texts(n.Child("events")), variables: texts(n.Child("variables")),
		})
	}
}

// around tells what surrounds a module of a type at a location in a product.
func (s *surfaces) around(m *Module, location string, p Product) string {
	if around := s.types[m.Type]; around != "" {
		return around
	}
	for _, l := range s.locations {
		if strings.HasPrefix(location, l[0]) {
			return l[1]
		}
	}
	return s.usual[p]
}

// binds tells whether a context parameter has a value for a module: because its type says so, or
// by what surrounds it.
func (c *Catalogue) binds(p *Parameter, m *Module, location string) bool {
	if slices.Contains(m.Context, p.Name) {
		return true
	}
	if m.Context != nil && !m.LocationsContext {
		return false
	}
	around := c.surfaces.around(m, location, p.Product)
	if p.MacrosOnly && around != "macro" {
		return false
	}
	return slices.ContainsFunc(c.surfaces.bound[around], func(prefix string) bool {
		return strings.HasPrefix(p.Name, prefix)
	})
}

// forEvent tells whether the variables are bound for an event.
func (v *eventVariables) forEvent(event string) bool {
	return slices.ContainsFunc(v.events, func(name string) bool {
		beginning, open := strings.CutSuffix(name, "*")
		return name == event || open && strings.HasPrefix(event, beginning)
	})
}
