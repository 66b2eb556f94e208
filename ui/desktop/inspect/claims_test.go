package inspect

import (
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
)

func TestClaimsInTheirOrderAndInWords(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.Local)
	token := connectjwt.Token{
		HeaderJSON: []byte(`{"typ":"JWT","alg":"HS256"}`),
		ClaimsJSON: []byte(`{"sub":"5b10","qsh":"context-qsh","exp":1,"iat":2,"context":{"user": {}},"tnt":null}`),
		Claims:     connectjwt.Claims{Expires: now.Add(168 * time.Second).Unix(), IssuedAt: now.Add(-24 * time.Hour).Unix()},
	}
	want := []Claim{
		{"sub", "the acting user", "5b10", ""},
		{"qsh", "hash of method, path and query", "context-qsh", "bound to a page's context, not to a request"},
		{"exp", "end of validity", "1", "2026-11-23 10:02:48, expires in 2 min 48 s"},
		{"iat", "time of issue", "2", "2026-11-22 10:00:00, issued 1 d ago"},
		{"context", "what the page is about", `{"user":{}}`, ""},
		{"tnt", "", "", ""},
	}
	got := Claims(token, token.Claims.Times(now))
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("claim %d: got %+v, want %+v", i, got[i], want[i])
		}
	}
	if header := HeaderClaims(token); len(header) != 2 || header[1].Value != "HS256" {
		t.Errorf("header %+v", header)
	}
}

func TestClaimsOfWhatIsNoObject(t *testing.T) {
	for _, text := range []string{"", "[1]", `{"a":`, `{"a" 1}`} {
		if got := Claims(connectjwt.Token{ClaimsJSON: []byte(text)}, nil); len(got) != 0 {
			t.Errorf("%q gives %+v", text, got)
		}
	}
}
