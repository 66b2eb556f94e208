package exchanges

import (
	"slices"
	"sort"

	"connect-workbench/mockhost/exchange"
)

const (
	// pageSize is how many rows are read at a time.
	pageSize = 200
	// maxRows bounds the list: positions in it are float32 pixels, exact up to about 430,000
	// rows of a list, and nobody scrolls further; the filter is the way to older ones.
	maxRows = 200_000
	// keptPages bounds how many pages stay in memory; others are read again when scrolled to.
	keptPages = 16
)

// window is the part of the log that the list shows, newest first. It knows the place of
// every row it has ever read, but keeps the rows themselves only near where they were last
// looked at. The zero value is an empty window of a log that has not been read.
type window struct {
	head     []exchange.Row // newer than all pages, newest first, shorter than a page
	pages    []page         // newest first; only the last may be shorter than pageSize
	complete bool           // the last page holds the oldest row there is
	looked   int            // the page last looked at: eviction spares its neighbours
}

// page is a stretch of consecutive rows. Its bounds stay when its rows are evicted.
type page struct {
	newest, oldest int64
	count          int
	rows           []exchange.Row // nil when evicted
}

// gap is a stretch of rows to be read: those with ids below Before and above After.
type gap struct {
	Before, After int64 // exclusive; 0 leaves that side open
	Limit         int
}

// reset starts over from the newest rows, of which there are more when rows fills a page.
func (w *window) reset(rows []exchange.Row) {
	*w = window{}
	w.older(rows)
}

// length is how many rows are known.
func (w *window) length() int {
	n := len(w.head)
	if last := len(w.pages) - 1; last >= 0 {
		n += last*pageSize + w.pages[last].count
	}
	return n
}

// newest is the highest id in the window, 0 when it is empty.
func (w *window) newest() int64 {
	if len(w.head) > 0 {
		return w.head[0].ID
	}
	if len(w.pages) > 0 {
		return w.pages[0].newest
	}
	return 0
}

// full reports whether the window holds as many rows as it may, with older ones left out.
func (w *window) full() bool { return !w.complete && w.length() >= maxRows }

// at returns row i; ok is false while its page is not in memory.
func (w *window) at(i int) (row exchange.Row, ok bool) {
	if i < 0 || i >= w.length() {
		return exchange.Row{}, false
	}
	if i < len(w.head) {
		return w.head[i], true
	}
	i -= len(w.head)
	p := w.pages[i/pageSize]
	if p.rows == nil {
		return exchange.Row{}, false
	}
	w.looked = i / pageSize
	return p.rows[i%pageSize], true
}

// missing says what must be read so that row i can be shown: an evicted page, or, for the
// row after the last, the next older page. ok is false when there is nothing to read.
func (w *window) missing(i int) (g gap, ok bool) {
	if i >= w.length() {
		if w.complete || w.full() {
			return gap{}, false
		}
		g := gap{Limit: pageSize}
		if n := len(w.pages); n > 0 {
			g.Before = w.pages[n-1].oldest
		}
		return g, true
	}
	if i < len(w.head) {
		return gap{}, false
	}
	p := w.pages[(i-len(w.head))/pageSize]
	if p.rows != nil {
		return gap{}, false
	}
	return gap{Before: p.newest + 1, After: p.oldest - 1, Limit: pageSize}, true
}

// newer puts rows, newest first, before all others and reports how far the others moved.
func (w *window) newer(rows []exchange.Row) int {
	w.head = append(slices.Clone(rows), w.head...)
	for len(w.head) >= pageSize {
		from := len(w.head) - pageSize
		w.pages = slices.Insert(w.pages, 0, newPage(slices.Clone(w.head[from:])))
		w.head = w.head[:from]
		w.looked++
	}
	for w.length() > maxRows && len(w.pages) > 1 {
		w.pages = w.pages[:len(w.pages)-1]
		w.complete = false
	}
	w.evict()
	return len(rows)
}

// older puts a page that was read after the last one. A page that is not full is the last there is.
func (w *window) older(rows []exchange.Row) {
	w.complete = len(rows) < pageSize
	if len(rows) > 0 {
		w.pages = append(w.pages, newPage(rows))
		w.looked = len(w.pages) - 1
	}
	w.evict()
}

// fill puts back the rows of an evicted page. Rows that do not fit any are dropped:
// the window has moved on since they were asked for.
func (w *window) fill(rows []exchange.Row) {
	if len(rows) == 0 {
		return
	}
	for i := range w.pages {
		p := &w.pages[i]
		if p.newest == rows[0].ID && p.count == len(rows) {
			p.rows = rows
			w.looked = i
			w.evict()
			return
		}
	}
}

// evict forgets the rows of the pages furthest from the one last looked at.
func (w *window) evict() {
	var kept []int
	for i := range w.pages {
		if w.pages[i].rows != nil {
			kept = append(kept, i)
		}
	}
	if len(kept) <= keptPages {
		return
	}
	slices.SortFunc(kept, func(a, b int) int { return distance(a, w.looked) - distance(b, w.looked) })
	for _, i := range kept[keptPages:] {
		w.pages[i].rows = nil
	}
}

func distance(a, b int) int { return max(a-b, b-a) }

// indexOf finds the row with this id; ok is false when no row in memory has it.
func (w *window) indexOf(id int64) (i int, ok bool) {
	if i, ok := indexIn(w.head, id); ok {
		return i, true
	}
	p := sort.Search(len(w.pages), func(p int) bool { return w.pages[p].oldest <= id })
	if p == len(w.pages) || w.pages[p].newest < id || w.pages[p].rows == nil {
		return 0, false
	}
	i, ok = indexIn(w.pages[p].rows, id)
	return len(w.head) + p*pageSize + i, ok
}

// indexIn finds id in rows, which are newest first.
func indexIn(rows []exchange.Row, id int64) (int, bool) {
	i := sort.Search(len(rows), func(i int) bool { return rows[i].ID <= id })
	return i, i < len(rows) && rows[i].ID == id
}

func newPage(rows []exchange.Row) page {
	return page{newest: rows[0].ID, oldest: rows[len(rows)-1].ID, count: len(rows), rows: rows}
}
