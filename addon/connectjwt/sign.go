package connectjwt

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

// The algorithms of Connect. Source: protocol jwt.md §1.
const (
	HS256 = "HS256"
	RS256 = "RS256"
)

// hs256Header is {"typ":"JWT","alg":"HS256"}, encoded, with its dot: every shared-secret token
// begins with it.
const hs256Header = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9."

// macTextLength is the length of an encoded HMAC-SHA-256.
const macTextLength = 43

// SignHS256 makes a token signed with a shared secret. The key is the bytes of the secret as
// delivered, without any decoding. Context and Extra have to be valid JSON.
// Source: protocol jwt.md §1.
func SignHS256(c Claims, secret string) string {
	var claimBuf [640]byte
	claims := c.appendJSON(claimBuf[:0])
	token := make([]byte, 0, len(hs256Header)+base64.RawURLEncoding.EncodedLen(len(claims))+1+macTextLength)
	token = append(token, hs256Header...)
	token = base64.RawURLEncoding.AppendEncode(token, claims)
	sum := mac([]byte(secret), token)
	token = append(token, '.')
	return string(base64.RawURLEncoding.AppendEncode(token, sum[:]))
}

// SignRS256 makes a token signed with an install key; kid names its public half, which the
// receiver fetches. Source: protocol jwt.md §6.
func SignRS256(c Claims, key *rsa.PrivateKey, kid string) (string, error) {
	header := append([]byte(`{"typ":"JWT","alg":"RS256","kid":`), appendText(nil, kid)...)
	header = append(header, '}')
	token := base64.RawURLEncoding.AppendEncode(nil, header)
	token = append(token, '.')
	token = base64.RawURLEncoding.AppendEncode(token, c.appendJSON(nil))
	signature, err := jwt.SigningMethodRS256.Sign(string(token), key)
	if err != nil {
		return "", fmt.Errorf("sign with install key %s: %w", kid, err)
	}
	token = append(token, '.')
	return string(base64.RawURLEncoding.AppendEncode(token, signature)), nil
}

// mac returns the HMAC-SHA-256 of input. A pool of keyed states would save a tenth of a signature
// and cost package state that holds secrets.
func mac(key, input []byte) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, key)
	h.Write(input)
	h.Sum(sum[:0])
	return sum
}

// ParsePublicKey reads an install key as a key server hands it out: PEM, "PUBLIC KEY", RSA.
// Source: protocol jwt.md §6.
func ParsePublicKey(text []byte) (*rsa.PublicKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("parse install key: no PEM block in it")
	}
	if block.Type != "PUBLIC KEY" {
		return nil, fmt.Errorf("parse install key: PEM block %q where \"PUBLIC KEY\" is expected", block.Type)
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("parse install key: %w", err)
	}
	public, ok := key.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("parse install key: a %T where an RSA key is expected", key)
	}
	return public, nil
}

// PublicKeyPEM writes an install key as a key server hands it out.
func PublicKeyPEM(key *rsa.PublicKey) []byte {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		panic("connectjwt: an RSA public key has no encoding: " + err.Error()) // only for a nil or broken key, a bug of the caller
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}
