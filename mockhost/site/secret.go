package site

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"io"
	"time"

	"connect-workbench/addon/connectjwt"
)

// secretPrefix marks the shared secrets of the modern cloud. Source: protocol jwt.md §6.
const secretPrefix = "ATCO"

// keptSecrets bounds how many former secrets of an installation are kept, newest first.
const keptSecrets = 20

// NewSecret makes a shared secret of the modern cloud's shape: the prefix ATCO, 256 random
// bits as base64url, and a checksum over both. It is 55 characters long; frameworks ask for
// 32 at least. The error is the random source's.
func NewSecret(random io.Reader) (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("make a shared secret: %w", err)
	}
	s := secretPrefix + base64.RawURLEncoding.EncodeToString(b[:])
	return fmt.Sprintf("%s%08X", s, crc32.ChecksumIEEE([]byte(s))), nil
}

// MakeSecret makes a shared secret of the site's era: a random UUID until December 2021, of the
// modern shape since. The error is the random source's. Source: protocol jwt.md §6.
func (s Site) MakeSecret(random io.Reader) (string, error) {
	if s.Era != Cloud2016 && s.Era != Cloud2020 {
		return NewSecret(random)
	}
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("make a shared secret: %w", err)
	}
	return formatUUID(b), nil
}

// Rotated returns the installation with a new shared secret in force and the one it had, if
// any, kept as the newest former secret, in force until now.
func (i Installation) Rotated(secret string, now time.Time) Installation {
	if i.SharedSecret != "" && i.SharedSecret != secret {
		old := make([]Secret, 0, len(i.OldSecrets)+1)
		old = append(old, Secret{Value: i.SharedSecret, Until: now})
		old = append(old, i.OldSecrets...)
		i.OldSecrets = old[:min(len(old), keptSecrets)]
	}
	i.SharedSecret = secret
	return i
}

// Former lists the earlier secrets for a token check, each with when it ended, so that a token
// signed with one of them can be explained.
func (i Installation) Former() []connectjwt.OldSecret {
	former := make([]connectjwt.OldSecret, len(i.OldSecrets))
	for n, s := range i.OldSecrets {
		former[n] = connectjwt.OldSecret{Secret: s.Value, Label: "in force until " + s.Until.UTC().Format("2006-01-02 15:04:05 UTC")}
	}
	return former
}
