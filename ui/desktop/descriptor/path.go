package descriptor

import (
	"path/filepath"
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// pathText shows where a file is: its name, and behind it the folder. What does not fit is
// cut out of the middle, because start and end of a path say the most.
type pathText struct {
	widget.BaseWidget
	path string
}

func newPathText() *pathText {
	p := &pathText{}
	p.ExtendBaseWidget(p)
	return p
}

// Set shows another path.
func (p *pathText) Set(path string) {
	if p.path != path {
		p.path = path
		p.Refresh()
	}
}

// CreateRenderer draws name and folder.
func (p *pathText) CreateRenderer() fyne.WidgetRenderer {
	r := &pathRenderer{of: p, name: canvas.NewText("", theme.Color(theme.Text)), folder: canvas.NewText("", theme.Color(theme.Muted))}
	r.name.TextStyle.Bold = true
	r.name.TextSize = theme.HeadingSize
	r.folder.TextSize = theme.TextSize
	r.Layout(p.Size())
	return r
}

type pathRenderer struct {
	of           *pathText
	name, folder *canvas.Text
}

func (r *pathRenderer) Layout(size fyne.Size) {
	if r.of.path == "" {
		return
	}
	r.name.Text = cutMiddle(filepath.Base(r.of.path), size.Width, measure(r.name))
	width := r.name.MinSize().Width
	left := width + theme.Pad
	r.folder.Text = cutMiddle(filepath.Dir(r.of.path), size.Width-left, measure(r.folder))
	r.name.Resize(fyne.NewSize(width, size.Height))
	r.folder.Move(fyne.NewPos(left, 0))
	r.folder.Resize(fyne.NewSize(max(size.Width-left, 0), size.Height))
}

func (r *pathRenderer) MinSize() fyne.Size {
	return fyne.NewSize(theme.LabelWidth, fyne.MeasureText("M", theme.HeadingSize, r.name.TextStyle).Height)
}

func (r *pathRenderer) Refresh() {
	r.name.Color = theme.Color(theme.Text)
	r.folder.Color = theme.Color(theme.Muted)
	r.Layout(r.of.Size())
	canvas.Refresh(r.of)
}

func (r *pathRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.name, r.folder} }
func (r *pathRenderer) Destroy()                     {}

func measure(t *canvas.Text) func(string) float32 {
	return func(s string) float32 { return fyne.MeasureText(s, t.TextSize, t.TextStyle).Width }
}

// cutMiddle takes characters out of the middle of text until it is no wider than room. Where
// not even the sign for it fits, nothing is left.
func cutMiddle(text string, room float32, width func(string) float32) string {
	if width(text) <= room {
		return text
	}
	const cut = "…"
	if width(cut) > room {
		return ""
	}
	runes := []rune(text)
	shortened := func(gone int) string {
		head := (len(runes) - gone + 1) / 2
		return string(runes[:head]) + cut + string(runes[head+gone:])
	}
	gone := sort.Search(len(runes), func(n int) bool { return width(shortened(n)) <= room })
	return shortened(gone)
}
