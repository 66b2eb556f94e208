package connectjwt

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	testSecret = "not-a-real-secret-of-verify-tests"
	testIssuer = "jira:verify-tests"
)

func testNow() time.Time { return time.Unix(1_800_000_000, 0) }

func testClaims(r Request) Claims {
	now := testNow().Unix()
	return Claims{
		Issuer: testIssuer, Subject: "557058:mia", QSH: r.QSH(),
		IssuedAt: now, Expires: now + int64(HostTokenLife/time.Second), Context: json.RawMessage("{}"),
	}
}

func testCheck(r Request) Check {
	return Check{Algorithm: HS256, Secret: testSecret, Issuer: testIssuer, Request: r, Now: testNow()}
}

func TestTokens(t *testing.T) {
	var file struct {
		Secret, Issuer, PublicKey string
		Tokens                    []struct {
			Name, Token, Alg, Method, Target, Audience, QSH string
			Rule                                            RuleID
			Now, Leeway                                     int64
		}
	}
	readJSON(t, "testdata/tokens.json", &file)
	public, err := ParsePublicKey([]byte(file.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range file.Tokens {
		t.Run(tc.Name, func(t *testing.T) {
			c := Check{
				Algorithm: tc.Alg, Secret: file.Secret, PublicKey: public, Issuer: file.Issuer,
				Request: Request{Method: tc.Method, Target: tc.Target},
				Now:     time.Unix(tc.Now, 0), Leeway: time.Duration(tc.Leeway) * time.Second,
			}
			if tc.Audience != "" {
				c.Audience = []string{tc.Audience}
			}
			if tc.QSH == "context" {
				c.QSH = QSHContext
			}
			_, v := c.Verify(tc.Token)
			if v.Rule != tc.Rule || v.OK != (tc.Rule == "") {
				t.Fatalf("rule %q, want %q: %+v", v.Rule, tc.Rule, v)
			}
			checkComplete(t, v)
			checkAgreement(t, c, tc.Token, v)
		})
	}
}

// checkComplete wants a refusal to say everything a person needs, and never the secret.
func checkComplete(t *testing.T, v Verdict) {
	t.Helper()
	if v.OK {
		return
	}
	if v.Summary == "" || v.Expected == "" || v.Received == "" {
		t.Errorf("incomplete verdict: %+v", v)
	}
	if text, _ := json.Marshal(v); strings.Contains(string(text), testSecret) {
		t.Errorf("the verdict holds the secret: %s", text)
	}
}

// checkAgreement wants Explain to fail where Verify does, first.
func checkAgreement(t *testing.T, c Check, raw string, v Verdict) {
	t.Helper()
	for _, s := range c.Explain(raw) {
		if s.State != StateFailed {
			continue
		}
		if s.Rule != v.Rule || s.Verdict != v {
			t.Errorf("Explain fails first at %q, Verify at %q", s.Rule, v.Rule)
		}
		return
	}
	if !v.OK {
		t.Errorf("Explain lets through what Verify refuses by %q", v.Rule)
	}
}

func TestSignIsReadByGolangJWT(t *testing.T) {
	r := Request{Method: "GET", Target: "/page?x=1"}
	c := testClaims(r)
	c.Audience = []string{"https://addon.example.com"}
	c.Context = json.RawMessage(`{"user":{"displayName":"Zoë \"Z\""}}`)
	c.Extra = map[string]json.RawMessage{"tnt": json.RawMessage(`"x"`)}
	c.Subject = "quote\" and \\ and ü"
	parsed, err := jwt.Parse(SignHS256(c, testSecret), func(*jwt.Token) (any, error) { return []byte(testSecret), nil },
		jwt.WithValidMethods([]string{HS256}), jwt.WithIssuer(testIssuer), jwt.WithAudience("https://addon.example.com"),
		jwt.WithTimeFunc(testNow), jwt.WithIssuedAt(), jwt.WithExpirationRequired())
	if err != nil {
		t.Fatal(err)
	}
	claims := parsed.Claims.(jwt.MapClaims)
	if claims["qsh"] != r.QSH() || claims["sub"] != c.Subject || claims["tnt"] != "x" {
		t.Errorf("claims %v", claims)
	}
}

func TestSignRS256IsReadByGolangJWT(t *testing.T) {
	key := testKey(t)
	raw, err := SignRS256(testClaims(Request{Method: "POST", Target: "/installed"}), key, "key-1")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jwt.Parse(raw, func(*jwt.Token) (any, error) { return &key.PublicKey, nil },
		jwt.WithValidMethods([]string{RS256}), jwt.WithTimeFunc(testNow))
	if err != nil {
		t.Fatal(err)
	}
	if parsed.Header["kid"] != "key-1" || parsed.Header["typ"] != "JWT" {
		t.Errorf("header %v", parsed.Header)
	}
}

func TestVerifyReadsGolangJWT(t *testing.T) {
	r := Request{Method: "PUT", Target: "/rest/api/2/issue/A-1"}
	raw, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"iss": testIssuer, "iat": testNow().Unix(), "exp": testNow().Add(time.Minute).Unix(), "qsh": r.QSH(), "aud": "tenant",
	}).SignedString([]byte(testSecret))
	if err != nil {
		t.Fatal(err)
	}
	c := testCheck(r)
	c.Audience = []string{"tenant"}
	if _, v := c.Verify(raw); !v.OK {
		t.Errorf("refused: %+v", v)
	}
}

func TestClaimOrder(t *testing.T) {
	c := Claims{
		Issuer: "i", Subject: "s", QSH: "q", IssuedAt: 1, Expires: 2, NotBefore: 3,
		Audience: []string{"a", "b"}, Context: json.RawMessage("{}"),
		Extra: map[string]json.RawMessage{"z": json.RawMessage("1"), "b": json.RawMessage("2")},
	}
	want := `{"sub":"s","qsh":"q","iss":"i","context":{},"exp":2,"iat":1,"aud":["a","b"],"nbf":3,"b":2,"z":1}`
	if got := string(c.appendJSON(nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestOldSecretIsNamedAndNotAccepted(t *testing.T) {
	r := Request{Method: "POST", Target: "/hook"}
	c := testCheck(r)
	c.OldSecrets = []OldSecret{{"first-secret", "installed on Monday"}, {"second-secret", "installed on Tuesday"}}
	_, v := c.Verify(SignHS256(testClaims(r), "second-secret"))
	if v.Rule != RuleSignature || !strings.Contains(v.Cause, "earlier installation (installed on Tuesday)") {
		t.Errorf("verdict %+v", v)
	}
}

func TestMistakenKeysAreNamed(t *testing.T) {
	secret := base64.StdEncoding.EncodeToString([]byte("sixteen bytes 16"))
	r := Request{Method: "GET", Target: "/p"}
	for _, tc := range []struct{ key, cause string }{
		{secret + "\n", "line break"},
		{"sixteen bytes 16", "base64-decoded"},
		{`"` + secret + `"`, "quotes"},
		{testIssuer, "issuer's name"},
		{"", "empty secret"},
		{base64.StdEncoding.EncodeToString([]byte(secret)), "base64-encoded"},
		{"something else", "another one"},
	} {
		c := testCheck(r)
		c.Secret = secret
		_, v := c.Verify(SignHS256(testClaims(r), tc.key))
		if v.Rule != RuleSignature || !strings.Contains(v.Cause, tc.cause) {
			t.Errorf("key %q: %+v, want cause %q", tc.key, v, tc.cause)
		}
	}
}

func TestUnknownTenant(t *testing.T) {
	r := Request{Method: "GET", Target: "/p"}
	c := testCheck(r)
	c.Secret = ""
	if _, v := c.Verify(SignHS256(testClaims(r), "")); v.Rule != RuleTenant {
		t.Errorf("a token signed with the empty secret: %+v", v)
	}
}

func TestAudience(t *testing.T) {
	for _, tc := range []struct {
		name     string
		have     []string
		want     []string
		optional bool
		rule     RuleID
	}{
		{"not looked at", []string{"x"}, nil, false, RuleOK},
		{"one of them", []string{"a", "b"}, []string{"c", "b"}, false, RuleOK},
		{"slash on either side", []string{"http://a/"}, []string{"http://a"}, false, RuleOK},
		{"absent", nil, []string{"a"}, false, RuleAud},
		{"absent and optional", nil, []string{"a"}, true, RuleOK},
		{"other though optional", []string{"b"}, []string{"a"}, true, RuleAud},
		{"empty list though optional", []string{}, []string{"a"}, true, RuleAud},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := Request{Method: "GET", Target: "/p"}
			claims, c := testClaims(r), testCheck(r)
			claims.Audience, c.Audience, c.AudienceOptional = tc.have, tc.want, tc.optional
			if _, v := c.Verify(SignHS256(claims, testSecret)); v.Rule != tc.rule {
				t.Errorf("rule %q, want %q", v.Rule, tc.rule)
			}
		})
	}
}

func TestFromHeader(t *testing.T) {
	for _, tc := range []struct{ header, token, cause string }{
		{"JWT a.b.c", "a.b.c", ""},
		{"", "", "no token"},
		{"JWT ", "", "nothing follows"},
		{"jwt a.b.c", "", "upper case"},
		{"Bearer a.b.c", "", "Bearer"},
		{"a.b.c", "", "without a scheme"},
		{"Basic dXNlcjpwYXNz", "", "Basic"},
	} {
		token, ok := FromHeader(tc.header)
		if token != tc.token && ok || ok != (tc.cause == "") {
			t.Errorf("%q: %q, %v", tc.header, token, ok)
		}
		if v := NoToken(tc.header); tc.cause != "" && !strings.Contains(v.Cause, tc.cause) {
			t.Errorf("%q: cause %q, want %q", tc.header, v.Cause, tc.cause)
		}
	}
}

func TestMalformedNamesThePlace(t *testing.T) {
	good := SignHS256(testClaims(Request{Method: "GET", Target: "/p"}), testSecret)
	segments := strings.Split(good, ".")
	for _, tc := range []struct {
		name, raw, part, cause string
		offset                 int
	}{
		{"padding", segments[0] + "." + segments[1] + "==." + segments[2], "claim", "padded", len(segments[1])},
		{"ordinary base64", segments[0] + "." + segments[1] + ".ab+/", "signature", "ordinary base64", 2},
		{"line break", segments[0] + ".\n" + segments[1] + "." + segments[2], "claim", "line break", 0},
		{"four segments", good + ".x", "", "cut off or is no JWT", 0},
		{"header no JSON", "AAAA." + segments[1] + "." + segments[2], "header", "invalid character", 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, v := testCheck(Request{}).Verify(tc.raw)
			if v.Rule != RuleMalformed || v.At.Part != tc.part || v.At.Offset != tc.offset || !strings.Contains(v.Cause, tc.cause) {
				t.Errorf("verdict %+v", v)
			}
		})
	}
}

func TestTimesInWords(t *testing.T) {
	now := testNow()
	c := Claims{IssuedAt: now.Unix() - 183, NotBefore: now.Unix() + 3700, Expires: now.Unix() - 3}
	want := map[string]string{"iat": "issued 3 min 3 s ago", "nbf": "valid in 1 h 1 min", "exp": "expired 3 s ago"}
	for _, got := range c.Times(now) {
		if got.Words != want[got.Name] {
			t.Errorf("%s: %q, want %q", got.Name, got.Words, want[got.Name])
		}
		delete(want, got.Name)
	}
	if len(want) > 0 {
		t.Errorf("not told: %v", want)
	}
	if got := (Claims{Expires: now.Unix()}).Times(now)[0].Words; got != "expired just now" {
		t.Errorf("at the very second: %q", got)
	}
}

func TestExplainGoesOnAfterAFailure(t *testing.T) {
	r := Request{Method: "GET", Target: "/p"}
	claims := testClaims(r)
	claims.Expires = testNow().Unix() - 60
	c := testCheck(r)
	c.Request.Method = "POST"
	states := map[RuleID]string{}
	for _, s := range c.Explain(SignHS256(claims, "other")) {
		states[s.Rule] = s.State
	}
	want := map[RuleID]string{
		RuleMalformed: StatePassed, RuleAlg: StatePassed, RuleKid: StateSkipped, RuleIss: StatePassed,
		RuleTenant: StatePassed, RuleSignature: StateFailed, RuleExp: StateFailed, RuleIat: StatePassed,
		RuleNbf: StateSkipped, RuleAud: StateSkipped, RuleQSH: StateFailed,
	}
	for rule, state := range want {
		if states[rule] != state {
			t.Errorf("%s: %s, want %s", rule, states[rule], state)
		}
	}
}

// A form body counts only where ACE would count it, and a sender may leave it out even there.
func TestFormBodyMayOrMayNotBeSigned(t *testing.T) {
	r := Request{Method: "POST", Target: "/hook", Form: "a=1"}
	queryOnly := Request{Method: "POST", Target: "/hook"}
	for _, signed := range []Request{r, queryOnly} {
		if _, v := testCheck(r).Verify(SignHS256(testClaims(signed), testSecret)); !v.OK {
			t.Errorf("signed over %q: %+v", signed.Canonical(), v)
		}
	}
}

func TestPublicKeyPEM(t *testing.T) {
	key := testKey(t)
	again, err := ParsePublicKey(PublicKeyPEM(&key.PublicKey))
	if err != nil || !again.Equal(&key.PublicKey) {
		t.Errorf("%v, %v", again, err)
	}
	for _, bad := range []string{"", "<html>404</html>", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
		"-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----\n"} {
		if _, err := ParsePublicKey([]byte(bad)); err == nil {
			t.Errorf("%q is taken for a key", bad)
		}
	}
}
