package mockhost

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/loopback"
	"connect-workbench/mockhost/clock"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/rest"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/trust"
	"connect-workbench/mockhost/upm"
	"connect-workbench/mockhost/webhook"
)

var (
	// ErrUnknownSite means that the host has no site with this id.
	ErrUnknownSite = errors.New("there is no site with this id")
	// ErrSiteBusy means that the site is being reset or removed.
	ErrSiteBusy = errors.New("the site is being reset or removed")
	// ErrNotRunning means that the host has not been started, or is closed.
	ErrNotRunning = errors.New("the host is not running")
)

// pageTimeout is how long a page request waits for its answer; a browser would wait longer, a
// person not.
const pageTimeout = 30 * time.Second

// maxAnswer bounds what is read and kept of an add-on's answer to a webhook or page request.
const maxAnswer = 8 << 20

// Params is what a Host needs. Zero values are the documented defaults.
type Params struct {
	Sites []site.Site
	Store *site.Store                      // required
	Log   *exchange.Log                    // required
	Clock clock.Clock                      // nil: clock.Wall; retries and bursts wait by it
	Rand  io.Reader                        // nil: crypto/rand.Reader; read by one goroutine at a time
	Logf  func(format string, args ...any) // nil: discard; called from many goroutines, never with a secret

	// TrustPort is the wanted port of the install keys and the token endpoint, the next free one
	// when it is taken. Add-ons are told the address by hand, so it should stay. 0: any.
	TrustPort int

	// ProxyPort is the wanted port of the proxy that answers for the vendor's hosts; as TrustPort.
	ProxyPort int

	// ProxyAllowed gives the hosts, or hosts with a port, that the proxy may reach beside this machine.
	// nil: none. It is asked for each request.
	ProxyAllowed func() []string

	// Changed is called after a verb that no caller of this host asked for, but an add-on or a
	// script by the add-on manager's REST: what a site has may be different now. nil: nobody asks.
	// It runs on the goroutine of the verb and must not block.
	Changed func()

	// RetriesChanged is called after the pending retries of any site have changed, on the goroutine of
	// the change; it must not block. nil: nobody asks.
	RetriesChanged func()

	// InstallLimit is the whole time of one descriptor fetch or lifecycle callback. 0 is the
	// real host's 10 s; tests of add-ons that do not answer set less.
	InstallLimit time.Duration
}

// Running is a site with the address it answers at.
type Running = site.Running

// Host is the simulated host. Its methods are safe for concurrent use.
type Host struct {
	store *site.Store
	log   *exchange.Log
	clock clock.Clock
	rand  io.Reader
	logf  func(string, ...any)
	key   trust.Key

	authority *trust.Authority

	changed func() // see Params.Changed

	trustPort, proxyPort int // wanted

	client *http.Client // the one all rooms send with: its idle connections end with Close

	descriptors *site.Descriptors
	upgrades    upgradeViews
	installs    *install.Manager
	webhooks    *webhook.Dispatcher
	pages       *page.Pages
	gate        *rest.Gate
	upm         *upm.Manager
	oauth       *trust.OAuth
	proxy       *trust.Proxy

	ctx    context.Context // ends with Close: every verb and every handler runs under it
	cancel context.CancelFunc
	work   sync.WaitGroup // verbs under way

	changing sync.Mutex // one change of the sites at a time

	mu       sync.RWMutex
	sites    []*served        // in the project's order
	trustURL string           // "" before Start
	proxyURL string           // "" before Start
	trust    *loopback.Server // nil before Start
	closed   bool
}

// New makes a host and, for a new project, its install key and certificate authority. Nothing listens
// yet. The error says which site of the project cannot be run, or why the store cannot be read.
func New(p Params) (*Host, error) {
	if err := site.ValidateAll(p.Sites); err != nil {
		return nil, err
	}
	h := &Host{
		store: p.Store, log: p.Log, clock: p.Clock, logf: p.Logf, changed: p.Changed, client: exchange.NewClient(),
		trustPort: p.TrustPort, proxyPort: p.ProxyPort,
		rand: rand.Reader, descriptors: new(site.Descriptors),
	}
	if p.Clock == nil {
		h.clock = clock.Wall(nil)
	}
	if p.Rand != nil {
		h.rand = &lockedReader{r: p.Rand}
	}
	if p.Changed == nil {
		h.changed = func() {}
	}
	if p.Logf == nil {
		h.logf = func(string, ...any) {}
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	for _, s := range p.Sites {
		h.sites = append(h.sites, newServed(s))
	}
	if err := errors.Join(h.loadKey(), h.loadAuthority()); err != nil {
		h.cancel()
		return nil, err
	}
	h.furnish(p)
	h.furnishProxy(p.ProxyAllowed)
	return h, nil
}

// loadKey reads the project's install key, and makes it the first time.
func (h *Host) loadKey() error {
	kid, private, err := h.store.InstallKey(h.ctx, func() (string, []byte, error) {
		k, err := trust.NewKey()
		if err != nil {
			return "", nil, err
		}
		text, err := k.MarshalPrivate()
		return k.ID, text, err
	})
	if err != nil {
		return err
	}
	h.key, err = trust.ParseKey(kid, private)
	return err
}

// furnish makes the rooms.
func (h *Host) furnish(p Params) {
	transport := &exchange.Transport{Log: h.log, Client: h.client, Clock: h.clock.Now, MaxBody: maxAnswer, Timeout: pageTimeout}
	h.installs = install.New(install.Params{
		Store: h.store, Log: h.log, Client: h.client, Clock: h.clock.Now, Rand: h.rand, NewID: h.newID, Limit: p.InstallLimit,
		Signer: install.Signer{KeyID: h.key.ID, Key: h.key.Private},
	})
	h.webhooks = webhook.New(webhook.Params{
		Transport: transport, Clock: h.clock, Rand: h.rand, NewID: h.newID, Descriptors: h.descriptors, Installed: h.store.Installed,
		Site: h.site, RetriesChanged: p.RetriesChanged,
	})
	h.oauth = trust.NewOAuth(trust.OAuthParams{
		Clock: h.clock.Now, Rand: h.rand, BaseURL: h.OAuthURL,
		Clients: func(oauthClientID string) []trust.Client {
			return clients(h.Sites(), h.store, h.descriptors, oauthClientID, h.logf)
		},
	})
	h.gate = rest.New(rest.Params{
		Clock: h.clock.Now, Store: h.store, Descriptors: h.descriptors,
		Bearer: func(accessToken string) (rest.Bearer, bool) {
			g, ok := h.oauth.Lookup(accessToken)
			return bearer(g), ok
		},
		SessionKey: sessionKey(h.key),
	})
	h.pages = page.New(page.Params{
		Transport: transport, Clock: h.clock.Now, Rand: h.rand, NewID: h.newID, Descriptors: h.descriptors, Session: h.gate.Session,
	})
	h.upm = upm.New(upm.Params{Clock: h.clock.Now, NewID: h.newID, Store: h.store, Descriptors: h.descriptors, Verbs: upmVerbs{h}})
}

// Sites lists the sites in the order of the project. Before Start they have no address.
func (h *Host) Sites() []Running {
	h.mu.RLock()
	defer h.mu.RUnlock()
	running := make([]Running, len(h.sites))
	for i, s := range h.sites {
		running[i] = s.Running
	}
	return running
}

// Installations lists what a site has, remnants of uninstalled add-ons included, by add-on key.
func (h *Host) Installations(siteID string) ([]site.Installation, error) {
	if _, err := h.site(siteID); err != nil {
		return nil, err
	}
	return h.store.List(siteID), nil
}

// InstallKeysURL is where install keys are served: a key is at this address, a slash, and its
// kid. Frameworks take it as CONNECT_KEYS_CDN_URL. "" before Start.
func (h *Host) InstallKeysURL() string { return h.trustAddress(trust.KeysPath) }

// OAuthURL is the OAuth server's address. It takes token requests itself and, like the vendor's
// server, below it at /oauth2/token. "" before Start.
func (h *Host) OAuthURL() string { return h.trustAddress(trust.OAuthPath) }

func (h *Host) trustAddress(path string) string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.trustURL == "" {
		return ""
	}
	return h.trustURL + path
}

// InstallKey is the id and the public half, as PEM, of the key that signs installed and uninstalled.
func (h *Host) InstallKey() (kid string, public []byte) { return h.key.ID, h.key.PublicPEM() }

// InstallKeyCheck is what a receiver of installed or uninstalled needs to check the token, short
// of its own address and the request.
func (h *Host) InstallKeyCheck() connectjwt.Check {
	return connectjwt.Check{Algorithm: connectjwt.RS256, PublicKey: &h.key.Private.PublicKey, Now: h.clock.Now()}
}

// Check is what either side needs to check a token of one installation: secret, former secrets,
// install key and time. Algorithm, issuer and request are for the caller to fill in. The error
// wraps ErrUnknownSite or site.ErrNotInstalled.
func (h *Host) Check(siteID, addonKey string) (connectjwt.Check, error) {
	if _, err := h.site(siteID); err != nil {
		return connectjwt.Check{}, err
	}
	in, err := h.store.Get(siteID, addonKey)
	if err != nil {
		return connectjwt.Check{}, fmt.Errorf("%s on %s: %w", addonKey, siteID, err)
	}
	return connectjwt.Check{
		Algorithm: connectjwt.HS256, Secret: in.SharedSecret, OldSecrets: in.Former(),
		PublicKey: &h.key.Private.PublicKey, Now: h.clock.Now(),
	}, nil
}

// SessionCheck is the check of the session tokens that a site's pages call its resources with. The
// error wraps ErrUnknownSite.
func (h *Host) SessionCheck(siteID string) (connectjwt.Check, error) {
	s, err := h.site(siteID)
	if err != nil {
		return connectjwt.Check{}, err
	}
	return h.gate.SessionCheck(s), nil
}

// site finds a site.
func (h *Host) site(id string) (Running, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	s, err := h.served(id)
	if err != nil {
		return Running{}, err
	}
	return s.Running, nil
}

// served finds what is served of a site. h.mu is held.
func (h *Host) served(id string) (*served, error) {
	for _, s := range h.sites {
		if s.ID == id {
			return s, nil
		}
	}
	return nil, fmt.Errorf("site %q: %w", id, ErrUnknownSite)
}

// newID makes an id for a cause or a delivery: 16 hex digits.
func (h *Host) newID() string {
	var b [8]byte
	if _, err := io.ReadFull(h.rand, b[:]); err != nil {
		_, _ = rand.Read(b[:]) // never fails; the id only has to differ
	}
	return fmt.Sprintf("%x", b)
}

// lockedReader makes a random source safe for the host's goroutines.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.r.Read(p)
}
