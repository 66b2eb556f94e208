package connectjwt

import (
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"strings"
	"unicode/utf8"
)

// ContextQSH stands in the qsh claim of a context token, which is bound to a page's context and
// to no request. Source: protocol jwt.md §3.
const ContextQSH = "context-qsh"

// Request is what a qsh is computed over. Give it the bytes that are on the wire: a URL that a
// library parsed and wrote again may differ from them.
type Request struct {
	Method string // any case
	Target string // request target ("/p?q=1", as on the wire) or absolute URL
	Base   string // base URL of the receiver; its path is cut off. "" or no path: nothing is cut
	Form   string // url-encoded form body, used only when Target has no query and Method is POST or PUT
}

// FormBody gives a request's body as Request.Form takes it: "" unless it is a url-encoded form.
// Source: protocol jwt.md §4 (form bodies).
func FormBody(contentType string, body []byte) string {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return ""
	}
	return string(body)
}

// Canonical returns the canonical request, METHOD&PATH&QUERY. Source: protocol jwt.md §4.
func (r Request) Canonical() string {
	var buf [1024]byte
	return string(r.AppendCanonical(buf[:0]))
}

// QSH returns the query string hash: the lower-case hex SHA-256 of the canonical request.
func (r Request) QSH() string {
	var buf [1024]byte
	return hashHex(r.AppendCanonical(buf[:0]))
}

// AppendCanonical appends the canonical request to dst and returns the longer slice.
func (r Request) AppendCanonical(dst []byte) []byte {
	target := splitTarget(r.Target)
	dst = appendUpper(dst, r.Method)
	dst = append(dst, '&')
	dst = appendPath(dst, target.path, basePath(r.Base))
	dst = append(dst, '&')
	return appendQuery(dst, r.parameterText(target.query))
}

// parameterText returns the text the parameters come from: the query, or the form body where a
// verifier may fall back to it.
func (r Request) parameterText(query string) string {
	if r.Form == "" || hasPieces(query) {
		return query
	}
	if strings.EqualFold(r.Method, "POST") || strings.EqualFold(r.Method, "PUT") {
		return r.Form
	}
	return query
}

// target is a request target taken apart, both parts as written.
type target struct {
	path  string
	query string // without the question mark
}

// splitTarget drops scheme, authority and fragment. The URL parser behind npm atlassian-jwt takes a
// plain request target as it is. Other text (an absolute URL, one with a fragment, a blank, or an @
// in its path) it takes apart and escapes, and so do we. The one difference left is text that no
// client sends: a target that begins with three slashes, or with "//user@host".
func splitTarget(text string) target {
	rest, _, fragment := strings.Cut(text, "#")
	path, query, _ := strings.Cut(rest, "?")
	if strings.IndexByte(path, '\\') >= 0 {
		path = strings.ReplaceAll(path, `\`, "/")
	}
	path, absolute := cutOrigin(path)
	if absolute || fragment || strings.IndexByte(rest, ' ') >= 0 || strings.IndexByte(path, '@') >= 0 {
		path = escapeUnwise(path)
	}
	return target{path: path, query: query}
}

// cutOrigin removes "scheme://authority" and reports whether there was one.
func cutOrigin(path string) (rest string, absolute bool) {
	scheme, after, found := strings.Cut(path, "://")
	if !found || scheme == "" || !isScheme(scheme) {
		return path, false
	}
	if slash := strings.IndexByte(after, '/'); slash >= 0 {
		return after[slash:], true
	}
	return "", true
}

func isScheme(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '+' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// escapeUnwise percent-encodes the characters that the URL parser of npm atlassian-jwt does not
// leave in a path. Source: protocol jwt.md §4, implementation differences.
func escapeUnwise(path string) string {
	const unwise = " \t\r\n\"'<>^`{|}"
	if !strings.ContainsAny(path, unwise) {
		return path
	}
	out := make([]byte, 0, len(path)+16)
	for i := range len(path) {
		if c := path[i]; strings.IndexByte(unwise, c) >= 0 {
			out = appendEscape(out, c)
		} else {
			out = append(out, c)
		}
	}
	return string(out)
}

// basePath returns the path component of a base URL, as written. A base without a scheme is read
// as host and path, unless it begins with a slash.
func basePath(base string) string {
	if base == "" {
		return ""
	}
	base, _, _ = strings.Cut(base, "#")
	base, _, _ = strings.Cut(base, "?")
	if _, after, found := strings.Cut(base, "://"); found {
		base = after
	} else if after, found := strings.CutPrefix(base, "//"); found {
		base = after
	} else if strings.HasPrefix(base, "/") {
		return base
	}
	if slash := strings.IndexByte(base, '/'); slash >= 0 {
		return base[slash:]
	}
	return ""
}

// appendPath appends the canonical path. The base path is a plain text prefix: "/app" also bites
// into "/apparel", because the library every add-on uses does so.
func appendPath(dst []byte, path, base string) []byte {
	path = strings.TrimPrefix(path, base)
	if path == "" {
		return append(dst, '/')
	}
	start := len(dst)
	if path[0] != '/' {
		dst = append(dst, '/')
	}
	for {
		before, after, found := strings.Cut(path, "&")
		dst = append(dst, before...)
		if !found {
			break
		}
		dst = append(dst, "%26"...)
		path = after
	}
	if last := len(dst) - 1; last > start && dst[last] == '/' {
		dst = dst[:last]
	}
	return dst
}

func appendUpper(dst []byte, method string) []byte {
	for i := range len(method) {
		if method[i] >= utf8.RuneSelf {
			return append(dst, strings.ToUpper(method)...)
		}
	}
	for i := range len(method) {
		c := method[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

func hashHex(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	var text [2 * sha256.Size]byte
	hex.Encode(text[:], sum[:])
	return string(text[:])
}
