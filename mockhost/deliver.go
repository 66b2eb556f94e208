package mockhost

import (
	"context"

	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/webhook"
)

// Burst raises an event n times, perSecond by the host's clock, and returns when all have been
// answered or given up. progress may be nil; it hears of every change on the calling goroutine. The
// end of ctx cuts the burst off at once; the count is right then too. See [webhook.Dispatcher.Burst].
func (h *Host) Burst(ctx context.Context, siteID, event string, body []byte, n, perSecond int, progress func(webhook.BurstCount)) (webhook.BurstCount, error) {
	s, ctx, done, err := h.beginOn(ctx, siteID)
	if err != nil {
		return webhook.BurstCount{}, err
	}
	defer done()
	installs := func() []site.Installation { return h.store.List(siteID) }
	return h.webhooks.Burst(ctx, s, installs, webhook.Burst{Event: event, Body: body, Events: n, PerSecond: perSecond}, progress)
}

// PendingRetries lists the retries of a site that wait, by the time they are due, and after them the
// latest that will not be sent, with the reason. They are kept in memory: a restart forgets them.
func (h *Host) PendingRetries(siteID string) ([]webhook.Retry, error) {
	if _, err := h.site(siteID); err != nil {
		return nil, err
	}
	return h.webhooks.PendingRetries(siteID), nil
}

// SendRetry makes a pending retry now; see [webhook.Dispatcher.SendRetry] for what a failure leaves.
func (h *Host) SendRetry(ctx context.Context, siteID string, number int64) (webhook.Sent, error) {
	_, ctx, done, err := h.beginOn(ctx, siteID)
	if err != nil {
		return webhook.Sent{}, err
	}
	defer done()
	return h.webhooks.SendRetry(ctx, siteID, number)
}

// DropRetry takes a retry off the list. The error wraps ErrUnknownSite or webhook.ErrNoRetry.
func (h *Host) DropRetry(siteID string, number int64) error {
	if _, err := h.site(siteID); err != nil {
		return err
	}
	return h.webhooks.DropRetry(siteID, number)
}
