package control

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"connect-workbench/mockhost/webhook"
)

// eventView is an entry of the event catalogue as JSON.
type eventView struct {
	Event       string `json:"event"`
	Help        string `json:"help"`
	Filterable  bool   `json:"filterable"`            // a JQL filter applies to it
	NoSample    bool   `json:"noSample,omitempty"`    // its body is not known: fire it with one of your own
	Unconfirmed bool   `json:"unconfirmed,omitempty"` // the shape of its body is not confirmed
	Legacy      bool   `json:"legacy,omitempty"`      // present sites do not send it
}

func newEventView(e webhook.Event) eventView {
	return eventView{Event: e.Name, Help: e.Help, Filterable: e.Filterable, NoSample: !e.Sampled, Unconfirmed: e.Unconfirmed, Legacy: e.Legacy}
}

// burstView is how far a burst came as JSON.
type burstView struct {
	Cause    string `json:"cause"`
	Raised   int    `json:"raised"`
	Sent     int    `json:"sent"`
	OK       int    `json:"ok"`
	Refused  int    `json:"refused"`
	NoAnswer int    `json:"noAnswer"`
	Reason   string `json:"reason,omitempty"` // why the latest event went to nobody
}

// burst answers when the burst is over. The request's end cuts it off.
func (s *Server) burst(rw http.ResponseWriter, r *http.Request) {
	siteState, ok := s.site(rw, r)
	if !ok {
		return
	}
	var ask struct {
		Event     string          `json:"event"`
		Body      json.RawMessage `json:"body"`
		Events    int             `json:"events"`
		PerSecond int             `json:"perSecond"`
	}
	if !readJSON(rw, r, &ask) {
		return
	}
	if ask.Event == "" {
		badRequest(rw, `"event" is missing: name one of GET /sites/`+siteState.ID+`/events.`)
		return
	}
	c, err := s.w.Burst(r.Context(), siteState.ID, ask.Event, givenBody(ask.Body), ask.Events, ask.PerSecond, nil)
	if err != nil {
		askError(rw, err)
		return
	}
	writeJSON(rw, http.StatusOK, burstView(c))
}

// givenBody is nil for a body that was left out.
func givenBody(body json.RawMessage) []byte {
	if string(body) == "null" {
		return nil
	}
	return body
}

// retryView is a pending retry as JSON.
type retryView struct {
	Number int64 `json:"number"`
	recipient
	Event   string     `json:"event"`
	Cause   string     `json:"cause"`
	First   int64      `json:"firstExchange"`
	Attempt int        `json:"attempt"`
	Due     *time.Time `json:"due,omitempty"`
	Failure string     `json:"failure"`
	Ended   string     `json:"ended,omitempty"` // why it will not be sent
}

func newRetryView(r webhook.Retry) retryView {
	view := retryView{Number: r.Number, recipient: newRecipient(r.Recipient), Event: r.Event, Cause: r.Cause,
		First: r.First, Attempt: r.Attempt, Failure: r.Failure, Ended: r.Ended}
	if !r.Due.IsZero() {
		view.Due = &r.Due
	}
	return view
}

func (s *Server) retries(rw http.ResponseWriter, r *http.Request) {
	siteState, ok := s.site(rw, r)
	if !ok {
		return
	}
	pending, err := s.w.PendingRetries(siteState.ID)
	if err != nil {
		notDone(rw, err)
		return
	}
	views := []retryView{}
	for _, one := range pending {
		views = append(views, newRetryView(one))
	}
	writeJSON(rw, http.StatusOK, views)
}

func (s *Server) sendRetry(rw http.ResponseWriter, r *http.Request) {
	siteState, number, ok := s.retryOf(rw, r)
	if !ok {
		return
	}
	sent, err := s.w.SendRetry(r.Context(), siteState, number)
	if err != nil {
		retryError(rw, err)
		return
	}
	writeJSON(rw, http.StatusOK, newSent(sent))
}

func (s *Server) dropRetry(rw http.ResponseWriter, r *http.Request) {
	siteState, number, ok := s.retryOf(rw, r)
	if !ok {
		return
	}
	if err := s.w.DropRetry(siteState, number); err != nil {
		retryError(rw, err)
		return
	}
	rw.WriteHeader(http.StatusNoContent)
}

// retryOf reads the site and the number of the path, or answers.
func (s *Server) retryOf(rw http.ResponseWriter, r *http.Request) (siteID string, n int64, ok bool) {
	siteState, ok := s.site(rw, r)
	if !ok {
		return "", 0, false
	}
	if n, ok = number(r.PathValue("retry"), 0); !ok {
		badRequest(rw, "A retry is named by its number: GET /sites/"+siteState.ID+"/retries lists them.")
	}
	return siteState.ID, n, ok
}

func retryError(rw http.ResponseWriter, err error) {
	var noLonger *webhook.NoLongerError
	switch {
	case errors.Is(err, webhook.ErrNoRetry):
		writeProblem(rw, problem{Status: http.StatusNotFound, Title: "No such retry", Detail: err.Error()})
	case errors.As(err, &noLonger):
		writeProblem(rw, problem{Status: http.StatusConflict, Title: "Not sent", Detail: err.Error(),
			Advice: "Install or enable the add-on on the site and send the retry again, or drop it."})
	default:
		notDone(rw, err)
	}
}
