package workbench

import (
	"cmp"
	"context"
	"slices"
	"time"

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
