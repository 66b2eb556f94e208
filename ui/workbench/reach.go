package workbench

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/page"
)

// ReachState says how an address stands.
type ReachState string

// The states of an address.
const (
	ReachOK       ReachState = "ok"
	ReachWarning  ReachState = "warning"  // it answers, but something about the answer will be in the way
	ReachFailed   ReachState = "failed"   // nobody answers there, or not so that a customer sees anything
	ReachUnknown  ReachState = "unknown"  // what it answered does not tell
	ReachNotAsked ReachState = "notAsked" // outside of this machine, or the check was cancelled
)

// Reached is what came of asking one address of the descriptor.
type Reached struct {
	descriptor.Address
	State       ReachState    `json:"state"`
	Method      string        `json:"method,omitempty"`
	Asked       string        `json:"asked,omitempty"`    // the address that was asked, without the token
	Site        string        `json:"site,omitempty"`     // the site whose page it was asked as
	Signed      bool          `json:"signed"`             // as a page request of that site
	Unsigned    string        `json:"unsigned,omitempty"` // why a page was not asked as one
	Status      int           `json:"status"`             // 0: no answer
	Millis      int64         `json:"ms"`                 // redirects included
	ContentType string        `json:"contentType,omitempty"`
	Framing     *page.Framing `json:"framing,omitempty"`  // of framed pages
	Bridge      string        `json:"bridge,omitempty"`   // the bridge script a page loads
	Exchange    int64         `json:"exchange,omitempty"` // the one that decided
	What        string        `json:"what,omitempty"`     // what is wrong, or worth knowing
	Do          string        `json:"do,omitempty"`       // what to do about it
}

// ReachReport is the outcome of a reach check.
type ReachReport struct {
	Addon     string    `json:"addon"` // the base URL that was asked
	Cause     string    `json:"cause"` // of all exchanges of the check
	Addresses []Reached `json:"addresses"`
	OK        int       `json:"ok"`
	Warnings  int       `json:"warnings"`
	Failed    int       `json:"failed"`
	Unknown   int       `json:"unknown"`
	NotAsked  int       `json:"notAsked"`
	Links     int       `json:"links"` // of all these: links for people, which no host ever asks
	Cancelled bool      `json:"cancelled"`
	Text      string    `json:"-"` // the descriptor that was looked at
}

// reachAtOnce is how many addresses are asked at the same time: enough to hide slow ones, few enough
// for a development server.
const reachAtOnce = 6

// Reach asks the running add-on for every address of the descriptor in the editor. Framed pages are
// asked as signed page requests of siteID, or, for "", of the first site that shows them; without an
// installation they are asked unsigned. What a host would post to is only asked with OPTIONS, and
// nothing outside of this machine is asked at all.
//
// progress may be nil; it hears of every address that is done, one call at a time. When ctx ends, the
// report holds what was found until then and the error is that of ctx. The error wraps
// mockhost.ErrUnknownSite for a site that is none.
func (w *Workbench) Reach(ctx context.Context, siteID string, progress func(done, total int)) (ReachReport, error) {
	sites := w.Sites()
	if siteID != "" {
		sites = slices.DeleteFunc(sites, func(s SiteState) bool { return s.ID != siteID })
		if len(sites) == 0 {
			return ReachReport{}, fmt.Errorf("site %q: %w", siteID, mockhost.ErrUnknownSite)
		}
	}
	addon := w.Addon()
	c := reachCheck{
		visits: w.host.NewReach(0), sites: sites, base: addon.BaseURL, descriptorURL: addon.DescriptorURL,
		text: w.buffer.current(),
	}
	c.tree = descriptor.Parse([]byte(c.text))
	c.key = c.tree.Root().Child("key").Text()
	report := ReachReport{Addon: c.base, Cause: c.visits.Cause(), Text: c.text, Addresses: c.all(ctx, progress)}
	report.count()
	report.Cancelled = ctx.Err() != nil
	return report, ctx.Err()
}

func (r *ReachReport) count() {
	for _, a := range r.Addresses {
		*map[ReachState]*int{ReachOK: &r.OK, ReachWarning: &r.Warnings, ReachFailed: &r.Failed, ReachUnknown: &r.Unknown, ReachNotAsked: &r.NotAsked}[a.State]++
		if a.Use == descriptor.UseLink {
			r.Links++
		}
	}
}

// reachCheck is a reach check under way.
type reachCheck struct {
	visits              *mockhost.Reach
	sites               []SiteState // whose pages are asked
	base, descriptorURL string
	text                string
	tree                *descriptor.Tree
	key                 string // of the add-on

	down    *Reached // what became of the first request, when nobody answered it
	options optionsAnswers
}

// all asks every address, equal ones once.
func (c *reachCheck) all(ctx context.Context, progress func(done, total int)) []Reached {
	found := c.tree.Addresses()
	reached := make([]Reached, len(found))
	groups := make(map[[3]string][]int)
	var order [][3]string
	for i, a := range found {
		reached[i] = c.plan(a)
		key := [3]string{reached[i].Method, reached[i].Asked, fmt.Sprint(i)}
		if reached[i].Asked != "" && !a.Framed {
			key[2] = string(a.Use)
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], i)
	}
	if slices.ContainsFunc(reached, func(r Reached) bool { return r.Asked != "" }) {
		c.greet(ctx)
	}
	var mu sync.Mutex
	done := 0
	var g errgroup.Group
	g.SetLimit(reachAtOnce)
	for _, key := range order {
		members := groups[key]
		g.Go(func() error {
			one := c.ask(ctx, reached[members[0]])
			mu.Lock()
			defer mu.Unlock()
			for _, i := range members {
				a := reached[i].Address
				reached[i] = one
				reached[i].Address = a
			}
			done += len(members)
			if progress != nil {
				progress(done, len(reached))
			}
			return nil
		})
	}
	_ = g.Wait() // no work gives an error
	return reached
}

// cancelled is an address that was not asked any more.
func cancelled(r Reached) Reached {
	r.State, r.What = ReachNotAsked, "the check was cancelled before there was an answer"
	return r
}

func millis(d time.Duration) int64 { return d.Round(time.Millisecond).Milliseconds() }
