package database

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

var notes = Schema{
	Application: "connect-workbench test",
	Migrations:  []string{"CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL)"},
	PageSize:    16384,
}

func mustOpen(t *testing.T, path string, s Schema) *DB {
	t.Helper()
	db, err := Open(t.Context(), path, s)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func mustClose(t *testing.T, db *DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func mustExec(t *testing.T, db *DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Writer().ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

func pragma(t *testing.T, pool *sql.DB, name string) string {
	t.Helper()
	var v string
	if err := pool.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOpenSetsTheHouseRules(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a name with % and ? and #.db")
	db := mustOpen(t, path, notes)
	defer mustClose(t, db)

	for name, want := range map[string]string{
		"page_size": "16384", "journal_mode": "wal", "foreign_keys": "1", "synchronous": "2",
		"busy_timeout": "5000", "mmap_size": "1073741824", "wal_autocheckpoint": "4096", "user_version": "1",
	} {
		if got := pragma(t, db.Writer(), name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if _, err := db.Reader().ExecContext(t.Context(), "INSERT INTO note(text) VALUES('x')"); err == nil {
		t.Error("a reader could write")
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("the file's mode is %o, want 600", mode)
	}
}

func TestContentAndMigrationsSurviveReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	db := mustOpen(t, path, notes)
	mustExec(t, db, "INSERT INTO note(text) VALUES('kept')")
	mustClose(t, db)

	next := notes
	next.Migrations = append(next.Migrations[:1:1], "ALTER TABLE note ADD COLUMN done INTEGER NOT NULL DEFAULT 0", "CREATE INDEX note_done ON note(done)")
	db = mustOpen(t, path, next)
	defer mustClose(t, db)
	var text string
	var done int
	if err := db.Reader().QueryRowContext(t.Context(), "SELECT text, done FROM note").Scan(&text, &done); err != nil {
		t.Fatal(err)
	}
	if text != "kept" || done != 0 || pragma(t, db.Reader(), "user_version") != "3" {
		t.Errorf("got %q, %d, version %s", text, done, pragma(t, db.Reader(), "user_version"))
	}
}

func TestFailedMigrationLeavesTheOldFormat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	mustClose(t, mustOpen(t, path, notes))
	broken := notes
	broken.Migrations = append(broken.Migrations[:1:1], "CREATE TABLE extra(id INTEGER)", "CREATE TABLE note(id INTEGER)")
	if _, err := Open(t.Context(), path, broken); err == nil {
		t.Fatal("a broken migration passed")
	}
	db := mustOpen(t, path, notes)
	defer mustClose(t, db)
	if v := pragma(t, db.Reader(), "user_version"); v != "1" {
		t.Errorf("user_version is %s, want 1", v)
	}
	var tables int
	if err := db.Reader().QueryRowContext(t.Context(), "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil || tables != 1 {
		t.Errorf("%d tables, %v: the first half of the migration stayed", tables, err)
	}
}

func TestReopenAfterCrash(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state.db")
	db := mustOpen(t, path, notes)
	defer mustClose(t, db)
	mustExec(t, db, "INSERT INTO note(text) VALUES('only in the write-ahead log')")

	// What a crash leaves: the file and its log, as they are on disk this moment.
	after := filepath.Join(t.TempDir(), "state.db")
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(after+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	restarted := mustOpen(t, after, notes)
	defer mustClose(t, restarted)
	var n int
	if err := restarted.Reader().QueryRowContext(t.Context(), "SELECT count(*) FROM note").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d rows, %v; want the 1 that was committed", n, err)
	}
}

// unusableFiles make a file at path that Open must refuse.
var unusableFiles = map[string]struct {
	make   func(t *testing.T, path string)
	reason string
	check  func(*UnusableError) bool
}{
	"text file": {
		make:   func(t *testing.T, path string) { write(t, path, []byte(strings.Repeat("no database\n", 50))) },
		reason: "not a database", check: isDamaged,
	},
	"a few bytes": {
		make:   func(t *testing.T, path string) { write(t, path, []byte("SQLite")) },
		reason: "too short", check: isDamaged,
	},
	"cut off": {
		make: func(t *testing.T, path string) {
			fill(t, path)
			if err := os.Truncate(path, 5*16384); err != nil {
				t.Fatal(err)
			}
		},
		reason: "damaged", check: isDamaged,
	},
	"overwritten page": {
		make: func(t *testing.T, path string) {
			fill(t, path)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			copy(data[3*16384:], strings.Repeat("garbage ", 1000))
			write(t, path, data)
		},
		reason: "damaged", check: isDamaged,
	},
	"another program's": {
		make: func(t *testing.T, path string) {
			mustClose(t, mustOpen(t, path, Schema{Application: "someone else", Migrations: notes.Migrations}))
		},
		reason: "another program", check: isDamaged,
	},
	"another program's, unmarked": {
		make: func(t *testing.T, path string) {
			db := mustOpen(t, path, notes)
			mustExec(t, db, "PRAGMA application_id = 0")
			mustClose(t, db)
		},
		reason: "another program", check: isDamaged,
	},
	"newer": {
		make: func(t *testing.T, path string) {
			next := notes
			next.Migrations = append(next.Migrations[:1:1], "CREATE TABLE later(id INTEGER)")
			mustClose(t, mustOpen(t, path, next))
		},
		reason: "newer version", check: func(e *UnusableError) bool { return e.Newer && !e.Damaged },
	},
	"a folder": {
		make: func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		},
		reason: "folder", check: func(e *UnusableError) bool { return !e.Damaged && !e.Newer && !e.InUse },
	},
}

func isDamaged(e *UnusableError) bool { return e.Damaged && !e.Newer && !e.InUse }

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// fill makes a database of some dozen pages.
func fill(t *testing.T, path string) {
	t.Helper()
	db := mustOpen(t, path, notes)
	mustExec(t, db, `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 200)
		INSERT INTO note(text) SELECT hex(randomblob(1000)) FROM n`)
	mustClose(t, db)
}

func TestUnusableFilesAreReportedAndLeftAlone(t *testing.T) {
	for name, tc := range unusableFiles {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "state.db")
			tc.make(t, path)
			before := sum(t, path)

			_, err := Open(t.Context(), path, notes)
			var u *UnusableError
			if !errors.As(err, &u) {
				t.Fatalf("got %v, want an UnusableError", err)
			}
			if !strings.Contains(u.Reason, tc.reason) || !tc.check(u) || u.Path != path || u.Advice == "" {
				t.Errorf("got %+v, want a reason with %q", u, tc.reason)
			}
			if sum(t, path) != before {
				t.Error("the file was changed")
			}
			for _, suffix := range sideFiles {
				if _, err := os.Stat(path + suffix); err == nil {
					t.Errorf("%s was left behind", suffix)
				}
			}
		})
	}
}

func sum(t *testing.T, path string) [32]byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		return [32]byte{} // a folder
	}
	return sha256.Sum256(data)
}

func TestFolderThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "file"), nil)
	readOnly := filepath.Join(dir, "read-only")
	if err := os.Mkdir(readOnly, 0o500); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		path, reason string
		needsUser    bool
	}{
		"absent":     {path: filepath.Join(dir, "absent", "state.db"), reason: "does not exist"},
		"not one":    {path: filepath.Join(dir, "file", "state.db"), reason: "not a folder"},
		"unwritable": {path: filepath.Join(readOnly, "state.db"), reason: "cannot be read and written", needsUser: true},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.needsUser && os.Geteuid() <= 0 {
				t.Skip("the superuser may write everywhere")
			}
			_, err := Open(t.Context(), tc.path, notes)
			var u *UnusableError
			if !errors.As(err, &u) || !strings.Contains(u.Reason, tc.reason) || u.Damaged {
				t.Errorf("got %v, want a reason with %q", err, tc.reason)
			}
		})
	}
}

func TestFullDiskWhileOpening(t *testing.T) {
	full := notes
	full.Migrations = []string{"PRAGMA max_page_count = 2; CREATE TABLE a(x); CREATE TABLE b(x); CREATE TABLE c(x)"}
	_, err := Open(t.Context(), filepath.Join(t.TempDir(), "state.db"), full)
	var u *UnusableError
	if !errors.As(err, &u) || u.Reason != "the disk is full" || u.Damaged {
		t.Errorf("got %v, want the disk is full", err)
	}
}

func TestSecondProgramIsTurnedAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	db := mustOpen(t, path, notes)
	for range 2 { // the refusal must not loosen the lock
		_, err := Open(t.Context(), path, notes)
		var u *UnusableError
		if !errors.As(err, &u) || !u.InUse || !strings.Contains(u.Reason, "another Connect Workbench") {
			t.Fatalf("got %v, want in use", err)
		}
	}
	if _, err := SetAside(path, time.Now()); err == nil {
		t.Error("a file in use was set aside")
	}
	mustClose(t, db)
	mustClose(t, mustOpen(t, path, notes))
}

func TestGivingUpIsNotTheFilesFault(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Open(ctx, filepath.Join(t.TempDir(), "state.db"), notes)
	var u *UnusableError
	if !errors.Is(err, context.Canceled) || errors.As(err, &u) {
		t.Errorf("got %v, want only context.Canceled", err)
	}
}

func TestSetAsideKeepsEveryByte(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "state.db")
	at := time.Date(2026, 11, 23, 10, 4, 31, 0, time.UTC)
	for i, want := range []string{"state.unusable-20261123-100431.db", "state.unusable-20261123-100431-2.db"} {
		content := strings.Repeat("damaged", 10+i)
		write(t, path, []byte(content))
		write(t, path+"-wal", []byte("log of "+want))

		kept, err := SetAside(path, at)
		if err != nil {
			t.Fatal(err)
		}
		if kept != filepath.Join(dir, want) {
			t.Errorf("kept as %s, want %s", kept, want)
		}
		for name, text := range map[string]string{kept: content, kept + "-wal": "log of " + want} {
			if data, err := os.ReadFile(name); err != nil || string(data) != text {
				t.Errorf("%s holds %q, %v", name, data, err)
			}
		}
		mustClose(t, mustOpen(t, path, notes)) // the name is free again
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := SetAside(filepath.Join(dir, "absent.db"), at); err == nil {
		t.Error("an absent file was set aside")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "absent*unusable*")); len(left) > 0 {
		t.Errorf("an empty file stayed: %v", left)
	}
}
