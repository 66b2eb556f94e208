package connectjwt

import (
	"fmt"
	"strings"
	"time"
)

// The states of a Step.
const (
	StatePassed  = "passed"
	StateFailed  = "failed"
	StateSkipped = "skipped" // nothing to look at, or an earlier failure leaves nothing to go by
)

// Step is one check of a token with its outcome.
type Step struct {
	Rule    RuleID  `json:"rule"`
	Title   string  `json:"title"` // what is checked: "Token has not expired"
	State   string  `json:"state"` // passed, failed or skipped
	Verdict Verdict `json:"verdict"`
}

// Explain makes every check of Verify and goes on after a failure, so that a person sees all that
// is wrong at once. Only what cannot be judged any more is skipped.
func (c Check) Explain(raw string) []Step {
	t, err := Decode(raw)
	decode := Step{Rule: RuleMalformed, Title: "Token can be read", State: StatePassed, Verdict: Verdict{OK: true}}
	if err != nil {
		decode.State, decode.Verdict = StateFailed, decodeVerdict(err)
		decode.Rule = decode.Verdict.Rule
	} else {
		decode.Verdict.Summary = "three segments, header and claims are JSON"
	}
	steps := []Step{decode}
	keyless := false // without the right algorithm and key there is no signature to judge
	for _, r := range rules() {
		s := Step{Rule: r.id, Title: r.title, State: StateSkipped}
		if err == nil && !(keyless && r.id == RuleSignature) {
			s.Verdict = r.check(&c, &t)
		}
		switch {
		case s.Verdict.OK:
			s.State = StatePassed
			s.Verdict.Summary = r.held(&c, &t)
		case s.Verdict.Known():
			s.State = StateFailed
			keyless = keyless || r.id == RuleAlg || r.id == RuleKid || r.id == RuleTenant
		}
		steps = append(steps, s)
	}
	return steps
}

func heldAlgorithm(c *Check, _ *Token) string { return "alg is " + c.Algorithm }
func heldKeyID(_ *Check, t *Token) string     { return "kid is " + clip(t.Header.KeyID, 80) }
func heldTenant(_ *Check, t *Token) string {
	return "a shared secret is stored for " + clip(t.Claims.Issuer, 80)
}
func heldIssuer(_ *Check, t *Token) string { return "iss is " + clip(t.Claims.Issuer, 80) }
func heldSignature(c *Check, _ *Token) string {
	if c.Algorithm == RS256 {
		return "made with the install key"
	}
	return "made with the current shared secret"
}

func heldExpiry(c *Check, t *Token) string {
	at := time.Unix(t.Claims.Expires, 0)
	if !c.Now.Before(at) {
		return relative(at, c.Now, "expired", "expires") + ", within the leeway of " + span(c.Leeway)
	}
	return relative(at, c.Now, "expired", "expires")
}

func heldIssued(c *Check, t *Token) string {
	return relative(time.Unix(t.Claims.IssuedAt, 0), c.Now, "issued", "within the leeway, issued")
}

func heldNotBefore(c *Check, t *Token) string {
	return relative(time.Unix(t.Claims.NotBefore, 0), c.Now, "valid since", "within the leeway, valid")
}

func heldAudience(_ *Check, t *Token) string {
	return "aud names the receiver: " + strings.Join(t.Claims.Audience, ", ")
}

func heldHash(c *Check, t *Token) string {
	if c.QSH == QSHContext {
		return "qsh is the constant of a context token"
	}
	return fmt.Sprintf("qsh is the SHA-256 of %s", c.Request.Canonical())
}
