package mockhost

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/page"
)

// Limits of a request that only wants to know whether an address answers.
const (
	reachTimeout = 10 * time.Second
	reachAnswer  = 2 << 20 // bytes; a page that shows nothing within these is none
)

// Reach asks addresses of add-ons whether they answer. What it asks has a cause in common and the
// kind reach in the exchange log. It is safe for concurrent use.
type Reach struct {
	h         *Host
	cause     string
	transport *exchange.Transport
}

// Visit is one request of a Reach.
type Visit struct {
	Method, URL         string
	Site, Addon, Module string // what the exchange is filed under; "" is unknown
	Token               string // the one in URL, if any
	Parent              int64  // the exchange that redirected here; 0 for none
	Frame               bool   // ask as a browser asks for the page of a frame

	// Fine tells whether a status is as good here as one from 200 to 299; nil: no other is.
	Fine func(status int) bool
}

// NewReach begins a reach check. limit is the whole time of one request; 0 is 10 s.
func (h *Host) NewReach(limit time.Duration) *Reach {
	return &Reach{h: h, cause: h.newID(), transport: &exchange.Transport{
		Log: h.log, Client: h.client, Clock: h.clock.Now, MaxBody: reachAnswer, Timeout: cmp.Or(limit, reachTimeout),
	}}
}

// Cause is the cause of all exchanges of this check.
func (r *Reach) Cause() string { return r.cause }

// Visit makes one request. The record is valid also when nobody answered; the error is then an
// *[exchange.SendError]. An error without a record (its ID is 0) means that there was no request.
func (r *Reach) Visit(ctx context.Context, v Visit) (exchange.Record, error) {
	ctx, done, err := r.h.begin(ctx)
	if err != nil {
		return exchange.Record{}, err
	}
	defer done()
	req, err := http.NewRequestWithContext(ctx, v.Method, v.URL, nil)
	if err != nil {
		return exchange.Record{}, fmt.Errorf("make request to %s: %w", v.URL, err)
	}
	if v.Frame {
		page.AsFrame(req.Header, "en-US")
	}
	return r.transport.SendJudged(req, exchange.Meta{
		Parent: v.Parent, Cause: r.cause, Site: v.Site, Addon: v.Addon, Module: v.Module,
		Kind: exchange.KindReach, Direction: exchange.ToAddon, Token: v.Token,
	}, func(record *exchange.Record) {
		if record.Error == "" && v.Fine != nil && v.Fine(record.Status) {
			record.Verdict = connectjwt.Verdict{OK: true}
			return
		}
		exchange.Judge(record)
	})
}

// SignPage signs a page request the way the site would once it had this descriptor text of the
// add-on installed, at baseURL: with the secret of the installation there is. Errors are those of
// [page.Pages.Sign], or the add-on is not installed.
func (r *Reach) SignPage(siteID string, text []byte, baseURL string, p page.Request) (page.Signed, error) {
	s, in, err := r.h.installation(siteID, p.AddonKey)
	if err != nil {
		return page.Signed{}, err
	}
	in.Descriptor, in.BaseURL = text, baseURL
	return r.h.pages.Sign(s, in, p)
}
