package widgets

import (
	"math"

	"fyne.io/fyne/v2"

	"connect-workbench/ui/desktop/theme"
)

// monoDrop is by how many pixels monospace text must be lowered to stand on one line with
// proportional text that is centred at the same height: the two fonts divide their height
// differently.
func monoDrop() float32 {
	drop := baseline(fyne.TextStyle{}) - baseline(fyne.TextStyle{Monospace: true})
	return float32(math.Round(float64(drop)))
}

// ascent is the distance from the top of a text down to its baseline.
func ascent(style fyne.TextStyle) float32 {
	_, ascent := fyne.CurrentApp().Driver().RenderedTextSize("x", theme.TextSize, style, nil)
	return ascent
}

// baseline is the distance from the middle of a text's height down to its baseline.
func baseline(style fyne.TextStyle) float32 {
	size, ascent := fyne.CurrentApp().Driver().RenderedTextSize("x", theme.TextSize, style, nil)
	return ascent - size.Height/2
}
