package descriptor

import (
	"bytes"
	"iter"
	"math"
	"strconv"
)

// Kind is what a value is.
type Kind uint8

// The kinds of value. A Placeholder is a template expression that stands for a whole value,
// Invalid a word that is no JSON value (True, undefined).
const (
	Missing Kind = iota // no such value: the zero Node, or a key without a value
	Object
	Array
	String
	Number
	Bool
	Null
	Placeholder
	Invalid
)

var kindNames = [...]string{"nothing", "an object", "an array", "a string", "a number", "true or false", "null", "a template placeholder", "no JSON value"}

// String names the kind with its article, for messages: "an object".
func (k Kind) String() string { return kindNames[k] }

// node is one value in the arena. Offsets are bytes; a text is at most MaxSize long.
type node struct {
	key, keyEnd int32 // member: range of the key with its quotes; element: key is its index and keyEnd 0
	start, end  int32 // range of the value
	parent      int32 // 0 for the root's children; the root is node 0
	first, next int32 // 0: none (the root is nobody's child)
	kind        Kind
	flags       flag
}

// flag holds what the parser saw in passing, so that nobody has to look again.
type flag uint8

const (
	escapedText  flag = 1 << iota // the string has escapes (or is not in double quotes)
	templateText                  // the string holds a template expression
	escapedKey                    // the same for the key
	doubtfulKey                   // the key holds a template expression, or is not closed
	unclosed                      // the bracket or quote that ends the value is missing
)

// Tree is a parsed text. Its nodes point into the text, which must not change while the tree
// is in use. A Tree may be read by many goroutines; Parse on it needs it alone.
type Tree struct {
	text     []byte
	nodes    []node
	lines    []int32 // offset of the first byte of every line
	faults   []Problem
	omitted  int // faults beyond maxFaults
	template bool
}

// Root is the document's value; its Kind is Missing when the text is empty.
func (t *Tree) Root() Node {
	if len(t.nodes) == 0 {
		return Node{}
	}
	return Node{t, 0}
}

// Templated tells whether template statements stand outside of strings. Such a text becomes
// JSON only when a framework has rendered it.
func (t *Tree) Templated() bool { return t.template }

// Node is one value of a Tree. The zero Node means "no such value"; every method may be
// called on it.
type Node struct {
	t *Tree
	i int32
}

func (n Node) at() *node { return &n.t.nodes[n.i] }

// Kind tells what the value is.
func (n Node) Kind() Kind {
	if n.t == nil {
		return Missing
	}
	return n.at().kind
}

// Exists tells whether the node stands in the text, be it as a key without a value.
func (n Node) Exists() bool { return n.t != nil }

// Range gives the bytes of the value, end exclusive.
func (n Node) Range() (start, end int) {
	if n.t == nil {
		return 0, 0
	}
	return int(n.at().start), int(n.at().end)
}

// KeyRange gives the bytes of an object member's key with its quotes; 0, 0 for anything else.
func (n Node) KeyRange() (start, end int) {
	if n.t == nil || n.at().keyEnd == 0 {
		return 0, 0
	}
	return int(n.at().key), int(n.at().keyEnd)
}

// Key is the member's decoded key, "" for anything but an object member.
func (n Node) Key() string {
	if n.t == nil || n.at().keyEnd == 0 {
		return ""
	}
	d := n.at()
	raw := n.t.text[d.key:d.keyEnd]
	if d.flags&escapedKey != 0 {
		return decode(raw)
	}
	return string(raw[1 : len(raw)-1])
}

// keyBytes is the key without a copy where it has no escapes.
func (n Node) keyBytes() []byte {
	d := n.at()
	if d.keyEnd == 0 {
		return nil
	}
	if d.flags&escapedKey != 0 {
		return []byte(decode(n.t.text[d.key:d.keyEnd]))
	}
	return n.t.text[d.key+1 : d.keyEnd-1]
}

// Index is the element's place in its array, 0 for anything but an array element.
func (n Node) Index() int {
	if n.t == nil || n.at().keyEnd != 0 {
		return 0
	}
	return int(n.at().key)
}

// Raw is the value as it stands in the text.
func (n Node) Raw() []byte {
	if n.t == nil {
		return nil
	}
	return n.t.text[n.at().start:n.at().end]
}

// Text is the decoded string, "" for anything but a String.
func (n Node) Text() string {
	if n.Kind() != String {
		return ""
	}
	if n.at().flags&escapedText != 0 {
		return decode(n.Raw())
	}
	raw := n.Raw()
	return string(raw[1 : len(raw)-1])
}

// bytes is Text without a copy where it has no escapes.
func (n Node) bytes() []byte {
	if n.Kind() != String {
		return nil
	}
	raw := n.Raw()
	if n.at().flags&escapedText != 0 {
		return []byte(decode(raw))
	}
	return raw[1 : len(raw)-1]
}

// HasPlaceholder tells whether a string holds a template expression, or the value is one.
func (n Node) HasPlaceholder() bool {
	return n.t != nil && (n.at().flags&templateText != 0 || n.at().kind == Placeholder)
}

// Bool is the value of true and false; ok is false for anything else.
func (n Node) Bool() (value, ok bool) {
	if n.Kind() != Bool {
		return false, false
	}
	return n.Raw()[0] == 't', true
}

// Int is the value of a whole number; ok is false for anything else, also for 1.5 and 1e99.
// 1.0 and 1e2 are whole.
func (n Node) Int() (value int, ok bool) {
	if n.Kind() != Number {
		return 0, false
	}
	raw := n.Raw()
	if !bytes.ContainsAny(raw, ".eE") {
		v, err := strconv.Atoi(string(raw))
		return v, err == nil
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int(f), true
}

// Parent is the object or array around the value.
func (n Node) Parent() Node {
	if n.t == nil || n.i == 0 {
		return Node{}
	}
	return Node{n.t, n.at().parent}
}

// First is the first member or element.
func (n Node) First() Node {
	if n.t == nil || n.at().first == 0 {
		return Node{}
	}
	return Node{n.t, n.at().first}
}

// Next is the member or element after this one in the same object or array.
func (n Node) Next() Node {
	if n.t == nil || n.at().next == 0 {
		return Node{}
	}
	return Node{n.t, n.at().next}
}

// Children goes through members or elements in the order of the text.
func (n Node) Children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := n.First(); c.Exists(); c = c.Next() {
			if !yield(c) {
				return
			}
		}
	}
}

// Len counts members or elements.
func (n Node) Len() int {
	count := 0
	for c := n.First(); c.Exists(); c = c.Next() {
		count++
	}
	return count
}

// Child is the member with that key. Of duplicates the last one counts, as it does for hosts.
func (n Node) Child(key string) Node {
	if n.Kind() != Object {
		return Node{}
	}
	var found Node
	nodes := n.t.nodes
	for i := nodes[n.i].first; i != 0; i = nodes[i].next {
		d := &nodes[i]
		if d.flags&escapedKey == 0 && int(d.keyEnd-d.key) != len(key)+2 { // cannot be the one
			continue
		}
		if c := (Node{n.t, i}); string(c.keyBytes()) == key {
			found = c
		}
	}
	return found
}

// Find follows keys from the node: Find("target", "options", "key").
func (n Node) Find(keys ...string) Node {
	for _, k := range keys {
		n = n.Child(k)
	}
	return n
}
