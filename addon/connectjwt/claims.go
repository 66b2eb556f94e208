package connectjwt

import (
	"encoding/json"
	"math"
	"strconv"
)

// parseHeader reads the header segment. Fields a Connect token does not use are passed over.
func parseHeader(text []byte) (Header, error) {
	var h Header
	if h.scan(string(text)) {
		return h, nil
	}
	h = Header{}
	members, err := objectMembers(text, "header")
	if err != nil {
		return h, err
	}
	for name, field := range map[string]*string{"typ": &h.Type, "alg": &h.Algorithm, "kid": &h.KeyID} {
		if err := textMember(members, "header", name, field); err != nil {
			return h, err
		}
	}
	return h, nil
}

// scan reads the plain spelling; false means that the general parser has to look at it.
func (h *Header) scan(text string) bool {
	s := objectScanner{text: text}
	for s.next() {
		var field *string
		switch s.name {
		case "typ":
			field = &h.Type
		case "alg":
			field = &h.Algorithm
		case "kid":
			field = &h.KeyID
		default:
			continue
		}
		if s.kind != '"' {
			return false
		}
		*field = s.value
	}
	return s.done
}

// parseClaims reads the claims segment. Both ways give the same claims; the scanner only knows the
// spellings that hosts use, the general parser knows all.
func parseClaims(text []byte) (Claims, error) {
	var c Claims
	if c.scan(string(text)) {
		return c, nil
	}
	return parseAnyClaims(text)
}

func (c *Claims) scan(text string) bool {
	s := objectScanner{text: text}
	for s.next() {
		ok := true
		switch s.name {
		case "iss":
			c.Issuer, ok = s.value, s.kind == '"'
		case "sub":
			c.Subject, ok = s.value, s.kind == '"'
		case "qsh":
			c.QSH, ok = s.value, s.kind == '"'
		case "iat":
			c.IssuedAt, ok = s.integer()
		case "exp":
			c.Expires, ok = s.integer()
		case "nbf":
			c.NotBefore, ok = s.integer()
		case "aud":
			c.Audience, ok = s.texts()
		case "context":
			c.Context = json.RawMessage(s.raw)
		default:
			if c.Extra == nil {
				c.Extra = make(map[string]json.RawMessage)
			}
			c.Extra[s.name] = json.RawMessage(s.raw)
		}
		if !ok {
			return false
		}
	}
	return s.done
}

func parseAnyClaims(text []byte) (Claims, error) {
	var c Claims
	members, err := objectMembers(text, "claims")
	if err != nil {
		return c, err
	}
	texts := []struct {
		name  string
		field *string
	}{{"iss", &c.Issuer}, {"sub", &c.Subject}, {"qsh", &c.QSH}}
	for _, m := range texts {
		if err := textMember(members, "claims", m.name, m.field); err != nil {
			return c, err
		}
	}
	times := []struct {
		name  string
		field *int64
	}{{"iat", &c.IssuedAt}, {"exp", &c.Expires}, {"nbf", &c.NotBefore}}
	for _, m := range times {
		if err := timeMember(members, m.name, m.field); err != nil {
			return c, err
		}
	}
	if c.Audience, err = audienceMember(members); err != nil {
		return c, err
	}
	c.Context = takeMember(members, "context")
	if len(members) > 0 {
		c.Extra = members
	}
	return c, nil
}

// objectMembers parses a segment that must be one JSON object.
func objectMembers(text []byte, part string) (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	err := json.Unmarshal(text, &members)
	if err == nil && members != nil {
		return members, nil
	}
	v := malformed(part, part+" is not a JSON object", "a JSON object", clip(string(text), 60))
	if syntax, ok := err.(*json.SyntaxError); ok {
		v.At.Offset = int(syntax.Offset)
		v.Cause = syntax.Error()
	}
	return nil, &DecodeError{Verdict: v, Err: err}
}

// takeMember removes a member and returns its value; null counts as absent.
func takeMember(members map[string]json.RawMessage, name string) json.RawMessage {
	raw := members[name]
	delete(members, name)
	if string(raw) == "null" {
		return nil
	}
	return raw
}

func textMember(members map[string]json.RawMessage, part, name string, field *string) error {
	raw := takeMember(members, name)
	if raw == nil {
		return nil
	}
	if err := json.Unmarshal(raw, field); err != nil {
		return wrongType(part, name, "a text", raw, err)
	}
	return nil
}

// timeMember reads a NumericDate; a fraction of a second is dropped.
func timeMember(members map[string]json.RawMessage, name string, field *int64) error {
	raw := takeMember(members, name)
	if raw == nil {
		return nil
	}
	var seconds float64
	err := json.Unmarshal(raw, &seconds)
	const exact = 1 << 53 // seconds beyond are not exact in any JSON number, and no date
	if err != nil || math.Abs(seconds) > exact {
		return wrongType("claims", name, "a number of seconds since 1970", raw, err)
	}
	*field = int64(seconds)
	return nil
}

func audienceMember(members map[string]json.RawMessage) ([]string, error) {
	raw := takeMember(members, "aud")
	if raw == nil {
		return nil, nil
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}, nil
	}
	var many []string
	if err := json.Unmarshal(raw, &many); err != nil {
		return nil, wrongType("claims", "aud", "a text or an array of texts", raw, err)
	}
	return many, nil
}

func wrongType(part, name, expected string, raw json.RawMessage, err error) error {
	v := malformed(part, name+" is not "+expected, expected, clip(string(raw), 60))
	v.At.Name = name
	v.Fix = "write " + name + " as " + expected
	return &DecodeError{Verdict: v, Err: err}
}

// appendJSON appends the claims in the order a host writes them: sub, qsh, iss, context, exp, iat,
// aud, and then the rest by name.
func (c Claims) appendJSON(dst []byte) []byte {
	dst = append(dst, '{')
	dst = appendTextClaim(dst, "sub", c.Subject)
	dst = appendTextClaim(dst, "qsh", c.QSH)
	dst = appendTextClaim(dst, "iss", c.Issuer)
	if len(c.Context) > 0 {
		dst = append(appendName(dst, "context"), c.Context...)
	}
	dst = appendTimeClaim(dst, "exp", c.Expires)
	dst = appendTimeClaim(dst, "iat", c.IssuedAt)
	if c.Audience != nil {
		dst = append(appendName(dst, "aud"), '[')
		for i, one := range c.Audience {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendText(dst, one)
		}
		dst = append(dst, ']')
	}
	dst = appendTimeClaim(dst, "nbf", c.NotBefore)
	for _, name := range sortedNames(c.Extra) {
		dst = append(appendName(dst, name), c.Extra[name]...)
	}
	return append(dst, '}')
}

func appendTextClaim(dst []byte, name, value string) []byte {
	if value == "" {
		return dst
	}
	return appendText(appendName(dst, name), value)
}

func appendTimeClaim(dst []byte, name string, value int64) []byte {
	if value == 0 {
		return dst
	}
	return strconv.AppendInt(appendName(dst, name), value, 10)
}

func appendName(dst []byte, name string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	return append(appendText(dst, name), ':')
}
