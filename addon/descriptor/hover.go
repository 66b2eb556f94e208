package descriptor

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// Help tells what stands at a place of a text. The zero value has nothing to tell.
type Help struct {
	From, To int    // the bytes it is about
	Kind     string // "property", "module type", "location", "event", "condition", "scope", "context parameter", "value", "module key"; "" for nothing but problems
	Name     string
	Help     string // one line
	Facts    []Fact
	Pointer  string    // of the value
	Problems []Problem // those at the place
	Docs     DocsTarget
}

// Fact is something known about what a Help is about: {"type", "string"}.
type Fact struct{ Label, Text string }

// Exists tells whether there is anything to tell.
func (h *Help) Exists() bool { return h.Kind != "" || len(h.Problems) > 0 }

// Hover tells what stands at an offset of a text: a property with its type, limits, allowed values
// and default, a name the product has, or a reference; and the problems there. It never fails.
func Hover(text []byte, offset int, o Options) Help {
	return NewChecker(BuiltIn()).Hover(text, offset, o)
}

// Hover is like the function of this name.
func (k *Checker) Hover(text []byte, offset int, o Options) Help {
	report := k.Check(text, o)
	k.products = k.choose(k.tree.Root())
	offset = k.tree.runeStart(offset)
	h := explainer{k: k, offset: offset}
	h.look()
	h.help.Problems = h.problems(report)
	if h.help.Kind == "" {
		h.help.From, h.help.To = offset, offset
		for _, p := range h.help.Problems {
			h.help.From, h.help.To, h.help.Pointer = p.Offset, p.End, p.Pointer
		}
	}
	return h.help
}

// explainer finds out about one place.
type explainer struct {
	k      *Checker
	offset int
	help   Help
}

// problems are those that are at the offset, or about what stands there.
func (h *explainer) problems(r Report) []Problem {
	var there []Problem
	for _, p := range r.Problems {
		here := p.Offset <= h.offset && (h.offset < p.End || h.offset == p.Offset)
		if here || h.help.Kind != "" && h.help.Pointer != "" && p.Pointer == h.help.Pointer {
			there = append(there, p)
		}
	}
	return there
}

// look finds the name or value at the offset, or the one that ends there: a caret may stand on
// either side of what it is about.
func (h *explainer) look() {
	n := h.k.tree.NodeAt(h.offset)
	if !n.Exists() {
		return
	}
	key, keyEnd := n.KeyRange()
	from, to := n.Range()
	switch {
	case keyEnd > 0 && h.offset >= key && h.offset <= keyEnd:
		h.about(key, keyEnd, n)
		h.property(n)
	case n.isContainer() || n.Kind() == Missing || h.offset < from || h.offset > to:
	default:
		h.about(from, to, n)
		h.value(n)
	}
}

func (h *explainer) about(from, to int, n Node) {
	h.help.From, h.help.To, h.help.Pointer = from, to, n.Pointer()
}

func (h *explainer) fact(label, text string) {
	if text != "" {
		h.help.Facts = append(h.help.Facts, Fact{label, text})
	}
}

// property tells about a member by its name.
func (h *explainer) property(n Node) {
	k := h.k
	k.enclosing(n)
	name := n.Key()
	if k.isModules(n.Parent()) {
		if m := k.c.Modules[name]; m != nil {
			h.moduleType(m)
		}
		return
	}
	if c := k.paramsOf(n.Parent()); c != nil {
		h.param(c, name)
		return
	}
	for _, v := range k.expected(n.Parent()) {
		for _, form := range k.branches(n.Parent(), v, Node{}) {
			if f := form.Field(name); f != nil {
				h.help.Kind, h.help.Name, h.help.Help = "property", name, f.Help
				h.help.Docs = k.c.docsOfPath(fieldPath(n))
				h.form(f.Value, f)
				return
			}
		}
	}
}

// moduleType tells about a module type.
func (h *explainer) moduleType(m *Module) {
	h.help.Kind, h.help.Name, h.help.Help, h.help.Docs = "module type", m.Type, m.Help, DocsTarget{"module", m.Type}
	h.fact("product", productNames(m.Products))
	if m.Single {
		h.fact("type", "one module, as an object")
	} else {
		h.fact("type", "modules, in an array")
	}
	var required []string
	for i := range m.Value.Fields {
		if f := &m.Value.Fields[i]; f.Required {
			required = append(required, f.Name)
		}
	}
	h.fact("required", strings.Join(required, ", "))
	for _, p := range m.Products {
		if m.DefaultLocation[p] != "" {
			h.fact("default location", m.DefaultLocation[p]+" in "+productNames([]Product{p}))
		}
	}
	if m.ContextFree {
		h.fact("conditions", "only those that need no issue, project or page")
	}
	h.fact("context", strings.Join(m.Context, ", "))
	h.fact("known", m.Span.String())
	h.fact("status", statusWords(m.Status))
}

// param tells about a parameter of a condition.
func (h *explainer) param(c *Condition, name string) {
	for _, p := range c.Params {
		if p.Name != name {
			continue
		}
		h.help.Kind, h.help.Name, h.help.Docs = "property", name, DocsTarget{"condition", c.Name}
		h.help.Help = "Parameter of the condition " + c.Name + ": " + lowerFirst(c.Help)
		if !p.Optional {
			h.fact("required", "yes")
		}
		h.fact("values", strings.Join(p.Values, ", "))
	}
}

// form tells what a value must be like.
func (h *explainer) form(v *Value, f *Field) {
	h.fact("type", typeWord(v))
	if f != nil && f.Required {
		h.fact("required", "yes")
	}
	if v.Enum != nil {
		h.fact("values", strings.Join(v.Enum, ", "))
	}
	if v.Of != nil && v.Of.Enum != nil {
		h.fact("values", strings.Join(v.Of.Enum, ", "))
	}
	if f != nil {
		h.fact("default", f.Default)
	}
	if v.Pattern != nil {
		h.fact("form", v.Pattern.Expects)
	}
	h.fact("at most", limit(v))
	switch v.URL {
	case "addon":
		h.fact("address", "relative to baseUrl")
	case "any":
		h.fact("address", "relative to baseUrl, or absolute")
	}
	if v.Refers != "" {
		h.fact("names", refersTo(v.Refers))
	}
	if v.Type == ObjectType && v.Fields != nil {
		var names []string
		for i := range v.Fields {
			names = append(names, v.Fields[i].Name)
		}
		h.fact("properties", strings.Join(names, ", "))
	}
	if v.Closed {
		h.fact("others", "refused")
	}
	if f != nil {
		h.fact("known", f.Span.String())
		h.fact("status", statusWords(f.Status))
	}
}

// limit is the longest a value may be.
func limit(v *Value) string {
	switch {
	case v.Max == 0:
		return ""
	case v.Type == ArrayType:
		return strconv.Itoa(v.Max) + " entries"
	case v.Advised > 0:
		return strconv.Itoa(v.Max) + " characters; documentation says " + strconv.Itoa(v.Advised)
	}
	return strconv.Itoa(v.Max) + " characters"
}

// refersTo says what a reference may name.
func refersTo(refers string) string {
	want, mild := strings.CutSuffix(refers, "?")
	text := "the key of a module of " + want
	if want == "*" {
		text = "the key of a module"
	}
	if mild {
		text += ", or something the product has"
	}
	return text
}

// value tells about a value: what it names, or else the property it belongs to.
func (h *explainer) value(n Node) {
	k := h.k
	k.enclosing(n)
	if n.Kind() == String {
		for _, v := range k.expected(n) {
			if h.named(n, v) {
				return
			}
		}
	}
	for n.Exists() && n.Key() == "" {
		n = n.Parent()
	}
	if n.Exists() {
		h.property(n)
	}
}

// named tells about a string that names something; false when it does not.
func (h *explainer) named(n Node, v *Value) bool {
	k := h.k
	name := n.Text()
	switch v.Names {
	case "event":
		return h.event(name)
	case "location":
		return h.location(name)
	case "condition":
		if c := k.c.conditions[name]; c != nil {
			h.condition(c)
			return true
		}
	case "scope":
		return h.scope(name)
	}
	switch {
	case v.Refers != "":
		return h.reference(name)
	case v.URL != "" && k.module != nil:
		return h.variable(n)
	}
	return false
}

func (h *explainer) is(kind, name, help, docs string, s Status, span Span, products ...Product) {
	h.help.Kind, h.help.Name, h.help.Help, h.help.Docs = kind, name, help, DocsTarget{docs, name}
	h.fact("product", productNames(products))
	h.fact("known", span.String())
	h.fact("status", statusWords(s))
}

// meant is which of several products' names is meant: the first of a product in force.
func (h *explainer) meant(products []Product) int {
	return max(slices.IndexFunc(products, h.k.applies), 0)
}

func (h *explainer) event(name string) bool {
	var products []Product
	for _, e := range h.k.c.events[name] {
		products = append(products, e.Product)
	}
	if len(products) == 0 {
		return false
	}
	e := h.k.c.events[name][h.meant(products)]
	h.is("event", name, e.Help, "event", e.Status, e.Span, products...)
	if e.Filter {
		h.fact("filter", "JQL")
	}
	return true
}

func (h *explainer) location(name string) bool {
	var products []Product
	for _, l := range h.k.c.locations[name] {
		products = append(products, l.Product)
	}
	if len(products) == 0 {
		return h.section(name)
	}
	l := h.k.c.locations[name][h.meant(products)]
	h.is("location", name, l.Help, "location", l.Status, l.Span, products...)
	h.fact("modules", strings.Join(l.Modules, ", "))
	return true
}

// section tells about a location that ends in the key of an own section.
func (h *explainer) section(name string) bool {
	if !h.k.ownLocation(name) || name == "" {
		return false
	}
	segment := name[strings.LastIndexByte(name, '/')+1:]
	if _, key, prefixed := strings.Cut(segment, "__"); prefixed {
		segment = key
	}
	return h.reference(segment)
}

func (h *explainer) condition(c *Condition) {
	h.is("condition", c.Name, c.Help, "condition", c.Status, c.Span, c.Products...)
	var params []string
	for _, p := range c.Params {
		text := p.Name
		if p.Optional {
			text += " (optional)"
		}
		params = append(params, text)
	}
	h.fact("params", strings.Join(params, ", "))
	switch c.ContextFree {
	case "always":
		h.fact("on pages", "yes")
	case "addon":
		h.fact("on pages", "for properties of the add-on only")
	default:
		if contextFree(c, Node{}) {
			h.fact("on pages", "yes")
		} else {
			h.fact("on pages", "no: it needs an issue, project or page")
		}
	}
	if c.NotInline {
		h.fact("in addresses", "no")
	}
}

func (h *explainer) scope(name string) bool {
	for i := range h.k.c.Scopes {
		if s := &h.k.c.Scopes[i]; strings.EqualFold(s.Name, name) {
			h.is("scope", s.Name, s.Help, "scope", Current, s.Span, s.Products...)
			h.fact("implies", strings.Join(s.Implies, ", "))
			return true
		}
	}
	return false
}

func (h *explainer) reference(name string) bool {
	key, known := h.k.keys.find([]byte(name))
	if !known {
		return false
	}
	kind := moduleType(key)
	from, _ := key.Range()
	h.help.Kind, h.help.Name, h.help.Help, h.help.Docs = "module key", name, moduleName(key.Parent()), DocsTarget{"module", kind}
	h.fact("module", kind)
	h.fact("line", strconv.Itoa(h.k.tree.lineOf(from)))
	return true
}

// variable tells about the context parameter or inline condition at the offset of an address.
func (h *explainer) variable(n Node) bool {
	k := h.k
	text := k.tree.text
	from, to := n.Range()
	open := bytes.LastIndexByte(text[from:h.offset], '{')
	if h.offset < to && text[h.offset] == '{' {
		open = h.offset - from
	}
	if open < 0 {
		return false
	}
	open += from
	end := bytes.IndexByte(text[open:to], '}')
	if end < 0 || open+end < h.offset {
		return false
	}
	name := string(text[open+1 : open+end])
	if inline, is := strings.CutPrefix(name, "condition."); is {
		bare, _, _ := strings.Cut(inline, "(")
		if c := k.c.conditions[bare]; c != nil {
			h.condition(c)
			h.about(open, open+end+1, n)
			return true
		}
	}
	m := k.enclosing(n)
	if !h.macroParameter(m, name) && !h.contextParameter(m, name) {
		return false
	}
	h.about(open, open+end+1, n)
	return true
}

// macroParameter tells about a parameter of the macro itself.
func (h *explainer) macroParameter(m Node, name string) bool {
	if !strings.HasSuffix(h.k.module.Type, "ContentMacros") {
		return false
	}
	for p := range m.Child("parameters").Children() {
		if p.Child("identifier").Text() == name && name != "" {
			h.help.Kind, h.help.Name, h.help.Docs = "parameter of the macro", name, DocsTarget{"module", h.k.module.Type}
			h.help.Help = "What the author of the page has set for " + quote(moduleName(p)) + "."
			return true
		}
	}
	return false
}

// contextParameter tells about a name the host fills in, and whether it does here.
func (h *explainer) contextParameter(m Node, name string) bool {
	k := h.k
	bound := slices.Contains(k.module.Context, name)
	var products []Product
	if k.module.Type == "webhooks" {
		for i := range k.c.eventVariables {
			if v := &k.c.eventVariables[i]; slices.Contains(v.variables, name) {
				products = []Product{v.product}
				bound = bound || v.forEvent(m.Child("event").Text())
			}
		}
	}
	p := k.c.parameters[name]
	switch {
	case p != nil:
		bound = bound || k.module.Type != "webhooks" && k.c.binds(p, k.module, m.Child("location").Text())
		h.is("context parameter", name, p.Help, "variable", p.Status, p.Span, p.Product)
	case bound || products != nil:
		h.is("context parameter", name, "Filled in by the host.", "variable", Current, Span{}, products...)
		h.help.Docs = DocsTarget{DocsModule, k.module.Type} // the one place that says of it
	default:
		return false
	}
	if bound {
		h.fact("here", "filled in")
	} else {
		h.fact("here", "empty: it is not bound for "+quote(k.module.Type)+" like this one")
	}
	return true
}
