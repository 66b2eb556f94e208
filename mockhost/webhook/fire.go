package webhook

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"connect-workbench/assets"
	"connect-workbench/mockhost/clock"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// Params is what a Dispatcher needs; all of it is required but what may be nil.
type Params struct {
	Transport *exchange.Transport // its Timeout is not used: a webhook waits as long as the product does
	Clock     clock.Clock         // dates bodies and tokens, and wakes retries and bursts
	Rand      io.Reader           // spreads retries; safe for concurrent use
	NewID     func() string       // ids of causes and of deliveries
	// Installed tells what is installed now; a retry asks again. The error is site.ErrNotInstalled.
	Installed func(siteID, addonKey string) (site.Installation, error)
	// Descriptors reads what is installed; the rooms of a host share one.
	Descriptors *site.Descriptors
	// Site tells what a site is like now; a retry asks again. nil: as it was when the event was fired.
	Site func(siteID string) (site.Running, error)
	// RetriesChanged is called after PendingRetries of any site has changed; nil: nobody asks. It runs
	// on the goroutine of the change and must not block.
	RetriesChanged func()
}

// Dispatcher delivers events, and again where that failed, until Close. It is safe for concurrent use.
type Dispatcher struct {
	transports  map[time.Duration]*exchange.Transport // by their time limit
	clock       clock.Clock
	rand        io.Reader
	newID       func() string
	catalogue   *catalogue
	descriptors *site.Descriptors
	installed   func(siteID, addonKey string) (site.Installation, error)
	siteNow     func(siteID string) (site.Running, error) // nil: nobody can tell
	lanes       lanes
	pending     pending

	ctx    context.Context // ends with Close: retries run under it
	cancel context.CancelFunc
}

// New makes a dispatcher. It panics when the catalogue that ships in the binary contradicts itself,
// which a test rules out.
func New(p Params) *Dispatcher {
	c, err := loadCatalogue(assets.Catalogue)
	if err != nil {
		panic(err)
	}
	d := &Dispatcher{
		transports: make(map[time.Duration]*exchange.Transport), clock: p.Clock, rand: p.Rand, newID: p.NewID,
		catalogue: c, descriptors: p.Descriptors, installed: p.Installed, siteNow: p.Site,
	}
	for _, timeout := range []time.Duration{jiraTimeout, confluenceTimeout, timeout2016} {
		d.transports[timeout] = limited(p.Transport, timeout)
	}
	d.pending.changed = p.RetriesChanged
	if d.pending.changed == nil {
		d.pending.changed = func() {}
	}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	return d
}

// Close drops all pending retries, ends those under way and returns when they have ended. Nothing is
// retried afterwards.
func (d *Dispatcher) Close() {
	d.pending.close()
	d.cancel()
	d.pending.running.Wait()
}

// limited makes a transport like t with a time limit of its own.
func limited(t *exchange.Transport, timeout time.Duration) *exchange.Transport {
	return &exchange.Transport{Log: t.Log, Clock: t.Clock, Client: t.Client, MaxBody: t.MaxBody, Timeout: timeout}
}

// Events lists the events of a product in the catalogue's order. Those whose body is not known come last.
func (d *Dispatcher) Events(product site.Product) []Event {
	var events []Event
	for i := range d.catalogue.events {
		if e := &d.catalogue.events[i]; e.Product == product {
			events = append(events, e.Event)
		}
	}
	return events
}

// Fire delivers one event to every module that Recipients says it reaches, and returns when all have
// answered or given up. No body means the one that Body writes. That a recipient does not answer, or
// answers badly, is part of the Delivery and no error; a retry goes on without the caller. Errors, all
// of them before anything is sent: *UnknownEventError, *BodyError, ErrNoSample, *TraceError.
func (d *Dispatcher) Fire(ctx context.Context, s site.Running, installs []site.Installation, event string, body []byte) (Delivery, error) {
	m, p, err := d.compose(ctx, s, installs, event, body)
	if err != nil {
		return Delivery{}, fmt.Errorf("fire %s on %s: %w", event, s.ID, err)
	}
	delivery := Delivery{Cause: m.cause, Event: event, Site: s.ID}
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
	delivery.Sent = d.sendAll(ctx, m, meant)
	return delivery, nil
}

// compose makes the message of an event, with a cause of its own, and its body for looking things up.
func (d *Dispatcher) compose(ctx context.Context, s site.Running, installs []site.Installation, event string, body []byte) (message, payload, error) {
	e, ok := d.catalogue.find(s.Product, event)
	if !ok {
		return message{}, payload{}, d.catalogue.unknown(s.Product, event)
	}
	if len(body) == 0 {
		var err error
		if body, err = d.Body(event, s, installs); err != nil {
			return message{}, payload{}, err
		}
	}
	p, err := parsePayload(body)
	if err != nil {
		return message{}, payload{}, err
	}
	trace, err := traceOf(ctx, s.Site)
	if err != nil {
		return message{}, payload{}, err
	}
	return message{event: e, site: s, cause: d.newID(), trace: trace, body: body, actor: d.actor(e, s.Site, p)}, p, nil
}

// sendAll sends to all targets side by side. Each result has its own place, so no order is lost.
func (d *Dispatcher) sendAll(ctx context.Context, m message, targets []target) []Sent {
	sent := make([]Sent, len(targets))
	var all sync.WaitGroup
	for i, t := range targets {
		all.Go(func() { sent[i] = d.send(ctx, d.begin(m, t), nil) })
	}
	all.Wait()
	return sent
}
