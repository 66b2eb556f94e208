package widgets

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/theme"
)

// filterDelay is how long the box waits for more typing before it tells.
const filterDelay = 120 * time.Millisecond

// FilterBox is the one-line field above a list. Escape or the cross empties it; Escape in an
// empty one leaves it.
type FilterBox struct {
	widget.Entry

	OnLeave func() // Down, Enter, or Escape when empty: the keys should go to the list; nil: they stay

	cross *widget.Button
	last  string // what was told last
}

// NewFilterBox makes the field. onChange is told the text when typing pauses; not twice for
// the same text.
func NewFilterBox(p post.Func, placeholder string, onChange func(text string)) *FilterBox {
	f := &FilterBox{}
	f.ExtendBaseWidget(f)
	f.PlaceHolder = placeholder
	f.Icon = theme.IconSearch.In(theme.Muted)
	f.cross = widget.NewButtonWithIcon("", theme.IconClear.In(theme.Muted), func() { f.SetText("") })
	f.cross.Importance = widget.LowImportance
	f.cross.Hide()
	f.ActionItem = f.cross
	tell := post.Coalesced(p, filterDelay, func() {
		if f.Text != f.last {
			f.last = f.Text
			onChange(f.Text)
		}
	})
	f.OnChanged = func(text string) {
		f.cross.Hidden = text == ""
		f.cross.Refresh()
		tell()
	}
	return f
}

// leaveKeys lead from the field to the list it filters.
var leaveKeys = []fyne.KeyName{fyne.KeyEscape, fyne.KeyDown, fyne.KeyReturn, fyne.KeyEnter}

// TypedKey adds what a filter does to what a field does.
func (f *FilterBox) TypedKey(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyEscape && f.Text != "":
		f.SetText("")
	case slices.Contains(leaveKeys, e.Name):
		if f.OnLeave != nil {
			f.OnLeave()
		}
	default:
		f.Entry.TypedKey(e)
	}
}
