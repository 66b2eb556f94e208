package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// BodyError means that a body is not one JSON value, so nothing was sent.
type BodyError struct {
	Line, Column int // of the first byte that cannot be read; both count from 1, columns in bytes
	Err          error
}

func (e *BodyError) Error() string {
	return fmt.Sprintf("the body is not JSON (line %d, column %d): %v", e.Line, e.Column, e.Err)
}

func (e *BodyError) Unwrap() error { return e.Err }

// payload is a decoded body, to look things up in.
type payload struct {
	root any
	size int // of the text, in bytes
}

// parsePayload decodes a body. An empty one is a payload in which nothing is found.
func parsePayload(body []byte) (payload, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	p := payload{size: len(body)}
	if err := d.Decode(&p.root); err != nil {
		return payload{}, bodyError(body, d.InputOffset(), err)
	}
	if rest := bytes.TrimLeft(body[d.InputOffset():], " \t\r\n"); len(rest) > 0 {
		return payload{}, bodyError(body, int64(len(body)-len(rest)), errors.New("something follows the JSON value"))
	}
	return p, nil
}

func bodyError(body []byte, offset int64, err error) error {
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		offset = syntax.Offset - 1
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		offset, err = int64(len(body)), errors.New("it ends too early")
	}
	before := body[:min(max(offset, 0), int64(len(body)))]
	return &BodyError{
		Line:   1 + bytes.Count(before, []byte("\n")),
		Column: len(before) - bytes.LastIndexByte(before, '\n'),
		Err:    err,
	}
}

// text returns the value at a dotted path as text. A member whose name has dots of its own is found
// too. Arrays stand for their first element; objects and null have no text.
// Source: protocol iframe.md §1, rule 3 of variable substitution.
func (p payload) text(path string) (string, bool) {
	switch v := p.at(path).(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		if v {
			return "true", true
		}
		return "false", true
	}
	return "", false
}

func (p payload) at(path string) any {
	v := p.root
	for rest := path; rest != ""; {
		if array, ok := v.([]any); ok && len(array) > 0 {
			v = array[0]
		}
		object, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		if whole, ok := object[rest]; ok {
			v = whole
			break
		}
		var name string
		name, rest, _ = strings.Cut(rest, ".")
		v = object[name]
	}
	if array, ok := v.([]any); ok && len(array) > 0 {
		return array[0]
	}
	return v
}

// member is what the body has at a path, as it is; ok is false when it has nothing there, not even null.
func (p payload) member(path string) (value any, ok bool) {
	parent, name := "", path
	if dot := strings.LastIndexByte(path, '.'); dot >= 0 {
		parent, name = path[:dot], path[dot+1:]
	}
	object, isObject := p.at(parent).(map[string]any)
	if !isObject {
		return nil, false
	}
	value, ok = object[name]
	return value, ok
}

// variable is the value of a URL variable: where the catalogue says the body holds it, else at the
// path of its own name. One that the body does not have is empty.
func (p payload) variable(e *entry, name string) string {
	for _, path := range e.Variables[name] {
		if value, ok := p.text(path); ok {
			return value
		}
	}
	value, _ := p.text(name)
	return value
}
