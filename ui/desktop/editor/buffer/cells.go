package buffer

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// TabCells is how many cells apart tab stops are.
const TabCells = 4

// Column gives the cell at which a place is drawn, from 0: in monospace each character takes
// one cell, East Asian wide ones two, combining ones none, and a tab goes to the next stop.
func (b *Buffer) Column(p Pos) int { return Column(b.lines[p.Line], p.Byte) }

// ByteAt gives the byte of a line that is drawn at a cell, or nearest to it.
func (b *Buffer) ByteAt(line, column int) int { return ByteAt(b.lines[line], column) }

// Column is the cell at which a byte of a line is drawn.
func Column(line string, at int) int {
	column := 0
	for i := 0; i < at; {
		if c := line[i]; c < utf8.RuneSelf && c != '\t' {
			column++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(line[i:])
		column += Cells(r, column)
		i += size
	}
	return column
}

// ByteAt is the byte of a line that is drawn at a cell; between two cells the nearer.
func ByteAt(line string, column int) int {
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
