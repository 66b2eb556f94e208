package webhook

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// How JIRA retries, though not in 2016: so often at most, each time so long after the attempt before
// (random in between), and only while the URL host has not failed without a break for the last time.
// Confluence never does.
// Source: protocol webhooks.md §6.
const (
	maxRetries    = 5
	minRetryDelay = 5 * time.Minute
	maxRetryDelay = 15 * time.Minute
	maxFailing    = 30 * time.Minute
)

// ErrNoRetry means that no retry of this number is pending: it is under way, done, dropped, or never was.
var ErrNoRetry = errors.New("no such retry is pending")

// NoLongerError means that a retry is not sent because of what the site has of the add-on now.
type NoLongerError struct {
	AddonKey, Site string
	Disabled       bool // otherwise it is uninstalled, or has no secret any more
}

func (e *NoLongerError) Error() string {
	if e.Disabled {
		return fmt.Sprintf("%s is disabled on %s now", e.AddonKey, e.Site)
	}
	return fmt.Sprintf("%s is not installed on %s any more", e.AddonKey, e.Site)
}

// outcome is what became of an attempt.
type outcome struct {
	status int
	err    error // why there was no whole answer
	text   string
}

// retryable tells whether JIRA tries again. An answer that ends early counts by its status, one that
// does not end by its time limit. Source: protocol webhooks.md §6.
func (o outcome) retryable() bool {
	var failure *exchange.SendError
	if errors.As(o.err, &failure) && failure.Kind == exchange.Timeout {
		return true
	}
	switch o.status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case 0:
		return o.err != nil
	}
	return o.status >= 500
}

func (o outcome) String() string {
	if o.text != "" {
		return o.text
	}
	return "answered " + strconv.Itoa(o.status)
}

// after draws the consequences of an attempt: the next one is put on the list, or the reason there is
// none. It returns the number of the retry that is due now, 0 for none.
func (d *Dispatcher) after(ctx context.Context, a attempt, to remote, o outcome) int64 {
	if o.status == 0 && ctx.Err() != nil {
		return 0 // whoever asked gave up; that says nothing of the add-on
	}
	now, failed := d.clock.Now(), o.retryable()
	since := d.pending.note(to, failed, now)
	if !failed || !identifies(a.site.Site) {
		return 0
	}
	r := &pendingRetry{attempt: a, failure: o.String()}
	r.retry++
	switch {
	case a.retry >= maxRetries: // more when it was sent by hand
		r.ended = fmt.Sprintf("%d retries failed; there are no more", maxRetries)
	case now.Sub(since) >= maxFailing:
		r.ended = fmt.Sprintf("%s has failed without a break since %s: each webhook gets one attempt",
			to.host, since.UTC().Format("15:04:05 UTC"))
	default:
		r.due = now.Add(d.retryDelay())
	}
	return d.schedule(r)
}

// retryDelay is a random time between the two bounds; the middle when there is no randomness to be had.
func (d *Dispatcher) retryDelay() time.Duration {
	const span = maxRetryDelay - minRetryDelay
	var b [8]byte
	if _, err := io.ReadFull(d.rand, b[:]); err != nil {
		return minRetryDelay + span/2
	}
	return minRetryDelay + time.Duration(binary.LittleEndian.Uint64(b[:])%uint64(span))
}

// PendingRetries lists the retries of a site: those that wait, by the time they are due, and after them
// the latest that will not be sent, with the reason. They live in memory only and end with the host.
func (d *Dispatcher) PendingRetries(siteID string) []Retry { return d.pending.list(siteID) }

// SendRetry makes a pending attempt now, also one that had ended. When it fails, the next one has the
// same number. When ctx ends first, it is pending as before. Errors: ErrNoRetry, *NoLongerError, and
// the cause of ctx's end.
func (d *Dispatcher) SendRetry(ctx context.Context, siteID string, number int64) (Sent, error) {
	r, err := d.pending.take(siteID, number)
	if err != nil {
		return Sent{}, fmt.Errorf("send retry %d on %s: %w", number, siteID, err)
	}
	defer d.pending.running.Done()
	sent, err := d.resume(ctx, r)
	if err != nil {
		return Sent{}, fmt.Errorf("send retry %d on %s: %w", number, siteID, err)
	}
	return sent, nil
}

// DropRetry takes a retry off the list. The error is ErrNoRetry.
func (d *Dispatcher) DropRetry(siteID string, number int64) error {
	if _, err := d.pending.take(siteID, number); err != nil {
		return fmt.Errorf("drop retry %d on %s: %w", number, siteID, err)
	}
	d.pending.running.Done()
	return nil
}

// schedule puts a retry on the list and, unless it has ended, sets its time. It returns its number when
// it waits.
func (d *Dispatcher) schedule(r *pendingRetry) int64 {
	listed := d.list(r)
	if listed {
		d.pending.changed()
	}
	if !listed || r.ended != "" {
		return 0
	}
	return r.number
}

// list is schedule up to telling of it.
func (d *Dispatcher) list(r *pendingRetry) bool {
	p := &d.pending
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.add(r) {
		return false
	}
	if r.ended == "" {
		r.stop = d.clock.At(r.due, func() {
			if p.takeThis(r) {
				defer p.running.Done()
				_, _ = d.resume(d.ctx, r) // what became of it is in the log and on the list
			}
		})
	}
	return true
}

// resume makes a pending attempt, with the installation as it is now.
func (d *Dispatcher) resume(ctx context.Context, r *pendingRetry) (Sent, error) {
	again := *r
	if err := d.renew(&again.attempt); err != nil {
		again.ended = err.Error()
		d.schedule(&again)
		return Sent{}, err
	}
	sent := d.send(ctx, again.attempt, nil)
	if sent.Status == 0 && ctx.Err() != nil {
		again = *r
		d.schedule(&again)
		return Sent{}, context.Cause(ctx)
	}
	return sent, nil
}

// renew gives an attempt the secret and the clientKey there are now, or says why nothing is sent any
// more. Address and body stay those of the event, and so does the era they are written in.
func (d *Dispatcher) renew(a *attempt) error {
	in, err := d.installed(a.site.ID, a.AddonKey)
	if err == nil && d.siteNow != nil {
		var now site.Running
		now, err = d.siteNow(a.site.ID)
		a.site.ClientKey = now.ClientKey
	}
	switch {
	case err != nil, a.signed && in.SharedSecret == "":
		return &NoLongerError{AddonKey: a.AddonKey, Site: a.site.ID}
	case in.State == site.Disabled:
		return &NoLongerError{AddonKey: a.AddonKey, Site: a.site.ID, Disabled: true}
	}
	a.install.SharedSecret = in.SharedSecret
	return nil
}
