package descriptor

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// decode gives the text of a string with escapes, or of one in single or no quotes. Escapes
// that mean nothing stay as they are.
func decode(raw []byte) string {
	if len(raw) > 0 && (raw[0] == '"' || raw[0] == '\'') {
		quote := raw[0]
		raw = raw[1:]
		if n := len(raw); n > 0 && raw[n-1] == quote && !endsInEscape(raw[:n-1]) {
			raw = raw[:n-1]
		}
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		if raw[i] != '\\' || i+1 == len(raw) {
			out = append(out, raw[i])
			i++
			continue
		}
		r, size := unescape(raw[i:])
		out = utf8.AppendRune(out, r)
		i += size
	}
	return string(out)
}

// endsInEscape tells whether the last byte of b is a backslash that is not itself escaped.
func endsInEscape(b []byte) bool {
	count := 0
	for len(b) > count && b[len(b)-1-count] == '\\' {
		count++
	}
	return count%2 == 1
}

// unescape reads the escape sequence at the start of b, which is at least two bytes long.
func unescape(b []byte) (r rune, size int) {
	switch b[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case '"', '\\', '/':
		return rune(b[1]), 2
	case 'u':
		r, ok := hexRune(b)
		if !ok {
			return '\\', 1
		}
		if low, ok := hexRune(b[6:]); ok && utf16.IsSurrogate(r) {
			if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
				return both, 12
			}
		}
		return r, 6
	}
	return '\\', 1
}

func hexRune(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(string(b[2:6]), 16, 32)
	return rune(v), err == nil
}
