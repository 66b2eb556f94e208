package database

import (
	"database/sql/driver"
	"errors"

	"github.com/mattn/go-sqlite3"
)

// lock keeps other programs away from a database.
//
// It is an exclusive transaction, never ended, on an empty SQLite file beside the database.
// The operating system drops it when the process ends, however it ends. The file is never
// opened by anything but SQLite: on POSIX systems closing any handle of a file would give
// up the process's locks on it.
type lock struct{ conn driver.Conn }

// acquire takes the lock of the database at path, or says at once why it cannot.
func acquire(path string) (*lock, error) {
	conn, err := beginExclusive(path + ".lock")
	switch sqliteCode(err) {
	case sqlite3.ErrBusy:
		return nil, &UnusableError{
			Reason: "another Connect Workbench has this project open",
			Advice: "close it there first",
			InUse:  true,
			Err:    err,
		}
	case sqlite3.ErrNotADB, sqlite3.ErrCorrupt:
		return nil, &UnusableError{
			Reason: "its lock file, of the same name with .lock at the end, is damaged",
			Advice: "delete the lock file; it holds nothing",
			Err:    err,
		}
	}
	if err != nil {
		return nil, err
	}
	return &lock{conn: conn}, nil
}

func beginExclusive(path string) (driver.Conn, error) {
	conn, err := plainDriver().Open(dsn(path, "mode=rwc&_busy_timeout=0"))
	if err != nil {
		return nil, err // also when it is locked: opening reads the file
	}
	if _, err := conn.(*sqlite3.SQLiteConn).Exec("BEGIN EXCLUSIVE", nil); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func (l *lock) release() error { return l.conn.Close() }

// plainDriver opens connections without any setup of ours.
func plainDriver() *sqlite3.SQLiteDriver { return &sqlite3.SQLiteDriver{} }
