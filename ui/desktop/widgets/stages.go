package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// Stage is one step of a longer action, such as an install.
type Stage struct {
	Name    string // "Callback"
	Status  Status
	Detail  string // "POST /installed: 204 in 12 ms"
	Problem string // what happened, why, what to do; "" unless it failed
}

// Stages lists the steps of an action, one line each, with the problem of a failed step below it.
type Stages struct {
	widget.BaseWidget
	content *fyne.Container
}

// NewStages makes an empty list.
func NewStages() *Stages {
	s := &Stages{content: container.New(stageLayout{})}
	s.ExtendBaseWidget(s)
	return s
}

// Set shows these steps. It may be called for each change: what did not change is not built anew.
func (s *Stages) Set(stages ...Stage) {
	for len(s.content.Objects) < len(stages) {
		s.content.Objects = append(s.content.Objects, newStageLine())
	}
	s.content.Objects = s.content.Objects[:len(stages)]
	for i, stage := range stages {
		s.content.Objects[i].(*stageLine).set(stage)
	}
	s.content.Refresh()
}

// CreateRenderer is for Fyne.
func (s *Stages) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.content) }

// stageLine shows one step.
type stageLine struct {
	widget.BaseWidget
	stage   Stage
	icon    *statusIcon
	name    *widget.Label
	detail  *widget.Label
	problem *widget.Label
}

func newStageLine() *stageLine {
	l := &stageLine{icon: newStatusIcon(StatusPending), name: widget.NewLabel(""), detail: NewMuted(""), problem: NewProse("")}
	l.name.TextStyle.Bold = true
	l.detail.Truncation = fyne.TextTruncateEllipsis
	l.problem.Importance = widget.DangerImportance
	l.problem.Selectable = true
	l.problem.Hide()
	l.ExtendBaseWidget(l)
	return l
}

func (l *stageLine) set(stage Stage) {
	if l.stage == stage {
		return
	}
	l.stage = stage
	l.icon.set(stage.Status)
	l.name.SetText(stage.Name)
	l.detail.SetText(stage.Detail)
	l.problem.SetText(stage.Problem)
	l.problem.Hidden = stage.Problem == ""
	l.Refresh()
}

// CreateRenderer is for Fyne.
func (l *stageLine) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.New(stageLineLayout{line: l}, l.icon, l.name, l.detail, l.problem))
}

// stageLineLayout puts icon, name and detail on one line and the problem below the detail, or
// in its stead when there is none.
type stageLineLayout struct{ line *stageLine }

func (s stageLineLayout) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	l := s.line
	height := l.name.MinSize().Height
	l.icon.Resize(fyne.NewSquareSize(theme.IconSize))
	l.icon.Move(fyne.NewPos(theme.Gap, (height-theme.IconSize)/2))
	x := theme.IconSize + theme.Pad
	l.name.Move(fyne.NewPos(x, 0))
	l.name.Resize(fyne.NewSize(theme.LabelWidth, height))
	x += theme.LabelWidth
	l.detail.Move(fyne.NewPos(x, 0))
	l.detail.Resize(fyne.NewSize(max(size.Width-x, 0), height))
	l.problem.Move(fyne.NewPos(x, s.above()))
	l.problem.Resize(fyne.NewSize(max(size.Width-x, 0), max(size.Height-s.above(), 0)))
}

// above is what stands above the problem: the detail, where there is one.
func (s stageLineLayout) above() float32 {
	if s.line.stage.Detail == "" {
		return 0
	}
	return s.line.detail.MinSize().Height - theme.Pad
}

func (s stageLineLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	height := s.line.name.MinSize().Height
	if s.line.problem.Visible() {
		height = max(height, s.above()+s.line.problem.MinSize().Height)
	}
	return fyne.NewSize(3*theme.LabelWidth, height)
}

// stageLayout stacks lines close together, each as high as its problem needs at this width.
type stageLayout struct{}

func (stageLayout) Layout(lines []fyne.CanvasObject, size fyne.Size) {
	var y float32
	for _, o := range lines {
		o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
		o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
		o.Move(fyne.NewPos(0, y))
		y += o.MinSize().Height
	}
}

func (stageLayout) MinSize(lines []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range lines {
		size.Width = max(size.Width, o.MinSize().Width)
		size.Height += o.MinSize().Height
	}
	return size
}
