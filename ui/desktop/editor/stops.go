package editor

import (
	"slices"

	"connect-workbench/ui/desktop/editor/buffer"
)

// stops are the stretches of an accepted choice that are to be filled in, and its end. They keep
// to their text while it is edited.
type stops struct {
	all   []buffer.Range
	whole buffer.Range
	at    int
}

// begin takes in the stops of a text of some length that was put in at an offset. Inside of what is
// being filled in they take the place of the stop that is being filled in.
func (s *stops) begin(text *buffer.Buffer, start, length int, spans []Span) {
	at := func(from, to int) buffer.Range {
		return buffer.Range{From: text.At(start + from), To: text.At(start + to)}
	}
	var fresh []buffer.Range
	for _, span := range spans {
		fresh = append(fresh, at(span.From, span.To))
	}
	if whole := at(0, length); s.pending() && !whole.From.Before(s.whole.From) && !s.whole.To.Before(whole.To) {
		if len(fresh) == 0 {
			fresh = append(fresh, at(length, length))
		}
		s.all = slices.Replace(s.all, s.at, s.at+1, fresh...)
		return
	}
	s.all, s.at, s.whole = append(fresh, at(length, length)), 0, at(0, length)
}

func (s *stops) end() { s.all = nil }

// pending tells whether there is something left to fill in.
func (s *stops) pending() bool { return s.at < len(s.all)-1 }

// present is the stop that is being filled in.
func (s *stops) present() buffer.Range { return s.all[s.at] }

// step goes on to another stop; false, and the end of it, when there is none or the caret is
// somewhere else.
func (s *stops) step(caret buffer.Pos, by int) bool {
	if len(s.all) == 0 {
		return false
	}
	next := s.at + by
	if caret.Before(s.whole.From) || s.whole.To.Before(caret) || next < 0 || next >= len(s.all) {
		s.end()
		return false
	}
	s.at = next
	return true
}

// shift moves the stops with the text around an edit. Text that is put in at the stop being
// filled in becomes part of it.
func (s *stops) shift(was, is buffer.Range) {
	for i := range s.all {
		r := &s.all[i]
		inside := !was.From.Before(r.From) && !r.To.Before(was.To)
		switch {
		case i == s.at && inside:
			r.To = after(r.To, was, is)
		case i < s.at && r.To == was.From:
		default:
			r.From, r.To = after(r.From, was, is), after(r.To, was, is)
		}
	}
	s.whole.To = after(s.whole.To, was, is)
	if was.From.Before(s.whole.From) {
		s.whole.From = s.whole.From.Shift(was, is)
	}
}

// after is where a place goes with an edit; one right at the edit goes behind what was put in.
func after(p buffer.Pos, was, is buffer.Range) buffer.Pos {
	if p == was.From {
		return is.To
	}
	return p.Shift(was, is)
}
