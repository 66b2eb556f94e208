package connectjwt

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// mistakenRequests between them give every known mistake something to go wrong with.
func mistakenRequests() []Check {
	at := func(method, target, base, form, body string) Check {
		return Check{Request: Request{Method: method, Target: target, Base: base, Form: form}, Body: body}
	}
	return []Check{
		at("GET", "/base/panel/?q=a+b&tag=z&tag=a&path=%2Fx%2Fy&cp=&n(1)=~&flag&xdm_e=h&jwt=a.b.c", "https://addon.example.com/base", "", ""),
		at("get", "/a%20b/c%2Fd/caf%c3%a9/r&d//x/../E/?a=1", "", "", ""),
		at("Put", "/a%2fb%2Fc/x%3ay//", "", "", `{"n":1}`),
		at("GET", "/x%2fy//", "", "", ""),
		at("POST", "/one/two/three/four/five?a.b=1&a%2Fb=2&=v&a[]=2&a[]=1&%E2%82%AC=1+2", "", "y=2", ""),
		at("DELETE", "/a", "", "y=2", ""),
		at("GET", "/%E2%82%AC/a/", "", "", ""),
		at("HEAD", "/p?b=2&a=1&a=0&c=%2B+*", "", "", ""),
	}
}

// Every mistake that is looked for is told by its own words whenever it makes a difference, and there is
// a request with which it does.
func TestEveryMistakeIsNamed(t *testing.T) {
	named := map[string]bool{}
	for _, c := range mistakenRequests() {
		parts := splitTarget(c.Request.Target)
		methods := distinct(methodVariants(c.Request.Method))
		paths := distinct(pathVariants(c.Request, parts, c.baseName()))
		queries := distinct(append(queryVariants(c.Request, parts.query), bodyVariants(c.Request, parts.query, c.Body)...))
		check := func(m, p, q variant) {
			t.Helper()
			text := m.text + "&" + p.text + q.text
			v := c.explainHash(hashHex([]byte(text)))
			want := joined(text, m, p, q)
			if v.Rule != RuleQSH || v.Received != text || v.Expected != c.Request.Canonical() || v.Cause != want.cause || v.Fix != want.fix {
				t.Errorf("%s signed as %s: %+v, want cause %q", c.Request.Canonical(), text, v, want.cause)
			}
			if i := v.At.Offset; v.Expected[:i] != v.Received[:i] || i < min(len(v.Expected), len(v.Received)) && v.Expected[i] == v.Received[i] {
				t.Errorf("%q: offset %d is not the first difference", want.cause, i)
			}
			named[want.cause] = true
		}
		for _, m := range methods[1:] {
			check(m, paths[0], queries[0])
		}
		for _, p := range paths[1:] {
			check(methods[0], p, queries[0])
		}
		for _, q := range queries[1:] {
			check(methods[0], paths[0], q)
		}
	}
	for _, want := range allCauses() {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(named)), func(cause string) bool { return strings.Contains(cause, want) }) {
			t.Errorf("no request shows the mistake %q", want)
		}
	}
}

// allCauses are the causes a qsh can be told to be wrong for, without the names that stand in them.
func allCauses() []string {
	causes := []string{
		"base path was left in", "was cut off although", "was not signed", "were not signed", "signed for", "body was counted",
	}
	r := Request{Method: "get", Target: "/a%20b?x=1", Form: "y=2"}
	for _, list := range [][]variant{
		methodVariants(r.Method), pathVariants(r, splitTarget(r.Target), "base path"), queryVariants(r, "x=1"), bodyVariants(r, "x=1", "b"),
	} {
		for _, v := range list {
			if !slices.ContainsFunc(causes, func(general string) bool { return strings.Contains(v.cause, general) }) {
				causes = append(causes, v.cause)
			}
		}
	}
	return causes
}

func TestTwoMistakesOfStyleAreNamed(t *testing.T) {
	c := mistakenRequests()[0]
	for _, tc := range []struct{ query, cause string }{
		{"q=a+b&tag=a,z&path=%2Fx%2Fy&cp=&n%281%29=~&flag=&xdm_e=h", "a space was written as +, and the parameters were not sorted"},
		{"cp=&flag=&jwt=a.b.c&n%281%29=~&path=%2fx%2fy&q=a%20b&tag=a,z&xdm_e=h", "escapes were written in lower-case hex, and the parameter jwt was counted"},
		{"flag=&n%281%29=~&path=%2Fx%2Fy&q=a+b&tag=a,z&xdm_e=h", ""}, // cp alone is missing, which is no style
	} {
		v := c.explainHash(hashHex([]byte("GET&/panel&" + tc.query)))
		if tc.cause == "" && v.Cause != "the token was made for another request" || tc.cause != "" && v.Cause != tc.cause {
			t.Errorf("%s: %+v", tc.query, v)
		}
	}
}

func TestTheReceiverNamesItsBase(t *testing.T) {
	c := Check{Request: Request{Method: "GET", Target: "/wiki/rest/api/user", Base: "http://localhost:1990/wiki"}, BaseName: "context path"}
	for canonical, cause := range map[string]string{
		"GET&/wiki/rest/api/user&": "the context path was left in",
		"GET&/api/user&":           "the context path /rest was cut off although the base URL ends before it",
	} {
		if v := c.explainHash(hashHex([]byte(canonical))); v.Cause != cause || v.At.Offset != 5 && v.At.Offset != 6 {
			t.Errorf("%s: %+v", canonical, v)
		}
	}
}

// Refusals read aloud: what was done wrong, and the sentence that says so.
func TestSentences(t *testing.T) {
	r := Request{Method: "GET", Target: "/p"}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now := testNow().Unix()
	signed := func(change func(*Claims)) string {
		c := testClaims(r)
		change(&c)
		return SignHS256(c, testSecret)
	}
	headed := func(header string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(header)) + strings.TrimPrefix(signed(func(*Claims) {}), "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9")
	}
	install := func(kid string) string {
		raw, err := SignRS256(testClaims(r), key, kid)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for _, tc := range []struct {
		name  string
		raw   string
		check func(*Check)
		rule  RuleID
		cause string
	}{
		{"no alg", headed(`{"typ":"JWT"}`), nil, RuleAlg, "the header has no alg"},
		{"alg none", headed(`{"alg":"nOnE"}`), nil, RuleAlg, "the token is not signed at all"},
		{"alg in lower case", headed(`{"alg":"hs256"}`), nil, RuleAlg, "the name is not in upper case"},
		{"alg HS512", headed(`{"alg":"HS512"}`), nil, RuleAlg, "Connect uses HS256 and RS256 only"},
		{"install key where the secret is due", install("k"), nil, RuleAlg, "signed with the install key; only installed and uninstalled are"},
		{"secret where the install key is due", signed(func(*Claims) {}), func(c *Check) { c.Algorithm = RS256 }, RuleAlg, "signed with a shared secret where the install key is required"},
		{"no kid", install(""), func(c *Check) { c.Algorithm = RS256 }, RuleKid, "the header names no key"},
		{"unknown kid", install("k"), func(c *Check) { c.Algorithm = RS256 }, RuleKid, "no public key is known for this kid"},
		{"another install key", install("k"), func(c *Check) { c.Algorithm, c.PublicKey = RS256, &testKey(t).PublicKey }, RuleSignature, "the key that was fetched for this kid did not make the signature"},

		{"no iss", signed(func(c *Claims) { c.Issuer = "" }), nil, RuleIss, "the claim iss is missing"},
		{"iss and aud swapped", signed(func(c *Claims) { c.Issuer, c.Audience = "add-on", []string{testIssuer} }), nil, RuleIss, "issuer and audience are swapped"},
		{"iss in capitals", signed(func(c *Claims) { c.Issuer = strings.ToUpper(testIssuer) }), nil, RuleIss, "it differs in upper and lower case"},
		{"iss with a blank", signed(func(c *Claims) { c.Issuer = testIssuer + " " }), nil, RuleIss, "there are blanks around it"},
		{"other iss", signed(func(c *Claims) { c.Issuer = "x" }), nil, RuleIss, "another party made the token"},
		{"unknown tenant", signed(func(*Claims) {}), func(c *Check) { c.Secret = "" }, RuleTenant, "no shared secret is stored for it"},

		{"former secret", SignHS256(testClaims(r), "before"), func(c *Check) { c.OldSecrets = []OldSecret{{"first", "until May"}, {"before", "until June"}} },
			RuleSignature, "signed with the shared secret of an earlier installation (until June)"},
		{"another secret", SignHS256(testClaims(r), "x"), nil, RuleSignature, "the key is another one, or the token was changed after signing"},
		{"empty signature", signed(func(*Claims) {})[:len(signed(func(*Claims) {}))-43], nil, RuleSignature, "the signature is empty"},

		{"no exp", signed(func(c *Claims) { c.Expires = 0 }), nil, RuleExp, "the claim exp is missing"},
		{"just expired", signed(func(c *Claims) { c.IssuedAt, c.Expires = now-180, now }), nil, RuleExp, "expired just now; this receiver allows no leeway"},
		{"expired, within what hosts allow", signed(func(c *Claims) { c.IssuedAt, c.Expires = now-200, now-20 }), nil, RuleExp, "expired 20 s ago; this receiver allows no leeway"},
		{"expired, beyond it", signed(func(c *Claims) { c.IssuedAt, c.Expires = now-400, now-40 }), nil, RuleExp, "expired 40 s ago"},
		{"expired in spite of the leeway", signed(func(c *Claims) { c.IssuedAt, c.Expires = now-300, now-40 }), func(c *Check) { c.Leeway = HostLeeway }, RuleExp, "expired 40 s ago, more than the leeway of 30 s"},
		{"exp before iat", signed(func(c *Claims) { c.Expires = now - 100 }), nil, RuleExp, "expired 1 min 40 s ago, and never was valid: exp is not after iat"},
		{"exp a duration", signed(func(c *Claims) { c.Expires = 180 }), nil, RuleExp, "exp is a number of seconds from now, not a time"},

		{"no iat", signed(func(c *Claims) { c.IssuedAt = 0 }), nil, RuleIat, "the claim iat is missing"},
		{"iat ahead", signed(func(c *Claims) { c.IssuedAt = now + 600 }), nil, RuleIat, "the issuer's clock is 10 min ahead"},
		{"iat in local time", signed(func(c *Claims) { c.IssuedAt, c.Expires = now+7198, now+7378 }), nil, RuleIat, "the issuer's clock is 1 h 59 min ahead: it may have taken local time for UTC"},
		{"iat in milliseconds", signed(func(c *Claims) { c.IssuedAt, c.Expires = now*1000, now*1000+180000 }), nil, RuleIat, "the time is written in milliseconds"},
		{"nbf ahead", signed(func(c *Claims) { c.NotBefore = now + 60 }), nil, RuleNbf, "valid in 1 min"},

		{"no aud", signed(func(*Claims) {}), func(c *Check) { c.Audience = []string{"https://a"} }, RuleAud, "the claim aud is missing"},
		{"http for https", signed(func(c *Claims) { c.Audience = []string{"http://a/"} }), func(c *Check) { c.Audience = []string{"https://a"} }, RuleAud, "it differs in http and https"},
		{"other aud", signed(func(c *Claims) { c.Audience = []string{"https://b"} }), func(c *Check) { c.Audience = []string{"https://a"} }, RuleAud, "the token is meant for somebody else"},

		{"no qsh", signed(func(c *Claims) { c.QSH = "" }), nil, RuleQSH, "the claim qsh is missing"},
		{"context token", signed(func(c *Claims) { c.QSH = ContextQSH }), nil, RuleQSH, "the token is bound to a page's context, not to this request"},
		{"qsh in capitals", signed(func(c *Claims) { c.QSH = strings.ToUpper(c.QSH) }), nil, RuleQSH, "the hash is written in upper-case hex"},
		{"qsh of something else", signed(func(c *Claims) { c.QSH = "x" }), nil, RuleQSH, "the token was made for another request"},
		{"request token for a context", signed(func(*Claims) {}), func(c *Check) { c.QSH = QSHContext }, RuleQSH, "the token is bound to a request"},
		{"no qsh for a context", signed(func(c *Claims) { c.QSH = "" }), func(c *Check) { c.QSH = QSHContext }, RuleQSH, "the claim qsh is missing"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := testCheck(r)
			if tc.check != nil {
				tc.check(&c)
			}
			_, v := c.Verify(tc.raw)
			if v.Rule != tc.rule || v.Cause != tc.cause {
				t.Fatalf("rule %q, cause %q\nwant %q, %q", v.Rule, v.Cause, tc.rule, tc.cause)
			}
			if v.Fix == "" || v.Fix == v.Cause {
				t.Errorf("fix %q", v.Fix)
			}
			checkComplete(t, v)
			checkAgreement(t, c, tc.raw, v)
		})
	}
}

func TestWholeHours(t *testing.T) {
	for apart, want := range map[time.Duration]bool{
		time.Minute: false, 20 * time.Minute: false, 29 * time.Minute: true, time.Hour: true, time.Hour - 2*time.Minute: true, 5*time.Hour + 31*time.Minute: true,
		100 * time.Minute: false, 12*time.Hour + 15*time.Minute: false, 15 * time.Hour: false, -time.Hour: false,
	} {
		if got := wholeHours(apart) != ""; got != want {
			t.Errorf("%s: %v", apart, got)
		}
	}
}
