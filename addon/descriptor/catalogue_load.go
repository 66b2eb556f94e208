package descriptor

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
)

// LoadCatalogue reads the files of catalogue/ in fsys and compiles them. The error names the
// file and what it refers to in vain.
func LoadCatalogue(fsys fs.FS) (*Catalogue, error) {
	l := loader{
		fsys: fsys, trees: make(map[string]*Tree), shapes: make(map[string]Node), values: make(map[string]*Value),
		patterns: make(map[string]*Pattern), help: make(map[string]string),
		c: &Catalogue{
			Modules: make(map[string]*Module), locations: make(map[string][]*Location),
			conditions: make(map[string]*Condition), events: make(map[string][]*Event), parameters: make(map[string]*Parameter),
			EraNames: make(map[Era]string), texts: make(map[string]*RuleText),
		},
	}
	l.loadHelp()
	l.loadShapes()
	l.loadDescriptor()
	for _, name := range [...]string{"modules-shared", "modules-jira", "modules-confluence"} {
		l.loadModules(name)
	}
	l.loadLocations()
	l.loadConditions()
	l.loadEvents("events")
	l.loadEvents("events-unsampled")
	l.loadScopes()
	l.loadParameters()
	l.loadSurfaces()
	l.loadEventVariables()
	l.loadSources()
	l.loadTexts()
	if l.err != nil {
		return nil, l.err
	}
	l.c.index()
	return l.c, nil
}

// loader reads the files with the package's own parser, because it keeps the order of
// properties. The first fault ends up in err.
type loader struct {
	fsys     fs.FS
	c        *Catalogue
	err      error
	file     string
	trees    map[string]*Tree // of the files read, by name
	help     map[string]string
	patterns map[string]*Pattern
	shapes   map[string]Node
	values   map[string]*Value // compiled shapes, also those still being compiled
}

func (l *loader) fail(format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf("%s: %w", l.file, fmt.Errorf(format, args...))
	}
}

// open gives the member of a file that holds its data.
func (l *loader) open(name, member string) Node {
	l.file = "catalogue/" + name + ".json"
	t := l.trees[name]
	if t == nil {
		text, err := fs.ReadFile(l.fsys, l.file)
		if err != nil {
			l.fail("read: %w", err)
			return Node{}
		}
		t = Parse(text)
		l.trees[name] = t
	}
	if len(t.faults) > 0 {
		line, _ := t.LineColumn(t.faults[0].Offset)
		l.fail("line %d: %s", line, t.faults[0].Message)
	}
	n := t.Root().Child(member)
	if !n.Exists() {
		l.fail("no member %q", member)
	}
	return n
}

func (l *loader) loadHelp() {
	for n := range l.open("help", "help").Children() {
		l.help[n.Key()] = n.Text()
	}
}

func (l *loader) loadShapes() {
	for n := range l.open("shapes", "patterns").Children() {
		p, err := newPattern(n.Key(), n.Child("pattern").Text(), n.Child("expects").Text())
		if err != nil {
			l.fail("%w", err)
		}
		l.patterns[n.Key()] = p
	}
	for n := range l.open("shapes", "shapes").Children() {
		l.shapes[n.Key()] = n
	}
	for name := range l.shapes {
		l.shape(name)
	}
}

// shape compiles a shared form once. A form may contain itself, so it is known by name before
// it is complete.
func (l *loader) shape(name string) *Value {
	if v := l.values[name]; v != nil {
		return v
	}
	n, ok := l.shapes[name]
	if !ok {
		l.fail("no shape %q", name)
		return new(Value)
	}
	v := &Value{Shape: name}
	l.values[name] = v
	l.fill(v, n, name)
	return v
}

// typeNamed finds a type by the name it has in the files; false for anything else, such as a shape.
func typeNamed(name string) (Type, bool) {
	names := [...]string{
		AnyType: "any", StringType: "string", IntegerType: "integer", NumberType: "number", BooleanType: "boolean",
		ObjectType: "object", ArrayType: "array", OneOfType: "oneOf",
	}
	for t, n := range names {
		if n == name {
			return Type(t), true
		}
	}
	return 0, false
}

// value compiles the description of a value: the name of a type or shape, or an object.
func (l *loader) value(n Node, owner string) *Value {
	name := n.Text()
	if n.Kind() == Object {
		name = n.Child("is").Text()
	}
	if _, primitive := typeNamed(name); !primitive && name != "" {
		return l.shape(name)
	}
	v := new(Value)
	l.fill(v, n, owner)
	return v
}

// fill reads a description into v. A shape without a type is an object.
func (l *loader) fill(v *Value, n Node, owner string) {
	name := cmp.Or(n.Text(), n.Child("is").Text(), "object")
	kind, ok := typeNamed(name)
	if !ok {
		l.fail("no type %q", name)
	}
	v.Type = kind
	v.Enum = texts(n.Child("enum"))
	if p := n.Child("pattern").Text(); p != "" {
		if v.Pattern = l.patterns[p]; v.Pattern == nil {
			l.fail("no pattern %q", p)
		}
	}
	v.Max, _ = n.Child("max").Int()
	if items, ok := n.Child("maxItems").Int(); ok {
		v.Max = items
	}
	v.Advised, _ = n.Child("advised").Int()
	v.URL, v.Names, v.Refers = n.Child("url").Text(), n.Child("names").Text(), n.Child("refers").Text()
	v.Newer = texts(n.Child("newer"))
	v.Known, v.By = texts(n.Child("known")), n.Child("by").Text()
	v.Closed, _ = n.Child("closed").Bool()
	if of := n.Child("of"); of.Exists() {
		v.Of = l.value(of, owner)
	}
	if each := n.Child("each"); each.Exists() {
		v.Each = l.value(each, owner)
	}
	for b := range n.Child("branches").Children() {
		strict, _ := b.Child("strict").Bool()
		v.Branches = append(v.Branches, Branch{
			Value: l.shape(b.Child("shape").Text()), When: b.Child("when").Text(), Has: b.Child("has").Text(), Strict: strict,
		})
	}
	l.fields(v, n.Child("fields"), owner)
}

func (l *loader) fields(v *Value, n Node, owner string) {
	if !n.Exists() {
		return
	}
	v.index = make(map[string]int)
	for f := range n.Children() {
		name := f.Key()
		required, _ := f.Child("required").Bool()
		v.index[name] = len(v.Fields)
		if required {
			v.required |= 1 << len(v.Fields)
		}
		v.Fields = append(v.Fields, Field{
			Name: name, Required: required, Default: string(f.Child("default").Raw()), Status: Status(f.Child("status").Text()),
			Help:  cmp.Or(f.Child("help").Text(), l.help[owner+"."+name], l.help[name]),
			Value: l.value(f, name), Span: l.span(f), Sources: texts(f.Child("sources")),
		})
	}
	v.table = newFieldTable(v.Fields)
	if len(v.Fields) > 64 {
		l.fail("%s has more than 64 properties", owner)
	}
}

func (l *loader) loadDescriptor() {
	v := &Value{Shape: "descriptor", Type: ObjectType}
	l.fields(v, l.open("descriptor", "fields"), "descriptor")
	l.c.Descriptor = v
}

func (l *loader) loadModules(file string) {
	for n := range l.open(file, "modules").Children() {
		m := &Module{
			Type: n.Key(), Help: n.Child("help").Text(), Products: products(n.Child("products")),
			Page: n.Child("page").Text(), Status: Status(n.Child("status").Text()), Span: l.span(n), DefaultLocation: make(map[Product]string),
			Context: texts(n.Child("context")), LocationsContext: n.Child("context").Text() == "location",
			Sources: texts(n.Child("sources")), Value: &Value{Shape: n.Key(), Type: ObjectType},
		}
		if n.Child("context").Kind() == Array && m.Context == nil {
			m.Context = []string{} // none, which is not the same as unknown
		}
		m.Single, _ = n.Child("single").Bool()
		m.ContextFree, _ = n.Child("contextFree").Bool()
		for d := range n.Child("defaultLocation").Children() {
			m.DefaultLocation[Product(d.Key())] = d.Text()
		}
		l.fill(m.Value, n, n.Key())
		m.whole = m.Value
		if !m.Single {
			m.whole = &Value{Type: ArrayType, Of: m.Value}
		}
		l.c.Modules[m.Type] = m
		l.c.types = append(l.c.types, m.Type)
	}
}

func (l *loader) loadLocations() {
	for n := range l.open("locations", "locations").Children() {
		l.c.Locations = append(l.c.Locations, Location{
			Name: n.Child("name").Text(), Product: Product(n.Child("product").Text()), Modules: texts(n.Child("modules")),
			Help: n.Child("help").Text(), Status: Status(n.Child("status").Text()), Span: l.span(n), Sources: texts(n.Child("sources")),
		})
	}
}

func (l *loader) loadConditions() {
	for n := range l.open("conditions", "conditions").Children() {
		c := Condition{
			Name: n.Child("name").Text(), Products: products(n.Child("products")), Help: n.Child("help").Text(),
			ContextFree: n.Child("contextFree").Text(), Status: Status(n.Child("status").Text()), Span: l.span(n), Sources: texts(n.Child("sources")),
		}
		inline, known := n.Child("inline").Bool()
		c.NotInline = known && !inline
		for p := range n.Child("params").Children() {
			name := p.Text()
			optional := name != "" && name[len(name)-1] == '?'
			if optional {
				name = name[:len(name)-1]
			}
			c.Params = append(c.Params, Param{Name: name, Optional: optional, Values: texts(n.Find("values", name)), Known: texts(n.Find("known", name))})
		}
		l.c.Conditions = append(l.c.Conditions, c)
	}
}

func (l *loader) loadEvents(file string) {
	for n := range l.open(file, "events").Children() {
		filter, _ := n.Child("filter").Bool()
		l.c.Events = append(l.c.Events, Event{
			Name: n.Child("name").Text(), Product: Product(n.Child("product").Text()), Help: n.Child("help").Text(),
			Filter: filter, Status: Status(n.Child("status").Text()), Span: l.span(n), Sources: texts(n.Child("sources")),
		})
	}
}

func (l *loader) loadScopes() {
	for n := range l.open("scopes", "scopes").Children() {
		l.c.Scopes = append(l.c.Scopes, Scope{
			Name: n.Child("name").Text(), Products: products(n.Child("products")), Implies: texts(n.Child("implies")), Help: n.Child("help").Text(),
			Span: l.span(n), Sources: texts(n.Child("sources")),
		})
	}
}

func (l *loader) loadParameters() {
	for n := range l.open("context", "parameters").Children() {
		p := Parameter{
			Name: n.Child("name").Text(), Product: Product(n.Child("product").Text()),
			Help: n.Child("help").Text(), Status: Status(n.Child("status").Text()), Span: l.span(n), Sources: texts(n.Child("sources")),
		}
		p.MacrosOnly, _ = n.Child("macrosOnly").Bool()
		l.c.Parameters = append(l.c.Parameters, p)
	}
}

func (l *loader) loadSources() {
	for n := range l.open("sources", "sources").Children() {
		l.c.Sources = append(l.c.Sources, Source{Tag: n.Key(), What: n.Child("what").Text(), Trust: n.Child("trust").Text()})
	}
	for n := range l.open("sources", "eras").Children() {
		l.c.EraNames[Era(n.Key())] = n.Text()
	}
}

// span reads since when and until when hosts know a name.
func (l *loader) span(n Node) Span {
	s := Span{Era(n.Child("since").Text()), Era(n.Child("until").Text())}
	for _, e := range [...]Era{s.Since, s.Until} {
		if e != "" && !slices.Contains(Eras(), e) {
			l.fail("no era %q", e)
		}
	}
	return s
}

// index makes the lookups once the lists are complete.
func (c *Catalogue) index() {
	for i := range c.Locations {
		l := &c.Locations[i]
		c.locations[l.Name] = append(c.locations[l.Name], l)
	}
	for i := range c.Conditions {
		c.conditions[c.Conditions[i].Name] = &c.Conditions[i]
	}
	for i := range c.Events {
		e := &c.Events[i]
		c.events[e.Name] = append(c.events[e.Name], e)
	}
	for i := range c.Parameters {
		c.parameters[c.Parameters[i].Name] = &c.Parameters[i]
	}
}

// texts gives the strings of an array, nil for anything else.
func texts(n Node) []string {
	var list []string
	for c := range n.Children() {
		if c.Kind() == String {
			list = append(list, c.Text())
		}
	}
	return slices.Clip(list)
}

func products(n Node) []Product {
	var list []Product
	for _, s := range texts(n) {
		list = append(list, Product(s))
	}
	return list
}
