package connectjwt

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"connect-workbench/sharedtest"
)

type sharedVectors struct {
	Vectors []struct {
		ID, Via, Method, URL, Pathname, BaseURL string
		Query, FormBody                         map[string]any
		Canonical, QSH                          string
	}
	ExpressDivergences struct {
		Rows []struct {
			Method, OriginalURL, CanonicalExpressQs, CanonicalPlain string
			Same                                                    bool
		}
	}
}

func TestSharedQSHVectors(t *testing.T) {
	var shared sharedVectors
	readJSON(t, sharedtest.File(t, "protocol/qsh-vectors.json"), &shared)
	if len(shared.Vectors) < 54 {
		t.Fatalf("only %d vectors", len(shared.Vectors))
	}
	for _, v := range shared.Vectors {
		t.Run(v.ID, func(t *testing.T) {
			r := Request{Method: v.Method, Base: v.BaseURL, Form: encodeFields(v.FormBody)}
			switch v.Via {
			case "fromMethodAndUrl", "fromMethodAndPathAndBody":
				r.Target = v.URL
			case "object":
				r.Target = v.Pathname + "?" + encodeFields(v.Query)
			default:
				t.Fatalf("unknown via %q", v.Via)
			}
			checkCanonical(t, r, v.Canonical, v.QSH)
		})
	}
}

// Express 4 hands its add-on parameters from another parser. We sign by the plain rules, and name
// the difference when a token was signed by those of Express.
func TestSharedExpressDivergences(t *testing.T) {
	var shared sharedVectors
	readJSON(t, sharedtest.File(t, "protocol/qsh-vectors.json"), &shared)
	rows := shared.ExpressDivergences.Rows
	if len(rows) < 14 {
		t.Fatalf("only %d rows", len(rows))
	}
	for _, row := range rows {
		t.Run(row.OriginalURL, func(t *testing.T) {
			r := Request{Method: row.Method, Target: row.OriginalURL}
			if got := r.Canonical(); got != row.CanonicalPlain {
				t.Errorf("got %q, want %q", got, row.CanonicalPlain)
			}
			if same := r.Canonical() == row.CanonicalExpressQs; same != row.Same {
				t.Errorf("same as Express: %v, documented as %v", same, row.Same)
			}
			if !row.Same {
				v := (&Check{Request: r}).explainHash(hashHex([]byte(row.CanonicalExpressQs)))
				t.Logf("documented difference, told as %q", v.Cause)
			}
		})
	}
}

func encodeFields(fields map[string]any) string {
	form := url.Values{}
	for name, value := range fields {
		if text, ok := value.(string); ok {
			form.Add(name, text)
			continue
		}
		for _, one := range value.([]any) {
			form.Add(name, one.(string))
		}
	}
	return form.Encode()
}

func TestSharedTokens(t *testing.T) {
	var shared struct {
		SharedSecret, ClientKey, AddonKey, PublicKeyPem string
		Tokens                                          []struct {
			Name, Token, Key, Expect string
			Request                  *struct{ Method, URL string }
			Now                      int64
		}
	}
	readJSON(t, sharedtest.File(t, "protocol/jwt-tokens.json"), &shared)
	public, err := ParsePublicKey([]byte(shared.PublicKeyPem))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range shared.Tokens {
		t.Run(tc.Name, func(t *testing.T) {
			c := Check{Algorithm: HS256, Secret: shared.SharedSecret, Now: time.Unix(tc.Now, 0)}
			if tc.Key == "rsa" {
				c = Check{Algorithm: RS256, PublicKey: public, Issuer: shared.ClientKey,
					Audience: []string{"https://addon.example.test"}, Now: c.Now}
			}
			if tc.Request != nil {
				c.Request = Request{Method: tc.Request.Method, Target: tc.Request.URL}
			}
			_, v := c.Verify(tc.Token)
			if want := expectedRule(tc.Expect); v.Rule != want {
				t.Errorf("rule %q (%s), want %q for %q", v.Rule, v.Cause, want, tc.Expect)
			}
			if want := sharedCause(tc.Name); v.Cause != want {
				t.Errorf("cause %q, want %q", v.Cause, want)
			}
			checkComplete(t, v)
			if tc.Name == "addon-to-host" {
				c.Issuer, c.Audience, c.AudienceOptional, c.Leeway = shared.AddonKey, []string{shared.ClientKey}, true, HostLeeway
				if _, v := c.Verify(tc.Token); !v.OK {
					t.Errorf("a host refuses it: %+v", v)
				}
			}
			if tc.Request == nil {
				c.QSH = QSHContext
				if _, v := c.Verify(tc.Token); !v.OK {
					t.Errorf("refused on a context endpoint: %+v", v)
				}
			}
		})
	}
}

// expectedRule maps the words of the shared file to our rules.
func expectedRule(expect string) RuleID {
	for _, m := range []struct {
		words string
		rule  RuleID
	}{
		{"expired", RuleExp}, {"qsh differs", RuleQSH}, {"reject on all others", RuleQSH}, {"signature", RuleSignature},
		{"must be RS256", RuleAlg}, {"algorithm", RuleAlg}, {"audience", RuleAud}, {"no key id", RuleKid},
		{"not three segments", RuleMalformed}, {"accept", RuleOK},
	} {
		if strings.Contains(expect, m.words) {
			return m.rule
		}
	}
	return "no rule for these words"
}

// sharedCause is the sentence a refused token of the shared file is given.
func sharedCause(name string) string {
	return map[string]string{
		"page-request-at-expiry":    "expired just now; this receiver allows no leeway",
		"page-request-other-query":  "the parameter x was not signed",
		"page-request-wrong-secret": "the key is another one, or the token was changed after signing",
		"context-token":             "the token is bound to a page's context, not to this request",
		"hs384":                     "Connect uses HS256 and RS256 only",
		"alg-none":                  "the token is not signed at all",
		"signed-install-wrong-aud":  "the token is meant for somebody else",
		"signed-install-no-kid":     "the header names no key",
		"key-confusion":             "signed with a shared secret where the install key is required",
		"truncated":                 "the token was cut off or is no JWT",
	}[name]
}
