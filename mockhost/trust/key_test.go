package trust

import (
	"regexp"
	"testing"

	"connect-workbench/addon/connectjwt"
)

func TestKeySurvivesTheStore(t *testing.T) {
	made, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[A-Za-z0-9._-]{16,}$`).MatchString(made.ID) {
		t.Errorf("kid %q needs escaping, or can be guessed", made.ID)
	}
	text, err := made.MarshalPrivate()
	if err != nil {
		t.Fatal(err)
	}
	read, err := ParseKey(made.ID, text)
	if err != nil {
		t.Fatal(err)
	}
	token, err := connectjwt.SignRS256(connectjwt.Claims{Issuer: "tenant"}, read.Private, read.ID)
	if err != nil {
		t.Fatal(err)
	}
	public, err := connectjwt.ParsePublicKey(made.PublicPEM())
	if err != nil {
		t.Fatal(err)
	}
	check := connectjwt.Check{Algorithm: connectjwt.RS256, PublicKey: public, QSH: connectjwt.QSHIgnored}
	if _, verdict := check.Verify(token); verdict.Rule != connectjwt.RuleExp { // signature in order, claims empty
		t.Errorf("verdict %+v", verdict)
	}
}

func TestParseKeyRefusesWhatIsNoKey(t *testing.T) {
	for name, text := range map[string]string{
		"empty":     "",
		"no PEM":    "key",
		"no PKCS 8": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
	} {
		if _, err := ParseKey("kid", []byte(text)); err == nil {
			t.Errorf("%s was taken for a key", name)
		}
	}
}
