package connectjwt

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// maxPieces is how many pieces between ampersands are read; the parser of npm atlassian-jwt stops
// there, empty ones counted. Source: protocol jwt.md §4, implementation differences.
const maxPieces = 1000

// parameter is one name and value, decoded, as ranges of parameters.text.
type parameter struct {
	name, nameEnd, value, valueEnd int
}

// parameters is a decoded query. One arena holds all text, and methods pass the value on instead of
// changing it through a pointer, so that a usual page URL needs no heap.
type parameters struct {
	text []byte
	list []parameter
}

// appendQuery appends the canonical form of a raw query or form body.
func appendQuery(dst []byte, raw string) []byte {
	if raw == "" {
		return dst
	}
	var text [1024]byte
	var list [32]parameter
	return parameters{text: text[:0], list: list[:0]}.read(raw).append(dst)
}

// read adds every piece of raw, decoded and sorted, leaving out jwt and __proto__ by their decoded
// names.
func (p parameters) read(raw string) parameters {
	for pieces := 0; raw != "" && pieces < maxPieces; pieces++ {
		var piece string
		piece, raw, _ = strings.Cut(raw, "&")
		if piece == "" {
			continue
		}
		name, value, _ := strings.Cut(piece, "=")
		start := len(p.text)
		p.text = appendDecoded(p.text, name)
		nameEnd := len(p.text)
		if isIgnored(p.text[start:nameEnd]) {
			p.text = p.text[:start]
			continue
		}
		p.text = appendDecoded(p.text, value)
		p.list = p.insert(parameter{start, nameEnd, nameEnd, len(p.text)})
	}
	return p
}

func isIgnored(name []byte) bool {
	return string(name) == "jwt" || string(name) == "__proto__"
}

func hasPieces(query string) bool {
	return strings.Trim(query, "&") != ""
}

func (p parameters) nameOf(q parameter) []byte  { return p.text[q.name:q.nameEnd] }
func (p parameters) valueOf(q parameter) []byte { return p.text[q.value:q.valueEnd] }

// insert returns the sorted list with q in its place. Sorting while reading, without a library sort
// and its function values, keeps the buffers of appendQuery off the heap; the thousand parameters
// a query may have cost less than a millisecond.
func (p parameters) insert(q parameter) []parameter {
	low, high := 0, len(p.list)
	for low < high {
		middle := (low + high) / 2
		if p.compare(q, p.list[middle]) < 0 {
			high = middle
		} else {
			low = middle + 1
		}
	}
	list := append(p.list, q)
	copy(list[low+1:], list[low:])
	list[low] = q
	return list
}

// compare orders by name, then by value.
func (p parameters) compare(a, b parameter) int {
	if c := compareUTF16(p.nameOf(a), p.nameOf(b)); c != 0 {
		return c
	}
	return compareUTF16(p.valueOf(a), p.valueOf(b))
}

// append writes the sorted parameters; the values of one name share one entry.
func (p parameters) append(dst []byte) []byte {
	for i, q := range p.list {
		if i > 0 && bytes.Equal(p.nameOf(q), p.nameOf(p.list[i-1])) {
			dst = append(dst, ',')
			dst = appendEncoded(dst, p.valueOf(q))
			continue
		}
		if i > 0 {
			dst = append(dst, '&')
		}
		dst = appendEncoded(dst, p.nameOf(q))
		dst = append(dst, '=')
		dst = appendEncoded(dst, p.valueOf(q))
	}
	return dst
}

// compareUTF16 orders valid UTF-8 as JavaScript orders text, by UTF-16 code unit. That is byte
// order, except that characters above U+FFFF (surrogates) come before U+E000 to U+FFFF.
func compareUTF16(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		x, y := a[i], b[i]
		if x == y {
			continue
		}
		if x >= 0xF0 && (y == 0xEE || y == 0xEF) {
			return -1
		}
		if y >= 0xF0 && (x == 0xEE || x == 0xEF) {
			return 1
		}
		return int(x) - int(y)
	}
	return len(a) - len(b)
}

// appendDecoded undoes url-encoding: plus is a space, %XX a byte, a malformed escape stays as it
// is, and bytes that are not UTF-8 become U+FFFD.
func appendDecoded(dst []byte, s string) []byte {
	start := len(dst)
	ascii := true
	for i := 0; i < len(s); i++ {
		plain := i
		for i < len(s) && s[i] != '%' && s[i] != '+' && s[i] < utf8.RuneSelf {
			i++
		}
		dst = append(dst, s[plain:i]...)
		if i == len(s) {
			break
		}
		c := s[i]
		if c == '+' {
			c = ' '
		} else if c == '%' && i+2 < len(s) {
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi >= 0 && lo >= 0 {
				c = byte(hi<<4 | lo)
				i += 2
			}
		}
		ascii = ascii && c < utf8.RuneSelf
		dst = append(dst, c)
	}
	if ascii || utf8.Valid(dst[start:]) {
		return dst
	}
	broken := bytes.Clone(dst[start:])
	return appendRepaired(dst[:start], broken)
}

// appendRepaired appends b with one U+FFFD for each maximal part of a bad sequence, as the
// Unicode standard advises and browsers do; Go's own decoder would give one for every byte.
func appendRepaired(dst, b []byte) []byte {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			size = badLength(b)
		}
		dst = utf8.AppendRune(dst, r)
		b = b[size:]
	}
	return dst
}

// badLength returns how many bytes of b, which begins with a bad sequence, could have been the
// beginning of a good one; at least 1.
func badLength(b []byte) int {
	low, high, need := byte(0x80), byte(0xBF), 0
	switch lead := b[0]; {
	case lead >= 0xC2 && lead <= 0xDF:
		need = 1
	case lead == 0xE0:
		low, need = 0xA0, 2
	case lead == 0xED:
		high, need = 0x9F, 2
	case lead >= 0xE1 && lead <= 0xEF:
		need = 2
	case lead == 0xF0:
		low, need = 0x90, 3
	case lead >= 0xF1 && lead <= 0xF3:
		need = 3
	case lead == 0xF4:
		high, need = 0x8F, 3
	}
	n := 1
	for n <= need && n < len(b) && b[n] >= low && b[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}

// appendEncoded percent-encodes everything but the unreserved characters of RFC 3986.
func appendEncoded(dst, text []byte) []byte {
	for len(text) > 0 {
		n := 0
		for n < len(text) && isUnreserved(text[n]) {
			n++
		}
		dst = append(dst, text[:n]...)
		if n == len(text) {
			break
		}
		dst = appendEscape(dst, text[n])
		text = text[n+1:]
	}
	return dst
}

func appendEscape(dst []byte, c byte) []byte {
	const digits = "0123456789ABCDEF"
	return append(dst, '%', digits[c>>4], digits[c&15])
}

// isUnreserved looks c up in two bit sets: letters, digits, and - . _ ~
func isUnreserved(c byte) bool {
	const (
		below64 = 1<<'-' | 1<<'.' | (1<<10-1)<<'0'
		above63 = (1<<26-1)<<('A'-64) | (1<<26-1)<<('a'-64) | 1<<('_'-64) | 1<<('~'-64)
	)
	switch c >> 6 {
	case 0:
		return uint64(below64)>>c&1 == 1
	case 1:
		return uint64(above63)>>(c-64)&1 == 1
	}
	return false
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
