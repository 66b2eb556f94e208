package connectjwt

import (
	crand "crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

func testKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(crand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// randomRequest makes a request out of pieces that have hurt somebody.
func randomRequest(r *rand.Rand) Request {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	req := Request{Method: pick("GET", "POST", "PUT", "DELETE", "get"), Base: pick("", "https://h.example.com", "https://h.example.com/wiki")}
	var target strings.Builder
	target.WriteString(pick("", "/wiki"))
	for range r.IntN(4) {
		target.WriteString("/" + pick("a", "r%26d", "x%2fy", "caf%C3%A9", "b+c", "", "panel"))
	}
	if target.Len() == 0 {
		target.WriteByte('/')
	}
	separator := "?"
	for range r.IntN(12) {
		target.WriteString(separator + pick("a", "b", "tag", "x%20y", "%C3%A9", "jw", "n[]") + pick("=", "", "=1", "=a+b", "=%2F", "=%F0%9F%98%80", "=%FF", "=%zz", "=~*'"))
		separator = "&"
	}
	req.Target = target.String()
	return req
}

// Whatever we sign verifies, and no change of one byte anywhere goes through.
func TestOneChangedByteIsRefused(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		r := randomRequest(random)
		raw := SignHS256(testClaims(r), testSecret)
		if _, v := testCheck(r).Verify(raw); !v.OK {
			t.Fatalf("%+v: what we signed is refused: %+v", r, v)
		}
		refuseOtherRequests(t, random, r, raw)
		refuseOtherKeys(t, random, r, raw)
		refuseOtherTokens(t, random, r, raw)
	}
}

func refuseOtherRequests(t *testing.T, random *rand.Rand, r Request, raw string) {
	t.Helper()
	for _, other := range []Request{
		{Method: changeByte(random, r.Method), Target: r.Target, Base: r.Base},
		{Method: r.Method, Target: changeByte(random, r.Target), Base: r.Base},
	} {
		_, v := testCheck(other).Verify(raw)
		same := other.Canonical() == r.Canonical() // "+" to "%20", say, is the same request
		if v.OK != same || !same && v.Rule != RuleQSH {
			t.Fatalf("signed for %+v, checked for %+v: %+v", r, other, v)
		}
	}
}

func refuseOtherKeys(t *testing.T, random *rand.Rand, r Request, raw string) {
	t.Helper()
	c := testCheck(r)
	c.Secret = changeByte(random, testSecret)
	if _, v := c.Verify(raw); v.Rule != RuleSignature {
		t.Fatalf("another secret: %+v", v)
	}
}

func refuseOtherTokens(t *testing.T, random *rand.Rand, r Request, raw string) {
	t.Helper()
	segments := strings.Split(raw, ".")
	allowed := []map[RuleID]bool{
		{RuleMalformed: true, RuleAlg: true, RuleSignature: true},
		{RuleMalformed: true, RuleIss: true, RuleSignature: true},
		{RuleMalformed: true, RuleSignature: true},
	}
	for i := range segments {
		changed := append([]string(nil), segments...)
		changed[i] = changeByte(random, segments[i])
		if _, v := testCheck(r).Verify(strings.Join(changed, ".")); !allowed[i][v.Rule] {
			t.Fatalf("segment %d changed: %+v", i, v)
		}
	}
	// The last letter of the signature has bits that say nothing; they must not make a second token.
	last := raw[:len(raw)-1] + string(raw[len(raw)-1]^1)
	if _, v := testCheck(r).Verify(last); v.OK {
		t.Fatalf("a changed last letter goes through")
	}
}

// changeByte replaces one byte by another printable one.
func changeByte(random *rand.Rand, s string) string {
	b := []byte(s)
	i := random.IntN(len(b))
	for old := b[i]; b[i] == old; {
		b[i] = byte('!' + random.IntN('~'-'!'))
	}
	return string(b)
}

func TestRS256OneChangedByteIsRefused(t *testing.T) {
	key, random := testKey(t), rand.New(rand.NewPCG(3, 4))
	r := Request{Method: "POST", Target: "/installed"}
	c := Check{Algorithm: RS256, PublicKey: &key.PublicKey, Issuer: testIssuer, Request: r, Now: testNow()}
	raw, err := SignRS256(testClaims(r), key, "key-1")
	if err != nil {
		t.Fatal(err)
	}
	if _, v := c.Verify(raw); !v.OK {
		t.Fatalf("what we signed is refused: %+v", v)
	}
	for range 200 {
		if _, v := c.Verify(changeByte(random, raw)); v.OK {
			t.Fatal("a changed token goes through")
		}
	}
	if _, v := c.Verify(raw[:len(raw)-1] + string(raw[len(raw)-1]^1)); v.OK {
		t.Fatal("a changed last letter goes through")
	}
}

func FuzzCanonical(f *testing.F) {
	var cases []canonicalCase
	readJSON(f, "testdata/canonical.json", &cases)
	for _, tc := range cases {
		f.Add(tc.Method, tc.Target, tc.Base, tc.Form)
	}
	f.Fuzz(func(t *testing.T, method, target, base, form string) {
		r := Request{Method: method, Target: target, Base: base, Form: form}
		canonical := r.Canonical()
		if strings.Count(r.Target, "&") < maxPieces && strings.Count(canonical, "&") < 2 {
			t.Errorf("%q lacks a separator", canonical)
		}
		if r.QSH() != hashHex([]byte(canonical)) {
			t.Error("QSH is not the hash of Canonical")
		}
		steps := r.Steps()
		if steps[len(steps)-2].Text != canonical {
			t.Error("Steps ends elsewhere")
		}
		// The patient writer behind the search for mistakes has to agree with the fast one.
		query := splitTarget(target).query
		want := string(appendQuery(nil, r.parameterText(query)))
		if got := (queryStyle{}).write(splitPairs(r.parameterText(query))); got != want {
			t.Errorf("slow %q\nfast %q", got, want)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(`{"typ":"JWT","alg":"HS256"}`, `{"iss":"a","iat":1,"exp":2,"qsh":"x","aud":["b"],"context":{"a":[1,"}"]}}`)
	f.Add(`{"alg":"RS256","kid":"k"}`, `{"iss":"\u0041","iat":1.5,"nbf":0,"aud":"b","more":null,"x":-1}`)
	f.Add(`{}`, `{"sub":null,"iss":"a","iss":"b"}`)
	f.Fuzz(func(t *testing.T, header, claims string) {
		// Both readers have to agree whenever the quick one is content.
		var quick Claims
		if quick.scan(claims) {
			slow, err := parseAnyClaims([]byte(claims))
			if err != nil || !reflect.DeepEqual(quick, slow) {
				t.Errorf("%s\nquick %+v\nslow  %+v %v", claims, quick, slow, err)
			}
		}
		var h Header
		if h.scan(header) && !json.Valid([]byte(header)) {
			t.Errorf("%q is taken for JSON", header)
		}
		encode := base64.RawURLEncoding.EncodeToString
		for _, raw := range []string{header + "." + claims, encode([]byte(header)) + "." + encode([]byte(claims)) + "."} {
			token, err := Decode(raw)
			if e, ok := err.(*DecodeError); err != nil && (!ok || !e.Verdict.Known() || e.Verdict.OK) {
				t.Errorf("error without a verdict: %v", err)
			}
			if err == nil && !(json.Valid(token.HeaderJSON) && json.Valid(token.ClaimsJSON)) {
				t.Errorf("%q decodes without being JSON", raw)
			}
		}
	})
}

func FuzzVerify(f *testing.F) {
	good := SignHS256(testClaims(Request{Method: "GET", Target: "/p?x=1"}), testSecret)
	f.Add(good, "GET", "/p?x=1")
	f.Add(good, "POST", "/p?x=%31&y")
	f.Add("a.b.c", "", "")
	f.Fuzz(func(t *testing.T, raw, method, target string) {
		c := testCheck(Request{Method: method, Target: target})
		token, v := c.Verify(raw)
		if v.OK && (raw != good || token.Claims.QSH != c.Request.QSH()) {
			t.Errorf("accepted without a signature for this request: %q", raw)
		}
		checkAgreement(t, c, raw, v)
		// With a right signature around any request, only the qsh may be at fault.
		claims := testClaims(Request{Method: "GET", Target: "/p"})
		_, v = c.Verify(SignHS256(claims, testSecret))
		if !v.OK && (v.Rule != RuleQSH || v.Expected != c.Request.Canonical()) {
			t.Errorf("verdict %+v", v)
		}
	})
}
