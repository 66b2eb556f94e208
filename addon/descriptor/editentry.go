package descriptor

import (
	"bytes"
	"slices"
)

// gap is what stands between two entries of an object or array, or between one and a bracket.
type gap struct {
	from, to int
	comma    int // offset; -1 for none
	comments []Range
}

// gap reads what stands between two offsets. Anything but white space, comments and one comma is
// in the way of an edit.
func (f *form) gap(from, to int) (gap, error) {
	g := gap{from: from, to: to, comma: -1}
	b := f.t.text
	for i := from; i < to; {
		switch c := b[i]; {
		case classes[c]&spaceByte != 0:
			i++
		case c == ',' && g.comma < 0:
			g.comma = i
			i++
		case c == '#' || bytes.HasPrefix(b[i:to], lineComment):
			end := min(lineEnd(b, i), to)
			g.comments = append(g.comments, Range{i, end})
			i = end
		case bytes.HasPrefix(b[i:to], blockComment):
			end := to
			if n := bytes.Index(b[i+2:to], blockEnd); n >= 0 {
				end = i + 2 + n + 2
			}
			g.comments = append(g.comments, Range{i, end})
			i = end
		case c == ',':
			return g, f.errorf(i, "there is a comma too many")
		case templateEnd(b, i) > 0:
			return g, f.errorf(i, "a template statement stands in the way: what is around it depends on what it prints")
		default:
			return g, f.errorf(i, "%q has no place here", rune(c))
		}
	}
	return g, nil
}

// separator is the gap between two entries, which must have its comma.
func (f *form) separator(from, to int) (gap, error) {
	g, err := f.gap(from, to)
	if err == nil && g.comma < 0 {
		err = f.errorf(from, "there is no comma between this entry and the next")
	}
	return g, err
}

// entryStart is where a member or array entry begins.
func entryStart(n Node) int { return keyOf(n).From }

// entryEnd is the offset behind a member or array entry. A name without a value ends with its
// colon, if it has one.
func entryEnd(n Node) int {
	from, to := n.Range()
	if n.Kind() != Missing {
		return to
	}
	_, keyEnd := n.KeyRange()
	i := passBlank(n.t.text, keyEnd, from)
	if i < from && n.t.text[i] == ':' {
		return i + 1
	}
	return keyEnd
}

// passBlank is the offset of the first byte from an offset on that is not white space, or limit.
func passBlank(b []byte, from, limit int) int {
	for from < limit && classes[b[from]]&spaceByte != 0 {
		from++
	}
	return from
}

// blankBefore is where the white space in front of an offset begins.
func blankBefore(b []byte, offset int) int {
	for offset > 0 && classes[b[offset-1]]&spaceByte != 0 {
		offset--
	}
	return offset
}

func hasNewline(b []byte) bool { return bytes.IndexByte(b, '\n') >= 0 }

// insert puts an entry into a container, before the one at the place at.
func (f *form) insert(c Node, at int, v Node, entry func(indent string, flat bool) string) ([]Edit, error) {
	entries := slices.Collect(c.Children())
	switch {
	case len(entries) == 0:
		return f.insertFirst(c, v, entry)
	case at < 0 || at >= len(entries):
		return f.insertLast(c, entries, entry)
	}
	return f.insertBefore(c, entries, at, entry)
}

// insertBefore puts an entry before another one, and before the comments on lines of their own
// above that, which are about it.
func (f *form) insertBefore(c Node, entries []Node, at int, entry func(string, bool) string) ([]Edit, error) {
	b := f.t.text
	open, _ := c.Range()
	g, err := f.gap(open+1, entryStart(entries[at]))
	if at > 0 {
		if err := f.legible(entries[at-1]); err != nil {
			return nil, err
		}
		g, err = f.separator(entryEnd(entries[at-1]), entryStart(entries[at]))
	}
	if err != nil {
		return nil, err
	}
	if at == 0 && g.comma >= 0 {
		return nil, f.errorf(g.comma, "there is a comma before the first entry")
	}
	target := g.to
	behind := max(g.from, g.comma+1)
	for i, comment := range g.comments {
		next := g.to
		if i+1 < len(g.comments) {
			next = g.comments[i+1].From
		}
		if comment.From >= behind && (hasNewline(b[behind:comment.From]) || !hasNewline(b[comment.To:next])) {
			target = comment.From
			break
		}
	}
	space := f.spaceFor(b[max(behind, blankBefore(b, target)):target], at > 0)
	return []Edit{{target, target, entry(f.entryIndent(target, space), f.flat(c)) + "," + space}}, nil
}

// insertLast puts an entry behind the last one and the comments on its line.
func (f *form) insertLast(c Node, entries []Node, entry func(string, bool) string) ([]Edit, error) {
	b := f.t.text
	last := entries[len(entries)-1]
	if err := f.legible(last); err != nil {
		return nil, err
	}
	g, err := f.closing(c, entryEnd(last))
	if err != nil {
		return nil, err
	}
	target := max(g.from, g.comma+1)
	inLine := false
	for _, comment := range g.comments {
		if comment.From < target {
			continue
		}
		if hasNewline(b[target:comment.From]) {
			break
		}
		target, inLine = comment.To, isLineComment(b, comment)
	}
	start := entryStart(last)
	space := f.spaceFor(b[blankBefore(b, start):start], len(entries) > 1)
	if inLine && !hasNewline([]byte(space)) {
		space = f.look().newline + f.indentAt(start)
	}
	text := space + entry(f.entryIndent(start, space), f.flat(c))
	switch {
	case g.comma >= 0: // there is one behind the last entry already, and there will be again
		return []Edit{{target, target, text + ","}}, nil
	case target == g.from:
		return []Edit{{target, target, "," + text}}, nil
	}
	return []Edit{{g.from, g.from, ","}, {target, target, text}}, nil
}

// insertFirst puts an entry into an empty container.
func (f *form) insertFirst(c Node, v Node, entry func(string, bool) string) ([]Edit, error) {
	b := f.t.text
	open, _ := c.Range()
	g, err := f.closing(c, open+1)
	if err != nil {
		return nil, err
	}
	if g.comma >= 0 {
		return nil, f.errorf(g.comma, "there is a comma before the first entry")
	}
	base := f.indentAt(open)
	indent := base + f.look().unit
	newline := f.look().newline
	flat := f.look().flat || c.Parent().Exists() && f.flat(c.Parent())
	inside := b[g.from:g.to]
	switch {
	case len(g.comments) > 0:
		last := g.comments[len(g.comments)-1]
		if !hasNewline(inside) {
			return []Edit{{last.To, last.To, " " + entry(base, true)}}, nil
		}
		return []Edit{{last.To, last.To, newline + indent + entry(indent, false)}}, nil
	case !hasNewline(inside) && (flat || len(inside) > 0 || f.look().short(c.Kind()) && v.height() == 0):
		return []Edit{{g.from, g.from, string(inside) + entry(base, true)}}, nil
	}
	return []Edit{{g.from, g.to, newline + indent + entry(indent, false) + newline + base}}, nil
}

// closing is the gap before the bracket that closes the container.
func (f *form) closing(c Node, from int) (gap, error) {
	if err := f.legible(c); err != nil {
		return gap{}, err
	}
	_, end := c.Range()
	return f.gap(from, end-1)
}

// spaceFor is the white space to put between two entries, seen from what stands in front of one.
// That of a first entry on the line of its bracket says nothing.
func (f *form) spaceFor(seen []byte, between bool) string {
	switch i := bytes.LastIndexByte(seen, '\n'); {
	case i < 0 && between:
		return string(seen)
	case i < 0:
		return f.look().space
	case bytes.Count(seen, []byte("\n")) == 1:
		return string(seen)
	default: // an empty line is not worth repeating
		return f.look().newline + string(seen[i+1:])
	}
}

// entryIndent is the indentation of an entry that follows the white space, seen from a place in its
// container.
func (f *form) entryIndent(offset int, space string) string {
	if i := bytes.LastIndexByte([]byte(space), '\n'); i >= 0 {
		return space[i+1:]
	}
	return f.indentAt(offset)
}

func isLineComment(b []byte, comment Range) bool {
	return !bytes.HasPrefix(b[comment.From:comment.To], blockComment)
}

// remove takes an entry out of its container, together with one comma. Comments stay.
func (f *form) remove(n Node) ([]Edit, error) {
	b := f.t.text
	c := n.Parent()
	var last Node // the entry before
	for e := c.First(); e.i != n.i; e = e.Next() {
		last = e
	}
	first, next := !last.Exists(), n.Next()
	if err := f.legible(n); err != nil {
		return nil, err
	}
	open, _ := c.Range()
	start, end := entryStart(n), entryEnd(n)
	var before, behind gap
	var err error
	if first {
		before, err = f.gap(open+1, start)
	} else if err = f.legible(last); err == nil {
		before, err = f.separator(entryEnd(last), start)
	}
	if err != nil {
		return nil, err
	}
	if next.Exists() {
		behind, err = f.separator(end, entryStart(next))
	} else {
		behind, err = f.closing(c, end)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case next.Exists(): // up to the next entry, or the comment before it
		return merged(b, Range{start, firstOf(behind, end)}, Range{behind.comma, firstOf(behind, behind.comma+1)}), nil
	case first && len(before.comments)+len(behind.comments) == 0:
		if hasNewline(b[end:behind.to]) {
			return []Edit{{open + 1, behind.to, ""}}, nil
		}
		return []Edit{{open + 1, max(end, behind.comma+1), ""}}, nil
	}
	from := blankBefore(b, start)
	rest := b[max(end, behind.comma+1):behind.to]
	if f.lineCommentEnds(before, from) && !startsLine(rest) {
		from = start
	}
	switch {
	case behind.comma >= 0:
		return merged(b, Range{from, end}, Range{behind.comma, behind.comma + 1}), nil
	case before.comma >= 0:
		return merged(b, Range{before.comma, before.comma + 1}, Range{from, end}), nil
	}
	return []Edit{{from, end, ""}}, nil
}

// firstOf is the offset of the first thing in the gap from an offset on: a comment, the comma, or
// what is behind the gap.
func firstOf(g gap, from int) int {
	first := g.to
	if g.comma >= from {
		first = g.comma
	}
	for _, c := range g.comments {
		if c.From >= from {
			return min(first, c.From)
		}
	}
	return first
}

// lineCommentEnds tells whether a comment to the end of its line ends at the offset.
func (f *form) lineCommentEnds(g gap, offset int) bool {
	return slices.ContainsFunc(g.comments, func(c Range) bool { return c.To == offset && isLineComment(f.t.text, c) })
}

// startsLine tells whether a line ends before anything else comes.
func startsLine(b []byte) bool {
	i := passBlank(b, 0, len(b))
	return hasNewline(b[:i])
}

// merged are the edits that delete two ranges, as one where only white space that goes too is
// between them.
func merged(b []byte, first, second Range) []Edit {
	if first.To == second.From {
		return []Edit{{first.From, second.To, ""}}
	}
	return []Edit{{first.From, first.To, ""}, {second.From, second.To, ""}}
}
