package manual

import (
	"cmp"
	"slices"
	"strings"

	"connect-workbench/addon/descriptor"
)

// Kind is one of the kinds of pages.
type Kind struct {
	ID    string // as in descriptor.DocsPath
	Title string // of the list: "Module types"
	One   string // of one page: "Module type"
	Help  string
}

// Kinds lists the kinds in the order they are shown in.
func Kinds() []Kind {
	return []Kind{
		{descriptor.DocsModule, "Module types", "Module type", "What an add-on can add to a product."},
		{descriptor.DocsProperty, "Properties", "Property", "The properties of the descriptor itself. Those of a module stand on the page of its type."},
		{descriptor.DocsLocation, "Locations", "Location", "Places in a product where items, sections and panels go."},
		{descriptor.DocsCondition, "Conditions", "Condition", "What decides whether a module is shown."},
		{descriptor.DocsEvent, "Webhook events", "Webhook event", "What a product can tell an add-on about."},
		{descriptor.DocsScope, "Scopes", "Scope", "What an add-on may do through REST."},
		{descriptor.DocsVariable, "Context variables", "Context variable", "What the host fills in for {name} in an address."},
		{descriptor.DocsRule, "Rules", "Rule", "What the validation checks, with examples."},
	}
}

// Entry is one thing that has a page.
type Entry struct {
	Kind     string
	Name     string
	Help     string
	Products []descriptor.Product // nil: both, and none in particular
	Status   descriptor.Status
	Span     descriptor.Span
	nested   bool // a property within a property, or of a module
}

// Path is the path of the entry's page below a site's base URL.
func (e Entry) Path() string { return descriptor.DocsPath(e.Kind, e.Name) }

// Site is for whom a page is written.
type Site struct {
	Product descriptor.Product
	Era     descriptor.Era
}

// Missing says why a site does not know the entry, "" when it does.
func (s Site) Missing(e Entry) string {
	switch {
	case e.Products != nil && !slices.Contains(e.Products, s.Product):
		return e.Products[0].Name() + " only"
	case !(descriptor.Span{Since: e.Span.Since}).In(s.Era):
		return "known since " + descriptor.EraName(e.Span.Since)
	case !e.Span.In(s.Era):
		return "gone after " + descriptor.EraName(e.Span.Until)
	}
	return ""
}

// Manual is the reference of one catalogue. It is not changed once made and may be shared.
type Manual struct {
	c       *descriptor.Catalogue
	entries []Entry
	byName  map[[2]string][]int // kind and name; a name of both products may have two
}

// New makes the reference of a catalogue.
func New(c *descriptor.Catalogue) *Manual {
	m := &Manual{c: c, byName: make(map[[2]string][]int)}
	for _, kind := range c.ModuleTypes() {
		t := c.Modules[kind]
		m.add(Entry{Kind: descriptor.DocsModule, Name: kind, Help: t.Help, Products: t.Products, Status: t.Status, Span: t.Span})
	}
	m.addFields(c.Descriptor, "", nil, descriptor.Span{}, nil)
	for _, kind := range c.ModuleTypes() {
		t := c.Modules[kind]
		m.addFields(t.Value, kind+".", t.Products, t.Span, nil)
	}
	for _, l := range c.Locations {
		m.add(Entry{Kind: descriptor.DocsLocation, Name: l.Name, Help: l.Help, Products: []descriptor.Product{l.Product}, Status: l.Status, Span: l.Span})
	}
	for _, d := range c.Conditions {
		m.add(Entry{Kind: descriptor.DocsCondition, Name: d.Name, Help: d.Help, Products: d.Products, Status: d.Status, Span: d.Span})
	}
	for _, e := range c.Events {
		m.add(Entry{Kind: descriptor.DocsEvent, Name: e.Name, Help: e.Help, Products: []descriptor.Product{e.Product}, Status: e.Status, Span: e.Span})
	}
	for _, s := range c.Scopes {
		m.add(Entry{Kind: descriptor.DocsScope, Name: s.Name, Help: s.Help, Products: s.Products, Span: s.Span})
	}
	for _, p := range c.Parameters {
		m.add(Entry{Kind: descriptor.DocsVariable, Name: p.Name, Help: p.Help, Products: []descriptor.Product{p.Product}, Status: p.Status, Span: p.Span})
	}
	for _, t := range c.Texts {
		m.add(Entry{Kind: descriptor.DocsRule, Name: t.Rule.ID, Help: t.Rule.Title + "."})
	}
	return m
}

func (m *Manual) add(e Entry) {
	id := [2]string{e.Kind, e.Name}
	m.byName[id] = append(m.byName[id], len(m.entries))
	m.entries = append(m.entries, e)
}

// addFields adds the properties of a value, and theirs. A path two forms of a choice share is added
// once. around are the shapes the value stands in: conditions hold conditions without end, and are
// gone into once.
func (m *Manual) addFields(v *descriptor.Value, prefix string, products []descriptor.Product, span descriptor.Span, around []string) {
	shape := v.Shape
	if v.Of != nil {
		shape = v.Of.Shape
	}
	if shape != "" {
		if slices.Contains(around, shape) {
			return
		}
		around = append(slices.Clip(around), shape)
	}
	for _, f := range fieldsOf(v) {
		name := prefix + f.Name
		if m.byName[[2]string{descriptor.DocsProperty, name}] != nil {
			continue
		}
		own := span
		if f.Span != (descriptor.Span{}) {
			own = f.Span
		}
		m.add(Entry{
			Kind: descriptor.DocsProperty, Name: name, Help: f.Help, Products: products, Status: f.Status, Span: own,
			nested: prefix != "",
		})
		m.addFields(f.Value, name+".", products, own, around)
	}
}

// fieldsOf are the properties of a value, of an array's elements, or of all forms of a choice.
func fieldsOf(v *descriptor.Value) []*descriptor.Field {
	switch {
	case v.Of != nil:
		return fieldsOf(v.Of)
	case v.Each != nil:
		return fieldsOf(v.Each)
	}
	var fields []*descriptor.Field
	for i := range v.Branches {
		for _, f := range fieldsOf(v.Branches[i].Value) {
			if !slices.ContainsFunc(fields, func(have *descriptor.Field) bool { return have.Name == f.Name }) {
				fields = append(fields, f)
			}
		}
	}
	for i := range v.Fields {
		fields = append(fields, &v.Fields[i])
	}
	return fields
}

// Find gives the entry of a kind and name that the site knows, else one it does not.
func (m *Manual) Find(kind, name string, s Site) (Entry, bool) {
	found := m.byName[[2]string{kind, name}]
	if len(found) == 0 {
		return m.within(kind, name)
	}
	for _, i := range found {
		if s.Missing(m.entries[i]) == "" {
			return m.entries[i], true
		}
	}
	return m.entries[found[0]], true
}

// within gives the entry of a property inside of itself, such as a condition's of a condition, which
// no list has.
func (m *Manual) within(kind, name string) (Entry, bool) {
	f := m.c.Property(name)
	if kind != descriptor.DocsProperty || f == nil {
		return Entry{}, false
	}
	e := Entry{Kind: kind, Name: name, Help: f.Help, Status: f.Status, Span: f.Span, nested: true}
	if t := m.c.Modules[name[:strings.IndexByte(name+".", '.')]]; t != nil {
		e.Products = t.Products
	}
	return e, true
}

// List gives the entries of a kind, in the order of the catalogue: those the site knows, and the others.
func (m *Manual) List(kind string, s Site) (known, others []Entry) {
	for _, e := range m.entries {
		switch {
		case e.Kind != kind || e.nested:
		case s.Missing(e) == "":
			known = append(known, e)
		default:
			others = append(others, e)
		}
	}
	return known, others
}

// maxFound is how many results of a search are given.
const maxFound = 100

// Search finds entries whose name or help has every word of the query, in any case. Those that are
// named so come first; what the site does not know comes last. Of properties that many modules have
// alike, the first stands for all. more counts what is left out.
func (m *Manual) Search(query string, s Site) (found []Entry, more int) {
	words := strings.Fields(strings.ToLower(query))
	if len(words) == 0 {
		return nil, 0
	}
	type hit struct {
		Entry
		rank int
	}
	var hits []hit
	shown := make(map[[2]string]bool)
	for _, e := range m.entries {
		alike := [2]string{lastName(e.Name), e.Help}
		if e.nested && shown[alike] {
			continue
		}
		if rank := rankOf(e, words); rank < noMatch {
			if s.Missing(e) != "" {
				rank += unknownHere
			}
			hits = append(hits, hit{e, rank})
			shown[alike] = shown[alike] || e.nested
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	for _, h := range hits[:min(len(hits), maxFound)] {
		found = append(found, h.Entry)
	}
	return found, len(hits) - len(found)
}

// lastName is the last part of a property's path.
func lastName(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// Ranks of matches, best first.
const (
	isNamed = iota
	namedFirst
	inName
	inHelp
	inPath // of a property: the name of what it is in
	noMatch
	unknownHere = 10
)

// rankOf is how well an entry fits the words, the worst of them counting. Of a property the last
// part of its path is its name.
func rankOf(e Entry, words []string) int {
	full := strings.ToLower(e.Name)
	name := full
	if e.nested {
		name = lastName(full)
	}
	help := strings.ToLower(e.Help)
	worst := isNamed
	for _, w := range words {
		rank := noMatch
		switch {
		case name == w || full == w:
			rank = isNamed
		case strings.HasPrefix(name, w):
			rank = namedFirst
		case strings.Contains(name, w):
			rank = inName
		case strings.Contains(help, w):
			rank = inHelp
		case strings.Contains(full, w):
			rank = inPath
		}
		worst = max(worst, rank)
	}
	return worst
}
