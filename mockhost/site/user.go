package site

import (
	"crypto/sha256"
	"fmt"
)

// AddonUser is the account the host made for an add-on when it was installed: plain JWT calls
// act as this user, whose accountType is "app". The account id depends on the site's clientKey
// and the add-on key only, so it stays through re-installs. Source: protocol rest.md §1.
func (s Site) AddonUser(addonKey, addonName string) User {
	if addonName == "" {
		addonName = addonKey
	}
	sum := sha256.Sum256([]byte("add-on user\x00" + s.ClientKey + "\x00" + addonKey))
	return User{
		AccountID:   accountPrefix + formatUUID([16]byte(sum[:16])),
		DisplayName: addonName,
		TimeZone:    "Etc/UTC",
		Locale:      "en-GB",
	}
}

// accountPrefix begins the account ids of the cloud's newer accounts.
const accountPrefix = "712020:"

// formatUUID writes 16 random bytes as a version 4 UUID.
func formatUUID(b [16]byte) string {
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
