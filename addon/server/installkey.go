package server

import (
	"context"
	"crypto/rsa"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"connect-workbench/addon/connectjwt"
)

const (
	keyTimeout = 5 * time.Second // for a whole fetch: the host waits for the callback meanwhile
	maxKey     = 64 << 10        // bytes; a key has about 450
)

// fetchKey asks the install-key server for a key. The verdict is OK or has the rule RuleKid.
// Nothing is cached: a key that was withdrawn must not go on being believed.
func (s *Server) fetchKey(ctx context.Context, kid string) (*rsa.PublicKey, connectjwt.Verdict) {
	v := connectjwt.Verdict{
		Rule: connectjwt.RuleKid, Summary: "no install key", At: connectjwt.Place{Part: "header", Name: "kid"},
		Expected: "a kid that the install-key server knows", Received: kid,
		Fix: "point the add-on to the install-key server of the host that signed",
	}
	server := strings.TrimSuffix(s.p.InstallKeysURL(), "/")
	switch {
	case server == "":
		v.Cause = "no install-key server is set"
		return nil, v
	case !isKeyID(kid):
		v.Cause = "the kid is no part of an address"
		v.Fix = "keep to letters, digits and . _ - in a kid"
		return nil, v
	}
	text, err := s.fetchText(ctx, server+"/"+kid)
	if err != nil {
		v.Cause = "the key could not be fetched: " + err.Error()
		return nil, v
	}
	key, err := connectjwt.ParsePublicKey(text)
	if err != nil {
		v.Cause = "what the install-key server gave is no key: " + err.Error()
		return nil, v
	}
	return key, connectjwt.Verdict{OK: true}
}

// isKeyID keeps a kid from leaving the key server's folder: it becomes part of an address before
// anything about the token is proven.
func isKeyID(kid string) bool {
	if len(kid) > 200 {
		return false
	}
	for segment := range strings.SplitSeq(kid, "/") {
		if segment == "" || strings.Trim(segment, ".") == "" {
			return false
		}
		for _, c := range segment {
			if !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-", c) {
				return false
			}
		}
	}
	return true
}

// fetchText gets a small text by HTTP; anything but 200 is an error.
func (s *Server) fetchText(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, keyTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	res, err := s.p.Client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxKey+1))
	switch {
	case err != nil:
		return nil, err
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("the install-key server answered %s", strings.TrimSpace(res.Status))
	case len(text) > maxKey:
		return nil, fmt.Errorf("the install-key server answered more than %d KB", maxKey>>10)
	}
	return text, nil
}
