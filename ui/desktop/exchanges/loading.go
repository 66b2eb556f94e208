package exchanges

import (
	"context"
	"errors"

	"connect-workbench/mockhost/exchange"
)

// listing is what one reading of the log brings.
type listing struct {
	rows          []exchange.Row
	matching, all int64
}

// maxNews is how many new rows are put in front of the list one by one; when more came in
// since the last reading, the list starts over from the newest.
const maxNews = 5 * pageSize

// reload reads the list anew: after the filter or the site changed, and at first.
func (v *View) reload() {
	query := v.state.query()
	v.news.Drop()
	v.newsRuns, v.newsAgain = false, false
	v.paging.Drop()
	v.pagingRuns = false
	v.reloading = true
	v.showCount()
	v.lists.Run(func(ctx context.Context) (listing, error) {
		return readListing(ctx, v.host, query, 0, pageSize)
	}, func(l listing, err error) {
		v.reloading = false
		if v.failed(err) {
			return
		}
		v.state.loaded = true
		v.state.window.reset(l.rows)
		v.state.matching, v.state.all = l.matching, l.all
		v.showList()
		if v.newsAgain {
			v.takeNews()
		}
	})
}

// readListing reads the newest rows above after, and the counts.
func readListing(ctx context.Context, h host, query string, after int64, limit int) (listing, error) {
	var l listing
	var err error
	if l.rows, err = h.ExchangeRows(ctx, query, 0, after, limit); err != nil {
		return listing{}, err
	}
	l.matching, l.all, err = h.ExchangeCount(ctx, query)
	return l, err
}

// takeNews reads what was recorded since the last reading and puts it in front. One reading
// runs at a time: a flood of changes must not keep cancelling the reading it asks for.
func (v *View) takeNews() {
	if v.reloading {
		v.newsAgain = true
		return
	}
	if !v.state.loaded {
		v.reload()
		return
	}
	if v.newsRuns {
		v.newsAgain = true
		return
	}
	v.newsRuns, v.newsAgain = true, false
	query, after := v.state.query(), v.state.window.newest()
	v.news.Run(func(ctx context.Context) (listing, error) {
		return readListing(ctx, v.host, query, after, maxNews)
	}, func(l listing, err error) {
		v.newsRuns = false
		if v.failed(err) {
			return
		}
		v.putInFront(l)
		if v.newsAgain {
			v.takeNews()
		}
	})
}

func (v *View) putInFront(l listing) {
	v.state.matching, v.state.all = l.matching, l.all
	switch {
	case len(l.rows) == maxNews:
		v.reload()
	case len(l.rows) > 0 && v.state.window.length() == 0:
		v.state.window.newer(l.rows)
		v.showList()
	case len(l.rows) > 0:
		v.rows.Inserted(0, v.state.window.newer(l.rows))
		v.showCount()
		v.addEffects(l.rows)
	default:
		v.showCount()
		v.showEmptiness()
	}
	v.findSelection()
	v.retryDetail()
}

// addEffects lists new exchanges with those of the same cause, when one of these is shown.
func (v *View) addEffects(rows []exchange.Row) {
	if v.lower.shown != nil && v.lower.shown.addEffects(rows) {
		v.lower.showEffects()
	}
}

// want asks for the page that row i stands on. It is called while the list is being drawn, so
// it only starts a reading, and only one: the list is drawn again when that lands.
func (v *View) want(i int) {
	g, ok := v.state.window.missing(i)
	if !ok || v.pagingRuns || v.reloading {
		return
	}
	v.pagingRuns = true
	query, older := v.state.query(), i >= v.state.window.length()
	v.paging.Run(func(ctx context.Context) ([]exchange.Row, error) {
		return v.host.ExchangeRows(ctx, query, g.Before, g.After, g.Limit)
	}, func(rows []exchange.Row, err error) {
		v.pagingRuns = false
		if v.failed(err) {
			return
		}
		if older {
			v.state.window.older(rows)
		} else {
			v.state.window.fill(rows)
		}
		v.rows.Refresh()
		v.findSelection()
	})
}

// failed shows why the log could not be read; a cancelled reading is no failure.
func (v *View) failed(err error) bool {
	if err == nil {
		v.trouble = nil
		v.showFault()
		return false
	}
	if errors.Is(err, context.Canceled) {
		return true
	}
	if fault := (*exchange.FilterError)(nil); errors.As(err, &fault) {
		v.state.fault = fault
		v.showFault()
		return true
	}
	v.trouble = err
	v.showFault()
	v.showEmptiness()
	return true
}

// loadSelection reads the chosen exchange for the lower half.
func (v *View) loadSelection() {
	id := v.state.selection
	v.unseen = 0
	if id == 0 {
		v.details.Drop()
		v.showDetail(nil)
		return
	}
	v.details.Run(func(ctx context.Context) (detail, error) {
		return loadDetail(ctx, v.host, id)
	}, func(d detail, err error) {
		switch {
		case errors.Is(err, exchange.ErrNotFound):
			v.unseen = id // it may be on its way into the log: a link is often faster than the disk
		case err != nil:
			v.env.Fail("The exchange cannot be shown", err)
		default:
			v.showDetail(&d)
		}
	})
}

// retryDetail reads the chosen exchange again when it was not in the log yet.
func (v *View) retryDetail() {
	if v.unseen != 0 && v.unseen == v.state.selection {
		v.loadSelection()
	}
}
