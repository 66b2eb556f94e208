package control

import (
	"encoding/json"
	"errors"
	"net/http"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/answer"
	"connect-workbench/ui/workbench"
)

// problem is an RFC 9457 problem; the members after Detail are extensions.
type problem struct {
	Type     string              `json:"type,omitempty"` // "about:blank" when left out
	Title    string              `json:"title"`
	Status   int                 `json:"status"`
	Detail   string              `json:"detail,omitempty"`
	Advice   string              `json:"advice,omitempty"`   // what to do
	Stages   []stage             `json:"stages,omitempty"`   // of an install that failed
	Exchange int64               `json:"exchange,omitempty"` // the exchange that shows it
	Verdict  *connectjwt.Verdict `json:"verdict,omitempty"`
}

func writeProblem(rw http.ResponseWriter, p problem) {
	write(rw, p.Status, "application/problem+json", p)
}

func badRequest(rw http.ResponseWriter, detail string) {
	writeProblem(rw, problem{Status: http.StatusBadRequest, Title: "Request not usable", Detail: detail})
}

// internalError answers for what no handler expects of a request it has looked at.
func internalError(rw http.ResponseWriter, err error) { writeProblem(rw, notDone(err)) }

// notDone tells a site that went, or is going, between the look and the deed from a fault of the program.
func notDone(err error) problem {
	p := problem{Status: http.StatusInternalServerError, Title: "Not done", Detail: err.Error(), Advice: workbench.Advice(err)}
	switch {
	case errors.Is(err, mockhost.ErrUnknownSite):
		p.Status, p.Title = http.StatusNotFound, "No such site"
	case errors.Is(err, mockhost.ErrSiteBusy):
		p.Status, p.Title = http.StatusConflict, "The site is busy"
	case errors.Is(err, mockhost.ErrNotRunning):
		p.Status, p.Title = http.StatusServiceUnavailable, "The program is ending"
	}
	return p
}

func writeJSON(rw http.ResponseWriter, status int, v any) {
	write(rw, status, "application/json", v)
}

func write(rw http.ResponseWriter, status int, contentType string, v any) {
	rw.Header().Set("Cache-Control", "no-store")
	answer.JSON(rw, status, contentType, v)
}

func verdictOf(v connectjwt.Verdict) *connectjwt.Verdict {
	if !v.Known() {
		return nil
	}
	return &v
}

// rawJSON keeps bytes that are JSON as they are, and shows others as text.
func rawJSON(b []byte) any {
	if json.Valid(b) {
		return json.RawMessage(b)
	}
	return string(b)
}
