package descriptor

import (
	"cmp"
	"slices"
	"strings"
)

// values offers what the value at the spot may be.
func (f *offer) values() {
	k, s := f.k, &f.spot
	f.module = k.enclosing(s.in)
	name := ""
	if s.node.Exists() {
		name = s.node.Key()
	}
	if k.isModules(s.in) {
		k.module = k.c.Modules[name] // the one being written is the first of its type
	}
	field := f.field(name)
	for _, v := range k.expectedIn(s.in, name, Node{}) {
		for _, form := range f.open(v) {
			f.value(form, name, field)
		}
	}
}

// field is the property being written, nil for an element or where the form is not settled.
func (f *offer) field(name string) *Field {
	if name == "" {
		return nil
	}
	for _, v := range f.k.expected(f.spot.in) {
		for _, form := range f.k.branches(f.spot.in, v, Node{}) {
			if field := form.Field(name); field != nil {
				return field
			}
		}
	}
	return nil
}

// open gives the forms that a choice leaves open for a new value.
func (f *offer) open(v *Value) []*Value {
	if v.Type != OneOfType {
		return []*Value{v}
	}
	kind := f.spot.in.Child(v.By)
	var open []*Value
	for _, b := range v.Branches {
		if v.By == "" || kind.Kind() != String || strings.EqualFold(b.When, kind.Text()) {
			open = append(open, b.Value)
		}
	}
	return open
}

// value offers values of one form.
func (f *offer) value(v *Value, name string, field *Field) {
	switch v.Type {
	case StringType:
		f.stringValue(v, name, field)
	case BooleanType:
		for _, text := range [...]string{"true", "false"} {
			f.literal(usualGroup, text, Item{Kind: ValueItem, Detail: f.orDefault(text, field)})
		}
	case IntegerType, NumberType:
		if text := defaultOr(field, ""); text != "" {
			f.asked = true // a 1 need not become 100
			f.literal(usualGroup, text, Item{Kind: ValueItem, Detail: "default"})
		}
	case ArrayType:
		f.skeleton(v, name, field)
	case ObjectType:
		if v.Shape == "compositeCondition" {
			f.composite(v)
			return
		}
		f.skeleton(v, name, field)
	}
}

func (f *offer) orDefault(text string, field *Field) string {
	if defaultOr(field, "") == text {
		return "default"
	}
	return ""
}

// literal puts in a value that is written as it stands.
func (f *offer) literal(group int, text string, item Item) {
	if !f.matches(text) {
		return
	}
	s := f.snippet()
	s.write(text)
	item.Label = text
	item.Edit, item.Stops = f.edit(s)
	f.put(group, item)
}

// text puts in a string.
func (f *offer) text(group int, text string, item Item) {
	if !f.matches(text) {
		return
	}
	s := f.snippet()
	s.write(quote(text))
	item.Label = text
	item.Edit, item.Stops = f.edit(s)
	f.put(group, item)
}

// skeleton puts in an object or array with what it needs. Inside of quotes nobody means one.
func (f *offer) skeleton(v *Value, name string, field *Field) {
	if f.spot.inString {
		return
	}
	s := f.snippet()
	s.value(v, member{name: name, field: field})
	item := Item{Kind: ValueItem, Label: preview(v, name), Detail: f.k.describe(v, nil)}
	if field != nil {
		item.Help = field.Help
	}
	if f.k.module != nil && (v == f.k.module.Value || v == f.k.module.whole) {
		item.Kind, item.Help, item.Docs = ModuleItem, f.k.module.Help, DocsTarget{DocsModule, f.k.module.Type}
	}
	if !f.matches(item.Label) {
		return
	}
	item.Edit, item.Stops = f.edit(s)
	f.put(usualGroup, item)
}

// preview is a skeleton in few words: {key, name, url}.
func preview(v *Value, name string) string {
	if v.Type == ArrayType {
		if v.Of == nil || v.Of.Type != ObjectType {
			return "[ ]"
		}
		return "[" + preview(v.Of, "") + "]"
	}
	var names []string
	for _, field := range needed(v, name) {
		names = append(names, field.Name)
	}
	if len(names) == 0 {
		return "{ }"
	}
	return "{" + strings.Join(names, ", ") + "}"
}

// composite offers the two short forms of a composite condition.
// Source: descriptor.md §4.
func (f *offer) composite(v *Value) {
	for _, name := range [...]string{"or", "and"} {
		label := "{" + name + ": [ ]}"
		if f.spot.inString || !f.matches(label) {
			continue
		}
		s := f.snippet()
		s.flatly(func() {
			s.block("{", "}", []func(){func() {
				s.name(name)
				s.value(v.Field(name).Value, member{name: name})
			}})
		})
		item := Item{Kind: ValueItem, Label: label, Detail: "several conditions", Help: v.Field(name).Help}
		item.Edit, item.Stops = f.edit(s)
		f.put(usualGroup, item)
	}
}

// stringValue offers the texts a string may have.
func (f *offer) stringValue(v *Value, name string, field *Field) {
	k := f.k
	switch {
	case v.Names == "scope":
		f.scopes(v)
	case v.Enum != nil:
		for _, e := range v.Enum {
			f.text(usualGroup, e, Item{Kind: ValueItem, Detail: f.orDefault(quote(e), field)})
		}
	case v.Names == "event":
		f.events()
	case v.Names == "location":
		f.locations()
	case v.Names == "condition":
		f.conditions()
	case v.Refers != "":
		want, _ := strings.CutSuffix(v.Refers, "?")
		f.keys(func(kind string) bool { return want == "*" || kind == want })
	case v.URL != "" && name == "url" && k.module != nil && strings.EqualFold(f.module.Child("context").Text(), "page") && f.spot.in.i == f.module.i:
		f.keys(func(kind string) bool { m := k.c.Modules[kind]; return m != nil && m.Page == "always" })
	case v.URL != "" && k.module != nil:
		f.variables()
	case name == "contextParameter" && k.paramsOf(f.spot.in) != nil:
		f.contextNames()
	}
}

// scopes offers the scopes that are not asked for yet, in the case of those that are.
func (f *offer) scopes(v *Value) {
	small := false
	there := make(map[string]bool)
	for s := range f.spot.in.Children() {
		if s.i != f.spot.node.i {
			text := s.Text()
			there[strings.ToUpper(text)] = true
			small = small || text != strings.ToUpper(text)
		}
	}
	for i := range f.k.c.Scopes {
		s := &f.k.c.Scopes[i]
		group, reached := f.reach(s.Products, Current)
		if there[s.Name] || !slices.Contains(v.Enum, strings.ToLower(s.Name)) || !reached {
			continue
		}
		name := s.Name
		if small {
			name = strings.ToLower(name)
		}
		detail := ""
		if len(s.Implies) > 1 {
			detail = "implies " + strings.Join(s.Implies[1:], ", ")
		}
		f.text(group, name, Item{Kind: ScopeItem, Detail: detail, Help: s.Help, Products: s.Products, Docs: DocsTarget{DocsScope, s.Name}})
	}
}

// events offers the webhook events of the products in force.
func (f *offer) events() {
	for i := range f.k.c.Events {
		e := &f.k.c.Events[i]
		group, reached := f.reach([]Product{e.Product}, e.Status)
		if e.Status == Removed || !reached {
			continue
		}
		f.text(group, e.Name, Item{
			Kind: EventItem, Detail: detailOf(e.Status, productNames([]Product{e.Product})), Help: e.Help, Status: e.Status,
			Products: []Product{e.Product}, Docs: DocsTarget{DocsEvent, e.Name},
		})
	}
}

// detailOf joins what is to be said about a name.
func detailOf(s Status, words ...string) string {
	if s != Current {
		words = append(words, statusWords(s))
	}
	return strings.Join(words, ", ")
}

// statusWords is a status for people.
func statusWords(s Status) string {
	switch s {
	case Legacy:
		return "old hosts only"
	case Seen:
		return "undocumented"
	}
	return string(s)
}

// locations offers the places of the products in force, those where the module type goes first,
// and the descriptor's own sections.
func (f *offer) locations() {
	k := f.k
	fitting := k.locationNames()
	if k.module == nil {
		return
	}
	f.sections()
	for i := range k.c.Locations {
		l := &k.c.Locations[i]
		group, reached := f.reach([]Product{l.Product}, l.Status)
		if l.Status == Refused || !reached {
			continue
		}
		item := Item{
			Kind: LocationItem, Detail: detailOf(l.Status, productNames([]Product{l.Product})), Help: l.Help, Status: l.Status,
			Products: []Product{l.Product}, Docs: DocsTarget{DocsLocation, l.Name},
		}
		if k.module.DefaultLocation[l.Product] == l.Name && group == usualGroup {
			item.Detail += ", default"
			group = neededGroup
		}
		if !slices.Contains(fitting, l.Name) && !slices.Contains(l.Modules, k.module.Type) {
			if f.spot.typed == "" {
				continue
			}
			item.Detail += ", not for " + k.module.Type
			group = max(group, otherGroup)
		}
		f.text(group, l.Name, item)
	}
}

// sections offers the keys of web sections, behind their own location: links may be grouped
// under them. Source: descriptor.md §3 (cross references).
func (f *offer) sections() {
	if f.k.module == nil || !slices.Contains([]string{"webItems", "webSections", "generalPages", "adminPages", "jiraProjectAdminTabPanels"}, f.k.module.Type) {
		return
	}
	count := 0
	for section := range modulesOf(f.k.tree.Root().Find("modules", "webSections")) {
		if count++; count > maxSuggested {
			return
		}
		key, location := section.Child("key"), section.Child("location")
		if key.Kind() != String || key.Text() == "" || section.i == f.module.i {
			continue
		}
		name := key.Text()
		if text := location.Text(); text != "" && !location.HasPlaceholder() {
			name = text + "/" + name
		}
		f.text(ownGroup, name, Item{Kind: KeyItem, Detail: "own section", Help: moduleName(section), Docs: DocsTarget{DocsModule, "webSections"}})
	}
}

// conditions offers the conditions that can be evaluated where they stand. Accepting one that
// needs parameters writes them too.
func (f *offer) conditions() {
	k := f.k
	for i := range k.c.Conditions {
		c := &k.c.Conditions[i]
		group, reached := f.reach(c.Products, c.Status)
		if !reached || k.module != nil && k.module.ContextFree && c.OnPages() == PageUseNone || !f.matches(c.Name) {
			continue
		}
		s := f.snippet()
		s.write(quote(c.Name))
		if f.spot.in.Kind() == Object && !f.there("params") {
			f.writeParams(s, c)
		}
		item := Item{
			Kind: ConditionItem, Label: c.Name, Detail: detailOf(c.Status, productNames(c.Products)), Help: c.Help, Status: c.Status,
			Products: c.Products, Docs: DocsTarget{DocsCondition, c.Name},
		}
		item.Edit, item.Stops = f.edit(s)
		f.put(group, item)
	}
}

// productNames are products as people write them.
func productNames(products []Product) string {
	names := make([]string, len(products))
	for i, p := range products {
		names[i] = p.Name()
	}
	return strings.Join(names, " and ")
}

// writeParams writes the parameters a condition needs behind its name.
func (f *offer) writeParams(s *snippet, c *Condition) {
	var entries []func()
	for i := range c.Params {
		p := &c.Params[i]
		if p.Optional {
			continue
		}
		entries = append(entries, func() {
			s.name(p.Name)
			switch {
			case p.Name == "entity" && f.k.module != nil && f.k.module.ContextFree:
				s.write(`"addon"`) // a page's condition can ask for nothing else
			default:
				s.write(`"`)
				s.stop("")
				s.write(`"`)
			}
		})
	}
	if len(entries) > 0 {
		s.write(", ")
		s.name("params")
		s.flatly(func() { s.block("{", "}", entries) })
	}
}

// keys offers the keys of modules whose type is wanted, but the module's own.
func (f *offer) keys(wanted func(kind string) bool) {
	count := 0
	for _, key := range f.k.keyed {
		kind := moduleType(key)
		m := key.Parent()
		if !wanted(kind) || m.i == f.module.i || key.HasPlaceholder() {
			continue
		}
		if count++; count > maxSuggested {
			return
		}
		f.text(ownGroup, key.Text(), Item{
			Kind: KeyItem, Detail: cmp.Or(kind, "module"), Help: moduleName(m), Docs: f.k.c.docsOfModule(kind),
		})
	}
}
