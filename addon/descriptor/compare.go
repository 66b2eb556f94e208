package descriptor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Effect is what the Marketplace makes of a new descriptor. Source: protocol lifecycle.md §4.
type Effect string

// The effects, the least one first.
const (
	NoEffect Effect = "none"  // the two say the same
	Micro    Effect = "micro" // takes effect by itself
	Minor    Effect = "minor" // more scopes, or paid from now on: waits for the administrator
	Major    Effect = "major" // apiVersion raised
)

func (e Effect) rank() int { return slices.Index([]Effect{NoEffect, Micro, Minor, Major}, e) }

// ChangeKind says what became of one thing.
type ChangeKind string

// The kinds of change.
const (
	WasAdded   ChangeKind = "added"
	WasRemoved ChangeKind = "removed"
	WasChanged ChangeKind = "changed"
)

// Subject is what kind of thing a change is about.
type Subject string

// The subjects, in the order in which changes are listed.
const (
	ScopeChange    Subject = "scope"
	PropertyChange Subject = "property"
	ModuleChange   Subject = "module"
)

// Change is one difference between two descriptors.
type Change struct {
	Kind   ChangeKind `json:"kind"`
	What   Subject    `json:"what"`
	Name   string     `json:"name"`             // "WRITE", "lifecycle.installed", "generalPages home"
	Old    string     `json:"old,omitempty"`    // JSON pointer into the old text; "" when it was not there
	New    string     `json:"new,omitempty"`    // into the new text
	Before string     `json:"before,omitempty"` // the value as JSON, its members in order
	After  string     `json:"after,omitempty"`
	Effect Effect     `json:"effect"`
	Words  string     `json:"words"`
}

// Comparison is what a new descriptor changes.
type Comparison struct {
	Effect  Effect   `json:"effect"`
	Scopes  []string `json:"scopes"` // asked for now and not granted by the old ones
	Paid    bool     `json:"paid"`   // licensing was off and is on
	Changes []Change `json:"changes"`
}

// NeedsApproval reports whether the new descriptor waits for the administrator of each site. A
// raised apiVersion alone does not. Source: protocol lifecycle.md §4.
func (c Comparison) NeedsApproval() bool { return len(c.Scopes) > 0 || c.Paid }

// Reason says in a clause why approval is needed: "adds WRITE and becomes paid". It is "" when it is not.
func (c Comparison) Reason() string {
	var parts []string
	if len(c.Scopes) > 0 {
		parts = append(parts, "adds "+strings.Join(c.Scopes, ", "))
	}
	if c.Paid {
		parts = append(parts, "becomes paid")
	}
	return strings.Join(parts, " and ")
}

// Compare tells what a new descriptor changes against an old one, in meaning: layout, order of
// members, of modules and of scopes, and values that are the default anyway make no difference.
// The error says which of the two cannot be read; it wraps ErrSyntax or ErrNoObject.
func Compare(old, new []byte) (Comparison, error) {
	before, err := readable(Parse(old))
	if err != nil {
		return Comparison{}, fmt.Errorf("old descriptor: %w", err)
	}
	after, err := readable(Parse(new))
	if err != nil {
		return Comparison{}, fmt.Errorf("new descriptor: %w", err)
	}
	c := Comparison{Effect: NoEffect, Scopes: []string{}, Changes: []Change{}}
	c.scopes(before, after)
	c.properties(before, after)
	c.modules(before, after)
	for _, one := range c.Changes {
		if one.Effect.rank() > c.Effect.rank() {
			c.Effect = one.Effect
		}
	}
	return c, nil
}

// scopes compares what the add-on may do.
func (c *Comparison) scopes(before, after Node) {
	old, new := readScopes(before), readScopes(after)
	var changes []Change
	for n := range after.Child("scopes").Children() {
		scope := strings.ToUpper(n.Text())
		if scope == "" || slices.Contains(old, scope) {
			continue
		}
		change := Change{Kind: WasAdded, What: ScopeChange, Name: scope, New: n.Pointer(), After: canonical(n), Effect: Minor,
			Words: "asks for the scope " + scope}
		if ScopeGranted(old, scope) {
			change.Effect = Micro
			change.Words += ", which the scopes before implied"
		}
		changes = append(changes, change)
	}
	for n := range before.Child("scopes").Children() {
		if scope := strings.ToUpper(n.Text()); scope != "" && !slices.Contains(new, scope) {
			change := Change{Kind: WasRemoved, What: ScopeChange, Name: scope, Old: n.Pointer(), Before: canonical(n),
				Effect: Micro, Words: "no longer asks for the scope " + scope}
			if ScopeGranted(new, scope) {
				change.Words += ", which the scopes now imply"
			}
			changes = append(changes, change)
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(a.Name, b.Name) })
	changes = slices.CompactFunc(changes, func(a, b Change) bool { return a.Name == b.Name && a.Kind == b.Kind })
	for _, change := range changes {
		if change.Effect == Minor {
			c.Scopes = append(c.Scopes, change.Name)
		}
	}
	c.Changes = append(c.Changes, changes...)
}

// properties compares everything but scopes and modules, down to the single value.
func (c *Comparison) properties(before, after Node) {
	old, oldNames := members(before)
	new, newNames := members(after)
	var found []difference
	for _, name := range union(oldNames, newNames) {
		if name != "scopes" && name != "modules" {
			found = differing(found, name, old[name], new[name])
		}
	}
	for _, d := range found {
		change := d.change(PropertyChange, d.name)
		change.Words = d.words()
		switch d.name {
		case "apiVersion":
			if apiVersion(d.new) > apiVersion(d.old) {
				change.Effect = Major
			}
		case "enableLicensing":
			if on, _ := d.new.Bool(); on { // it was off, or there were no difference
				change.Effect, c.Paid = Minor, true
				change.Words += ": the add-on becomes paid"
			}
		case "key":
			change.Words += ": to a host this is another add-on, and no upgrade"
		}
		c.Changes = append(c.Changes, change)
	}
}

// modules compares the modules, each known by its type and key, a webhook by its event and url.
func (c *Comparison) modules(before, after Node) {
	old, oldNames := indexModules(before.Child("modules"))
	new, newNames := indexModules(after.Child("modules"))
	for _, name := range union(oldNames, newNames) {
		d := difference{name: name, old: old[name], new: new[name]}
		change := d.change(ModuleChange, name)
		switch {
		case d.old.Exists() && d.new.Exists():
			if change.Before == change.After {
				continue
			}
			var fields []string
			for _, f := range differing(nil, "", d.old, d.new) {
				fields = append(fields, cmp.Or(f.name, "the whole module"))
			}
			change.Words = "changes " + name + ": " + strings.Join(fields, ", ")
		case d.new.Exists():
			change.Words = "adds " + name
		default:
			change.Words = "removes " + name
		}
		c.Changes = append(c.Changes, change)
	}
}

// indexModules gives each module its name, and the names in order. Of several with the same name,
// which hosts refuse, the later ones get a number.
func indexModules(modules Node) (index map[string]Node, names []string) {
	index = map[string]Node{}
	times := map[string]int{}
	add := func(kind string, m Node) {
		name := moduleIdentity(kind, m)
		times[name]++
		if n := times[name]; n > 1 {
			name = fmt.Sprintf("%s (%d)", name, n)
		}
		index[name] = m
	}
	kinds, kindNames := members(modules)
	for _, kind := range kindNames {
		n := kinds[kind]
		if n.Kind() != Array {
			add(kind, n)
			continue
		}
		for m := range n.Children() {
			add(kind, m)
		}
	}
	return index, slices.Sorted(maps.Keys(index))
}

func moduleIdentity(kind string, m Node) string {
	parts := []string{kind, m.Child("key").Text()}
	if kind == "webhooks" {
		parts = []string{kind, m.Child("event").Text(), m.Child("url").Text()}
	}
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	return strings.Join(parts, " ")
}

// difference is a value that two trees do not share. A zero node stands for a value that is not there.
type difference struct {
	name     string
	old, new Node
}

// differing appends the values below two nodes that differ. An object that is not there counts as
// one without members.
func differing(found []difference, name string, old, new Node) []difference {
	if effective(name, old) == effective(name, new) {
		return found
	}
	if !isObjectOrMissing(old) || !isObjectOrMissing(new) {
		return append(found, difference{name, old, new})
	}
	before, beforeNames := members(old)
	after, afterNames := members(new)
	for _, member := range union(beforeNames, afterNames) {
		full := member
		if name != "" {
			full = name + "." + member
		}
		found = differing(found, full, before[member], after[member])
	}
	return found
}

// union merges two sorted lists of names.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func isObjectOrMissing(n Node) bool { return !n.Exists() || n.Kind() == Object }

// effective is a value as the host takes it: canonical, and the default where there is none.
// Source: protocol descriptor.md §2.
func effective(name string, n Node) string {
	switch name {
	case "authentication.type":
		return cmp.Or(strings.ToLower(n.Text()), "jwt")
	case "enableLicensing":
		on, _ := n.Bool()
		return fmt.Sprint(on)
	case "apiVersion":
		return fmt.Sprint(apiVersion(n))
	}
	return canonical(n)
}

func apiVersion(n Node) int {
	v, _ := n.Int()
	return max(v, 1)
}

func (d difference) change(what Subject, name string) Change {
	c := Change{Kind: WasChanged, What: what, Name: name, Before: canonical(d.old), After: canonical(d.new), Effect: Micro}
	c.Old, c.New = d.old.Pointer(), d.new.Pointer()
	switch {
	case !d.old.Exists():
		c.Kind = WasAdded
	case !d.new.Exists():
		c.Kind = WasRemoved
	}
	return c
}

func (d difference) words() string {
	switch {
	case !d.old.Exists():
		return "adds " + d.name + " " + brief(canonical(d.new))
	case !d.new.Exists():
		return "removes " + d.name + ", which was " + brief(canonical(d.old))
	}
	return "changes " + d.name + " from " + brief(canonical(d.old)) + " to " + brief(canonical(d.new))
}

// briefLength is how many characters of a value stand in words; the whole is in Before and After.
const briefLength = 60

func brief(value string) string {
	runes := []rune(value)
	if len(runes) <= briefLength {
		return value
	}
	return string(runes[:briefLength]) + "…"
}

// members are the values of an object by key, of duplicates the last, and the keys in alphabetical
// order.
func members(n Node) (values map[string]Node, names []string) {
	values = map[string]Node{}
	if n.Kind() != Object {
		return values, nil
	}
	for m := range n.Children() {
		values[m.Key()] = m
	}
	return values, slices.Sorted(maps.Keys(values))
}

// canonical writes a value as JSON without layout, members in alphabetical order and once each, the
// last of duplicates; "" for a node that is not there.
func canonical(n Node) string {
	var b strings.Builder
	writeCanonical(&b, n)
	return b.String()
}

func writeCanonical(b *strings.Builder, n Node) {
	switch n.Kind() {
	case Object:
		values, names := members(n)
		b.WriteByte('{')
		for i, name := range names {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quote(name))
			b.WriteByte(':')
			writeCanonical(b, values[name])
		}
		b.WriteByte('}')
	case Array:
		b.WriteByte('[')
		for m := range n.Children() {
			if m.Index() > 0 {
				b.WriteByte(',')
			}
			writeCanonical(b, m)
		}
		b.WriteByte(']')
	case String:
		b.WriteString(quote(n.Text()))
	case Number:
		if v, ok := n.Int(); ok {
			b.WriteString(strconv.Itoa(v))
			return
		}
		b.Write(n.Raw())
	default:
		b.Write(n.Raw())
	}
}
