package tokens

import (
	"net/url"
	"strings"
)

// pasted is what was found in a pasted text.
type pasted struct {
	token string
	url   string // the request the token stood in, when it was pasted with it
}

// extract finds the token in what people paste: the token alone, broken over lines or not, an
// Authorization header, or a whole page URL with the token in its query.
func extract(text string) pasted {
	text = strings.TrimSpace(text)
	if u, err := url.Parse(text); err == nil && u.Scheme != "" && u.Host != "" {
		if token := u.Query().Get("jwt"); token != "" {
			return pasted{token: token, url: text}
		}
	}
	if value, found := cutFold(text, "authorization:"); found {
		text = strings.TrimSpace(value)
	}
	for _, scheme := range []string{"jwt ", "bearer "} {
		if value, found := cutFold(text, scheme); found {
			text = strings.TrimSpace(value)
		}
	}
	return pasted{token: strings.Join(strings.Fields(strings.Trim(text, `"'`)), "")}
}

// cutFold cuts prefix off text, in any case of letters.
func cutFold(text, prefix string) (after string, found bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return text, false
	}
	return text[len(prefix):], true
}

// tokenColumns is how many characters of a token stand on one line: a token is one word of
// several hundred, and a line nobody can see the end of shows little.
const tokenColumns = 56

// fold breaks a token into lines. Blanks and line breaks are no part of a token, so it can be
// copied and checked as it stands.
func fold(token string) string {
	var b strings.Builder
	for len(token) > tokenColumns {
		b.WriteString(token[:tokenColumns] + "\n")
		token = token[tokenColumns:]
	}
	b.WriteString(token)
	return b.String()
}

// unfolded reports whether a text has a line that is far longer than a folded token's.
func unfolded(text string) bool {
	for _, line := range strings.Split(text, "\n") {
		if len(line) > 2*tokenColumns {
			return true
		}
	}
	return false
}
