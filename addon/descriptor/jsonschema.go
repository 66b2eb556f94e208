package descriptor

import (
	"slices"
	"strings"
)

// JSONSchema is the catalogue as a JSON schema (draft 7) of one product's descriptors, or of both for
// Auto: what of it a schema can say, that is types, required properties, values, patterns, lengths,
// closed objects, and the forms of a choice. What only a host knows (references, events, locations) is
// left out; Check knows it. The result encodes as JSON and belongs to the caller.
func (c *Catalogue) JSONSchema(p Product) map[string]any {
	w := schemaWriter{definitions: make(map[string]any)}
	modules := make(map[string]any)
	for _, kind := range c.ModuleTypes() {
		m := c.Modules[kind]
		if p != Auto && !slices.Contains(m.Products, p) {
			continue
		}
		one := w.value(m.Value)
		if m.Single {
			modules[kind] = one
		} else {
			modules[kind] = map[string]any{"type": "array", "items": one}
		}
	}
	root := w.describe(c.Descriptor)
	properties := root["properties"].(map[string]any)
	properties["modules"] = map[string]any{"type": "object", "properties": modules}
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["definitions"] = w.definitions
	return root
}

// schemaWriter keeps shared shapes as definitions; shapes may hold themselves.
type schemaWriter struct{ definitions map[string]any }

func (w schemaWriter) value(v *Value) map[string]any {
	if v.Shape == "" {
		return w.describe(v)
	}
	if _, known := w.definitions[v.Shape]; !known {
		w.definitions[v.Shape] = nil // being written
		w.definitions[v.Shape] = w.describe(v)
	}
	return map[string]any{"$ref": "#/definitions/" + v.Shape}
}

func (w schemaWriter) describe(v *Value) map[string]any {
	switch v.Type {
	case StringType:
		return stringSchema(v)
	case IntegerType:
		return map[string]any{"type": "integer"}
	case NumberType:
		return map[string]any{"type": "number"}
	case BooleanType:
		return map[string]any{"type": "boolean"}
	case ArrayType:
		s := map[string]any{"type": "array"}
		if v.Of != nil {
			s["items"] = w.value(v.Of)
		}
		if v.Max > 0 {
			s["maxItems"] = v.Max
		}
		return s
	case OneOfType:
		var forms []any
		for i := range v.Branches {
			forms = append(forms, w.value(v.Branches[i].Value))
		}
		return map[string]any{"anyOf": forms}
	case ObjectType:
		return w.objectSchema(v)
	}
	return map[string]any{}
}

func stringSchema(v *Value) map[string]any {
	s := map[string]any{"type": "string"}
	if v.Enum != nil {
		var values []string
		for _, e := range v.Enum {
			values = append(values, e)
			if upper := strings.ToUpper(e); upper != e {
				values = append(values, upper)
			}
		}
		s["enum"] = values
	}
	if v.Pattern != nil {
		s["pattern"] = v.Pattern.Source
	}
	if v.Max > 0 {
		s["maxLength"] = v.Max
	}
	return s
}

func (w schemaWriter) objectSchema(v *Value) map[string]any {
	s := map[string]any{"type": "object"}
	if v.Each != nil {
		s["additionalProperties"] = w.value(v.Each)
	}
	if v.Fields == nil {
		return s
	}
	properties := make(map[string]any)
	var required []string
	for i := range v.Fields {
		f := &v.Fields[i]
		properties[f.Name] = w.value(f.Value)
		if f.Required {
			required = append(required, f.Name)
		}
	}
	s["properties"] = properties
	if required != nil {
		s["required"] = required
	}
	if v.Closed {
		s["additionalProperties"] = false
	}
	return s
}
