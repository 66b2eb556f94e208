package connectjwt

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// How long tokens of a host live. Source: protocol jwt.md §2.
const (
	HostTokenLife    = 180 * time.Second // pages, webhooks, lifecycle
	ContextTokenLife = 900 * time.Second // context tokens
)

// HostLeeway is how far an add-on's clock may be off when a host verifies; add-ons allow none.
// Source: protocol jwt.md §2, the Java reader's 30 seconds.
const HostLeeway = 30 * time.Second

// Header is the first segment of a token.
type Header struct {
	Type      string `json:"typ,omitempty"`
	Algorithm string `json:"alg,omitempty"`
	KeyID     string `json:"kid,omitempty"`
}

// Claims is the second segment of a token.
type Claims struct {
	Issuer    string                     // iss
	Subject   string                     // sub, "" = absent
	Audience  []string                   // aud, nil = absent (a string decodes to one element)
	IssuedAt  int64                      // iat, epoch seconds, 0 = absent
	Expires   int64                      // exp, epoch seconds, 0 = absent
	NotBefore int64                      // nbf, epoch seconds, 0 = absent
	QSH       string                     // qsh, a hash or ContextQSH
	Context   json.RawMessage            // context, valid JSON; nil = absent
	Extra     map[string]json.RawMessage // every other claim (tnt, ...)
}

// Token is a token taken apart. Decoding proves nothing about who made it.
type Token struct {
	Raw        string
	Header     Header
	Claims     Claims
	HeaderJSON []byte // first segment, decoded, as written
	ClaimsJSON []byte // second segment, decoded, as written
	Signature  []byte // third segment, decoded; empty for alg none
}

// DecodeError says why a text is no token. Its verdict has the rule RuleMissing or RuleMalformed.
type DecodeError struct {
	Verdict Verdict
	Err     error // the parser's own words, where there are any
}

func (e *DecodeError) Error() string {
	text := "decode token: " + e.Verdict.Summary
	if e.Verdict.Cause != "" {
		text += ": " + e.Verdict.Cause
	}
	return text
}

func (e *DecodeError) Unwrap() error { return e.Err }

// sendToken says what to do where no token was found. Source: protocol jwt.md §3.
const sendToken = "send the token in the header Authorization: JWT <token>, or as query parameter jwt for a page"

// Decode takes a token apart without checking its signature. On a *DecodeError the token holds
// what could be read up to there.
func Decode(raw string) (Token, error) {
	t := Token{Raw: raw}
	if raw == "" {
		return t, &DecodeError{Verdict: Verdict{
			Rule: RuleMissing, Summary: "no token",
			Expected: "a token of three segments", Received: "nothing",
			Fix: sendToken,
		}}
	}
	segments, err := split(raw)
	if err != nil {
		return t, err
	}
	buf := make([]byte, 0, base64.RawURLEncoding.DecodedLen(len(raw)))
	if t.HeaderJSON, buf, err = decodeSegment(buf, segments[0], "header"); err != nil {
		return t, err
	}
	if t.Header, err = parseHeader(t.HeaderJSON); err != nil {
		return t, err
	}
	if t.ClaimsJSON, buf, err = decodeSegment(buf, segments[1], "claims"); err != nil {
		return t, err
	}
	if t.Claims, err = parseClaims(t.ClaimsJSON); err != nil {
		return t, err
	}
	t.Signature, _, err = decodeSegment(buf, segments[2], "signature")
	return t, err
}

// FromHeader takes the token out of an Authorization header. The scheme is "JWT", upper case, one
// space behind it: add-on frameworks compare it so. Source: protocol jwt.md §3.
func FromHeader(authorization string) (token string, ok bool) {
	token, ok = strings.CutPrefix(authorization, "JWT ")
	return token, ok && token != ""
}

// NoToken is the verdict for a request in which no token was found; authorization is its
// Authorization header, which may come close.
func NoToken(authorization string) Verdict {
	v := Verdict{
		Rule: RuleMissing, Summary: "no token", At: Place{Part: "header", Name: "Authorization"},
		Expected: "Authorization: JWT <token>", Received: "no Authorization header",
		Cause: "the request carries no token",
		Fix:   sendToken,
	}
	if authorization == "" {
		return v
	}
	scheme, _, _ := strings.Cut(authorization, " ")
	v.Received = "Authorization: " + clip(scheme, 20) + " ..."
	switch {
	case scheme == "JWT":
		v.Cause = "nothing follows the scheme"
	case strings.EqualFold(scheme, "JWT"):
		v.Cause = "the scheme is not in upper case"
		v.Fix = "write JWT in capitals: frameworks compare it letter by letter"
	case strings.EqualFold(scheme, "Bearer"):
		v.Cause = "the scheme is Bearer, which is for OAuth access tokens"
		v.Fix = "send a Connect token with the scheme JWT"
	case strings.Count(authorization, ".") == 2:
		v.Cause = "the token stands without a scheme"
		v.Fix = "put JWT and one space in front of the token"
	default:
		v.Cause = "the scheme is " + clip(scheme, 20)
	}
	return v
}

func split(raw string) (segments [3]string, err error) {
	if n := strings.Count(raw, ".") + 1; n != 3 {
		v := malformed("", "not three segments", "three segments with a dot between", fmt.Sprintf("%d", n))
		v.Cause = "the token was cut off or is no JWT"
		v.Fix = "pass the whole token on, all three segments"
		return segments, &DecodeError{Verdict: v}
	}
	var rest string
	segments[0], rest, _ = strings.Cut(raw, ".")
	segments[1], segments[2], _ = strings.Cut(rest, ".")
	return segments, nil
}

// decodeSegment decodes one segment behind buf and returns it and the longer buf.
func decodeSegment(buf []byte, segment, part string) (decoded, longer []byte, err error) {
	start := len(buf)
	longer, err = base64.RawURLEncoding.AppendDecode(buf, []byte(segment))
	// The decoder skips line breaks, which no token may hold.
	if err == nil && strings.IndexByte(segment, '\n') < 0 && strings.IndexByte(segment, '\r') < 0 {
		return longer[start:len(longer):len(longer)], longer, nil
	}
	v := malformed(part, part+" is not base64url", "letters, digits, - and _ only", clip(segment, 40))
	v.At.Offset = len(segment)
	for i := range len(segment) {
		if c := segment[i]; !isAlphanumeric(c) && c != '-' && c != '_' {
			v.At.Offset = i
			break
		}
	}
	switch {
	case strings.ContainsAny(segment, "+/"):
		v.Cause = "it is written in ordinary base64"
		v.Fix = "use base64url: - for +, _ for /, no padding"
	case strings.Contains(segment, "="):
		v.Cause = "it is padded with ="
		v.Fix = "leave the padding out"
	case strings.ContainsAny(segment, " \t\r\n"):
		v.Cause = "there is a blank or a line break in it"
		v.Fix = "pass the token on as one unbroken text"
	}
	return nil, buf, &DecodeError{Verdict: v, Err: err}
}

func malformed(part, summary, expected, received string) Verdict {
	return Verdict{
		Rule: RuleMalformed, Summary: summary, Expected: expected, Received: received,
		At: Place{Part: placeOf(part)},
	}
}

// placeOf maps a segment to the parts that Place knows.
func placeOf(segment string) string {
	if segment == "claims" {
		return "claim"
	}
	return segment
}

// clip shortens text for display to n bytes, without cutting a character.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "") + "…"
}
