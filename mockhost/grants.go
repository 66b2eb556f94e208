package mockhost

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

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

// sessionKey is the key of the project's session tokens. It follows from the install key, so that a
// page left open goes on after a restart, and so that there is no further secret to keep.
func sessionKey(k trust.Key) string {
	sum := hmac.New(sha256.New, k.Private.D.Bytes())
	sum.Write([]byte("session tokens of host pages")) // never fails
	return hex.EncodeToString(sum.Sum(nil))
}
