package inspect

import (
	"bytes"
	"encoding/json"

	"connect-workbench/addon/connectjwt"
)

// Claim is one member of a token's header or claims, for a person to read.
type Claim struct {
	Name    string
	Meaning string // what members of this name are for; empty when the protocol does not know it
	Value   string // as in the token: text without its quotes, anything else as JSON
	Words   string // what this value says: "2026-11-23 10:02:48, expires in 2 min 48 s"; mostly empty
}

// HeaderClaims are the members of the token's header in the order they were written.
func HeaderClaims(t connectjwt.Token) []Claim {
	claims := members(t.HeaderJSON)
	for i, c := range claims {
		claims[i].Meaning = headerMeanings[c.Name]
	}
	return claims
}

// Claims are the token's claims in the order they were written. times are the token's own, in
// words as of now for a pasted token and as of the request for a recorded one.
func Claims(t connectjwt.Token, times []connectjwt.TimeClaim) []Claim {
	claims := members(t.ClaimsJSON)
	for i, c := range claims {
		claims[i].Meaning = claimMeanings[c.Name]
		if c.Name == "qsh" && c.Value == connectjwt.ContextQSH {
			claims[i].Words = "bound to a page's context, not to a request"
		}
		for _, moment := range times {
			if moment.Name == c.Name {
				claims[i].Words = moment.At.Local().Format(dateAndClock) + ", " + moment.Words
			}
		}
	}
	return claims
}

// headerMeanings and claimMeanings say what the members mean. Source: protocol jwt.md §1 and §2.
var headerMeanings = map[string]string{
	"typ": "kind of token",
	"alg": "how it is signed",
	"kid": "name of the public key to verify with",
}

var claimMeanings = map[string]string{
	"iss":     "who signed it",
	"sub":     "the acting user",
	"aud":     "who it is meant for",
	"iat":     "time of issue",
	"exp":     "end of validity",
	"nbf":     "start of validity",
	"qsh":     "hash of method, path and query",
	"context": "what the page is about",
}

// members lists the members of a JSON object in order. Text that is no object has none.
func members(object []byte) []Claim {
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
		claims = append(claims, Claim{Name: key, Value: plainValue(value)})
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
