package rest

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/descriptor"
	"connect-workbench/assets"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// Bearer is what an access token stands for.
type Bearer struct {
	SiteID   string
	AddonKey string
	User     site.User
	Scopes   []string
}

// Params is what a Gate needs. All are required.
type Params struct {
	Clock       func() time.Time
	Store       *site.Store
	Descriptors *site.Descriptors
	Bearer      func(accessToken string) (Bearer, bool)
	SessionKey  string // signs session tokens; no add-on may have it
}

// Gate checks and answers REST requests.
type Gate struct {
	p           Params
	permissions permissions
}

// New makes a Gate. It panics when the data that ships in the binary is broken, which a test rules out.
func New(p Params) *Gate {
	all, err := loadPermissions(assets.Catalogue)
	if err != nil {
		panic(err)
	}
	return &Gate{p: p, permissions: all}
}

// Handler answers the requests of one site. It expects the whole path, context path included,
// and must not stand behind a mux that cleans paths: the form they arrive in is judged here.
func (g *Gate) Handler(s site.Running) http.Handler {
	h := &siteGate{Gate: g, Params: g.p, site: s}
	mux := http.NewServeMux()
	for _, res := range resources(s.Product) {
		mux.HandleFunc(res.method+" "+res.path, h.serve(res))
	}
	mux.HandleFunc("/", h.notSimulated)
	h.resources = http.StripPrefix(s.ContextPath, mux)
	return h
}

// siteGate is the gate of one site.
type siteGate struct {
	*Gate
	Params
	site      site.Running
	resources http.Handler
}

// ServeHTTP does what has to be done before anybody looks which resource is meant.
func (g *siteGate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, verdict := g.identify(r)
	g.annotate(r, c, verdict)
	if !verdict.OK && c.kind != anonymous {
		g.unauthorized(w, r, verdict)
		return
	}
	if !strings.HasPrefix(r.URL.Path, g.site.ContextPath+"/") {
		g.refuse(w, r, http.StatusNotFound, outsideContext(g.site, r.URL.EscapedPath()))
		return
	}
	path := r.URL.EscapedPath()
	if cause := abnormal(path); cause != "" {
		g.refuse(w, r, http.StatusBadRequest, notNormal(path, cause))
		return
	}
	r = r.WithContext(context.WithValue(r.Context(), callerKey{}, c))
	if len(path) > len(g.site.ContextPath)+1 && strings.HasSuffix(path, "/") {
		r.URL = withoutSlash(*r.URL)
	}
	g.resources.ServeHTTP(w, r)
}

// withoutSlash is an address without the slash at the end of its path: products take it for the same
// resource, and so does a qsh.
func withoutSlash(u url.URL) *url.URL {
	u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(u.RawPath, "/")
	return &u
}

// callerKey is where the context of a request keeps its caller.
type callerKey struct{}

// serve checks what depends on the resource, and has it answer.
func (g *siteGate) serve(res resource) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := r.Context().Value(callerKey{}).(caller)
		if c.scoped() && !descriptor.ScopeGranted(c.scopes, res.scope) {
			g.refuse(w, r, http.StatusForbidden, outOfScope(res, c.scopes))
			return
		}
		if !c.known() && !res.admitsVisitors(c) {
			v := nobody(r, c)
			exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Verdict = v })
			g.unauthorized(w, r, v)
			return
		}
		if c.kind != anonymous {
			exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Verdict.Summary = admitted(res, c) })
		}
		g.reply(w, r, res.answer(request{gate: g, caller: c, Request: r}))
	}
}

// abnormal says what keeps a path from being as a browser would send it: an empty segment other than
// the last, or dot segments, even escaped ones. "" is nothing. Source: protocol jwt.md §7, rule 8.
func abnormal(path string) string {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, segment := range segments {
		plain, err := url.PathUnescape(segment)
		switch {
		case err != nil:
			return "it holds a broken escape"
		case plain == "." || plain == "..":
			return "it holds the dot segment " + segment
		case plain == "" && i < len(segments)-1:
			return "it holds an empty segment"
		}
	}
	return ""
}

// annotate leaves in the log who called and what the check of the token found.
func (g *siteGate) annotate(r *http.Request, c caller, v connectjwt.Verdict) {
	exchange.Annotate(r.Context(), func(rec *exchange.Record) {
		rec.Site, rec.Addon, rec.Token = g.site.ID, c.addonKey, c.token
		if c.kind != anonymous {
			rec.Verdict = v
		}
	})
}
