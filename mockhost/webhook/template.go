package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// template is a piece of JSON whose order is kept and in which {{name}} stands for a value and
// {"$use": name} for a fragment. The notation is explained in events.json itself.
type template struct {
	members []member   // of an object
	items   []template // of an array
	text    string     // of a string, decoded
	literal string     // of a number, true, false or null, as written
	kind    json.Delim // '{', '[', '"' for a string, 0 for a literal
}

type member struct {
	name  string
	value template
}

const (
	useFragment = "$use"
	withScope   = "$with"
	scopePrefix = "it."

	optionalMark = "|optional"
	maxNesting   = 32 // fragments in fragments; more can only be a circle
)

// UnmarshalJSON keeps the order of members, which encoding/json on its own does not.
func (t *template) UnmarshalJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	parsed, err := parseTemplate(d)
	if err != nil {
		return fmt.Errorf("parse body template: %w", err)
	}
	*t = parsed
	return nil
}

func parseTemplate(d *json.Decoder) (template, error) {
	token, err := d.Token()
	if err != nil {
		return template{}, err
	}
	switch v := token.(type) {
	case string:
		return template{kind: '"', text: v}, nil
	case json.Delim:
		t := template{kind: v}
		for d.More() {
			if v == '{' {
				name, err := d.Token()
				if err != nil {
					return template{}, err
				}
				value, err := parseTemplate(d)
				if err != nil {
					return template{}, err
				}
				t.members = append(t.members, member{name.(string), value}) // the decoder gives object keys as strings
				continue
			}
			item, err := parseTemplate(d)
			if err != nil {
				return template{}, err
			}
			t.items = append(t.items, item)
		}
		_, err := d.Token()
		return t, err
	case json.Number:
		return template{literal: v.String()}, nil
	case bool:
		return template{literal: strconv.FormatBool(v)}, nil
	}
	return template{literal: "null"}, nil
}

// instead has for the name of a member the members that stand in its place, each with what it holds of
// the person that the value of the one before names: {{x.accountId}} becomes {{x.key}} for "key".
type instead map[string][][2]string

// writer fills in a template.
type writer struct {
	fragments map[string]template
	instead   instead
	values    map[string]string
	out       bytes.Buffer
}

// write appends the JSON of t. scope is what "it" means here, depth how many fragments enclose t.
func (w *writer) write(t template, scope string, depth int) error {
	switch t.kind {
	case '{':
		return w.writeObject(t.members, scope, depth)
	case '[':
		w.out.WriteByte('[')
		for i, item := range t.items {
			if i > 0 {
				w.out.WriteByte(',')
			}
			if err := w.write(item, scope, depth); err != nil {
				return err
			}
		}
		w.out.WriteByte(']')
	case '"':
		return w.writeText(t.text, scope)
	default:
		w.out.WriteString(t.literal)
	}
	return nil
}

func (w *writer) writeObject(members []member, scope string, depth int) error {
	members, scope, depth, err := w.resolve(members, scope, depth)
	if err != nil {
		return err
	}
	w.out.WriteByte('{')
	first := true
	for _, m := range w.replaced(members) {
		if absent, err := w.absent(m.value, scope); absent || err != nil {
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			continue
		}
		if !first {
			w.out.WriteByte(',')
		}
		first = false
		w.out.Write(quoted(m.name))
		w.out.WriteByte(':')
		if err := w.write(m.value, scope, depth); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	w.out.WriteByte('}')
	return nil
}

// replaced puts the members of another era in place of those it does not have.
func (w *writer) replaced(members []member) []member {
	if len(w.instead) == 0 {
		return members
	}
	kept := make([]member, 0, len(members))
	for _, m := range members {
		others, replace := w.instead[m.name]
		if !replace {
			kept = append(kept, m)
			continue
		}
		for _, other := range others {
			value := m.value
			value.text = strings.Replace(value.text, ".accountId}}", "."+other[1]+"}}", 1)
			kept = append(kept, member{other[0], value})
		}
	}
	return kept
}

// absent tells whether a member is left out: its value is optional, and empty.
func (w *writer) absent(t template, scope string) (bool, error) {
	inner, single := singlePlaceholder(t.text)
	name, optional := strings.CutSuffix(inner, optionalMark)
	if t.kind != '"' || !single || !optional {
		return false, nil
	}
	value, err := w.value(name, scope)
	return value == "", err
}

// resolve turns {"$use": fragment, ...} into the members it stands for: those of the fragment, with
// the members beside $use in place of those of the same name or after them.
func (w *writer) resolve(members []member, scope string, depth int) ([]member, string, int, error) {
	own := memberNames(members)
	use, isUse := own[useFragment]
	if !isUse {
		return members, scope, depth, nil
	}
	if depth >= maxNesting {
		return nil, "", 0, fmt.Errorf("fragment %q contains itself", use.text)
	}
	fragment, ok := w.fragments[use.text]
	if !ok || fragment.kind != '{' {
		return nil, "", 0, fmt.Errorf("unknown fragment %q", use.text)
	}
	if with, ok := own[withScope]; ok {
		scope = with.text + "."
	}
	base, scope, depth, err := w.resolve(fragment.members, scope, depth+1)
	if err != nil {
		return nil, "", 0, err
	}
	merged := make([]member, 0, len(base)+len(members))
	inBase := memberNames(base)
	for _, m := range base {
		if replacement, ok := own[m.name]; ok {
			m.value = replacement
		}
		merged = append(merged, m)
	}
	for _, m := range members {
		if _, ok := inBase[m.name]; !ok && m.name != useFragment && m.name != withScope {
			merged = append(merged, m)
		}
	}
	return merged, scope, depth, nil
}

func memberNames(members []member) map[string]template {
	names := make(map[string]template, len(members))
	for _, m := range members {
		names[m.name] = m.value
	}
	return names
}

// writeText fills in the placeholders of a string. A string that is one placeholder with |number
// becomes a number.
func (w *writer) writeText(text, scope string) error {
	if inner, ok := singlePlaceholder(text); ok {
		if name, ok := strings.CutSuffix(inner, "|number"); ok {
			value, err := w.value(name, scope)
			if err != nil {
				return err
			}
			if _, err := strconv.ParseInt(value, 10, 64); err != nil {
				return fmt.Errorf("{{%s}}: %q is no number", inner, value)
			}
			w.out.WriteString(value)
			return nil
		}
		if strings.HasSuffix(inner, ".ms") {
			value, err := w.value(inner, scope)
			w.out.WriteString(value)
			return err
		}
	}
	filled, err := w.fill(text, scope)
	if err != nil {
		return err
	}
	w.out.Write(quoted(filled))
	return nil
}

func singlePlaceholder(text string) (string, bool) {
	inner, ok := strings.CutPrefix(text, "{{")
	if !ok {
		return "", false
	}
	inner, ok = strings.CutSuffix(inner, "}}")
	return inner, ok && !strings.Contains(inner, "{{")
}

func (w *writer) fill(text, scope string) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{{")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		inner, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return "", errors.New("{{ without }}")
		}
		name, asQuery := strings.CutSuffix(strings.TrimSuffix(inner, optionalMark), "|query")
		value, err := w.value(name, scope)
		if err != nil {
			return "", err
		}
		if asQuery {
			value = url.QueryEscape(value)
		}
		b.WriteString(value)
		text = after
	}
}

func (w *writer) value(name, scope string) (string, error) {
	if own, ok := strings.CutPrefix(name, scopePrefix); ok {
		name = scope + own
	}
	value, ok := w.values[name]
	if !ok {
		return "", fmt.Errorf("{{%s}} is no known value", name)
	}
	return value, nil
}

// quoted is text as JSON, without the escapes of <, > and & that only HTML needs.
func quoted(text string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// A string always encodes; a bytes.Buffer always takes it.
	_ = e.Encode(text)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
