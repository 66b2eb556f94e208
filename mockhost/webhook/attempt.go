package webhook

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// message is one event on its way, the same for all its recipients.
type message struct {
	event *entry
	site  site.Running
	cause string
	trace string // X-Atlassian-Webhook-Trace; "" for none
	body  []byte
	actor site.Actor
}

// attempt is one try to bring a message to one target.
type attempt struct {
	message
	target
	id     string // the delivery's; all its attempts share it
	retry  int    // 0: the first attempt
	first  int64  // the exchange of the first attempt; 0 while there is none
	number int64  // of the pending retry this was; 0 for a first attempt
}

// begin makes the first attempt.
func (d *Dispatcher) begin(m message, t target) attempt {
	a := attempt{message: m, target: t}
	if identifies(m.site.Site) {
		a.id = d.newID()
	}
	return a
}

// send makes an attempt as soon as its lane has room, and sees to the next one if there is to be one.
// onSent, when not nil, is told that the request goes out. What was never sent has no exchange.
func (d *Dispatcher) send(ctx context.Context, a attempt, onSent func()) Sent {
	result := Sent{Recipient: a.Recipient}
	req, err := request(ctx, a)
	if err != nil {
		result.Error = err.Error()
		return result
	}
	to := remote{site: a.site.ID, host: req.URL.Host}
	leave, err := d.lanes.enter(ctx, lane{to, a.event.Flow})
	if err != nil {
		result.Error = "given up before it was sent: " + err.Error()
		return result
	}
	defer leave()
	if onSent != nil {
		onSent()
	}
	var token string
	if a.signed { // only now: a token lives for minutes, and the wait may have been long
		token = d.sign(a, req.URL.RequestURI())
		req.Header.Set("Authorization", "JWT "+token)
	}
	record, err := d.transports[timeoutOf(a.site.Site)].Send(req, exchange.Meta{
		Parent: a.first, Cause: a.cause, Site: a.site.ID, Addon: a.AddonKey, Module: a.Module, Event: a.event.Name,
		Kind: exchange.KindWebhook, Direction: exchange.ToAddon, Token: token,
	})
	result.Exchange, result.Status, result.Error, result.Verdict = record.ID, record.Status, record.Error, record.Verdict
	if a.first == 0 {
		a.first = record.ID
	}
	result.Retry = d.after(ctx, a, to, outcome{status: record.Status, err: err, text: record.Error})
	return result
}

// request makes the POST of an attempt, without a token. Source of the headers: protocol webhooks.md §2.
func request(ctx context.Context, a attempt) (*http.Request, error) {
	body := a.body
	if a.excludeBody {
		body = nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.URL, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make request to %s: %w", a.URL, err)
	}
	if !a.excludeBody {
		req.Header.Set("Content-Type", contentTypeOf(a.site.Site))
	}
	setHeaders(req.Header, a)
	if a.retry > 0 {
		req.Header.Set("X-Atlassian-Webhook-Retry", strconv.Itoa(a.retry))
	}
	return req, nil
}

// sign makes the token for one request. It has no aud: verifiers would take that for the clientKey.
// Source: protocol jwt.md §2, §3.
func (d *Dispatcher) sign(a attempt, requestTarget string) string {
	now := d.clock.Now()
	request := connectjwt.Request{Method: http.MethodPost, Target: requestTarget, Base: a.install.BaseURL}
	return connectjwt.SignHS256(connectjwt.Claims{
		Issuer:   a.site.ClientKey,
		Subject:  a.actor.Subject(a.practice),
		IssuedAt: now.Unix(),
		Expires:  now.Add(a.practice.TokenLife).Unix(),
		QSH:      request.QSH(),
		Context:  a.actor.Context(a.practice),
	}, a.install.SharedSecret)
}
