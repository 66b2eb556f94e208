// Package sharedtest finds the protocol notes that tests check this program against: vectors,
// example bodies, descriptors. They stand beside the repository where it is worked on, and are
// absent elsewhere; tests that want them are skipped there.
package sharedtest

import (
	"os"
	"path/filepath"
	"testing"
)

// File gives the path of a file of the notes, named from their folder on: "protocol/qsh-vectors.json".
// Where it is absent it skips the test, and says so.
func File(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(root(t), "..", "shared", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s: shared/%s is not beside the repository", t.Name(), name)
	}
	return path
}

// root is the folder of the repository, by its go.mod.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
}
