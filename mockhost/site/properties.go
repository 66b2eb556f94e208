package site

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// The kinds of things that have properties.
const (
	OfAddon   = "addon"
	OfIssue   = "issue"
	OfProject = "project"
	OfUser    = "user"
	OfContent = "content"
)

var (
	// ErrNoProperty means that an entity has no property of this key.
	ErrNoProperty = errors.New("there is no property with this key")
	// ErrTooManyProperties means that an entity has as many properties as it may have.
	ErrTooManyProperties = errors.New("there are as many properties as there may be")
)

// VersionError means that a property has another version than a write was meant to follow.
type VersionError struct{ Have int } // 0: there is no such property

func (e *VersionError) Error() string {
	if e.Have == 0 {
		return "the property is not there yet"
	}
	return fmt.Sprintf("the property has version %d", e.Have)
}

// Entity is what properties are stored with: an add-on, an issue, a page.
type Entity struct {
	SiteID string
	Kind   string // one of OfAddon to OfContent
	ID     string // add-on key, account id, or id of the object
}

// Property is a piece of JSON that an add-on keeps with an entity. Value is read only.
type Property struct {
	Key     string
	Value   []byte // as it was sent
	Version int    // 1 when it is new, one more with every change
}

// Write says what a write of a property asks for besides the value.
type Write struct {
	Most    int  // how many properties the entity may have; 0: any number
	Version int  // the version the property must get; 0: whatever is next
	New     bool // there must be no such property yet
}

// Properties lists the properties of an entity by key.
func (s *Store) Properties(e Entity) []Property {
	s.mu.RLock()
	list := slices.Collect(maps.Values(s.properties[e]))
	s.mu.RUnlock()
	slices.SortFunc(list, func(a, b Property) int { return cmp.Compare(a.Key, b.Key) })
	return list
}

// Property returns one property. The error is ErrNoProperty when there is none.
func (s *Store) Property(e Entity, key string) (Property, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.properties[e][key]
	if !ok {
		return Property{}, ErrNoProperty
	}
	return p, nil
}

// SetProperty stores a property and returns it; Version 1 means that it is new. What a Write asks for
// is checked and the value stored in one step, so that of two writers of the same version one gets
// the error. Errors: ErrTooManyProperties, *VersionError, or that of the disk; nothing is changed then.
func (s *Store) SetProperty(ctx context.Context, e Entity, key string, value []byte, w Write) (Property, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.RLock()
	have, count := s.properties[e][key], len(s.properties[e])
	s.mu.RUnlock()
	p := Property{Key: key, Value: bytes.Clone(value), Version: have.Version + 1}
	switch {
	case w.New && have.Version > 0, w.Version > 0 && w.Version != p.Version:
		return have, &VersionError{Have: have.Version}
	case have.Version == 0 && w.Most > 0 && count >= w.Most:
		return Property{}, ErrTooManyProperties
	}
	const put = `INSERT OR REPLACE INTO property (site, entity, id, key, value, version) VALUES (?, ?, ?, ?, ?, ?)`
	if _, err := s.db.Writer().ExecContext(ctx, put, e.SiteID, e.Kind, e.ID, key, nonNil(p.Value), p.Version); err != nil {
		return Property{}, fmt.Errorf("store property %s of %s %s: %w", key, e.Kind, e.ID, err)
	}
	s.rememberProperty(e, p)
	return p, nil
}

// DeleteProperty removes a property. The error is ErrNoProperty when there is none.
func (s *Store) DeleteProperty(ctx context.Context, e Entity, key string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if _, err := s.Property(e, key); err != nil {
		return err
	}
	const remove = `DELETE FROM property WHERE site = ? AND entity = ? AND id = ? AND key = ?`
	if _, err := s.db.Writer().ExecContext(ctx, remove, e.SiteID, e.Kind, e.ID, key); err != nil {
		return fmt.Errorf("delete property %s of %s %s: %w", key, e.Kind, e.ID, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.properties[e], key)
	if len(s.properties[e]) == 0 {
		delete(s.properties, e)
	}
	return nil
}

func (s *Store) loadProperties(ctx context.Context) error {
	rows, err := s.db.Reader().QueryContext(ctx, `SELECT site, entity, id, key, value, version FROM property`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var e Entity
		var p Property
		if err := rows.Scan(&e.SiteID, &e.Kind, &e.ID, &p.Key, &p.Value, &p.Version); err != nil {
			return err
		}
		s.rememberProperty(e, p)
	}
	return rows.Err()
}

func (s *Store) rememberProperty(e Entity, p Property) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.properties[e] == nil {
		s.properties[e] = map[string]Property{}
	}
	s.properties[e][p.Key] = p
}
