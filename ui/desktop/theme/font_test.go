package theme

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// Fyne draws text into a picture as high as its lines, rounded, with the ascent rounded up.
// The underscore of the monospace font reaches 0.236 of the size below the baseline.
func TestUnderscoresFit(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(New(Light))
	for _, text := range []float32{SmallSize, TextSize, HeadingSize} {
		size, ascent := fyne.CurrentApp().Driver().RenderedTextSize("_", text, fyne.TextStyle{Monospace: true}, nil)
		for _, scale := range []float32{0.8, 1, 1.1, 1.2, 1.25, 1.3, 1.4, 1.5, 1.6, 1.75, 2, 3} {
			picture := math.Round(float64(size.Height * scale))
			needed := math.Ceil(float64(ascent*scale)) + 0.236*float64(text*scale)
			if needed > picture+0.01 {
				t.Errorf("at %g scaled by %g, monospace text needs %.2f pixels and gets %g", text, scale, needed, picture)
			}
		}
	}
}

func TestUnderscoresAreDrawn(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(New(Light))
	text := canvas.NewText("_", color.Black)
	text.TextSize, text.TextStyle.Monospace = TextSize, true
	w := test.NewTempWindow(t, text)
	w.SetPadded(false)
	picture := w.Canvas().Capture()
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			if r, _, _, _ := picture.At(x, y).RGBA(); r < 0xC000 {
				return
			}
		}
	}
	t.Error("an underscore cannot be seen")
}

func TestAFontThatIsNoneStaysAsItIs(t *testing.T) {
	for _, font := range []string{"", "OTTO", "\x00\x01\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00head"} {
		if _, ok := withDepth([]byte(font), depth); ok {
			t.Errorf("%q was taken for a font", font)
		}
	}
}
