package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// NewFigure makes a field as wide as a number of some digits needs.
func NewFigure(e *widget.Entry) fyne.CanvasObject { return container.New(figureLayout{}, e) }

type figureLayout struct{}

func (figureLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) { objects[0].Resize(size) }

func (figureLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.FigureWidth, objects[0].MinSize().Height)
}
