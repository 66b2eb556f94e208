// Package scroll moves a view over a long run of equally high rows.
//
// The position is an integer row plus the pixels of it that are above the view. Fyne's own
// lists keep one float32 from the top, which cannot tell neighbouring pixels apart beyond some
// 430,000 rows; this position is exact for as many rows as an int can count.
package scroll

import "math"

// Rows is a position in a run of rows. The zero value is an empty run seen from its top.
type Rows struct {
	count  int
	height float32 // of one row, pixels
	view   float32 // height of the view, pixels
	top    int     // the row at the upper edge
	offset float32 // pixels of the top row above the edge, 0 <= offset < height
}

// Set tells how many rows there are and how high they and the view are. The position stays
// where it was, as far as there are still rows.
func (r *Rows) Set(count int, rowHeight, viewHeight float32) {
	r.count, r.height, r.view = max(count, 0), rowHeight, max(viewHeight, 0)
	if r.offset >= r.height {
		r.offset = 0
	}
	r.clamp()
}

// Top is the row at the upper edge, and the pixels of it that are above the edge.
func (r *Rows) Top() (row int, offset float32) { return r.top, r.offset }

// Visible is how many rows can be seen at once, counting those cut by an edge.
func (r *Rows) Visible() int {
	if r.height <= 0 {
		return 0
	}
	return min(int(math.Ceil(float64((r.view+r.offset)/r.height))), r.count-r.top)
}

// Page is how many whole rows fit into the view, at least one.
func (r *Rows) Page() int {
	if r.height <= 0 {
		return 1
	}
	return max(int(r.view/r.height), 1)
}

// At gives the row at a distance from the upper edge. The result may lie outside the run.
func (r *Rows) At(y float32) int {
	if r.height <= 0 {
		return 0
	}
	return r.top + int(math.Floor(float64((y+r.offset)/r.height)))
}

// Y gives the distance of a row's upper side from the upper edge of the view. Rows far outside
// the view have a meaningless Y.
func (r *Rows) Y(row int) float32 {
	return float32(row-r.top)*r.height - r.offset
}

// By scrolls by pixels, down when positive. It reports whether the view moved.
func (r *Rows) By(pixels float32) bool {
	if r.height <= 0 {
		return false
	}
	top, offset := r.top, r.offset
	moved := offset + pixels
	whole := math.Floor(float64(moved / r.height))
	r.top += int(whole)
	r.offset = moved - float32(whole)*r.height
	r.clamp()
	return r.top != top || r.offset != offset
}

// Show scrolls no further than needed to have the whole row in view.
func (r *Rows) Show(row int) bool {
	top, offset := r.top, r.offset
	switch {
	case r.height <= 0:
	case row <= r.top:
		r.top, r.offset = row, 0
	case row > r.top+r.Page()+1 || r.Y(row)+r.height > r.view:
		r.alignBottom(row)
	}
	r.clamp()
	return r.top != top || r.offset != offset
}

// Center scrolls so that the row is in the middle, or leaves the view when the row is well inside.
func (r *Rows) Center(row int) bool {
	page := r.Page()
	if row > r.top && row < r.top+page-1 {
		return false
	}
	top, offset := r.top, r.offset
	r.top, r.offset = row-page/2, 0
	r.clamp()
	return r.top != top || r.offset != offset
}

// Fraction is the share of the run that is above the view, 0 to 1, and the share in view.
func (r *Rows) Fraction() (position, extent float64) {
	last, lastOffset := r.last()
	scrollable := float64(last)*float64(r.height) + float64(lastOffset)
	if scrollable <= 0 {
		return 0, 1
	}
	at := float64(r.top)*float64(r.height) + float64(r.offset)
	return at / scrollable, float64(r.view) / (scrollable + float64(r.view))
}

// SetFraction scrolls to a share of the run.
func (r *Rows) SetFraction(position float64) {
	if r.height <= 0 {
		return
	}
	last, lastOffset := r.last()
	at := max(position, 0) * (float64(last)*float64(r.height) + float64(lastOffset))
	whole := math.Floor(at / float64(r.height))
	r.top, r.offset = int(whole), float32(at-whole*float64(r.height))
	r.clamp()
}

// Fits reports whether all rows are in view at once.
func (r *Rows) Fits() bool {
	last, offset := r.last()
	return last == 0 && offset == 0
}

// last is the position at which the last row ends at the lower edge.
func (r *Rows) last() (top int, offset float32) {
	if r.height <= 0 {
		return 0, 0
	}
	whole := math.Ceil(float64(r.view / r.height))
	top = r.count - int(whole)
	if top < 0 {
		return 0, 0
	}
	return top, float32(whole)*r.height - r.view
}

func (r *Rows) alignBottom(row int) {
	whole := int(math.Ceil(float64(r.view / r.height)))
	r.top = row + 1 - whole
	r.offset = float32(whole)*r.height - r.view
}

func (r *Rows) clamp() {
	last, offset := r.last()
	if r.top > last || r.top == last && r.offset > offset {
		r.top, r.offset = last, offset
	}
	if r.top < 0 {
		r.top, r.offset = 0, 0
	}
}
