package descriptor

import (
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
	h.help.Docs = h.docs()
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
				h.help.Docs = k.c.docsOfProperty(fieldPath(n.Parent()), name)
				h.form(f.Value, f)
				return
			}
		}
	}
}

// moduleType tells about a module type.
func (h *explainer) moduleType(m *Module) {
	h.help.Kind, h.help.Name, h.help.Help, h.help.Docs = "module type", m.Type, m.Help, DocsTarget{DocsModule, m.Type}
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
		h.help.Kind, h.help.Name, h.help.Docs = "property", name, DocsTarget{DocsCondition, c.Name}
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
