package connectjwt

// RuleID names one rule a request or token can break, for example "jwt.qsh".
// Ids are stable: they appear in the log, in filters, in JSON output and in docs.
type RuleID string

// The rules a token check can name. The order is the order in which Verify looks at them.
const (
	RuleOK        RuleID = ""              // nothing was broken
	RuleMissing   RuleID = "jwt.missing"   // no token where one is required
	RuleMalformed RuleID = "jwt.malformed" // not three base64url segments of JSON
	RuleAlg       RuleID = "jwt.alg"       // header alg is not the one expected here
	RuleKid       RuleID = "jwt.kid"       // RS256 token without a usable kid
	RuleIss       RuleID = "jwt.iss"       // issuer missing or not the expected party
	RuleTenant    RuleID = "jwt.tenant"    // issuer is not known to the verifier (no secret stored)
	RuleSignature RuleID = "jwt.signature" // signature does not match the key
	RuleExp       RuleID = "jwt.exp"       // expired, or exp missing
	RuleIat       RuleID = "jwt.iat"       // iat missing or in the future
	RuleNbf       RuleID = "jwt.nbf"       // not valid yet
	RuleAud       RuleID = "jwt.aud"       // audience is not the verifier
	RuleQSH       RuleID = "jwt.qsh"       // query string hash does not match the request
)

// Place says where in an exchange a verdict points to.
type Place struct {
	Part   string `json:"part,omitempty"`   // "header", "claim", "signature", "request", "answer"
	Name   string `json:"name,omitempty"`   // claim or header name
	Offset int    `json:"offset,omitempty"` // byte offset of the first difference between Expected and Received
}

// Verdict is the outcome of one check, as data. The window, the CLI, exports and the
// built-in add-on's error bodies all render this same value.
type Verdict struct {
	OK       bool   `json:"ok"`
	Rule     RuleID `json:"rule,omitempty"`     // which rule was broken; empty when OK
	Summary  string `json:"summary,omitempty"`  // one short line: "qsh does not match"
	Expected string `json:"expected,omitempty"` // what the verifier computed or requires
	Received string `json:"received,omitempty"` // what the token or request carried
	At       Place  `json:"at,omitzero"`
	Cause    string `json:"cause,omitempty"` // named cause: "the base path was left in"
	Fix      string `json:"fix,omitempty"`   // what to do about it
}

// Known reports whether a check took place at all; the zero Verdict means "nobody looked".
func (v Verdict) Known() bool { return v.OK || v.Rule != "" }
