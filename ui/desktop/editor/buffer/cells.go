package buffer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// TabCells is how many cells apart tab stops are.
const TabCells = 4

// Column gives the cell at which a place is drawn, from 0: in monospace each character takes
// one cell, East Asian wide ones two, combining ones none, and a tab goes to the next stop.
func (b *Buffer) Column(p Pos) int { return b.ColumnIn(b.lines[p.Line], p.Byte) }

// ByteAt gives the byte of a line that is drawn at a cell, or nearest to it.
func (b *Buffer) ByteAt(line, column int) int { return b.ByteIn(b.lines[line], column) }

// ColumnIn is the cell at which a byte of a line is drawn.
func (b *Buffer) ColumnIn(line string, at int) int {
	if b.plain(line) {
		return at
	}
	return Advance(line[:at], 0)
}

// ByteIn is the byte of a line that is drawn at a cell; between two cells the nearer.
func (b *Buffer) ByteIn(line string, column int) int {
	if b.plain(line) {
		return min(column, len(line))
	}
	return byteAt(line, column)
}

// longLine is the length from which it pays to remember that a line is plain.
const longLine = 4 << 10

// plain reports whether each byte of a long line is one cell wide, which the last line asked
// about need not be looked through for again. A minified text of a megabyte is one line, and
// drawing it asks several times.
func (b *Buffer) plain(line string) bool {
	if len(line) < longLine {
		return false
	}
	if line != b.looked { // equal strings of one place in memory are not compared byte by byte
		b.looked = line
		b.lookedPlain = strings.IndexByte(line, '\t') < 0 && utf8.RuneCountInString(line) == len(line)
	}
	return b.lookedPlain
}

// Advance is the cell behind a text that is drawn from a cell on.
func Advance(text string, column int) int {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf && c != '\t' {
			column++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		column += Cells(r, column)
		i += size
	}
	return column
}

func byteAt(line string, column int) int {
	at := 0
	for i := 0; i < len(line); {
		r, size := rune(line[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(line[i:])
		}
		cells := Cells(r, at)
		if at+cells > column {
			if 2*(column-at) < cells || cells == 1 {
				return i
			}
			return i + size
		}
		at += cells
		i += size
	}
	return len(line)
}

// Cells is how many cells a character takes when it is drawn at a column.
func Cells(r rune, column int) int {
	switch {
	case r == '\t':
		return TabCells - column%TabCells
	case r < 0x300: // Latin: one cell each, controls are drawn as a sign
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}
