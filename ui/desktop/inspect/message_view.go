package inspect

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
)

// MessageView shows one half of an exchange: its first line, its headers folded away until
// they are wanted or there is no body to make room for, and its body, highlighted.
type MessageView struct {
	widget.BaseWidget

	line    *widget.Label
	absent  *widget.Label
	fold    *widget.Button
	headers *widgets.KeyValues
	scroll  *container.Scroll
	note    *widget.Label
	body    *widgets.Source
	content *fyne.Container
	count   int  // of headers
	unfold  bool // the person wants to see the headers
}

// NewMessageView makes an empty view. copy puts a header's value on the clipboard.
func NewMessageView(p post.Func, copy func(text string)) *MessageView {
	v := &MessageView{
		line:    widget.NewLabel(""),
		absent:  newProse(),
		headers: widgets.NewKeyValues(copy),
		note:    widgets.NewMuted(""),
		body:    widgets.NewSource(p),
	}
	v.line.TextStyle = fyne.TextStyle{Monospace: true, Bold: true}
	v.line.Truncation = fyne.TextTruncateEllipsis
	v.line.Selectable = true
	v.absent.Importance = widget.DangerImportance
	v.note.Truncation = fyne.TextTruncateEllipsis
	v.fold = widget.NewButton("", v.toggle)
	v.fold.Importance = widget.LowImportance
	v.fold.Alignment = widget.ButtonAlignLeading
	v.scroll = container.NewVScroll(v.headers)
	v.scroll.SetMinSize(fyne.NewSize(0, headerRows*theme.RowHeight))
	v.scroll.Hide()
	top := container.New(Tight(), v.line, v.absent, container.NewBorder(nil, nil, v.fold, nil, v.note))
	v.content = container.New(Under(), top, container.New(headersAndBody{}, v.scroll, v.body))
	v.ExtendBaseWidget(v)
	return v
}

// headersAndBody gives unfolded headers a few rows above the body, and all of the room when
// there is no body.
type headersAndBody struct{}

func (headersAndBody) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	headers, body := objects[0], objects[1]
	height := float32(0)
	if headers.Visible() {
		height = size.Height
		if body.Visible() {
			height = min(headers.MinSize().Height, size.Height)
		}
		headers.Resize(fyne.NewSize(size.Width, height))
	}
	body.Move(fyne.NewPos(0, height))
	body.Resize(fyne.NewSize(size.Width, max(size.Height-height, 0)))
}

func (headersAndBody) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		if o.Visible() {
			least := o.MinSize()
			size = fyne.NewSize(max(size.Width, least.Width), size.Height+least.Height)
		}
	}
	return size
}

// headerRows is how many headers are seen at once when they are unfolded.
const headerRows = 5

// Set puts a message on the screen. Whether the headers are unfolded stays as it was.
func (v *MessageView) Set(h Half) {
	v.line.SetText(h.Line)
	showProse(v.absent, h.Absent)
	rows := make([]widgets.KeyValue, len(h.Headers))
	for i, header := range h.Headers {
		rows[i] = widgets.KeyValue{Label: header.Name, Value: header.Value}
	}
	v.headers.Set(rows...)
	v.count = len(rows)
	v.body.Hidden = h.Size == 0
	v.showHeaders()
	v.note.SetText(bodyNote(h))
	v.body.SetText(h.Body.Text, h.Body.Language)
	v.Refresh()
}

// bodyNote says how large the body is and what was done to show it.
func bodyNote(h Half) string {
	switch {
	case h.Absent != "":
		return ""
	case h.Size == 0:
		return "no body"
	case h.Body.Note != "":
		return Bytes(h.Size) + ". " + h.Body.Note
	}
	return Bytes(h.Size)
}

func (v *MessageView) toggle() {
	v.unfold = !v.scroll.Visible()
	setVisible(v.scroll, v.unfold)
	v.labelFold()
	v.content.Refresh()
}

func (v *MessageView) showHeaders() {
	setVisible(v.scroll, v.count > 0 && (v.unfold || v.body.Hidden))
	v.labelFold()
}

func (v *MessageView) labelFold() {
	sign := theme.IconDown
	if v.scroll.Visible() {
		sign = theme.IconUp
	}
	v.fold.SetIcon(sign)
	v.fold.SetText(fmt.Sprintf("Headers (%d)", v.count))
	v.fold.Hidden = v.count == 0
}

// CreateRenderer is for Fyne.
func (v *MessageView) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(v.content)
}

// Focus gives the keys to the body, to read, search and copy it.
func (v *MessageView) Focus() { v.body.Focus() }
