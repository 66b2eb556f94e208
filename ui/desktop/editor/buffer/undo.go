package buffer

import (
	"slices"
	"time"
)

// step is what one undo takes back.
type step struct {
	changes       []change // in the order they were made
	before, after cursor
}

// change is one replacement, with all that is needed to make and to unmake it.
type change struct {
	was, is      Range  // where the old text stood, where the new one stands
	taken, given string // the old text, the new one
}

type cursor struct{ anchor, caret Pos }

const (
	// typingPause is how long a pause ends what one undo takes back.
	typingPause = time.Second
	// maxSteps bounds what is kept; the oldest steps go first.
	maxSteps = 10_000
)

// CanUndo reports whether there is a step to take back.
func (b *Buffer) CanUndo() bool { return len(b.undo) > 0 }

// CanRedo reports whether there is a step to make again.
func (b *Buffer) CanRedo() bool { return len(b.redo) > 0 }

// Undo takes the last step back and puts the selection where it was before it.
func (b *Buffer) Undo() bool {
	if len(b.undo) == 0 {
		return false
	}
	s := b.undo[len(b.undo)-1]
	b.undo = b.undo[:len(b.undo)-1]
	for i := len(s.changes) - 1; i >= 0; i-- {
		b.replace(s.changes[i].is, s.changes[i].taken)
	}
	b.redo = append(b.redo, s)
	b.restore(s.before)
	return true
}

// Redo makes the last step again that was taken back.
func (b *Buffer) Redo() bool {
	if len(b.redo) == 0 {
		return false
	}
	s := b.redo[len(b.redo)-1]
	b.redo = b.redo[:len(b.redo)-1]
	for _, c := range s.changes {
		b.replace(c.was, c.given)
	}
	b.undo = append(b.undo, s)
	b.restore(s.after)
	return true
}

func (b *Buffer) restore(c cursor) {
	b.anchor, b.caret = b.clamp(c.anchor), b.clamp(c.caret)
	b.wanted, b.closers, b.open = -1, "", closed
}

// growth is the kind of small edits that one undo takes back together.
type growth int

const (
	closed growth = iota // the next edit is a step of its own
	typing
	erasing
)

// replacement is one wanted change.
type replacement struct {
	at   Range
	text string
}

// edit makes changes as one step. Each change is a range of the text as the changes before it
// left it. after gives the selection in the end.
func (b *Buffer) edit(after func(last Range) cursor, replacements ...replacement) {
	b.record(after, closed, replacements)
}

// record makes changes and notes them: as part of the step before when that is of the same
// kind and no pause lies between, else as a step of their own.
func (b *Buffer) record(after func(last Range) cursor, kind growth, replacements []replacement) {
	s := step{before: cursor{b.anchor, b.caret}}
	var last Range
	for _, r := range replacements {
		taken := b.Slice(r.at)
		last = b.replace(r.at, r.text)
		s.changes = append(s.changes, change{was: r.at, is: last, taken: taken, given: r.text})
	}
	s.after = after(last)
	b.anchor, b.caret = s.after.anchor, s.after.caret
	b.wanted, b.closers, b.redo = -1, "", nil

	now := b.clock()
	if kind != closed && kind == b.open && now.Sub(b.last) <= typingPause {
		top := &b.undo[len(b.undo)-1]
		top.changes = append(top.changes, s.changes...)
		top.after = s.after
	} else {
		b.undo = append(b.undo, s)
	}
	if len(b.undo) > maxSteps {
		b.undo = slices.Delete(b.undo, 0, len(b.undo)-maxSteps)
	}
	b.open, b.last = kind, now
}

// caretAtEnd leaves the caret behind the last change.
func caretAtEnd(last Range) cursor { return cursor{last.To, last.To} }

// beginsWord reports whether a typed character begins a new word, which ends the step before.
func (b *Buffer) beginsWord(r rune) bool {
	before, ok := b.runeBefore(b.caret)
	return ok && class(before) == spaceClass && class(r) != spaceClass
}
