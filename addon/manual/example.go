package manual

import (
	"strconv"
	"strings"

	"connect-workbench/addon/descriptor"
)

// Example is the smallest module of a type that a host installs, under its type, as JSON.
func (m *Manual) Example(t *descriptor.Module) string { return m.exampleAt(t, "") }

// exampleAt is the same at a location.
func (m *Manual) exampleAt(t *descriptor.Module, location string) string {
	w := exampleWriter{m: m, module: t, location: location}
	inner := w.object(t.Value, "  ")
	if t.Single {
		inner = w.object(t.Value, "")
		return quote(t.Type) + ": " + inner
	}
	return quote(t.Type) + ": [\n  " + inner + "\n]"
}

type exampleWriter struct {
	m        *Manual
	module   *descriptor.Module
	location string
}

// object writes the required properties, those of the first form of a choice, and what hosts ask
// for beyond the schemas.
func (w *exampleWriter) object(v *descriptor.Value, indent string) string {
	var members []string
	for i := range v.Fields {
		f := &v.Fields[i]
		if f.Required || v == w.module.Value && w.wanted(f) {
			members = append(members, quote(f.Name)+": "+w.value(f.Name, f.Value, indent+"  "))
		}
	}
	if v.Shape == "singleCondition" || len(members) == 0 {
		return "{}"
	}
	if len(members) == 1 && !strings.Contains(members[0], "\n") {
		return "{" + members[0] + "}"
	}
	return "{\n" + indent + "  " + strings.Join(members, ",\n"+indent+"  ") + "\n" + indent + "}"
}

// wanted tells of properties schemas let one leave out and hosts do not.
func (w *exampleWriter) wanted(f *descriptor.Field) bool {
	return w.module.Type == "webItems" && f.Name == "url" || w.location != "" && f.Name == "location"
}

func (w *exampleWriter) value(name string, v *descriptor.Value, indent string) string {
	switch v.Type {
	case descriptor.StringType:
		return quote(w.text(name, v))
	case descriptor.IntegerType, descriptor.NumberType:
		return "100"
	case descriptor.BooleanType:
		return "true"
	case descriptor.ArrayType:
		if v.Of == nil {
			return "[]"
		}
		return "[" + w.value(name, v.Of, indent) + "]"
	case descriptor.OneOfType:
		return w.object(v.Branches[0].Value, indent)
	case descriptor.ObjectType:
		return w.object(v, indent)
	}
	return "{}"
}

func (w *exampleWriter) text(name string, v *descriptor.Value) string {
	switch {
	case v.Enum != nil:
		return v.Enum[0]
	case v.Names == "location":
		return w.place()
	case v.Names == "event":
		return "jira:issue_created"
	case v.Refers != "":
		return "example"
	case v.URL != "":
		return "/example"
	case v.Pattern != nil:
		return patternText(v.Pattern.Name)
	case name == "value" || name == "name":
		return "Example"
	}
	return "example"
}

// patternText is a text that a named pattern lets pass.
func patternText(pattern string) string {
	switch pattern {
	case "httpUrl", "webAddress":
		return "https://example.com"
	case "color":
		return "#0052cc"
	case "size", "sizes", "gutterSize":
		return "10px"
	case "gutter":
		return "medium"
	case "backgroundSize":
		return "cover"
	case "shortcut":
		return "x"
	}
	return "example"
}

// place is a location for the module: the one asked for, or the first where it may go.
func (w *exampleWriter) place() string {
	if w.location != "" {
		return w.location
	}
	for _, l := range w.m.c.Locations {
		if l.Status == descriptor.Current && w.module.In(l.Product) {
			for _, t := range l.Modules {
				if t == w.module.Type {
					return l.Name
				}
			}
		}
	}
	return "example"
}

func quote(s string) string { return strconv.Quote(s) }
