package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// KeyValue is one labelled value.
type KeyValue struct {
	Label  string
	Value  string
	Status Status // "": none; else the value has the status's icon before it
	Prose  bool   // words rather than an exact value: not monospace, wrapped at words
}

// KeyValues shows labelled values below each other, values aligned. A value can be selected
// with the mouse, wraps when it is long, and is copied whole by the button beside it.
type KeyValues struct {
	widget.BaseWidget
	copyText func(text string)
	content  *fyne.Container
	rows     []KeyValue
}

// NewKeyValues makes the list. copyText is what the copy buttons do (place.Env.Copy); nil leaves
// the buttons out.
func NewKeyValues(copyText func(text string), rows ...KeyValue) *KeyValues {
	k := &KeyValues{copyText: copyText, content: container.New(keyValueLayout{})}
	k.ExtendBaseWidget(k)
	k.Set(rows...)
	return k
}

// Set shows other values. Labels that stay in place keep their widgets.
func (k *KeyValues) Set(rows ...KeyValue) {
	if sameLabels(k.rows, rows) {
		for i, row := range rows {
			k.content.Objects[i*keyValueParts+valuePart].(*widget.Label).SetText(row.Value)
			k.content.Objects[i*keyValueParts+statusPart].(*statusIcon).set(row.Status)
		}
		k.rows = rows
		k.content.Refresh()
		return
	}
	k.rows = rows
	k.content.RemoveAll()
	for i, row := range rows {
		k.content.Objects = append(k.content.Objects, NewMuted(row.Label), newStatusIcon(row.Status), newValue(row), k.newCopy(i))
	}
	k.content.Refresh()
}

func newValue(row KeyValue) *widget.Label {
	value := widget.NewLabel(row.Value)
	value.Selectable = true
	value.Wrapping = fyne.TextWrapBreak
	value.TextStyle.Monospace = !row.Prose
	if row.Prose {
		value.Wrapping = fyne.TextWrapWord
	}
	return value
}

func (k *KeyValues) newCopy(row int) fyne.CanvasObject {
	button := widget.NewButtonWithIcon("", theme.IconCopy.In(theme.Muted), func() { k.copyText(k.rows[row].Value) })
	button.Importance = widget.LowImportance
	button.Hidden = k.copyText == nil
	return button
}

func sameLabels(a, b []KeyValue) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Label != b[i].Label || a[i].Prose != b[i].Prose {
			return false
		}
	}
	return true
}

// CreateRenderer is for Fyne.
func (k *KeyValues) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(k.content)
}

// statusIcon is the icon of a status, or nothing.
type statusIcon struct {
	widget.Icon
	status Status
}

func newStatusIcon(s Status) *statusIcon {
	i := &statusIcon{}
	i.ExtendBaseWidget(i)
	i.set(s)
	return i
}

func (i *statusIcon) set(s Status) {
	i.status = s
	if s == "" {
		i.Hide()
		return
	}
	i.SetResource(s.Icon().In(s.Color()))
	i.Show()
}

// The objects of a row, in order.
const (
	labelPart = iota
	statusPart
	valuePart
	copyPart
	keyValueParts
)

// keyValueLayout lays rows of label, status, value and copy button out. Values are given their
// width before their height is asked, because they wrap.
type keyValueLayout struct{}

func (keyValueLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	labels := labelColumn(objects)
	var y float32
	for i := 0; i+keyValueParts <= len(objects); i += keyValueParts {
		y += layoutKeyValue(objects[i:i+keyValueParts], labels, y, size.Width)
	}
}

func layoutKeyValue(row []fyne.CanvasObject, labels, y, width float32) (height float32) {
	label, status, value, button := row[labelPart], row[statusPart], row[valuePart], row[copyPart]
	right := width
	if button.Visible() {
		right -= button.MinSize().Width
	}
	left := labels
	line := label.MinSize().Height
	if status.Visible() {
		status.Resize(fyne.NewSquareSize(theme.IconSize))
		status.Move(fyne.NewPos(left, y+(line-theme.IconSize)/2))
		left += theme.IconSize
	}
	value.Resize(fyne.NewSize(max(right-left, theme.LabelWidth), line))
	height = max(value.MinSize().Height, line)
	value.Resize(fyne.NewSize(max(right-left, theme.LabelWidth), height))
	value.Move(fyne.NewPos(left, y+firstLineDrop(value)))
	label.Resize(fyne.NewSize(labels, line))
	label.Move(fyne.NewPos(0, y))
	button.Resize(fyne.NewSize(button.MinSize().Width, line))
	button.Move(fyne.NewPos(right, y))
	return height
}

// firstLineDrop puts the first line of a monospace value on one line with its label. Labels are
// laid out from their top, so the whole difference of the ascents counts.
func firstLineDrop(value fyne.CanvasObject) float32 {
	if label, ok := value.(*widget.Label); !ok || !label.TextStyle.Monospace {
		return 0
	}
	return ascent(fyne.TextStyle{}) - ascent(fyne.TextStyle{Monospace: true})
}

// labelColumn is as wide as the longest label asks, within reason.
func labelColumn(objects []fyne.CanvasObject) float32 {
	var width float32
	for i := 0; i < len(objects); i += keyValueParts {
		width = max(width, objects[i+labelPart].MinSize().Width)
	}
	return min(width, 2*theme.LabelWidth)
}

func (keyValueLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var height float32
	for i := 0; i+keyValueParts <= len(objects); i += keyValueParts {
		height += max(objects[i+labelPart].MinSize().Height, objects[i+valuePart].MinSize().Height)
	}
	return fyne.NewSize(labelColumn(objects)+theme.LabelWidth, height)
}
