package site

import (
	"crypto/sha256"
	"fmt"
	"strings"
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

// LegacyName is the user name of the time before account ids. Source: protocol jwt.md §2.
func (u User) LegacyName() string {
	if u.Username != "" || u.AccountID == "" {
		return u.Username
	}
	if name, _, ok := strings.Cut(u.Email, "@"); ok && name != "" {
		return strings.ToLower(name)
	}
	return strings.ToLower(strings.ReplaceAll(u.DisplayName, " ", "."))
}

// UserKey is the key of the time before account ids: in JIRA the user name as it first was, in
// Confluence 32 hex digits. The anonymous visitor has none. Source: protocol jwt.md §2, webhooks.md §5.
func (s Site) UserKey(u User) string {
	if s.Product == Jira || u.AccountID == "" {
		return u.LegacyName()
	}
	sum := sha256.Sum256([]byte("user key\x00" + u.AccountID))
	return fmt.Sprintf("%x", sum[:16])
}

// VisibleEmail is the address as add-ons may see it; "" when the person hides it.
func (u User) VisibleEmail() string {
	if u.EmailHidden {
		return ""
	}
	return u.Email
}

// accountPrefix begins the account ids of the cloud's newer accounts.
const accountPrefix = "712020:"

// formatUUID writes 16 random bytes as a version 4 UUID.
func formatUUID(b [16]byte) string {
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// GroupID is the id that the cloud knows a group of the site by; it stays as long as the name does.
func (s Site) GroupID(name string) string {
	sum := sha256.Sum256([]byte("group\x00" + s.ClientKey + "\x00" + name))
	return formatUUID([16]byte(sum[:16]))
}
