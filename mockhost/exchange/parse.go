package exchange

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of a filter, well below those at which SQLite would refuse the statement.
const (
	maxFilterBytes = 2000
	maxFilterTerms = 100
	maxFilterDepth = 30
	maxAsterisks   = 4
)

// FilterError says what in a filter cannot be understood. Message is fit for a person.
type FilterError struct {
	Offset  int // in bytes, of the place meant
	Message string
}

func (e *FilterError) Error() string {
	return fmt.Sprintf("filter, at character %d: %s", e.Offset+1, e.Message)
}

// ParseFilter reads a filter. Words narrow the list one after the other:
//
//	webhooks                    text in the URL or the event name, in any case
//	"a b"                       text as it stands, with blanks and colons
//	site:acme addon:KEY         exactly this; with * for anything: addon:com.example.*
//	module:KEY event:NAME cause:ID method:POST
//	dir:out  dir:in             to the add-on, to the host (also to-addon, to-host)
//	kind:webhook                one of the kinds of exchange
//	status:404  status:4xx      also status:>=400, and status:none for no answer
//	verdict:ok  verdict:failed  also verdict:none, and a rule: verdict:jwt.qsh, verdict:qsh
//	age:<5m  took:>100ms        time since the start, time until the answer
//	id:17  id:>100  parent:17   numbers
//	-word  a or b  ( )          not; either; brackets
//
// The error is a *[FilterError].
func ParseFilter(text string) (Filter, error) {
	if len(text) > maxFilterBytes {
		return Filter{}, &FilterError{Offset: maxFilterBytes, Message: fmt.Sprintf("the filter is longer than %d characters", maxFilterBytes)}
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return Filter{}, &FilterError{Offset: i, Message: "a zero byte cannot be searched for"}
	}
	if !utf8.ValidString(text) {
		return Filter{}, &FilterError{Message: "the text is not valid UTF-8"}
	}
	p := parser{text: text}
	p.skipBlanks()
	if p.atEnd() {
		return Filter{}, nil
	}
	root, err := p.either()
	if err != nil {
		return Filter{}, err
	}
	if !p.atEnd() { // either stops only at a bracket it did not open
		return Filter{}, p.fail(p.pos, "there is no ( to this )")
	}
	return Filter{root: root}, nil
}

// parser reads from text; every method leaves pos behind what it took and the blanks after it.
type parser struct {
	text  string
	pos   int
	depth int
	terms int
}

func (p *parser) fail(offset int, format string, args ...any) error {
	return &FilterError{Offset: offset, Message: fmt.Sprintf(format, args...)}
}

func (p *parser) atEnd() bool { return p.pos == len(p.text) }

func (p *parser) skipBlanks() {
	for !p.atEnd() && isBlank(p.text[p.pos]) {
		p.pos++
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// isEnd reports whether c ends a word that is not quoted.
func isEnd(c byte) bool { return isBlank(c) || c == '(' || c == ')' || c == '"' }

// either reads: all { "or" all }
func (p *parser) either() (node, error) {
	var nodes anyOf
	for {
		n, err := p.all()
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
		if !p.takeOr() {
			break
		}
	}
	if len(nodes) == 1 {
		return nodes[0], nil
	}
	return nodes, nil
}

func (p *parser) atOr() bool {
	rest := p.text[p.pos:]
	return len(rest) >= 2 && strings.EqualFold(rest[:2], "or") && (len(rest) == 2 || isEnd(rest[2]))
}

func (p *parser) takeOr() bool {
	if !p.atOr() {
		return false
	}
	p.pos += len("or")
	p.skipBlanks()
	return true
}

// all reads: term { term }
func (p *parser) all() (node, error) {
	var nodes allOf
	for !p.atEnd() && p.text[p.pos] != ')' && !p.atOr() {
		n, err := p.term()
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	switch len(nodes) {
	case 0:
		return nil, p.fail(p.pos, "a word is missing here")
	case 1:
		return nodes[0], nil
	}
	return nodes, nil
}

// term reads: "-" term | "(" either ")" | word
func (p *parser) term() (node, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxFilterDepth {
		return nil, p.fail(p.pos, "brackets and minus signs go deeper than %d", maxFilterDepth)
	}
	if p.terms++; p.terms > maxFilterTerms {
		return nil, p.fail(p.pos, "the filter has more than %d words", maxFilterTerms)
	}
	start := p.pos
	switch p.text[p.pos] {
	case '-':
		p.pos++
		if p.atEnd() || isBlank(p.text[p.pos]) || p.text[p.pos] == ')' {
			return nil, p.fail(start, "a word is missing after the minus sign")
		}
		n, err := p.term()
		if err != nil {
			return nil, err
		}
		return not{n}, nil
	case '(':
		p.pos++
		p.skipBlanks()
		n, err := p.either()
		if err != nil {
			return nil, err
		}
		if p.atEnd() {
			return nil, p.fail(start, "there is no ) to this (")
		}
		p.pos++
		p.skipBlanks()
		return n, nil
	}
	return p.word()
}

// word reads free text or name:value.
func (p *parser) word() (node, error) {
	start := p.pos
	if p.text[p.pos] == '"' {
		value, err := p.value()
		return freeText(value), err
	}
	end := p.pos
	for end < len(p.text) && !isEnd(p.text[end]) {
		end++
	}
	name, rest, found := strings.Cut(p.text[p.pos:end], ":")
	if !found || isPlainText(name, rest) {
		value, err := p.value()
		return freeText(value), err
	}
	p.pos += len(name) + 1
	at := p.pos
	value, err := p.value()
	if err != nil {
		return nil, err
	}
	if value == "" {
		return nil, p.fail(at, "a value is missing after %s:", name)
	}
	n, problem := condition(strings.ToLower(name), value)
	switch {
	case problem == unknownName:
		return nil, p.fail(start, "there is no field %q; fields are %s. To search for text with a colon, put it in quotes", name, fieldNames)
	case problem != "":
		return nil, p.fail(at, "%s", problem)
	}
	return n, nil
}

// value reads a quoted text, or what stands up to the next blank or bracket.
func (p *parser) value() (string, error) {
	start := p.pos
	if !p.atEnd() && p.text[p.pos] == '"' {
		length := strings.IndexByte(p.text[p.pos+1:], '"')
		if length < 0 {
			return "", p.fail(start, "the quotation mark is not closed")
		}
		p.pos += length + 2
		value := p.text[start+1 : p.pos-1]
		p.skipBlanks()
		if value == "" {
			return "", p.fail(start, "there is nothing between the quotation marks")
		}
		return value, nil
	}
	for !p.atEnd() && !isEnd(p.text[p.pos]) {
		p.pos++
	}
	value := p.text[start:p.pos]
	p.skipBlanks()
	return value, nil
}

// isPlainText tells colons of addresses and event names from those of fields:
// http://localhost:2990, localhost:2990/x, jira:issue_created.
func isPlainText(name, rest string) bool {
	if strings.HasPrefix(rest, "//") || strings.EqualFold(name, "jira") || strings.EqualFold(name, "localhost") {
		return true
	}
	return strings.ContainsFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') })
}
