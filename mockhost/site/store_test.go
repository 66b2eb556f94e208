package site

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"connect-workbench/mockhost/database"
)

func openStore(t *testing.T, path string) *Store {
	t.Helper()
	s, err := OpenStore(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func example() Installation {
	at := time.Date(2026, 11, 23, 10, 4, 31, 123456789, time.Local)
	return Installation{
		SiteID: "jira", AddonKey: "com.example.demo", Name: "Demo", BaseURL: "http://localhost:3000",
		DescriptorURL: "http://localhost:3000/atlassian-connect.json", Descriptor: []byte(`{"key":"com.example.demo"}`),
		SharedSecret: "ATCOnew", OldSecrets: []Secret{{Value: "ATCOold", Until: at.UTC()}},
		State: Enabled, InstalledAt: at, UpdatedAt: at,
	}
}

// A store of each format that was written before this one opens with what it holds.
func TestOlderFormatsAreOpened(t *testing.T) {
	for format := 1; format < len(schema().Migrations); format++ {
		path := filepath.Join(t.TempDir(), "state.db")
		older := schema()
		older.Migrations = older.Migrations[:format]
		db, err := database.Open(t.Context(), path, older)
		if err != nil {
			t.Fatal(err)
		}
		const key = `INSERT INTO install_key (only, kid, private) VALUES (1, 'KID', x'01')`
		_, keyErr := db.Writer().ExecContext(t.Context(), key)
		if err := errors.Join(put(t.Context(), db.Writer(), example()), keyErr, db.Close()); err != nil {
			t.Fatal(err)
		}
		s := openStore(t, path)
		in, err := s.Get("jira", example().AddonKey)
		if err != nil || in.SharedSecret != example().SharedSecret || len(in.OldSecrets) != 1 || in.State != Enabled {
			t.Errorf("format %d: %+v, %v", format, in, err)
		}
		if kid, _, err := s.InstallKey(t.Context(), nil); err != nil || kid != "KID" {
			t.Errorf("format %d: the install key is %s, %v", format, kid, err)
		}
		if err := s.PutPending(t.Context(), Pending{SiteID: "jira", AddonKey: in.AddonKey, Descriptor: []byte("{}")}); err != nil {
			t.Errorf("format %d: %v", format, err)
		}
	}
}

func TestStoreSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	s := openStore(t, path)
	want := example()
	if err := s.Put(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := openStore(t, path).Get("jira", "com.example.demo")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("after a restart\n got %+v\nwant %+v", got, want)
	}
}

func TestStoreKeepsSitesApart(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "state.db"))
	in := example()
	for _, key := range []string{"com.b", "com.a"} {
		in.AddonKey = key
		if err := s.Put(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	in.SiteID = "confluence"
	if err := s.Put(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, in := range s.List("jira") {
		keys = append(keys, in.AddonKey)
	}
	if fmt.Sprint(keys) != "[com.a com.b]" {
		t.Errorf("add-ons of jira: %v", keys)
	}
	if _, err := s.Get("confluence", "com.b"); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("what only jira has: %v", err)
	}
	if _, err := s.Get("confluence", "com.a"); err != nil {
		t.Errorf("the other site's: %v", err)
	}
}

func TestStoreBelongsToItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	openStore(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		t.Errorf("state.db holds secrets and has mode %o", mode)
	}
	_, err = OpenStore(t.Context(), path)
	var unusable *database.UnusableError
	if !errors.As(err, &unusable) || !unusable.InUse {
		t.Errorf("second program: %v", err)
	}
}

func TestInstallKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	made := 0
	create := func() (string, []byte, error) { made++; return fmt.Sprint("key-", made), []byte("PEM"), nil }
	for range 2 {
		s := openStore(t, path)
		for range 2 {
			kid, private, err := s.InstallKey(t.Context(), create)
			if err != nil || kid != "key-1" || string(private) != "PEM" {
				t.Errorf("got %q %q %v", kid, private, err)
			}
		}
		s.Close()
	}
	want := errors.New("no entropy")
	s := openStore(t, filepath.Join(t.TempDir(), "state.db"))
	if _, _, err := s.InstallKey(t.Context(), func() (string, []byte, error) { return "", nil, want }); !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
}

func TestStoreIsSafeForConcurrentUse(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "state.db"))
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			in := example()
			in.AddonKey = fmt.Sprintf("com.example.%d", n%4)
			for range 10 {
				if err := s.Put(context.Background(), in); err != nil {
					t.Error(err)
				}
				s.List("jira")
				s.Get("jira", in.AddonKey)
			}
		})
	}
	wg.Wait()
	if n := len(s.List("jira")); n != 4 {
		t.Errorf("%d installations", n)
	}
}

func TestRemnantsAreNotInstalled(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "state.db"))
	in := example()
	for _, c := range []struct {
		state State
		want  error
	}{{"", ErrNotInstalled}, {Enabled, nil}, {Disabled, nil}, {Uninstalled, ErrNotInstalled}} {
		if in.State = c.state; in.State != "" {
			if err := s.Put(t.Context(), in); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Installed(in.SiteID, in.AddonKey); !errors.Is(err, c.want) {
			t.Errorf("state %q: %v, want %v", c.state, err, c.want)
		}
	}
}

func TestAuthorityIsMadeOnceAndReplacedWhenUnfit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	s := openStore(t, path)
	made := 0
	create := func() ([]byte, []byte, error) {
		made++
		return fmt.Appendf(nil, "certificate %d", made), fmt.Appendf(nil, "private %d", made), nil
	}
	get := func(s *Store, fit bool) string {
		certificate, private, err := s.Authority(t.Context(), func(_, _ []byte) bool { return fit }, create)
		if err != nil {
			t.Fatal(err)
		}
		return string(certificate) + ", " + string(private)
	}
	first := get(s, true)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, path)
	if again := get(s, true); again != first {
		t.Errorf("after a restart %s, before %s", again, first)
	}
	if other := get(s, false); other != "certificate 2, private 2" {
		t.Errorf("in place of an unfit one: %s", other)
	}
	if kept := get(s, true); kept != "certificate 2, private 2" || made != 2 {
		t.Errorf("then %s, made %d", kept, made)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's rights: %v, %v", info.Mode(), err)
	}
	failing := errors.New("no randomness")
	if _, _, err := s.Authority(t.Context(), func(_, _ []byte) bool { return false }, func() ([]byte, []byte, error) { return nil, nil, failing }); !errors.Is(err, failing) {
		t.Errorf("a failure to make one: %v", err)
	}
	if kept := get(s, true); kept != "certificate 2, private 2" {
		t.Errorf("after a failure %s", kept)
	}
}
