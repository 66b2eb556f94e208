package site

import (
	"time"

	"connect-workbench/addon/descriptor"
)

// Product is the Atlassian product a site pretends to be.
type Product = descriptor.Product

// The two products; the values are those of productType in the lifecycle payload.
const (
	Jira       = descriptor.Jira
	Confluence = descriptor.Confluence
)

// Site is one pretend customer instance. It is plain project data (workbench.json) and holds no secret.
type Site struct {
	ID            string  `json:"id"`    // short, stable: "jira", "acme"
	Title         string  `json:"title"` // shown on screen and as description in lifecycle bodies
	Product       Product `json:"product"`
	Port          int     `json:"port"`        // wanted port; the next free one is used when taken; 0 = any
	ContextPath   string  `json:"contextPath"` // "" for JIRA, "/wiki" for Confluence
	ClientKey     string  `json:"clientKey"`
	OAuthClientID string  `json:"oauthClientId"`
	ServerVersion string  `json:"serverVersion"`
	Users         []User  `json:"users"` // the anonymous visitor, who is always there, not among them
	Licence       Licence `json:"licence"`

	// DisplayURL is the customer's own domain; "" means there is none and the base URL is shown.
	DisplayURL string `json:"displayUrl,omitempty"`
	// The numbers of the customer's licence, sent to add-ons that enable licensing; "" is left out.
	SupportEntitlementNumber string `json:"serviceEntitlementNumber,omitempty"`
	EntitlementID            string `json:"entitlementId,omitempty"`
	EntitlementNumber        string `json:"entitlementNumber,omitempty"`

	// HelpCenterURL is the customer's own domain of the help centre; "" means that of the site.
	HelpCenterURL string `json:"helpCenterUrl,omitempty"`
	// Groups are the groups people can be in, empty ones included.
	Groups []string `json:"groups,omitempty"`
	// Era is the time the site believes to live in; "" is CloudNow.
	Era Era `json:"era,omitempty"`
	// TokenSeconds is how long a token lives that is bound to a request; 0 is the era's own, 180.
	TokenSeconds int `json:"tokenSeconds,omitempty"`
	// UninstalledFirst sends uninstalled before disabled. The cloud sends both within milliseconds and
	// promises no order. Source: protocol lifecycle.md §1.
	UninstalledFirst bool `json:"uninstalledFirst,omitempty"`
}

// Licensed reports whether pages are asked for with lic=active.
func (s Site) Licensed() bool { return s.Licence.Active() }

// Administrator is who acts when a person installs, enables or removes an add-on: the first
// administrator among the users.
func (s Site) Administrator() (User, bool) {
	for _, u := range s.Users {
		if u.Admin {
			return u, true
		}
	}
	return User{}, false
}

// User is a person of a site.
type User struct {
	AccountID   string `json:"accountId"`
	DisplayName string `json:"displayName"`
	Email       string `json:"email"`
	TimeZone    string `json:"timeZone"`
	Locale      string `json:"locale"`
	Admin       bool   `json:"admin"`

	// Username is the name of the time before account ids; "" is made of the e-mail address.
	Username string `json:"username,omitempty"`
	// EmailHidden keeps the address from add-ons: the person shows it to nobody.
	EmailHidden bool     `json:"emailHidden,omitempty"`
	Groups      []string `json:"groups,omitempty"`
}

// State of an add-on on a site.
type State string

// The states of an installation. An uninstalled add-on leaves a remnant: its last secret.
const (
	Enabled     State = "enabled"
	Disabled    State = "disabled"
	Uninstalled State = "uninstalled"
)

// Installation is one add-on on one site.
type Installation struct {
	SiteID        string
	AddonKey      string
	Name          string
	BaseURL       string   // of the installed descriptor: where callbacks, webhooks and pages go
	DescriptorURL string   // where it was fetched from
	Descriptor    []byte   // as fetched and accepted; read only
	SharedSecret  string   // "" when the descriptor asks for no authentication
	OldSecrets    []Secret // newest first: to explain tokens signed with a former one; read only
	State         State
	InstalledAt   time.Time
	UpdatedAt     time.Time
}

// Secret is a shared secret that was in force once.
type Secret struct {
	Value string    `json:"value"`
	Until time.Time `json:"until"`
}
