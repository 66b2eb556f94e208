package database

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// thoroughBytes is the size up to which a file is checked page by page when it is opened:
// some milliseconds. Larger files are checked as they are read.
const thoroughBytes = 8 << 20

// inspect decides without writing whether the file at path may be used: absent, empty, or
// one of ours that is whole and not newer than s.
func inspect(ctx context.Context, path string, s Schema) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return &UnusableError{Reason: "it is a folder, not a file", Advice: "move the folder away", Err: fs.ErrInvalid}
	case info.Size() == 0:
		return nil
	}
	if err := inspectHeader(path, s); err != nil {
		return err
	}
	return inspectContent(ctx, path, s, info.Size())
}

// inspectHeader reads the first 100 bytes of the file itself. Most unusable files are found
// out here, before SQLite has had a chance to put a side file next to them.
// Source: the "Database File Format" of SQLite, section 1.3.
func inspectHeader(path string, s Schema) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var header [100]byte
	if _, err := io.ReadFull(f, header[:]); err != nil {
		return damaged("it is too short to be a database", err)
	}
	if !bytes.HasPrefix(header[:], []byte("SQLite format 3\x00")) {
		return damaged("it is not a database", errors.New("no SQLite header"))
	}
	id := int32(binary.BigEndian.Uint32(header[68:]))
	if id != 0 && id != s.applicationID() {
		return foreign(s)
	}
	return checkVersion(int(int32(binary.BigEndian.Uint32(header[60:]))), s)
}

// inspectContent asks SQLite, which also takes a write-ahead log into account that a crash
// has left. The connection is read-only, so the log stays as it is.
func inspectContent(ctx context.Context, path string, s Schema, size int64) error {
	query := "mode=ro"
	if _, err := os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) {
		query += "&immutable=1" // makes no side files; nobody else writes, for we hold the lock
	}
	db := sql.OpenDB(connector{dsn: dsn(path, query), driver: plainDriver()})
	defer db.Close()

	const marks = `SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_application_id, pragma_user_version`
	var id int32
	var version, tables int
	if err := db.QueryRowContext(ctx, marks).Scan(&id, &version, &tables); err != nil {
		return err
	}
	if id != s.applicationID() && (id != 0 || tables > 0) {
		return foreign(s)
	}
	if err := checkVersion(version, s); err != nil {
		return err
	}
	if size > thoroughBytes {
		return nil
	}
	var result string
	if err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&result); err != nil {
		return err
	}
	if result != "ok" {
		return damaged("it is damaged", errors.New(result))
	}
	return nil
}

func checkVersion(version int, s Schema) error {
	if version <= len(s.Migrations) {
		return nil
	}
	return &UnusableError{
		Reason: fmt.Sprintf("it was written by a newer version of the program (format %d; this version knows formats up to %d)",
			version, len(s.Migrations)),
		Advice: "use the newer version, or move the file away to start with an empty one",
		Newer:  true,
		Err:    errors.New("newer format"),
	}
}
