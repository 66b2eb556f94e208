package descriptor

import (
	"net/url"
	"strings"
)

// DocsRoot is where every site serves the pages about descriptors, below its base URL.
const DocsRoot = "/atlassian-connect/docs/"

// Kinds of things that have a page. The name of a property is its path of names from the module
// type, or from the descriptor: "webItems.target.type", "vendor.url".
const (
	DocsModule    = "module"
	DocsProperty  = "property"
	DocsLocation  = "location"
	DocsCondition = "condition"
	DocsEvent     = "event"
	DocsScope     = "scope"
	DocsVariable  = "variable"
	DocsRule      = "rule"
)

// DocsPath is the path of a thing's page, to be put behind a site's base URL. Without a name it is
// the list of its kind, without a kind the index.
func DocsPath(kind, name string) string {
	if kind == "" {
		return DocsRoot
	}
	segments := strings.Split(name, "/") // locations have slashes
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return DocsRoot + kind + "/" + strings.Join(segments, "/")
}

// DocsTarget names a page, as [DocsPath] does. The zero value names none.
type DocsTarget struct{ Kind, Name string }

// DocsAt finds what a page can be shown about at an offset of a text: what [Hover] tells about there,
// or else the property or module type around. It is zero where there is nothing, such as at the
// brackets around the whole.
func DocsAt(text []byte, offset int) DocsTarget {
	k := NewChecker(BuiltIn())
	k.start(text, Options{})
	h := explainer{k: k, offset: k.tree.runeStart(offset)}
	h.look()
	return h.docs()
}

// docs is the page about what was found; without one, the page about the nearest thing around.
func (h *explainer) docs() DocsTarget {
	found := h.help.Docs
	for n := h.k.tree.NodeAt(h.offset); n.Exists() && found == (DocsTarget{}); n = n.Parent() {
		if n.Key() != "" {
			around := explainer{k: h.k, offset: h.offset}
			around.property(n)
			found = around.help.Docs
		}
	}
	return found
}

// docsOfProperty is the page about a member of an object at a path of names.
func (c *Catalogue) docsOfProperty(path []string, name string) DocsTarget {
	if len(path) > 1 && path[0] == "modules" {
		path = path[1:]
	}
	if len(path) > 0 {
		name = strings.Join(path, ".") + "." + name
	}
	if c.Property(name) == nil { // a name with a dot in it, or one that is free
		return DocsTarget{}
	}
	return DocsTarget{DocsProperty, name}
}

func (c *Catalogue) docsOfModule(kind string) DocsTarget {
	if c.Modules[kind] == nil {
		return DocsTarget{}
	}
	return DocsTarget{DocsModule, kind}
}

// docsOfVariable is the page about a name the host fills in where the module is; names that only
// webhooks or one type of module know are told about with the type.
func (k *Checker) docsOfVariable(name string) DocsTarget {
	if k.c.parameters[name] == nil {
		return DocsTarget{DocsModule, k.module.Type}
	}
	return DocsTarget{DocsVariable, name}
}

// fieldPath is the names from the root to a node; places in arrays are left out.
func fieldPath(n Node) []string {
	if !n.Parent().Exists() {
		return nil
	}
	path := fieldPath(n.Parent())
	if key := n.Key(); key != "" {
		return append(path, key)
	}
	return path
}

// Property is one property by its path of names, as DocsPath has it; nil when there is none.
func (c *Catalogue) Property(path string) *Field {
	first, rest, more := strings.Cut(path, ".")
	if m := c.Modules[first]; m != nil && more {
		return m.Value.find(rest)
	}
	return c.Descriptor.find(path)
}

// find follows names from a value. Those of a choice are the names of all its forms.
func (v *Value) find(path string) *Field {
	switch {
	case v.Type == ArrayType && v.Of != nil:
		return v.Of.find(path)
	case v.Type == OneOfType:
		for i := range v.Branches {
			if f := v.Branches[i].Value.find(path); f != nil {
				return f
			}
		}
		return nil
	}
	name, rest, more := strings.Cut(path, ".")
	f := v.Field(name)
	if f == nil || !more {
		return f
	}
	return f.Value.find(rest)
}

// DocsProducts are the products that know a thing; nil when it is not bound to any.
func (c *Catalogue) DocsProducts(kind, name string) []Product {
	switch kind {
	case DocsModule, DocsProperty:
		first, _, _ := strings.Cut(name, ".")
		if m := c.Modules[first]; m != nil {
			return m.Products
		}
	case DocsLocation:
		return productsOf(c.locations[name], func(l *Location) Product { return l.Product })
	case DocsEvent:
		return productsOf(c.events[name], func(e *Event) Product { return e.Product })
	case DocsCondition:
		if d := c.conditions[name]; d != nil {
			return d.Products
		}
	case DocsVariable:
		if p := c.parameters[name]; p != nil {
			return []Product{p.Product}
		}
	}
	return nil
}

func productsOf[T any](entries []T, product func(T) Product) []Product {
	var found []Product
	for _, e := range entries {
		found = append(found, product(e))
	}
	return found
}
