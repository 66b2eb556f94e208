package trust

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
)

// keyBits is the size of an install key; RS256 as Connect uses it asks for no more.
const keyBits = 2048

// KeysPath is where install keys are served; a key is at KeysPath + "/" + its id.
const KeysPath = "/install-keys"

// Key is an install key: the pair with which the host signs installed and uninstalled.
type Key struct {
	ID      string // kid; only letters, digits and . _ - so that it needs no escaping in a URL
	Private *rsa.PrivateKey
}

// NewKey makes an install key. Key material always comes from the system's random source; an
// injected one would only make keys that can be guessed. It takes some tenths of a second.
func NewKey() (Key, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return Key{}, fmt.Errorf("make an install key: %w", err)
	}
	return Key{ID: rand.Text(), Private: private}, nil
}

// ParseKey reads a key written by [Key.MarshalPrivate].
func ParseKey(id string, private []byte) (Key, error) {
	block, _ := pem.Decode(private)
	if block == nil {
		return Key{}, fmt.Errorf("read install key %s: no PEM block in it", id)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return Key{}, fmt.Errorf("read install key %s: %w", id, err)
	}
	pair, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return Key{}, fmt.Errorf("read install key %s: a %T where an RSA key is expected", id, parsed)
	}
	return Key{ID: id, Private: pair}, nil
}

// MarshalPrivate writes the private half as PEM, for the project's store.
func (k Key) MarshalPrivate() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.Private)
	if err != nil {
		return nil, fmt.Errorf("write install key %s: %w", k.ID, err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// PublicPEM is the public half as add-ons fetch it.
func (k Key) PublicPEM() []byte { return connectjwt.PublicKeyPEM(&k.Private.PublicKey) }

// serveKey answers GET KeysPath/{kid...}. Frameworks do not look at the status and take any body
// for the key, so the 404 has one that no PEM reader accepts. Source: protocol frameworks.md §1.
func serveKey(k Key) http.HandlerFunc {
	public := k.PublicPEM()
	return func(w http.ResponseWriter, r *http.Request) {
		kid := r.PathValue("kid")
		if kid != k.ID {
			exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Verdict = unknownKey(k.ID, kid) })
			http.Error(w, "no install key has this id", http.StatusNotFound)
			return
		}
		exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Verdict = connectjwt.Verdict{OK: true} })
		w.Header().Set("Content-Type", "application/x-pem-file")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(public) // the connection is gone: nobody is left to tell
	}
}

func unknownKey(have, asked string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: connectjwt.RuleKid, Summary: "no install key has this id",
		Expected: have, Received: asked,
		At:    connectjwt.Place{Part: "request", Name: "path"},
		Cause: "the id is not the kid of a token this project signed",
		Fix:   "take kid from the header of the installed token as it came, and append it to the key server's address with one slash",
	}
}
