package page

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
}

// Request says which page to open, as whom and in which context.
type Request struct {
	AddonKey  string            `json:"addonKey"`
	ModuleKey string            `json:"moduleKey"`
	UserID    string            `json:"userId,omitempty"`  // account id; "" is the anonymous visitor
	Context   map[string]string `json:"context,omitempty"` // variable name to value; missing ones come from site data
}

// Signed is a page request ready to be made.
type Signed struct {
	URL          string // absolute, with jwt as the last parameter
	Token        string
	ContextToken string // what AP.context.getToken would give
	HostPageURL  string // the site's own page that frames URL
	Canonical    string // the canonical request the token's qsh was made from
}
