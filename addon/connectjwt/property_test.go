package connectjwt

import (
	crand "crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
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

// meaning is what a request says, taken apart by the published rules and not by our code: two requests
// are the same one if, and only if, their meanings are. A hash can be the same for no other reason, since
// in the canonical request every separator is a byte that no part of it holds unencoded.
// Source: protocol jwt.md §4.
type meaning struct {
	method string
	path   string
	values map[string]string // decoded name to its sorted, decoded values, with a byte between that no text holds
}

func meaningOf(r Request) meaning {
	path, query, _ := strings.Cut(strings.SplitN(r.Target, "#", 2)[0], "?")
	m := meaning{method: strings.ToUpper(r.Method), values: map[string]string{}}
	base := ""
	if at := strings.Index(r.Base, "://"); at >= 0 {
		if slash := strings.Index(r.Base[at+3:], "/"); slash >= 0 {
			base = r.Base[at+3+slash:]
		}
	}
	m.path = "/" + strings.TrimPrefix(strings.ReplaceAll(strings.TrimPrefix(path, base), "&", "%26"), "/")
	if len(m.path) > 1 {
		m.path = strings.TrimSuffix(m.path, "/")
	}
	lists := map[string][]string{}
	for _, piece := range strings.Split(query, "&") {
		if piece == "" {
			continue
		}
		name, value, _ := strings.Cut(piece, "=")
		if name, value = plainText(name), plainText(value); name != "jwt" && name != "__proto__" {
			lists[name] = append(lists[name], value)
		}
	}
	for name, values := range lists {
		slices.Sort(values)
		m.values[name] = strings.Join(values, "\xff")
	}
	return m
}

// plainText undoes url-encoding by the standard library, which wants every % to begin an escape.
func plainText(s string) string {
	pieces := strings.Split(s, "%")
	for i, piece := range pieces[1:] {
		if _, err := hex.DecodeString(piece[:min(2, len(piece))]); err != nil || len(piece) < 2 {
			pieces[i+1] = "25" + piece
		}
	}
	plain, err := url.QueryUnescape(strings.Join(pieces, "%"))
	if err != nil {
		panic("no text is left that cannot be unescaped: " + s)
	}
	return repair(plain)
}

// repair puts U+FFFD for what is not UTF-8, as WHATWG's decoder does.
func repair(s string) string {
	text, err := unicode.UTF8.NewDecoder().String(s)
	if err != nil {
		panic("the decoder refuses nothing: " + err.Error())
	}
	return text
}

// Whatever we sign verifies, and no change of one byte anywhere goes through, but where the rules
// themselves make the same request of it: "+" for "%20", a letter of an escape in the other case.
func TestOneChangedByteIsRefused(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	same := 0
	for range 300 {
		r := randomRequest(random)
		raw := SignHS256(testClaims(r), testSecret)
		if _, v := testCheck(r).Verify(raw); !v.OK {
			t.Fatalf("%+v: what we signed is refused: %+v", r, v)
		}
		same += refuseOtherRequests(t, random, r, raw)
		refuseOtherKeys(t, random, r, raw)
	}
	if same == 0 {
		t.Error("no change left a request the same: the test does not try them")
	}
}

// refuseOtherRequests checks the signed request with one byte changed, for every byte of its method,
// path and query, and gives how many changes left it the same.
func refuseOtherRequests(t *testing.T, random *rand.Rand, r Request, raw string) (same int) {
	t.Helper()
	want := meaningOf(r)
	check := func(other Request) {
		t.Helper()
		equal := reflect.DeepEqual(meaningOf(other), want)
		if equal {
			same++
		}
		if (other.QSH() == r.QSH()) != equal {
			t.Fatalf("signed for %+v, checked for %+v: the same request %v, the same hash %v", r, other, equal, !equal)
		}
		if random.IntN(300) > 0 && !equal {
			return // to tell what is wrong takes long; a sample will do
		}
		if _, v := testCheck(other).Verify(raw); v.OK != equal || !equal && v.Rule != RuleQSH {
			t.Fatalf("signed for %+v, checked for %+v: %+v", r, other, v)
		}
	}
	for i := range r.Method {
		other := r
		other.Method = otherByte(random, r.Method, i)
		check(other)
	}
	for i := range r.Target {
		for range 3 {
			other := r
			if other.Target = otherByte(random, r.Target, i); isPlainTarget(other.Target) {
				check(other)
			}
		}
	}
	return same
}

// isPlainTarget leaves out what no client sends and what the URL parser of the reference, and ours, reads
// as another kind of address; TestSharedQSHVectors has those.
func isPlainTarget(target string) bool {
	path, _, _ := strings.Cut(target, "?")
	return strings.HasPrefix(target, "/") && !strings.HasPrefix(target, "//") && !strings.ContainsAny(target, "#\\ ") && !strings.ContainsAny(path, "@:")
}

func refuseOtherKeys(t *testing.T, random *rand.Rand, r Request, raw string) {
	t.Helper()
	c := testCheck(r)
	for i := range testSecret {
		c.Secret = otherByte(random, testSecret, i)
		if _, v := c.Verify(raw); v.Rule != RuleSignature {
			t.Fatalf("another secret: %+v", v)
		}
	}
}

// Every byte of a token, changed into every other printable one and a few that are not, is refused by
// the rule that the change breaks.
func TestEveryByteOfATokenCounts(t *testing.T) {
	r := Request{Method: "GET", Target: "/p?x=1"}
	claims := testClaims(r)
	claims.Audience = []string{"tenant"}
	raw := SignHS256(claims, testSecret)
	c := testCheck(r)
	c.Audience = []string{"tenant"}
	rules := map[RuleID]int{}
	for i := range len(raw) {
		for b := range 256 {
			if byte(b) == raw[i] || b > '~' && b%16 != 0 {
				continue
			}
			changed := raw[:i] + string([]byte{byte(b)}) + raw[i+1:]
			_, v := c.Verify(changed)
			if want := brokenRule(changed); v.Rule != want || v.OK {
				t.Fatalf("byte %d made %#x: %+v, want rule %q\n%s", i, b, v, want, changed)
			}
			rules[v.Rule]++
		}
	}
	for _, rule := range []RuleID{RuleMalformed, RuleAlg, RuleIss, RuleSignature} {
		if rules[rule] == 0 {
			t.Errorf("no change breaks %s: %v", rule, rules)
		}
	}
}

// brokenRule says which rule a changed token breaks, by other decoders than ours. No changed token has the
// right signature, so nothing after the signature is looked at.
func brokenRule(raw string) RuleID {
	segments := strings.Split(raw, ".")
	if len(segments) != 3 {
		return RuleMalformed
	}
	var header struct{ Typ, Alg, Kid *string }
	var claims struct {
		Iss, Sub, Qsh *string
		Iat, Exp, Nbf *float64
		Aud           any
	}
	for i, into := range []any{&header, &claims, nil} {
		if strings.ContainsAny(segments[i], "\r\n") {
			return RuleMalformed
		}
		text, err := base64.RawURLEncoding.DecodeString(segments[i])
		if err != nil {
			return RuleMalformed
		}
		if into == nil {
			break
		}
		// Names count to the letter, which encoding/json does not heed for structs.
		var members map[string]json.RawMessage
		if err := json.Unmarshal(text, &members); err != nil {
			return RuleMalformed
		}
		for name := range members {
			if name != strings.ToLower(name) {
				delete(members, name)
			}
		}
		if text, err = json.Marshal(members); err != nil || json.Unmarshal(text, into) != nil {
			return RuleMalformed
		}
	}
	switch {
	case header.Alg == nil || *header.Alg != HS256:
		return RuleAlg
	case claims.Iss == nil || *claims.Iss != testIssuer:
		return RuleIss
	}
	return RuleSignature
}

// changeByte replaces one byte by another printable one.
func changeByte(random *rand.Rand, s string) string { return otherByte(random, s, random.IntN(len(s))) }

// otherByte replaces the byte at i.
func otherByte(random *rand.Rand, s string, i int) string {
	b := []byte(s)
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

func FuzzHeader(f *testing.F) {
	for _, header := range []string{"", "JWT", "JWT ", "JWT a.b.c", "jwt a.b.c", "Bearer a.b.c", "a.b.c", "Basic eA=="} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		token, ok := FromHeader(header)
		if ok != (len(header) > 4 && header[:4] == "JWT ") || ok && "JWT "+token != header {
			t.Errorf("%q: %q, %v", header, token, ok)
		}
		v := NoToken(header)
		if v.OK || v.Rule != RuleMissing || v.Cause == "" || v.Fix == "" {
			t.Errorf("%q: %+v", header, v)
		}
		// What follows the scheme may be a password: nothing shown depends on it.
		if scheme, credentials, _ := strings.Cut(header, " "); credentials != "" && scheme != "JWT" && strings.Count(header, ".") != 2 && strings.Count(scheme, ".") != 2 {
			if NoToken(scheme+" x") != v {
				t.Errorf("%q: %+v", header, v)
			}
		}
	})
}

func FuzzFormBody(f *testing.F) {
	f.Add("application/x-www-form-urlencoded; charset=UTF-8", "a=1")
	f.Add("application/json", `{"a":1}`)
	f.Add("a/b;c", "")
	f.Fuzz(func(t *testing.T, contentType, body string) {
		if got := FormBody(contentType, []byte(body)); got != "" && (got != body || !strings.Contains(strings.ToLower(contentType), "application/x-www-form-urlencoded")) {
			t.Errorf("%q of %q: %q", contentType, body, got)
		}
	})
}

func FuzzPublicKey(f *testing.F) {
	f.Add(PublicKeyPEM(&testKey(f).PublicKey))
	f.Add([]byte("<html>404</html>"))
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := ParsePublicKey(text)
		if (key == nil) != (err != nil) {
			t.Fatalf("%v, %v", key, err)
		}
		if err != nil {
			return
		}
		if again, err := ParsePublicKey(PublicKeyPEM(key)); err != nil || !again.Equal(key) {
			t.Errorf("written and read again: %v, %v", again, err)
		}
	})
}

// Whatever is hashed, the search for a mistake ends, and what it finds has the hash.
func FuzzMistakes(f *testing.F) {
	for _, c := range mistakenRequests() {
		f.Add(c.Request.Method, c.Request.Target, c.Request.Base, c.Request.Form, c.Body, "GET&/&")
	}
	f.Fuzz(func(t *testing.T, method, target, base, form, body, signed string) {
		c := Check{Request: Request{Method: method, Target: target, Base: base, Form: form}, Body: body}
		if len(target)+len(form)+len(body) > 2000 {
			return // the log bounds them; a fuzz worker has no patience
		}
		qsh := hashHex([]byte(signed))
		v := c.explainHash(qsh)
		if v.OK || v.Rule != RuleQSH || v.Cause == "" || v.Fix == "" || v.Expected != c.Request.Canonical() {
			t.Fatalf("%+v", v)
		}
		if !strings.HasPrefix(v.Received, "a text with the SHA-256") && hashHex([]byte(v.Received)) != qsh && signed != c.Request.Canonical() {
			t.Errorf("received %q has another hash", v.Received)
		}
	})
}
