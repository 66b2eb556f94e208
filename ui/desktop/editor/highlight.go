package editor

import (
	"unicode/utf8"

	"github.com/alecthomas/chroma/v2"

	"connect-workbench/addon/descriptor"
)

// Highlighter tells the kinds of the tokens of a text, line by line and in any order. It is
// asked on every repaint, for visible lines only, and must answer from memory.
type Highlighter interface {
	// Line calls emit with the bytes [start, end) of the line's tokens, from left to right.
	// from and to are the bytes that can be seen; tokens outside of them may be left out.
	Line(number int, text string, from, to int, emit func(start, end int, t chroma.TokenType))
}

// Plain colours nothing.
func Plain() Highlighter { return plain{} }

type plain struct{}

func (plain) Line(_ int, text string, from, to int, emit func(start, end int, t chroma.TokenType)) {
	emit(0, len(text), chroma.Text)
}

// JSON colours JSON as it is typed, with the descriptor engine's line lexer. No JSON token
// crosses a line, so a line needs nothing of the lines before it.
func JSON() Highlighter {
	j := &jsonLines{}
	j.lexed = j.token
	j.mark = j.markPoint
	return j
}

// jsonLines lexes lines for one view. The lexer's callbacks are made once: a closure for each
// line would be the only allocation of a repaint.
type jsonLines struct {
	emit  func(start, end int, t chroma.TokenType)
	base  int // byte of the line at which the lexed part begins
	lexed func(start, end int, kind descriptor.LexKind)

	mark   func(start, end int, kind descriptor.LexKind)
	long   string // the long line that points are of
	points []int  // bytes of it at which lexing may begin
}

const (
	// longLine is the length from which a line is lexed in parts.
	longLine = 8 << 10
	// pointEvery is how far apart the parts begin.
	pointEvery = 2 << 10
)

func (j *jsonLines) Line(_ int, text string, from, to int, emit func(start, end int, t chroma.TokenType)) {
	j.emit, j.base = emit, 0
	end := len(text)
	if len(text) > longLine {
		j.base, end = j.part(text, from, to)
	}
	descriptor.LexLine(text[j.base:end], j.lexed)
}

func (j *jsonLines) token(start, end int, kind descriptor.LexKind) {
	j.emit(j.base+start, j.base+end, tokenType(kind))
}

// part gives the bytes around [from, to) that can be lexed by themselves.
func (j *jsonLines) part(text string, from, to int) (start, end int) {
	if j.long != text {
		j.long, j.points = text, append(j.points[:0], 0)
		descriptor.LexLine(text, j.mark)
	}
	end = len(text)
	for i := len(j.points) - 1; i >= 0; i-- {
		if j.points[i] <= from {
			return j.points[i], end
		}
		if j.points[i] >= to {
			end = j.points[i]
		}
	}
	return 0, end
}

// markPoint notes a bracket or comma now and then: lexing from there on gives the same tokens.
// A colon does not do, because it makes the string before it a key.
func (j *jsonLines) markPoint(start, _ int, kind descriptor.LexKind) {
	if kind == descriptor.LexPunctuation && j.long[start] != ':' && start >= j.points[len(j.points)-1]+pointEvery {
		j.points = append(j.points, start)
	}
}

// tokenType gives chroma's name for a kind of JSON token.
func tokenType(kind descriptor.LexKind) chroma.TokenType {
	switch kind {
	case descriptor.LexKey:
		return chroma.NameTag
	case descriptor.LexString:
		return chroma.LiteralStringDouble
	case descriptor.LexNumber:
		return chroma.LiteralNumber
	case descriptor.LexLiteral:
		return chroma.KeywordConstant
	case descriptor.LexComment:
		return chroma.Comment
	case descriptor.LexPlaceholder:
		return chroma.NameVariable
	case descriptor.LexInvalid:
		return chroma.Error
	default:
		return chroma.Punctuation
	}
}

// runeColumn counts characters from 1.
func runeColumn(line string, at int) int { return utf8.RuneCountInString(line[:at]) + 1 }
