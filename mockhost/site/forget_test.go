package site

import (
	"errors"
	"path/filepath"
	"testing"
)

func TestForgetDropsAllOfASiteAndNothingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	s := openStore(t, path)
	for _, id := range []string{"jira", "other"} {
		in := example()
		in.SiteID = id
		if err := s.Put(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if err := s.PutPending(t.Context(), Pending{SiteID: id, AddonKey: in.AddonKey, Descriptor: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Forget(t.Context(), "jira"); err != nil {
		t.Fatal(err)
	}
	left := func(s *Store, id string) (installed, pending bool) {
		_, noInstall := s.Get(id, example().AddonKey)
		_, nothing := s.Pending(id, example().AddonKey)
		return !errors.Is(noInstall, ErrNotInstalled), !errors.Is(nothing, ErrNothingPending)
	}
	check := func(when string, s *Store) {
		t.Helper()
		if installed, pending := left(s, "jira"); installed || pending {
			t.Errorf("%s: left of the site: installation %t, pending version %t", when, installed, pending)
		}
		if installed, pending := left(s, "other"); !installed || !pending {
			t.Errorf("%s: left of another site: installation %t, pending version %t", when, installed, pending)
		}
	}
	check("at once", s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	check("after a restart", openStore(t, path))
}

func TestDescriptorsForgetASite(t *testing.T) {
	var read Descriptors
	for _, id := range []string{"jira", "other"} {
		in := example()
		in.SiteID, in.Descriptor = id, []byte(`{"key": "a"}`)
		if _, err := read.Of(in); err != nil {
			t.Fatal(err)
		}
	}
	read.Forget("jira")
	if _, kept := read.read[descriptorKey{"other", example().AddonKey}]; len(read.read) != 1 || !kept {
		t.Errorf("left: %d entries, the other site's: %t", len(read.read), kept)
	}
}
