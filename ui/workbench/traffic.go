package workbench

import (
	"context"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/webhook"
)

// Events is the event catalogue of a site's product.
func (w *Workbench) Events(siteID string) []webhook.Event { return w.host.Events(siteID) }

// EventBody is a body for the event, made from the site's data: JSON, indented, to be edited.
func (w *Workbench) EventBody(siteID, event string) ([]byte, error) {
	return w.host.EventBody(siteID, event)
}

// Recipients says which webhook modules on the site the event would reach, and why the others not.
func (w *Workbench) Recipients(siteID, event string, body []byte) ([]webhook.Recipient, error) {
	return w.host.Recipients(siteID, event, body)
}

// Fire delivers an event, signed, to all webhook modules on the site that ask for it, and waits for
// their answers. body nil is EventBody.
func (w *Workbench) Fire(ctx context.Context, siteID, event string, body []byte) (webhook.Delivery, error) {
	if body == nil {
		var err error
		if body, err = w.host.EventBody(siteID, event); err != nil {
			return webhook.Delivery{}, err
		}
	}
	return w.host.Fire(ctx, siteID, event, body)
}

// Pages are the pages, panels, macros and dialogs of the add-ons on a site.
func (w *Workbench) Pages(siteID string) ([]page.Module, error) { return w.host.Pages(siteID) }

// PageContext gives the variables of a page's URL the values the site's data offers.
func (w *Workbench) PageContext(siteID string, m page.Module) map[string]string {
	return w.host.PageContext(siteID, m)
}

// SignPage builds and signs a page request; nothing is sent.
func (w *Workbench) SignPage(ctx context.Context, siteID string, r page.Request) (page.Signed, error) {
	return w.host.SignPage(ctx, siteID, r)
}

// OpenPage signs a page request and makes it. The record is there also when nobody answered.
func (w *Workbench) OpenPage(ctx context.Context, siteID string, r page.Request) (page.Signed, exchange.Record, error) {
	return w.host.FetchPage(ctx, siteID, r)
}

// ExchangeRows are the newest exchanges that match filter, at most limit, newest first, with
// before and after bounding the ids (both exclusive, 0 is no bound). A bad filter is an *exchange.FilterError.
func (w *Workbench) ExchangeRows(ctx context.Context, filter string, before, after int64, limit int) ([]exchange.Row, error) {
	f, err := exchange.ParseFilter(filter)
	if err != nil {
		return nil, err
	}
	return w.log.Rows(ctx, exchange.Query{Filter: f, Before: before, After: after, Limit: limit})
}

// ExchangeCount is how many exchanges match filter, counted up to exchange.CountCap, and how many
// there are. A bad filter is an *exchange.FilterError.
func (w *Workbench) ExchangeCount(ctx context.Context, filter string) (matching, all int64, err error) {
	f, err := exchange.ParseFilter(filter)
	if err != nil {
		return 0, 0, err
	}
	return w.log.Count(ctx, f)
}

// Exchange is one exchange with everything in it, secrets masked.
func (w *Workbench) Exchange(ctx context.Context, id int64) (exchange.Record, error) {
	r, err := w.log.Get(ctx, id)
	if err != nil {
		return exchange.Record{}, err
	}
	return exchange.Mask(r), nil
}

// ExplainExchange checks the token of an exchange again, rule by rule, at the time it was sent and
// against the secrets the site knows. An exchange without a token has no steps.
func (w *Workbench) ExplainExchange(ctx context.Context, id int64) ([]connectjwt.Step, error) {
	r, err := w.log.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if r.Token == "" {
		return nil, nil
	}
	check, err := w.checkFor(r)
	if err != nil {
		return nil, err
	}
	return check.Explain(r.Token), nil
}
