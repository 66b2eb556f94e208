package rest

import (
	"net/http"
	"strconv"
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/answer"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

const jsonType = "application/json;charset=UTF-8"

// reply is what a resource answers.
type reply struct {
	status  int
	body    any                // nil: none, or a failure with the message
	message string             // of a failure that breaks no rule: what was asked for is not there
	verdict connectjwt.Verdict // on a request that breaks a rule; its summary is the message
}

func found(body any) reply         { return reply{status: http.StatusOK, body: body} }
func empty(status int) reply       { return reply{status: status} }
func missing(message string) reply { return reply{status: http.StatusNotFound, message: message} }
func broken(err error) reply {
	return reply{status: http.StatusInternalServerError, message: err.Error()}
}
func refused(status int, v connectjwt.Verdict) reply {
	return reply{status: status, verdict: v}
}

// reply writes what a resource answers.
func (g *siteGate) reply(w http.ResponseWriter, r *http.Request, a reply) {
	switch {
	case a.verdict.Known():
		g.refuse(w, r, a.status, a.verdict)
	case a.message != "":
		answer.JSON(w, a.status, jsonType, g.failureBody(r, a.status, a.message))
	case a.body == nil:
		w.WriteHeader(a.status)
	default:
		answer.JSON(w, a.status, jsonType, a.body)
	}
}

// unauthorized answers 401. The challenge names JWT, so that no browser asks for a password.
func (g *siteGate) unauthorized(w http.ResponseWriter, r *http.Request, v connectjwt.Verdict) {
	w.Header().Set("WWW-Authenticate", `JWT realm="Atlassian"`)
	answer.JSON(w, http.StatusUnauthorized, jsonType, g.failureBody(r, http.StatusUnauthorized, v.Summary))
}

// refuse answers with the product's own error body, and leaves the verdict in the log.
func (g *siteGate) refuse(w http.ResponseWriter, r *http.Request, status int, v connectjwt.Verdict) {
	exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Verdict = v })
	if status == http.StatusUnauthorized {
		g.unauthorized(w, r, v)
		return
	}
	answer.JSON(w, status, jsonType, g.failureBody(r, status, v.Summary))
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

// failureBody is an error as whoever owns the resource writes it: Connect itself, JIRA, or one of
// the two generations of Confluence's REST. Source: protocol rest.md §8.
func (g *siteGate) failureBody(r *http.Request, status int, message string) any {
	path := strings.TrimPrefix(r.RequestURI, g.site.ContextPath)
	switch {
	case strings.HasPrefix(path, connectRoot):
		return connectFailure(status, message)
	case g.site.Product == site.Jira:
		return jiraFailure(message)
	case strings.HasPrefix(path, "/api/v2/"):
		return confluenceFailure2(status, message)
	}
	return confluenceFailure(status, message)
}

func jiraFailure(message string) any {
	return struct {
		ErrorMessages []string          `json:"errorMessages"`
		Errors        map[string]string `json:"errors"`
	}{[]string{message}, map[string]string{}}
}

func confluenceFailure(status int, message string) any {
	type data struct {
		Authorized bool     `json:"authorized"`
		Valid      bool     `json:"valid"`
		Errors     []string `json:"errors"`
		Successful bool     `json:"successful"`
	}
	allowed := status != http.StatusUnauthorized && status != http.StatusForbidden
	valid := status != http.StatusBadRequest && status != http.StatusConflict
	return struct {
		StatusCode int    `json:"statusCode"`
		Data       data   `json:"data"`
		Message    string `json:"message"`
	}{status, data{Authorized: allowed, Valid: valid, Errors: []string{}}, message}
}

// confluenceFailure2 is an error of Confluence's second REST. Its code is the name of the status in
// capitals.
func confluenceFailure2(status int, message string) any {
	type failure struct {
		Status int     `json:"status"`
		Code   string  `json:"code"`
		Title  string  `json:"title"`
		Detail *string `json:"detail"`
	}
	code := strings.ToUpper(strings.ReplaceAll(http.StatusText(status), " ", "_"))
	if code == "" {
		code = strconv.Itoa(status)
	}
	return struct {
		Errors []failure `json:"errors"`
	}{[]failure{{Status: status, Code: code, Title: message}}}
}

// connectFailure is an error of the Connect resources, which both products write alike.
func connectFailure(status int, message string) any {
	return struct {
		Message    string `json:"message"`
		StatusCode int    `json:"statusCode"`
	}{message, status}
}
