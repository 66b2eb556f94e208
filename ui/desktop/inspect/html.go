package inspect

import (
	"strings"

	"golang.org/x/net/html"
)

// prettyHTML breaks HTML into indented lines at its block elements. It works on tokens, so a
// page that is not well-formed keeps every byte that means something: only white space between
// words and tags changes, and the text of pre, script, style and textarea stays as it is.
func prettyHTML(text string) string {
	var p htmlPrinter
	z := html.NewTokenizer(strings.NewReader(text))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		raw := string(z.Raw())
		name := ""
		switch kind {
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			tag, _ := z.TagName()
			name = string(tag)
		}
		p.token(kind, name, raw)
	}
	p.text(string(z.Raw())) // what was left of a tag that never closed
	return p.String()
}

// shortLine is how long an element may be, in bytes, to stay on one line with its text.
const shortLine = 100

// htmlPrinter collects lines. The line being written is kept apart until something ends it.
type htmlPrinter struct {
	lines    []htmlLine
	current  strings.Builder
	depth    int
	verbatim string // the element whose content is kept as it is; empty outside
}

type htmlLine struct {
	depth int
	text  string
	opens string // name of the element this line opens and nothing else; otherwise empty
}

func (p *htmlPrinter) String() string {
	p.flush("")
	var b strings.Builder
	for _, line := range p.lines {
		b.WriteString(strings.Repeat("  ", line.depth))
		b.WriteString(line.text)
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (p *htmlPrinter) token(kind html.TokenType, name, raw string) {
	switch {
	case p.verbatim != "":
		p.current.WriteString(raw)
		if kind == html.EndTagToken && name == p.verbatim {
			p.verbatim = ""
			p.flush("")
		}
	case kind == html.TextToken:
		p.text(raw)
	case inlineElements[name]:
		p.current.WriteString(raw)
	case verbatimElements[name] && kind == html.StartTagToken:
		p.flush("")
		p.current.WriteString(raw)
		p.verbatim = name
	case kind == html.EndTagToken:
		p.close(name, raw)
	case kind == html.StartTagToken && !voidElements[name]:
		p.flush("")
		p.current.WriteString(raw)
		p.flush(name)
		p.depth++
	default: // comments, doctype, void and self-closed elements
		p.flush("")
		p.current.WriteString(raw)
		p.flush("")
	}
}

// text keeps the words and folds the white space around them to single blanks.
func (p *htmlPrinter) text(raw string) {
	words := strings.Join(strings.Fields(raw), " ")
	if p.current.Len() > 0 && strings.TrimLeft(raw, " \t\r\n") != raw {
		p.current.WriteByte(' ')
	}
	p.current.WriteString(words)
	if words != "" && strings.TrimRight(raw, " \t\r\n") != raw {
		p.current.WriteByte(' ')
	}
}

// close ends a block, on the line that opened it when all of it is short.
func (p *htmlPrinter) close(name, raw string) {
	content := strings.TrimSpace(p.current.String())
	p.depth = max(p.depth-1, 0)
	if n := len(p.lines); n > 0 && p.lines[n-1].opens == name && len(p.lines[n-1].text)+len(content)+len(raw) <= shortLine {
		p.lines[n-1].text += content + raw
		p.lines[n-1].opens = ""
		p.current.Reset()
		return
	}
	p.depth++
	p.flush("")
	p.depth--
	p.current.WriteString(raw)
	p.flush("")
}

func (p *htmlPrinter) flush(opens string) {
	text := strings.TrimSpace(p.current.String())
	p.current.Reset()
	if text != "" {
		p.lines = append(p.lines, htmlLine{depth: p.depth, text: text, opens: opens})
	}
}

// verbatimElements hold text in which white space matters.
var verbatimElements = set("pre", "script", "style", "textarea")

// voidElements have no end tag.
var voidElements = set("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")

// inlineElements run on within a line of text.
var inlineElements = set("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "dfn", "em", "i", "kbd", "mark",
	"q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var")

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}
