package descriptor

import (
	"bytes"
	"errors"
)

// ErrNoObject means that a text is not, and does not begin as, a JSON object.
var ErrNoObject = errors.New("the text is no JSON object")

// WithBaseURL points a descriptor to another base URL and leaves every other byte as it is.
// A missing baseUrl is put in front of the first property. Where the template expression for
// the base URL appears elsewhere ({{localBaseUrl}}, or whatever expression baseUrl itself
// consisted of), it is filled in too. Other faults of the text do not matter, as long as it
// begins as an object; otherwise the error is ErrNoObject.
//
// Source: descriptor.md §2 (baseUrl), §10.1 (templates).
func WithBaseURL(text []byte, baseURL string) ([]byte, error) {
	t := Parse(text)
	root := t.Root()
	if root.Kind() != Object {
		return nil, ErrNoObject
	}
	value := quote(baseURL)
	var edits []Edit
	var old []byte
	for n := range root.Children() {
		if string(n.keyBytes()) != "baseUrl" {
			continue
		}
		edits = append(edits, setBaseURL(n, value))
		if n.HasPlaceholder() && n.Kind() == String {
			old = n.bytes()
		}
	}
	if edits == nil {
		edits = append(edits, insertFirst(root, `"baseUrl": `+value))
	}
	inner := value[1 : len(value)-1]
	return Apply(text, append(edits, fillIn(t, old, inner)...)), nil
}

func setBaseURL(n Node, value string) Edit {
	from, to := n.Range()
	if n.Kind() != Missing {
		return Edit{from, to, value}
	}
	at, colon := entryEnd(n), ": "
	if _, keyEnd := n.KeyRange(); at > keyEnd {
		colon = " "
	}
	return Edit{at, at, colon + value}
}

// insertFirst puts a member in front of the others, on its own line where they are.
func insertFirst(object Node, member string) Edit {
	from, _ := object.Range()
	at := from + 1
	first := object.First()
	if !first.Exists() {
		return Edit{at, at, member}
	}
	key, _ := first.KeyRange()
	space := object.t.text[at:key]
	if len(bytes.TrimSpace(space)) != 0 { // a comment stands there
		space = []byte{' '}
	}
	return Edit{at, at, string(space) + member + ","}
}

// fillIn replaces the base URL's template expressions inside of strings. old is the text of a
// templated baseUrl, nil when it was a plain one.
func fillIn(t *Tree, old []byte, inner string) []Edit {
	var edits []Edit
	for i := range t.nodes {
		n := Node{t, int32(i)}
		d := n.at()
		if d.kind != String || d.flags&templateText == 0 || d.parent == 0 && string(n.keyBytes()) == "baseUrl" {
			continue
		}
		for at := int(d.start); at < int(d.end); {
			size := len(old)
			if size == 0 || !bytes.HasPrefix(t.text[at:d.end], old) {
				size = localBaseURL(t.text[:d.end], at)
			}
			if size == 0 {
				at++
				continue
			}
			edits = append(edits, Edit{at, at + size, inner})
			at += size
		}
	}
	return edits
}

// localBaseURL is the length of a base URL expression at the offset, 0 when none begins there.
// Frameworks give it one of three names, with dots, dashes and case as they like.
// Source: descriptor.md §10.1 and the frameworks' samples.
func localBaseURL(b []byte, at int) int {
	end := templateEnd(b, at)
	if end == 0 {
		return 0
	}
	var name []byte
	for _, c := range bytes.ToLower(b[at:end]) {
		if c >= 'a' && c <= 'z' {
			name = append(name, c)
		}
	}
	switch string(name) {
	case "localbaseurl", "addonbaseurl", "baseurl":
		return end - at
	}
	return 0
}
