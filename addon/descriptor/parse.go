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
	if t.lines == nil {
		t.lines = make([]int32, 0, len(t.text)/usualLine+1)
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

// usualLine is how long lines are at most, mostly, in bytes.
const usualLine = 24

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
		p.t.fault(ruleExtra, p.pos, len(p.b), p.removeExtra(),
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
	p.t.fault(ruleStray, from, p.pos, p.strayFix(from), "%q has no place here", p.b[from:p.pos])
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
