package site

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"connect-workbench/mockhost/database"
)

// ErrNotInstalled means the site has nothing of that add-on, not even a remnant.
var ErrNotInstalled = errors.New("the add-on is not installed")

// Store keeps installations, properties, the install key and the certificate authority in one SQLite
// file that only its owner can read. It is the only writer of the file (package database sees to
// that), so it answers reads from memory: they never wait for the disk. Writes are on disk when they
// return.
// Methods are safe for concurrent use.
type Store struct {
	db *database.DB

	writing    sync.Mutex   // one write at a time, so that memory and disk change in the same order
	mu         sync.RWMutex // guards what follows
	installed  map[string]map[string]Installation
	pending    map[pendingKey]Pending
	properties map[Entity]map[string]Property
}

// schema of state.db. Times are unix nanoseconds, 0 for none.
func schema() database.Schema {
	return database.Schema{
		Application: "connect-workbench state",
		Migrations: []string{`
			CREATE TABLE installation (
				site           TEXT NOT NULL,
				addon          TEXT NOT NULL,
				name           TEXT NOT NULL,
				base_url       TEXT NOT NULL,
				descriptor_url TEXT NOT NULL,
				descriptor     BLOB NOT NULL,
				shared_secret  TEXT NOT NULL,
				old_secrets    TEXT NOT NULL, -- JSON array, newest first
				state          TEXT NOT NULL,
				installed_at   INTEGER NOT NULL,
				updated_at     INTEGER NOT NULL,
				PRIMARY KEY (site, addon)
			) STRICT;
			CREATE TABLE install_key (
				only    INTEGER PRIMARY KEY CHECK (only = 1), -- a project has one
				kid     TEXT NOT NULL,
				private BLOB NOT NULL -- PEM
			) STRICT;`, `
			CREATE TABLE property ( -- add-on properties and entity properties
				site    TEXT NOT NULL,
				entity  TEXT NOT NULL, -- "addon", "issue", "project", "user", "content"
				id      TEXT NOT NULL, -- add-on key or id of the entity
				key     TEXT NOT NULL,
				value   BLOB NOT NULL, -- JSON as it was sent
				version INTEGER NOT NULL, -- counts up from 1 with every change
				PRIMARY KEY (site, entity, id, key)
			) STRICT;
			CREATE TABLE pending_upgrade ( -- a new descriptor that waits for the administrator
				site           TEXT NOT NULL,
				addon          TEXT NOT NULL,
				descriptor_url TEXT NOT NULL,
				descriptor     BLOB NOT NULL,
				asked_at       INTEGER NOT NULL,
				PRIMARY KEY (site, addon)
			) STRICT;`, `
			CREATE TABLE authority ( -- the certificate authority of the proxy
				only        INTEGER PRIMARY KEY CHECK (only = 1), -- a project has one
				certificate BLOB NOT NULL, -- PEM
				private     BLOB NOT NULL -- PEM
			) STRICT;`},
	}
}

// OpenStore opens the store at path and creates it when there is none. A file that cannot be
// used is left as it is and reported as a *[database.UnusableError].
func OpenStore(ctx context.Context, path string) (*Store, error) {
	db, err := database.Open(ctx, path, schema())
	if err != nil {
		return nil, err
	}
	s := &Store{
		db: db, installed: map[string]map[string]Installation{}, pending: map[pendingKey]Pending{}, properties: map[Entity]map[string]Property{},
	}
	if err := s.load(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("read installations: %w", err), db.Close())
	}
	if err := s.loadPending(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("read pending upgrades: %w", err), db.Close())
	}
	if err := s.loadProperties(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("read properties: %w", err), db.Close())
	}
	return s, nil
}

// Close lets go of the file.
func (s *Store) Close() error { return s.db.Close() }

// Get returns an installation, also the remnant of an uninstalled one; see its State. The
// error is ErrNotInstalled when there is none.
func (s *Store) Get(siteID, addonKey string) (Installation, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	in, ok := s.installed[siteID][addonKey]
	if !ok {
		return Installation{}, ErrNotInstalled
	}
	return in, nil
}

// Installed is Get for what is installed now: for a remnant, too, the error is ErrNotInstalled. It
// is wrapped with add-on and site.
func (s *Store) Installed(siteID, addonKey string) (Installation, error) {
	in, err := s.Get(siteID, addonKey)
	if err == nil && in.State == Uninstalled {
		err = ErrNotInstalled
	}
	if err != nil {
		return Installation{}, fmt.Errorf("%s on %s: %w", addonKey, siteID, err)
	}
	return in, nil
}

// List returns everything a site has, remnants included, ordered by add-on key.
func (s *Store) List(siteID string) []Installation {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]Installation, 0, len(s.installed[siteID]))
	for _, in := range s.installed[siteID] {
		list = append(list, in)
	}
	slices.SortFunc(list, func(a, b Installation) int { return cmp.Compare(a.AddonKey, b.AddonKey) })
	return list
}

// Put stores an installation in place of the one with the same site and add-on.
func (s *Store) Put(ctx context.Context, in Installation) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := put(ctx, s.db.Writer(), in); err != nil {
		return err
	}
	s.remember(in)
	return nil
}

// execer is the database or a transaction of it.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func put(ctx context.Context, db execer, in Installation) error {
	old, err := json.Marshal(in.OldSecrets)
	if err != nil {
		return fmt.Errorf("write former secrets of %s: %w", in.AddonKey, err)
	}
	const query = `INSERT OR REPLACE INTO installation
		(site, addon, name, base_url, descriptor_url, descriptor, shared_secret, old_secrets, state, installed_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	_, err = db.ExecContext(ctx, query,
		in.SiteID, in.AddonKey, in.Name, in.BaseURL, in.DescriptorURL, nonNil(in.Descriptor),
		in.SharedSecret, string(old), string(in.State), nanoseconds(in.InstalledAt), nanoseconds(in.UpdatedAt))
	if err != nil {
		return fmt.Errorf("store %s on %s: %w", in.AddonKey, in.SiteID, err)
	}
	return nil
}

// Forget drops everything the store has of a site: installations with their secrets, remnants,
// properties, waiting upgrades.
func (s *Store) Forget(ctx context.Context, siteID string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	tx, err := s.db.Writer().BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("forget the site %s: %w", siteID, err)
	}
	defer tx.Rollback()
	for _, table := range []string{"installation", "property", "pending_upgrade"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE site = ?", siteID); err != nil {
			return fmt.Errorf("forget the site %s: %w", siteID, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("forget the site %s: %w", siteID, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.installed, siteID)
	maps.DeleteFunc(s.properties, func(e Entity, _ map[string]Property) bool { return e.SiteID == siteID })
	maps.DeleteFunc(s.pending, func(k pendingKey, _ Pending) bool { return k.site == siteID })
	return nil
}

// InstallKey returns the project's install key: its id and the private half as PEM. The first
// call has create make it; later ones, also after a restart, return the same.
func (s *Store) InstallKey(ctx context.Context, create func() (kid string, private []byte, err error)) (kid string, private []byte, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	err = s.db.Writer().QueryRowContext(ctx, `SELECT kid, private FROM install_key`).Scan(&kid, &private)
	switch {
	case err == nil:
		return kid, private, nil
	case !errors.Is(err, sql.ErrNoRows):
		return "", nil, fmt.Errorf("read the install key: %w", err)
	}
	if kid, private, err = create(); err != nil {
		return "", nil, err
	}
	if _, err := s.db.Writer().ExecContext(ctx, `INSERT INTO install_key (only, kid, private) VALUES (1, ?, ?)`, kid, private); err != nil {
		return "", nil, fmt.Errorf("store the install key: %w", err)
	}
	return kid, private, nil
}

// Authority returns the project's certificate authority: certificate and private half as PEM. fit says
// whether the one that is stored can go on; where it cannot, or there is none, create makes another.
func (s *Store) Authority(ctx context.Context, fit func(certificate, private []byte) bool, create func() (certificate, private []byte, err error)) (certificate, private []byte, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	err = s.db.Writer().QueryRowContext(ctx, `SELECT certificate, private FROM authority`).Scan(&certificate, &private)
	switch {
	case err == nil && fit(certificate, private):
		return certificate, private, nil
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return nil, nil, fmt.Errorf("read the certificate authority: %w", err)
	}
	if certificate, private, err = create(); err != nil {
		return nil, nil, err
	}
	if _, err := s.db.Writer().ExecContext(ctx, `INSERT OR REPLACE INTO authority (only, certificate, private) VALUES (1, ?, ?)`, certificate, private); err != nil {
		return nil, nil, fmt.Errorf("store the certificate authority: %w", err)
	}
	return certificate, private, nil
}

func (s *Store) load(ctx context.Context) error {
	rows, err := s.db.Reader().QueryContext(ctx, `SELECT site, addon, name, base_url, descriptor_url, descriptor,
		shared_secret, old_secrets, state, installed_at, updated_at FROM installation`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var in Installation
		var old, state string
		var installed, updated int64
		err := rows.Scan(&in.SiteID, &in.AddonKey, &in.Name, &in.BaseURL, &in.DescriptorURL, &in.Descriptor,
			&in.SharedSecret, &old, &state, &installed, &updated)
		if err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(old), &in.OldSecrets); err != nil {
			return fmt.Errorf("former secrets of %s on %s: %w", in.AddonKey, in.SiteID, err)
		}
		in.State, in.InstalledAt, in.UpdatedAt = State(state), instant(installed), instant(updated)
		s.remember(in)
	}
	return rows.Err()
}

func (s *Store) remember(in Installation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.installed[in.SiteID] == nil {
		s.installed[in.SiteID] = map[string]Installation{}
	}
	s.installed[in.SiteID][in.AddonKey] = in
}

func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func instant(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns)
}

// nonNil keeps an empty descriptor from becoming NULL.
func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}
