package descriptor

import (
	"bytes"
	"unicode/utf8"
)

// spotKind says what may be written at a spot.
type spotKind uint8

const (
	noSpot    spotKind = iota // nothing of ours: inside a comment, behind a value, in a template
	nameSpot                  // the name of a member, with its value unless there is one
	valueSpot                 // the value of a member or an element of an array
	wholeSpot                 // the descriptor itself: the text is blank
)

// spot is the place of a text where a caret stands: what may be written there, and what of it is
// there already. Only the text before the caret and the tree decide; both may be half written.
type spot struct {
	kind     spotKind
	in       Node   // the object or array around
	node     Node   // the member or element being written; the zero Node when it is new
	from, to int    // what of the text is replaced: what is there of it, quotes included
	quote    int    // where it begins, when the caret stands inside of a string
	typed    string // the part before the caret, without its opening quote
	inString bool   // the caret stands inside a string
	valued   bool   // of a name: colon and value stand behind it and stay
	lead     string // what has to come before: a comma and the space up to the caret
	tail     string // what has to come behind: a comma and space
}

// spotAt finds the spot of an offset. It goes down the tree once.
func (t *Tree) spotAt(offset int) spot {
	n := t.Root()
	if !n.Exists() || n.Kind() == Missing {
		if len(bytes.TrimSpace(bytes.TrimPrefix(t.text, byteOrderMark))) > 0 || offset < len(byteOrderMark) && bytes.HasPrefix(t.text, byteOrderMark) {
			return spot{}
		}
		return spot{kind: wholeSpot, from: offset, to: offset}
	}
	if !n.isContainer() || !n.holds(offset) {
		return spot{}
	}
	for {
		before, behind := n.around(offset)
		switch {
		case before.Exists() && before.isContainer() && before.holds(offset):
			n = before
			continue
		case before.Exists():
			if s, decided := before.spot(offset, behind); decided {
				return s.withComma(before)
			}
		}
		return n.gap(offset, before, behind)
	}
}

// withComma has a new name or element bring the comma that is missing before it.
func (s spot) withComma(n Node) spot {
	if s.kind == noSpot || s.kind == valueSpot && s.in.Kind() == Object {
		return s
	}
	var previous Node
	for c := s.in.First(); c.Exists() && c.i != n.i; c = c.Next() {
		previous = c
	}
	if !previous.Exists() || previous.Kind() == Missing || previous.end() > s.from {
		return s
	}
	if at, comma := s.in.t.blank(previous.end(), s.from); at == s.from && !comma {
		s.lead = "," + string(s.in.t.text[previous.end():s.from])
		s.from = previous.end()
		if s.lead == "," {
			s.lead = ", "
		}
	}
	return s
}

func (n Node) isContainer() bool { return n.Kind() == Object || n.Kind() == Array }

// holds tells whether an offset is between the brackets of a container.
func (n Node) holds(offset int) bool {
	d := n.at()
	return offset > int(d.start) && (offset < int(d.end) || offset == int(d.end) && d.flags&unclosed != 0)
}

// begin is where a member or element begins: at its name or its value.
func (n Node) begin() int {
	if from, to := n.KeyRange(); to > 0 {
		return from
	}
	from, _ := n.Range()
	return from
}

// around gives the last member or element that begins before an offset, and the one behind it.
func (n Node) around(offset int) (before, behind Node) {
	for c := n.First(); c.Exists(); c = c.Next() {
		if c.begin() >= offset {
			return before, c
		}
		before = c
	}
	return before, Node{}
}

// spot is the spot inside of a member or element; decided is false when the offset is behind it.
func (n Node) spot(offset int, behind Node) (s spot, decided bool) {
	if _, keyEnd := n.KeyRange(); keyEnd > 0 {
		if s, decided = n.nameSpot(offset, behind); decided {
			return s, true
		}
		colon := n.colon()
		if colon < 0 || offset <= colon { // a value without its colon, or the blank before one
			return spot{}, n.Kind() == Missing || offset <= n.end()
		}
	}
	return n.valueSpot(offset, behind)
}

func (n Node) end() int {
	_, end := n.Range()
	return end
}

// nameSpot is the spot inside of a member's name.
func (n Node) nameSpot(offset int, behind Node) (s spot, decided bool) {
	from, to := n.KeyRange()
	text := n.t.text
	s = spot{kind: nameSpot, in: n.Parent(), node: n, from: from, to: to}
	switch c := text[from]; {
	case c == '"' || c == '\'':
		if n.t.openString(from, to) {
			if offset > lineEnd(text, from) {
				return spot{}, false
			}
			s.to = max(to, offset)
		} else if offset >= to {
			return spot{}, offset == to
		}
		s.typed, s.inString, s.quote = string(text[from+1:offset]), true, from
	case c == '{' || c == '$' || c == '<':
		return spot{}, offset <= to
	case offset > to:
		return spot{}, false
	default:
		s.typed = string(text[from:offset])
	}
	if s.valued = n.Kind() != Missing; !s.valued {
		s.to = max(s.to, n.colon()+1)
		s.tail = n.t.tail(s.to, behind)
	}
	return s, true
}

// colon is the offset of the colon behind a member's name, -1 when there is none.
func (n Node) colon() int {
	_, to := n.KeyRange()
	i, comma := n.t.blank(to, len(n.t.text))
	if !comma && i < len(n.t.text) && n.t.text[i] == ':' {
		return i
	}
	return -1
}

// valueSpot is the spot inside of a value, or where one is missing.
func (n Node) valueSpot(offset int, behind Node) (s spot, decided bool) {
	from, to := n.Range()
	text := n.t.text
	s = spot{kind: valueSpot, in: n.Parent(), node: n, from: from, to: to}
	switch n.Kind() {
	case Missing:
		if offset > from {
			return spot{}, false
		}
		s.from, s.to, s.tail = offset, offset, n.t.tail(offset, behind)
		return s, true
	case String:
		switch {
		case offset < from || offset == to && !n.t.openString(from, to):
			return spot{}, true
		case offset > to && (!n.t.openString(from, to) || offset > lineEnd(text, from)):
			return spot{}, false
		case offset > from:
			s.typed, s.inString, s.quote, s.to = string(text[from+1:offset]), true, from, max(to, offset)
		}
		s.tail = n.t.tail(s.to, behind)
		return s, true
	case Number, Bool, Null, Invalid:
		if offset < from || offset > to {
			return spot{}, offset < from
		}
		s.typed = string(text[from:offset])
		s.tail = n.t.tail(to, behind)
		return s, true
	}
	return spot{}, offset <= to
}

// openString tells whether the quote of a string that begins at from is never closed.
func (t *Tree) openString(from, to int) bool {
	quote := t.text[from]
	return to-from < 2 || t.text[to-1] != quote || endsInEscape(t.text[from+1:to-1])
}

// gap is the spot between members or elements, where a new one may be written.
func (n Node) gap(offset int, before, behind Node) spot {
	t := n.t
	from, _ := n.Range()
	from++
	if before.Exists() {
		from = before.end()
	}
	at, comma := t.blank(min(from, offset), offset)
	if at != offset || !t.clear(offset, behind, n) || before.Kind() == Missing && before.Exists() && !comma {
		return spot{}
	}
	s := spot{kind: valueSpot, in: n, from: offset, to: offset, tail: t.tail(offset, behind)}
	if n.Kind() == Object {
		s.kind = nameSpot
	}
	if before.Exists() && !comma {
		if offset == from {
			return spot{} // right behind a value: nothing new is meant yet
		}
		s.from, s.lead = from, ","+string(t.text[from:offset])
	}
	return s
}

// blank passes white space, commas and comments from an offset up to a limit. It gives where it
// stopped and whether there was a comma. A comment that reaches over the limit stops it before.
func (t *Tree) blank(from, limit int) (at int, comma bool) {
	b := t.text
	for from < limit {
		switch c := b[from]; {
		case classes[c]&spaceByte != 0:
			from++
		case c == ',':
			comma = true
			from++
		case c == '#' || bytes.HasPrefix(b[from:], lineComment):
			end := lineEnd(b, from)
			if end >= limit {
				return from, comma
			}
			from = end
		case bytes.HasPrefix(b[from:], blockComment):
			end := bytes.Index(b[from+2:], blockEnd)
			if end < 0 || from+2+end+2 > limit {
				return from, comma
			}
			from += 2 + end + 2
		default:
			return from, comma
		}
	}
	return from, comma
}

// clear tells whether nothing but blanks stand between an offset and what comes next.
func (t *Tree) clear(offset int, behind, in Node) bool {
	limit := in.end()
	if in.at().flags&unclosed == 0 {
		limit--
	}
	if behind.Exists() {
		limit = behind.begin()
	}
	at, _ := t.blank(offset, max(limit, offset))
	return at >= limit
}

// tail is what has to stand behind something new that ends at an offset: a comma when another
// entry follows without one.
func (t *Tree) tail(offset int, behind Node) string {
	if !behind.Exists() {
		return ""
	}
	at, comma := t.blank(offset, behind.begin())
	switch {
	case comma:
		return ""
	case at == offset: // it follows at once
		return ", "
	}
	return ","
}

// runeStart moves an offset into the text, and out of the middle of a character.
func (t *Tree) runeStart(offset int) int {
	offset = min(max(offset, 0), len(t.text))
	for back := 1; back < utf8.UTFMax && back <= offset && offset < len(t.text) && !utf8.RuneStart(t.text[offset]); back++ {
		if start := offset - back; utf8.RuneStart(t.text[start]) {
			if _, size := utf8.DecodeRune(t.text[start:]); size > back {
				return start
			}
			break
		}
	}
	return offset
}

// lineStart is where the line of an offset begins.
func (t *Tree) lineStart(offset int) int {
	return bytes.LastIndexByte(t.text[:offset], '\n') + 1
}

// margin is the white space at the start of an offset's line.
func (t *Tree) margin(offset int) string {
	from := t.lineStart(offset)
	to := from
	for to < len(t.text) && (t.text[to] == ' ' || t.text[to] == '\t') {
		to++
	}
	return string(t.text[from:to])
}

// unit is one level of indentation: that of the first line that has one, else two blanks.
func (t *Tree) unit() string {
	for _, start := range t.lines {
		margin := t.margin(int(start))
		switch {
		case margin == "":
		case margin[0] == '\t':
			return "\t"
		case len(margin) <= 8:
			return margin
		}
	}
	return "  "
}

// newline is how lines end: "\r\n" when all of them do.
func (t *Tree) newline() string {
	if breaks := len(t.lines) - 1; breaks > 0 && bytes.Count(t.text, []byte("\r\n")) == breaks {
		return "\r\n"
	}
	return "\n"
}

// hasOther tells whether a container has a member or element beside the one being written.
func (n Node) hasOther(except Node) bool {
	first := n.First()
	return first.Exists() && (first.i != except.i || first.Next().Exists())
}

// oneLine tells whether a container stands on one line.
func (n Node) oneLine() bool {
	from, to := n.Range()
	return bytes.IndexByte(n.t.text[from:to], '\n') < 0
}
