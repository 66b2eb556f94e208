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

// Start opens the listeners of every site and of the trust server. A site whose port is taken
// gets the next free one and has [Running].Moved set, for the caller to say so. On an error
// nothing listens. A host is started once.
func (h *Host) Start(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.servers != nil {
		return fmt.Errorf("start the host: %w", ErrNotRunning)
	}
	listeners, err := h.listen(ctx)
	if err != nil {
		return err
	}
	// The last listener is the trust server's. Addresses are all set before anything answers.
	last := len(listeners) - 1
	h.trustURL = "http://localhost:" + strconv.Itoa(listeners[last].Port())
	for i, l := range listeners[:last] {
		s := &h.running[i]
		s.Port, s.Moved = l.Port(), s.Site.Port != 0 && l.Port() != s.Site.Port
		s.BaseURL = "http://localhost:" + strconv.Itoa(s.Port) + s.ContextPath
	}
	for i, l := range listeners[:last] {
		h.servers = append(h.servers, h.serve(l, h.siteHandler(h.running[i])))
	}
	h.servers = append(h.servers, h.serve(listeners[last], trust.Handler(h.log, h.key, h.oauth)))
	return nil
}

// listen opens one listener for each site, in order, and one for the trust server.
func (h *Host) listen(ctx context.Context) (listeners []*loopback.Listener, err error) {
	wanted := map[int]bool{h.trustPort: true}
	ports := make([]int, 0, len(h.running)+1)
	for _, s := range h.running {
		wanted[s.Site.Port] = true
		ports = append(ports, s.Site.Port)
	}
	ports = append(ports, h.trustPort)
	for _, port := range ports {
		l, err := loopback.Listen(ctx, port, wanted)
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
	servers := h.servers
	h.mu.Unlock()
	h.cancel()
	var closing errgroup.Group
	for _, s := range servers {
		closing.Go(func() error { return closeServer(ctx, s) })
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
	if h.closed || h.servers == nil {
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
