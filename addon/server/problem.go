package server

import (
	"encoding/json"
	"net/http"
	"strings"

	"connect-workbench/addon/connectjwt"
)

// The rules of this package, beside those of package connectjwt.
const (
	RuleBody connectjwt.RuleID = "lifecycle.body" // the callback's body is not what a host sends
	RuleHost connectjwt.RuleID = "request.host"   // the Host header names somebody else
)

// problem is an RFC 9457 answer with the verdict behind it.
type problem struct {
	Type    string              `json:"type"`
	Title   string              `json:"title"`
	Status  int                 `json:"status"`
	Detail  string              `json:"detail,omitempty"`
	Verdict *connectjwt.Verdict `json:"verdict,omitempty"`
}

func writeProblem(w http.ResponseWriter, p problem) {
	if p.Type == "" {
		p.Type = "about:blank"
	}
	body, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		http.Error(w, p.Title, p.Status)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	w.Write(append(body, '\n'))
}

// refuse answers a request that broke a rule.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, v connectjwt.Verdict) {
	s.p.Logf("built-in add-on: %s %s: %d %s: %s", r.Method, r.URL.Path, status, v.Rule, v.Cause)
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "JWT")
	}
	detail := v.Cause
	if v.Fix != "" {
		detail = strings.TrimPrefix(detail+". To cure it: "+v.Fix, ". ")
	}
	writeProblem(w, problem{
		Type: "urn:connect-workbench:rule:" + string(v.Rule), Title: v.Summary,
		Status: status, Detail: detail, Verdict: &v,
	})
}

func notFound(w http.ResponseWriter, r *http.Request) {
	writeProblem(w, problem{
		Title: "No such address", Status: http.StatusNotFound,
		Detail: "the descriptor names no module, webhook or callback at " + r.URL.EscapedPath() +
			"; compare the url in the descriptor with the path of the request",
	})
}

func methodNotAllowed(w http.ResponseWriter, r *http.Request, allowed string) {
	w.Header().Set("Allow", allowed)
	writeProblem(w, problem{
		Title: "Method not allowed", Status: http.StatusMethodNotAllowed,
		Detail: r.URL.EscapedPath() + " takes " + allowed + ", not " + r.Method,
	})
}

func storeFailed(w http.ResponseWriter) {
	writeProblem(w, problem{
		Title: "The add-on's store failed", Status: http.StatusInternalServerError,
		Detail: "the built-in add-on could not read or write its tenants; nothing was changed",
	})
}
