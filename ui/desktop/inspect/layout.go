package inspect

import (
	"fyne.io/fyne/v2"

	"connect-workbench/ui/desktop/theme"
)

// Tight is a layout that puts its visible objects below each other and lets the padding that
// labels bring overlap, so that lines which belong together stand together.
func Tight() fyne.Layout { return tight{} }

type tight struct{}

func (tight) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	var y float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		// Twice: how high wrapped text is can be asked only once it has its width.
		o.Resize(fyne.NewSize(size.Width, o.MinSize().Height))
		height := o.MinSize().Height
		o.Resize(fyne.NewSize(size.Width, height))
		o.Move(fyne.NewPos(0, y))
		y += height - theme.Gap
	}
}

func (tight) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		if o.Visible() {
			least := o.MinSize()
			size.Width = max(size.Width, least.Width)
			size.Height += least.Height - theme.Gap
		}
	}
	size.Height += theme.Gap
	return size
}

// Signed is a layout of an icon and what it is the sign of, both in the middle of the line.
// Without its icon the line begins where the icon would.
func Signed() fyne.Layout { return signed{} }

type signed struct{}

func (signed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	icon, line := objects[0], objects[1]
	indent := float32(0)
	if icon.Visible() {
		indent = theme.IconSize + theme.Pad - theme.Gap
		icon.Move(fyne.NewPos(theme.Pad-theme.Gap/2, (line.MinSize().Height-theme.IconSize)/2))
		icon.Resize(fyne.NewSquareSize(theme.IconSize))
	}
	line.Move(fyne.NewPos(indent, 0))
	line.Resize(fyne.NewSize(max(size.Width-indent, 0), size.Height))
}

func (signed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[1].MinSize().AddWidthHeight(theme.IconSize+theme.Gap, 0)
}

// setVisible shows or hides o.
func setVisible(o fyne.CanvasObject, visible bool) {
	if visible {
		o.Show()
	} else {
		o.Hide()
	}
}

// Under is a layout of two objects without space between: the first as high as it must be,
// the second with the rest of the height.
func Under() fyne.Layout { return under{} }

type under struct{}

func (under) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head, body := objects[0], objects[1]
	height := float32(0)
	if head.Visible() {
		// Twice: how high wrapped text is can be asked only once it has its width.
		head.Resize(fyne.NewSize(size.Width, head.MinSize().Height))
		height = head.MinSize().Height
		head.Resize(fyne.NewSize(size.Width, height))
	}
	head.Move(fyne.NewPos(0, 0))
	body.Move(fyne.NewPos(0, height))
	body.Resize(fyne.NewSize(size.Width, max(size.Height-height, 0)))
}

func (under) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		if o.Visible() {
			least := o.MinSize()
			size = fyne.NewSize(max(size.Width, least.Width), size.Height+least.Height)
		}
	}
	return size
}
