package buffer

import "unicode/utf8"

// Caret is where typing goes.
func (b *Buffer) Caret() Pos { return b.caret }

// Selection is the selected range; empty at the caret when nothing is selected.
func (b *Buffer) Selection() Range { return ordered(b.anchor, b.caret) }

// Selected gives the selected text.
func (b *Buffer) Selected() string { return b.Slice(b.Selection()) }

// SetCaret moves the caret. With extend the other end of the selection stays where it is.
func (b *Buffer) SetCaret(p Pos, extend bool) {
	b.caret = b.clamp(p)
	if !extend {
		b.anchor = b.caret
	}
	b.wanted, b.closers, b.open = -1, "", closed
}

// SetSelection selects a range with the caret at its end.
func (b *Buffer) SetSelection(r Range) {
	b.SetCaret(r.From, false)
	b.SetCaret(r.To, true)
}

// SelectAll selects the whole text.
func (b *Buffer) SelectAll() { b.SetSelection(Range{To: b.end()}) }

// SelectLine selects a line with its line break.
func (b *Buffer) SelectLine(line int) {
	b.SetSelection(Range{From: Pos{Line: line}, To: b.clamp(Pos{Line: line + 1})})
}

// WordAt gives the run of characters of one kind around a place.
func (b *Buffer) WordAt(p Pos) Range {
	p = b.clamp(p)
	text := b.lines[p.Line]
	if text == "" {
		return Range{From: p, To: p}
	}
	at := p.Byte
	if at == len(text) {
		_, size := utf8.DecodeLastRuneInString(text)
		at -= size
	}
	r, _ := utf8.DecodeRuneInString(text[at:])
	kind := class(r)
	from, to := at, at
	for from > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:from])
		if class(r) != kind {
			break
		}
		from -= size
	}
	for to < len(text) {
		r, size := utf8.DecodeRuneInString(text[to:])
		if class(r) != kind {
			break
		}
		to += size
	}
	return Range{From: Pos{p.Line, from}, To: Pos{p.Line, to}}
}

func (b *Buffer) place(p Pos) { b.SetCaret(p, false) }

func (b *Buffer) runeBefore(p Pos) (rune, bool) {
	if p.Byte == 0 {
		return 0, false
	}
	r, _ := utf8.DecodeLastRuneInString(b.lines[p.Line][:p.Byte])
	return r, true
}

func (b *Buffer) runeAfter(p Pos) (rune, bool) {
	if p.Byte == len(b.lines[p.Line]) {
		return 0, false
	}
	r, _ := utf8.DecodeRuneInString(b.lines[p.Line][p.Byte:])
	return r, true
}
