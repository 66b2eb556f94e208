package connectjwt

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// objectScanner walks over the members of a JSON object in the plain spelling that token makers
// use: no escapes in texts, no byte outside ASCII, whole numbers. It stops at anything else with
// done false, and the caller takes the general parser. It never accepts what that would refuse.
type objectScanner struct {
	text string
	at   int

	name  string // of the current member
	raw   string // its value as written
	value string // of a text: without the quotes
	kind  byte   // '"' text, '0' whole number, '{' object or array
	done  bool   // the object was read to its end, all of it plain
}

// next moves to the next member and reports whether there is one.
func (s *objectScanner) next() bool {
	if s.at == 0 {
		if !s.take('{') {
			return false
		}
		if s.take('}') {
			s.done = s.at == len(s.text)
			return false
		}
	} else {
		if s.take('}') {
			s.done = s.at == len(s.text)
			return false
		}
		if !s.take(',') {
			return false
		}
	}
	var ok bool
	if s.name, ok = s.plainText(); !ok || !s.take(':') {
		return false
	}
	return s.member()
}

func (s *objectScanner) member() bool {
	if s.at >= len(s.text) {
		return false
	}
	start := s.at
	ok := true
	switch c := s.text[s.at]; {
	case c == '"':
		s.kind = '"'
		s.value, ok = s.plainText()
	case c >= '1' && c <= '9':
		s.kind = '0'
		s.digits()
	case c == '{' || c == '[':
		s.kind = '{'
		ok = s.nested()
	default:
		ok = false
	}
	s.raw = s.text[start:s.at]
	return ok
}

func (s *objectScanner) take(c byte) bool {
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

// plainText reads a quoted text without escapes.
func (s *objectScanner) plainText() (string, bool) {
	if !s.take('"') {
		return "", false
	}
	start := s.at
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return s.text[start : s.at-1], true
		case c == '\\' || c < ' ' || c > '~':
			return "", false
		}
	}
	return "", false
}

func (s *objectScanner) digits() {
	for s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9' {
		s.at++
	}
}

// nested finds the end of an object or array by its brackets and lets encoding/json judge it.
func (s *objectScanner) nested() bool {
	start, depth, quoted := s.at, 0, false
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case quoted:
			if c == '\\' {
				s.at++
			} else if c == '"' {
				quoted = false
			}
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			if depth++; depth > 100 {
				return false
			}
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				s.at++
				return json.Valid([]byte(s.text[start:s.at]))
			}
		}
	}
	return false
}

// integer returns the current value as a whole number that fits every JSON reader.
func (s *objectScanner) integer() (int64, bool) {
	if s.kind != '0' || len(s.raw) > 15 {
		return 0, false
	}
	var n int64
	for i := range len(s.raw) {
		n = n*10 + int64(s.raw[i]-'0')
	}
	return n, true
}

// texts returns the current value as a list: one text, or an array of texts.
func (s *objectScanner) texts() ([]string, bool) {
	if s.kind == '"' {
		return []string{s.value}, true
	}
	var list []string
	return list, s.raw[0] == '[' && json.Unmarshal([]byte(s.raw), &list) == nil
}

// appendText appends a JSON text.
func appendText(dst []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(text) // a string always has a JSON form
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, text...)
	return append(dst, '"')
}

func sortedNames(members map[string]json.RawMessage) []string {
	if len(members) == 0 {
		return nil
	}
	return slices.SortedFunc(maps.Keys(members), strings.Compare)
}
