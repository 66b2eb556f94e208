package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// UnusableError says why a database file could not be opened, in words for people.
// The file is as it was.
type UnusableError struct {
	Path   string
	Reason string // why, as a clause: "it is damaged"
	Advice string // what to do, as a clause: "move the file away ..."

	// At most one of the following is true. For Newer and Damaged, moving the file away
	// with SetAside and opening an empty one is a way on.
	Newer   bool // written by a later version of the program
	Damaged bool // corrupt, no database at all, or some other program's
	InUse   bool // another program has it open

	Err error // what was found, for developers
}

func (e *UnusableError) Error() string {
	return fmt.Sprintf("cannot use %s: %s. Nothing in it was changed", e.Path, e.Reason)
}

func (e *UnusableError) Unwrap() error { return e.Err }

const adviceAside = "move the file away to start with an empty one"

func damaged(reason string, err error) *UnusableError {
	return &UnusableError{Reason: reason, Advice: adviceAside, Damaged: true, Err: err}
}

func foreign(s Schema) *UnusableError {
	return damaged("it is a database of another program", fmt.Errorf("application_id is not that of %q", s.Application))
}

// Unusable turns whatever went wrong while opening path, or while first reading it, into an
// *UnusableError, except that the caller gave up: that says nothing about the file.
func Unusable(path string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	var known *UnusableError
	if errors.As(err, &known) {
		known.Path = path
		return known
	}
	e := &UnusableError{Path: path, Err: err}
	e.Reason, e.Advice = Explain(err)
	switch sqliteCode(err) {
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		e.Damaged = true
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		e.InUse = true
	}
	return e
}

// Explain puts an error of SQLite or of the file system into words: why, and what to do about
// it, each as a clause. An error it does not know is its own reason.
func Explain(err error) (reason, advice string) {
	code := sqliteCode(err)
	switch {
	case code == sqlite3.ErrCorrupt:
		return "it is damaged", adviceAside
	case code == sqlite3.ErrNotADB:
		return "it is not a database", adviceAside
	case code == sqlite3.ErrFull, errors.Is(err, syscall.ENOSPC):
		return "the disk is full", "free some space and try again"
	case code == sqlite3.ErrReadonly, code == sqlite3.ErrPerm, code == sqlite3.ErrCantOpen,
		errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "its folder or the file itself cannot be read and written by this user",
			"give yourself read and write permission for the folder and the file, or open a copy of the project elsewhere"
	case code == sqlite3.ErrBusy, code == sqlite3.ErrLocked:
		return "another program has it open and locked", "close that program"
	case code == sqlite3.ErrIoErr:
		return "the disk could not be read or written", "check the disk, or open a copy of the project elsewhere"
	}
	return err.Error(), "see whether other programs can read and write the file"
}

// sqliteCode gives the primary result code of an SQLite error; 0 for any other.
func sqliteCode(err error) sqlite3.ErrNo {
	var e sqlite3.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}
