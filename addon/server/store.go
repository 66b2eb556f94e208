package server

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"connect-workbench/addon/connectjwt"
)

// Tenant is one site on which the add-on was installed, as the add-on knows it.
type Tenant struct {
	ClientKey    string
	SharedSecret string // current; kept after an uninstall, because an older host signs a re-install with it
	BaseURL      string // of the site, context path included
	Product      string // jira or confluence
	Installed    bool
	Enabled      bool
	Rotated      time.Time              // when SharedSecret came
	OldSecrets   []connectjwt.OldSecret // newest first
}

// Store keeps tenants by their clientKey. A store is asked from many goroutines at once; the
// server makes its changes one at a time.
type Store interface {
	// Get returns the tenant; ok is false when there is none.
	Get(ctx context.Context, clientKey string) (t Tenant, ok bool, err error)
	// Put stores a tenant over the one with the same clientKey.
	Put(ctx context.Context, t Tenant) error
}

// Memory is a Store that lives as long as the process. The zero value is empty and ready.
type Memory struct {
	mu      sync.Mutex
	tenants map[string]Tenant
}

// Get returns the tenant with this clientKey.
func (m *Memory) Get(_ context.Context, clientKey string) (Tenant, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.tenants[clientKey]
	return t, ok, nil
}

// Put stores a tenant.
func (m *Memory) Put(_ context.Context, t Tenant) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tenants == nil {
		m.tenants = make(map[string]Tenant)
	}
	m.tenants[t.ClientKey] = t
	return nil
}

// Tenants lists all tenants by clientKey.
func (m *Memory) Tenants() []Tenant {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Tenant
	for _, key := range slices.Sorted(maps.Keys(m.tenants)) {
		list = append(list, m.tenants[key])
	}
	return list
}

var _ Store = (*Memory)(nil)

// maxOldSecrets is how many earlier secrets are remembered for explanations.
const maxOldSecrets = 8

// rotate gives the tenant a new secret and remembers the one before.
func (t *Tenant) rotate(secret string, now time.Time) {
	if t.SharedSecret != "" && t.SharedSecret != secret {
		old := connectjwt.OldSecret{Secret: t.SharedSecret, Label: "installed " + t.Rotated.UTC().Format("2006-01-02 15:04:05 UTC")}
		t.OldSecrets = append([]connectjwt.OldSecret{old}, t.OldSecrets...)
		t.OldSecrets = t.OldSecrets[:min(len(t.OldSecrets), maxOldSecrets)]
	}
	t.SharedSecret = secret
	t.Rotated = now
}
