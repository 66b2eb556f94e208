package workbench

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func openBuffer(t *testing.T, recoveryDir, path string) *buffer {
	t.Helper()
	b := newBuffer(recoveryDir, func(err error) { t.Errorf("keep for recovery: %v", err) })
	if err := b.open(path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.close() })
	return b
}

func writeTestFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readTestFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestUnsavedEditComesBack(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	writeTestFile(t, path, `{"key":"a"}`)

	// Bytes that are no UTF-8 must survive too: the text may be anything.
	const edit = "{\"key\":\"a\xff broken"
	first := openBuffer(t, filepath.Join(dir, "recovery"), path)
	first.set(edit)
	if err := first.close(); err != nil {
		t.Fatal(err)
	}
	if got := readTestFile(t, path); got != `{"key":"a"}` {
		t.Fatalf("the file was changed without a save: %q", got)
	}

	second := openBuffer(t, filepath.Join(dir, "recovery"), path)
	if got := second.state(); got.Text != edit || !got.Recovered || !got.Dirty {
		t.Fatalf("recovered %+v, want the edit, dirty and marked as recovered", got)
	}
	if err := second.save("", false); err != nil {
		t.Fatal(err)
	}
	if got := readTestFile(t, path); got != edit {
		t.Fatalf("saved %q", got)
	}
	third := openBuffer(t, filepath.Join(dir, "recovery"), path)
	if got := third.state(); got.Recovered || got.Dirty {
		t.Fatalf("after a save nothing is left to recover, got %+v", got)
	}
}

func TestOpeningAnotherFileKeepsTheEdit(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.json"), filepath.Join(dir, "b.json")
	writeTestFile(t, a, "A")
	writeTestFile(t, b, "B")
	buf := openBuffer(t, filepath.Join(dir, "recovery"), a)
	buf.set("A edited")
	if err := buf.open(b); err != nil {
		t.Fatal(err)
	}
	if got := buf.state(); got.Text != "B" || got.Recovered {
		t.Fatalf("got %+v", got)
	}
	if err := buf.open(a); err != nil {
		t.Fatal(err)
	}
	if got := buf.state(); got.Text != "A edited" || !got.Recovered {
		t.Fatalf("the edit of the first file is gone: %+v", got)
	}
}

func TestOpenFailureKeepsWhatWasOpen(t *testing.T) {
	dir := t.TempDir()
	a := filepath.Join(dir, "a.json")
	writeTestFile(t, a, "A")
	buf := openBuffer(t, filepath.Join(dir, "recovery"), a)
	buf.set("A edited")
	for _, bad := range []string{filepath.Join(dir, "missing.json"), dir} {
		if err := buf.open(bad); err == nil {
			t.Errorf("open %s: no error", bad)
		}
	}
	if got := buf.state(); got.Path != a || got.Text != "A edited" {
		t.Fatalf("got %+v", got)
	}
}

func TestSaveRefusesToOverwriteAForeignChange(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	writeTestFile(t, path, "A")
	buf := openBuffer(t, filepath.Join(dir, "recovery"), path)
	buf.set("mine")
	writeTestFile(t, path, "theirs")

	if err := buf.save("", false); !errors.Is(err, ErrChangedOnDisk) {
		t.Fatalf("save gave %v, want ErrChangedOnDisk", err)
	}
	if got := readTestFile(t, path); got != "theirs" {
		t.Fatalf("the foreign change was lost: %q", got)
	}
	if err := buf.save(path, true); err != nil {
		t.Fatal(err)
	}
	if got := readTestFile(t, path); got != "mine" {
		t.Fatalf("overwriting on purpose left %q", got)
	}
}

func TestFollowTakesChangesOnlyWithoutEdits(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	writeTestFile(t, path, "A")
	buf := openBuffer(t, filepath.Join(dir, "recovery"), path)

	writeTestFile(t, path, "B")
	if changed, conflict, err := buf.follow(); err != nil || !changed || conflict || buf.current() != "B" {
		t.Fatalf("changed %v, conflict %v, text %q", changed, conflict, buf.current())
	}
	buf.set("mine")
	writeTestFile(t, path, "C")
	if changed, conflict, err := buf.follow(); err != nil || changed || !conflict || buf.current() != "mine" {
		t.Fatalf("changed %v, conflict %v, text %q", changed, conflict, buf.current())
	}
	if err := buf.revert(); err != nil || buf.current() != "C" {
		t.Fatalf("revert: %v, text %q", err, buf.current())
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if changed, conflict, err := buf.follow(); err == nil || changed || conflict || buf.current() != "C" {
		t.Fatalf("a removed file: changed %v, conflict %v, error %v, text %q", changed, conflict, err, buf.current())
	}
}

func TestSaveKeepsLinkAndMode(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target.json"), filepath.Join(dir, "link.json")
	writeTestFile(t, target, "A")
	if err := os.Chmod(target, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skip("symbolic links: ", err)
	}
	buf := openBuffer(t, filepath.Join(dir, "recovery"), link)
	buf.set("B")
	if err := buf.save("", false); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v, %v", info, err)
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode changed: %v, %v", info, err)
	}
	if got := readTestFile(t, target); got != "B" {
		t.Errorf("target holds %q", got)
	}
}

func TestFailedSaveLosesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	writeTestFile(t, path, "A")
	buf := openBuffer(t, filepath.Join(dir, "recovery"), path)
	buf.set("B")
	missing := filepath.Join(dir, "no such folder", "a.json")
	err := buf.save(missing, true)
	if err == nil || !strings.Contains(err.Error(), "no such folder") {
		t.Fatalf("save gave %v, want an error that names the place", err)
	}
	if got := buf.state(); got.Path != path || got.Text != "B" || !got.Dirty {
		t.Fatalf("after the failure: %+v", got)
	}
}

// A file marked read-only is left alone, whatever its folder allows; what was typed stays.
func TestSaveLeavesAReadOnlyFileAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	w := open(t, Params{ProjectDir: dir})
	path := w.Descriptor().Path
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o444); err != nil {
		t.Fatal(err)
	}
	w.SetDescriptorText("{}")
	if err := w.SaveDescriptor(); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("saved over it: %v", err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) || w.Descriptor().Text != "{}" {
		t.Error("the file was changed, or the edit lost")
	}
}
