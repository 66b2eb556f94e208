package site

import "net/url"

// Running is a site together with the address it answers at.
type Running struct {
	Site
	BaseURL string // scheme, host, port and context path, no trailing slash: "http://localhost:1990/wiki"
	Port    int    // the port it listens on
	Moved   bool   // the wanted port was taken, so Port is another one
}

// Origin is BaseURL without the context path: what browsers compare, and what xdm_e carries.
// Source: protocol iframe.md §1.
func (r Running) Origin() string {
	u, err := url.Parse(r.BaseURL)
	if err != nil || u.Host == "" {
		return r.BaseURL
	}
	return u.Scheme + "://" + u.Host
}

// User finds a person of the site by account id.
func (s Site) User(accountID string) (User, bool) {
	for _, u := range s.Users {
		if u.AccountID == accountID {
			return u, true
		}
	}
	return User{}, false
}
