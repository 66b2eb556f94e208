package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// ErrorPanel says in place what went wrong: what happened, why, and what to do.
type ErrorPanel struct {
	widget.BaseWidget
	icon   *widget.Icon
	title  *widget.Label
	why    *widget.Label
	advice *widget.Label
}

// NewError makes a panel. title says what happened and to what; err says why.
func NewError(title string, err error) *ErrorPanel {
	p := &ErrorPanel{
		icon:   widget.NewIcon(theme.IconFailed.In(theme.Failed)),
		title:  NewProse(""),
		why:    NewProse(""),
		advice: NewProse(""),
	}
	p.title.TextStyle.Bold = true
	p.title.Importance = widget.DangerImportance
	p.why.Selectable = true
	p.ExtendBaseWidget(p)
	p.Set(title, err, "")
	return p
}

// Set shows another error. advice says what to do; "" when err says it already. A nil error
// hides the panel.
func (p *ErrorPanel) Set(title string, err error, advice string) {
	if err == nil {
		p.Hide()
		return
	}
	p.title.SetText(title)
	p.why.SetText(err.Error())
	p.advice.SetText(advice)
	p.advice.Hidden = advice == ""
	p.Show()
	p.Refresh()
}

// CreateRenderer is for Fyne.
func (p *ErrorPanel) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.New(beside{}, p.icon, container.New(stack{}, p.title, p.why, p.advice)))
}

// beside puts an icon beside the first line of what is right of it.
type beside struct{}

func (beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	icon, text := objects[0], objects[1]
	icon.Resize(fyne.NewSquareSize(theme.IconSize))
	icon.Move(fyne.NewPos(theme.Gap, (theme.RowHeight-theme.IconSize)/2))
	x := theme.IconSize + theme.Pad
	text.Move(fyne.NewPos(x, 0))
	text.Resize(fyne.NewSize(max(size.Width-x, 0), size.Height))
}

func (beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[1].MinSize().AddWidthHeight(theme.IconSize+theme.Pad, 0)
}

// stack puts its visible objects below each other without space between: labels bring theirs.
// Each gets its width before its height is asked, because text wraps.
type stack struct{}

func (stack) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	var y float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
		o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
		o.Move(fyne.NewPos(0, y))
		y += o.MinSize().Height - theme.Gap
	}
}

func (stack) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var height float32
	for _, o := range objects {
		if o.Visible() {
			height += o.MinSize().Height - theme.Gap
		}
	}
	return fyne.NewSize(2*theme.LabelWidth, height+theme.Gap)
}
