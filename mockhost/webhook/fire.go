package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/assets"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// How long a product waits for the answer to a webhook, and how many deliveries of one event are
// under way at once. Source: protocol webhooks.md §6.
const (
	jiraTimeout       = 20 * time.Second
	confluenceTimeout = 10 * time.Second
	maxParallel       = 64
)

const userAgent = "Atlassian Webhook HTTP Client"

// Params is what a Dispatcher needs; all of it is required.
type Params struct {
	Transport *exchange.Transport // its Timeout is not used: a webhook waits as long as the product does
	Clock     func() time.Time
	NewID     func() string // ids of causes and of deliveries
	// Descriptors reads what is installed; the rooms of a host share one.
	Descriptors *site.Descriptors
}

// Dispatcher delivers events. It is safe for concurrent use.
type Dispatcher struct {
	transports  map[site.Product]*exchange.Transport // they differ by their time limit
	clock       func() time.Time
	newID       func() string
	catalogue   *catalogue
	descriptors *site.Descriptors
}

// New makes a dispatcher. It panics when the catalogue that ships in the binary contradicts itself,
// which a test rules out.
func New(p Params) *Dispatcher {
	c, err := loadCatalogue(assets.Catalogue)
	if err != nil {
		panic(err)
	}
	return &Dispatcher{
		transports: map[site.Product]*exchange.Transport{
			site.Jira:       limited(p.Transport, jiraTimeout),
			site.Confluence: limited(p.Transport, confluenceTimeout),
		},
		clock: p.Clock, newID: p.NewID, catalogue: c, descriptors: p.Descriptors,
	}
}

// limited makes a transport like t with a time limit of its own.
func limited(t *exchange.Transport, timeout time.Duration) *exchange.Transport {
	return &exchange.Transport{Log: t.Log, Clock: t.Clock, Client: t.Client, MaxBody: t.MaxBody, Timeout: timeout}
}

// Events lists the events of a product whose body is known, in the catalogue's order.
func (d *Dispatcher) Events(product site.Product) []Event {
	var events []Event
	for i := range d.catalogue.events {
		if e := &d.catalogue.events[i]; e.Product == product && e.Sampled {
			events = append(events, e.Event)
		}
	}
	return events
}

// Fire delivers one event to every module that Recipients says it reaches, and returns when all have
// answered or given up. No body means the one that Body writes. That a recipient does not answer, or
// answers badly, is part of the Delivery and no error. Errors, all of them before anything is sent:
// *UnknownEventError, *BodyError, ErrNoSample.
func (d *Dispatcher) Fire(ctx context.Context, s site.Running, installs []site.Installation, event string, body []byte) (Delivery, error) {
	e, ok := d.catalogue.find(s.Product, event)
	if !ok {
		return Delivery{}, fmt.Errorf("fire %s on %s: %w", event, s.ID, d.catalogue.unknown(s.Product, event))
	}
	if len(body) == 0 {
		var err error
		if body, err = d.Body(event, s); err != nil {
			return Delivery{}, fmt.Errorf("fire %s on %s: %w", event, s.ID, err)
		}
	}
	p, err := parsePayload(body)
	if err != nil {
		return Delivery{}, fmt.Errorf("fire %s on %s: %w", event, s.ID, err)
	}
	delivery := Delivery{Cause: d.newID(), Event: event, Site: s.ID}
	targets := d.targets(s, installs, event, p)
	var meant []target
	for _, t := range targets {
		if t.Will {
			meant = append(meant, t)
		} else {
			delivery.NotSent = append(delivery.NotSent, t.Recipient)
		}
	}
	if len(meant) == 0 {
		delivery.Reason = d.noRecipient(s, event, targets)
		return delivery, nil
	}
	m := message{event: e, site: s, cause: delivery.Cause, body: body, actor: p.actor(e)}
	delivery.Sent = d.sendAll(ctx, m, meant)
	return delivery, nil
}

// message is one event on its way, the same for all its recipients.
type message struct {
	event *entry
	site  site.Running
	cause string
	body  []byte
	actor string
}

// sendAll sends to all targets side by side. Each result has its own place, so no order is lost.
func (d *Dispatcher) sendAll(ctx context.Context, m message, targets []target) []Sent {
	sent := make([]Sent, len(targets))
	var g errgroup.Group
	g.SetLimit(maxParallel)
	for i, t := range targets {
		g.Go(func() error {
			sent[i] = d.send(ctx, m, t)
			return nil
		})
	}
	_ = g.Wait() // no function of the group returns an error
	return sent
}

func (d *Dispatcher) send(ctx context.Context, m message, t target) Sent {
	result := Sent{Recipient: t.Recipient}
	req, token, err := d.request(ctx, m, t)
	if err != nil {
		result.Error = err.Error()
		return result
	}
	record, err := d.transports[m.site.Product].Send(req, exchange.Meta{
		Cause: m.cause, Site: m.site.ID, Addon: t.AddonKey, Module: t.Module, Event: m.event.Name,
		Kind: exchange.KindWebhook, Direction: exchange.ToAddon, Token: token,
	})
	result.Exchange, result.Status, result.Error, result.Verdict = record.ID, record.Status, record.Error, record.Verdict
	if err != nil && result.Error == "" {
		result.Error = err.Error()
	}
	return result
}

// request makes the POST and its token. Source of the headers: protocol webhooks.md §2.
func (d *Dispatcher) request(ctx context.Context, m message, t target) (req *http.Request, token string, err error) {
	body := m.body
	if t.excludeBody {
		body = nil
	}
	req, err = http.NewRequestWithContext(ctx, http.MethodPost, t.URL, bytes.NewReader(body))
	if err != nil {
		return nil, "", fmt.Errorf("make request to %s: %w", t.URL, err)
	}
	if !t.excludeBody {
		req.Header.Set("Content-Type", "application/json; charset=UTF-8")
	}
	req.Header.Set("User-Agent", userAgent)
	if m.site.Product == site.Jira {
		req.Header.Set("X-Atlassian-Webhook-Identifier", d.newID())
		req.Header.Set("X-Atlassian-Webhook-Flow", m.event.Flow)
	}
	if t.signed {
		token = d.sign(m, t, req.URL.RequestURI())
		req.Header.Set("Authorization", "JWT "+token)
	}
	return req, token, nil
}

// sign makes the token for one request. It has no aud: verifiers would take that for the clientKey.
// Source: protocol jwt.md §2, §3.
func (d *Dispatcher) sign(m message, t target, requestTarget string) string {
	now := d.clock()
	request := connectjwt.Request{Method: http.MethodPost, Target: requestTarget, Base: t.install.BaseURL}
	return connectjwt.SignHS256(connectjwt.Claims{
		Issuer:   m.site.ClientKey,
		Subject:  m.actor,
		IssuedAt: now.Unix(),
		Expires:  now.Add(connectjwt.HostTokenLife).Unix(),
		QSH:      request.QSH(),
		Context:  json.RawMessage("{}"),
	}, t.install.SharedSecret)
}
