package descriptor

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"unicode/utf8"
)

// Limits of a text. A real descriptor is below 30 KB and nests below ten; beyond these
// limits the tree stops, with a problem that says so.
const (
	MaxSize  = 16 << 20 // bytes
	MaxDepth = 200      // objects and arrays within each other

	maxFaults = 500 // syntax problems kept of one text
)

// Parse reads a text of any kind into a tree. It never fails: what is not JSON is a problem
// of the tree, and reading goes on behind it.
func Parse(text []byte) *Tree {
	t := new(Tree)
	t.Parse(text)
	return t
}

// Parse reads another text into the tree and re-uses its memory. Nodes of the text before
// must not be used any more.
func (t *Tree) Parse(text []byte) {
	*t = Tree{text: text, nodes: t.nodes[:0], lines: t.lines[:0], faults: t.faults[:0]}
	if len(text) > MaxSize {
		t.text = nil
		t.lines = append(t.lines, 0)
		t.fault(ruleSize, 0, 0, nil, "the text is %d bytes long; at most %d are read", len(text), MaxSize)
		return
	}
	t.findLines()
	p := parser{t: t, b: text}
	p.document()
	t.checkUTF8()
}

func (t *Tree) findLines() {
	if need := bytes.Count(t.text, newline) + 1; cap(t.lines) < need {
		t.lines = make([]int32, 0, need)
	}
	t.lines = append(t.lines, 0)
	for at := 0; ; {
		i := bytes.IndexByte(t.text[at:], '\n')
		if i < 0 {
			return
		}
		at += i + 1
		t.lines = append(t.lines, int32(at))
	}
}

var newline = []byte{'\n'}

// checkUTF8 reports every run of bytes that is not UTF-8.
func (t *Tree) checkUTF8() {
	if utf8.Valid(t.text) {
		return
	}
	for i := 0; i < len(t.text); {
		r, size := utf8.DecodeRune(t.text[i:])
		if r != utf8.RuneError || size != 1 {
			i += size
			continue
		}
		from := i
		for i < len(t.text) && r == utf8.RuneError && size == 1 {
			i++
			r, size = utf8.DecodeRune(t.text[i:])
		}
		t.fault(ruleUTF8, from, i, nil, "these bytes are not UTF-8; save the file in that encoding")
	}
}

// fault records a syntax problem. Lines, columns and pointer are filled in by Check.
func (t *Tree) fault(r *Rule, from, to int, fix *Fix, format string, args ...any) {
	if len(t.faults) >= maxFaults {
		t.omitted++
		return
	}
	t.faults = append(t.faults, Problem{
		Severity: r.Severity, Rule: r.ID, Message: fmt.Sprintf(format, args...),
		Offset: from, End: to, Fix: fix,
	})
}

// replace is a fix of one edit.
func replace(title string, from, to int, text string) *Fix {
	return &Fix{Title: title, Edits: []Edit{{from, to, text}}}
}

// parser walks over the bytes once. Its methods leave pos behind what they have read.
type parser struct {
	t     *Tree
	b     []byte
	pos   int
	depth int
	// statement is set when skip passed a template statement: commas around one depend on
	// what the template prints, so they are not judged.
	statement bool
	names     map[uint64]int32 // of a large object: hash of the name to its first member
	seed      maphash.Seed
}

func (p *parser) peek() byte {
	if p.pos < len(p.b) {
		return p.b[p.pos]
	}
	return 0
}

func (p *parser) document() {
	if bytes.HasPrefix(p.b, byteOrderMark) {
		p.t.fault(ruleBOM, 0, 3, replace("Remove the byte order mark", 0, 3, ""),
			"the text starts with a byte order mark, which many JSON readers refuse")
		p.pos = 3
	}
	p.skip()
	if p.pos >= len(p.b) {
		p.t.fault(ruleEmpty, 0, len(p.b), nil, "the text is empty; a descriptor is one JSON object")
		return
	}
	for p.pos < len(p.b) && (p.peek() == '}' || p.peek() == ']' || p.peek() == ',' || p.peek() == ':') {
		p.stray()
		p.skip()
	}
	if p.value(0, 0, 0); p.t.nodes[0].kind == Missing {
		p.t.fault(ruleStray, p.pos, lineEnd(p.b, p.pos), nil, "this is not JSON; a descriptor is one object and begins with {")
		return
	}
	p.skip()
	if p.pos < len(p.b) {
		p.t.fault(ruleExtra, p.pos, len(p.b), nil,
			"there is more text behind the end of the descriptor; it must be one JSON value")
	}
}

var byteOrderMark = []byte{0xEF, 0xBB, 0xBF}

// shown is a stretch of the text for a message.
func (p *parser) shown(from, to int) string { return shorten(string(p.b[from:min(to, from+100)])) }

// stray reports and passes one character that has no business here.
func (p *parser) stray() {
	from := p.pos
	_, size := utf8.DecodeRune(p.b[p.pos:])
	p.pos += size
	p.t.fault(ruleStray, from, p.pos, nil, "%q has no place here", p.b[from:p.pos])
}

// add puts a value that begins at pos into the arena and gives its index.
func (p *parser) add(kind Kind, parent, key, keyEnd int32) int32 {
	p.t.nodes = append(p.t.nodes, node{key: key, keyEnd: keyEnd, parent: parent, kind: kind, start: int32(p.pos), end: int32(p.pos)})
	return int32(len(p.t.nodes) - 1)
}

// value reads one value. What cannot start a value gives a node of Kind Missing, and nothing
// is passed.
func (p *parser) value(parent, key, keyEnd int32) int32 {
	i := p.add(Missing, parent, key, keyEnd)
	kind, fl := Missing, flag(0)
	switch c := p.peek(); {
	case c == '"':
		kind, fl = String, p.str(c)
	case c == '{' && p.templateEnd() > 0, (c == '$' || c == '<') && p.templateEnd() > 0:
		kind = p.template()
	case c == '{' || c == '[':
		p.container(i, c)
		return i
	case c == '\'':
		kind, fl = String, p.str(c)
	case c == '-' || c >= '0' && c <= '9' || c == '+' || c == '.':
		kind = p.number()
	case classes[c]&wordByte != 0:
		kind = p.word()
	}
	n := &p.t.nodes[i]
	n.kind, n.flags, n.end = kind, fl, int32(p.pos)
	return i
}

func (p *parser) template() Kind {
	p.pos = p.templateEnd()
	p.t.template = true
	return Placeholder
}

// templateEnd is the offset behind the template expression at pos, 0 when there is none.
func (p *parser) templateEnd() int { return templateEnd(p.b, p.pos) }

// container reads an object or array from its bracket to the one that closes it.
func (p *parser) container(i int32, open byte) {
	from := p.pos
	p.t.nodes[i].kind = Array
	if open == '{' {
		p.t.nodes[i].kind = Object
	}
	p.pos++
	if p.depth++; p.depth > MaxDepth {
		p.t.fault(ruleDepth, from, p.pos, nil, "values nest deeper than %d here; nothing further in is read", MaxDepth)
		p.passBrackets()
	} else if open == '{' {
		p.object(i, from)
	} else {
		p.array(i, from)
	}
	p.depth--
	p.t.nodes[i].end = int32(p.pos)
}

// passBrackets goes behind the bracket that closes the one just passed.
func (p *parser) passBrackets() {
	for open := 1; p.pos < len(p.b) && open > 0; p.pos++ {
		switch c := p.b[p.pos]; c {
		case '{', '[':
			open++
		case '}', ']':
			open--
		case '"':
			p.str(c)
			p.pos--
		}
	}
}

// link hangs child behind last, or under parent when it is the first.
func (p *parser) link(parent, last, child int32) int32 {
	if last == 0 {
		p.t.nodes[parent].first = child
	} else {
		p.t.nodes[last].next = child
	}
	return child
}

func (p *parser) array(i int32, from int) {
	var last, index int32
	for {
		p.skip()
		if p.closes(i, from, ']', last) {
			return
		}
		before := p.pos
		child := p.value(i, index, 0)
		if p.pos == before { // nothing that could be an element
			p.t.nodes = p.t.nodes[:child]
			p.misplaced(last)
			continue
		}
		last = p.link(i, last, child)
		index++
		p.comma(last, ']')
	}
}

// misplaced deals with a character that can start neither key nor value.
func (p *parser) misplaced(last int32) {
	if p.peek() != ',' {
		p.stray()
		return
	}
	title, what := "Remove the comma", "there is a comma too many"
	if last == 0 {
		what = "there is a comma before the first entry"
	}
	p.t.fault(ruleComma, p.pos, p.pos+1, replace(title, p.pos, p.pos+1, ""), "%s", what)
	p.pos++
}

// comma reads what stands between an entry and the next one, and reports what is missing or
// too much.
func (p *parser) comma(last int32, closer byte) {
	p.statement = false
	p.skip()
	templated := p.statement
	c := p.peek()
	if c != ',' {
		end := int(p.t.nodes[last].end)
		if p.startsEntry(c) && !templated && p.t.nodes[last].kind != Missing {
			p.t.fault(ruleComma, end, end, replace("Insert a comma", end, end, ","), "there is no comma between this entry and the next")
		}
		return
	}
	at := p.pos
	p.pos++
	p.statement = false
	p.skip()
	if p.peek() == closer && p.pos < len(p.b) && !p.statement && !templated {
		p.t.fault(ruleTrailingComma, at, at+1, replace("Remove the comma", at, at+1, ""),
			"the comma behind the last entry must go: JSON allows none")
	}
}

func (p *parser) startsEntry(c byte) bool {
	return c == '"' || c == '\'' || c == '{' || c == '[' || c == '-' || classes[c]&wordByte != 0
}

// closes tells whether the container ends here, and passes its bracket. A bracket of the
// other kind ends it too when it belongs to a container further out; otherwise it is passed
// as a stray.
func (p *parser) closes(i int32, from int, closer byte, last int32) bool {
	c := p.peek()
	if p.pos >= len(p.b) || (c != closer && p.endsOuter(i, c)) {
		p.t.nodes[i].flags |= unclosed
		at := from + 1
		if last != 0 {
			at = int(p.t.nodes[last].end)
		}
		var fix *Fix
		if len(bytes.TrimSpace(p.b[at:p.pos])) == 0 && p.complete(last) {
			fix = replace("Insert "+string(closer), at, at, string(closer))
		}
		p.t.fault(ruleUnclosed, from, from+1, fix, "this %c is never closed; a %c is missing", p.b[from], closer)
		return true
	}
	if c != closer {
		return false
	}
	p.pos++
	return true
}

// complete tells whether a bracket may be put behind the entry.
func (p *parser) complete(entry int32) bool {
	n := &p.t.nodes[entry]
	return entry == 0 || n.kind != Missing && n.flags&unclosed == 0
}

// endsOuter tells whether the closing bracket c belongs to a container around node i.
func (p *parser) endsOuter(i int32, c byte) bool {
	want := Object
	switch c {
	case ']':
		want = Array
	case '}':
	default:
		return false
	}
	for i != 0 {
		i = p.t.nodes[i].parent
		if p.t.nodes[i].kind == want {
			return true
		}
	}
	return false
}

func (p *parser) object(i int32, from int) {
	var last int32
	count := 0
	for {
		p.skip()
		if p.closes(i, from, '}', last) {
			p.duplicates(i, count)
			return
		}
		key, keyEnd, fl, ok := p.key()
		if !ok {
			p.misplaced(last)
			continue
		}
		child := p.member(i, key, keyEnd)
		p.t.nodes[child].flags |= fl
		count++
		last = p.link(i, last, child)
		p.comma(last, '}')
	}
}

// key reads a member's name. Names without quotes are survived.
func (p *parser) key() (from, to int32, fl flag, ok bool) {
	start := p.pos
	switch c := p.peek(); {
	case c == '"' || c == '\'':
		f := p.str(c)
		if f&escapedText != 0 {
			fl |= escapedKey
		}
		if f&(templateText|unclosed) != 0 {
			fl |= doubtfulKey
		}
	case (c == '{' || c == '$' || c == '<') && p.templateEnd() > 0:
		p.template()
		fl = doubtfulKey | escapedKey
	case classes[c]&wordByte != 0 || c == '-':
		for p.pos < len(p.b) && (classes[p.b[p.pos]]&wordByte != 0 || p.b[p.pos] == '-') {
			p.pos++
		}
		p.t.fault(ruleQuote, start, p.pos, replace("Put the name in double quotes", start, p.pos, `"`+string(p.b[start:p.pos])+`"`),
			"the name %s must stand in double quotes", p.shown(start, p.pos))
		fl = escapedKey
	default:
		return 0, 0, 0, false
	}
	return int32(start), int32(p.pos), fl, true
}

// member reads colon and value behind a key.
func (p *parser) member(parent, key, keyEnd int32) int32 {
	p.skip()
	switch c := p.peek(); {
	case c == ':':
		p.pos++
		p.skip()
	case p.startsEntry(c) && !p.onNextLine(int(keyEnd)):
		p.t.fault(ruleColon, int(keyEnd), int(keyEnd), replace("Insert a colon", int(keyEnd), int(keyEnd), ":"),
			"there is no colon between the name and its value")
	default:
		p.t.fault(ruleValue, int(key), int(keyEnd), nil, "%s has no colon and no value", p.shown(int(key), int(keyEnd)))
		return p.add(Missing, parent, key, keyEnd)
	}
	child := p.value(parent, key, keyEnd)
	if p.t.nodes[child].kind == Missing {
		p.t.fault(ruleValue, int(key), int(keyEnd), nil, "%s has no value", p.shown(int(key), int(keyEnd)))
	}
	return child
}

// onNextLine tells whether a line ends between the offset and here: a name at the end of a
// line is one still being typed, and the next line is not its value.
func (p *parser) onNextLine(from int) bool {
	return bytes.IndexByte(p.b[from:p.pos], '\n') >= 0
}

// fewMembers is up to how many members comparing all pairs of names beats hashing them.
const fewMembers = 12

// duplicates reports names that an object holds twice.
func (p *parser) duplicates(i int32, count int) {
	if count < 2 {
		return
	}
	object := Node{p.t, i}
	if count > fewMembers {
		p.duplicatesOfMany(object, count)
		return
	}
	for c := object.First().Next(); c.Exists(); c = c.Next() {
		name := c.keyBytes()
		for earlier := object.First(); earlier.i != c.i; earlier = earlier.Next() {
			if bytes.Equal(earlier.keyBytes(), name) {
				p.duplicate(earlier, c)
				break
			}
		}
	}
}

func (p *parser) duplicatesOfMany(object Node, count int) {
	if p.names == nil {
		p.names = make(map[uint64]int32, count)
		p.seed = maphash.MakeSeed()
	}
	clear(p.names)
	for c := object.First(); c.Exists(); c = c.Next() {
		name := c.keyBytes()
		hash := maphash.Bytes(p.seed, name)
		if i, ok := p.names[hash]; ok && bytes.Equal(Node{p.t, i}.keyBytes(), name) {
			p.duplicate(Node{p.t, i}, c)
			continue
		}
		p.names[hash] = c.i
	}
}

func (p *parser) duplicate(first, second Node) {
	from, to := second.KeyRange()
	line := p.t.lineOf(int(first.at().key))
	p.t.fault(ruleDuplicateKey, from, to, nil, "%s stands already in line %d; the host takes the last one", p.shown(from, to), line)
}
