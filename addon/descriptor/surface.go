package descriptor

import (
	"slices"
	"strings"
)

// Surface is how and where hosts show a module.
type Surface struct {
	Kind   string // page, panel, tab, dialog, macro or item
	Around string // what surrounds it, and so which context parameters are bound: issue, project, space, ...
}

// surfaces tell how and where modules are shown (assets/catalogue/surfaces.json).
// Source: iframe.md §1 (variable substitution).
type surfaces struct {
	bound     map[string][]string // prefixes of names, by what is around
	usual     map[Product]Surface // of a module of which nothing is known
	types     map[string]Surface  // Around is "" where the location decides
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
	*s = surfaces{bound: make(map[string][]string), usual: make(map[Product]Surface), types: make(map[string]Surface)}
	for n := range l.open("surfaces", "around").Children() {
		s.bound[n.Key()] = texts(n.Child("variables"))
	}
	for n := range l.open("surfaces", "default").Children() {
		s.usual[Product(n.Key())] = l.surface(n)
	}
	for n := range l.open("surfaces", "types").Children() {
		s.types[n.Key()] = l.surface(n)
	}
	for n := range l.open("surfaces", "locations").Children() {
		s.locations = append(s.locations, [2]string{n.Child("prefix").Text(), l.surface(n).Around})
	}
}

func (l *loader) surface(n Node) Surface {
	around := n.Child("around").Text()
	if _, known := l.c.surfaces.bound[around]; around != "" && !known {
		l.fail("no place %q", around)
	}
	return Surface{Kind: n.Child("kind").Text(), Around: around}
}

func (l *loader) loadEventVariables() {
	for n := range l.open("event-variables", "events").Children() {
		l.c.eventVariables = append(l.c.eventVariables, eventVariables{
			product: Product(n.Child("product").Text()), events: texts(n.Child("events")), variables: texts(n.Child("variables")),
		})
	}
}

// Surface says how and where a product shows a module of a type at a location; "" is the usual one. A
// type nobody has described yet is a panel of the product's usual place, so that it is seen.
func (c *Catalogue) Surface(p Product, moduleType, location string) Surface {
	s := &c.surfaces
	usual := s.usual[p]
	found, ok := s.types[moduleType]
	if !ok {
		found.Kind = usual.Kind
	}
	if found.Around != "" {
		return found
	}
	found.Around = usual.Around
	for _, l := range s.locations {
		if strings.HasPrefix(location, l[0]) {
			found.Around = l[1]
			break
		}
	}
	return found
}

// Binds tells whether a context parameter has a value on a surface, going by its name alone.
func (c *Catalogue) Binds(on Surface, parameter string) bool {
	return slices.ContainsFunc(c.surfaces.bound[on.Around], func(prefix string) bool {
		return strings.HasPrefix(parameter, prefix)
	})
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
	on := c.Surface(p.Product, m.Type, location)
	return (!p.MacrosOnly || on.Around == "macro") && c.Binds(on, p.Name)
}

// forEvent tells whether the variables are bound for an event.
func (v *eventVariables) forEvent(event string) bool {
	return slices.ContainsFunc(v.events, func(name string) bool {
		beginning, open := strings.CutSuffix(name, "*")
		return name == event || open && strings.HasPrefix(event, beginning)
	})
}
