package site

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrNothingPending means that no new version of the add-on waits on that site.
var ErrNothingPending = errors.New("no new version of the add-on waits for the administrator")

// Pending is a new descriptor of an installed add-on that waits for the site's administrator; the
// version installed before stays in force meanwhile. Source: protocol lifecycle.md §4.
type Pending struct {
	SiteID        string
	AddonKey      string
	DescriptorURL string    // where it was fetched from
	Descriptor    []byte    // as fetched and checked; read only
	AskedAt       time.Time // when it was first, or last, offered
}

type pendingKey struct{ site, addon string }

// Pending returns what waits on a site for an add-on; the error is ErrNothingPending when nothing does.
func (s *Store) Pending(siteID, addonKey string) (Pending, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.pending[pendingKey{siteID, addonKey}]
	if !ok {
		return Pending{}, fmt.Errorf("%s on %s: %w", addonKey, siteID, ErrNothingPending)
	}
	return p, nil
}

// PutPending stores a version that waits, in place of one that waited before.
func (s *Store) PutPending(ctx context.Context, p Pending) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	const query = `INSERT OR REPLACE INTO pending_upgrade (site, addon, descriptor_url, descriptor, asked_at) VALUES (?, ?, ?, ?, ?)`
	_, err := s.db.Writer().ExecContext(ctx, query, p.SiteID, p.AddonKey, p.DescriptorURL, nonNil(p.Descriptor), nanoseconds(p.AskedAt))
	if err != nil {
		return fmt.Errorf("store the pending version of %s on %s: %w", p.AddonKey, p.SiteID, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending[pendingKey{p.SiteID, p.AddonKey}] = p
	return nil
}

// DropPending forgets what waits on a site for an add-on. That nothing does is no error.
func (s *Store) DropPending(ctx context.Context, siteID, addonKey string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := dropPending(ctx, s.db.Writer(), siteID, addonKey); err != nil {
		return err
	}
	s.forgetPending(siteID, addonKey)
	return nil
}

// Settle is Put for an installation that leaves nothing waiting: another version took effect, or
// the add-on is gone. Both are stored together or not at all.
func (s *Store) Settle(ctx context.Context, in Installation) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	tx, err := s.db.Writer().BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store %s on %s: %w", in.AddonKey, in.SiteID, err)
	}
	if err := errors.Join(put(ctx, tx, in), dropPending(ctx, tx, in.SiteID, in.AddonKey)); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store %s on %s: %w", in.AddonKey, in.SiteID, err)
	}
	s.remember(in)
	s.forgetPending(in.SiteID, in.AddonKey)
	return nil
}

func dropPending(ctx context.Context, db execer, siteID, addonKey string) error {
	if _, err := db.ExecContext(ctx, `DELETE FROM pending_upgrade WHERE site = ? AND addon = ?`, siteID, addonKey); err != nil {
		return fmt.Errorf("drop the pending version of %s on %s: %w", addonKey, siteID, err)
	}
	return nil
}

func (s *Store) forgetPending(siteID, addonKey string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pending, pendingKey{siteID, addonKey})
}

func (s *Store) loadPending(ctx context.Context) error {
	rows, err := s.db.Reader().QueryContext(ctx, `SELECT site, addon, descriptor_url, descriptor, asked_at FROM pending_upgrade`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var p Pending
		var asked int64
		if err := rows.Scan(&p.SiteID, &p.AddonKey, &p.DescriptorURL, &p.Descriptor, &asked); err != nil {
			return err
		}
		p.AskedAt = instant(asked)
		s.pending[pendingKey{p.SiteID, p.AddonKey}] = p
	}
	return rows.Err()
}
