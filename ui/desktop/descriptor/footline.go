package descriptor

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
)

// footOffers is the layout of what the foot's line offers for the selected problem: at the right end
// of the room the others leave, with the fix's title cut to it. A button is as wide as its text, and
// one long title would else push the outline aside.
type footOffers struct {
	explain, fix *widget.Button
	title        string // of the fix, whole
}

// shortFix stands where there is no room for a title.
const shortFix = "Fix"

// MinSize is that with the shortest text.
func (o *footOffers) MinSize([]fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	if o.explain.Visible() {
		size = o.explain.MinSize()
	}
	if o.fix.Visible() {
		least := o.fix.MinSize()
		size.Width += theme.Gap + o.padding() + buttonText(shortFix)
		size.Height = max(size.Height, least.Height)
	}
	return size
}

// Layout cuts the title and puts both to the right.
func (o *footOffers) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	right := size.Width
	if o.fix.Visible() {
		room := size.Width - theme.Gap - o.padding()
		if o.explain.Visible() {
			room -= o.explain.MinSize().Width
		}
		if text := o.text(room); text != o.fix.Text {
			o.fix.SetText(text)
		}
		right = placeLeftOf(o.fix, right, size.Height) - theme.Gap
	}
	if o.explain.Visible() {
		placeLeftOf(o.explain, right, size.Height)
	}
}

// text is the title as far as there is room for it.
func (o *footOffers) text(room float32) string {
	whole := "Fix: " + o.title
	if buttonText(whole) > room && room < theme.LabelWidth {
		return shortFix
	}
	return cutMiddle(whole, room, buttonText)
}

// padding is what the button needs around its text.
func (o *footOffers) padding() float32 { return o.fix.MinSize().Width - buttonText(o.fix.Text) }

// placeLeftOf puts an object with its right end to x and gives its left end.
func placeLeftOf(o fyne.CanvasObject, x, height float32) float32 {
	least := o.MinSize()
	o.Resize(least)
	o.Move(fyne.NewPos(x-least.Width, (height-least.Height)/2))
	return x - least.Width
}

// buttonText is how wide a text is on a button.
func buttonText(s string) float32 {
	return fyne.MeasureText(s, theme.TextSize, fyne.TextStyle{Bold: true}).Width
}
