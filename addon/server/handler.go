package server

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/descriptor"
	"connect-workbench/loopback"
)

const (
	descriptorPath = "/atlassian-connect.json"
	stylePath      = "/_addon/page.css"
	scriptPath     = "/_addon/page.js"
)

// maxBody bounds what a caller may send; a webhook is far below it.
const maxBody = 16 << 20

// call is one request with what is needed to judge it.
type call struct {
	*http.Request
	base string // our base URL
	contents
	body []byte
}

// signed is the request as its qsh covers it.
func (c call) signed() connectjwt.Request {
	return connectjwt.Request{
		Method: c.Method, Target: c.RequestURI, Base: c.base, Form: connectjwt.FormBody(c.Header.Get("Content-Type"), c.body),
	}
}

// ServeHTTP answers as the add-on. Without Start it takes the address of the request for its own.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	base, ok := s.ownBase(r)
	if !ok {
		s.refuse(w, r, http.StatusMisdirectedRequest, connectjwt.Verdict{
			Rule: RuleHost, Summary: "not the add-on's address", At: connectjwt.Place{Part: "header", Name: "Host"},
			Expected: "localhost, 127.0.0.1 or [::1] with the add-on's port", Received: r.Host,
			Cause: "the Host header names another server", Fix: "call the add-on by its loopback address",
		})
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	switch r.URL.Path {
	case descriptorPath:
		s.serveDescriptor(w, r, base)
		return
	case stylePath:
		serveAsset(w, r, "web/addon/page.css", "text/css; charset=utf-8")
		return
	case scriptPath:
		serveAsset(w, r, "web/addon/page.js", "text/javascript; charset=utf-8")
		return
	}
	s.serveModules(w, r, base)
}

// ownBase returns our base URL if the request is meant for us. A foreign Host header is how a web
// page reaches into loopback.
func (s *Server) ownBase(r *http.Request) (string, bool) {
	s.mu.Lock()
	own := s.port
	s.mu.Unlock()
	if own == 0 {
		return "http://" + r.Host, loopback.Names(r.Host, 0)
	}
	return "http://localhost:" + strconv.Itoa(own), loopback.Names(r.Host, own)
}

func (s *Server) serveDescriptor(w http.ResponseWriter, r *http.Request, base string) {
	if !readOnly(w, r) {
		return
	}
	text := s.p.Descriptor()
	s.contents() // what a host fetched is what its callbacks go by, even if the text breaks meanwhile
	// A text without an object has nowhere to put a base URL: it is served as it stands, so that
	// the host tells what is wrong with it.
	if pointed, err := descriptor.WithBaseURL(text, base); err == nil {
		text = pointed
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(text)
}

// serveModules finds what the descriptor says about the path and answers as that.
func (s *Server) serveModules(w http.ResponseWriter, r *http.Request, base string) {
	c := call{Request: r, base: base, contents: s.contents()}
	path := r.URL.EscapedPath()
	callbacks := lifecycleAt(c.descriptor, path)
	posted := len(callbacks) > 0 || isWebhook(c.descriptor, path)
	page, framed := pageAt(c.modules, path, r.URL.Query())
	switch {
	case !posted && !framed && path == "/":
		http.Redirect(w, r, descriptorPath, http.StatusFound)
	case !posted && !framed:
		notFound(w, r)
	case posted && r.Method == http.MethodPost:
		s.servePosted(w, c, callbacks)
	case framed && isReading(r):
		s.servePage(w, c, page)
	default:
		methodNotAllowed(w, r, methodsOf(posted, framed))
	}
}

func (s *Server) servePosted(w http.ResponseWriter, c call, callbacks []string) {
	var ok bool
	if c.body, ok = readBody(w, c.Request); !ok {
		return
	}
	if len(callbacks) > 0 {
		s.serveLifecycle(w, c, callbacks)
		return
	}
	s.serveWebhook(w, c)
}

// methodsOf lists what an address takes that the host posts to, frames, or both.
func methodsOf(posted, framed bool) string {
	switch {
	case posted && framed:
		return "GET, HEAD, POST"
	case posted:
		return "POST"
	default:
		return "GET, HEAD"
	}
}

func isReading(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead
}

// readOnly answers 405 unless a request only reads.
func readOnly(w http.ResponseWriter, r *http.Request) bool {
	if isReading(r) {
		return true
	}
	methodNotAllowed(w, r, methodsOf(false, true))
	return false
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		writeProblem(w, problem{
			Title: "Body too large", Status: http.StatusRequestEntityTooLarge,
			Detail: "the built-in add-on reads bodies up to " + strconv.Itoa(maxBody>>20) + " MB",
		})
		return nil, false
	case err != nil:
		writeProblem(w, problem{Title: "Body cut off", Status: http.StatusBadRequest, Detail: err.Error()})
		return nil, false
	}
	return body, true
}

// serveWebhook takes a webhook: judge it, and say 204. What happened is in the log of the host.
func (s *Server) serveWebhook(w http.ResponseWriter, c call) {
	if _, ok := s.admit(w, c, ""); ok {
		w.WriteHeader(http.StatusNoContent)
	}
}

// tokenOf finds the token where a page or a caller puts it: the query goes before the header.
// Source: protocol jwt.md §3.
func tokenOf(r *http.Request) (token string, missing connectjwt.Verdict) {
	if values := r.URL.Query(); values.Has("jwt") {
		return values.Get("jwt"), connectjwt.Verdict{}
	}
	authorization := r.Header.Get("Authorization")
	if token, ok := connectjwt.FromHeader(authorization); ok {
		return token, connectjwt.Verdict{}
	}
	return "", connectjwt.NoToken(authorization)
}

// withoutToken is the request target with the jwt parameter taken out, for display.
func withoutToken(target string) string {
	path, query, found := strings.Cut(target, "?")
	if !found {
		return target
	}
	var kept []string
	for _, pair := range strings.Split(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err == nil && decoded == "jwt" {
			continue
		}
		kept = append(kept, pair)
	}
	return path + "?" + strings.Join(kept, "&")
}
