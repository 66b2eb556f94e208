package mockhost

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"connect-workbench/loopback"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/trust"
)

// Start opens the listeners of every site, of the trust server and of the proxy. A site whose port is
// taken gets the next free one and has [Running].Moved set, for the caller to say so. On an error
// nothing listens. A host is started once.
func (h *Host) Start(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.trust != nil {
		return fmt.Errorf("start the host: %w", ErrNotRunning)
	}
	listeners, err := h.listen(ctx)
	if err != nil {
		return err
	}
	// The last listeners are the trust server's and the proxy's. Addresses are all set before anything
	// answers.
	ofSites, ofTrust, ofProxy := listeners[:len(listeners)-2], listeners[len(listeners)-2], listeners[len(listeners)-1]
	h.trustURL = "http://localhost:" + strconv.Itoa(ofTrust.Port())
	h.proxyURL = "http://localhost:" + strconv.Itoa(ofProxy.Port())
	for i, l := range ofSites {
		h.sites[i].Running = at(h.sites[i].Site, l.Port())
	}
	for i, l := range ofSites {
		h.open(h.sites[i], l)
	}
	h.trust = h.serve(ofTrust, trust.Handler(h.log, h.key, h.oauth))
	h.proxy.Serve(h.ctx, ofProxy)
	return nil
}

// listen opens one listener for each site, in order, one for the trust server and one for the proxy.
func (h *Host) listen(ctx context.Context) (listeners []*loopback.Listener, err error) {
	ports := make([]int, 0, len(h.sites)+2)
	for _, s := range h.sites {
		ports = append(ports, s.Site.Port)
	}
	ports = append(ports, h.trustPort, h.proxyPort)
	for _, port := range ports {
		l, err := loopback.Listen(ctx, port, h.wanted())
		if err != nil {
			for _, l := range listeners {
				err = errors.Join(err, l.Close())
			}
			return nil, fmt.Errorf("start the host: %w", err)
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}

// wanted are the ports that belong to a site, the trust server or the proxy, taken or not. h.mu is held.
func (h *Host) wanted() map[int]bool {
	wanted := map[int]bool{h.trustPort: true, h.proxyPort: true}
	for _, s := range h.sites {
		wanted[s.Site.Port] = true
	}
	return wanted
}

// at is a site at the port it got.
func at(s site.Site, port int) Running {
	return Running{
		Site: s, Port: port, Moved: s.Port != 0 && port != s.Port,
		BaseURL: "http://localhost:" + strconv.Itoa(port) + s.ContextPath,
	}
}

// siteHandler answers everything of one site: the add-on manager's REST and, through the gate, the
// product's, both by way of the log; the rest in HTML.
func (h *Host) siteHandler(s Running) http.Handler {
	describe := func(r *http.Request) (exchange.Meta, bool) {
		m := exchange.Meta{Site: s.ID, Kind: exchange.KindREST, Direction: exchange.ToHost}
		if strings.HasPrefix(r.URL.Path, s.ContextPath+"/rest/plugins/") {
			m.Kind = exchange.KindUPM
		}
		return m, true
	}
	gate := h.log.Middleware(h.upm.Handler(s, h.gate.Handler(s)), describe)
	html := h.pages.Handler(s, func() []site.Installation { return h.store.List(s.ID) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asksForData(r, s.ContextPath) {
			gate.ServeHTTP(w, r)
			return
		}
		html.ServeHTTP(w, r)
	})
}

// asksForData tells calls of resources from looks at pages. What an add-on asks for with its token is
// data wherever it is (/secure/attachment, say), also where it forgot the context path. A browser that
// was given name and password in an address looks at pages.
func asksForData(r *http.Request, contextPath string) bool {
	below := strings.TrimPrefix(r.URL.Path, contextPath)
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.HasPrefix(below, "/rest/") || strings.HasPrefix(below, "/api/") || scheme != "" && !strings.EqualFold(scheme, "Basic")
}

// Close drops the pending retries, ends the verbs under way, as their caller's cancelled context
// would, gives requests a second, or until ctx ends, to finish, and returns when nothing of the host
// runs any more.
func (h *Host) Close(ctx context.Context) error {
	h.mu.Lock()
	h.closed = true
	var servers []*loopback.Server
	if h.trust != nil {
		servers = append(servers, h.trust)
		for _, s := range h.sites {
			servers = append(servers, s.server)
		}
	}
	h.mu.Unlock()
	h.cancel()
	var closing errgroup.Group
	for _, s := range servers {
		closing.Go(func() error { return closeServer(ctx, s) })
	}
	if servers != nil {
		closing.Go(func() error { return closeServer(ctx, h.proxy) })
	}
	err := closing.Wait()
	h.webhooks.Close()
	h.work.Wait()
	h.client.CloseIdleConnections()
	if err != nil {
		return fmt.Errorf("close the host: %w", err)
	}
	return nil
}

// begin takes up one verb: its context ends with the caller's and with the host. done has to be
// called when it is over.
func (h *Host) begin(ctx context.Context) (verb context.Context, done func(), err error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.closed || h.trust == nil {
		return nil, nil, ErrNotRunning
	}
	h.work.Add(1)
	verb, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(h.ctx, func() { cancel(ErrNotRunning) })
	return verb, func() {
		stop()
		cancel(nil)
		h.work.Done()
	}, nil
}

// beginOn takes up a verb on a site: it ends also when the site is reset or removed.
func (h *Host) beginOn(ctx context.Context, siteID string) (s Running, verb context.Context, done func(), err error) {
	verb, finished, err := h.begin(ctx)
	if err != nil {
		return Running{}, nil, nil, err
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	on, err := h.served(siteID)
	if err == nil && on.ctx.Err() != nil {
		err = fmt.Errorf("site %q: %w", siteID, ErrSiteBusy)
	}
	if err != nil {
		finished()
		return Running{}, nil, nil, err
	}
	on.verbs.Add(1)
	verb, cancel := context.WithCancelCause(verb)
	stop := context.AfterFunc(on.ctx, func() { cancel(ErrSiteBusy) })
	return on.Running, verb, func() {
		stop()
		cancel(nil)
		on.verbs.Done()
		finished()
	}, nil
}
