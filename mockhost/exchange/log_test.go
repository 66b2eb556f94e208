package exchange

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/database"
)

func openLog(t testing.TB, p Params) *Log {
	t.Helper()
	if p.Path == "" {
		p.Path = filepath.Join(t.TempDir(), "exchanges.db")
	}
	l, err := Open(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return l
}

// sample is a record in which every field is set.
func sample() Record {
	return Record{
		Parent: 3, Cause: "c-17",
		Site: "acme", Addon: "com.example.demo", Module: "/modules/webhooks/0", Event: "jira:issue_created",
		Direction: ToAddon, Kind: KindWebhook,
		Start: time.Date(2026, 11, 23, 10, 4, 31, 123456000, time.UTC), Duration: 12345 * time.Microsecond,
		Method: "POST", URL: "http://localhost:3000/webhooks/issue?user_id=mia&jwt=eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl",
		RequestHeader: http.Header{"Content-Type": {"application/json"}, "X-Two": {"a", "b"}},
		RequestBody:   []byte(`{"webhookEvent":"jira:issue_created","issue":{"key":"DEMO-1"}}`),
		Status:        401, ResponseHeader: http.Header{"Www-Authenticate": {"JWT"}},
		ResponseBody: []byte("Auth failure: \x00\xff"), Error: "answer larger than 10 MB",
		Token: "eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl",
		Verdict: connectjwt.Verdict{Rule: connectjwt.RuleQSH, Summary: "qsh does not match", Expected: "ab", Received: "cd",
			At: connectjwt.Place{Part: "claim", Name: "qsh", Offset: 6}, Cause: "the base path was left in", Fix: "cut it"},
	}
}

func mustFlush(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func mustRows(t testing.TB, l *Log, q Query) []Row {
	t.Helper()
	rows, err := l.Rows(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func mustFilter(t testing.TB, text string) Filter {
	t.Helper()
	f, err := ParseFilter(text)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestRecordIsTheSameQueuedStoredAndAfterRestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "exchanges.db")
	want := sample()
	check := func(l *Log, when string) {
		t.Helper()
		got, err := l.Get(t.Context(), want.ID)
		if err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", when, got, want)
		}
		if rows := mustRows(t, l, Query{}); len(rows) != 1 || rows[0] != want.Row() {
			t.Errorf("%s: row is\n     %+v\nwant %+v", when, rows, want.Row())
		}
	}

	l, err := Open(t.Context(), Params{Path: path, Linger: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	want.ID = l.Append(want)
	check(l, "queued")
	mustFlush(t, l)
	check(l, "stored")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}

	l = openLog(t, Params{Path: path})
	check(l, "after restart")
	if id := l.Append(sample()); id != want.ID+1 {
		t.Errorf("the next id is %d, want %d", id, want.ID+1)
	}
}

func TestCloseStoresWhatIsQueued(t *testing.T) {
	path := filepath.Join(t.TempDir(), "exchanges.db")
	l, err := Open(t.Context(), Params{Path: path, Linger: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	const n = 3*batchSize + 5
	for range n {
		l.Append(sample())
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if id := l.Append(sample()); id != 0 {
		t.Errorf("a closed log gave id %d", id)
	}
	if err := l.Flush(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("flush of a closed log: %v", err)
	}
	if _, err := l.Rows(t.Context(), Query{}); !errors.Is(err, ErrClosed) {
		t.Errorf("rows of a closed log: %v", err)
	}
	l = openLog(t, Params{Path: path})
	if _, all, err := l.Count(t.Context(), Filter{}); err != nil || all != n {
		t.Errorf("%d exchanges, %v; want %d", all, err, n)
	}
}

func TestGetOfAnUnknownID(t *testing.T) {
	l := openLog(t, Params{})
	if _, err := l.Get(t.Context(), 7); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestLargeRecord(t *testing.T) {
	l := openLog(t, Params{})
	want := sample()
	want.ResponseBody = []byte(strings.Repeat("0123456789 large ", 60_000))
	want.ID = l.Append(want)
	mustFlush(t, l)
	got, err := l.Get(t.Context(), want.ID)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("a record of 1 MB came back changed, %v", err)
	}
}

func TestSubscribersHearOnlyOfStoredExchanges(t *testing.T) {
	l := openLog(t, Params{})
	heard := make(chan int64, 100)
	cancel := l.Subscribe(func(last int64) {
		// A second connection sees what is on disk and nothing else.
		var stored int64
		if err := l.db.Reader().QueryRow("SELECT max(id) FROM ex").Scan(&stored); err != nil || stored < last {
			t.Errorf("told of %d while %d is stored, %v", last, stored, err)
		}
		heard <- last
	})
	var last int64
	for range 20 {
		last = l.Append(sample())
	}
	for before := int64(0); before < last; {
		now := <-heard
		if now <= before {
			t.Errorf("told of %d after %d", now, before)
		}
		before = now
	}
	cancel()
	l.Append(sample())
	mustFlush(t, l)
	if len(heard) > 0 {
		t.Error("told of something after cancelling")
	}
}

func TestConcurrentAppends(t *testing.T) {
	l := openLog(t, Params{})
	const writers, each = 16, 200
	ids := make(chan int64, writers*each)
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			for j := range each {
				r := sample()
				r.Cause = fmt.Sprintf("%d-%d", i, j)
				id := l.Append(r)
				if got, err := l.Get(t.Context(), id); err != nil || got.Cause != r.Cause {
					t.Errorf("exchange %d has cause %q, %v; want %q", id, got.Cause, err, r.Cause)
				}
				ids <- id
			}
		})
	}
	group.Wait()
	close(ids)
	seen := map[int64]bool{}
	for id := range ids {
		if seen[id] || id < 1 || id > writers*each {
			t.Fatalf("id %d twice or out of range", id)
		}
		seen[id] = true
	}
	mustFlush(t, l)
	if rows := mustRows(t, l, Query{Limit: maxLimit}); len(rows) != writers*each {
		t.Errorf("%d rows, want %d", len(rows), writers*each)
	}
}

// While records move from the queue to the disk, no reader sees one twice or not at all.
func TestRowsHaveNoGapWhileStoring(t *testing.T) {
	l := openLog(t, Params{Linger: time.Microsecond})
	const n = 3000
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range n {
			l.Append(Record{Kind: KindREST})
		}
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		rows := mustRows(t, l, Query{Limit: 500})
		for i := 1; i < len(rows); i++ {
			if rows[i].ID != rows[i-1].ID-1 {
				t.Fatalf("%d comes after %d", rows[i].ID, rows[i-1].ID)
			}
		}
	}
}

func TestPagesByID(t *testing.T) {
	l := openLog(t, Params{Linger: time.Hour})
	for range 25 {
		l.Append(sample())
	}
	mustFlush(t, l)
	for range 5 { // the newest page lies half in memory
		l.Append(sample())
	}
	var got []int64
	q := Query{Limit: 8}
	for {
		rows := mustRows(t, l, q)
		for _, w := range rows {
			got = append(got, w.ID)
		}
		if len(rows) < q.Limit {
			break
		}
		q.Before = rows[len(rows)-1].ID
	}
	for i, id := range got {
		if id != int64(30-i) {
			t.Fatalf("ids are %v, want 30 to 1", got)
		}
	}
	if len(got) != 30 {
		t.Errorf("%d rows, want 30", len(got))
	}
	if rows := mustRows(t, l, Query{After: 24}); len(rows) != 6 || rows[5].ID != 25 {
		t.Errorf("after 24 there are %d rows, want 6", len(rows))
	}
}

func TestCount(t *testing.T) {
	l := openLog(t, Params{Linger: time.Hour})
	count := func(filter string) [2]int64 {
		t.Helper()
		matching, all, err := l.Count(t.Context(), mustFilter(t, filter))
		if err != nil {
			t.Fatal(err)
		}
		return [2]int64{matching, all}
	}
	if got := count(""); got != [2]int64{0, 0} {
		t.Errorf("an empty log counts %v", got)
	}
	for i := range 30 {
		r := sample()
		r.Status = 200 + i%3*100
		l.Append(r)
		if i == 19 {
			mustFlush(t, l)
		}
	}
	for filter, want := range map[string][2]int64{"": {30, 30}, "status:200": {10, 30}, "status:none": {0, 30}, "status:>=300": {20, 30}} {
		if got := count(filter); got != want {
			t.Errorf("%q counts %v, want %v", filter, got, want)
		}
	}
}

func TestReopenAfterCrash(t *testing.T) {
	l := openLog(t, Params{})
	want := sample()
	want.ID = l.Append(want)
	mustFlush(t, l)

	// What a crash leaves: the file and its write-ahead log as they are this moment.
	after := filepath.Join(t.TempDir(), "exchanges.db")
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(l.db.Path() + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(after+suffix, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	restarted := openLog(t, Params{Path: after})
	got, err := restarted.Get(t.Context(), want.ID)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("after the crash the record is %+v, %v", got, err)
	}
}

func TestUnusableFilesAreReported(t *testing.T) {
	path := filepath.Join(t.TempDir(), "exchanges.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("not a log ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	var u *database.UnusableError
	if _, err := Open(t.Context(), Params{Path: path}); !errors.As(err, &u) || !u.Damaged {
		t.Errorf("got %v, want damaged", err)
	}

	newer := schema()
	newer.Migrations = append(newer.Migrations, "CREATE TABLE later(id INTEGER)")
	path = filepath.Join(t.TempDir(), "exchanges.db")
	db, err := database.Open(t.Context(), path, newer)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), Params{Path: path}); !errors.As(err, &u) || !u.Newer {
		t.Errorf("got %v, want newer", err)
	}
}

// A log is too large to be checked as a whole when it is opened, but its newest page is read.
func TestDamageInALargeLogIsReported(t *testing.T) {
	path := filepath.Join(t.TempDir(), "exchanges.db")
	l, err := Open(t.Context(), Params{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	for range 600 {
		l.Append(large("fills the file"))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(data[16384:]) // all but the first page, which has the header and the schema
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var u *database.UnusableError
	if _, err := Open(t.Context(), Params{Path: path}); !errors.As(err, &u) || !u.Damaged || u.Path != path {
		t.Errorf("got %v, want damaged", err)
	}
	if _, err := database.SetAside(path, noon); err != nil {
		t.Errorf("a damaged log could not be set aside: %v", err)
	}
}

func TestFlushEndsWithItsContext(t *testing.T) {
	l := openLog(t, Params{Linger: time.Hour})
	l.Append(sample())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Flush(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want nil or context.Canceled", err)
	}
}
