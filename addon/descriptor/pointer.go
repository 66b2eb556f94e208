package descriptor

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	escapePointer   = strings.NewReplacer("~", "~0", "/", "~1")
	unescapePointer = strings.NewReplacer("~1", "/", "~0", "~")
)

// Pointer is the JSON pointer (RFC 6901) of the value, "" for the root.
func (n Node) Pointer() string {
	if n.t == nil || n.i == 0 {
		return ""
	}
	return string(n.appendPointer(make([]byte, 0, usualPointer)))
}

// usualPointer is how long a pointer may be before its memory has to grow.
const usualPointer = 96

func (n Node) appendPointer(b []byte) []byte {
	if n.i == 0 {
		return b
	}
	b = append(n.Parent().appendPointer(b), '/')
	if n.at().keyEnd == 0 {
		return strconv.AppendInt(b, int64(n.at().key), 10)
	}
	if key := n.keyBytes(); bytes.IndexByte(key, '~') < 0 && bytes.IndexByte(key, '/') < 0 {
		return append(b, key...)
	}
	return append(b, escapePointer.Replace(n.Key())...)
}

// At is the value at a JSON pointer; the zero Node when there is none. Of members with the
// same key the last one is meant.
func (t *Tree) At(pointer string) Node {
	n := t.Root()
	if pointer == "" {
		return n
	}
	rest, ok := strings.CutPrefix(pointer, "/")
	for more := ok; more && n.Exists(); {
		var token string
		token, rest, more = strings.Cut(rest, "/")
		n = n.step(unescapePointer.Replace(token))
	}
	if !ok {
		return Node{}
	}
	return n
}

// step follows one token of a pointer.
func (n Node) step(token string) Node {
	if n.Kind() != Array {
		return n.Child(token)
	}
	want, err := strconv.Atoi(token)
	if err != nil || token != strconv.Itoa(want) {
		return Node{}
	}
	for c := n.First(); c.Exists(); c = c.Next() {
		if c.Index() == want {
			return c
		}
	}
	return Node{}
}

// NodeAt is the innermost value that holds the offset, its key counted in. An offset right
// behind a value belongs to it unless the next one begins there: this is where a caret stands.
func (t *Tree) NodeAt(offset int) Node {
	n := t.Root()
	for n.Exists() {
		child := n.childAt(int32(offset))
		if !child.Exists() {
			break
		}
		n = child
	}
	return n
}

func (n Node) childAt(offset int32) Node {
	var touched Node
	for c := n.First(); c.Exists(); c = c.Next() {
		d := c.at()
		from := d.start
		if d.keyEnd != 0 {
			from = d.key
		}
		if from > offset {
			break
		}
		if offset < d.end {
			return c
		}
		if offset == d.end {
			touched = c
		}
	}
	return touched
}

// PointerAt is the JSON pointer of the innermost value at an offset; see NodeAt.
func (t *Tree) PointerAt(offset int) string { return t.NodeAt(offset).Pointer() }

// LineColumn turns an offset into a line and a column, both from 1, the column in characters.
// Offsets outside of the text are moved to its nearest end.
func (t *Tree) LineColumn(offset int) (line, column int) {
	offset = min(max(offset, 0), len(t.text))
	line = t.lineOf(offset)
	if line == 0 {
		return 1, 1
	}
	return line, utf8.RuneCount(t.text[t.lines[line-1]:offset]) + 1
}

// lineOf counts the line starts at or before the offset.
func (t *Tree) lineOf(offset int) int {
	lo, hi := 0, len(t.lines)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if int(t.lines[mid]) <= offset {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// locator turns rising offsets into lines and columns in one sweep, so that a thousand
// problems on one line of a minified text do not count its characters a thousand times.
type locator struct {
	t      *Tree
	offset int // everything before is counted
	line   int
	column int
}

func newLocator(t *Tree) locator { return locator{t: t, line: 1, column: 1} }

func (l *locator) locate(offset int) (line, column int) {
	offset = min(max(offset, 0), len(l.t.text))
	line = max(l.t.lineOf(offset), 1)
	if offset < l.offset {
		return l.t.LineColumn(offset)
	}
	if line != l.line {
		l.line, l.offset, l.column = line, int(l.t.lines[line-1]), 1
	}
	l.column += utf8.RuneCount(l.t.text[l.offset:offset])
	l.offset = offset
	return l.line, l.column
}
