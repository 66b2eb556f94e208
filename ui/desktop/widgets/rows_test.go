package widgets

import (
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"connect-workbench/ui/desktop/theme"
)

type rowsFixture struct {
	*Rows
	window    fyne.Window
	length    int
	selected  []int
	activated []int
}

func newRowsFixture(t testing.TB, length int) *rowsFixture {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Light))
	f := &rowsFixture{length: length}
	names := make(map[int]string)
	f.Rows = NewRows(RowsParams{
		Columns: []Column{{Title: "row", Width: 90, Align: Trailing}, {Title: "what", Width: 80, Flex: 1, Mono: true}},
		Length:  func() int { return f.length },
		Cell: func(row, column int) Cell {
			if column == 1 {
				return Cell{Text: "jira:issue_created", Icon: theme.IconOK, Color: theme.OK}
			}
			name, ok := names[row]
			if !ok {
				name = fmt.Sprint(row)
				names[row] = name
			}
			return Cell{Text: name}
		},
		OnSelect:   func(row int) { f.selected = append(f.selected, row) },
		OnActivate: func(row int) { f.activated = append(f.activated, row) },
	})
	f.window = test.NewTempWindow(t, f.Rows)
	f.window.SetPadded(false)
	f.window.Resize(fyne.NewSize(400, theme.RowHeight*11)) // header and ten rows
	return f
}

// shown gives the texts of the first column, from the top.
func (f *rowsFixture) shown() []string {
	var texts []string
	for _, line := range f.view.lines {
		if text := line.cells[0].text; !text.Hidden {
			texts = append(texts, text.Text)
		}
	}
	return texts
}

func (f *rowsFixture) key(name fyne.KeyName) { f.TypedKey(&fyne.KeyEvent{Name: name}) }

func TestRowsKeyboard(t *testing.T) {
	f := newRowsFixture(t, 1_000_000)
	f.window.Canvas().Focus(f.Rows)
	for _, step := range []struct {
		do   func()
		want int
	}{
		{func() { f.key(fyne.KeyDown) }, 0},
		{func() { f.key(fyne.KeyDown) }, 1},
		{func() { f.TypedRune('j') }, 2},
		{func() { f.TypedRune('k') }, 1},
		{func() { f.key(fyne.KeyPageDown) }, 11},
		{func() { f.key(fyne.KeyEnd) }, 999_999},
		{func() { f.key(fyne.KeyDown) }, 999_999},
		{func() { f.key(fyne.KeyPageUp) }, 999_989},
		{func() { f.key(fyne.KeyHome) }, 0},
		{func() { f.key(fyne.KeyUp) }, 0},
	} {
		step.do()
		if f.Selected() != step.want {
			t.Fatalf("selected row %d, want %d", f.Selected(), step.want)
		}
		y := f.position.Y(f.Selected())
		if y < 0 || y+theme.RowHeight > f.bodyHeight() {
			t.Fatalf("row %d is selected out of view, at %g", f.Selected(), y)
		}
	}
	f.key(fyne.KeyReturn)
	if len(f.activated) != 1 || f.activated[0] != 0 {
		t.Errorf("Enter activated %v, want row 0", f.activated)
	}
}

func TestRowsShowTheRightRowsFarDown(t *testing.T) {
	f := newRowsFixture(t, 1_000_000)
	f.Select(999_999)
	got := f.shown()
	if len(got) != 10 || got[0] != "999990" || got[9] != "999999" {
		t.Errorf("at the end the list shows %v", got)
	}
	f.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, 14)})
	got = f.shown()
	if got[0] != "999989" {
		t.Errorf("half a row further up the list begins with %s", got[0])
	}
	if y := f.view.lines[0].cells[0].text.Position().Y; y != theme.RowHeight-14 {
		t.Errorf("its first row lies at %g, want half hidden by the header", y)
	}
}

func TestRowsShowARowSelectedBeforeTheWindow(t *testing.T) {
	test.NewTempApp(t)
	r := NewRows(RowsParams{
		Columns: []Column{{Title: "row", Flex: 1}},
		Length:  func() int { return 1000 },
		Cell:    func(int, int) Cell { return Cell{} },
	})
	r.Select(700)
	test.NewTempWindow(t, r).Resize(fyne.NewSize(300, 300))
	if y := r.position.Y(700); y < 0 || y > 300 {
		t.Errorf("the selected row lies at %g, outside the view", y)
	}
}

func TestRowsPointer(t *testing.T) {
	f := newRowsFixture(t, 1000)
	press := func(y float32) {
		e := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
		e.Position = fyne.NewPos(50, y)
		f.MouseDown(e)
	}
	press(theme.RowHeight/2 + 2*theme.RowHeight)
	press(theme.RowHeight / 2) // the header
	if fmt.Sprint(f.selected) != "[1]" {
		t.Errorf("selected %v, want row 1 once", f.selected)
	}
	if !f.focused {
		t.Error("a click does not send the keys to the list")
	}
	f.DoubleTapped(&fyne.PointEvent{Position: fyne.NewPos(50, theme.RowHeight*3.5)})
	if fmt.Sprint(f.activated) != "[2]" {
		t.Errorf("activated %v, want row 2", f.activated)
	}
}

func TestRowsKeepTheirPlaceWhenRowsComeIn(t *testing.T) {
	f := newRowsFixture(t, 1000)
	f.Select(500)
	first := f.shown()[0]
	f.length += 3
	f.Inserted(0, 3)
	if f.Selected() != 503 || len(f.selected) != 1 {
		t.Errorf("selection went to %d and told %v", f.Selected(), f.selected)
	}
	if want := fmt.Sprint(mustInt(first) + 3); f.shown()[0] != want {
		t.Errorf("first row in view is %s, want %s", f.shown()[0], want)
	}
	f.key(fyne.KeyHome)
	f.length++
	f.Inserted(0, 1)
	if f.shown()[0] != "0" {
		t.Errorf("a list at its top shows %s first, want the new row", f.shown()[0])
	}
}

func TestRowsForgetSelectionOfRowsThatAreGone(t *testing.T) {
	f := newRowsFixture(t, 10)
	f.Select(9)
	f.length = 4
	f.Refresh()
	if f.Selected() != -1 || len(f.shown()) != 4 {
		t.Errorf("selected %d, shown %v", f.Selected(), f.shown())
	}
	f.length = 0
	f.Refresh()
	f.key(fyne.KeyDown)
	if f.Selected() != -1 {
		t.Errorf("an empty list has row %d selected", f.Selected())
	}
}

func TestRowsPicture(t *testing.T) {
	for name, variant := range map[string]theme.Variant{"light": theme.Light, "dark": theme.Dark} {
		f := newRowsFixture(t, 1_000_000)
		fyne.CurrentApp().Settings().SetTheme(theme.New(variant))
		f.window.Resize(fyne.NewSize(280, theme.RowHeight*5.5))
		f.window.Canvas().Focus(f.Rows)
		f.Select(999_998)
		test.AssertRendersToImage(t, "rows-"+name+".png", f.window.Canvas())
	}
}

func TestFillingRowsDoesNotAllocate(t *testing.T) {
	f := newRowsFixture(t, 1_000_000)
	f.Select(1)
	f.view.fill()
	if n := testing.AllocsPerRun(50, f.view.fill); n > 0 {
		t.Errorf("filling the rows in view allocates %.1f times", n)
	}
}

func BenchmarkRowsScroll(b *testing.B) {
	for _, length := range []int{1000, 1_000_000} {
		b.Run(fmt.Sprint(length), func(b *testing.B) {
			f := newRowsFixture(b, length)
			direction := float32(-120)
			for b.Loop() {
				f.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, direction)})
				if position, _ := f.position.Fraction(); position >= 1 || position <= 0 {
					direction = -direction
				}
			}
		})
	}
}

func TestCutKeepsBothEnds(t *testing.T) {
	test.NewTempApp(t)
	c := newCutter(theme.TextSize, fyne.TextStyle{Monospace: true})
	cell := c.rune('m')
	for _, tt := range []struct {
		text  string
		cells float32
		want  string
	}{
		{"short", 10, "short"},
		{"exactly ten", 11, "exactly ten"},
		{"/rest/api/2/issue/DEMO-1", 11, "/rest…EMO-1"},
		{"ünïcödé größer", 7, "ünï…ßer"},
		{"anything", 1, "…"},
		{"anything", 0.5, "…"},
		{"", 0, ""},
	} {
		if got := c.middle(tt.text, tt.cells*cell+0.01); got != tt.want {
			t.Errorf("%q in %g cells is %q, want %q", tt.text, tt.cells, got, tt.want)
		}
	}
}

func mustInt(s string) (n int) {
	if _, err := fmt.Sscan(s, &n); err != nil {
		panic(err)
	}
	return n
}

func TestAColumnFitsItsCells(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(theme.Light))
	titles := []string{"Acme", "Acme (Confluence)", "Acme with its longest name, which nobody would want to see whole in a column"}
	rows := 2
	list := NewRows(RowsParams{
		Columns: []Column{
			{Title: "Site", Width: 20, Fit: func() []Cell {
				var cells []Cell
				for _, title := range titles[:rows] {
					cells = append(cells, Cell{Text: title, Icon: theme.IconOK})
				}
				return cells
			}},
			{Title: "Rest", Flex: 1},
		},
		Length: func() int { return rows },
		Cell: func(row, column int) Cell {
			return Cell{Text: titles[row], Icon: theme.IconOK}
		},
	})
	w := test.NewTempWindow(t, list)
	w.Resize(fyne.NewSize(600, theme.RowHeight*5))

	if got := list.view.lines[1].cells[0].text.Text; got != titles[1] {
		t.Errorf("the column shows %q, want %q whole", got, titles[1])
	}
	rows = 3
	list.Refresh()
	if got := list.view.columns[0].width; got != theme.FitWidth {
		t.Errorf("the column made itself %g wide, want %g", got, theme.FitWidth)
	}
	if site, rest := list.view.columns[0], list.view.titles[1]; rest.Position().X < site.x+site.width {
		t.Errorf("the next title stands at %g, inside the column", rest.Position().X)
	}
}

func TestNoColumnIsOutOfSight(t *testing.T) {
	f := newRowsFixture(t, 3)
	f.window.Resize(fyne.NewSize(120, theme.RowHeight*5))
	last := f.view.columns[len(f.view.columns)-1]
	if end := last.x + last.width; end > f.Size().Width-theme.ScrollWidth {
		t.Errorf("the last column ends at %g in a list of %g", end, f.Size().Width)
	}
}

func TestRowsLeaveTheWheelToThePaneAroundThem(t *testing.T) {
	for _, tc := range []struct {
		rows int
		want bool
	}{{3, true}, {100, false}} {
		f := newRowsFixture(t, tc.rows)
		passed := false
		f.params.OnScroll = func(*fyne.ScrollEvent) { passed = true }
		f.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -40)})
		if passed != tc.want {
			t.Errorf("with %d rows the wheel was handed on: %v", tc.rows, passed)
		}
	}
}

// Fyne throws the renderer of a list away that was out of sight for a minute.
func TestARendererMadeAnewShowsTheRows(t *testing.T) {
	f := newRowsFixture(t, 1000)
	f.Select(500)
	f.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -20*theme.RowHeight)})
	before := f.shown()
	f.CreateRenderer()
	if after := f.shown(); !slices.Equal(after, before) {
		t.Errorf("rows %q, before %q", after, before)
	}
	if got := f.view.header.Size().Width; got != f.Size().Width {
		t.Errorf("the header is %g wide", got)
	}
}
