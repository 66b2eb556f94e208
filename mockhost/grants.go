package mockhost

import (
	"connect-workbench/mockhost/rest"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/trust"
)

// clients finds the enabled add-ons of the site with an oauthClientId, for the token endpoint.
func (h *Host) clients(oauthClientID string) []trust.Client {
	var found []trust.Client
	for _, s := range h.Sites() {
		if s.OAuthClientID == "" || s.OAuthClientID != oauthClientID {
			continue
		}
		for _, in := range h.store.List(s.ID) {
			if in.State != site.Enabled || in.SharedSecret == "" {
				continue
			}
			d, err := h.descriptors.Of(in)
			if err != nil {
				h.logf("token request on %s: %v", s.ID, err)
				continue
			}
			found = append(found, trust.Client{Site: s, Installation: in, Scopes: d.Scopes})
		}
	}
	return found
}

// bearer hands the gate what the token endpoint knows of an access token.
func (h *Host) bearer(accessToken string) (rest.Bearer, bool) {
	g, ok := h.oauth.Lookup(accessToken)
	return rest.Bearer{SiteID: g.SiteID, AddonKey: g.AddonKey, User: g.User, Scopes: g.Scopes}, ok
}
