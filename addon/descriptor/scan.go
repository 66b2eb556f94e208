package descriptor

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// Classes of bytes, so that scanning asks one table instead of many comparisons.
const (
	spaceByte byte = 1 << iota
	wordByte       // letters, digits, _ and $: what a bare word is made of
	markByte       // begins what skip passes beside white space: a comment or a template statement
	stopByte       // ends the fast run inside a string: quotes, escapes, control characters, template starts
)

var classes = func() (t [256]byte) {
	for c := range 256 {
		b := byte(c)
		switch {
		case b == ' ' || b == '\t' || b == '\n' || b == '\r':
			t[c] = spaceByte
		case b >= '0' && b <= '9', b >= 'A' && b <= 'Z', b >= 'a' && b <= 'z', b == '_', b == '$', b >= utf8.RuneSelf:
			t[c] = wordByte
		}
		if b == '/' || b == '#' || b == '{' || b == '<' {
			t[c] |= markByte
		}
		if b < ' ' || b == '"' || b == '\'' || b == '\\' || b == '{' || b == '$' || b == '<' {
			t[c] |= stopByte
		}
	}
	return t
}()

// skip passes white space, comments (with a problem each) and template statements.
func (p *parser) skip() {
	if p.pos < len(p.b) && classes[p.b[p.pos]]&(spaceByte|markByte) != 0 {
		p.skipMore()
	}
}

func (p *parser) skipMore() {
	for {
		p.pos = behindSpace(p.b, p.pos)
		if p.pos >= len(p.b) {
			return
		}
		c := p.b[p.pos]
		switch {
		case c == '/' || c == '#':
			if !p.comment() {
				return
			}
		case (c == '{' || c == '<') && isStatement(p.b, p.pos):
			from := p.pos
			p.pos = p.templateEnd()
			p.t.template, p.statement = true, true
			p.t.fault(ruleTemplate, from, p.pos, nil, "a template statement: the text becomes JSON only when it has been rendered")
		default:
			return
		}
	}
}

// behindSpace is the offset of the first byte that is no white space. Indentation is passed eight
// blanks at a time.
func behindSpace(b []byte, i int) int {
	for {
		for i+8 <= len(b) && binary.LittleEndian.Uint64(b[i:]) == eightBlanks {
			i += 8
		}
		if i >= len(b) || classes[b[i]]&spaceByte == 0 {
			return i
		}
		i++
	}
}

const eightBlanks = 0x2020202020202020

// comment passes one comment; false when the slash does not begin one.
func (p *parser) comment() bool {
	from := p.pos
	rest := p.b[from:]
	switch {
	case rest[0] == '#' || bytes.HasPrefix(rest, lineComment):
		p.pos = lineEnd(p.b, from)
	case bytes.HasPrefix(rest, blockComment):
		p.pos = len(p.b)
		if i := bytes.Index(rest[2:], blockEnd); i >= 0 {
			p.pos = from + 2 + i + 2
		}
	default:
		return false
	}
	p.t.fault(ruleComment, from, p.pos, replace("Remove the comment", from, p.pos, ""), "JSON has no comments; the host refuses the text")
	return true
}

var (
	lineComment  = []byte("//")
	blockComment = []byte("/*")
	blockEnd     = []byte("*/")
)

// lineEnd is the offset of the line's end, before its line break.
func lineEnd(b []byte, from int) int {
	i := bytes.IndexByte(b[from:], '\n')
	if i < 0 {
		return len(b)
	}
	if i > 0 && b[from+i-1] == '\r' {
		i--
	}
	return from + i
}

// str reads a string from its quote. A string cannot cross a line: one that is not closed
// ends with its line.
func (p *parser) str(quote byte) flag {
	from := p.pos
	var fl flag
	p.pos++
	for {
		i := p.pos
		for i < len(p.b) && classes[p.b[i]]&stopByte == 0 {
			i++
		}
		p.pos = i
		if p.pos >= len(p.b) || p.b[p.pos] == '\n' || p.b[p.pos] == '\r' {
			return fl | p.unclosedString(from)
		}
		switch c := p.b[p.pos]; {
		case c == quote:
			p.pos++
			if quote == '\'' {
				p.singleQuoted(from)
				return fl | escapedText
			}
			return fl
		case c == '\\':
			fl |= escapedText
			p.escape()
		case c < ' ':
			p.t.fault(ruleControl, p.pos, p.pos+1, replace("Write it as an escape", p.pos, p.pos+1, escapeOf(c)),
				"the control character U+%04X must be written as %s inside a string", c, escapeOf(c))
			p.pos++
		case c != '"' && c != '\'' && p.templateEnd() > 0:
			fl |= templateText
			p.pos = p.templateEnd()
		default:
			p.pos++
		}
	}
}

func (p *parser) unclosedString(from int) flag {
	inner := bytes.TrimRight(p.b[from+1:p.pos], " \t")
	inner = bytes.TrimSuffix(inner, []byte{','}) // most likely it stood behind the string
	if endsInEscape(inner) {
		inner = p.b[from+1 : p.pos]
	}
	p.pos = from + 1 + len(inner)
	var fix *Fix
	if !endsInEscape(inner) {
		fix = replace("Close the string", p.pos, p.pos, string(p.b[from]))
	}
	p.t.fault(ruleString, from, p.pos, fix, "the string is not closed on its line")
	return escapedText | unclosed
}

func (p *parser) singleQuoted(from int) {
	inner := p.b[from+1 : p.pos-1]
	var fix *Fix
	switch {
	case bytes.IndexByte(inner, '"') < 0 && bytes.IndexByte(inner, '\\') < 0:
		fix = replace("Use double quotes", from, p.pos, `"`+string(inner)+`"`)
	case !holdsTemplate(inner) && !bytes.Contains(inner, []byte(`\\`)):
		text := decode([]byte(`"` + strings.ReplaceAll(string(inner), `\'`, `'`) + `"`))
		fix = replace("Use double quotes", from, p.pos, quote(text))
	}
	p.t.fault(ruleQuote, from, p.pos, fix, "strings stand in double quotes, not in single ones")
}

func escapeOf(c byte) string {
	switch c {
	case '\t':
		return `\t`
	case '\b':
		return `\b`
	case '\f':
		return `\f`
	}
	return `\u00` + string("0123456789abcdef"[c>>4]) + string("0123456789abcdef"[c&15])
}

// escape passes one escape sequence of a string.
func (p *parser) escape() {
	from := p.pos
	p.pos++
	c := p.peek()
	switch {
	case c == 'u':
		p.pos++
		for i := 0; i < 4; i++ {
			if !isHex(p.peek()) {
				p.t.fault(ruleEscape, from, p.pos, replace(`Write the backslash as \\`, from, from+1, `\\`), `\u needs four hexadecimal digits`)
				return
			}
			p.pos++
		}
	case p.pos < len(p.b) && strings.IndexByte(`"\/bfnrt`, c) >= 0:
		p.pos++
	case c == '\n' || c == '\r' || p.pos >= len(p.b):
		return // the string's end is reported by str
	default:
		_, size := utf8.DecodeRune(p.b[p.pos:])
		p.pos += size
		p.t.fault(ruleEscape, from, p.pos, replace(`Write the backslash as \\`, from, from+1, `\\`), "JSON knows no escape %s", p.b[from:p.pos])
	}
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// number reads everything that looks like part of a number, then asks whether it is one.
func (p *parser) number() Kind {
	from := p.pos
	for p.pos < len(p.b) && (classes[p.b[p.pos]]&wordByte != 0 || p.b[p.pos] == '+' || p.b[p.pos] == '-' || p.b[p.pos] == '.') {
		p.pos++
	}
	raw := p.b[from:p.pos]
	if !isNumber(raw) {
		p.t.fault(ruleNumber, from, p.pos, p.numberFix(from), "%s is no JSON number: digits, optionally a fraction and an exponent, no leading zero or plus", p.shown(from, p.pos))
		return Invalid
	}
	return Number
}

// isNumber follows the number grammar of RFC 8259 section 6.
func isNumber[T string | []byte](b T) bool {
	i := 0
	digits := func() bool {
		from := i
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(b) && b[i] == '-' {
		i++
	}
	first := i
	if !digits() || b[first] == '0' && i > first+1 {
		return false
	}
	if i < len(b) && b[i] == '.' {
		i++
		if !digits() {
			return false
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if !digits() {
			return false
		}
	}
	return i == len(b)
}

// word reads true, false, null or a word that is none of them.
func (p *parser) word() Kind {
	from := p.pos
	for p.pos < len(p.b) && (classes[p.b[p.pos]]&wordByte != 0 || p.b[p.pos] == '-' || p.b[p.pos] == '.') {
		p.pos++
	}
	raw := p.b[from:p.pos]
	switch string(raw) {
	case "true", "false":
		return Bool
	case "null":
		return Null
	}
	var fix *Fix
	switch lower := strings.ToLower(string(raw)); lower {
	case "true", "false", "null":
		fix = replace("Change to "+lower, from, p.pos, lower)
	case "none", "nil", "undefined":
		fix = replace("Change to null", from, p.pos, "null")
	default:
		fix = p.quoteWord(from)
	}
	p.t.fault(ruleWord, from, p.pos, fix, "%s is no JSON value; a string stands in double quotes", p.shown(from, p.pos))
	return Invalid
}
