package exchange

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

const (
	defaultLimit = 200
	maxLimit     = 5000
	// CountCap is where Count stops counting matches: beyond it the figure is of no use to
	// a reader, and would cost a walk through the whole log.
	CountCap = 10_000
)

// Query selects rows. Pages are taken by id, so any page costs the same however far back.
type Query struct {
	Filter Filter
	Before int64 // only ids below; 0: from the newest
	After  int64 // only ids above
	Limit  int   // 0: 200; 5000 at most
}

func (q Query) limit() int {
	if q.Limit <= 0 {
		return defaultLimit
	}
	return min(q.Limit, maxLimit)
}

// Rows gives the matching rows, newest first. It includes what is appended but not yet stored.
func (l *Log) Rows(ctx context.Context, q Query) ([]Row, error) {
	rows, stored := l.queuedRows(q)
	if len(rows) == q.limit() {
		return rows, nil
	}
	where, args := q.Filter.where(l.clock())
	args = append(args, q.After, stored, q.limit()-len(rows))
	found, err := l.db.Reader().QueryContext(ctx,
		"SELECT "+columns+" FROM ex WHERE "+where+" AND id > ? AND id < ? ORDER BY id DESC LIMIT ?", args...)
	if err != nil {
		return nil, fmt.Errorf("list exchanges: %w", l.readError(err))
	}
	defer found.Close()
	for found.Next() {
		var w Row
		if err := w.scan(found.Scan); err != nil {
			return nil, fmt.Errorf("list exchanges: %w", err)
		}
		rows = append(rows, w)
	}
	if err := found.Err(); err != nil {
		return nil, fmt.Errorf("list exchanges: %w", err)
	}
	return rows, nil
}

// queuedRows gives the matching rows that are in memory, and the id below which to look on
// disk. Records leave the queue only after they are stored, in the order of ids, so the two
// halves neither overlap nor leave a gap.
func (l *Log) queuedRows(q Query) (rows []Row, below int64) {
	now := l.clock()
	l.mu.Lock()
	defer l.mu.Unlock()
	below = l.last + 1
	if len(l.queue) > 0 {
		below = l.queue[0].row.ID
	}
	if q.Before > 0 {
		below = min(below, q.Before)
	}
	for i := len(l.queue) - 1; i >= 0 && len(rows) < q.limit(); i-- {
		w := &l.queue[i].row
		if w.ID > q.After && (q.Before == 0 || w.ID < q.Before) && q.Filter.Match(w, now) {
			rows = append(rows, *w)
		}
	}
	return rows, below
}

// Count says how many exchanges match f, to [CountCap] at most, and how many there are in
// all. The latter is reckoned from the ids, which have no gaps unless exchanges were lost.
func (l *Log) Count(ctx context.Context, f Filter) (matching, all int64, err error) {
	queued, below := l.queuedRows(Query{Filter: f, Limit: maxLimit})
	var oldest int64
	row := l.db.Reader().QueryRowContext(ctx, "SELECT ifnull(min(id), 0) FROM ex")
	if err := row.Scan(&oldest); err != nil {
		return 0, 0, fmt.Errorf("count exchanges: %w", l.readError(err))
	}
	all = l.span(oldest)
	if f.isEmpty() {
		return all, all, nil
	}
	where, args := f.where(l.clock())
	args = append(args, below, CountCap-len(queued))
	row = l.db.Reader().QueryRowContext(ctx,
		"SELECT count(*) FROM (SELECT 1 FROM ex WHERE "+where+" AND id < ? LIMIT ?)", args...)
	if err := row.Scan(&matching); err != nil {
		return 0, 0, fmt.Errorf("count exchanges: %w", err)
	}
	return matching + int64(len(queued)), all, nil
}

// span is how many ids there are from oldest, the first on disk (0: none), to the newest.
func (l *Log) span(oldest int64) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case oldest > 0:
		return l.last - oldest + 1
	case len(l.queue) > 0:
		return l.last - l.queue[0].row.ID + 1
	}
	return 0
}

// Get gives one exchange whole, also when it is not stored yet. The error is [ErrNotFound]
// when there is none of that id.
func (l *Log) Get(ctx context.Context, id int64) (Record, error) {
	if e := l.queued(id); e != nil {
		return l.codec.decode(&e.row, e.blob)
	}
	var w Row
	var blob []byte
	row := l.db.Reader().QueryRowContext(ctx,
		"SELECT "+columns+", data FROM ex JOIN body USING(id) WHERE id = ?", id)
	err := w.scan(row.Scan, &blob)
	if errors.Is(err, sql.ErrNoRows) {
		return Record{}, fmt.Errorf("exchange %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return Record{}, fmt.Errorf("read exchange %d: %w", id, l.readError(err))
	}
	r, err := l.codec.decode(&w, blob)
	if err != nil {
		return Record{}, fmt.Errorf("read exchange %d: %w", id, err)
	}
	return r, nil
}

// queued finds an entry by id; the ids in the queue have no gaps.
func (l *Log) queued(id int64) *entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		return nil
	}
	if i := id - l.queue[0].row.ID; i >= 0 && i < int64(len(l.queue)) {
		return l.queue[i]
	}
	return nil
}

// readError says ErrClosed where database/sql only says that some database is closed.
func (l *Log) readError(err error) error {
	select {
	case <-l.done:
		return ErrClosed
	default:
		return err
	}
}
