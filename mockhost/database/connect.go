package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/mattn/go-sqlite3"
)

const (
	// readers is enough for a window, a command line and a test to ask at once.
	readers = 4
	// busyTimeout in milliseconds: how long a statement waits for a lock, for example
	// while another program (a shell, a backup) looks into the file.
	busyTimeout = 5000
	// mapped bytes of the file are read from the page cache without a copy.
	mapped = 1 << 30
	// checkpointBytes is how far the write-ahead log grows before it is moved into the
	// file. Large, because pages written many times in between are moved only once.
	checkpointBytes = 64 << 20
)

// connector opens connections of one kind. It stands in for sql.Register, which is global.
type connector struct {
	dsn    string
	driver *sqlite3.SQLiteDriver
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.driver }

// openPool makes a pool whose connections begin with the given statements.
func openPool(dsn string, size int, setup string) *sql.DB {
	hook := func(c *sqlite3.SQLiteConn) error {
		_, err := c.Exec(setup, nil)
		return err
	}
	pool := sql.OpenDB(connector{dsn: dsn, driver: &sqlite3.SQLiteDriver{ConnectHook: hook}})
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size)
	return pool
}

// openWriter sets page_size ahead of journal_mode: once a file is in WAL mode its page size
// is fixed. That is also why journal_mode is not given in the DSN, which would come first.
// synchronous=FULL makes a commit survive a power cut; with grouped commits it costs nothing
// that can be measured.
func openWriter(path string, s Schema) *sql.DB {
	setup := fmt.Sprintf(`
		PRAGMA busy_timeout = %d;
		PRAGMA page_size = %d;
		PRAGMA journal_mode = WAL;
		PRAGMA synchronous = FULL;
		PRAGMA foreign_keys = ON;
		PRAGMA mmap_size = %d;
		PRAGMA wal_autocheckpoint = %d;
		PRAGMA journal_size_limit = %d;
		PRAGMA temp_store = MEMORY;`,
		busyTimeout, s.pageSize(), mapped, checkpointBytes/s.pageSize(), checkpointBytes)
	return openPool(dsn(path, "mode=rw&_txlock=immediate"), 1, setup)
}

func openReader(path string) *sql.DB {
	setup := fmt.Sprintf(`
		PRAGMA busy_timeout = %d;
		PRAGMA mmap_size = %d;
		PRAGMA temp_store = MEMORY;
		PRAGMA query_only = ON;`,
		busyTimeout, mapped)
	return openPool(dsn(path, "mode=ro"), readers, setup)
}

// dsn writes path as the URI SQLite wants, so that '?', '%' and '#' in it stay themselves.
func dsn(path, query string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // a Windows drive
		path = "/" + path
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: query}
	return u.String()
}
