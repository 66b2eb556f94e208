package rest

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// callerKind says how a caller made itself known.
type callerKind int

const (
	anonymous     callerKind = iota
	addonItself              // JWT: acts as the add-on's own user
	addonForUser             // Bearer: acts as a user
	viewer                   // session JWT: AP.request of a page, acts as who looks at it
	administrator            // Basic
)

// caller is who asks, as far as it could be found out.
type caller struct {
	kind         callerKind
	token        string // JWT or access token, for the log
	addonKey     string
	installation site.Installation
	user         site.User // the zero User is nobody
	scopes       []string
}

// scoped reports whether the descriptor's scopes limit the caller.
func (c caller) scoped() bool { return c.kind != anonymous && c.kind != administrator }

// known reports whether the caller acts as somebody.
func (c caller) known() bool { return c.user.AccountID != "" }

// identify finds out who calls. The verdict is OK only for a caller that proved itself; for
// anonymous ones it says what was missing.
func (g *siteGate) identify(r *http.Request) (caller, connectjwt.Verdict) {
	header := r.Header.Get("Authorization")
	if token, ok := connectjwt.FromHeader(header); ok {
		return g.identifyJWT(r, token)
	}
	if token := r.URL.Query().Get("jwt"); token != "" {
		return g.identifyJWT(r, token)
	}
	if name, password, ok := r.BasicAuth(); ok {
		return g.identifyBasic(name, password)
	}
	if token, ok := strings.CutPrefix(header, "Bearer "); ok {
		return g.identifyBearer(token)
	}
	return caller{kind: anonymous}, connectjwt.NoToken(header)
}

// identifyJWT checks an add-on's own token, or one of our pages. Source: protocol jwt.md §7, rules 1
// to 6.
func (g *siteGate) identifyJWT(r *http.Request, raw string) (caller, connectjwt.Verdict) {
	c, sent := caller{kind: addonItself, token: raw}, body(r)
	check := connectjwt.Check{
		Algorithm: connectjwt.HS256,
		Audience:  []string{g.site.ClientKey}, AudienceOptional: true,
		Request:  connectjwt.Request{Method: r.Method, Target: r.RequestURI, Base: g.site.BaseURL, Form: connectjwt.FormBody(r.Header.Get("Content-Type"), sent)},
		BaseName: "context path",
		Body:     string(sent),
		Now:      g.Clock(),
		Leeway:   connectjwt.HostLeeway,
	}
	token, err := connectjwt.Decode(raw)
	if err != nil || token.Header.Algorithm != connectjwt.HS256 {
		_, verdict := check.Verify(raw)
		return c, verdict
	}
	if token.Claims.Issuer == g.site.BaseURL {
		return g.identifySession(raw)
	}
	in, err := g.Store.Get(g.site.ID, token.Claims.Issuer)
	if err != nil {
		return c, unknownAddon(token.Claims, g.site)
	}
	if c.addonKey = in.AddonKey; in.SharedSecret == "" {
		return c, noSecret(in)
	}
	check.Issuer, check.Secret, check.OldSecrets = in.AddonKey, in.SharedSecret, in.Former()
	if _, verdict := check.Verify(raw); !verdict.OK {
		return c, ownSession(verdict, token.Claims, g.site)
	}
	if in.State != site.Enabled {
		return c, notEnabled(in)
	}
	c.installation = in
	c.user = g.site.AddonUser(in.AddonKey, in.Name)
	return c, g.readScopes(&c)
}

// body is the body of a request, which can be read again afterwards.
func body(r *http.Request) []byte {
	text, err := io.ReadAll(r.Body) // the log's middleware has bounded it and holds it in memory
	r.Body = io.NopCloser(bytes.NewReader(text))
	if err != nil {
		return nil
	}
	return text
}

// readScopes fills in what the installed descriptor asks for.
func (g *siteGate) readScopes(c *caller) connectjwt.Verdict {
	d, err := g.Descriptors.Of(c.installation)
	if err != nil {
		return connectjwt.Verdict{Rule: ruleAddon, Summary: "the installed descriptor cannot be read", Cause: err.Error(), Fix: "install the add-on again"}
	}
	c.scopes = d.Scopes
	return connectjwt.Verdict{OK: true}
}

// identifyBearer checks an access token of our OAuth server.
func (g *siteGate) identifyBearer(token string) (caller, connectjwt.Verdict) {
	c := caller{kind: addonForUser, token: token}
	b, ok := g.Bearer(token)
	if !ok || b.SiteID != g.site.ID {
		return c, badAccessToken(token, ok)
	}
	c.addonKey, c.user, c.scopes = b.AddonKey, b.User, b.Scopes
	in, err := g.Store.Get(g.site.ID, b.AddonKey)
	if err != nil {
		return c, unknownAddon(connectjwt.Claims{Issuer: b.AddonKey}, g.site)
	}
	if in.State != site.Enabled {
		return c, notEnabled(in)
	}
	c.installation = in
	return c, connectjwt.Verdict{OK: true}
}

// identifyBasic checks the administrator's name, or e-mail address, and password.
func (g *siteGate) identifyBasic(name, password string) (caller, connectjwt.Verdict) {
	u, ok := g.site.SignIn(name, password)
	c := caller{kind: administrator, user: u}
	if !ok || !u.Admin {
		return c, badPassword(g.site.Site, name, u, ok)
	}
	return c, connectjwt.Verdict{OK: true}
}
