package hosttest

import (
	"context"
	_ "embed"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/clock"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/trust"
)

// installKeyPEM signs in tests only; it was made for them and guards nothing.
//
//go:embed testdata/install-key.pem
var installKeyPEM []byte

// KeyID is the kid of the install key in tests.
const KeyID = "test-install-key"

// Host is a running host with what tests want to look at.
type Host struct {
	*mockhost.Host
	Clock *Clock
	Log   *exchange.Log
	Store *site.Store
}

// New starts a host with the default sites, each on a free port. change, which may be nil, adapts
// the parameters first. Everything is closed when the test ends.
func New(t testing.TB, change func(*mockhost.Params)) *Host {
	t.Helper()
	h := Stopped(t, change)
	if err := h.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// Stopped is New without Start.
func Stopped(t testing.TB, change func(*mockhost.Params)) *Host {
	t.Helper()
	dir := t.TempDir()
	simulated := NewClock()
	log, err := exchange.Open(t.Context(), exchange.Params{Path: filepath.Join(dir, "exchanges.db"), Clock: simulated.Now, Linger: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	store := OpenStore(t, filepath.Join(dir, "state.db"))
	random := Random()
	p := mockhost.Params{Sites: site.Defaults(random), Store: store, Log: log, Clock: simulated, Rand: random, Logf: t.Logf}
	for i := range p.Sites {
		p.Sites[i].Port = 0
	}
	if change != nil {
		change(&p)
	}
	host, err := mockhost.New(p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := host.Close(ctx); err != nil {
			t.Errorf("close the host: %v", err)
		}
	})
	return &Host{Host: host, Clock: simulated, Log: log, Store: store}
}

// OpenStore opens a store at path that holds the fixed install key.
func OpenStore(t testing.TB, path string) *site.Store {
	t.Helper()
	store, err := site.OpenStore(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	create := func() (string, []byte, error) { return KeyID, installKeyPEM, nil }
	if _, _, err := store.InstallKey(t.Context(), create); err != nil {
		t.Fatal(err)
	}
	return store
}

// InstallKey is the fixed install key.
func InstallKey(t testing.TB) trust.Key {
	t.Helper()
	key, err := trust.ParseKey(KeyID, installKeyPEM)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// Random is a source of the same bytes in every run, for one goroutine at a time.
func Random() *rand.ChaCha8 {
	return rand.NewChaCha8([32]byte([]byte("connect workbench, same each run")))
}

// MustInstall installs an add-on and fails the test when the host refuses.
func (h *Host) MustInstall(t testing.TB, siteID, descriptorURL string) site.Installation {
	t.Helper()
	in, err := h.Install(t.Context(), siteID, descriptorURL, nil)
	if err != nil {
		t.Fatalf("install on %s: %v", siteID, err)
	}
	return in
}

// Site returns a site by its id.
func (h *Host) Site(t testing.TB, id string) mockhost.Running {
	t.Helper()
	for _, s := range h.Sites() {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no site %q", id)
	return mockhost.Running{}
}

// Exchanges are all exchanges a filter lets through, oldest first.
func (h *Host) Exchanges(t testing.TB, filter string) []exchange.Record {
	t.Helper()
	f, err := exchange.ParseFilter(filter)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := h.Log.Rows(t.Context(), exchange.Query{Filter: f, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	records := make([]exchange.Record, len(rows))
	for i, row := range rows {
		if records[len(rows)-1-i], err = h.Log.Get(t.Context(), row.ID); err != nil {
			t.Fatal(err)
		}
	}
	return records
}

// Clock is a clock that only moves when told; what waits by it is called while it moves.
type Clock = clock.Simulated

// NewClock makes a clock that shows the morning of 23 November 2026, in UTC.
func NewClock() *Clock {
	return clock.NewSimulated(time.Date(2026, 11, 23, 10, 4, 31, 0, time.UTC))
}
