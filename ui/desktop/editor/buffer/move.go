package buffer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Motion is a way the caret moves.
type Motion int

// The motions.
const (
	CharLeft Motion = iota
	CharRight
	WordLeft
	WordRight
	LineStart // the first character that is no blank; the line's very start when already there
	LineEnd
	TextStart
	TextEnd
)

// Move moves the caret. With extend it selects. Without, a left or right step from a
// selection goes to its edge.
func (b *Buffer) Move(m Motion, extend bool) {
	if selected := b.Selection(); !extend && !selected.Empty() {
		switch m {
		case CharLeft:
			b.place(selected.From)
			return
		case CharRight:
			b.place(selected.To)
			return
		}
	}
	b.SetCaret(b.target(b.caret, m), extend)
}

// MoveLines moves the caret up or down, keeping to the column it came from.
func (b *Buffer) MoveLines(by int, extend bool) {
	wanted := b.wanted
	if wanted < 0 {
		wanted = b.Column(b.caret)
	}
	line := b.caret.Line + by
	switch {
	case line < 0:
		b.SetCaret(Pos{}, extend)
	case line >= len(b.lines):
		b.SetCaret(b.end(), extend)
	default:
		b.SetCaret(Pos{Line: line, Byte: b.ByteAt(line, wanted)}, extend)
	}
	b.wanted = wanted
}

func (b *Buffer) target(p Pos, m Motion) Pos {
	text := b.lines[p.Line]
	switch m {
	case CharLeft:
		return b.left(p)
	case CharRight:
		return b.right(p)
	case WordLeft:
		return b.wordLeft(p)
	case WordRight:
		return b.wordRight(p)
	case LineStart:
		first := len(text) - len(strings.TrimLeft(text, " \t"))
		if p.Byte == first {
			first = 0
		}
		return Pos{p.Line, first}
	case LineEnd:
		return Pos{p.Line, len(text)}
	case TextStart:
		return Pos{}
	default:
		return b.end()
	}
}

func (b *Buffer) left(p Pos) Pos {
	if p.Byte > 0 {
		_, size := utf8.DecodeLastRuneInString(b.lines[p.Line][:p.Byte])
		return Pos{p.Line, p.Byte - size}
	}
	if p.Line > 0 {
		return Pos{p.Line - 1, len(b.lines[p.Line-1])}
	}
	return p
}

func (b *Buffer) right(p Pos) Pos {
	if p.Byte < len(b.lines[p.Line]) {
		_, size := utf8.DecodeRuneInString(b.lines[p.Line][p.Byte:])
		return Pos{p.Line, p.Byte + size}
	}
	if p.Line < len(b.lines)-1 {
		return Pos{Line: p.Line + 1}
	}
	return p
}

// wordLeft goes to the start of the word before p, over blanks and at most one line break.
func (b *Buffer) wordLeft(p Pos) Pos {
	if p.Byte == 0 {
		return b.left(p)
	}
	text := b.lines[p.Line][:p.Byte]
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	if text == "" {
		return Pos{Line: p.Line}
	}
	return b.WordAt(Pos{p.Line, len(text) - lastSize(text)}).From
}

// wordRight goes to the start of the word after p, over at most one line break.
func (b *Buffer) wordRight(p Pos) Pos {
	text := b.lines[p.Line]
	if p.Byte == len(text) {
		return b.right(p)
	}
	to := p.Byte
	if r, _ := utf8.DecodeRuneInString(text[to:]); class(r) != spaceClass {
		to = b.WordAt(p).To.Byte
	}
	rest := text[to:]
	return Pos{p.Line, to + len(rest) - len(strings.TrimLeftFunc(rest, unicode.IsSpace))}
}

func lastSize(text string) int {
	_, size := utf8.DecodeLastRuneInString(text)
	return size
}

// charClass tells kinds of characters apart for words.
type charClass int

const (
	spaceClass charClass = iota
	wordClass
	signClass
)

func class(r rune) charClass {
	switch {
	case unicode.IsSpace(r):
		return spaceClass
	case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
		return wordClass
	default:
		return signClass
	}
}
