package rest

import (
	"net/http"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// A session token lets a host page call resources for AP.request: in the name of who looks at the
// page, within the scopes of the add-on whose frame asked. It is the host's own, made with a key
// that no add-on has, and looks so: iss is the site's base URL, aud the add-on key, sub the viewer
// (absent when nobody is logged in), and there is no qsh. Real hosts use the browser's cookie here;
// ours has none, because its pages choose their viewer anew each time. Source: protocol iframe.md §6.

// Session makes the session token of a page that frames an add-on. accountID "" is the anonymous viewer.
func (g *Gate) Session(s site.Running, addonKey, accountID string) string {
	now := g.p.Clock()
	return connectjwt.SignHS256(connectjwt.Claims{
		Issuer: s.BaseURL, Subject: accountID, Audience: []string{addonKey},
		IssuedAt: now.Unix(), Expires: now.Add(connectjwt.ContextTokenLife).Unix(),
	}, g.p.SessionKey)
}

// SessionCheck is the check of a site's session tokens at the present time.
func (g *Gate) SessionCheck(s site.Running) connectjwt.Check {
	return connectjwt.Check{
		Algorithm: connectjwt.HS256, Secret: g.p.SessionKey, Issuer: s.BaseURL, QSH: connectjwt.QSHIgnored, Now: g.p.Clock(),
	}
}

// identifySession checks a token of one of our own pages.
func (g *siteGate) identifySession(raw string) (caller, connectjwt.Verdict) {
	c := caller{kind: viewer, token: raw}
	token, verdict := g.SessionCheck(g.site).Verify(raw)
	if len(token.Claims.Audience) == 1 {
		c.addonKey = token.Claims.Audience[0]
	}
	if !verdict.OK {
		return c, badSession(verdict)
	}
	in, err := g.Store.Get(g.site.ID, c.addonKey)
	if err != nil {
		return c, unknownAddon(token.Claims, g.site)
	}
	if in.State != site.Enabled {
		return c, notEnabled(in)
	}
	if id := token.Claims.Subject; id != "" {
		var known bool
		if c.user, known = g.site.User(id); !known {
			return c, viewerGone(id)
		}
	}
	c.installation = in
	return c, g.readScopes(&c)
}

// admitsVisitors reports whether a resource answers a caller whom nobody knows by name.
func (res resource) admitsVisitors(c caller) bool {
	switch res.open {
	case toEverybody:
		return true
	case toVisitors:
		return c.kind == viewer
	}
	return false
}

// nobody is the verdict on a call without a person or add-on behind it.
func nobody(r *http.Request, c caller) connectjwt.Verdict {
	if c.kind == viewer {
		return visitorRefused()
	}
	return connectjwt.NoToken(r.Header.Get("Authorization"))
}
