package database

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// sideFiles belong to a database file; without them it may lack what was written last.
var sideFiles = [...]string{"-wal", "-shm"}

// SetAside renames the database at path, with its side files, so that a new one can take its
// place: "state.db" becomes "state.unusable-20261123-100431.db" in the same folder, with
// "-2" and so on after the time if that name is taken. Nothing is overwritten or deleted.
// It returns the new path of the database.
//
// A file that another program has open stays where it is; the error is an *[UnusableError].
func SetAside(path string, now time.Time) (kept string, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("set %s aside: %w", path, err)
	}
	l, err := acquire(path)
	if err != nil {
		return "", fmt.Errorf("set %s aside: %w", path, Unusable(path, err))
	}
	defer func() { err = errors.Join(err, l.release()) }()

	kept, err = reserve(path, now)
	if err != nil {
		return "", fmt.Errorf("set %s aside: %w", path, err)
	}
	// The write-ahead log goes first: left behind, it could be taken for part of the new file.
	for _, suffix := range sideFiles {
		if err := os.Rename(path+suffix, kept+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", errors.Join(fmt.Errorf("set %s aside: %w", path, err), os.Remove(kept))
		}
	}
	if err := os.Rename(path, kept); err != nil {
		return "", errors.Join(fmt.Errorf("set %s aside: %w", path, err), putBack(path, kept))
	}
	return kept, nil
}

// reserve creates an empty file under a name nobody has, for Rename to replace. That no side
// file of that name exists either follows from these names being ours alone.
func reserve(path string, now time.Time) (string, error) {
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ext) + ".unusable-" + now.Format("20060102-150405")
	for n := 1; ; n++ {
		name := stem + ext
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", stem, n, ext)
		}
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL, 0o600)
		switch {
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil:
			return "", err
		}
		return name, f.Close()
	}
}

// putBack undoes the first half of SetAside.
func putBack(path, kept string) error {
	errs := []error{os.Remove(kept)}
	for _, suffix := range sideFiles {
		if err := os.Rename(kept+suffix, path+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
