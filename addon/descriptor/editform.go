package descriptor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// EditError says what stands in the way of a form edit.
type EditError struct {
	Verb    string // "set", "add", "remove", "move", "rename"
	Pointer string // of the value that was to be edited
	Reason  string // "the array is never closed"
	Offset  int    // where it stands, in bytes
	Line    int    // the same as a line, from 1
	Column  int    // and column in characters, from 1
}

func (e *EditError) Error() string {
	return fmt.Sprintf("%s %s: line %d, column %d: %s", e.Verb, pointerName(e.Pointer), e.Line, e.Column, e.Reason)
}

func pointerName(pointer string) string {
	if pointer == "" {
		return "the whole descriptor"
	}
	return pointer
}

// Set gives the value at a pointer. A member that is not there is added behind the others, and so
// are parents: a missing one becomes an array for the tokens "0" and "-", an object for any other.
// In an array, "-" and the index behind the last entry add one.
func (t *Tree) Set(pointer string, value any) ([]Edit, error) {
	f := form{t: t, verb: "set", pointer: pointer}
	tokens, err := f.tokens()
	if err != nil {
		return nil, err
	}
	v, err := f.newValue(value)
	if err != nil {
		return nil, err
	}
	n := t.Root()
	for i, token := range tokens {
		child := Node{}
		if n.Exists() {
			child = n.step(token)
		}
		if !child.Exists() {
			if v, err = f.nested(tokens[i+1:], v); err != nil {
				return nil, err
			}
			return f.setNew(n, token, v)
		}
		n = child
	}
	return f.setValue(n, v)
}

// setNew puts a value where the node n has none yet.
func (f *form) setNew(n Node, token string, v Node) ([]Edit, error) {
	switch n.Kind() {
	case Object:
		return f.addMember(n, token, n.Len(), v)
	case Array:
		count := n.Len()
		if token != "-" && token != strconv.Itoa(count) {
			return nil, f.errorAt(n, "the array has %d entries, and %s is not the place behind them", count, shown(token))
		}
		return f.addElement(n, count, v)
	case Missing:
		v, err := f.nested([]string{token}, v)
		if err != nil {
			return nil, err
		}
		return f.setValue(n, v)
	}
	return nil, f.errorAt(n, "%s is %s, so nothing can be put into it", named(n), n.Kind())
}

// setValue replaces a value, or fills one in behind a name that has none.
func (f *form) setValue(n Node, v Node) ([]Edit, error) {
	if n.Kind() == Missing {
		return f.fill(n, v)
	}
	if err := f.legible(n); err != nil {
		return nil, err
	}
	if err := f.fits(n.depth(), v); err != nil {
		return nil, err
	}
	if sameValue(n, v) {
		return nil, nil
	}
	from, to := n.Range()
	flat := n.Parent().Exists() && f.flat(n.Parent()) || v.Kind() == n.Kind() && n.First().Exists() && f.flat(n)
	return []Edit{{from, to, f.written(v, f.indentOf(n), flat)}}, nil
}

// fill writes the value of a name that has none, or the value of an empty text.
func (f *form) fill(n Node, v Node) ([]Edit, error) {
	if !n.Exists() || n.i == 0 {
		if len(f.t.faults) > 0 && f.t.faults[len(f.t.faults)-1].Rule != ruleEmpty.ID {
			fault := f.t.faults[len(f.t.faults)-1]
			return nil, f.errorf(fault.Offset, "%s", fault.Message)
		}
		at := len(f.t.text)
		return []Edit{{at, at, f.written(v, "", false)}}, nil
	}
	if err := f.fits(n.depth(), v); err != nil {
		return nil, err
	}
	_, keyEnd := n.KeyRange()
	at, colon := entryEnd(n), f.look().colon
	if at > keyEnd { // the colon is there
		colon = strings.TrimLeft(strings.TrimLeft(colon, " \t"), ":")
	}
	return []Edit{{at, at, colon + f.written(v, f.indentOf(n), f.flat(n.Parent()))}}, nil
}

// Unset removes the value at a pointer; when there is none, that is no error and there are no edits.
func (t *Tree) Unset(pointer string) ([]Edit, error) {
	if t.At(pointer).Exists() {
		return t.Remove(pointer)
	}
	f := form{t: t, verb: "remove", pointer: pointer}
	_, err := f.tokens()
	return nil, err
}

// Remove removes the member or array entry at a pointer. Comments around it stay.
func (t *Tree) Remove(pointer string) ([]Edit, error) {
	f := form{t: t, verb: "remove", pointer: pointer}
	n, err := f.entry()
	if err != nil {
		return nil, err
	}
	edits, err := f.remove(n)
	if err != nil || !hasTwin(n) {
		return edits, err
	}
	return f.removeTwins(edits)
}

// removeTwins goes on removing until the name is gone.
func (f *form) removeTwins(edits []Edit) ([]Edit, error) {
	changed := newPieces(f.t.text)
	for {
		changed.apply(edits)
		next := Parse(changed.text())
		n := next.At(f.pointer)
		if !n.Exists() {
			return changed.edits(), nil
		}
		again := form{t: next, verb: f.verb, pointer: f.pointer}
		var err error
		if edits, err = again.remove(n); err != nil {
			return nil, err
		}
	}
}

// AddMember puts a new member into an object: before the member at this place, counted from 0 in
// the order of the text, or behind the last one for any greater number and for -1.
func (t *Tree) AddMember(object, name string, at int, value any) ([]Edit, error) {
	f := form{t: t, verb: "add to", pointer: object}
	n, v, err := f.container(Object, value)
	if err != nil {
		return nil, err
	}
	if taken := n.Child(name); taken.Exists() {
		return nil, f.errorf(keyOf(taken).From, "%s stands here already", shown(name))
	}
	return f.addMember(n, name, at, v)
}

// AddElement puts a new entry into an array: before the one at this index, or behind the last one
// for any greater number and for -1.
func (t *Tree) AddElement(array string, at int, value any) ([]Edit, error) {
	f := form{t: t, verb: "add to", pointer: array}
	n, v, err := f.container(Array, value)
	if err != nil {
		return nil, err
	}
	return f.addElement(n, at, v)
}

// container finds what a value is to be added to.
func (f *form) container(kind Kind, value any) (n, v Node, err error) {
	if v, err = f.newValue(value); err != nil {
		return n, v, err
	}
	if _, err = f.tokens(); err != nil {
		return n, v, err
	}
	if n = f.t.At(f.pointer); n.Kind() != kind {
		return n, v, f.errorAt(n, "there is %s, not %s", n.Kind(), kind)
	}
	return n, v, nil
}

func (f *form) addMember(n Node, name string, at int, v Node) ([]Edit, error) {
	if err := f.fits(n.depth()+1, v); err != nil {
		return nil, err
	}
	return f.insert(n, at, v, func(indent string, flat bool) string {
		return quote(name) + f.look().colonIn(n) + f.written(v, indent, flat)
	})
}

func (f *form) addElement(n Node, at int, v Node) ([]Edit, error) {
	if err := f.fits(n.depth()+1, v); err != nil {
		return nil, err
	}
	return f.insert(n, at, v, func(indent string, flat bool) string { return f.written(v, indent, flat) })
}

// Move gives an array entry another index, or a member another place in its object, both counted
// from 0 in the order of the text. What separates it from the next entry goes with it.
func (t *Tree) Move(pointer string, to int) ([]Edit, error) {
	f := form{t: t, verb: "move", pointer: pointer}
	n, err := f.entry()
	if err != nil {
		return nil, err
	}
	entries := slices.Collect(n.Parent().Children())
	from := slices.Index(entries, n)
	switch {
	case to < 0 || to >= len(entries):
		return nil, f.errorAt(n.Parent(), "there is no place %d among %d entries", to, len(entries))
	case hasTwin(n):
		return nil, f.twinError(n)
	case to == from:
		return nil, nil
	}
	for _, e := range []Node{n, entries[to]} {
		if err := f.legible(e); err != nil {
			return nil, err
		}
	}
	text := f.t.text
	start, end := entryStart(n), entryEnd(n)
	if from < to {
		next := entryStart(entries[from+1])
		if _, err := f.separator(end, next); err != nil {
			return nil, err
		}
		target := entryEnd(entries[to])
		return []Edit{{start, next, ""}, {target, target, string(text[end:next]) + string(text[start:end])}}, nil
	}
	before := entryEnd(entries[from-1])
	if err := f.legible(entries[from-1]); err != nil {
		return nil, err
	}
	if _, err := f.separator(before, start); err != nil {
		return nil, err
	}
	target := entryStart(entries[to])
	return []Edit{{target, target, string(text[start:end]) + string(text[before:start])}, {before, end, ""}}, nil
}

// Rename gives a member another name. A name that its object has already is an error.
func (t *Tree) Rename(pointer, name string) ([]Edit, error) {
	f := form{t: t, verb: "rename", pointer: pointer}
	n, err := f.entry()
	if err != nil {
		return nil, err
	}
	from, to := n.KeyRange()
	switch {
	case to == 0:
		return nil, f.errorAt(n, "an array entry has no name")
	case n.Key() == name:
		return nil, nil
	case hasTwin(n):
		return nil, f.twinError(n)
	case openKey(n):
		return nil, f.errorf(from, "the name is never closed")
	}
	if taken := n.Parent().Child(name); taken.Exists() {
		return nil, f.errorf(keyOf(taken).From, "%s stands here already", shown(name))
	}
	return []Edit{{from, to, quote(name)}}, nil
}

// form is one form edit under way.
type form struct {
	t       *Tree
	verb    string
	pointer string
	style   *style // by look
}

func (f *form) errorf(offset int, format string, args ...any) error {
	line, column := f.t.LineColumn(offset)
	return &EditError{Verb: f.verb, Pointer: f.pointer, Reason: fmt.Sprintf(format, args...), Offset: min(offset, len(f.t.text)), Line: line, Column: column}
}

func (f *form) errorAt(n Node, format string, args ...any) error {
	from, _ := n.Range()
	return f.errorf(from, format, args...)
}

func (f *form) twinError(n Node) error {
	return f.errorf(keyOf(n).From, "%s stands more than once in its object; remove one first", shown(n.Key()))
}

// tokens are the parts of the pointer.
func (f *form) tokens() ([]string, error) {
	if f.pointer == "" {
		return nil, nil
	}
	if f.pointer[0] != '/' {
		return nil, f.errorf(0, "a JSON pointer is empty or begins with a slash")
	}
	tokens := strings.Split(f.pointer[1:], "/")
	for i, token := range tokens {
		tokens[i] = unescapePointer.Replace(token)
	}
	return tokens, nil
}

// entry finds the member or array entry the pointer names.
func (f *form) entry() (Node, error) {
	if _, err := f.tokens(); err != nil {
		return Node{}, err
	}
	n := f.t.At(f.pointer)
	switch {
	case !n.Exists():
		return Node{}, f.errorf(0, "there is nothing at this pointer")
	case n.i == 0:
		return Node{}, f.errorf(0, "the descriptor is in nothing it could be taken out of")
	}
	return n, nil
}

// legible reports a value that is not closed: where it ends is a guess.
func (f *form) legible(n Node) error {
	switch {
	case openKey(n):
		return f.errorf(keyOf(n).From, "the name is never closed")
	case n.at().flags&unclosed == 0:
		return nil
	case n.Kind() == String:
		return f.errorAt(n, "the string is never closed")
	}
	return f.errorAt(n, "%s is never closed", strings.Replace(n.Kind().String(), "an ", "the ", 1))
}

// openKey tells whether the quote that ends a member's name is missing.
func openKey(n Node) bool {
	from, to := n.KeyRange()
	if to == 0 {
		return false
	}
	key := n.t.text[from:to]
	if key[0] != '"' && key[0] != '\'' {
		return false
	}
	return len(key) == 1 || key[len(key)-1] != key[0] || endsInEscape(key[1:len(key)-1])
}

// hasTwin tells whether the member's name stands more than once in its object.
func hasTwin(n Node) bool {
	if _, to := n.KeyRange(); to == 0 {
		return false
	}
	count := 0
	for c := range n.Parent().Children() {
		if c.Key() == n.Key() {
			count++
		}
	}
	return count > 1
}

// depth is how many objects and arrays are around the value.
func (n Node) depth() int {
	depth := 0
	for p := n.Parent(); p.Exists(); p = p.Parent() {
		depth++
	}
	return depth
}

// height is how many objects and arrays nest in the value, itself counted in.
func (n Node) height() int {
	if n.Kind() != Object && n.Kind() != Array {
		return 0
	}
	height := 0
	for c := range n.Children() {
		height = max(height, c.height())
	}
	return height + 1
}

// fits refuses a value that would nest deeper than is read.
func (f *form) fits(depth int, v Node) error {
	if depth+v.height() > MaxDepth {
		return f.errorf(0, "values would nest deeper than %d", MaxDepth)
	}
	return nil
}
