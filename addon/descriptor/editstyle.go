package descriptor

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// maxShort is the longest object or array that is written on one line in a text of several.
const maxShort = 100

// style is how a text is written.
type style struct {
	t       *Tree
	newline string
	unit    string // one step of indentation
	colon   string // between a name and its value
	space   string // behind a comma within a line
	pad     string // inside of an object's braces on one line
	flat    bool   // all of the text is one line
	shorts  map[Kind]int
}

// look finds the style of the text.
func (f *form) look() *style {
	if f.style == nil {
		f.style = styleOf(f.t)
	}
	return f.style
}

func styleOf(t *Tree) *style {
	s := &style{t: t, newline: "\n", shorts: make(map[Kind]int)}
	if i := bytes.IndexByte(t.text, '\n'); i > 0 && t.text[i-1] == '\r' {
		s.newline = "\r\n"
	}
	start, end := t.Root().Range()
	s.flat = t.Root().First().Exists() && !hasNewline(t.text[start:end])
	colon, space, pad, unit := false, false, false, false
	for i := range t.nodes {
		n := Node{t, int32(i)}
		if n.Kind() != Object && n.Kind() != Array || !n.First().Exists() {
			continue
		}
		first := n.First()
		from, to := n.Range()
		one := !hasNewline(t.text[from:to])
		if leaf(n) {
			s.shorts[n.Kind()] += map[bool]int{true: 1, false: -1}[one]
		}
		if lead := t.text[blankBefore(t.text, entryStart(first)):entryStart(first)]; !unit && hasNewline(lead) {
			s.unit, unit = unitOf(lead, indentAt(t.text, from))
		}
		if n.Kind() == Object {
			if !colon {
				s.colon, colon = colonOf(first)
			}
			if !pad && one && from+1 < len(t.text) {
				pad = true
				s.pad = strings.Repeat(" ", map[bool]int{true: 1}[t.text[from+1] == ' '])
			}
		}
		if next := first.Next(); !space && next.Exists() {
			at := entryStart(next)
			if lead := t.text[blankBefore(t.text, at):at]; !hasNewline(lead) {
				s.space, space = string(lead), true
			}
		}
	}
	if !colon {
		s.colon = ": "
	}
	if !space && strings.HasSuffix(s.colon, " ") {
		s.space = " "
	}
	if !unit {
		s.unit = "  "
	}
	return s
}

// leaf tells whether an object or array holds no other.
func leaf(n Node) bool {
	for c := n.First(); c.Exists(); c = c.Next() {
		if c.Kind() == Object || c.Kind() == Array {
			return false
		}
	}
	return true
}

// unitOf is one step of indentation, from the white space before a first entry and the indentation
// around it.
func unitOf(lead []byte, base string) (string, bool) {
	inner := string(lead[bytes.LastIndexByte(lead, '\n')+1:])
	unit, deeper := strings.CutPrefix(inner, base)
	return unit, deeper && unit != ""
}

// colonOf is what stands between a member's name and its value, false when that is no example.
func colonOf(n Node) (string, bool) {
	_, keyEnd := n.KeyRange()
	start, _ := n.Range()
	if n.Kind() == Missing || keyEnd == 0 || start-keyEnd > 3 {
		return "", false
	}
	colon := string(n.t.text[keyEnd:start])
	return colon, strings.Trim(colon, " ") == ":"
}

// colonIn is what a new member of the object gets between name and value.
func (s *style) colonIn(object Node) string {
	if colon, ok := colonOf(object.First()); ok {
		return colon
	}
	return s.colon
}

// short tells whether objects or arrays that hold no others stand on one line. Without examples
// arrays do: most descriptors are written so.
func (s *style) short(kind Kind) bool {
	return s.shorts[kind] > 0 || kind == Array && s.shorts[kind] == 0
}

// flat tells whether a container stands on one line.
func (f *form) flat(c Node) bool {
	from, to := c.Range()
	if !c.First().Exists() {
		return f.look().flat
	}
	return !hasNewline(f.t.text[from:to])
}

// indentAt is the white space at the start of the line that an offset is on.
func indentAt(b []byte, offset int) string {
	from := bytes.LastIndexByte(b[:offset], '\n') + 1
	if from == 0 && bytes.HasPrefix(b, byteOrderMark) {
		from = min(len(byteOrderMark), offset)
	}
	to := from
	for to < offset && (b[to] == ' ' || b[to] == '\t') {
		to++
	}
	return string(b[from:to])
}

func (f *form) indentAt(offset int) string { return indentAt(f.t.text, offset) }

// indentOf is the indentation of the line a value's entry begins on.
func (f *form) indentOf(n Node) string { return f.indentAt(entryStart(n)) }

// written is a value as new text, with this indentation around it.
func (f *form) written(v Node, indent string, flat bool) string {
	return string(f.look().write(nil, v, indent, flat))
}

func (s *style) write(b []byte, n Node, indent string, flat bool) []byte {
	open, closer := byte('{'), byte('}')
	switch n.Kind() {
	case Object:
	case Array:
		open, closer = '[', ']'
	default:
		return append(b, n.Raw()...)
	}
	if !n.First().Exists() {
		return append(b, open, closer)
	}
	if flat || s.flat {
		return s.writeFlat(b, n, open, closer)
	}
	if leaf(n) && s.short(n.Kind()) {
		if line := s.writeFlat(nil, n, open, closer); len(line) <= maxShort {
			return append(b, line...)
		}
	}
	inner := indent + s.unit
	b = append(b, open)
	for c := range n.Children() {
		if c.i != n.First().i {
			b = append(b, ',')
		}
		b = append(b, s.newline...)
		b = append(b, inner...)
		b = s.writeKey(b, c)
		b = s.write(b, c, inner, false)
	}
	b = append(b, s.newline...)
	b = append(b, indent...)
	return append(b, closer)
}

func (s *style) writeFlat(b []byte, n Node, open, closer byte) []byte {
	pad := ""
	if n.Kind() == Object {
		pad = s.pad
	}
	b = append(append(b, open), pad...)
	for c := range n.Children() {
		if c.i != n.First().i {
			b = append(append(b, ','), s.space...)
		}
		b = s.writeKey(b, c)
		b = s.write(b, c, "", true)
	}
	return append(append(b, pad...), closer)
}

func (s *style) writeKey(b []byte, n Node) []byte {
	from, to := n.KeyRange()
	if to == 0 {
		return b
	}
	b = append(b, n.t.text[from:to]...)
	return append(b, s.colon...)
}

// newValue reads the value an edit is given.
func (f *form) newValue(value any) (Node, error) {
	text, given := value.(json.RawMessage)
	if !given {
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(value); err != nil {
			return Node{}, f.errorf(0, "the new value cannot be written as JSON: %v", err)
		}
		text = b.Bytes()
	}
	t := Parse(text)
	for _, fault := range t.faults {
		if fault.Severity == Error {
			line, column := t.LineColumn(fault.Offset)
			return Node{}, f.errorf(0, "the new value is no JSON: line %d, column %d: %s", line, column, fault.Message)
		}
	}
	if t.Root().Kind() == Missing || t.template && t.Root().Kind() != Placeholder {
		return Node{}, f.errorf(0, "the new value is no JSON value")
	}
	return t.Root(), nil
}

// nested puts a value into new parents, one for each token.
func (f *form) nested(tokens []string, v Node) (Node, error) {
	text := slices.Clone(v.Raw())
	for _, token := range slices.Backward(tokens) {
		if token == "0" || token == "-" {
			text = slices.Concat([]byte("["), text, []byte("]"))
			continue
		}
		text = slices.Concat([]byte("{"+quote(token)+":"), text, []byte("}"))
	}
	return f.newValue(json.RawMessage(text))
}

// sameValue tells whether two values are the same but for how they are written.
func sameValue(a, b Node) bool {
	if a.Kind() != b.Kind() {
		return false
	}
	switch a.Kind() {
	case String:
		return a.Text() == b.Text()
	case Object:
		return a.Len() == b.Len() && sameMembers(a, b)
	case Array:
		x, y := a.First(), b.First()
		for x.Exists() && y.Exists() && sameValue(x, y) {
			x, y = x.Next(), y.Next()
		}
		return !x.Exists() && !y.Exists()
	}
	return bytes.Equal(a.Raw(), b.Raw())
}

// sameMembers compares the members of two objects of the same size, in any order. Names that stand
// twice make them differ.
func sameMembers(a, b Node) bool {
	for c := range a.Children() {
		other := b.Child(c.Key())
		if !other.Exists() || hasTwin(c) || hasTwin(other) || !sameValue(c, other) {
			return false
		}
	}
	return true
}
