package exchanges

import (
	"fmt"
	"testing"

	"connect-workbench/mockhost/exchange"
)

// rowsDown returns rows with the ids from newest down to oldest.
func rowsDown(newest, oldest int64) []exchange.Row {
	var rows []exchange.Row
	for id := newest; id >= oldest; id-- {
		rows = append(rows, exchange.Row{ID: id})
	}
	return rows
}

// read answers a gap out of a log that holds the ids 1 to newest.
func read(newest int64, g gap) []exchange.Row {
	from, to := newest, int64(1)
	if g.Before > 0 {
		from = min(from, g.Before-1)
	}
	to = max(to, g.After+1)
	return rowsDown(from, max(to, from-int64(g.Limit)+1))
}

func TestWindowShowsEveryRowInOrder(t *testing.T) {
	const all = 1130
	var w window
	w.reset(read(all, gap{Limit: pageSize}))
	for {
		g, ok := w.missing(w.length())
		if !ok {
			break
		}
		w.older(read(all, g))
	}
	if w.length() != all || !w.complete {
		t.Fatalf("length %d, complete %v", w.length(), w.complete)
	}
	for i := range all {
		row, ok := w.at(i)
		if !ok || row.ID != int64(all-i) {
			t.Fatalf("row %d is %d, %v", i, row.ID, ok)
		}
		if at, ok := w.indexOf(row.ID); !ok || at != i {
			t.Fatalf("row %d is found at %d, %v", i, at, ok)
		}
	}
}

func TestWindowTakesNewRowsInFront(t *testing.T) {
	for _, batch := range []int64{1, 7, 199, 200, 450} {
		t.Run(fmt.Sprint(batch), func(t *testing.T) {
			const begun = 500
			var w window
			w.reset(read(begun, gap{Limit: pageSize}))
			newest := int64(begun)
			for range 5 {
				moved := w.newer(rowsDown(newest+batch, newest+1))
				newest += batch
				if moved != int(batch) {
					t.Fatalf("moved by %d", moved)
				}
			}
			if w.newest() != newest || w.length() != int(pageSize+5*batch) {
				t.Fatalf("newest %d, length %d", w.newest(), w.length())
			}
			for i := range w.length() {
				if row, ok := w.at(i); ok && row.ID != newest-int64(i) {
					t.Fatalf("row %d is %d", i, row.ID)
				}
			}
		})
	}
}

func TestWindowForgetsFarRowsAndReadsThemAgain(t *testing.T) {
	const all = 10_000
	var w window
	w.reset(read(all, gap{Limit: pageSize}))
	for g, ok := w.missing(w.length()); ok; g, ok = w.missing(w.length()) {
		w.older(read(all, g))
	}
	inMemory := 0
	for _, p := range w.pages {
		inMemory += len(p.rows)
	}
	if inMemory > keptPages*pageSize {
		t.Errorf("%d rows stay in memory", inMemory)
	}
	if _, ok := w.at(0); ok {
		t.Fatal("the first page is still in memory")
	}
	g, ok := w.missing(0)
	if !ok {
		t.Fatal("the first page cannot be read again")
	}
	w.fill(read(all, g))
	if row, ok := w.at(0); !ok || row.ID != all {
		t.Errorf("row 0 is %d, %v", row.ID, ok)
	}
}

func TestWindowIsBounded(t *testing.T) {
	const all = maxRows + 5000
	var w window
	w.reset(read(all, gap{Limit: pageSize}))
	for g, ok := w.missing(w.length()); ok; g, ok = w.missing(w.length()) {
		w.older(read(all, g))
	}
	if w.length() != maxRows || !w.full() {
		t.Fatalf("length %d, full %v", w.length(), w.full())
	}
	w.newer(rowsDown(all+300, all+1))
	if w.length() > maxRows {
		t.Errorf("length %d after new rows", w.length())
	}
}

func TestWindowDropsAPageThatNoLongerFits(t *testing.T) {
	var w window
	w.reset(rowsDown(400, 201))
	w.fill(rowsDown(90, 80))
	if w.length() != pageSize {
		t.Errorf("length %d", w.length())
	}
}

func TestEmptyWindow(t *testing.T) {
	var w window
	w.reset(nil)
	if _, ok := w.missing(0); ok || w.length() != 0 || w.newest() != 0 || w.full() {
		t.Errorf("an empty log gives %+v", w)
	}
	if _, ok := w.at(0); ok {
		t.Error("an empty log has a row")
	}
	w.newer(rowsDown(3, 1))
	if w.length() != 3 {
		t.Errorf("length %d after the first rows", w.length())
	}
}
