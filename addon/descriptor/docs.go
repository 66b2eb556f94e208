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

// DocsAt finds what a page can be shown about at an offset of a text: what Hover tells about there, or
// else the property around. Both are "" where there is nothing, such as at the brackets around the
// whole.
func DocsAt(text []byte, offset int) (kind, name string) {
	d := Hover(text, offset, Options{}).Docs
	if d == (DocsTarget{}) {
		d = BuiltIn().docsOfPath(fieldPath(Parse(text).NodeAt(offset)))
	}
	return d.Kind, d.Name
}

// docsOfPath is the page about the property or module type at a path of names from the root. What has
// no page of its own, such as a name of the author's choice, has that of the nearest property around.
func (c *Catalogue) docsOfPath(path []string) DocsTarget {
	for ; len(path) > 0; path = path[:len(path)-1] {
		field := path
		if len(path) > 1 && path[0] == "modules" {
			if c.Modules[path[1]] == nil {
				continue
			}
			if field = path[1:]; len(field) == 1 {
				return DocsTarget{DocsModule, field[0]}
			}
		}
		if name := strings.Join(field, "."); c.Property(name) != nil {
			return DocsTarget{DocsProperty, name}
		}
	}
	return DocsTarget{}
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
