package workbench

import (
	"context"
	"math"
	"net/url"
	"slices"
	"sync"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/trust"
)

// Bounds of what sightings keep.
const (
	maxRowsSeen     = 10_000 // of the log, at once
	maxRecent       = 200    // key fetches and callbacks that may still belong together
	maxRefusedHosts = 50     // hosts
	maxSeen         = 1000   // add-ons, and addresses of descriptors
)

// sightings are what the exchange log shows of the add-ons.
type sightings struct {
	mu      sync.Mutex
	last    int64                        // the newest exchange taken in
	byAddon map[string]map[CheckID]sight // by add-on key
	loose   map[CheckID]sight            // of exchanges that name no add-on
	fetched map[string]sight             // of descriptors, by their address
	keys    map[string]string            // the add-on key that came of a descriptor's address
	asked   map[string]string            // the descriptor's address of a cause under way
	refused map[string]exchange.Row      // by host and port

	callbacks []exchange.Row // the newest, which key fetches may belong to
	fetches   []exchange.Row // the newest key fetches, which may belong to a callback
}

// sight is the newest exchange of each outcome; the zero row is none.
type sight struct{ passed, failed exchange.Row }

func newSightings() *sightings {
	return &sightings{
		byAddon: map[string]map[CheckID]sight{}, loose: map[CheckID]sight{}, fetched: map[string]sight{},
		keys: map[string]string{}, asked: map[string]string{}, refused: map[string]exchange.Row{},
	}
}

// catchUp takes in what the log has got since the last time.
func (s *sightings) catchUp(ctx context.Context, log *exchange.Log) error {
	const page = 2000
	var rows []exchange.Row
	before := int64(0)
	for len(rows) < maxRowsSeen {
		found, err := log.Rows(ctx, exchange.Query{After: s.last, Before: before, Limit: page})
		if err != nil {
			return err
		}
		rows = append(rows, found...)
		if len(found) < page {
			break
		}
		before = found[len(found)-1].ID
	}
	for _, row := range slices.Backward(rows) {
		s.take(row)
		s.last = row.ID
	}
	return nil
}

// take puts one exchange where it belongs.
func (s *sightings) take(row exchange.Row) {
	switch row.Kind {
	case exchange.KindDescriptor:
		s.fetched[row.URL] = s.fetched[row.URL].with(row, row.Status == 200 && row.Error == "")
		if gone := dropOldest(s.fetched, maxSeen, sight.newest); gone != "" {
			delete(s.keys, gone)
		}
		s.asked[row.Cause] = row.URL
		if len(s.asked) > maxRecent {
			clear(s.asked)
			s.asked[row.Cause] = row.URL
		}
	case exchange.KindInstalled, exchange.KindUninstalled:
		if from, ok := s.asked[row.Cause]; ok {
			s.keys[from] = row.Addon
		}
		if row.Kind == exchange.KindInstalled {
			s.note(row.Addon, CheckInstalled, row, row.OK)
		}
		s.callbacks = append(s.callbacks, row)
		s.callbacks = s.callbacks[max(0, len(s.callbacks)-maxRecent):]
		s.attribute(row)
	case exchange.KindWebhook:
		s.note(row.Addon, CheckWebhook, row, row.Status/100 == 2 && row.Error == "")
	case exchange.KindPage:
		s.note(row.Addon, CheckPage, row, row.Status == 200 && row.Error == "")
	case exchange.KindREST:
		if row.Judged {
			s.note(row.Addon, CheckREST, row, row.OK || row.Rule == "rest.notsimulated")
		}
	case exchange.KindOAuth:
		s.note(row.Addon, CheckOAuth, row, row.OK)
	case exchange.KindKey:
		s.takeFetch(row)
	case exchange.KindProxy:
		s.takeProxy(row)
	}
}

// takeProxy tells a refused host from a secure connection that did not come about on the way to a
// key or an access token.
func (s *sightings) takeProxy(row exchange.Row) {
	if row.OK || !row.Judged {
		return
	}
	switch host := hostOf(row.URL); {
	case row.Rule == trust.RuleHost && host != "":
		s.refused[host] = row
		dropOldest(s.refused, maxRefusedHosts, func(row exchange.Row) int64 { return row.ID })
	case row.Rule == trust.RuleTLS && trust.Serves(host, "keys"):
		s.takeFetch(row)
	case row.Rule == trust.RuleTLS && trust.Serves(host, "oauth"):
		s.note("", CheckOAuth, row, false)
	}
}

// dropOldest keeps a map from having more than most entries: the one whose newest exchange is the oldest
// goes. gone is its name; "" for none.
func dropOldest[V any](m map[string]V, most int, newest func(V) int64) (gone string) {
	if len(m) <= most {
		return ""
	}
	oldest := int64(math.MaxInt64)
	for name, v := range m {
		if id := newest(v); id < oldest {
			gone, oldest = name, id
		}
	}
	delete(m, gone)
	return gone
}

// takeFetch files a key fetch. It names no add-on: the one whose installed or uninstalled callback was
// open meanwhile asked for it. Which of the two is recorded first is a matter of microseconds.
func (s *sightings) takeFetch(row exchange.Row) {
	s.fetches = append(s.fetches, row)
	s.fetches = s.fetches[max(0, len(s.fetches)-maxRecent):]
	for _, callback := range slices.Backward(s.callbacks) {
		if during(row, callback) {
			s.note(callback.Addon, CheckKey, row, row.OK)
			return
		}
	}
	s.note("", CheckKey, row, row.OK)
}

func (s *sightings) attribute(callback exchange.Row) {
	for _, row := range s.fetches {
		if during(row, callback) {
			s.note(callback.Addon, CheckKey, row, row.OK)
		}
	}
}

// during reports whether a fetch began while a callback was open.
func during(fetch, callback exchange.Row) bool {
	return !fetch.Start.Before(callback.Start) && !fetch.Start.After(callback.Start.Add(callback.Duration))
}

// note keeps an outcome of an add-on, or of nobody known.
func (s *sightings) note(addon string, id CheckID, row exchange.Row, passed bool) {
	if addon == "" {
		s.loose[id] = s.loose[id].with(row, passed)
		return
	}
	if s.byAddon[addon] == nil {
		s.byAddon[addon] = map[CheckID]sight{}
	}
	s.byAddon[addon][id] = s.byAddon[addon][id].with(row, passed)
	dropOldest(s.byAddon, maxSeen, func(checks map[CheckID]sight) (newest int64) {
		for _, t := range checks {
			newest = max(newest, t.newest())
		}
		return newest
	})
}

// newest is the id of the newest exchange of either outcome; 0 for none.
func (t sight) newest() int64 { return max(t.passed.ID, t.failed.ID) }

func (t sight) with(row exchange.Row, passed bool) sight {
	switch {
	case passed && row.ID > t.passed.ID:
		t.passed = row
	case !passed && row.ID > t.failed.ID:
		t.failed = row
	}
	return t
}

// and is the newer of each.
func (t sight) and(other sight) sight {
	if other.passed.ID != 0 {
		t = t.with(other.passed, true)
	}
	if other.failed.ID != 0 {
		t = t.with(other.failed, false)
	}
	return t
}

// hostOf is host and port of an address, or of what a client asked a tunnel to.
func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	if _, err := url.Parse("//" + address); err == nil {
		return address
	}
	return ""
}
