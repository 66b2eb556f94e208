package workbench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"sync"

	"connect-workbench/addon/server"
)

// tenants is the built-in add-on's own memory of who installed it, by clientKey. It lies in a file
// of its own, as an add-on's database is apart from the host's: only so can the two get out of
// step the way they do in real life.
type tenants struct {
	path string

	mu      sync.Mutex
	known   map[string]server.Tenant
	loadErr error // the file could not be read; it is not overwritten then
}

var _ server.Store = (*tenants)(nil)

func openTenants(path string) *tenants {
	s := &tenants{path: path}
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &s.known)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.loadErr = fmt.Errorf("read the built-in add-on's tenants from %s: %w", path, err)
	}
	if s.known == nil { // no file yet, or one that says null
		s.known = map[string]server.Tenant{}
	}
	return s
}

// Get returns the tenant with this clientKey.
func (s *tenants) Get(_ context.Context, clientKey string) (server.Tenant, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.known[clientKey]
	return t, ok, s.loadErr
}

// Put stores a tenant on disk before it returns; on an error the former state stays.
func (s *tenants) Put(_ context.Context, t server.Tenant) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loadErr != nil {
		return s.loadErr
	}
	next := maps.Clone(s.known)
	next[t.ClientKey] = t
	data, err := json.MarshalIndent(next, "", "  ")
	if err == nil {
		err = replaceFile(s.path, data, 0o600)
	}
	if err != nil {
		return fmt.Errorf("keep the built-in add-on's tenants: %w", err)
	}
	s.known = next
	return nil
}
