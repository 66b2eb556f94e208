package exchange

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"

	"connect-workbench/mockhost/database"
)

const (
	defaultLinger = 10 * time.Millisecond
	// batchSize is how many records one transaction stores at most.
	batchSize = 512
	// A queue beyond either bound is full: Append waits, or, while storing fails, the
	// oldest record in it is given up.
	queueRecords = 8 * batchSize
	queueBytes   = 64 << 20
	// closeTime bounds Close, which must not hold up the end of the program for long.
	closeTime = 5 * time.Second
)

var (
	// ErrNotFound means that no exchange has the id asked for.
	ErrNotFound = errors.New("no such exchange")
	// ErrClosed means that the log has been closed.
	ErrClosed = errors.New("the exchange log is closed")
)

// Params is what a Log needs.
type Params struct {
	Path   string                           // the database file; its folder must exist
	Clock  func() time.Time                 // nil: time.Now; ages in filters count from it
	Linger time.Duration                    // how long to gather records for one transaction; 0: 10 ms
	Logf   func(format string, args ...any) // nil: discard
	// OnFailure, when not nil, is called with a *StoreError when storing begins to fail
	// and with nil when it works again; one call at a time, and it must not block.
	OnFailure func(error)
}

// Log is the store of exchanges. Its methods are safe for any goroutine.
type Log struct {
	db      *database.DB
	codec   codec
	clock   func() time.Time
	linger  time.Duration
	logf    func(string, ...any)
	failing func(error)

	wake chan struct{} // tells the writer to look at the queue
	done chan struct{} // closed when the writer has let go of the file
	end  error         // how that went; read after done
	disk *transactor   // the writer's own

	mu      sync.Mutex
	space   sync.Cond // signalled when the queue has shrunk or waiting has become pointless
	queue   []*entry  // appended, not known to be stored; ids without a gap
	bytes   int       // of the blobs in queue
	last    int64     // newest id given
	closing bool
	flushes []flush
	failure *StoreError // nil while storing works
	subs    map[*subscriber]struct{}
}

// entry is a record on its way to the disk.
type entry struct {
	row  Row
	blob []byte
}

// flush is somebody waiting until everything up to id is stored.
type flush struct {
	id     int64
	result chan error
}

type subscriber struct{ call func(last int64) }

// Open opens the log at p.Path or begins an empty one. When the file cannot be used, the
// error is a *[database.UnusableError].
func Open(ctx context.Context, p Params) (*Log, error) {
	db, err := database.Open(ctx, p.Path, schema())
	if err != nil {
		return nil, fmt.Errorf("open exchange log: %w", err)
	}
	l := &Log{
		db: db, codec: newCodec(),
		clock: p.Clock, linger: p.Linger, logf: p.Logf, failing: p.OnFailure,
		wake: make(chan struct{}, 1), done: make(chan struct{}),
		subs: make(map[*subscriber]struct{}),
	}
	l.space.L = &l.mu
	if l.clock == nil {
		l.clock = time.Now
	}
	if l.linger == 0 {
		l.linger = defaultLinger
	}
	if l.logf == nil {
		l.logf = func(string, ...any) {}
	}
	if l.failing == nil {
		l.failing = func(error) {}
	}
	if err := l.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open exchange log: %w", database.Unusable(db.Path(), err)), db.Close())
	}
	return l, nil
}

// start finds the newest id and hands the writing connection to the writer goroutine, which
// uses it as the driver has it: database/sql would cost as much again as SQLite.
func (l *Log) start(ctx context.Context) error {
	if err := l.db.Writer().QueryRowContext(ctx, "SELECT ifnull(max(id), 0) FROM ex").Scan(&l.last); err != nil {
		return err
	}
	conn, err := l.db.Writer().Conn(ctx)
	if err != nil {
		return err
	}
	prepared := make(chan error, 1)
	go func() {
		defer close(l.done)
		err := conn.Raw(func(c any) error { return l.write(c.(*sqlite3.SQLiteConn), prepared) })
		l.end = errors.Join(err, conn.Close(), l.db.Close())
	}()
	if err := <-prepared; err != nil {
		<-l.done
		return err
	}
	return nil
}

// Append queues r for storing and returns its id; what r.ID says does not matter. It waits
// only while the queue is full and storing works. After Close it returns 0 and r is dropped.
//
// r is packed before Append returns, so its header and bodies may be changed afterwards.
func (l *Log) Append(r Record) int64 {
	row := r.Row()
	return l.enqueue(&entry{row: row, blob: l.codec.encode(&r, &row)})
}

func (l *Log) enqueue(e *entry) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.full() && l.failure == nil && !l.closing {
		l.space.Wait()
	}
	if l.closing {
		return 0
	}
	for l.full() {
		l.bytes -= len(l.queue[0].blob)
		l.queue = l.queue[1:]
		l.failure.Lost++
	}
	l.last++
	e.row.ID = l.last
	l.queue = append(l.queue, e)
	l.bytes += len(e.blob)
	if n := len(l.queue); n == 1 || n == batchSize {
		l.nudge()
	}
	return e.row.ID
}

func (l *Log) full() bool { return len(l.queue) >= queueRecords || l.bytes >= queueBytes }

// nudge wakes the writer, now or when it next looks.
func (l *Log) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Flush returns nil once everything appended before is stored. While storing fails it
// has it tried again at once, and returns the *[StoreError] if that fails too.
func (l *Log) Flush(ctx context.Context) error {
	l.mu.Lock()
	if l.closing {
		l.mu.Unlock()
		return ErrClosed
	}
	if len(l.queue) == 0 {
		l.mu.Unlock()
		return nil
	}
	f := flush{id: l.last, result: make(chan error, 1)}
	l.flushes = append(l.flushes, f)
	l.nudge()
	l.mu.Unlock()
	select {
	case err := <-f.result:
		return err
	case <-ctx.Done():
		return fmt.Errorf("flush exchange log: %w", ctx.Err())
	}
}

// Subscribe has f called after each commit with the newest stored id: on the log's own
// goroutine, one call at a time, so f must not block, as Append and Flush may. A call under
// way when cancel is called still comes to its end.
func (l *Log) Subscribe(f func(last int64)) (cancel func()) {
	s := &subscriber{call: f}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.subs[s] = struct{}{}
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.subs, s)
	}
}

// Err is nil while storing works, otherwise a *[StoreError].
func (l *Log) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failureLocked()
}

// failureLocked gives a copy of the failure as of now, or nil.
func (l *Log) failureLocked() error {
	if l.failure == nil {
		return nil
	}
	now := *l.failure
	now.Waiting = len(l.queue)
	return &now
}

// Close stores what is queued and closes the file. It takes five seconds at most.
func (l *Log) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	return l.Shutdown(ctx)
}

// Shutdown is Close with a bound of the caller's. When ctx ends first, the transaction under
// way is still brought to its end in the background. A second call waits for the first.
func (l *Log) Shutdown(ctx context.Context) error {
	l.mu.Lock()
	l.closing = true
	l.space.Broadcast()
	l.nudge()
	l.mu.Unlock()
	select {
	case <-l.done:
	case <-ctx.Done():
		return fmt.Errorf("close exchange log: %w", ctx.Err())
	}
	if l.end != nil {
		return fmt.Errorf("close exchange log: %w", l.end)
	}
	return nil
}
