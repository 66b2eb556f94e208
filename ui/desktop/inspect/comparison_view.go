package inspect

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/ui/desktop/theme"
)

// ComparisonView draws what was expected above what was received, in a fixed-width font, with
// a caret under the first difference. It cuts both to its own width around that place.
type ComparisonView struct {
	widget.BaseWidget

	expected, received string
	caret              bool
}

// NewComparisonView makes an empty view.
func NewComparisonView() *ComparisonView {
	v := &ComparisonView{}
	v.ExtendBaseWidget(v)
	return v
}

// Set takes expected and received from a verdict. A caret appears where the verdict itself
// says that the two are the same kind of text and differ from some place on.
func (v *ComparisonView) Set(verdict connectjwt.Verdict) {
	v.expected, v.received = verdict.Expected, verdict.Received
	v.caret = verdict.At.Offset > 0
	v.Refresh()
}

// CreateRenderer is for Fyne.
func (v *ComparisonView) CreateRenderer() fyne.WidgetRenderer {
	r := &comparisonRenderer{view: v}
	for i := range r.labels {
		r.labels[i] = canvas.NewText("", nil)
		r.texts[i] = canvas.NewText("", nil)
		r.texts[i].TextStyle.Monospace = true
		r.objects = append(r.objects, r.labels[i], r.texts[i])
	}
	r.labels[0].Text, r.labels[1].Text = "expected", "received"
	r.Refresh()
	return r
}

const comparisonLines = 3 // expected, received, caret

type comparisonRenderer struct {
	view    *ComparisonView
	labels  [comparisonLines]*canvas.Text
	texts   [comparisonLines]*canvas.Text
	objects []fyne.CanvasObject
	cell    fyne.Size // of one character
}

// lines is how many lines are shown: the caret has one only when there is something to point at.
func (r *comparisonRenderer) lines() int {
	if r.view.caret {
		return comparisonLines
	}
	return comparisonLines - 1
}

func (r *comparisonRenderer) Layout(size fyne.Size) {
	r.fill(size)
	for i := range r.texts {
		y := float32(i) * r.cell.Height
		r.labels[i].Move(fyne.NewPos(0, y))
		r.labels[i].Resize(fyne.NewSize(theme.LabelWidth, r.cell.Height))
		r.texts[i].Move(fyne.NewPos(labelColumn, y))
		r.texts[i].Resize(fyne.NewSize(max(size.Width-labelColumn, 0), r.cell.Height))
		r.labels[i].Hidden = i >= r.lines()
		r.texts[i].Hidden = i >= r.lines()
	}
}

// labelColumn is wide enough for the two words before the texts.
const labelColumn = theme.LabelWidth * 2 / 3

func (r *comparisonRenderer) fill(size fyne.Size) {
	width := 1
	if r.cell.Width > 0 {
		width = max(int((size.Width-labelColumn)/r.cell.Width), 1)
	}
	c := Compare(r.view.expected, r.view.received, width)
	for i, text := range []string{c.Expected, c.Received, c.Caret} {
		r.texts[i].Text = text
	}
}

func (r *comparisonRenderer) Refresh() {
	r.cell = fyne.MeasureText("M", theme.TextSize, fyne.TextStyle{Monospace: true})
	for i, name := range []fyne.ThemeColorName{theme.Text, theme.Failed, theme.Failed} {
		r.labels[i].TextSize, r.labels[i].Color = theme.TextSize, theme.Color(theme.Muted)
		r.texts[i].TextSize, r.texts[i].Color = theme.TextSize, theme.Color(name)
	}
	r.Layout(r.view.Size())
	canvas.Refresh(r.view)
}

func (r *comparisonRenderer) MinSize() fyne.Size {
	return fyne.NewSize(theme.LabelWidth*2, float32(r.lines())*r.cell.Height)
}

func (r *comparisonRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *comparisonRenderer) Destroy()                     {}
