package install

import (
	"context"
	"crypto/rsa"
	"io"
	"net/http"
	"time"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// Limits of the real host. Source: protocol lifecycle.md §1 (transport).
const (
	requestLimit    = 10 * time.Second
	descriptorLimit = 1 << 20
	answerLimit     = 1 << 20
)

// Signer is the private half of the install key and the id add-ons fetch the other half by.
type Signer struct {
	KeyID string
	Key   *rsa.PrivateKey
}

// Params is what a Manager needs.
type Params struct {
	Store  *site.Store      // required
	Log    *exchange.Log    // required
	Client *http.Client     // nil: one that uses no proxy and keeps connections
	Clock  func() time.Time // required: the host's clock
	Rand   io.Reader        // required, safe for concurrent use; shared secrets are made of it
	NewID  func() string    // required: tells the runs of one verb apart
	Signer Signer           // required
	Limit  time.Duration    // whole time of one request to the add-on; 0: 10 s
}

// Manager carries out the lifecycle verbs. Its methods are safe for concurrent use.
type Manager struct {
	store   *site.Store
	clock   func() time.Time
	rand    io.Reader
	newID   func() string
	signer  Signer
	fetcher *exchange.Transport // descriptors: a small answer is expected
	caller  *exchange.Transport // lifecycle callbacks
	turns   turns
	faults  faults
}

// New makes a Manager.
func New(p Params) *Manager {
	limit := p.Limit
	if limit <= 0 {
		limit = requestLimit
	}
	transport := func(maxBody int64) *exchange.Transport {
		return &exchange.Transport{Log: p.Log, Client: p.Client, Clock: p.Clock, MaxBody: maxBody, Timeout: limit}
	}
	return &Manager{
		store: p.Store, clock: p.Clock, rand: p.Rand, newID: p.NewID, signer: p.Signer,
		fetcher: transport(descriptorLimit),
		caller:  transport(answerLimit),
	}
}

// Install installs the add-on whose descriptor is at descriptorURL: for the first time, again
// after an uninstall, or as an upgrade, by what the site has of it. It returns the installation
// as it is kept. Whoever installs by hand agrees to all the descriptor asks for; see Update for
// versions that come by themselves. progress, which may be nil, hears of every stage on the calling
// goroutine.
//
// A refused or failed install is an [*Error] that names the stage, the host's message key and
// the exchange. A failed enabled callback is reported as a failed stage, and is no error.
func (m *Manager) Install(ctx context.Context, s site.Running, descriptorURL string, progress func(Stage)) (site.Installation, error) {
	v := m.verb(ctx, "install", s, progress)
	text, err := v.fetch(ctx, descriptorURL)
	if err != nil {
		return site.Installation{}, err
	}
	d, err := v.check(text)
	if err != nil {
		return site.Installation{}, err
	}
	release, err := v.turn(ctx, Callback, d.Key)
	if err != nil {
		return site.Installation{}, err
	}
	defer release()
	return v.byHand(ctx, d, descriptorURL, "approved by installing it by hand")
}

// SetEnabled enables or disables an installed add-on. The state is stored whatever the add-on
// answers to the callback; its failure is a failed stage, and is no error.
// Source: protocol lifecycle.md §1.
func (m *Manager) SetEnabled(ctx context.Context, s site.Running, addonKey string, enabled bool, progress func(Stage)) error {
	name, stage := "disable", Disable
	if enabled {
		name, stage = "enable", Enable
	}
	v := m.verb(ctx, name, s, progress)
	release, err := v.turn(ctx, stage, addonKey)
	if err != nil {
		return err
	}
	defer release()
	in, err := m.store.Installed(s.ID, addonKey)
	if err != nil {
		return err
	}
	if enabled {
		return v.enable(ctx, in)
	}
	return v.disable(ctx, in)
}

// Uninstall removes an add-on from a site: disabled, unless it was disabled already, then
// uninstalled, whose failures are shown and change nothing. A remnant with the last secret
// stays. Source: protocol lifecycle.md §1.
func (m *Manager) Uninstall(ctx context.Context, s site.Running, addonKey string, progress func(Stage)) error {
	v := m.verb(ctx, "uninstall", s, progress)
	release, err := v.turn(ctx, Disable, addonKey)
	if err != nil {
		return err
	}
	defer release()
	in, err := m.store.Installed(s.ID, addonKey)
	if err != nil {
		return err
	}
	return v.uninstall(ctx, in)
}

// verb begins one run of a verb on one site.
func (m *Manager) verb(ctx context.Context, name string, s site.Running, progress func(Stage)) *verb {
	if progress == nil {
		progress = func(Stage) {}
	}
	return &verb{m: m, site: s, progress: progress, cause: name + "-" + m.newID(), actor: actorOf(ctx, s)}
}
