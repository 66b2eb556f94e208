package descriptor

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// This file tells about values that name something: of the product, or of the descriptor itself.

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

func (h *explainer) is(kind, name, help, docs string, s Status, known Span, products ...Product) {
	h.help.Kind, h.help.Name, h.help.Help, h.help.Docs = kind, name, help, DocsTarget{docs, name}
	h.fact("product", productNames(products))
	h.fact("known", known.String())
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
	h.fact("on pages", map[PageUse]string{
		PageUseAny: "yes", PageUseAddon: "for properties of the add-on only", PageUseNone: "no: it needs an issue, project or page",
	}[c.OnPages()])
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
	h.help.Kind, h.help.Name, h.help.Help, h.help.Docs = "module key", name, moduleName(key.Parent()), h.k.c.docsOfModule(kind)
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
			h.help.Kind, h.help.Name, h.help.Docs = "parameter of the macro", name, DocsTarget{DocsModule, h.k.module.Type}
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
		h.help.Docs = k.docsOfVariable(name)
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
