package exchange

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"
)

// fillDisk makes the file full as it is: SQLite then says what it says on a full disk.
func fillDisk(t *testing.T, l *Log) {
	t.Helper()
	pragma(t, l, "PRAGMA max_page_count = 1") // as few as there are
}

func freeDisk(t *testing.T, l *Log) {
	t.Helper()
	pragma(t, l, "PRAGMA max_page_count = 1000000")
}

// pragma runs on the writer's connection, which SQLite itself guards against two at a time.
func pragma(t *testing.T, l *Log, text string) {
	t.Helper()
	if _, err := l.disk.conn.Exec(text, nil); err != nil {
		t.Fatal(err)
	}
}

// large is a record that does not compress and needs new pages.
func large(cause string) Record {
	r := sample()
	r.Cause = cause
	r.ResponseBody = make([]byte, 20_000)
	_, _ = rand.NewChaCha8([32]byte{}).Read(r.ResponseBody) // cannot fail
	return r
}

func TestProgramGoesOnWhileTheDiskIsFull(t *testing.T) {
	states := make(chan error, 10)
	var logged []string
	l := openLog(t, Params{
		OnFailure: func(err error) { states <- err },
		Logf:      func(format string, args ...any) { logged = append(logged, fmt.Sprintf(format, args...)) },
	})
	first := l.Append(large("before"))
	mustFlush(t, l)
	heard := make(chan int64, 100)
	defer l.Subscribe(func(last int64) { heard <- last })()

	fillDisk(t, l)
	var last int64
	for i := range 200 {
		last = l.Append(large(fmt.Sprint("while full ", i)))
	}
	err := l.Flush(t.Context())
	var failure *StoreError
	if !errors.As(err, &failure) || failure.Reason != "the disk is full" || failure.Waiting != 200 || failure.Lost != 0 {
		t.Fatalf("flush gave %v, want the disk is full with 200 waiting", err)
	}
	if err := <-states; !errors.As(err, &failure) {
		t.Errorf("told of %v, want a StoreError", err)
	}
	if err := l.Err(); !errors.As(err, &failure) || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("Err gives %v", err)
	}
	if len(heard) > 0 {
		t.Error("subscribers were told of what is not stored")
	}
	if rows := mustRows(t, l, Query{}); len(rows) != 200 || rows[0].ID != last {
		t.Errorf("%d rows while full, want 200 from %d", len(rows), last)
	}
	if r, err := l.Get(t.Context(), last); err != nil || r.Cause != "while full 199" {
		t.Errorf("the newest reads as %q, %v", r.Cause, err)
	}

	freeDisk(t, l)
	mustFlush(t, l)
	if err := <-states; err != nil || l.Err() != nil {
		t.Errorf("told of %v, Err gives %v; want nil: it works again", err, l.Err())
	}
	if got := <-heard; got != last {
		t.Errorf("subscribers heard of %d, want %d", got, last)
	}
	if _, all, err := l.Count(t.Context(), Filter{}); err != nil || all != last-first+1 {
		t.Errorf("%d exchanges, %v; want %d", all, err, last-first+1)
	}
	if len(logged) != 2 {
		t.Errorf("logged %q, want the failure and its end", logged)
	}
}

func TestMemoryIsBoundedWhileTheDiskIsFull(t *testing.T) {
	l := openLog(t, Params{})
	l.Append(sample())
	mustFlush(t, l)
	fillDisk(t, l)
	l.Append(large("full"))
	var failure *StoreError
	if err := l.Flush(t.Context()); !errors.As(err, &failure) {
		t.Fatalf("got %v, want a StoreError", err)
	}
	const more = queueRecords + 100 // must not block
	var last int64
	for range more {
		last = l.Append(sample())
	}
	if err := l.Err(); !errors.As(err, &failure) || failure.Waiting != queueRecords || failure.Lost != 101 {
		t.Fatalf("got %v, want %d waiting and 101 lost", err, queueRecords)
	}
	freeDisk(t, l)
	mustFlush(t, l)
	if rows := mustRows(t, l, Query{Limit: 1}); len(rows) != 1 || rows[0].ID != last {
		t.Errorf("newest is %v, want %d", rows, last)
	}
	if rows := mustRows(t, l, Query{Limit: maxLimit}); len(rows) != queueRecords+1 {
		t.Errorf("%d rows, want the first and the %d newest", len(rows), queueRecords)
	}
}

func TestStoringIsTriedAgainWithoutBeingAsked(t *testing.T) {
	states := make(chan error, 10)
	l := openLog(t, Params{OnFailure: func(err error) { states <- err }})
	fillDisk(t, l)
	l.Append(large("full"))
	if err := <-states; err == nil {
		t.Fatal("told that it works, want a failure")
	}
	freeDisk(t, l)
	if err := <-states; err != nil {
		t.Errorf("told of %v, want nil", err)
	}
}

func TestCloseOnAFullDiskEndsAndSaysSo(t *testing.T) {
	l, err := Open(t.Context(), Params{Path: filepath.Join(t.TempDir(), "exchanges.db"), Linger: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	fillDisk(t, l)
	l.Append(large("full"))
	var failure *StoreError
	if err := l.Close(); !errors.As(err, &failure) || failure.Waiting != 1 {
		t.Errorf("close gave %v, want a StoreError with 1 waiting", err)
	}
}

func TestShutdownEndsWithItsContext(t *testing.T) {
	l, err := Open(t.Context(), Params{Path: filepath.Join(t.TempDir(), "exchanges.db"), Linger: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	// Another program holds the file, so that the writer waits for SQLite.
	other, err := (&sqlite3.SQLiteDriver{}).Open(l.db.Path())
	if err != nil {
		t.Fatal(err)
	}
	hold := func(text string) {
		t.Helper()
		if _, err := other.(*sqlite3.SQLiteConn).Exec(text, nil); err != nil {
			t.Fatal(err)
		}
	}
	hold("BEGIN IMMEDIATE")
	l.Append(sample())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	hold("ROLLBACK")
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil { // what was begun comes to its end
		t.Errorf("got %v, want nil", err)
	}
}
