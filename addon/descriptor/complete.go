package descriptor

import (
	"cmp"
	"slices"
	"strings"
)

// Completion is what may be written at a place of a text.
type Completion struct {
	Items []Item // best first
	// Asked: the list is worth showing only when the person asks for it, because what stands
	// there is complete, or is free text most of the time.
	Asked bool
}

// Item is one thing that may be written.
type Item struct {
	Kind     ItemKind
	Label    string // what is chosen: the name, or the value
	Detail   string // what it is, in few words: "text, required"
	Help     string // one line
	Status   Status
	Required bool
	Products []Product // nil: it has nothing to do with the product
	Edit     Edit      // what accepting it does to the text
	Also     []Edit    // what else it needs elsewhere in the text, such as a scope
	Stops    []Stop    // what of Edit.Text is to be filled in; none: the caret goes behind it
	Docs     DocsTarget
}

// ItemKind says what an item names.
type ItemKind string

// Kinds of items.
const (
	PropertyItem  ItemKind = "property"
	ModuleItem    ItemKind = "module"
	ValueItem     ItemKind = "value"
	LocationItem  ItemKind = "location"
	EventItem     ItemKind = "event"
	ConditionItem ItemKind = "condition"
	ScopeItem     ItemKind = "scope"
	VariableItem  ItemKind = "variable"
	KeyItem       ItemKind = "key" // of a module of this descriptor
)

// DocsTarget names a page of the documentation. The zero value names none.
type DocsTarget struct {
	Kind string // DocsModule and the others
	Name string // as DocsPath has it: "webPanels", "webPanels.location"
}

// Complete tells what may be written at an offset of a text, whole or half written: names of
// properties with a value of the right form, values, and names the product or the descriptor
// has. What stands there already is what the items are filtered by and what they replace. It
// never fails; where nothing of the catalogue fits there are no items.
func Complete(text []byte, offset int, o Options) Completion {
	return NewChecker(BuiltIn()).Complete(text, offset, o)
}

// Complete is like the function of this name.
func (k *Checker) Complete(text []byte, offset int, o Options) Completion {
	if len(text) > MaxSize {
		return Completion{}
	}
	k.start(text, o)
	offset = k.tree.runeStart(offset)
	f := offer{k: k, spot: k.tree.spotAt(offset), offset: offset}
	switch f.spot.kind {
	case wholeSpot:
		f.whole()
	case nameSpot:
		f.names()
	case valueSpot:
		f.values()
	}
	return f.completion()
}

// offer gathers the items for one spot.
type offer struct {
	k      *Checker
	spot   spot
	offset int
	module Node // around the spot
	items  []ranked
	places map[string]int // of events and locations in items, by name
	asked  bool
}

// ranked is an item with what orders it: how well it matches, then how it was put in.
type ranked struct {
	Item
	match int
	group int // lower first among equal matches
}

// rank orders items before their group does: by how well they match, and what fits less well
// behind all that fits.
func (r *ranked) rank() int {
	if r.group == otherGroup {
		return r.match + noMatch
	}
	return r.match
}

// Groups of items.
const (
	neededGroup = iota // required and not there yet
	ownGroup           // of the descriptor itself
	usualGroup
	otherGroup // fits less well
	agedGroup  // outdated
)

// groupOf is the group of a name with a status.
func groupOf(s Status) int {
	if s == Current {
		return usualGroup
	}
	return agedGroup
}

// reach is the group of a name that some products have; false when it is nothing for this place.
// As long as nobody has said which product is meant, the other one may be meant too: its names
// come behind.
func (f *offer) reach(products []Product, s Status) (group int, ok bool) {
	if slices.ContainsFunc(products, f.k.applies) {
		return groupOf(s), true
	}
	if f.k.Product == Jira || f.k.Product == Confluence {
		return 0, false
	}
	if m := f.k.module; m != nil && !slices.ContainsFunc(products, m.In) {
		return 0, false
	}
	return otherGroup, true
}

// add puts an item in when what is typed matches its label.
func (f *offer) add(group int, item Item) {
	if f.matches(item.Label) {
		f.put(group, item)
	}
}

// matches tells whether what is typed is part of a label. Asking it first saves making an item
// that is not shown.
func (f *offer) matches(label string) bool { return matchName(label, f.spot.typed) != noMatch }

func (f *offer) put(group int, item Item) {
	if item.Kind == EventItem || item.Kind == LocationItem {
		if i, there := f.places[item.Label]; there { // in both products
			have := &f.items[i]
			if group < have.group {
				have.group, have.Status, have.Help, have.Detail = group, item.Status, item.Help, item.Detail
			}
			_, rest, more := strings.Cut(have.Detail, ",")
			have.Products = append(slices.Clone(have.Products), item.Products...)
			if have.Detail = productNames(have.Products); more {
				have.Detail += "," + rest
			}
			return
		}
		if f.places == nil {
			f.places = make(map[string]int)
		}
		f.places[item.Label] = len(f.items)
	}
	f.items = append(f.items, ranked{Item: item, match: matchName(item.Label, f.spot.typed), group: group})
}

func (f *offer) completion() Completion {
	slices.SortStableFunc(f.items, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.group, b.group))
	})
	c := Completion{Asked: f.asked}
	for _, r := range f.items {
		c.Items = append(c.Items, r.Item)
	}
	if len(c.Items) == 1 && len(c.Items[0].Also) == 0 {
		e := c.Items[0].Edit
		c.Asked = c.Asked || e.Text == string(f.k.tree.text[e.Offset:e.End])
	}
	return c
}

// edit writes a text in the place of the spot, with the commas it needs.
func (f *offer) edit(s *snippet) (Edit, []Stop) {
	lead, tail := f.spot.lead, f.spot.tail
	for i := range s.stops {
		s.stops[i].From += len(lead)
		s.stops[i].To += len(lead)
	}
	return Edit{Offset: f.spot.from, End: f.spot.to, Text: lead + string(s.b) + tail}, s.stops
}

// snippet begins what is written at the spot.
func (f *offer) snippet() *snippet {
	s := f.k.snippet(f.spot.in, f.spot.node, f.offset)
	if f.k.module != nil {
		s.module(f.k.module.Type)
	}
	return s
}

// whole offers a descriptor to begin with.
func (f *offer) whole() {
	s := f.snippet()
	s.value(f.k.c.Descriptor, member{})
	end := s.newline + "}"
	s.b = s.b[:len(s.b)-len(end)]
	s.write("," + s.newline + s.unit)
	s.name("modules")
	s.write("{")
	s.stop("")
	s.write("}" + end)
	item := Item{Kind: ValueItem, Label: "descriptor", Detail: "a new one", Help: "The properties every host asks for, and an empty place for modules."}
	item.Edit, item.Stops = f.edit(s)
	f.add(usualGroup, item)
}

// names offers the properties an object may have and has not.
func (f *offer) names() {
	k, in := f.k, f.spot.in
	f.module = k.enclosing(in)
	if k.isModules(in) {
		f.modules()
		return
	}
	if c := k.paramsOf(in); c != nil {
		f.params(c)
		return
	}
	var forms []*Value
	for _, v := range k.expected(in) {
		for _, form := range k.branches(in, v, f.spot.node) {
			if form.Type == ObjectType {
				forms = append(forms, form)
			}
		}
	}
	offered := make(map[string]bool)
	for _, form := range forms {
		f.fields(form, forms, offered)
	}
}

// common is the form of a property that several forms of an object have: where each of them wants
// a text of its own, it is one of these.
func common(name string, first *Value, forms []*Value) *Value {
	if len(forms) == 1 || first.Type != StringType || first.Enum == nil {
		return first
	}
	all := &Value{Type: StringType}
	for _, form := range forms {
		field := form.Field(name)
		if field == nil {
			continue
		}
		for _, e := range field.Value.Enum {
			if !slices.Contains(all.Enum, e) {
				all.Enum = append(all.Enum, e)
			}
		}
	}
	return all
}

// there tells whether the object has a property, not counting the one being written.
func (f *offer) there(name string) bool {
	for c := range f.spot.in.Children() {
		if c.i != f.spot.node.i && string(c.keyBytes()) == name {
			return true
		}
	}
	return false
}

// fields offers the properties of a form, and the usual names of one whose names are free.
func (f *offer) fields(v *Value, forms []*Value, offered map[string]bool) {
	path := fieldPath(f.spot.in)
	for i := range v.Fields {
		field := &v.Fields[i]
		if field.Status == Ignored || field.Status == Removed || offered[field.Name] || !f.matches(field.Name) || f.there(field.Name) {
			continue
		}
		offered[field.Name] = true
		group := groupOf(field.Status)
		if field.Required {
			group = neededGroup
		}
		f.property(group, field.Name, common(field.Name, field.Value, forms), field, Item{
			Kind: PropertyItem, Detail: f.k.describe(field.Value, field), Help: field.Help,
			Status: field.Status, Required: field.Required, Docs: f.k.c.docsOfPath(append(slices.Clip(path), field.Name)),
		})
	}
	each := v.Each
	if each == nil {
		each = &Value{Type: StringType}
	}
	for _, name := range v.Known {
		if !offered[name] && f.matches(name) && !f.there(name) {
			offered[name] = true
			f.property(usualGroup, name, each, nil, Item{Kind: PropertyItem, Detail: f.k.describe(each, nil)})
		}
	}
}

// property puts in a name with its value, unless what stands beside it leaves no form for one.
func (f *offer) property(group int, name string, v *Value, field *Field, item Item) {
	open := f.open(v)
	if len(open) == 0 {
		return
	}
	v = open[0]
	s := f.snippet()
	if f.spot.valued {
		s.write(quote(name))
	} else {
		s.name(name)
		s.value(v, member{name: name, field: field})
	}
	item.Label = name
	item.Edit, item.Stops = f.edit(s)
	f.put(group, item)
}

// modules offers the module types of the products in force.
func (f *offer) modules() {
	k := f.k
	for _, name := range slices.Sorted(slices.Values(k.c.types)) {
		m := k.c.Modules[name]
		k.module = nil
		group, reached := f.reach(m.Products, m.Status)
		if m.Status == Removed || !reached || !f.matches(name) || f.there(name) {
			continue
		}
		k.module = m
		detail := "modules"
		if m.Single {
			detail = "one module"
		}
		item := Item{
			Kind: ModuleItem, Detail: detail, Help: m.Help, Status: m.Status, Products: m.Products, Docs: DocsTarget{"module", name},
			Also: f.scopeFor(m),
		}
		if !k.knows(m) {
			item.Detail += ", " + productNames(m.Products)
		}
		f.property(group, name, m.whole, nil, item)
	}
	k.module = nil
}

// scopeFor is the edit that adds the scope without which hosts refuse the module.
// Source: descriptor.md §5.
func (f *offer) scopeFor(m *Module) []Edit {
	root := f.k.tree.Root()
	scopes := root.Child("scopes")
	if m.Type != "webhooks" || f.spot.valued || scopes.Exists() && scopes.Kind() != Array || f.k.mayRead(root, scopes) {
		return nil
	}
	for _, fault := range f.k.tree.faults {
		if from, _ := f.spot.in.Range(); fault.Offset < from || fault.Offset > f.spot.in.end() {
			return nil // who knows where the scopes belong
		}
	}
	return addScope(root, scopes, "READ").Edits
}

// params offers the parameters of a condition.
func (f *offer) params(c *Condition) {
	for i := range c.Params {
		p := &c.Params[i]
		if !f.matches(p.Name) || f.there(p.Name) {
			continue
		}
		group, detail := neededGroup, "parameter, required"
		if p.Optional {
			group, detail = usualGroup, "parameter"
		}
		f.property(group, p.Name, &Value{Type: StringType, Enum: p.Values}, nil, Item{
			Kind: PropertyItem, Detail: detail, Help: "Parameter of the condition " + c.Name + ": " + lowerFirst(c.Help),
			Required: !p.Optional, Products: c.Products, Docs: DocsTarget{"condition", c.Name},
		})
	}
}

// describe says in few words what a value is.
func (k *Checker) describe(v *Value, f *Field) string {
	words := []string{typeWord(v)}
	if f != nil && f.Required {
		words = append(words, "required")
	}
	if f != nil && f.Default != "" {
		words = append(words, "default "+strings.Trim(f.Default, `"`))
	}
	if f != nil && f.Status != Current {
		words = append(words, statusWords(f.Status))
	}
	return strings.Join(words, ", ")
}

// typeWord is the type of a value in a word.
func typeWord(v *Value) string {
	switch {
	case v.Shape == "text":
		return "text with translation"
	case v.Names != "":
		return v.Names
	case v.Refers != "":
		return "key of a module"
	case v.URL != "":
		return "address"
	case v.Enum != nil:
		return "one of a few"
	}
	switch v.Type {
	case StringType:
		return "string"
	case IntegerType:
		return "whole number"
	case NumberType:
		return "number"
	case BooleanType:
		return "true or false"
	case ArrayType:
		if v.Of != nil && v.Of.Type != AnyType {
			return "list: " + typeWord(v.Of)
		}
		return "list"
	case ObjectType, OneOfType:
		return "object"
	}
	return "anything"
}
