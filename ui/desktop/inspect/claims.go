package inspect

import (
	"bytes"
	"encoding/json"
	"time"

	"connect-workbench/addon/connectjwt"
)

// Claim is one member of a token's header or claims, for a person to read.
type Claim struct {
	Name  string
	Value string // as in the token: text without its quotes, anything else as JSON
	Words string // what it means; times relative to a moment
}

// HeaderClaims are the members of the token's header in the order they were written.
func HeaderClaims(t connectjwt.Token) []Claim {
	return members(t.HeaderJSON, func(name, value string) string { return headerWords[name] })
}

// Claims are the token's claims in the order they were written, with times said relative to
// now: the clock for a pasted token, the time of the request for a recorded one.
func Claims(t connectjwt.Token, now time.Time) []Claim {
	times := map[string]int64{"iat": t.Claims.IssuedAt, "exp": t.Claims.Expires, "nbf": t.Claims.NotBefore}
	return members(t.ClaimsJSON, func(name, value string) string {
		if seconds := times[name]; seconds != 0 {
			at := time.Unix(seconds, 0)
			return claimWords[name] + " " + at.Local().Format("2006-01-02 15:04:05") + ", " + Ago(at, now)
		}
		if name == "qsh" && value == connectjwt.ContextQSH {
			return "bound to a page's context, not to a request"
		}
		return claimWords[name]
	})
}

// headerWords and claimWords say what the members mean. Source: protocol jwt.md §1 and §2.
var headerWords = map[string]string{
	"typ": "kind of token",
	"alg": "how it is signed",
	"kid": "name of the public key to verify with",
}

var claimWords = map[string]string{
	"iss":     "who signed it",
	"sub":     "the acting user",
	"aud":     "who it is meant for",
	"iat":     "issued",
	"exp":     "expires",
	"nbf":     "not valid before",
	"qsh":     "hash of method, path and query",
	"context": "what the page is about",
}

// members lists the members of a JSON object in order. Text that is no object has none.
func members(object []byte, words func(name, value string) string) []Claim {
	d := json.NewDecoder(bytes.NewReader(object))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil
	}
	var claims []Claim
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return claims
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return claims
		}
		key, _ := name.(string) // a member's name is always a string
		text := plainValue(value)
		claims = append(claims, Claim{Name: key, Value: text, Words: words(key, text)})
	}
	return claims
}

// plainValue writes a JSON string without its quotes and anything else compactly.
func plainValue(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	var compact bytes.Buffer
	if json.Compact(&compact, value) != nil {
		return string(value)
	}
	return compact.String()
}
