package scroll

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"connect-workbench/ui/desktop/theme"
)

func press(b *Bar, along float32) {
	e := &desktop.MouseEvent{Button: desktop.MouseButtonPrimary}
	e.Position = point(b, along)
	b.MouseDown(e)
}

func drag(b *Bar, along float32) {
	b.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: point(b, along)}})
}

func point(b *Bar, along float32) fyne.Position {
	if b.horizontal {
		return fyne.NewPos(along, 3)
	}
	return fyne.NewPos(3, along)
}

func TestBar(t *testing.T) {
	test.NewTempApp(t)
	for name, b := range map[string]*Bar{"vertical": NewVertical(), "horizontal": NewHorizontal()} {
		t.Run(name, func(t *testing.T) {
			at, pages := -1.0, 0
			b.OnScroll = func(position float64) { at = position }
			b.OnPage = func(direction int) { pages += direction }
			b.Resize(fyne.NewSize(theme.ScrollWidth, theme.ScrollWidth))
			if b.horizontal {
				b.Resize(fyne.NewSize(200, theme.ScrollWidth))
			} else {
				b.Resize(fyne.NewSize(theme.ScrollWidth, 200))
			}

			b.Set(0, 1) // everything is in view
			press(b, 150)
			if pages != 0 {
				t.Error("a bar without a thumb pages")
			}
			b.Set(0.5, 0.25) // the thumb is 50 long, from 75 to 125
			press(b, 20)
			press(b, 180)
			press(b, 190)
			if pages != 1 {
				t.Errorf("one press before and two behind the thumb page by %d", pages)
			}
			drag(b, 60)
			if at >= 0 {
				t.Error("a drag that does not begin on the thumb scrolls")
			}
			press(b, 100) // its middle
			drag(b, 25)
			if at != 0 {
				t.Errorf("dragged to the start the bar says %g", at)
			}
			drag(b, 1000)
			if at != 1 {
				t.Errorf("dragged beyond the end the bar says %g", at)
			}
			b.DragEnd()
			at = -1
			drag(b, 100)
			if at >= 0 {
				t.Error("the thumb is still held after the drag")
			}
			b.Set(0.5, 0.0001)
			if _, length := b.thumb(); length < theme.ThumbMin {
				t.Errorf("the thumb of a very long text is %g long", length)
			}
		})
	}
}
