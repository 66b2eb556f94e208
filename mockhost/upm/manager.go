package upm

import (
	"context"
	"net/http"
	"path"
	"time"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// root is where the resources are, below the context path.
const root = "/rest/plugins/1.0"

// Failure is why a verb did not come about.
type Failure struct {
	Key   string // the host's message key
	Admin string // what the customer's administrator reads
}

// Verbs are what the host can do, and how it words what went wrong.
type Verbs interface {
	// Install installs what descriptorURL describes. downloaded is called when the descriptor is there.
	Install(ctx context.Context, siteID, descriptorURL string, downloaded func()) (site.Installation, error)
	SetEnabled(ctx context.Context, siteID, addonKey string, enabled bool) error
	Uninstall(ctx context.Context, siteID, addonKey string) error
	// Background runs work on a goroutine of the host, with a context that ends when the host does.
	Background(work func(context.Context)) error
	Explain(err error) Failure
}

// Params is what a Manager needs. All are required.
type Params struct {
	Clock       func() time.Time
	NewID       func() string // for tokens and tasks: nobody else can guess them
	Store       *site.Store
	Descriptors *site.Descriptors
	Verbs       Verbs
}

// Manager answers the add-on manager's REST of all sites.
type Manager struct{ p Params }

// New makes a Manager.
func New(p Params) *Manager { return &Manager{p: p} }

// Handler answers the requests of one site and hands next those for other resources, as they
// are. It expects the whole path, context path included. Tokens and tasks live in the handler.
func (m *Manager) Handler(s site.Running, next http.Handler) http.Handler {
	h := &siteManager{Params: m.p, site: s, next: next, tokens: newTokens(m.p.Clock), tasks: newTasks(m.p.Clock)}
	mux := http.NewServeMux()
	for _, r := range []struct {
		method string
		path   string
		answer func(w http.ResponseWriter, r *http.Request, u site.User)
	}{
		{"GET", "", h.list},
		{"GET", "/{$}", h.list},
		{"POST", "", h.install},
		{"POST", "/{$}", h.install},
		{"GET", "/settings", h.settings},
		{"GET", "/pending", h.pending},
		{"GET", "/pending/{$}", h.pending},
		{"GET", "/pending/{id}", h.poll},
		{"GET", "/{addon}", h.one},
		{"PUT", "/{addon}", h.change},
		{"DELETE", "/{addon}", h.remove},
		{"GET", "/{addon}/{part}", h.part},
	} {
		mux.HandleFunc(r.method+" "+s.ContextPath+root+r.path, h.admitted(r.answer))
	}
	mux.Handle("/", next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if clean := path.Clean(r.URL.Path); clean != r.URL.Path && clean+"/" != r.URL.Path {
			next.ServeHTTP(w, r) // the mux would redirect, and the other side follows no redirect
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// siteManager is the manager of one site.
type siteManager struct {
	Params
	site   site.Running
	next   http.Handler
	tokens *tokens
	tasks  *tasks
}

// admitted lets administrators in and tells the log what came of it.
func (m *siteManager) admitted(answer func(http.ResponseWriter, *http.Request, site.User)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name, password, _ := r.BasicAuth()
		u, ok := m.site.SignIn(name, password)
		switch {
		case !ok:
			w.Header().Set("WWW-Authenticate", `Basic realm="`+m.site.Product.Name()+`"`)
			refuse(w, r, http.StatusUnauthorized, "upm.error.unauthorized", notSignedIn(r, m.site.Site, name))
		case !u.Admin:
			refuse(w, r, http.StatusForbidden, "upm.error.forbidden", notAdmin(m.site.Site, name))
		default:
			exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Verdict.OK = true })
			answer(w, r.WithContext(site.WithActor(r.Context(), u)), u)
		}
	}
}

// link is the path of a resource as clients get to see it.
func (m *siteManager) link(path string) string { return m.site.ContextPath + root + path }
