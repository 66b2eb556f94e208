package control

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/webhook"
	"connect-workbench/ui/workbench"
)

// maxBody bounds what a request may send, in bytes; the largest webhook a real host delivers is 25 MB.
const maxBody = 32 << 20

// Workbench is what the control API offers of ui/workbench.
type Workbench interface {
	Project() workbench.Project
	Addon() workbench.AddonState
	Sites() []workbench.SiteState
	Notices() []workbench.Notice
	Install(ctx context.Context, siteID, descriptorURL string, progress func(install.Stage)) error
	SetEnabled(ctx context.Context, siteID, addonKey string, enabled bool, progress func(install.Stage)) error
	Uninstall(ctx context.Context, siteID, addonKey string, progress func(install.Stage)) error
	Events(siteID string) []webhook.Event
	Pages(siteID string) ([]page.Module, error)
	Fire(ctx context.Context, siteID, event string, body []byte) (webhook.Delivery, error)
	SignPage(ctx context.Context, siteID string, r page.Request) (page.Signed, error)
	ExchangeRows(ctx context.Context, filter string, before, after int64, limit int) ([]exchange.Row, error)
	ExchangeCount(ctx context.Context, filter string) (matching, all int64, err error)
	Exchange(ctx context.Context, id int64) (exchange.Record, error)
}

// Server answers the control API.
type Server struct {
	w        Workbench
	token    string
	http     *http.Server
	listener net.Listener
}

// Start listens on a free loopback port. token must be hard to guess; it is the only key.
func Start(w Workbench, token string) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start the control API: %w", err)
	}
	s := &Server{w: w, token: token, listener: listener}
	s.http = &http.Server{Handler: s.guard(s.routes()), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: time.Minute}
	go s.http.Serve(listener) // ends with Close
	return s, nil
}

// URL is where the API answers, without a trailing slash.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Close waits for requests under way until ctx ends.
func (s *Server) Close(ctx context.Context) error {
	if err := s.http.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stop the control API: %w", err), s.http.Close())
	}
	return nil
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /project", s.project)
	mux.HandleFunc("GET /sites", s.sites)
	mux.HandleFunc("POST /sites/{site}/addons", s.installAddon)
	mux.HandleFunc("DELETE /sites/{site}/addons/{addon}", s.uninstallAddon)
	mux.HandleFunc("POST /sites/{site}/addons/{addon}/enable", s.setEnabled(true))
	mux.HandleFunc("POST /sites/{site}/addons/{addon}/disable", s.setEnabled(false))
	mux.HandleFunc("GET /sites/{site}/events", s.events)
	mux.HandleFunc("POST /sites/{site}/events", s.fire)
	mux.HandleFunc("GET /sites/{site}/pages", s.pages)
	mux.HandleFunc("POST /sites/{site}/pages", s.signPage)
	mux.HandleFunc("GET /exchanges", s.exchanges)
	mux.HandleFunc("GET /exchanges/{id}", s.exchange)
	mux.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) {
		writeProblem(rw, problem{Status: http.StatusNotFound, Title: "No such resource",
			Detail: r.Method + " " + r.URL.Path + " is not part of the control API; the README lists what is."})
	})
	return mux
}

// guard lets only requests with the token and our own Host header through. A foreign Host means that
// a web page reached us through a name of its own (DNS rebinding).
func (s *Server) guard(next http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String())
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Host != "127.0.0.1:"+port && r.Host != "localhost:"+port {
			writeProblem(rw, problem{Status: http.StatusMisdirectedRequest, Title: "Wrong Host header",
				Detail: fmt.Sprintf("This server is 127.0.0.1:%s, the request named %q.", port, r.Host)})
			return
		}
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || subtle.ConstantTimeCompare([]byte(given), []byte(s.token)) != 1 {
			rw.Header().Set("WWW-Authenticate", "Bearer")
			writeProblem(rw, problem{Status: http.StatusUnauthorized, Title: "Token missing or wrong",
				Detail: "Send the header Authorization: Bearer TOKEN with the token printed at start."})
			return
		}
		r.Body = http.MaxBytesReader(rw, r.Body, maxBody)
		next.ServeHTTP(rw, r)
	})
}
