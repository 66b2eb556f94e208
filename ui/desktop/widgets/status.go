package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// Status is how something stands. It is always shown by icon, word and colour together.
type Status string

// The statuses.
const (
	StatusOK      Status = "ok"
	StatusWarning Status = "warning"
	StatusFailed  Status = "failed"
	StatusInfo    Status = "info"
	StatusPending Status = "pending" // not begun, or waiting for the person
	StatusRunning Status = "running"
)

// Color is the status's colour.
func (s Status) Color() fyne.ThemeColorName {
	switch s {
	case StatusOK:
		return theme.OK
	case StatusWarning:
		return theme.Warning
	case StatusFailed:
		return theme.Failed
	case StatusInfo, StatusRunning:
		return theme.Accent
	default:
		return theme.Muted
	}
}

// Icon is the status's icon, in the text colour; see theme.Icon.In for its own.
func (s Status) Icon() theme.Icon {
	switch s {
	case StatusOK:
		return theme.IconOK
	case StatusWarning:
		return theme.IconWarning
	case StatusFailed:
		return theme.IconFailed
	case StatusInfo:
		return theme.IconInfo
	case StatusRunning:
		return theme.IconRunning
	default:
		return theme.IconPending
	}
}

// Badge shows a status as icon and word.
type Badge struct {
	widget.BaseWidget
	status Status
	word   string
}

// NewBadge makes a badge.
func NewBadge(status Status, word string) *Badge {
	b := &Badge{status: status, word: word}
	b.ExtendBaseWidget(b)
	return b
}

// Set shows another status.
func (b *Badge) Set(status Status, word string) {
	if b.status == status && b.word == word {
		return
	}
	b.status, b.word = status, word
	b.Refresh()
}

// CreateRenderer is for Fyne.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	r := &badgeRenderer{
		badge: b,
		icon:  canvas.NewImageFromResource(nil),
		text:  canvas.NewText("", theme.Color(theme.Text)),
	}
	r.icon.FillMode = canvas.ImageFillContain
	r.text.TextSize = theme.TextSize
	r.show()
	r.Layout(b.Size())
	return r
}

type badgeRenderer struct {
	badge *Badge
	icon  *canvas.Image
	text  *canvas.Text
}

func (r *badgeRenderer) show() {
	status := r.badge.status
	r.icon.Resource = status.Icon().In(status.Color())
	r.text.Text = r.badge.word
	r.text.Color = theme.Color(status.Color())
}

func (r *badgeRenderer) Layout(size fyne.Size) {
	r.icon.Resize(fyne.NewSquareSize(theme.IconSize))
	r.icon.Move(fyne.NewPos(0, (size.Height-theme.IconSize)/2))
	x := theme.IconSize + theme.Gap
	r.text.Move(fyne.NewPos(x, 0))
	r.text.Resize(fyne.NewSize(max(size.Width-x, 0), size.Height))
}

func (r *badgeRenderer) MinSize() fyne.Size {
	text := r.text.MinSize()
	return fyne.NewSize(theme.IconSize+theme.Gap+text.Width, max(theme.IconSize, text.Height))
}

func (r *badgeRenderer) Refresh() {
	r.show()
	r.icon.Refresh()
	r.Layout(r.badge.Size())
	canvas.Refresh(r.badge)
}

func (r *badgeRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.icon, r.text} }
func (r *badgeRenderer) Destroy()                     {}
