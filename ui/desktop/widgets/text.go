package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// NewHeading makes the title of a pane.
func NewHeading(text string) *widget.Label {
	label := widget.NewLabel(text)
	label.SizeName = fynetheme.SizeNameHeadingText
	label.TextStyle = fyne.TextStyle{Bold: true}
	label.Truncation = fyne.TextTruncateEllipsis
	return label
}

// NewMuted makes a line of text that is second to others: a note, a count, a time.
func NewMuted(text string) *widget.Label {
	label := widget.NewLabel(text)
	label.Importance = widget.LowImportance
	return label
}

// NewProse makes running text that wraps at words.
func NewProse(text string) *widget.Label {
	label := widget.NewLabel(text)
	label.Wrapping = fyne.TextWrapWord
	return label
}

// NewEmpty makes what an empty place shows: what will appear here, and the one button that
// makes it appear. Without an action there is no button.
func NewEmpty(icon fyne.Resource, title, text, button string, action func()) fyne.CanvasObject {
	picture := widget.NewIcon(icon)
	if ours, ok := icon.(theme.Icon); ok {
		picture.SetResource(ours.In(theme.Muted))
	}
	heading := NewHeading(title)
	heading.Truncation = fyne.TextTruncateOff
	heading.Alignment = fyne.TextAlignCenter
	prose := NewProse(text)
	prose.Alignment = fyne.TextAlignCenter
	prose.Importance = widget.LowImportance
	parts := []fyne.CanvasObject{
		container.NewCenter(container.New(fixed{size: fyne.NewSquareSize(theme.EmptyIcon)}, picture)),
		heading,
		prose,
	}
	if action != nil {
		press := widget.NewButton(button, action)
		press.Importance = widget.HighImportance
		parts = append(parts, container.NewCenter(press))
	}
	return container.New(column{width: theme.TextPane}, parts...)
}

// fixed gives its object one size.
type fixed struct{ size fyne.Size }

func (f fixed) Layout(objects []fyne.CanvasObject, _ fyne.Size) {
	for _, o := range objects {
		o.Resize(f.size)
	}
}

func (f fixed) MinSize([]fyne.CanvasObject) fyne.Size { return f.size }

// column stacks its objects in the middle of the area, no wider than width. Objects are made
// as wide as they will be before their height is asked, which wrapped text needs.
type column struct{ width float32 }

func (c column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(c.width, size.Width)
	var height float32
	for _, o := range objects {
		o.Resize(fyne.NewSize(width, o.MinSize().Height))
		height += o.MinSize().Height + theme.Gap
	}
	y := max((size.Height-height)/2, 0)
	for _, o := range objects {
		o.Resize(fyne.NewSize(width, o.MinSize().Height))
		o.Move(fyne.NewPos((size.Width-width)/2, y))
		y += o.MinSize().Height + theme.Gap
	}
}

// MinSize asks for little, so that an empty state never holds a pane open.
func (c column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(min(c.width, 2*theme.LabelWidth), float32(len(objects))*theme.RowHeight)
}
