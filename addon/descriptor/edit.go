package descriptor

import (
	"bytes"
	"cmp"
	"slices"
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

// quote writes a string as JSON, with no more escapes than JSON asks for.
func quote(s string) string {
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
