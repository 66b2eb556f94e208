package inspect

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Comparison is two texts laid one above the other, for a fixed-width font, with a caret
// under the first place where they differ.
type Comparison struct {
	Expected string
	Received string
	Caret    string // blanks and "^ first difference, 6"; empty when a caret says nothing
}

const (
	lead     = 24 // characters shown before the difference when the start is cut
	ellipsis = "…"
)

// Compare lays out expected and received so that no line is longer than width characters.
// Long texts are cut around the first difference, which both lines then show in the same
// column. Texts that differ from their first character have nothing to point at: no caret.
func Compare(expected, received string, width int) Comparison {
	e, r := []rune(visible(expected)), []rune(visible(received))
	same := commonPrefix(e, r)
	start := 0
	if longest := max(len(e), len(r)); longest > width && same > lead {
		start = same - lead
	}
	c := Comparison{Expected: window(e, start, width), Received: window(r, start, width)}
	if same == 0 || same == len(e) && same == len(r) {
		return c
	}
	column := same - start
	if start > 0 {
		column++ // the ellipsis in front
	}
	c.Caret = strings.Repeat(" ", column) + "^ first difference, character " + strconv.Itoa(same+1)
	return c
}

// window returns the part of text from start that fits into width, with an ellipsis where it was cut.
func window(text []rune, start, width int) string {
	if start > len(text) {
		start = len(text)
	}
	cut := text[start:]
	var b strings.Builder
	room := width
	if start > 0 {
		b.WriteString(ellipsis)
		room--
	}
	if len(cut) <= room {
		b.WriteString(string(cut))
		return b.String()
	}
	b.WriteString(string(cut[:max(room-1, 0)]))
	b.WriteString(ellipsis)
	return b.String()
}

func commonPrefix(a, b []rune) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// visible replaces what a single line cannot show.
func visible(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return '⏎'
		case r < ' ' || r == 0x7f:
			return '·'
		}
		return r
	}, s)
}
