package page

import (
	"errors"
	"fmt"
	"strings"

	"connect-workbench/mockhost/site"
)

// Module is a module of an installed add-on that the host shows in an iframe.
type Module struct {
	AddonKey  string
	AddonName string
	Key       string
	Type      string // "generalPages", "webPanels", ...
	Name      string
	URL       string // as in the descriptor, variables unfilled
	Location  string
	Variables []string // context variables the URL uses: "issue.key"
	Pointer   string   // JSON pointer in the descriptor
}

// Request says which page to open, as whom and in which context.
type Request struct {
	AddonKey  string            `json:"addonKey"`
	ModuleKey string            `json:"moduleKey"`
	UserID    string            `json:"userId,omitempty"`  // account id; "" is the anonymous visitor
	Context   map[string]string `json:"context,omitempty"` // variable name to value; missing ones come from site data
}

// Signed is a page request ready to be made. For an add-on with authentication "none" there are no
// tokens and no canonical request.
type Signed struct {
	URL          string // absolute, with jwt as the last parameter
	Token        string
	ContextToken string // what AP.context.getToken would give
	HostPageURL  string // the site's own page that frames URL
	Canonical    string // the canonical request the token's qsh was made from
}

// ErrUnknownUser means that a request names a viewer who is no user of the site.
var ErrUnknownUser = errors.New("no such user on this site")

// UnknownModuleError means that an add-on declares no framed module of this key.
type UnknownModuleError struct {
	AddonKey, ModuleKey string
	Have                []string // the keys it does declare
}

func (e *UnknownModuleError) Error() string {
	if len(e.Have) == 0 {
		return fmt.Sprintf("%s declares no page, panel, dialog or macro", e.AddonKey)
	}
	return fmt.Sprintf("%s has no page with the key %q; it has %s", e.AddonKey, e.ModuleKey, strings.Join(e.Have, ", "))
}

// NotEnabledError means that the add-on is there but its modules are not shown.
type NotEnabledError struct {
	AddonKey string
	State    site.State
}

func (e *NotEnabledError) Error() string {
	return fmt.Sprintf("%s is %s on this site; only an enabled add-on is shown", e.AddonKey, e.State)
}

// ConflictError means that a module's url already has a parameter that the host adds itself.
type ConflictError struct{ ModuleKey, Parameter string }

func (e *ConflictError) Error() string {
	return fmt.Sprintf("the url of %s already has the parameter %s, which the host adds itself; give yours another name", e.ModuleKey, e.Parameter)
}
