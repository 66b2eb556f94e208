package buffer

import (
	"cmp"
	"slices"
	"strings"
)

// Insert puts text in the place of the selection, as one step of undo.
func (b *Buffer) Insert(text string) {
	b.edit(caretAtEnd, replacement{at: b.Selection(), text: b.breaks(text)})
}

// ReplaceAll changes the whole text as one step of undo. Only the lines that differ are
// touched, and the caret stays at its line and byte. A text whose lines end in "\r\n" keeps
// doing so.
func (b *Buffer) ReplaceAll(text string) {
	if b.newline != "\n" {
		text = b.breaks(text)
	}
	if b.Text() == text {
		return
	}
	lines := strings.Split(text, b.newline)
	common := min(len(lines), len(b.lines)) - 1 // one line at least is replaced by one at least
	head, tail := 0, 0
	for head < common && lines[head] == b.lines[head] {
		head++
	}
	for tail < common-head && lines[len(lines)-1-tail] == b.lines[len(b.lines)-1-tail] {
		tail++
	}
	last := len(b.lines) - 1 - tail
	anchor, caret := b.anchor, b.caret
	b.edit(func(Range) cursor { return cursor{b.clamp(anchor), b.clamp(caret)} }, replacement{
		at:   Range{From: Pos{Line: head}, To: Pos{last, len(b.lines[last])}},
		text: strings.Join(lines[head:len(lines)-tail], b.newline),
	})
}

// TextEdit replaces the bytes [Offset, End) of the whole text.
type TextEdit struct {
	Offset, End int
	Text        string
}

// Apply makes edits as one step of undo. Their offsets are those of the text as it stands;
// edits that overlap an earlier one, or lie outside the text, are left out. Of edits at one offset,
// insertions come first, in the order given.
func (b *Buffer) Apply(edits []TextEdit) {
	edits = slices.Clone(edits)
	slices.Reverse(edits) // they are made from the end of the text to its start
	slices.SortStableFunc(edits, func(x, y TextEdit) int {
		return cmp.Or(cmp.Compare(y.Offset, x.Offset), cmp.Compare(y.End, x.End))
	})
	var replacements []replacement
	limit := b.size
	for _, e := range edits {
		if e.Offset < 0 || e.End < e.Offset || e.End > limit {
			continue
		}
		limit = e.Offset
		replacements = append(replacements, replacement{at: Range{b.At(e.Offset), b.At(e.End)}, text: b.breaks(e.Text)})
	}
	if len(replacements) > 0 {
		b.edit(caretAtEnd, replacements...)
	}
}

// Backspace deletes the selection, or the character before the caret; between an empty pair
// of brackets or quotes both of them.
func (b *Buffer) Backspace() {
	at := b.Selection()
	if !at.Empty() {
		b.remove(at)
		return
	}
	at.From = b.left(b.caret)
	if b.inEmptyPair() {
		at.To = b.right(b.caret)
	}
	if !at.Empty() {
		b.record(caretAtEnd, erasing, []replacement{{at: at}})
	}
}

// Delete deletes the selection, or the character after the caret.
func (b *Buffer) Delete() {
	at := b.Selection()
	if at.Empty() {
		at.To = b.right(b.caret)
	}
	b.remove(at)
}

// DeleteTo deletes the selection, or what a motion goes over.
func (b *Buffer) DeleteTo(m Motion) {
	at := b.Selection()
	if at.Empty() {
		at = ordered(b.caret, b.target(b.caret, m))
	}
	b.remove(at)
}

func (b *Buffer) remove(at Range) {
	if !at.Empty() {
		b.edit(caretAtEnd, replacement{at: at})
	}
}

// MoveSelectedLines moves the lines of the selection up (-1) or down (1) by one line.
func (b *Buffer) MoveSelectedLines(by int) {
	first, last := b.selectedLines()
	from, to := first-1, last // moving up: the line above goes below
	if by > 0 {
		from, to = first, last+1
	}
	if from < 0 || to >= len(b.lines) {
		return
	}
	block := b.lines[from : to+1]
	var turned []string
	if by < 0 {
		turned = append(slices.Clone(block[1:]), block[0])
	} else {
		turned = append([]string{block[len(block)-1]}, block[:len(block)-1]...)
	}
	anchor, caret := b.anchor, b.caret
	anchor.Line += by
	caret.Line += by
	b.edit(func(Range) cursor { return cursor{b.clamp(anchor), b.clamp(caret)} },
		replacement{at: Range{From: Pos{Line: from}, To: Pos{to, len(b.lines[to])}}, text: strings.Join(turned, b.newline)})
}

// selectedLines are the first and last line that the selection touches; a selection that ends
// at the start of a line does not touch it.
func (b *Buffer) selectedLines() (first, last int) {
	s := b.Selection()
	first, last = s.From.Line, s.To.Line
	if last > first && s.To.Byte == 0 {
		last--
	}
	return first, last
}

// breaks gives text the buffer's own line breaks.
func (b *Buffer) breaks(text string) string {
	if strings.Contains(text, "\r") {
		text = strings.ReplaceAll(text, "\r\n", "\n")
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	if b.newline != "\n" {
		text = strings.ReplaceAll(text, "\n", b.newline)
	}
	return text
}
