// Package database opens the host's SQLite files, all in one way.
//
// # Rules
//
//   - One writer, a few readers. SQLite has one writer at a time; a pool of them would only
//     wait for each other. [DB.Writer] is one connection, [DB.Reader] is a small read-only
//     pool that, thanks to the write-ahead log, never waits for the writer.
//   - One program a file. A second program is turned away with an [UnusableError] that says
//     so: two hosts writing one project would mix up its installations. The lock is a lock
//     that SQLite itself takes on an empty file beside the database ("state.db.lock"), so it
//     works alike on every platform and dies with its process.
//   - A file that cannot be used is not touched. Open looks first, without writing, and only
//     then opens for writing. Damaged, foreign and newer files are reported; [SetAside] moves
//     such a file away, under a name that says when, and keeps every byte.
//   - A schema is a list of migrations; how many of them a file has had stands in its
//     user_version. All that are missing run in one transaction or not at all.
//   - Files are readable by their owner only: they hold shared secrets.
//
// Page size, write-ahead log, memory mapping and checkpoints are set for many small rows
// arriving in groups and being listed newest first; see connect.go for each figure.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
)

// Schema says what a file must hold.
type Schema struct {
	// Application names what the file is for, for example "connect-workbench exchanges".
	// A checksum of it is kept as SQLite's application_id, by which foreign files are told.
	Application string
	// Migrations are SQL scripts. The script at index i brings a file from user_version i
	// to i+1. Scripts that have been released are never edited, only added to.
	Migrations []string
	// PageSize in bytes, a power of two from 512 to 65536; 0 means 4096. It takes effect
	// when the file is created; an existing file keeps its own.
	PageSize int
}

func (s Schema) applicationID() int32 { return int32(crc32.ChecksumIEEE([]byte(s.Application))) }

func (s Schema) pageSize() int {
	if s.PageSize == 0 {
		return 4096
	}
	return s.PageSize
}

// DB is one open file. Its methods are safe for any goroutine.
type DB struct {
	path   string
	lock   *lock
	writer *sql.DB
	reader *sql.DB
}

// Open opens the file at path, creates it when there is none, and brings it to the newest
// version of s. The folder must exist.
//
// Every reason why the file cannot be used comes back as an *[UnusableError], and then
// nothing in the file has been changed.
func Open(ctx context.Context, path string, s Schema) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	if err := checkFolder(filepath.Dir(path)); err != nil {
		return nil, Unusable(path, err)
	}
	l, err := acquire(path)
	if err != nil {
		return nil, Unusable(path, err)
	}
	db, err := openLocked(ctx, path, s)
	if err != nil {
		return nil, errors.Join(Unusable(path, err), l.release())
	}
	db.lock = l
	return db, nil
}

func openLocked(ctx context.Context, path string, s Schema) (*DB, error) {
	if err := inspect(ctx, path, s); err != nil {
		return nil, err
	}
	if err := create(path); err != nil {
		return nil, err
	}
	db := &DB{path: path, writer: openWriter(path, s), reader: openReader(path)}
	if err := migrate(ctx, db.writer, s); err != nil {
		return nil, errors.Join(err, db.closePools())
	}
	return db, nil
}

// checkFolder gives a plain reason where SQLite would only say "unable to open".
func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &UnusableError{Reason: "the folder " + dir + " does not exist", Advice: "create it, or open another project", Err: err}
	case err != nil:
		return err
	case !info.IsDir():
		return &UnusableError{Reason: dir + " is not a folder", Advice: "open another project", Err: fs.ErrInvalid}
	}
	return nil
}

// create makes the file ahead of SQLite, which would let everybody read it. SQLite gives
// its side files (-wal, -shm) the permissions of the database.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// Path is the absolute path of the file.
func (db *DB) Path() string { return db.path }

// Writer is the one connection that may write. Whoever holds it makes others wait.
func (db *DB) Writer() *sql.DB { return db.writer }

// Reader is a pool of read-only connections. Each query sees the file as of its start.
func (db *DB) Reader() *sql.DB { return db.reader }

// Close moves what is left in the write-ahead log into the file and lets go of it.
func (db *DB) Close() error {
	err := errors.Join(db.closePools(), db.lock.release())
	if err != nil {
		return fmt.Errorf("close database %s: %w", db.path, err)
	}
	return nil
}

func (db *DB) closePools() error {
	// Readers first: the last connection to leave does the checkpoint, and only the writer can.
	return errors.Join(db.reader.Close(), db.writer.Close())
}
