package workbench

import (
	"context"

	"connect-workbench/mockhost/webhook"
)

// Burst fires an event n times, perSecond, and waits for all answers; body nil is EventBody. progress
// may be nil; it hears of every change on the calling goroutine. The end of ctx cuts the burst off at
// once; the count is right then too. Too large a burst is a *webhook.BurstError.
func (w *Workbench) Burst(ctx context.Context, siteID, event string, body []byte, n, perSecond int, progress func(webhook.BurstCount)) (webhook.BurstCount, error) {
	return w.host.Burst(ctx, siteID, event, body, n, perSecond, progress)
}

// WithTrace gives what is fired under ctx a trace for the header X-Atlassian-Webhook-Trace, as if a REST
// call of the add-on that carried it had caused the event. One that cannot be sent is a *webhook.TraceError.
func WithTrace(ctx context.Context, trace string) context.Context {
	return webhook.WithTrace(ctx, trace)
}

// PendingRetries lists the webhook retries of a site that wait, by the time they are due, and after
// them the latest that will not be sent, with the reason. Closing the project forgets them.
func (w *Workbench) PendingRetries(siteID string) ([]webhook.Retry, error) {
	return w.host.PendingRetries(siteID)
}

// SendRetry makes a pending retry now. What fails is pending again, under the same number. The error
// wraps webhook.ErrNoRetry or a *webhook.NoLongerError.
func (w *Workbench) SendRetry(ctx context.Context, siteID string, number int64) (webhook.Sent, error) {
	return w.host.SendRetry(ctx, siteID, number)
}

// DropRetry takes a retry off the list. The error wraps webhook.ErrNoRetry.
func (w *Workbench) DropRetry(siteID string, number int64) error {
	return w.host.DropRetry(siteID, number)
}
