package site

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

func TestPropertiesSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	s := openStore(t, path)
	issue := Entity{"jira", OfIssue, "10001"}
	for _, value := range []string{`{"n":1}`, ` {"n": 2} `} {
		if _, err := s.SetProperty(t.Context(), issue, "k", []byte(value), Write{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.SetProperty(t.Context(), issue, "gone", []byte("1"), Write{}); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteProperty(t.Context(), issue, "gone"); err != nil {
		t.Fatal(err)
	}
	for _, again := range []bool{false, true} {
		if again {
			s.Close()
			s = openStore(t, path)
		}
		list := s.Properties(issue)
		if len(list) != 1 || list[0].Key != "k" || string(list[0].Value) != ` {"n": 2} ` || list[0].Version != 2 {
			t.Errorf("restarted %v: %+v", again, list)
		}
		if _, err := s.Property(issue, "gone"); !errors.Is(err, ErrNoProperty) {
			t.Errorf("restarted %v: a deleted property: %v", again, err)
		}
	}
}

func TestEntitiesDoNotShareProperties(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "state.db"))
	all := []Entity{{"jira", OfIssue, "1"}, {"jira", OfIssue, "2"}, {"jira", OfProject, "1"}, {"confluence", OfIssue, "1"}}
	for i, e := range all {
		if p, err := s.SetProperty(t.Context(), e, "k", fmt.Append(nil, i), Write{}); err != nil || p.Version != 1 {
			t.Fatalf("%+v %v", p, err)
		}
	}
	for i, e := range all {
		if p, err := s.Property(e, "k"); err != nil || string(p.Value) != fmt.Sprint(i) {
			t.Errorf("%+v: %+v %v", e, p, err)
		}
	}
	if err := s.Forget(t.Context(), "jira"); err != nil {
		t.Fatal(err)
	}
	for i, e := range all {
		if n := len(s.Properties(e)); n != i/3 {
			t.Errorf("after the reset of jira %+v has %d properties", e, n)
		}
	}
	if err := s.DeleteProperty(t.Context(), all[0], "k"); !errors.Is(err, ErrNoProperty) {
		t.Errorf("delete twice: %v", err)
	}
}

func TestWritesOfPropertiesAreChecked(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "state.db"))
	e := Entity{"confluence", OfContent, "98310"}
	for _, tc := range []struct {
		key     string
		write   Write
		have    int // of a VersionError
		err     error
		version int
	}{
		{"a", Write{Version: 2}, 0, &VersionError{}, 0},
		{"a", Write{New: true}, 0, nil, 1},
		{"a", Write{New: true}, 1, &VersionError{}, 0},
		{"a", Write{Version: 1}, 1, &VersionError{}, 0},
		{"a", Write{Version: 2}, 0, nil, 2},
		{"b", Write{Most: 2}, 0, nil, 1},
		{"c", Write{Most: 2}, 0, ErrTooManyProperties, 0},
		{"a", Write{Most: 2}, 0, nil, 3}, // a change needs no room
	} {
		p, err := s.SetProperty(t.Context(), e, tc.key, []byte("1"), tc.write)
		var version *VersionError
		switch {
		case errors.As(tc.err, &version):
			if !errors.As(err, &version) || version.Have != tc.have {
				t.Errorf("%s %+v: %v", tc.key, tc.write, err)
			}
		case !errors.Is(err, tc.err), tc.err == nil && p.Version != tc.version:
			t.Errorf("%s %+v: %+v %v", tc.key, tc.write, p, err)
		}
	}
}

func TestOneOfTwoWritersOfAVersionWins(t *testing.T) {
	s := openStore(t, filepath.Join(t.TempDir(), "state.db"))
	e := Entity{"jira", OfUser, "a"}
	var wg sync.WaitGroup
	won := make(chan int, 200)
	for range 8 {
		wg.Go(func() {
			for version := 1; version <= 20; version++ {
				if p, err := s.SetProperty(t.Context(), e, "k", []byte("1"), Write{Version: version}); err == nil {
					won <- p.Version
				}
				s.Properties(e)
			}
		})
	}
	wg.Wait()
	close(won)
	last := 0
	seen := map[int]bool{}
	for v := range won {
		if seen[v] {
			t.Errorf("version %d was written twice", v)
		}
		seen[v], last = true, max(last, v)
	}
	if p, err := s.Property(e, "k"); err != nil || p.Version != last || len(seen) != last || last == 0 {
		t.Errorf("%+v %v after %d writes", p, err, len(seen))
	}
}
