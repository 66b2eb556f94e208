package site

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
)

// Defaults gives the two sites a new project starts with: JIRA at http://localhost:2990
// without a context path, and Confluence at http://localhost:1990/wiki, as in the cloud.
// Each has its own clientKey and three users: an administrator, a member and a customer who
// only looks. random nil means crypto/rand. Defaults panics when random ends early: ids
// from a broken source would not tell customers apart.
func Defaults(random io.Reader) []Site {
	if random == nil {
		random = rand.Reader
	}
	jira := Site{
		ID: "jira", Title: "Acme (JIRA)", Product: Jira, Port: 2990,
		ServerVersion: "100291", Licence: ActiveSubscription,
		SupportEntitlementNumber: "SEN-4410293", EntitlementNumber: "E-4JR-7Q2-M8D",
		Groups: []string{"site-admins", "jira-software-users", "customers"},
		Users: []User{
			{DisplayName: "Ada Brandt", Email: "ada@acme.example", TimeZone: "Europe/Berlin", Locale: "en-GB", Admin: true, Groups: []string{"site-admins", "jira-software-users"}},
			{DisplayName: "Milo Okafor", Email: "milo@acme.example", TimeZone: "Africa/Lagos", Locale: "en-GB", Groups: []string{"jira-software-users"}},
			{DisplayName: "Yuki Tanabe", Email: "yuki@customer.example", TimeZone: "Asia/Tokyo", Locale: "ja-JP", EmailHidden: true, Groups: []string{"customers"}},
		},
	}
	confluence := Site{
		ID: "confluence", Title: "Acme (Confluence)", Product: Confluence, Port: 1990, ContextPath: "/wiki",
		ServerVersion: "6482", Licence: ActiveSubscription,
		SupportEntitlementNumber: "SEN-4410318", EntitlementNumber: "E-9CF-2X5-T6B",
		Groups: []string{"site-admins", "confluence-users", "customers"},
		Users: []User{
			{DisplayName: "Ingrid Solheim", Email: "ingrid@acme.example", TimeZone: "Europe/Oslo", Locale: "nb-NO", Admin: true, Groups: []string{"site-admins", "confluence-users"}},
			{DisplayName: "Rafael Duarte", Email: "rafael@acme.example", TimeZone: "America/Sao_Paulo", Locale: "pt-BR", Groups: []string{"confluence-users"}},
			{DisplayName: "Noor Haddad", Email: "noor@customer.example", TimeZone: "Asia/Amman", Locale: "en-US", EmailHidden: true, Groups: []string{"customers"}},
		},
	}
	return []Site{withIDs(random, jira), withIDs(random, confluence)}
}

// withIDs fills in everything that has to differ from one project to the next.
func withIDs(random io.Reader, s Site) Site {
	s.ClientKey = newUUID(random)
	s.OAuthClientID = base64.RawURLEncoding.EncodeToString(randomBytes(random, 24))
	s.EntitlementID = newUUID(random)
	for i := range s.Users {
		s.Users[i].AccountID = accountPrefix + newUUID(random)
	}
	return s
}

func newUUID(random io.Reader) string { return formatUUID([16]byte(randomBytes(random, 16))) }

func randomBytes(random io.Reader, n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(random, b); err != nil {
		panic(fmt.Sprintf("site: random source: %v", err))
	}
	return b
}
