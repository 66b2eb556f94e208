package scroll

import (
	"math/rand/v2"
	"testing"
)

func rows(count int, view float32) *Rows {
	r := &Rows{}
	r.Set(count, 28, view)
	return r
}

func TestByIsExactAtAMillionRows(t *testing.T) {
	r := rows(1_000_000, 300)
	r.SetFraction(0.999)
	top, offset := r.Top()
	for range 28 {
		r.By(1)
	}
	if gotTop, gotOffset := r.Top(); gotTop != top+1 || abs(gotOffset-offset) > 0.01 {
		t.Errorf("28 steps of a pixel went from %d+%g to %d+%g, want one row", top, offset, gotTop, gotOffset)
	}
}

func TestEdges(t *testing.T) {
	r := rows(1_000_000, 300)
	if r.By(-50) {
		t.Error("scrolled above the first row")
	}
	r.SetFraction(1)
	if r.Y(999_999)+28 != 300 {
		t.Errorf("at the end the last row ends at %g, want at the lower edge", r.Y(999_999)+28)
	}
	if r.By(1) {
		t.Error("scrolled below the last row")
	}
	few := rows(3, 300)
	if few.By(40) || !few.Fits() || few.Visible() != 3 {
		t.Errorf("three rows in a high view: fits %v, visible %d", few.Fits(), few.Visible())
	}
	none := rows(0, 300)
	if none.By(10) || none.Visible() != 0 {
		t.Error("an empty run scrolls")
	}
}

func TestShow(t *testing.T) {
	for _, tt := range []struct {
		name     string
		from     int
		row      int
		wantTop  int
		wantMove bool
	}{
		{"in view already", 100, 105, 100, false},
		{"above", 100, 40, 40, true},
		{"the row above", 100, 99, 99, true},
		{"below by one", 100, 110, 101, true},
		{"far below", 100, 900_000, 899_991, true},
		{"first", 100, 0, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := rows(1_000_000, 280)
			r.Show(tt.from)
			r.top, r.offset = tt.from, 0
			moved := r.Show(tt.row)
			if top, _ := r.Top(); top != tt.wantTop || moved != tt.wantMove {
				t.Errorf("top %d, moved %v; want %d, %v", top, moved, tt.wantTop, tt.wantMove)
			}
			if y := r.Y(tt.row); y < 0 || y+28 > 280 {
				t.Errorf("row lies at %g, outside the view", y)
			}
		})
	}
}

func TestFractionRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		r := rows(random.IntN(2_000_000), random.Float32()*900)
		r.SetFraction(random.Float64())
		top, _ := r.Top()
		position, _ := r.Fraction()
		r.SetFraction(position)
		if again, _ := r.Top(); again < top-1 || again > top+1 {
			t.Fatalf("position %v of row %d came back as row %d", position, top, again)
		}
	}
}

// Whatever is done, the view stays inside the run and shows the rows that At and Y say.
func TestPositionInvariants(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	r := rows(1000, 333)
	for range 20_000 {
		switch random.IntN(5) {
		case 0:
			r.By(random.Float32()*4000 - 2000)
		case 1:
			r.Show(random.IntN(1000))
		case 2:
			r.Center(random.IntN(1000))
		case 3:
			r.SetFraction(random.Float64() * 1.2)
		case 4:
			r.Set(random.IntN(2000), 28, random.Float32()*700)
		}
		top, offset := r.Top()
		if top < 0 || offset < 0 || offset >= 28 || r.count > 0 && top >= r.count {
			t.Fatalf("position %d+%g of %d rows", top, offset, r.count)
		}
		if y := r.Y(top + 3); r.count > 0 && r.At(y+14) != top+3 {
			t.Fatalf("row %d lies at %g, but there is row %d", top+3, y, r.At(y+14))
		}
	}
}

func abs(v float32) float32 { return max(v, -v) }
