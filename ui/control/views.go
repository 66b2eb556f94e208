package control

import (
	"encoding/base64"
	"net/http"
	"time"
	"unicode/utf8"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/webhook"
	"connect-workbench/ui/workbench"
)

// siteView is a site as JSON.
type siteView struct {
	ID        string       `json:"id"`
	Title     string       `json:"title"`
	Product   site.Product `json:"product"`
	BaseURL   string       `json:"baseUrl"`
	ClientKey string       `json:"clientKey"`
	Addons    []addonView  `json:"addons"`
	Failure   string       `json:"installFailure,omitempty"` // how the next install will fail
}

// addonView is an add-on on a site as JSON. It never holds a secret.
type addonView struct {
	Key     string     `json:"key"`
	Name    string     `json:"name"`
	Version string     `json:"version,omitempty"`
	BaseURL string     `json:"baseUrl"`
	State   site.State `json:"state"`
	Pending *pending   `json:"pending,omitempty"` // the version that waits for the administrator
}

func newSiteView(s workbench.SiteState) siteView {
	view := siteView{ID: s.ID, Title: s.Title, Product: s.Product, BaseURL: s.BaseURL, ClientKey: s.ClientKey, Addons: []addonView{}, Failure: s.Fault.Key}
	for _, a := range s.Addons {
		view.Addons = append(view.Addons, addonView{Key: a.Key, Name: a.Name, Version: a.Version, BaseURL: a.BaseURL, State: a.State, Pending: newPending(a.Pending)})
	}
	return view
}

// Exchange is one row of the exchange log as JSON.
type Exchange struct {
	ID         int64               `json:"id"`
	Parent     int64               `json:"parent,omitempty"`
	Cause      string              `json:"cause,omitempty"`
	Time       time.Time           `json:"time"`
	Site       string              `json:"site,omitempty"`
	Addon      string              `json:"addon,omitempty"`
	Module     string              `json:"module,omitempty"`
	Event      string              `json:"webhookEvent,omitempty"`
	Direction  exchange.Direction  `json:"direction"`
	Kind       exchange.Kind       `json:"kind"`
	Method     string              `json:"method"`
	URL        string              `json:"url"`
	Status     int                 `json:"status"` // 0: no answer, see error
	Error      string              `json:"error,omitempty"`
	DurationMS float64             `json:"durationMs"`
	Verdict    *connectjwt.Verdict `json:"verdict,omitempty"`
}

// NewExchange makes the JSON view of a row.
func NewExchange(r exchange.Row) Exchange {
	view := Exchange{
		ID: r.ID, Parent: r.Parent, Cause: r.Cause, Time: r.Start, Site: r.Site, Addon: r.Addon, Module: r.Module,
		Event: r.Event, Direction: r.Direction, Kind: r.Kind, Method: r.Method, URL: r.URL, Status: r.Status,
		Error: r.Error, DurationMS: float64(r.Duration.Microseconds()) / 1000,
	}
	if r.Judged {
		view.Verdict = &connectjwt.Verdict{OK: r.OK, Rule: r.Rule, Summary: r.Summary}
	}
	return view
}

// fullExchange adds what only the detail shows.
type fullExchange struct {
	Exchange
	Request message        `json:"request"`
	Answer  *message       `json:"answer,omitempty"`
	Token   map[string]any `json:"token,omitempty"`
}

// message is the headers and body of a request or an answer. A body that is no text is in bodyBase64.
type message struct {
	Headers    http.Header `json:"headers"`
	Body       string      `json:"body,omitempty"`
	BodyBase64 string      `json:"bodyBase64,omitempty"`
}

func newMessage(h http.Header, body []byte) message {
	m := message{Headers: h}
	if utf8.Valid(body) {
		m.Body = string(body)
	} else {
		m.BodyBase64 = base64.StdEncoding.EncodeToString(body)
	}
	return m
}

func newFullExchange(r exchange.Record) fullExchange {
	view := fullExchange{Exchange: NewExchange(r.Row()), Request: newMessage(r.RequestHeader, r.RequestBody)}
	if r.Verdict.Known() {
		view.Verdict = &r.Verdict
	}
	if r.Status != 0 {
		answer := newMessage(r.ResponseHeader, r.ResponseBody)
		view.Answer = &answer
	}
	if token, err := connectjwt.Decode(r.Token); err == nil {
		view.Token = map[string]any{"header": rawJSON(token.HeaderJSON), "claims": rawJSON(token.ClaimsJSON)}
	}
	return view
}

// stage is one step of an install as JSON.
type stage struct {
	Name     install.StageName  `json:"name"`
	State    install.StageState `json:"state"`
	Detail   string             `json:"detail,omitempty"`
	Exchange int64              `json:"exchange,omitempty"`
	Problem  *install.Problem   `json:"problem,omitempty"`
}

// delivery is what became of a fired event as JSON.
type delivery struct {
	Cause   string      `json:"cause"`
	Event   string      `json:"event"`
	Site    string      `json:"site"`
	Reason  string      `json:"reason,omitempty"` // why nobody got it
	Sent    []sent      `json:"sent"`
	NotSent []recipient `json:"notSent"`
}

type recipient struct {
	Addon  string `json:"addonKey"`
	Module string `json:"module"`
	URL    string `json:"url,omitempty"`
	Reason string `json:"reason,omitempty"`
}

type sent struct {
	recipient
	Exchange int64              `json:"exchange"`
	Status   int                `json:"status"`
	Error    string             `json:"error,omitempty"`
	Verdict  connectjwt.Verdict `json:"verdict"`
	Retry    int64              `json:"retry,omitempty"` // the number of the retry that is due
}

func newDelivery(d webhook.Delivery) delivery {
	view := delivery{Cause: d.Cause, Event: d.Event, Site: d.Site, Reason: d.Reason, Sent: []sent{}, NotSent: []recipient{}}
	for _, s := range d.Sent {
		view.Sent = append(view.Sent, newSent(s))
	}
	for _, r := range d.NotSent {
		view.NotSent = append(view.NotSent, newRecipient(r))
	}
	return view
}

func newSent(s webhook.Sent) sent {
	return sent{recipient: newRecipient(s.Recipient), Exchange: s.Exchange,
		Status: s.Status, Error: s.Error, Verdict: s.Verdict, Retry: s.Retry}
}

func newRecipient(r webhook.Recipient) recipient {
	return recipient{Addon: r.AddonKey, Module: r.Module, URL: r.URL, Reason: r.Reason}
}
