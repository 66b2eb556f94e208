package descriptor

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// Apply carries out edits on a copy of the text. Edits are given in offsets of the text as it
// was; of two that overlap the later one is left out, and so is one outside of the text.
func Apply(text []byte, edits []Edit) []byte {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Compare(a.Offset, b.Offset) })
	var out bytes.Buffer
	out.Grow(len(text) + 64)
	done := 0
	for _, e := range edits {
		if e.Offset < done || e.End < e.Offset || e.End > len(text) {
			continue
		}
		out.Write(text[done:e.Offset])
		out.WriteString(e.Text)
		done = e.End
	}
	out.Write(text[done:])
	return out.Bytes()
}

// replace is a fix of one edit.
func replace(title string, from, to int, text string) *Fix {
	one := &struct { // one piece of memory for both
		fix   Fix
		edits [1]Edit
	}{Fix{Title: title}, [1]Edit{{from, to, text}}}
	one.fix.Edits = one.edits[:]
	return &one.fix
}

// quote writes a string as JSON, with no more escapes than JSON asks for.
func quote(s string) string {
	if isPlain(s) {
		return `"` + s + `"`
	}
	b := make([]byte, 0, len(s)+2)
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c < ' ':
			b = append(b, escapeOf(c)...)
		default:
			b = append(b, c)
		}
	}
	return string(append(b, '"'))
}

// isPlain tells whether a string needs no escapes.
func isPlain[T string | []byte](s T) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == '"' || s[i] == '\\' {
			return false
		}
	}
	return true
}

// shorten cuts a text for a message or a title.
func shorten(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most-3], "") + "..."
}

// shown is a name in a message, in quotes and not longer than a line.
func shown(s string) string { return quote(shorten(s)) }

// shownKey is the name of a member in a message, as shown would write it.
func shownKey(n Node) string {
	d := n.at()
	if d.flags&escapedKey == 0 && d.keyEnd-d.key <= usualKey && isPlain(n.t.text[d.key+1:d.keyEnd-1]) {
		return string(n.t.text[d.key:d.keyEnd])
	}
	return shown(n.Key())
}

// usualKey is up to how many bytes a name, its quotes counted in, is shown whole.
const usualKey = 60

// raw is a value in a message, as it stands in the text and not longer than a line.
func raw(n Node) string { return shorten(string(n.Raw()[:min(len(n.Raw()), 100)])) }
