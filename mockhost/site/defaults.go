package site

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// Ports that the first site of each product wants; further ones take the next.
const (
	jiraPort       = 2990
	confluencePort = 1990
)

// Defaults gives the two sites a new project starts with: JIRA at http://localhost:2990
// without a context path, and Confluence at http://localhost:1990/wiki, as in the cloud. random
// nil means crypto/rand.
func Defaults(random io.Reader) []Site {
	jira := New(random, Jira, "jira", "Acme (JIRA)", jiraPort)
	jira.SupportEntitlementNumber, jira.EntitlementNumber = "SEN-4410293", "E-4JR-7Q2-M8D"
	confluence := New(random, Confluence, "confluence", "Acme (Confluence)", confluencePort)
	confluence.SupportEntitlementNumber, confluence.EntitlementNumber = "SEN-4410318", "E-9CF-2X5-T6B"
	return []Site{jira, confluence}
}

// New gives a site of a product with ids, numbers and a clientKey of its own, the product's usual
// context path, and three users: an administrator, a member and a customer who only looks. random
// nil means crypto/rand. New panics when random ends early: ids from a broken source would not
// tell customers apart.
func New(random io.Reader, product Product, id, title string, port int) Site {
	s := Site{
		ID: id, Title: title, Product: product, Port: port, ServerVersion: "100291", Licence: ActiveSubscription,
		Groups: []string{"site-admins", "jira-software-users", "customers"},
		Users: []User{
			{DisplayName: "Ada Brandt", Email: "ada@acme.example", TimeZone: "Europe/Berlin", Locale: "en-GB", Admin: true, Groups: []string{"site-admins", "jira-software-users"}},
			{DisplayName: "Milo Okafor", Email: "milo@acme.example", TimeZone: "Africa/Lagos", Locale: "en-GB", Groups: []string{"jira-software-users"}},
			{DisplayName: "Yuki Tanabe", Email: "yuki@customer.example", TimeZone: "Asia/Tokyo", Locale: "ja-JP", EmailHidden: true, Groups: []string{"customers"}},
		},
	}
	if product == Confluence {
		s.ContextPath, s.ServerVersion = "/wiki", "6482"
		s.Groups = []string{"site-admins", "confluence-users", "customers"}
		s.Users = []User{
			{DisplayName: "Ingrid Solheim", Email: "ingrid@acme.example", TimeZone: "Europe/Oslo", Locale: "nb-NO", Admin: true, Groups: []string{"site-admins", "confluence-users"}},
			{DisplayName: "Rafael Duarte", Email: "rafael@acme.example", TimeZone: "America/Sao_Paulo", Locale: "pt-BR", Groups: []string{"confluence-users"}},
			{DisplayName: "Noor Haddad", Email: "noor@customer.example", TimeZone: "Asia/Amman", Locale: "en-US", EmailHidden: true, Groups: []string{"customers"}},
		}
	}
	if random == nil {
		random = rand.Reader
	}
	s = withOwnIDs(random, s)
	for i := range s.Users {
		s.Users[i].AccountID = NewAccountID(random)
	}
	return s
}

// NewAccountID makes an Atlassian account id of the newer kind. It panics when random ends early.
func NewAccountID(random io.Reader) string { return accountPrefix + newUUID(random) }

// Clone is another customer with the same settings and people: clientKey, oauthClientId and the
// numbers of the licence are its own, because add-ons tell customers apart by them. Account ids stay:
// in the cloud a person has one account on all sites.
func (s Site) Clone(random io.Reader, id, title string, port int) Site {
	if random == nil {
		random = rand.Reader
	}
	s.ID, s.Title, s.Port = id, title, port
	s.Groups = slices.Clone(s.Groups)
	s.Users = slices.Clone(s.Users)
	for i := range s.Users {
		s.Users[i].Groups = slices.Clone(s.Users[i].Groups)
	}
	return withOwnIDs(random, s)
}

// withOwnIDs gives a site everything that tells one customer from the next.
func withOwnIDs(random io.Reader, s Site) Site {
	s.ClientKey = newUUID(random)
	s.OAuthClientID = base64.RawURLEncoding.EncodeToString(randomBytes(random, 24))
	s.EntitlementID = newUUID(random)
	sum := sha256.Sum256([]byte("licence\x00" + s.ClientKey))
	s.SupportEntitlementNumber = fmt.Sprintf("SEN-%07d", binary.BigEndian.Uint32(sum[:])%10_000_000)
	letters := fmt.Sprintf("%X", sum[4:9])
	s.EntitlementNumber = "E-" + letters[0:3] + "-" + letters[3:6] + "-" + letters[6:9]
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
