package trust

import (
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"sync"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/answer"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

const (
	// OAuthPath is the base of our OAuth server; it answers itself, and below it at tokenPath.
	OAuthPath = "/oauth"

	// tokenPath is the path the vendor's server has for access tokens.
	tokenPath = "/oauth2/token"

	// TokenLife is how long an access token is good for. Source: protocol rest.md §3.
	TokenLife = 15 * time.Minute

	maxAssertion   = 60 * time.Second
	maxForm        = 64 << 10
	scopeActAsUser = "ACT_AS_USER"
)

// Client is an enabled add-on on a site, as the token endpoint sees it.
type Client struct {
	Site         site.Running
	Installation site.Installation
	Scopes       []string // of the descriptor, upper case
}

// Grant is what an access token stands for.
type Grant struct {
	SiteID   string
	AddonKey string
	User     site.User
	Scopes   []string
	Expires  time.Time
}

// OAuthParams is what the token endpoint needs.
type OAuthParams struct {
	Clock   func() time.Time                    // required
	Rand    io.Reader                           // required, safe for concurrent use
	BaseURL func() string                       // required: our own address with OAuthPath, accepted as audience too
	Clients func(oauthClientID string) []Client // required: the enabled add-ons of the site with this id
}

// OAuth is the token endpoint and the memory of the tokens it gave out, which ends with the
// program. Methods are safe for concurrent use.
type OAuth struct {
	clock   func() time.Time
	rand    io.Reader
	baseURL func() string
	clients func(string) []Client

	audiences []string // of assertions, beside our own address

	mu     sync.Mutex
	grants map[string]Grant // by access token
}

// NewOAuth makes a token endpoint.
func NewOAuth(p OAuthParams) *OAuth {
	return &OAuth{clock: p.Clock, rand: p.Rand, baseURL: p.BaseURL, clients: p.Clients, audiences: knownVendor().audiences(), grants: map[string]Grant{}}
}

// Lookup tells what an access token stands for; false when it was never given out or has
// expired.
func (o *OAuth) Lookup(accessToken string) (Grant, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	g, ok := o.grants[accessToken]
	if !ok || !g.Expires.After(o.clock()) {
		return Grant{}, false
	}
	return g, true
}

// ServeHTTP answers POST /oauth2/token.
func (o *OAuth) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	g, refused := o.grant(w, r)
	if refused != nil {
		refuse(w, r, refused)
		return
	}
	token, err := o.keep(g)
	if err != nil {
		refuse(w, r, &refusal{http.StatusInternalServerError, "server_error", connectjwt.Verdict{Rule: ruleServer, Summary: err.Error()}})
		return
	}
	answer.JSON(w, http.StatusOK, jsonType, struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int    `json:"expires_in"`
		TokenType   string `json:"token_type"` // "Bearer", letter by letter: frameworks compare it
	}{token, int(TokenLife.Seconds()), "Bearer"})
}

// grant carries out the checks in the order of RFC 6749: the request, the client, the assertion,
// the scope. It annotates the exchange with what it finds out.
func (o *OAuth) grant(w http.ResponseWriter, r *http.Request) (Grant, *refusal) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if refused := readForm(r); refused != nil {
		return Grant{}, refused
	}
	if kind := r.PostForm.Get("grant_type"); kind != grantJWTBearer {
		return Grant{}, &refusal{http.StatusBadRequest, "unsupported_grant_type", connectjwt.Verdict{
			Rule: ruleGrant, Summary: "grant type is not JWT bearer", Expected: grantJWTBearer, Received: kind,
			At: connectjwt.Place{Part: "request", Name: "grant_type"}, Fix: "send the form field grant_type with exactly this value",
		}}
	}
	assertion := r.PostForm.Get("assertion")
	if assertion == "" {
		return Grant{}, badRequest("no assertion", "the form field assertion is missing or empty", "send the signed JWT in the form field assertion")
	}
	now := o.clock()
	exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Token = assertion })
	id, refused := o.identify(assertion, now)
	if refused != nil {
		return Grant{}, refused
	}
	exchange.Annotate(r.Context(), func(rec *exchange.Record) {
		rec.Site, rec.Addon = id.client.Site.ID, id.client.Installation.AddonKey
		rec.Verdict = connectjwt.Verdict{OK: true}
	})
	user, refused := id.user()
	for _, check := range []func() *refusal{id.tenant, func() *refusal { return id.lifetime(now) }} {
		if refused == nil {
			refused = check()
		}
	}
	if refused != nil {
		return Grant{}, refused
	}
	scopes, refused := id.scopes(r.PostForm.Get("scope"))
	if refused != nil {
		return Grant{}, refused
	}
	return Grant{
		SiteID: id.client.Site.ID, AddonKey: id.client.Installation.AddonKey,
		User: user, Scopes: scopes, Expires: now.Add(TokenLife),
	}, nil
}

const formType = "application/x-www-form-urlencoded"

// readForm reads the form into r. Parameters of the URL do not count, and none of the form may come
// twice. Source: RFC 6749 §3.2; protocol rest.md §3.
func readForm(r *http.Request) *refusal {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != formType {
		refused := badRequest("the body is not a form", "the Content-Type is not the one of forms", "send the fields as "+formType)
		refused.verdict.At = connectjwt.Place{Part: "header", Name: "Content-Type"}
		refused.verdict.Expected, refused.verdict.Received = formType, r.Header.Get("Content-Type")
		return refused
	}
	if err := r.ParseForm(); err != nil {
		return badRequest("the form cannot be read", err.Error(), "send "+formType)
	}
	for _, name := range []string{"grant_type", "assertion", "scope"} {
		if len(r.PostForm[name]) > 1 {
			return badRequest("a field of the form came twice", "there is more than one "+name, "send "+name+" once")
		}
	}
	return nil
}

// keep makes an access token for a grant, and forgets those that have expired.
func (o *OAuth) keep(g Grant) (accessToken string, err error) {
	var b [32]byte
	if _, err := io.ReadFull(o.rand, b[:]); err != nil {
		return "", fmt.Errorf("make an access token: %w", err)
	}
	accessToken = base64.RawURLEncoding.EncodeToString(b[:])
	now := o.clock()
	o.mu.Lock()
	defer o.mu.Unlock()
	for token, old := range o.grants {
		if !old.Expires.After(now) {
			delete(o.grants, token)
		}
	}
	o.grants[accessToken] = g
	return accessToken, nil
}

// Forget ends the access tokens of a site.
func (o *OAuth) Forget(siteID string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	maps.DeleteFunc(o.grants, func(_ string, g Grant) bool { return g.SiteID == siteID })
}

func badRequest(summary, cause, fix string) *refusal {
	return &refusal{http.StatusBadRequest, "invalid_request", connectjwt.Verdict{
		Rule: ruleRequest, Summary: summary, Cause: cause, Fix: fix, At: connectjwt.Place{Part: "request", Name: "body"},
	}}
}

const jsonType = "application/json;charset=UTF-8"

// refuse answers with the error JSON of RFC 6749 §5.2 and leaves the verdict in the log.
func refuse(w http.ResponseWriter, r *http.Request, why *refusal) {
	exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Verdict = why.verdict })
	answer.JSON(w, why.status, jsonType, struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}{why.code, why.description()})
}
