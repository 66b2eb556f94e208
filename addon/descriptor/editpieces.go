package descriptor

import "slices"

// pieces is a text that is changed in several rounds: stretches of the text as it was, and what was
// put between them. In the end it gives the edits that lead from one to the other at once.
type pieces struct {
	before []byte
	list   []piece
}

// piece is a stretch of the text before, or new text where to is 0.
type piece struct {
	from, to int
	text     string
}

func newPieces(text []byte) *pieces {
	p := &pieces{before: text}
	if len(text) > 0 {
		p.list = []piece{{from: 0, to: len(text)}}
	}
	return p
}

func (p *pieces) bytes(one piece) []byte {
	if one.to > 0 {
		return p.before[one.from:one.to]
	}
	return []byte(one.text)
}

// text is the text as it is now.
func (p *pieces) text() []byte {
	var b []byte
	for _, one := range p.list {
		b = append(b, p.bytes(one)...)
	}
	return b
}

// apply carries out one more round of edits, which are sorted, do not overlap and are inside of the
// text as it is now.
func (p *pieces) apply(edits []Edit) {
	var next []piece
	rest := slices.Clone(p.list)
	at := 0
	// pass goes to an offset and keeps or drops what it passes.
	pass := func(to int, keep bool) {
		for at < to {
			one := rest[0]
			size := min(len(p.bytes(one)), to-at)
			head, tail := p.cut(one, size)
			if size < len(p.bytes(one)) {
				rest[0] = tail
			} else {
				rest = rest[1:]
			}
			if keep {
				next = append(next, head)
			}
			at += size
		}
	}
	for _, e := range edits {
		pass(e.Offset, true)
		pass(e.End, false)
		if e.Text != "" {
			next = append(next, piece{text: e.Text})
		}
	}
	p.list = append(next, rest...)
}

func (p *pieces) cut(one piece, size int) (head, tail piece) {
	if one.to > 0 {
		return piece{from: one.from, to: one.from + size}, piece{from: one.from + size, to: one.to}
	}
	return piece{text: one.text[:size]}, piece{text: one.text[size:]}
}

// edits lead from the text before to the text as it is now.
func (p *pieces) edits() []Edit {
	var edits []Edit
	at, text := 0, ""
	flush := func(to int) {
		if to > at || text != "" {
			edits = append(edits, Edit{at, to, text})
		}
		text = ""
	}
	for _, one := range p.list {
		if one.to == 0 {
			text += one.text
			continue
		}
		flush(one.from)
		at = one.to
	}
	flush(len(p.before))
	return edits
}
