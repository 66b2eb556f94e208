package inspect

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// TokenPlaceholder stands for the token in a copied command, unless the token is asked for:
// a command is easily pasted where a valid token should not go.
const TokenPlaceholder = "PASTE_A_TOKEN_HERE"

// Message is the request of an exchange, as Curl and the panes need it.
type Message struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
	Token  string // the JWT somewhere in URL or Header; "" for none
}

// Curl writes the request as a command for a POSIX shell. Without withToken every appearance
// of the token is replaced by TokenPlaceholder. Headers that curl makes itself are left out.
func Curl(m Message, withToken bool) string {
	var b strings.Builder
	b.WriteString("curl")
	if m.Method != http.MethodGet {
		b.WriteString(" -X " + quote(m.Method))
	}
	for _, name := range sortedNames(m.Header) {
		if curlMakes[name] {
			continue
		}
		for _, value := range m.Header[name] {
			b.WriteString(" \\\n  -H " + quote(name+": "+value))
		}
	}
	if len(m.Body) > 0 {
		if utf8.Valid(m.Body) {
			b.WriteString(" \\\n  --data-binary " + quote(string(m.Body)))
		} else {
			b.WriteString(" \\\n  --data-binary @body.bin")
		}
	}
	b.WriteString(" \\\n  " + quote(m.URL))
	if m.Token == "" || withToken {
		return b.String()
	}
	return strings.ReplaceAll(b.String(), m.Token, TokenPlaceholder)
}

// curlMakes are the headers curl computes; sending the recorded ones would contradict the rest.
var curlMakes = set("Content-Length", "Host", "Accept-Encoding", "Connection")

func sortedNames(h http.Header) []string {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// quote makes s one word of a POSIX shell.
func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
