// Package buffer is the text an editor edits: lines, selection, undo and the commands of the
// keyboard. It knows no screen, so that every rule of editing can be tested without one.
//
// A text is kept as lines, each an immutable string: an edit replaces the strings it touches,
// and taking a snapshot of the whole is copying a slice. Inside the package a place is a line
// and a byte within it; offsets into the whole text are worked out from line starts that are
// kept up to the first line touched since.
package buffer

import (
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"
)

// Pos is a place in the text: between the byte before Byte and the byte at Byte of a line.
type Pos struct {
	Line int // from 0
	Byte int // from 0, on a rune boundary
}

// Before reports whether p comes before q.
func (p Pos) Before(q Pos) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Byte < q.Byte
}

// Range is a stretch of the text, From not after To.
type Range struct{ From, To Pos }

// Empty reports whether the range holds no text.
func (r Range) Empty() bool { return r.From == r.To }

// Shift gives where a place goes when the text of one range is replaced by that of another
// that begins at the same place. A place inside the replaced text goes to the end
// of what replaced it.
func (p Pos) Shift(was, is Range) Pos {
	switch {
	case p.Before(was.From) || p == was.From:
		return p
	case p.Before(was.To):
		return is.To
	case p.Line == was.To.Line:
		return Pos{Line: is.To.Line, Byte: is.To.Byte + p.Byte - was.To.Byte}
	default:
		return Pos{Line: p.Line + is.To.Line - was.To.Line, Byte: p.Byte}
	}
}

func ordered(a, b Pos) Range {
	if b.Before(a) {
		a, b = b, a
	}
	return Range{From: a, To: b}
}

// Buffer is a text being edited. Make one with New. It is not safe for several goroutines.
type Buffer struct {
	// Replaced is told of every change of the text, by edits and by undo: the range that was
	// replaced and the range of what stands there now. SetText does not tell.
	Replaced func(was, is Range)

	lines    []string
	newline  string // what stands between lines: "\n", or "\r\n" when the text has only those
	size     int    // bytes of the whole text
	revision int

	starts []int  // offsets of the lines' starts, right for as many lines as it is long
	whole  string // the joined text, when joined is set
	joined bool

	looked      string // the last long line that was looked through, see plain
	lookedPlain bool

	anchor, caret Pos
	wanted        int    // cell column that vertical movement aims at; -1: the caret's own
	closers       string // closing characters put in behind the caret by auto-close, not yet typed over
	unit          string // one level of indentation

	clock      func() time.Time
	undo, redo []step
	open       growth // the kind of edits the last step may still grow by
	last       time.Time
}

// New makes an empty buffer. The clock tells typing pauses apart for undo.
func New(clock func() time.Time) *Buffer {
	b := &Buffer{clock: clock}
	b.SetText("")
	return b
}

// SetText begins anew with another text: no undo leads back from it. Use ReplaceAll for a
// change that the person may want to take back.
func (b *Buffer) SetText(text string) {
	b.newline = "\n"
	if n := strings.Count(text, "\n"); n > 0 && strings.Count(text, "\r\n") == n {
		b.newline = "\r\n"
	}
	b.lines = strings.Split(text, b.newline)
	b.size = len(text)
	b.whole, b.joined = text, true
	b.starts = b.starts[:0]
	b.revision++
	b.unit = indentUnit(b.lines)
	b.undo, b.redo = nil, nil
	b.place(Pos{})
}

// Text gives the whole text. It is joined once after each edit, when it is asked for.
func (b *Buffer) Text() string {
	if !b.joined {
		b.whole, b.joined = strings.Join(b.lines, b.newline), true
	}
	return b.whole
}

// Size is the length of the whole text in bytes.
func (b *Buffer) Size() int { return b.size }

// Revision counts changes of the text; equal revisions are equal texts.
func (b *Buffer) Revision() int { return b.revision }

// Lines is the number of lines, at least one.
func (b *Buffer) Lines() int { return len(b.lines) }

// Line gives a line without its line break.
func (b *Buffer) Line(i int) string { return b.lines[i] }

// Slice gives the text of a range.
func (b *Buffer) Slice(r Range) string {
	if r.From.Line == r.To.Line {
		return b.lines[r.From.Line][r.From.Byte:r.To.Byte]
	}
	parts := slices.Clone(b.lines[r.From.Line : r.To.Line+1])
	parts[0] = parts[0][r.From.Byte:]
	parts[len(parts)-1] = parts[len(parts)-1][:r.To.Byte]
	return strings.Join(parts, b.newline)
}

// Offset gives the byte offset of a place in the whole text.
func (b *Buffer) Offset(p Pos) int {
	b.extendStarts(p.Line)
	return b.starts[p.Line] + p.Byte
}

// At gives the place of a byte offset; offsets outside the text give its start or end, and an
// offset inside a rune or a line break gives the place before it.
func (b *Buffer) At(offset int) Pos {
	offset = min(max(offset, 0), b.size)
	for len(b.starts) < len(b.lines) && (len(b.starts) == 0 || b.starts[len(b.starts)-1] <= offset) {
		b.extendStarts(min(len(b.starts)+startsAhead, len(b.lines)-1))
	}
	line := sort.SearchInts(b.starts, offset+1) - 1
	text := b.lines[line]
	return Pos{Line: line, Byte: boundary(text, min(offset-b.starts[line], len(text)))}
}

// startsAhead is how many line starts At works out at a time.
const startsAhead = 1024

// extendStarts makes the starts right up to a line.
func (b *Buffer) extendStarts(line int) {
	if len(b.starts) == 0 {
		b.starts = append(b.starts, 0)
	}
	for i := len(b.starts); i <= line; i++ {
		b.starts = append(b.starts, b.starts[i-1]+len(b.lines[i-1])+len(b.newline))
	}
}

// replace is the one way the text changes. It gives the range that the new text takes up.
func (b *Buffer) replace(r Range, text string) Range {
	first, last := b.lines[r.From.Line], b.lines[r.To.Line]
	added := strings.Split(text, b.newline)
	end := Pos{Line: r.From.Line + len(added) - 1, Byte: len(added[len(added)-1])}
	if len(added) == 1 {
		end.Byte += r.From.Byte
	}
	b.size += len(text) - b.length(r)
	if len(added) == 1 && r.From.Line == r.To.Line {
		b.lines[r.From.Line] = first[:r.From.Byte] + text + last[r.To.Byte:]
	} else {
		added[0] = first[:r.From.Byte] + added[0]
		added[len(added)-1] += last[r.To.Byte:]
		b.lines = slices.Replace(b.lines, r.From.Line, r.To.Line+1, added...)
	}
	b.starts = b.starts[:min(len(b.starts), r.From.Line+1)]
	b.joined, b.whole = false, ""
	b.revision++
	now := Range{From: r.From, To: end}
	if b.Replaced != nil {
		b.Replaced(r, now)
	}
	return now
}

// length is the number of bytes in a range.
func (b *Buffer) length(r Range) int {
	if r.From.Line == r.To.Line {
		return r.To.Byte - r.From.Byte
	}
	n := len(b.lines[r.From.Line]) - r.From.Byte + r.To.Byte
	for _, line := range b.lines[r.From.Line+1 : r.To.Line] {
		n += len(line)
	}
	return n + (r.To.Line-r.From.Line)*len(b.newline)
}

// end is the place behind the last character.
func (b *Buffer) end() Pos {
	last := len(b.lines) - 1
	return Pos{Line: last, Byte: len(b.lines[last])}
}

// clamp gives the nearest place that exists.
func (b *Buffer) clamp(p Pos) Pos {
	if p.Line < 0 {
		return Pos{}
	}
	if p.Line >= len(b.lines) {
		return b.end()
	}
	text := b.lines[p.Line]
	p.Byte = boundary(text, min(max(p.Byte, 0), len(text)))
	return p
}

// boundary steps back to the start of the rune that a byte is in the middle of. Bytes that are
// no UTF-8 stand for themselves.
func boundary(text string, at int) int {
	for start := at - 1; start >= max(at-utf8.UTFMax+1, 0) && at < len(text); start-- {
		if utf8.RuneStart(text[start]) {
			if _, size := utf8.DecodeRuneInString(text[start:]); start+size > at {
				return start
			}
			break
		}
	}
	return at
}
