package trust

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func TestAccessTokensAreForgottenWhenTheyExpire(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	o := NewOAuth(OAuthParams{Clock: func() time.Time { return now }, Rand: rand.NewChaCha8([32]byte{1})})
	keep := func(addon string) string {
		token, err := o.keep(Grant{AddonKey: addon, Expires: now.Add(TokenLife)})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	var first string
	for n := range 100 {
		first = keep(fmt.Sprint("com.example.", n))
	}
	now = now.Add(TokenLife - time.Second)
	if g, ok := o.Lookup(first); !ok || g.AddonKey != "com.example.99" {
		t.Errorf("a second before its end: %+v, %t", g, ok)
	}
	now = now.Add(time.Second)
	if _, ok := o.Lookup(first); ok {
		t.Error("at its end the token still counts")
	}
	keep("com.example.later")
	if len(o.grants) != 1 {
		t.Errorf("%d grants are remembered", len(o.grants))
	}
}

func TestNoAccessTokenWithoutRandomness(t *testing.T) {
	o := NewOAuth(OAuthParams{Clock: time.Now, Rand: empty{}})
	if token, err := o.keep(Grant{}); err == nil {
		t.Errorf("made %q", token)
	}
}

type empty struct{}

func (empty) Read([]byte) (int, error) { return 0, fmt.Errorf("no randomness left") }
