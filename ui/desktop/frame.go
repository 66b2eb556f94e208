package desktop

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// newFrame puts the bars around the middle. The upper bar brings the line below it.
func newFrame(top, bottom, left, middle fyne.CanvasObject) fyne.CanvasObject {
	return container.New(frame{}, top, bottom, left, middle, widget.NewSeparator(), widget.NewSeparator())
}

// frame lays out top, bottom, left and middle, a line right of left and one above bottom.
type frame struct{}

func (frame) MinSize(o []fyne.CanvasObject) fyne.Size {
	top, bottom, left, middle := o[0].MinSize(), o[1].MinSize(), o[2].MinSize(), o[3].MinSize()
	return fyne.NewSize(
		left.Width+theme.LineWidth+max(middle.Width, top.Width, bottom.Width-left.Width),
		bottom.Height+theme.LineWidth+max(left.Height, top.Height+middle.Height),
	)
}

func (frame) Layout(o []fyne.CanvasObject, size fyne.Size) {
	top, bottom, left := o[0].MinSize().Height, o[1].MinSize().Height, o[2].MinSize().Width
	right := left + theme.LineWidth
	foot := size.Height - bottom - theme.LineWidth
	lay := func(object fyne.CanvasObject, x, y, width, height float32) {
		object.Move(fyne.NewPos(x, y))
		object.Resize(fyne.NewSize(width, height))
	}
	lay(o[0], right, 0, size.Width-right, top)
	lay(o[1], 0, foot+theme.LineWidth, size.Width, bottom)
	lay(o[2], 0, 0, left, foot)
	lay(o[3], right, top, size.Width-right, foot-top)
	lay(o[4], left, 0, theme.LineWidth, foot)
	lay(o[5], 0, foot, size.Width, theme.LineWidth)
}
