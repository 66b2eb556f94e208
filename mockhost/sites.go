package mockhost

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"connect-workbench/loopback"
	"connect-workbench/mockhost/site"
)

// ErrProduct means that a site would become one of the other product: what is installed there, and
// every address an add-on holds, would no longer make sense.
var ErrProduct = errors.New("a site keeps its product")

// served is a site while the host answers for it. Running changes under the host's lock.
type served struct {
	Running
	server  *loopback.Server
	answers atomic.Pointer[http.Handler] // changed with the site; requests under way finish with the old one

	ctx    context.Context // ends when the site is reset or removed: every verb on it runs under it
	cancel context.CancelFunc
	verbs  sync.WaitGroup
}

func newServed(s site.Site) *served {
	one := &served{Running: Running{Site: s}}
	one.admit()
	return one
}

// admit lets verbs begin on the site.
func (s *served) admit() { s.ctx, s.cancel = context.WithCancel(context.Background()) }

func (s *served) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*s.answers.Load()).ServeHTTP(w, r)
}

// open answers for a site on l. s has its address already.
func (h *Host) open(s *served, l *loopback.Listener) {
	h.furnishSite(s)
	s.server = h.serve(l, s)
}

// furnishSite makes the handler that answers from now on.
func (h *Host) furnishSite(s *served) {
	handler := h.siteHandler(s.Running)
	s.answers.Store(&handler)
}

// NewSite makes the settings of a site that is not there yet; see [site.New].
func (h *Host) NewSite(product site.Product, id, title string, port int) site.Site {
	return site.New(h.rand, product, id, title, port)
}

// CloneSite makes the settings of another customer like s; see [site.Site.Clone].
func (h *Host) CloneSite(s site.Site, id, title string, port int) site.Site {
	return s.Clone(h.rand, id, title, port)
}

// NewAccountID makes the id of a person who is not there yet.
func (h *Host) NewAccountID() string { return site.NewAccountID(h.rand) }

// change takes up a change of the sites, a verb of which there is one at a time. done has to be called
// when it is over.
func (h *Host) change(ctx context.Context) (verb context.Context, done func(), err error) {
	h.changing.Lock()
	verb, finished, err := h.begin(ctx)
	if err != nil {
		h.changing.Unlock()
		return nil, nil, err
	}
	return verb, func() {
		finished()
		h.changing.Unlock()
	}, nil
}

// AddSite adds a site behind the others and starts it: on its port, or the next free one. Nothing is
// installed on it, whatever is left in the store of a site that had its id. The error says what keeps
// it from being run; nothing was added then.
func (h *Host) AddSite(ctx context.Context, s site.Site) (Running, error) {
	ctx, done, err := h.change(ctx)
	if err != nil {
		return Running{}, err
	}
	defer done()
	if err := site.ValidateAll(append(h.settings(), s)); err != nil {
		return Running{}, err
	}
	l, err := h.listenFor(ctx, s)
	if err != nil {
		return Running{}, err
	}
	if err := h.forget(ctx, s.ID); err != nil {
		return Running{}, errors.Join(err, l.Close())
	}
	one := newServed(s)
	one.Running = at(s, l.Port())
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return Running{}, errors.Join(ErrNotRunning, l.Close())
	}
	h.open(one, l)
	h.sites = append(h.sites, one)
	return one.Running, nil
}

// ChangeSite gives the site with this id other settings. What is installed stays. A site that wants
// another port, or has another context path, moves there: add-ons know its old address until they are
// installed again. The error wraps ErrUnknownSite or ErrProduct, or says what is wrong with the
// settings; the site is then as it was.
func (h *Host) ChangeSite(ctx context.Context, s site.Site) (Running, error) {
	ctx, done, err := h.change(ctx)
	if err != nil {
		return Running{}, err
	}
	defer done()
	before, err := h.site(s.ID)
	if err != nil {
		return Running{}, err
	}
	if before.Product != s.Product {
		return Running{}, fmt.Errorf("change %s from %s to %s: %w", s.ID, before.Product.Name(), s.Product.Name(), ErrProduct)
	}
	all := h.settings()
	all[slices.IndexFunc(all, func(other site.Site) bool { return other.ID == s.ID })] = s
	if err := site.ValidateAll(all); err != nil {
		return Running{}, err
	}
	if s.Port == before.Site.Port || s.Port == before.Port {
		return h.exchangeSite(s, before.Port, nil)
	}
	l, err := h.listenFor(ctx, s)
	if err != nil {
		return Running{}, err
	}
	return h.exchangeSite(s, l.Port(), l)
}

// exchangeSite puts new settings in place of the old, and a new listener if there is one.
func (h *Host) exchangeSite(s site.Site, port int, l *loopback.Listener) (Running, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	one, err := h.served(s.ID)
	if err == nil && h.closed {
		err = ErrNotRunning
	}
	if err != nil {
		if l != nil {
			err = errors.Join(err, l.Close())
		}
		return Running{}, err
	}
	one.Running = at(s, port)
	if l == nil {
		h.furnishSite(one)
		return one.Running, nil
	}
	old := one.server
	h.open(one, l)
	h.work.Go(func() { // requests at the old port finish by themselves
		if err := closeServer(h.ctx, old); err != nil {
			h.logf("close the old port of %s: %v", s.ID, err)
		}
	})
	return one.Running, nil
}

// RemoveSite ends what runs on a site, stops it and forgets what was installed there. Add-ons are
// not told, as they are not when a customer's site is deleted; their exchanges stay in the log.
func (h *Host) RemoveSite(ctx context.Context, siteID string) error {
	ctx, done, err := h.change(ctx)
	if err != nil {
		return err
	}
	defer done()
	one, err := h.evacuate(siteID)
	if err != nil {
		return err
	}
	if err := h.forget(ctx, siteID); err != nil {
		h.readmit(one)
		return err
	}
	h.mu.Lock()
	h.sites = slices.DeleteFunc(h.sites, func(s *served) bool { return s == one })
	h.mu.Unlock()
	if err := closeServer(ctx, one.server); err != nil { // the site is gone all the same
		h.logf("close the port of %s: %v", siteID, err)
	}
	return nil
}

// ResetSite ends what runs on a site and forgets what was installed there, properties and secrets
// included: a site as new, with the same settings and clientKey. Add-ons are not told, so one that
// still knows the site meets a first install for a customer it has: what a restored backup looks like.
func (h *Host) ResetSite(ctx context.Context, siteID string) error {
	ctx, done, err := h.change(ctx)
	if err != nil {
		return err
	}
	defer done()
	one, err := h.evacuate(siteID)
	if err != nil {
		return err
	}
	defer h.readmit(one)
	return h.forget(ctx, siteID)
}

// forget drops what is kept of a site, on disk and in memory.
func (h *Host) forget(ctx context.Context, siteID string) error {
	if err := h.store.Forget(ctx, siteID); err != nil {
		return err
	}
	h.descriptors.Forget(siteID)
	h.upgrades.forget(siteID)
	h.oauth.Forget(siteID)
	return nil
}

// evacuate ends the verbs and retries of a site, calls off a failure asked for, and lets no new verbs
// begin, until readmit.
func (h *Host) evacuate(siteID string) (*served, error) {
	h.mu.Lock()
	one, err := h.served(siteID)
	if err != nil {
		h.mu.Unlock()
		return nil, err
	}
	one.cancel()
	h.mu.Unlock()
	one.verbs.Wait()
	h.webhooks.Forget(siteID)
	return one, h.installs.FailNext(siteID, "")
}

// readmit lets verbs begin again, with nothing left of tasks that were under way.
func (h *Host) readmit(one *served) {
	h.mu.Lock()
	defer h.mu.Unlock()
	one.admit()
	h.furnishSite(one)
}

// settings are all sites as they are set.
func (h *Host) settings() []site.Site {
	all := []site.Site{}
	for _, s := range h.Sites() {
		all = append(all, s.Site)
	}
	return all
}

// listenFor opens the port of a site, or the next free one that belongs to nobody else.
func (h *Host) listenFor(ctx context.Context, s site.Site) (*loopback.Listener, error) {
	h.mu.RLock()
	wanted := h.wanted()
	h.mu.RUnlock()
	l, err := loopback.Listen(ctx, s.Port, wanted)
	if err != nil {
		return nil, fmt.Errorf("start the site %s: %w", s.ID, err)
	}
	return l, nil
}
