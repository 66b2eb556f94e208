package tokens

import (
	"strings"

	"github.com/alecthomas/chroma/v2"
)

// parts colours the three parts of a token, wherever its lines break. It implements the
// editor's Highlighter.
type parts struct {
	before []int // dots before each line
}

// newParts prepares the colours of a text.
func newParts(text string) parts {
	var p parts
	dots := 0
	for _, line := range strings.Split(text, "\n") {
		p.before = append(p.before, dots)
		dots += strings.Count(line, ".")
	}
	return p
}

// partKinds are the kinds whose colours the syntax theme gives header, claims and signature.
var partKinds = [...]chroma.TokenType{chroma.Keyword, chroma.LiteralString, chroma.NameFunction}

// Line emits the parts of one line and the dots between them.
func (p parts) Line(number int, text string, _, _ int, emit func(start, end int, t chroma.TokenType)) {
	dots := 0
	if number < len(p.before) {
		dots = p.before[number]
	}
	start := 0
	for start < len(text) {
		length := strings.IndexByte(text[start:], '.')
		if length < 0 {
			emit(start, len(text), kindOf(dots))
			return
		}
		if length > 0 {
			emit(start, start+length, kindOf(dots))
		}
		emit(start+length, start+length+1, chroma.Punctuation)
		start += length + 1
		dots++
	}
}

// kindOf is the kind of what stands behind so many dots; a fourth part is an error.
func kindOf(dots int) chroma.TokenType {
	if dots < len(partKinds) {
		return partKinds[dots]
	}
	return chroma.Error
}
