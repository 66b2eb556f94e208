package connectjwt

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// QSHMode says what a verifier wants in the qsh claim. An endpoint has to choose one: a receiver
// that takes both lets a context token through as if it were bound to the request.
// Source: protocol jwt.md §3.
type QSHMode int

// The modes of a qsh check.
const (
	QSHRequest QSHMode = iota // the hash of this request, computed anew
	QSHContext                // the constant ContextQSH
	QSHIgnored                // not looked at
)

// OldSecret is the shared secret of an earlier installation. It never makes a token valid; it only
// lets a verdict say where the token comes from.
type OldSecret struct {
	Secret string
	Label  string // tells the installations apart, for example "installed 2026-11-23 10:04"
}

// Check is what a receiver knows and wants of a token.
type Check struct {
	Algorithm  string         // HS256 or RS256, required: the token never chooses it
	Secret     string         // for HS256; "" means that no secret is stored for the issuer
	PublicKey  *rsa.PublicKey // for RS256; nil means that no key is known for the kid
	OldSecrets []OldSecret    // only to explain a signature that does not match
	Issuer     string         // required iss; "" = any non-empty
	Audience   []string       // nil: aud not looked at; otherwise one of these must be in aud (compared without one trailing slash)
	// AudienceOptional lets a token without aud through although Audience is set, as a host does.
	AudienceOptional bool
	// IssuedAtOptional lets a token without iat through, as an OAuth server does.
	IssuedAtOptional bool
	QSH              QSHMode
	Request          Request
	// BaseName is what the receiver calls the path of its base URL, for verdicts: "context path" at a
	// host. "" is "base path".
	BaseName string
	// Body is the request body, only to explain a qsh that counts it; the verdict then shows it, so it must
	// hold no secret. "" is none, or not known.
	Body   string
	Now    time.Time
	Leeway time.Duration // applied to exp, nbf, iat
}

// rule is one check of a token. A zero Verdict means that there was nothing to look at.
type rule struct {
	id    RuleID
	title string
	check func(*Check, *Token) Verdict
	held  func(*Check, *Token) string // what was found in order; for Explain
}

// rules lists the checks in the order in which they are made: nothing in a token is believed, not
// even its clock, before the signature has been proven.
func rules() [10]rule {
	return [...]rule{
		{RuleAlg, "Algorithm is the one expected", (*Check).algorithm, heldAlgorithm},
		{RuleKid, "Install key is known", (*Check).keyID, heldKeyID},
		{RuleIss, "Issuer is the right party", (*Check).issuer, heldIssuer},
		{RuleTenant, "Shared secret is known", (*Check).tenant, heldTenant},
		{RuleSignature, "Signature matches the key", (*Check).signature, heldSignature},
		{RuleExp, "Token has not expired", (*Check).expiry, heldExpiry},
		{RuleIat, "Token was issued in the past", (*Check).issued, heldIssued},
		{RuleNbf, "Token is valid already", (*Check).notBefore, heldNotBefore},
		{RuleAud, "Token is meant for the receiver", (*Check).audience, heldAudience},
		{RuleQSH, "Query string hash matches the request", (*Check).hash, heldHash},
	}
}

// Verify judges a token and stops at the first broken rule. The token is filled as far as it
// decodes; nothing in it may be trusted unless the verdict is OK.
func (c Check) Verify(raw string) (Token, Verdict) {
	t, err := Decode(raw)
	if err != nil {
		return t, decodeVerdict(err)
	}
	for _, r := range rules() {
		if v := r.check(&c, &t); v.Known() && !v.OK {
			return t, v
		}
	}
	return t, Verdict{OK: true, Summary: "token is valid"}
}

func decodeVerdict(err error) Verdict {
	if e, ok := err.(*DecodeError); ok {
		return e.Verdict
	}
	return Verdict{Rule: RuleMalformed, Summary: "token cannot be read", Cause: err.Error()}
}

func passed() Verdict { return Verdict{OK: true} }

func (c *Check) algorithm(t *Token) Verdict {
	got := t.Header.Algorithm
	if got == c.Algorithm && (got == HS256 || got == RS256) {
		return passed()
	}
	v := Verdict{
		Rule: RuleAlg, Summary: "algorithm is not " + c.Algorithm, At: Place{Part: "header", Name: "alg"},
		Expected: c.Algorithm, Received: quoteOrNone(got),
	}
	switch {
	case got == "":
		v.Cause = "the header has no alg"
	case strings.EqualFold(got, "none"):
		v.Cause = "the token is not signed at all"
	case c.Algorithm == RS256 && got == HS256:
		v.Cause = "signed with a shared secret where the install key is required"
		v.Fix = "sign installed and uninstalled with RS256; never take the public key as a secret"
	case c.Algorithm == HS256 && got == RS256:
		v.Cause = "signed with the install key; only installed and uninstalled are"
	case strings.EqualFold(got, c.Algorithm):
		v.Cause = "the name is not in upper case"
	default:
		v.Cause = "Connect uses HS256 and RS256 only"
	}
	if v.Fix == "" {
		v.Fix = "sign with " + c.Algorithm + " and say so in the header"
	}
	return v
}

func (c *Check) keyID(t *Token) Verdict {
	if c.Algorithm != RS256 {
		return Verdict{}
	}
	v := Verdict{
		Rule: RuleKid, Summary: "no install key", At: Place{Part: "header", Name: "kid"},
		Expected: "a kid that the install-key server knows", Received: quoteOrNone(t.Header.KeyID),
	}
	switch {
	case t.Header.KeyID == "":
		v.Cause = "the header names no key"
		v.Fix = "name the key in the header: kid is what the receiver asks the install-key server for"
	case c.PublicKey == nil:
		v.Cause = "no public key is known for this kid"
		v.Fix = "point the receiver to the install-key server of the host that signed"
	default:
		return passed()
	}
	return v
}

func (c *Check) issuer(t *Token) Verdict {
	got := t.Claims.Issuer
	if got != "" && (c.Issuer == "" || got == c.Issuer) {
		return passed()
	}
	v := Verdict{
		Rule: RuleIss, Summary: "issuer is not the expected party", At: Place{Part: "claim", Name: "iss"},
		Expected: c.Issuer, Received: quoteOrNone(got),
		Fix: "from host to add-on iss is the clientKey, from add-on to host it is the add-on key",
	}
	switch {
	case got == "":
		v.Summary, v.Cause = "no issuer", "the claim iss is missing"
		if c.Issuer == "" {
			v.Expected = "the clientKey or the add-on key"
		}
	case slices.Contains(t.Claims.Audience, c.Issuer):
		v.Cause = "issuer and audience are swapped"
	case strings.EqualFold(got, c.Issuer):
		v.Cause = "it differs in upper and lower case"
	case strings.TrimSpace(got) == c.Issuer:
		v.Cause = "there are blanks around it"
	default:
		v.Cause = "another party made the token"
	}
	return v
}

func (c *Check) tenant(t *Token) Verdict {
	if c.Algorithm != HS256 {
		return Verdict{}
	}
	if c.Secret != "" {
		return passed()
	}
	return Verdict{
		Rule: RuleTenant, Summary: "issuer is not known", At: Place{Part: "claim", Name: "iss"},
		Expected: "an issuer whose shared secret is stored", Received: quoteOrNone(t.Claims.Issuer),
		Cause: "no shared secret is stored for it",
		Fix:   "install the add-on on this site; if it is installed, keep the secret that the installed callback brings",
	}
}

func (c *Check) signature(t *Token) Verdict {
	dot := strings.LastIndexByte(t.Raw, '.')
	input, text := t.Raw[:dot], t.Raw[dot+1:]
	if c.Algorithm == RS256 {
		return c.rsaSignature(t, input, text)
	}
	if signedWith([]byte(c.Secret), input, text) {
		return passed()
	}
	v := Verdict{
		Rule: RuleSignature, Summary: "signature does not match", At: Place{Part: "signature"},
		Expected: "an HMAC-SHA-256 made with the current shared secret",
		Received: "an HMAC made with another key, or of other claims",
	}
	v.Cause, v.Fix = c.explainSecret(t, input, text)
	return v
}

func (c *Check) rsaSignature(t *Token, input, text string) Verdict {
	err := jwt.SigningMethodRS256.Verify(input, t.Signature, c.PublicKey)
	if err == nil && base64.RawURLEncoding.EncodeToString(t.Signature) == text {
		return passed()
	}
	return Verdict{
		Rule: RuleSignature, Summary: "signature does not match", At: Place{Part: "signature"},
		Expected: "an RS256 signature by the install key " + clip(t.Header.KeyID, 80),
		Received: "a signature by another key, or of other claims",
		Cause:    "the key that was fetched for this kid did not make the signature",
		Fix:      "check that the install-key server is the one of the host that signed",
	}
}

// signedWith compares encoded text, not bytes, so that the spare bits of the last letter count too.
func signedWith(key []byte, input, text string) bool {
	sum := mac(key, []byte(input))
	var want [macTextLength]byte
	base64.RawURLEncoding.Encode(want[:], sum[:])
	return subtle.ConstantTimeCompare(want[:], []byte(text)) == 1
}

// explainSecret looks for the key that did sign, among those that people take by mistake.
func (c *Check) explainSecret(t *Token, input, text string) (cause, fix string) {
	for _, old := range c.OldSecrets {
		if signedWith([]byte(old.Secret), input, text) {
			return "signed with the shared secret of an earlier installation (" + old.Label + ")",
				"store the secret of every installed callback; the newest one counts"
		}
	}
	for _, wrong := range mistakenKeys(c.Secret, t.Claims.Issuer) {
		if signedWith(wrong.key, input, text) {
			return wrong.cause, "take the bytes of the shared secret as they were delivered"
		}
	}
	if len(t.Signature) == 0 {
		return "the signature is empty", "sign the token with the shared secret"
	}
	return "the key is another one, or the token was changed after signing",
		"compare the stored secret with the one of the last installed callback"
}

type mistakenKey struct {
	key   []byte
	cause string
}

func mistakenKeys(secret, issuer string) []mistakenKey {
	keys := []mistakenKey{
		{[]byte(secret + "\n"), "a line break was left behind the shared secret"},
		{[]byte(strings.TrimSpace(secret)), "blanks of the shared secret were cut off"},
		{[]byte(`"` + secret + `"`), "the shared secret was taken with its quotes"},
		{[]byte(issuer), "signed with the issuer's name instead of the shared secret"},
		{nil, "signed with an empty secret"},
	}
	for _, encoding := range []*base64.Encoding{
		base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding,
	} {
		if decoded, err := encoding.DecodeString(secret); err == nil {
			keys = append(keys, mistakenKey{decoded, "the shared secret was base64-decoded before use"})
		}
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(secret))
	return append(keys, mistakenKey{[]byte(encoded), "the shared secret was base64-encoded before use"})
}

func (c *Check) audience(t *Token) Verdict {
	got := t.Claims.Audience
	if c.Audience == nil || got == nil && c.AudienceOptional {
		return Verdict{}
	}
	for _, wanted := range c.Audience {
		for _, one := range got {
			if strings.TrimSuffix(one, "/") == strings.TrimSuffix(wanted, "/") {
				return passed()
			}
		}
	}
	v := Verdict{
		Rule: RuleAud, Summary: "audience is not the receiver", At: Place{Part: "claim", Name: "aud"},
		Expected: strings.Join(c.Audience, " or "), Received: quoteOrNone(strings.Join(got, ", ")),
		Cause: "the token is meant for somebody else",
		Fix:   "for installed and uninstalled aud is the add-on's base URL, from add-on to host it is the clientKey",
	}
	if len(got) == 0 {
		v.Summary, v.Cause = "no audience", "the claim aud is missing"
	} else if slices.ContainsFunc(c.Audience, func(wanted string) bool { return sameButScheme(wanted, got[0]) }) {
		v.Cause = "it differs in http and https"
	}
	return v
}

func sameButScheme(a, b string) bool {
	_, a, foundA := strings.Cut(a, "://")
	_, b, foundB := strings.Cut(b, "://")
	return foundA && foundB && strings.TrimSuffix(a, "/") == strings.TrimSuffix(b, "/")
}

func (c *Check) hash(t *Token) Verdict {
	got := t.Claims.QSH
	switch c.QSH {
	case QSHIgnored:
		return Verdict{}
	case QSHContext:
		return contextHash(got)
	}
	if hmac.Equal([]byte(got), []byte(c.Request.QSH())) {
		return passed()
	}
	if c.Request.Form != "" {
		queryOnly := c.Request
		queryOnly.Form = ""
		if got == queryOnly.QSH() {
			return passed()
		}
	}
	return c.explainHash(got)
}

func contextHash(got string) Verdict {
	if got == ContextQSH {
		return passed()
	}
	v := Verdict{
		Rule: RuleQSH, Summary: "not a context token", At: Place{Part: "claim", Name: "qsh"},
		Expected: ContextQSH, Received: quoteOrNone(got),
		Cause: "the token is bound to a request",
		Fix:   "send the token that AP.context.getToken gives, not the one of the page URL",
	}
	if got == "" {
		v.Summary, v.Cause = "no query string hash", "the claim qsh is missing"
	}
	return v
}

// quoteOrNone shows a received value so that blanks and emptiness can be seen.
func quoteOrNone(value string) string {
	if value == "" {
		return "none"
	}
	return clip(value, 200)
}
