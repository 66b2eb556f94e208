package control

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"connect-workbench/loopback"
	"connect-workbench/ui/workbench"
)

// maxBody bounds what a request may send, in bytes; the largest webhook a real host delivers is 25 MB.
const maxBody = 32 << 20

// Server answers the control API.
type Server struct {
	w       *workbench.Workbench
	token   string
	port    int
	serving *loopback.Server
	giveUp  context.CancelFunc // ends the contexts of the requests under way
}

// graceTime is how long requests under way may go on when the server closes.
const graceTime = time.Second

// Start listens on a free loopback port, until Close: the end of ctx stops neither the server nor
// the requests under way. token must be hard to guess; it is the only key. logf takes what
// net/http has to say.
func Start(ctx context.Context, w *workbench.Workbench, token string, logf func(format string, args ...any)) (*Server, error) {
	l, err := loopback.Listen(ctx, 0, nil)
	if err != nil {
		return nil, fmt.Errorf("start the control API: %w", err)
	}
	s := &Server{w: w, token: token, port: l.Port()}
	requests, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	s.giveUp = giveUp
	s.serving = loopback.Serve(requests, l, s.guard(s.routes()), logf)
	return s, nil
}

// URL is where the API answers, without a trailing slash.
func (s *Server) URL() string { return "http://127.0.0.1:" + strconv.Itoa(s.port) }

// Close gives requests under way graceTime to finish. Then their contexts end, so that an install
// or a delivery in the middle is given up and its caller told so. When ctx ends they are cut off.
func (s *Server) Close(ctx context.Context) error {
	defer s.giveUp()
	grace := time.AfterFunc(graceTime, s.giveUp)
	defer grace.Stop()
	if err := s.serving.Close(ctx); err != nil {
		return fmt.Errorf("stop the control API: %w", err)
	}
	return nil
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /project", s.project)
	mux.HandleFunc("POST /descriptor/reach", s.reach)
	mux.HandleFunc("GET /sites", s.sites)
	mux.HandleFunc("POST /sites", s.addSite)
	mux.HandleFunc("GET /sites/{site}", s.siteDetail)
	mux.HandleFunc("PATCH /sites/{site}", s.changeSite)
	mux.HandleFunc("DELETE /sites/{site}", s.removeSite)
	mux.HandleFunc("POST /sites/{site}/clone", s.cloneSite)
	mux.HandleFunc("POST /sites/{site}/reset", s.resetSite)
	mux.HandleFunc("POST /sites/{site}/addons", s.installAddon)
	mux.HandleFunc("DELETE /sites/{site}/addons/{addon}", s.uninstallAddon)
	mux.HandleFunc("POST /sites/{site}/addons/{addon}/enable", s.setEnabled(true))
	mux.HandleFunc("POST /sites/{site}/addons/{addon}/disable", s.setEnabled(false))
	mux.HandleFunc("POST /sites/{site}/addons/{addon}/update", s.updateAddon)
	mux.HandleFunc("GET /sites/{site}/addons/{addon}/pending", s.pending)
	mux.HandleFunc("POST /sites/{site}/addons/{addon}/pending/approve", s.answerPending(s.w.Approve))
	mux.HandleFunc("POST /sites/{site}/addons/{addon}/pending/refuse", s.answerPending(s.w.Refuse))
	mux.HandleFunc("GET /check-rules", s.checkRules)
	mux.HandleFunc("PUT /check-rules", s.setCheckRules)
	mux.HandleFunc("POST /compare", s.compare)
	mux.HandleFunc("GET /install-failures", s.installFailures)
	mux.HandleFunc("POST /sites/{site}/install-failure", s.failNext)
	mux.HandleFunc("DELETE /sites/{site}/install-failure", s.failNextNot)
	mux.HandleFunc("GET /reinstall-on-save", s.reinstallOnSave)
	mux.HandleFunc("POST /reinstall-on-save", s.setReinstallOnSave)
	mux.HandleFunc("GET /sites/{site}/events", s.events)
	mux.HandleFunc("POST /sites/{site}/events", s.fire)
	mux.HandleFunc("POST /sites/{site}/bursts", s.burst)
	mux.HandleFunc("GET /sites/{site}/retries", s.retries)
	mux.HandleFunc("POST /sites/{site}/retries/{retry}/send", s.sendRetry)
	mux.HandleFunc("DELETE /sites/{site}/retries/{retry}", s.dropRetry)
	mux.HandleFunc("GET /clock", s.clock)
	mux.HandleFunc("POST /clock", s.moveClock)
	mux.HandleFunc("GET /sites/{site}/pages", s.pages)
	mux.HandleFunc("POST /sites/{site}/pages", s.signPage)
	mux.HandleFunc("GET /connect", s.connect)
	mux.HandleFunc("PUT /connect/allowed", s.allowHosts)
	mux.HandleFunc("GET /exchanges", s.exchanges)
	mux.HandleFunc("GET /exchanges/{id}", s.exchange)
	mux.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) {
		p := problem{Status: http.StatusNotFound, Title: "No such resource",
			Detail: r.Method + " " + r.URL.Path + " is not part of the control API; the README lists what is."}
		if methods := allowed(mux, r); len(methods) > 0 {
			rw.Header().Set("Allow", strings.Join(methods, ", "))
			p.Status, p.Title = http.StatusMethodNotAllowed, "Method not allowed"
			p.Detail = fmt.Sprintf("%s takes %s, not %s.", r.URL.Path, strings.Join(methods, " or "), r.Method)
		}
		writeProblem(rw, p)
	})
	return mux
}

// allowed lists the methods that the path of r has a handler for.
func allowed(mux *http.ServeMux, r *http.Request) (methods []string) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		probe := r.Clone(r.Context())
		probe.Method = method
		if _, pattern := mux.Handler(probe); strings.HasPrefix(pattern, method+" ") {
			methods = append(methods, method)
		}
	}
	return methods
}

// guard lets only requests with the token and our own Host header through. A foreign Host means that
// a web page reached us through a name of its own (DNS rebinding).
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !loopback.Names(r.Host, s.port) {
			writeProblem(rw, problem{Status: http.StatusMisdirectedRequest, Title: "Wrong Host header",
				Detail: fmt.Sprintf("This server is 127.0.0.1:%d, the request named %q.", s.port, r.Host)})
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
