package manual

import (
	"cmp"
	"slices"
	"strings"

	"connect-workbench/addon/descriptor"
)

// Page is all there is to say about one thing.
type Page struct {
	Entry
	One      string // "Module type"
	Missing  string // why the site does not know it, "" when it does
	Facts    []Fact
	Sections []Section
	Sources  []descriptor.Source
}

// Fact is one line of a page: a label and what it says, as text and links.
type Fact struct {
	Label string
	Text  string
	Code  bool // the text is one of names and marks
	Links []Entry
}

// Section is a part of a page under a heading: text, an example, or a table of entries.
type Section struct {
	Title   string
	Text    string
	Code    string
	Entries []Row
}

// Row is an entry in a table, with what is said beside it.
type Row struct {
	Entry
	Type     string // of a property
	Required bool
	Missing  string
}

// Page makes the page of an entry for a site.
func (m *Manual) Page(e Entry, s Site) Page {
	p := Page{Entry: e, Missing: s.Missing(e)}
	for _, k := range Kinds() {
		if k.ID == e.Kind {
			p.One = k.One
		}
	}
	var sources []string
	switch e.Kind {
	case descriptor.DocsModule:
		sources = m.module(&p, s)
	case descriptor.DocsProperty:
		sources = m.property(&p, s)
	case descriptor.DocsLocation:
		sources = m.location(&p, s)
	case descriptor.DocsCondition:
		sources = m.condition(&p)
	case descriptor.DocsEvent:
		sources = m.event(&p)
	case descriptor.DocsScope:
		sources = m.scope(&p)
	case descriptor.DocsVariable:
		sources = m.variable(&p, s)
	case descriptor.DocsRule:
		sources = m.rule(&p)
	}
	for _, source := range m.c.Sources {
		if slices.Contains(sources, source.Tag) {
			p.Sources = append(p.Sources, source)
		}
	}
	return p
}

func (p *Page) fact(label, text string) {
	if text != "" {
		p.Facts = append(p.Facts, Fact{Label: label, Text: text})
	}
}

func (p *Page) code(label, text string) {
	if text != "" {
		p.Facts = append(p.Facts, Fact{Label: label, Text: text, Code: true})
	}
}

func (p *Page) links(label string, entries []Entry) {
	if len(entries) > 0 {
		p.Facts = append(p.Facts, Fact{Label: label, Links: entries})
	}
}

// standing says which products know the thing, since when, and how it stands.
func (p *Page) standing() {
	var names []string
	for _, product := range p.Products {
		names = append(names, product.Name())
	}
	p.fact("Product", strings.Join(names, " and "))
	p.fact("Known", cmp.Or(p.Span.String(), "in all times, as far as the sources tell"))
	p.fact("Status", statusText(p.Status))
}

func statusText(s descriptor.Status) string {
	switch s {
	case descriptor.Deprecated:
		return "works, but has a successor"
	case descriptor.Legacy:
		return "only old hosts do anything with it"
	case descriptor.Removed:
		return "hosts no longer know it"
	case descriptor.Ignored:
		return "hosts pass over it"
	case descriptor.Experimental:
		return "known from schemas only"
	case descriptor.Refused:
		return "panels here make the installation fail"
	case descriptor.Seen:
		return "known from real descriptors only"
	}
	return ""
}

func (m *Manual) module(p *Page, s Site) []string {
	t := m.c.Modules[p.Name]
	p.standing()
	if t.Single {
		p.fact("Form", "one object; an array is refused")
	} else {
		p.fact("Form", "an array of objects, also for one module")
	}
	if t.Value.Closed {
		p.fact("Unknown properties", "the host refuses the descriptor")
	}
	if t.ContextFree {
		p.fact("Conditions", "only such as need no issue, project or page")
	}
	if location := t.DefaultLocation[s.Product]; location != "" {
		p.links("Location, when none is given", m.named(descriptor.DocsLocation, location, s))
	}
	var variables, locations []Entry
	for _, name := range t.Context {
		variables = append(variables, m.named(descriptor.DocsVariable, name, s)...)
	}
	p.links("Context variables", variables)
	if t.LocationsContext {
		p.fact("Context variables", "those of the location")
	}
	for _, l := range m.c.Locations {
		if l.Product == s.Product && slices.Contains(l.Modules, t.Type) {
			locations = append(locations, m.named(descriptor.DocsLocation, l.Name, s)...)
		}
	}
	p.Sections = append(p.Sections,
		Section{Title: "Properties", Entries: m.fieldRows(t.Value, t.Type+".", s)},
		Section{Title: "Smallest example", Code: m.Example(t)})
	if len(locations) > 0 {
		p.Sections = append(p.Sections, Section{Title: "Locations on this site", Entries: m.rows(locations, s)})
	}
	return t.Sources
}

func (m *Manual) property(p *Page, s Site) []string {
	f := m.c.Property(p.Name)
	owner, sources := m.c.Descriptor, f.Sources
	first, _, nested := strings.Cut(p.Name, ".")
	if t := m.c.Modules[first]; t != nil && nested {
		owner = t.Value
		if sources == nil {
			sources = t.Sources
		}
		p.links("Module type", m.named(descriptor.DocsModule, first, s))
	} else if sources == nil {
		sources = owner.Field(first).Sources
	}
	if i := strings.LastIndexByte(p.Name, '.'); i > len(first) || i > 0 && owner == m.c.Descriptor {
		p.links("Inside of", m.named(descriptor.DocsProperty, p.Name[:i], s))
	}
	p.fact("Value", TypeText(f.Value))
	need := "may be left out"
	if f.Required {
		need = "required"
	}
	p.fact("Need", need)
	p.code("Default", f.Default)
	m.limits(p, f.Value)
	p.standing()
	p.Sections = append(p.Sections, m.forms(f.Value, p.Name+".", s)...)
	if kind := namesKind(f.Value); kind != "" {
		known, _ := m.List(kind, s)
		p.Sections = append(p.Sections, Section{Title: "Names this site knows", Entries: m.rows(known, s)})
	}
	return sources
}

// forms are the properties of a value: of each of its forms, when it is a choice.
func (m *Manual) forms(v *descriptor.Value, prefix string, s Site) []Section {
	if v.Of != nil {
		v = v.Of
	}
	if v.Type != descriptor.OneOfType {
		if rows := m.fieldRows(v, prefix, s); len(rows) > 0 {
			return []Section{{Title: "Properties", Entries: rows}}
		}
		return nil
	}
	var sections []Section
	for i := range v.Branches {
		b := &v.Branches[i]
		title := "Another form"
		switch {
		case b.When != "":
			title = "When " + v.By + " is " + b.When
		case b.Has != "":
			title = "With " + b.Has
		case i == 0:
			title = "One form"
		}
		sections = append(sections, Section{Title: title, Entries: m.fieldRows(b.Value, prefix, s)})
	}
	return sections
}

// limits are the facts a check of the value goes by.
func (m *Manual) limits(p *Page, v *descriptor.Value) {
	if v.Of != nil && v.Of.Fields == nil {
		p.code("Values of an entry", strings.Join(v.Of.Enum, ", "))
	}
	p.code("Values", strings.Join(v.Enum, ", "))
	if v.Enum != nil || v.Of != nil && v.Of.Enum != nil {
		p.fact("Case", "all lower or all upper")
	}
	if v.Pattern != nil {
		p.code("Pattern", v.Pattern.Source)
	}
	p.code("Usual names", strings.Join(v.Known, ", "))
	if len(v.Newer) > 0 {
		p.fact("Limit", "came after the schemas of 2019; hosts of "+descriptor.EraName(descriptor.Cloud2020)+" and before have none")
	}
	if v.Closed {
		p.fact("Unknown properties", "the host refuses the descriptor")
	}
}

func namesKind(v *descriptor.Value) string {
	if v.Of != nil {
		v = v.Of
	}
	return v.Names // the kinds of names are the kinds of pages
}

// named gives the entry of a name, if there is one.
func (m *Manual) named(kind, name string, s Site) []Entry {
	if e, ok := m.Find(kind, name, s); ok {
		return []Entry{e}
	}
	return nil
}

func (m *Manual) rows(entries []Entry, s Site) []Row {
	rows := make([]Row, len(entries))
	for i, e := range entries {
		rows[i] = Row{Entry: e, Missing: s.Missing(e)}
	}
	return rows
}

// fieldRows are the properties of a value, in the order of the catalogue: required ones first.
func (m *Manual) fieldRows(v *descriptor.Value, prefix string, s Site) []Row {
	var rows []Row
	for _, f := range fieldsOf(v) {
		e, ok := m.Find(descriptor.DocsProperty, m.firstPath(prefix, f), s)
		if !ok { // its name has a dot: there is no path to it
			e = Entry{Name: prefix + f.Name, Help: f.Help, Status: f.Status, Span: f.Span}
		}
		rows = append(rows, Row{Entry: e, Type: TypeText(f.Value), Required: f.Required, Missing: s.Missing(e)})
	}
	return rows
}

// firstPath is the path of a property, or of the same one further out where its form holds itself, as
// conditions do: each has one page, and whoever follows links comes to an end.
func (m *Manual) firstPath(prefix string, f *descriptor.Field) string {
	names := strings.Split(strings.TrimSuffix(prefix, "."), ".")
	for i, name := range names {
		outer := strings.Join(names[:i+1], ".")
		if p := m.c.Property(outer); name == f.Name && p != nil && p.Value == f.Value {
			return outer
		}
	}
	return prefix + f.Name
}

// Short is the last name of a property's path, and the whole name of anything else.
func (r Row) Short() string {
	if r.Kind == "" || r.Kind == descriptor.DocsProperty {
		return lastName(r.Name)
	}
	return r.Name
}
