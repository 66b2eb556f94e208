package rest

import (
	"net/http"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/answer"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

const jsonType = "application/json;charset=UTF-8"

// unauthorized answers 401. The challenge names JWT, so that no browser asks for a password.
func (g *siteGate) unauthorized(w http.ResponseWriter, v connectjwt.Verdict) {
	w.Header().Set("WWW-Authenticate", `JWT realm="Atlassian"`)
	answer.JSON(w, http.StatusUnauthorized, jsonType, failureBody(g.site.Product, http.StatusUnauthorized, v.Summary))
}

// refuse answers with the product's own error body, and leaves the verdict in the log.
func (g *siteGate) refuse(w http.ResponseWriter, r *http.Request, status int, v connectjwt.Verdict) {
	exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Verdict = v })
	answer.JSON(w, status, jsonType, failureBody(g.site.Product, status, v.Summary))
}

// notSimulated answers 501 with a problem document: no product would, so nobody takes it for one.
func (g *siteGate) notSimulated(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	v := notSimulatedYet(r.Method, path)
	exchange.Annotate(r.Context(), func(rec *exchange.Record) {
		if rec.Verdict.OK || !rec.Verdict.Known() {
			rec.Verdict = v
		}
	})
	answer.JSON(w, http.StatusNotImplemented, "application/problem+json", struct {
		Title    string `json:"title"`
		Status   int    `json:"status"`
		Detail   string `json:"detail"`
		Instance string `json:"instance"`
	}{
		"This resource is not simulated yet", http.StatusNotImplemented,
		r.Method + " " + path + " exists, or may exist, in " + g.site.Product.Name() +
			", but Connect Workbench does not simulate it. Nothing was read or changed.",
		g.site.ContextPath + path,
	})
}

// failureBody is an error as the product writes it. Source: protocol rest.md §8.
func failureBody(p site.Product, status int, message string) any {
	if p == site.Confluence {
		type data struct {
			Authorized bool     `json:"authorized"`
			Valid      bool     `json:"valid"`
			Errors     []string `json:"errors"`
			Successful bool     `json:"successful"`
		}
		allowed := status != http.StatusUnauthorized && status != http.StatusForbidden
		return struct {
			StatusCode int    `json:"statusCode"`
			Data       data   `json:"data"`
			Message    string `json:"message"`
		}{status, data{Authorized: allowed, Valid: true, Errors: []string{}}, message}
	}
	return struct {
		ErrorMessages []string          `json:"errorMessages"`
		Errors        map[string]string `json:"errors"`
	}{[]string{message}, map[string]string{}}
}

// connectFailure is an error of the Connect resources, which both products write alike.
func connectFailure(status int, message string) any {
	return struct {
		Message    string `json:"message"`
		StatusCode int    `json:"statusCode"`
	}{message, status}
}
