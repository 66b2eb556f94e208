package descriptor

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Stop is a stretch of a new text that the person is to fill in, in bytes of that text. An editor
// selects the first one and goes on to the next with Tab.
type Stop struct{ From, To int }

// snippet writes values of the form the catalogue asks for. What only the person can know is a
// stop; what can be guessed without harm is there already, and is a stop too.
type snippet struct {
	k       *Checker
	b       []byte
	stops   []Stop
	newline string
	margin  string // of the line being written
	unit    string
	flat    bool   // everything on one line
	key     string // of the module being written
	title   string
}

// snippet begins a text at an offset. In a container that has its entries on one line, or a text
// that is one, everything stays on it.
func (k *Checker) snippet(in, except Node, offset int) *snippet {
	t := &k.tree
	return &snippet{
		k: k, newline: t.newline(), margin: t.margin(offset), unit: t.unit(),
		flat: in.Exists() && in.oneLine() && (len(t.lines) == 1 || in.hasOther(except)),
	}
}

func (s *snippet) write(text string) { s.b = append(s.b, text...) }

// stop writes a text the person may replace.
func (s *snippet) stop(text string) {
	from := len(s.b)
	s.write(text)
	s.stops = append(s.stops, Stop{from, len(s.b)})
}

// name writes a name and its colon.
func (s *snippet) name(name string) {
	s.write(quote(name))
	s.write(": ")
}

// deepest is how deep skeletons go; below, brackets stay empty.
const deepest = 8

// member is what a snippet knows of the value it writes.
type member struct {
	name    string // of the property, "" for an element
	field   *Field // nil: none
	depth   int    // 0 for what was chosen, more for what belongs to it
	refined string // a text known better than by the form
}

// value writes a value of a form.
func (s *snippet) value(v *Value, m member) {
	if m.depth > deepest {
		s.write("null")
		return
	}
	switch v.Type {
	case StringType:
		s.text(v, m)
	case BooleanType:
		s.stop(opposite(m.field))
	case IntegerType, NumberType:
		s.stop(defaultOr(m.field, "0"))
	case ArrayType:
		s.array(v, m)
	case OneOfType:
		s.value(s.k.usualBranch(v), m)
	case ObjectType:
		s.object(v, m)
	default:
		s.stop(defaultOr(m.field, "null"))
	}
}

func defaultOr(f *Field, other string) string {
	if f == nil || f.Default == "" {
		return other
	}
	return f.Default
}

// opposite is the boolean that is worth writing: the one that is not the default.
func opposite(f *Field) string {
	if defaultOr(f, "false") == "true" {
		return "false"
	}
	return "true"
}

// usualBranch is the form most often meant: the first.
func (k *Checker) usualBranch(v *Value) *Value { return v.Branches[0].Value }

// text writes a string. Alone it is empty where there is something to choose from, so that the
// choice can be made in place; as part of more it has a value that does no harm.
func (s *snippet) text(v *Value, m member) {
	text, fixed := s.guess(v, m)
	if fixed {
		s.write(quote(text))
		return
	}
	written := quote(text)
	start := 1
	switch { // what every address begins with stays
	case strings.HasPrefix(written, `"https://`):
		start = len(`"https://`)
	case strings.HasPrefix(written, `"/`):
		start = len(`"/`)
	}
	s.write(written[:start])
	s.stop(written[start : len(written)-1])
	s.write(`"`)
}

// guess is the text of a string; fixed when nothing else would do.
func (s *snippet) guess(v *Value, m member) (text string, fixed bool) {
	switch {
	case m.refined != "":
		return m.refined, false
	case len(v.Enum) == 1:
		return v.Enum[0], true
	case v.Enum != nil && m.depth == 0:
		return "", false
	case v.Enum != nil && m.field != nil && m.field.Default != "":
		return strings.Trim(m.field.Default, `"`), false
	case v.Names == "scope":
		return "READ", false
	case v.Enum != nil:
		return v.Enum[0], false
	case v.Refers != "":
		want, _ := strings.CutSuffix(v.Refers, "?")
		if keys := s.k.keysOf(want)(); len(keys) == 1 {
			return keys[0], false
		}
	case m.name == "key" && v.Shape == "moduleKey":
		return s.key, false
	case v.URL == "any" && m.field == nil: // of a map with free names
		return "", false
	case v.URL != "" && s.key != "":
		return "/" + s.key, false
	case v.URL == "addon":
		return "/" + m.name, false
	case v.URL != "":
		return "/", false
	case v.Pattern != nil && v.Pattern.Name == "httpUrl":
		return "https://", false
	}
	return "", false
}

// array writes an array with one element.
func (s *snippet) array(v *Value, m member) {
	inner := member{depth: m.depth + 1}
	switch {
	case v.Of == nil:
		s.write("[")
		s.stop("")
		s.write("]")
	case v.Of.Type == StringType || s.isShort(v.Of):
		if m.depth == 0 {
			inner.depth = 0
		}
		s.write("[")
		s.value(v.Of, inner)
		s.write("]")
	default:
		s.block("[", "]", []func(){func() { s.value(v.Of, inner) }})
	}
}

// isShort tells whether a value of the form fits on the line: an object with one simple member.
func (s *snippet) isShort(v *Value) bool {
	if v.Type == OneOfType {
		v = s.k.usualBranch(v)
	}
	if v.Type != ObjectType {
		return v.Type != ArrayType
	}
	members := needed(v, "")
	return len(members) == 0 || len(members) == 1 && members[0].Value.Type != ObjectType && members[0].Value.Type != ArrayType && members[0].Value.Type != OneOfType
}

// object writes an object with the members it needs.
func (s *snippet) object(v *Value, m member) {
	members := needed(v, m.name)
	if len(members) == 0 {
		s.write("{")
		s.stop("")
		s.write("}")
		return
	}
	write := make([]func(), len(members))
	for i, f := range members {
		write[i] = func() {
			s.name(f.Name)
			s.value(f.Value, member{name: f.Name, field: f, depth: m.depth + 1, refined: s.refine(v, m, f)})
		}
	}
	if s.isShort(v) || len(members) == 1 && s.isShort(members[0].Value) {
		s.flatly(func() { s.block("{", "}", write) })
		return
	}
	s.block("{", "}", write)
}

// refine gives a text that depends on more than the form.
func (s *snippet) refine(v *Value, m member, f *Field) string {
	switch {
	case v.Shape == "text" && f.Name == "value" && m.name == "name" && m.depth <= 2:
		return s.title
	case v.Shape == "icon" && f.Name == "url":
		return "/icon.svg"
	}
	return ""
}

// flatly writes on one line.
func (s *snippet) flatly(write func()) {
	flat := s.flat
	s.flat = true
	write()
	s.flat = flat
}

// block writes entries between brackets, one a line unless everything is to stay on one.
func (s *snippet) block(open, shut string, entries []func()) {
	s.write(open)
	margin := s.margin
	s.margin += s.unit
	for i, entry := range entries {
		switch {
		case !s.flat:
			s.write(s.newline + s.margin)
		case i > 0:
			s.write(" ")
		}
		entry()
		if i < len(entries)-1 {
			s.write(",")
		}
	}
	s.margin = margin
	if !s.flat {
		s.write(s.newline + margin)
	}
	s.write(shut)
}

// usual are the properties a skeleton has beside the required ones, by module type, shape or
// property: schemas let them be left out, hosts or people seldom do.
var usual = map[string][]string{
	"descriptor":     {"name", "lifecycle", "scopes"},
	"authentication": {"type"},
	"lifecycle":      {"installed"},
	"webItems":       {"url"},
	"linkTarget":     {"type"},
}

// needed are the members a skeleton of a form has, in the order of the catalogue.
func needed(v *Value, name string) []*Field {
	more := usual[v.Shape]
	if v.Shape == "" {
		more = usual[name]
	}
	var fields []*Field
	for i := range v.Fields {
		if f := &v.Fields[i]; f.Required || slices.Contains(more, f.Name) {
			fields = append(fields, f)
		}
	}
	return fields
}

// module makes the snippet one of a module of a type: with a key nobody has yet and a name.
func (s *snippet) module(kind string) {
	words := splitName(kind)
	last := len(words) - 1
	if rest, many := strings.CutSuffix(words[last], "ies"); many {
		words[last] = rest + "y"
	} else {
		words[last] = strings.TrimSuffix(words[last], "s")
	}
	base := strings.Join(words, "-")
	s.key = base
	for n := 2; ; n++ {
		if _, taken := s.k.keys.find([]byte(s.key)); !taken {
			break
		}
		s.key = fmt.Sprintf("%s-%d", base, n)
	}
	s.title = strings.ToUpper(base[:1]) + strings.ReplaceAll(base[1:], "-", " ")
}

// splitName cuts a camelCase name into lower-case words.
func splitName(name string) []string {
	var words []string
	start := 0
	for i, r := range name {
		if i > start && unicode.IsUpper(r) {
			words = append(words, strings.ToLower(name[start:i]))
			start = i
		}
	}
	return append(words, strings.ToLower(name[start:]))
}
