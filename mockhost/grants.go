package mockhost

import (
	"connect-workbench/mockhost/rest"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/trust"
)

// clients finds the enabled add-ons of the site with an oauthClientId, for the token endpoint. An
// add-on whose descriptor cannot be read is left out, and logf told.
func clients(sites []site.Running, store *site.Store, read *site.Descriptors, oauthClientID string, logf func(string, ...any)) []trust.Client {
	var found []trust.Client
	for _, s := range sites {
		if s.OAuthClientID == "" || s.OAuthClientID != oauthClientID {
			continue
		}
		for _, in := range store.List(s.ID) {
			if in.State != site.Enabled || in.SharedSecret == "" {
				continue
			}
			d, err := read.Of(in)
			if err != nil {
				logf("token request on %s: %v", s.ID, err)
				continue
			}
			found = append(found, trust.Client{Site: s, Installation: in, Scopes: d.Scopes})
		}
	}
	return found
}

// bearer is a grant of the token endpoint as the gate takes it.
func bearer(g trust.Grant) rest.Bearer {
	return rest.Bearer{SiteID: g.SiteID, AddonKey: g.AddonKey, User: g.User, Scopes: g.Scopes}
}
