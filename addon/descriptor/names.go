package descriptor

import (
	"bytes"
	"slices"
	"strings"
)

// name checks a string that names something the product has.
func (k *Checker) name(n Node, what string) {
	if k.quiet > 0 {
		return // names only ever warn
	}
	switch what {
	case "event":
		k.event(n)
	case "location":
		k.location(n)
	case "condition":
		k.condition(n)
	case "scope":
		k.scope(n)
	}
}

// rename is the fix that puts another string in the place of n, nil for none.
func rename(n Node, to string) *Fix {
	if to == "" {
		return nil
	}
	from, end := n.Range()
	return replace("Change to "+shown(to), from, end, quote(to))
}

// event checks a webhook's event. Hosts accept any name and never fire those they do not
// know. Source: descriptor.md §5.
func (k *Checker) event(n Node) {
	var other *Event
	for _, e := range k.c.events[string(n.bytes())] {
		if k.applies(e.Product) {
			k.outdated(n, e.Status, e.Span, "event", e.Help)
			return
		}
		other = e
	}
	name, near := n.Text(), ""
	if other == nil {
		near = k.suggest(name, k.eventNames)
	}
	f := finding{rule: ruleEvent, node: n, fix: rename(n, near)}
	if other != nil {
		k.add(f, "%s is an event of %s; it never fires in %s", shown(name), other.Product.Name(), k.activeNames())
		return
	}
	k.add(f, "no event %s is known in %s, so it never fires%s", shown(name), k.activeNames(), didYouMean(near))
}

func (k *Checker) eventNames() []string {
	var names []string
	for i := range k.c.Events {
		if e := &k.c.Events[i]; k.applies(e.Product) && e.Status == Current && e.Span.In(k.Era) {
			names = append(names, e.Name)
		}
	}
	return names
}

// outdated tells of a name whose day is over, or has not come yet.
func (k *Checker) outdated(n Node, s Status, span Span, what, help string) {
	if s == Current && span == (Span{}) {
		return
	}
	if k.tooNew(n, Range{}, span, "", "the "+what+" "+raw(n)) {
		return
	}
	switch span.settled(s, k.Era) {
	case Legacy:
		k.add(finding{rule: ruleOutdated, node: n}, "the %s %s is known to old hosts only. %s", what, raw(n), help)
	case Deprecated:
		k.add(finding{rule: ruleDeprecated, node: n}, "the %s %s is being withdrawn. %s", what, raw(n), help)
	}
}

// location checks a place in the product. Hosts accept any and show nothing at those they do
// not know. Source: descriptor.md §5.
func (k *Checker) location(n Node) {
	var other *Location
	for _, l := range k.c.locations[string(n.bytes())] {
		if !k.applies(l.Product) {
			other = l
			continue
		}
		if l.Status == Refused && k.module != nil && k.module.Type == "webPanels" {
			k.add(finding{rule: ruleLocationRefused, node: n}, "hosts refuse to install web panels at %s", raw(n))
			return
		}
		k.outdated(n, l.Status, l.Span, "location", l.Help)
		return
	}
	name := n.Text()
	if name == "" {
		if k.module != nil && len(k.module.DefaultLocation) == 0 {
			k.add(finding{rule: ruleLocation, node: n}, "%s is empty, so nothing is shown", named(n))
		}
		return
	}
	if k.ownLocation(name) {
		return
	}
	if other != nil {
		k.add(finding{rule: ruleLocation, node: n}, "%s is a location of %s; nothing is shown there in %s", shown(name), other.Product.Name(), k.activeNames())
		return
	}
	near := k.suggest(name, k.locationNames)
	k.add(finding{rule: ruleLocation, node: n, fix: rename(n, near)},
		"no location %s is known in %s, and no section of the descriptor has this key, so nothing is shown%s", shown(name), k.activeNames(), didYouMean(near))
}

// ownLocation tells whether a location is made of a known name and keys of the descriptor's
// own sections and items, in segments; hosts put the add-on's key before own keys themselves.
func (k *Checker) ownLocation(name string) bool {
	known := ""
	for i := range k.c.Locations {
		if l := &k.c.Locations[i]; len(l.Name) > len(known) && len(name) > len(l.Name) && name[len(l.Name)] == '/' && name[:len(l.Name)] == l.Name && k.applies(l.Product) {
			known = l.Name
		}
	}
	rest := strings.TrimPrefix(name, known)
	for segment := range strings.SplitSeq(strings.TrimPrefix(rest, "/"), "/") {
		if _, key, prefixed := strings.Cut(segment, "__"); prefixed {
			segment = key
		}
		if _, own := k.keys.find([]byte(segment)); !own {
			return false
		}
	}
	return true
}

// locationNames are the locations where the module type being looked at may go; all of them
// when it is listed nowhere.
func (k *Checker) locationNames() []string {
	var all, fitting []string
	for i := range k.c.Locations {
		l := &k.c.Locations[i]
		if !k.applies(l.Product) || l.Status == Refused {
			continue
		}
		all = append(all, l.Name)
		if k.module != nil && slices.Contains(l.Modules, k.module.Type) {
			fitting = append(fitting, l.Name)
		}
	}
	if len(fitting) > 0 {
		return fitting
	}
	return all
}

// scope warns of scopes that are legal but do not do what is meant. Source: descriptor.md §6.
func (k *Checker) scope(n Node) {
	i := k.c.scopeAt(n.bytes())
	if i < 0 {
		return
	}
	s := &k.c.Scopes[i]
	if s.Name == "ACCESS_EMAIL_ADDRESSES" {
		k.add(finding{rule: ruleEmailScope, node: n}, "ACCESS_EMAIL_ADDRESSES makes every installation fail until the vendor has approved the add-on's key")
	}
	if s.Span != (Span{}) && k.tooNew(n, Range{}, s.Span, "", "the scope "+s.Name) {
		return
	}
	if !slices.ContainsFunc(s.Products, k.applies) {
		k.add(finding{rule: ruleScopeProduct, node: n}, "%s is a scope of %s and gives nothing in %s", s.Name, s.Products[0].Name(), k.activeNames())
	}
}

// scopeAt is the place of a scope in the list, in any case; -1 when there is none.
func (c *Catalogue) scopeAt(name []byte) int {
	for i := range c.Scopes {
		if len(name) == len(c.Scopes[i].Name) && bytes.EqualFold(name, []byte(c.Scopes[i].Name)) {
			return i
		}
	}
	return -1
}
