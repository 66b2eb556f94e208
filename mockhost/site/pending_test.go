package site

import (
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"
)

func waiting() Pending {
	return Pending{
		SiteID: "jira", AddonKey: "com.example.demo", DescriptorURL: "http://localhost:3000/atlassian-connect.json",
		Descriptor: []byte(`{"key":"com.example.demo","scopes":["WRITE"]}`), AskedAt: time.Date(2026, 11, 23, 10, 4, 31, 5, time.Local),
	}
}

func TestPendingSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	s, want := openStore(t, path), waiting()
	older := want
	older.Descriptor = []byte(`{}`)
	other := want
	other.SiteID = "confluence"
	for _, p := range []Pending{older, want, other} {
		if err := s.PutPending(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if got, err := s.Pending("jira", "com.example.demo"); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v", got, err)
		}
		s.Close()
		s = openStore(t, path)
	}
	if err := s.DropPending(t.Context(), "jira", "com.example.demo"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := s.Pending("jira", "com.example.demo"); !errors.Is(err, ErrNothingPending) {
			t.Errorf("dropped: %v", err)
		}
		if _, err := s.Pending("confluence", "com.example.demo"); err != nil {
			t.Errorf("the other site's: %v", err)
		}
		s.Close()
		s = openStore(t, path)
	}
	if err := s.DropPending(t.Context(), "jira", "com.example.demo"); err != nil {
		t.Errorf("drop what is not there: %v", err)
	}
}

func TestPendingIsSettledTogetherWithTheInstallation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	s, in := openStore(t, path), example()
	if err := errors.Join(s.Put(t.Context(), in), s.PutPending(t.Context(), waiting())); err != nil {
		t.Fatal(err)
	}
	in.State = Disabled
	if err := s.Put(t.Context(), in); err != nil { // what is not another version leaves it waiting
		t.Fatal(err)
	}
	if _, err := s.Pending(in.SiteID, in.AddonKey); err != nil {
		t.Errorf("after disable: %v", err)
	}
	in.State = Uninstalled
	if err := s.Settle(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := s.Pending(in.SiteID, in.AddonKey); !errors.Is(err, ErrNothingPending) {
			t.Errorf("after uninstall: %v", err)
		}
		if got, err := s.Get(in.SiteID, in.AddonKey); err != nil || got.State != Uninstalled {
			t.Errorf("installation %s, %v", got.State, err)
		}
		s.Close()
		s = openStore(t, path)
	}

	s.Close()
	in.State = Enabled
	if err := s.Settle(t.Context(), in); err == nil {
		t.Error("settled in a closed store")
	}
	if got, _ := s.Get(in.SiteID, in.AddonKey); got.State != Uninstalled {
		t.Errorf("memory runs ahead of the disk: %s", got.State)
	}
}
