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

// notDone answers for a verb that did not come about, by no fault of the request: 404 and 409 when
// its site was removed, or is being reset or removed, in this moment.
func notDone(rw http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch {
	case errors.Is(err, mockhost.ErrUnknownSite):
		status = http.StatusNotFound
	case errors.Is(err, mockhost.ErrSiteBusy):
		status = http.StatusConflict
	}
	writeProblem(rw, problem{Status: status, Title: "Not done", Detail: err.Error(), Advice: workbench.Advice(err)})
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
