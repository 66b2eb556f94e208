package workbench

import (
	"cmp"
	"context"
	"math"
	"net/url"
	"slices"
	"sync"
	"time"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/trust"
)

// CheckID names a thing an add-on can be seen doing.
type CheckID string

// The checks, in the order in which an add-on passes them.
const (
	CheckDescriptor CheckID = "descriptor"
	CheckInstalled  CheckID = "installed"
	CheckKey        CheckID = "key"
	CheckWebhook    CheckID = "webhook"
	CheckPage       CheckID = "page"
	CheckREST       CheckID = "rest"
	CheckOAuth      CheckID = "oauth"
)

// checkWords are the checks with what they are called, and what to do while they are open.
func checkWords() []Check {
	return []Check{
		{ID: CheckDescriptor, Title: "Descriptor fetched", Hint: "Install the add-on on a site."},
		{ID: CheckInstalled, Title: "installed accepted", Hint: "Install the add-on on a site."},
		{ID: CheckKey, Title: "Install key fetched", Hint: "The add-on fetches it while it is installed, unless it kept it from before."},
		{ID: CheckWebhook, Title: "Webhook answered 2xx", Hint: "Fire an event that the add-on asks for."},
		{ID: CheckPage, Title: "Page answered 200", Hint: "Request one of the add-on's pages."},
		{ID: CheckREST, Title: "REST call verified", Hint: "Have the add-on call the site's REST API."},
		{ID: CheckOAuth, Title: "Access token given", Hint: "Only for add-ons that act as a user: they ask when they first do."},
	}
}

// Check is one line of the check-list. It stands as its newest exchange does.
type Check struct {
	ID       CheckID
	Title    string
	Hint     string    // what makes it happen
	State    string    // "open", "passed" or "failed"
	Passed   int64     // the newest exchange that proves it; 0 for none
	Failed   int64     // the newest one that failed; 0 for none
	Exchange int64     // the newer of the two
	Time     time.Time // of that one
	Detail   string    // what it was, or why it failed
}

// AddonChecks is the check-list of one add-on.
type AddonChecks struct {
	Key     string // "" while it is not known: the project's add-on before it was first asked
	Name    string
	BaseURL string
	Checks  []Check
}

// RefusedHost is a host that the proxy was asked for and did not reach.
type RefusedHost struct {
	Host     string // with the port
	Exchange int64  // the newest
	Time     time.Time
}

// Checklist says what has been seen of each add-on: those on the sites and, first, the project's own.
// It looks at what the log got since the last time, the newest 10,000 exchanges at most.
func (w *Workbench) Checklist(ctx context.Context) ([]AddonChecks, error) {
	w.seen.mu.Lock()
	defer w.seen.mu.Unlock()
	if err := w.seen.catchUp(ctx, w.log); err != nil {
		return nil, err
	}
	return w.seen.lists(w.addonsToCheck()), nil
}

// RefusedHosts are the hosts the proxy has refused and still would, the newest first.
func (w *Workbench) RefusedHosts(ctx context.Context) ([]RefusedHost, error) {
	w.seen.mu.Lock()
	defer w.seen.mu.Unlock()
	if err := w.seen.catchUp(ctx, w.log); err != nil {
		return nil, err
	}
	allowed := w.ProxyAllowed()
	var list []RefusedHost
	for host, row := range w.seen.refused {
		if !trust.Allowed(host, allowed) {
			list = append(list, RefusedHost{Host: host, Exchange: row.ID, Time: row.Start})
		}
	}
	slices.SortFunc(list, func(a, b RefusedHost) int { return cmp.Compare(b.Exchange, a.Exchange) })
	return list, nil
}

// checked is an add-on the check-list is for.
type checked struct {
	key, name, baseURL string
	descriptors        []string // where its descriptor is fetched from
}

// addonsToCheck are the project's own add-on, which may never have been installed, and those on the sites.
func (w *Workbench) addonsToCheck() []checked {
	own := w.Addon()
	list := []checked{{baseURL: own.BaseURL, descriptors: []string{own.DescriptorURL}}}
	for _, s := range w.Sites() {
		for _, a := range s.Addons {
			if a.State == site.Uninstalled {
				continue
			}
			at := slices.IndexFunc(list, func(c checked) bool {
				return c.key == a.Key || c.key == "" && slices.Contains(c.descriptors, a.DescriptorURL)
			})
			if at < 0 {
				at = len(list)
				list = append(list, checked{baseURL: a.BaseURL})
			}
			list[at].key, list[at].name = a.Key, a.Name
			if !slices.Contains(list[at].descriptors, a.DescriptorURL) {
				list[at].descriptors = append(list[at].descriptors, a.DescriptorURL)
			}
		}
	}
	return list
}

// Bounds of what sightings keep.
const (
	maxRowsSeen = 10_000 // of the log, at once
	maxRecent   = 200    // key fetches and callbacks that may still belong together
	maxRefused  = 50     // hosts
	maxSeen     = 1000   // add-ons, and addresses of descriptors
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
		dropOldest(s.refused, maxRefused, func(row exchange.Row) int64 { return row.ID })
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

// lists makes the check-lists. What names no add-on counts for the only one there is.
func (s *sightings) lists(addons []checked) []AddonChecks {
	lists := make([]AddonChecks, len(addons))
	for i, a := range addons {
		if a.key == "" {
			a.key = s.keys[a.descriptors[0]]
		}
		lists[i] = AddonChecks{Key: a.key, Name: a.name, BaseURL: a.baseURL}
		for _, c := range checkWords() {
			seen := s.byAddon[a.key][c.ID]
			if c.ID == CheckDescriptor {
				for _, from := range a.descriptors {
					seen = seen.and(s.fetched[from])
				}
			}
			if len(addons) == 1 {
				seen = seen.and(s.loose[c.ID])
			}
			lists[i].Checks = append(lists[i].Checks, c.stands(seen))
		}
	}
	return lists
}

// stands fills in what was seen.
func (c Check) stands(seen sight) Check {
	c.State, c.Passed, c.Failed = "open", seen.passed.ID, seen.failed.ID
	row := seen.passed
	switch {
	case seen.passed.ID == 0 && seen.failed.ID == 0:
		return c
	case seen.passed.ID > seen.failed.ID:
		c.State, c.Detail = "passed", row.Method+" "+row.URL
	default:
		row = seen.failed
		c.State, c.Detail = "failed", row.Summary
		if c.Detail == "" {
			c.Detail = cmp.Or(row.Error, row.Method+" "+row.URL)
		}
	}
	c.Exchange, c.Time = row.ID, row.Start
	return c
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
