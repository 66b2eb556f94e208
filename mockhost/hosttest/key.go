package hosttest

import (
	"crypto/rsa"
	"fmt"
	"io"
	"net/http"

	"connect-workbench/addon/connectjwt"
)

// fetchKey gets the public key a token names from the host's key server, as frameworks do:
// while the callback is open.
func (a *Addon) fetchKey(token string) (*rsa.PublicKey, error) {
	decoded, err := connectjwt.Decode(token)
	if err != nil {
		return nil, err
	}
	answer, err := http.Get(a.host.InstallKeysURL() + "/" + decoded.Header.KeyID)
	if err != nil {
		return nil, fmt.Errorf("fetch the install key: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("fetch the install key: %w", err)
	}
	return connectjwt.ParsePublicKey(text)
}
