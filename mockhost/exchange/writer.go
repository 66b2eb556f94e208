package exchange

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/mattn/go-sqlite3"

	"connect-workbench/mockhost/database"
)

// retryAfter is how long the writer waits after a failed transaction.
const retryAfter = 2 * time.Second

// StoreError says that exchanges are not being stored, and why. The program goes on.
type StoreError struct {
	Path    string
	Since   time.Time // the first failure in a row
	Waiting int       // records in memory, to be stored when it works again
	Lost    int       // older records, given up to keep memory bounded
	Reason  string    // why, as a clause: "the disk is full"
	Advice  string    // what to do, as a clause
	Err     error     // what SQLite said
}

func (e *StoreError) Error() string {
	lost := ""
	if e.Lost > 0 {
		lost = fmt.Sprintf(", %d older ones are lost", e.Lost)
	}
	return fmt.Sprintf("exchanges are not being stored in %s since %s: %s; the newest %d are kept in memory%s",
		e.Path, e.Since.Format(time.TimeOnly), e.Reason, e.Waiting, lost)
}

func (e *StoreError) Unwrap() error { return e.Err }

// write is the writer goroutine. It reports on prepared whether it could begin, and returns
// when the log is closing and the queue is empty or the last attempt at it has failed.
func (l *Log) write(conn *sqlite3.SQLiteConn, prepared chan<- error) (err error) {
	l.disk, err = newTransactor(conn)
	prepared <- err
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.disk.close()) }()
	for {
		batch, closing := l.nextBatch()
		if len(batch) == 0 {
			return nil
		}
		err := l.disk.store(batch)
		if err != nil {
			l.failed(err)
		} else {
			l.stored(batch)
		}
		if err != nil && closing {
			return l.Err()
		}
	}
}

// nextBatch waits until there is something to store and it is time to: the linger or, after a
// failure, the pause is over, the batch is full, somebody flushes, or the log is closing.
// Without a failure a closing log gives batch after batch and at last an empty one.
func (l *Log) nextBatch() (batch []*entry, closing bool) {
	var timer *time.Timer
	var due <-chan time.Time
	for {
		batch, wait, closing := l.takeBatch()
		if batch != nil || closing {
			return batch, closing
		}
		if wait > 0 && timer == nil {
			timer = time.NewTimer(wait)
			defer timer.Stop()
			due = timer.C
		}
		select {
		case <-l.wake:
		case <-due:
			return l.takeNow()
		}
	}
}

// takeBatch gives a batch if one is due now, and otherwise how long it may be waited for;
// 0 means there is nothing to store.
func (l *Log) takeBatch() (batch []*entry, wait time.Duration, closing bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case len(l.flushes) > 0, l.closing:
		return l.frontLocked(), 0, l.closing
	case len(l.queue) == 0:
		return nil, 0, false
	case l.failure != nil:
		return nil, retryAfter, false
	case len(l.queue) >= batchSize:
		return l.frontLocked(), 0, false
	}
	return nil, l.linger, false
}

func (l *Log) takeNow() (batch []*entry, closing bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.frontLocked(), l.closing
}

// frontLocked copies the front of the queue. It stays queued, and readable, until stored.
func (l *Log) frontLocked() []*entry {
	return append([]*entry(nil), l.queue[:min(len(l.queue), batchSize)]...)
}

// stored takes a batch that is on disk out of the queue and tells everybody.
func (l *Log) stored(batch []*entry) {
	last := batch[len(batch)-1].row.ID
	l.mu.Lock()
	n := 0
	for n < len(l.queue) && l.queue[n].row.ID <= last {
		l.bytes -= len(l.queue[n].blob)
		n++
	}
	rest := copy(l.queue, l.queue[n:])
	clear(l.queue[rest:])
	l.queue = l.queue[:rest]
	recovered := l.failure
	if recovered != nil {
		recovered.Lost -= len(batch) - n // given up while they were being stored after all
	}
	l.failure = nil
	l.space.Broadcast()
	l.answerLocked(last, nil)
	subs := make([]*subscriber, 0, len(l.subs))
	for s := range l.subs {
		subs = append(subs, s)
	}
	l.mu.Unlock()

	if recovered != nil {
		l.logf("exchange log: storing works again; %d exchanges were lost", recovered.Lost)
		l.failing(nil)
	}
	for _, s := range subs {
		s.call(last)
	}
}

// failed notes that storing does not work and lets everybody who waits for it go on.
func (l *Log) failed(err error) {
	l.mu.Lock()
	first := l.failure == nil
	if first {
		l.failure = &StoreError{Path: l.db.Path(), Since: l.clock()}
	}
	l.failure.Err = err
	l.failure.Reason, l.failure.Advice = database.Explain(err)
	now := l.failureLocked()
	l.space.Broadcast()
	l.answerLocked(l.last, now)
	l.mu.Unlock()

	if first {
		l.logf("exchange log: %v", now)
		l.failing(now)
	}
}

// answerLocked ends the flushes that wait for nothing beyond id.
func (l *Log) answerLocked(id int64, err error) {
	rest := l.flushes[:0]
	for _, f := range l.flushes {
		if f.id <= id {
			f.result <- err
		} else {
			rest = append(rest, f)
		}
	}
	l.flushes = rest
}

// transactor stores batches on the driver's connection. The two statements that run once a
// record are prepared; those that run once a batch are not worth it.
type transactor struct {
	conn      *sqlite3.SQLiteConn
	row, body driver.Stmt
	args      [columnCount]driver.NamedValue
}

func newTransactor(conn *sqlite3.SQLiteConn) (*transactor, error) {
	row, err := conn.Prepare(insertRow)
	if err != nil {
		return nil, fmt.Errorf("prepare storing: %w", err)
	}
	body, err := conn.Prepare(insertBody)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare storing: %w", err), row.Close())
	}
	return &transactor{conn: conn, row: row, body: body}, nil
}

func (t *transactor) close() error { return errors.Join(t.row.Close(), t.body.Close()) }

// store writes the batch in one transaction. The context is one that cannot be cancelled,
// for which the driver needs no goroutine.
func (t *transactor) store(batch []*entry) error {
	ctx := context.Background()
	if _, err := t.conn.ExecContext(ctx, "BEGIN IMMEDIATE", nil); err != nil {
		return err
	}
	err := t.insert(ctx, batch)
	if err == nil {
		_, err = t.conn.ExecContext(ctx, "COMMIT", nil)
	}
	if err != nil {
		// SQLite may have rolled back by itself; then this fails and means nothing.
		_, _ = t.conn.ExecContext(ctx, "ROLLBACK", nil)
	}
	return err
}

func (t *transactor) insert(ctx context.Context, batch []*entry) error {
	for _, e := range batch {
		e.row.arguments(t.args[:])
		if _, err := t.row.(driver.StmtExecContext).ExecContext(ctx, t.args[:]); err != nil {
			return err
		}
		t.args[1] = driver.NamedValue{Ordinal: 2, Value: e.blob}
		if _, err := t.body.(driver.StmtExecContext).ExecContext(ctx, t.args[:2]); err != nil {
			return err
		}
	}
	return nil
}
