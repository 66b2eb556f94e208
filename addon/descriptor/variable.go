package descriptor

import (
	"bytes"
	"slices"
	"strings"
)

// variables offers context parameters and inline conditions inside of an address.
// Source: descriptor.md §5 (context parameters), §4 (inline); iframe.md §1; webhooks.md §3.
func (f *offer) variables() {
	if !f.narrow() {
		return
	}
	if f.k.module.Type == "webhooks" {
		f.eventVariables()
		return
	}
	offered := make(map[string]bool)
	f.macroParameters(offered)
	f.bound(offered)
	f.inlineConditions()
}

// narrow makes the spot the variable around the caret instead of the whole string; false where
// none can stand. Without a brace before the caret a variable is offered only when asked for.
func (f *offer) narrow() bool {
	s := &f.spot
	if !s.inString {
		return false
	}
	text := f.k.tree.text
	start := s.quote + 1
	before := text[start:f.offset]
	if endsInEscape(before) || insideTemplate(text[start:min(s.to, len(text))], f.offset-start) {
		return false
	}
	if i := bytes.LastIndexByte(before, '\\'); i >= 0 && len(before)-i < len(`\u0000`) && bytes.HasPrefix(before[i:], []byte(`\u`)) {
		return false
	}
	s.tail, s.lead = "", ""
	open := bytes.LastIndexByte(before, '{')
	if open < 0 || !isVariablePart(before[open+1:]) || open > 0 && before[open-1] == '{' {
		f.asked = true
		s.from, s.to, s.typed = f.offset, f.offset, ""
		s.lead = f.mark() + "{"
		return open < 0 || open == 0 || before[open-1] != '{' || bytes.IndexByte(before[open:], '}') >= 0
	}
	s.typed, s.lead = string(before[open+1:]), "{"
	s.from, s.to = start+open, f.offset
	rest := text[f.offset:max(f.offset, s.node.end()-1)]
	if end := bytes.IndexByte(rest, '}'); end >= 0 && isVariablePart(rest[:end]) {
		s.to = f.offset + end + 1
	}
	return true
}

// mark is what stands before the brace of a new variable: webhooks write ${name}.
func (f *offer) mark() string {
	if f.k.module.Type == "webhooks" {
		return "$"
	}
	return ""
}

// isVariablePart tells whether a text can be part of what stands between the braces.
func isVariablePart(b []byte) bool {
	return bytes.IndexFunc(b, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-(),= ", r))
	}) < 0
}

// insideTemplate tells whether an offset of a string is inside of a template expression. ${name}
// is none here: in an address it is a variable as well.
func insideTemplate(b []byte, offset int) bool {
	for i := 0; i < offset; {
		if c := b[i]; c != '{' && c != '<' {
			i++
			continue
		}
		end := templateEnd(b, i)
		switch {
		case end == 0:
			i++
		case offset < end:
			return true
		default:
			i = end
		}
	}
	return false
}

// variable puts in one name.
func (f *offer) variable(group int, name string, item Item) {
	if !f.matches(name) {
		return
	}
	s := f.snippet()
	s.write(name + "}")
	item.Kind, item.Label = VariableItem, name
	item.Edit, item.Stops = f.edit(s)
	f.put(group, item)
}

// bound offers the context parameters that have a value where the module is shown.
func (f *offer) bound(offered map[string]bool) {
	k := f.k
	location := f.module.Child("location").Text()
	for i := range k.c.Parameters {
		p := &k.c.Parameters[i]
		if p.Status == Removed || !k.applies(p.Product) || !k.c.binds(p, k.module, location) {
			continue
		}
		offered[p.Name] = true
		f.variable(groupOf(p.Status), p.Name, Item{
			Detail: detailOf(p.Status, productNames([]Product{p.Product})), Help: p.Help, Status: p.Status,
			Products: []Product{p.Product}, Docs: DocsTarget{"variable", p.Name},
		})
	}
	for _, name := range k.module.Context {
		if !offered[name] && k.c.parameters[name] == nil {
			f.variable(usualGroup, name, Item{Detail: k.module.Type, Docs: DocsTarget{"module", k.module.Type}})
		}
	}
}

// macroParameters offers the macro's own parameters: the host sends only those that its url names.
func (f *offer) macroParameters(offered map[string]bool) {
	if !strings.HasSuffix(f.k.module.Type, "ContentMacros") {
		return
	}
	for p := range f.module.Child("parameters").Children() {
		if name := p.Child("identifier").Text(); name != "" && isVariablePart([]byte(name)) && !offered[name] {
			offered[name] = true
			f.variable(ownGroup, name, Item{Detail: "own parameter", Help: moduleName(p), Docs: DocsTarget{"module", f.k.module.Type}})
		}
	}
}

// inlineConditions offers the conditions that may stand in an address; they give true or false.
func (f *offer) inlineConditions() {
	k := f.k
	for i := range k.c.Conditions {
		c := &k.c.Conditions[i]
		label := "condition." + c.Name
		if c.NotInline || c.Status != Current || !slices.ContainsFunc(c.Products, k.applies) || !f.matches(label) {
			continue
		}
		s := f.snippet()
		s.write(label)
		written := 0
		for _, p := range c.Params {
			if p.Optional {
				continue
			}
			s.write([]string{"(", ","}[min(written, 1)] + p.Name + "=")
			s.stop("")
			written++
		}
		if written > 0 {
			s.write(")")
		}
		s.write("}")
		item := Item{
			Kind: VariableItem, Label: label, Detail: "true or false", Help: c.Help, Products: c.Products, Docs: DocsTarget{"condition", c.Name},
		}
		item.Edit, item.Stops = f.edit(s)
		f.put(otherGroup, item)
	}
}

// eventVariables offers what the url of a webhook may hold for its event; for all events as long
// as none is named.
func (f *offer) eventVariables() {
	k := f.k
	event := f.module.Child("event").Text()
	offered := make(map[string]bool)
	for i := range k.c.eventVariables {
		v := &k.c.eventVariables[i]
		if !k.applies(v.product) || event != "" && !v.forEvent(event) {
			continue
		}
		for _, name := range v.variables {
			if offered[name] {
				continue
			}
			offered[name] = true
			item := Item{Detail: productNames([]Product{v.product}), Products: []Product{v.product}, Docs: DocsTarget{DocsModule, k.module.Type}}
			if p := k.c.parameters[name]; p != nil {
				item.Help, item.Docs = p.Help, DocsTarget{DocsVariable, name}
			}
			f.variable(usualGroup, name, item)
		}
	}
}

// contextNames offers the names of context parameters, for conditions that compare with one.
func (f *offer) contextNames() {
	for i := range f.k.c.Parameters {
		p := &f.k.c.Parameters[i]
		if f.k.applies(p.Product) && p.Status == Current && !p.MacrosOnly {
			f.text(usualGroup, p.Name, Item{
				Kind: VariableItem, Detail: productNames([]Product{p.Product}), Help: p.Help, Products: []Product{p.Product}, Docs: DocsTarget{"variable", p.Name},
			})
		}
	}
}
