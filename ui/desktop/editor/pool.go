package editor

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"connect-workbench/ui/desktop/theme"
)

// pool keeps drawn objects for use again; the first used ones are in use.
type pool[T any] struct {
	all  []T
	used int
}

// next gives an object to use, and whether it was made for it.
func (p *pool[T]) next(create func() T) (object T, isNew bool) {
	if p.used == len(p.all) {
		p.all = append(p.all, create())
		isNew = true
	}
	object = p.all[p.used]
	p.used++
	return object, isNew
}

// rest does something to the objects that are not in use.
func (p *pool[T]) rest(do func(T)) {
	for _, object := range p.all[p.used:] {
		do(object)
	}
}

func newSourceText() *canvas.Text {
	text := canvas.NewText("", color.Transparent)
	text.TextSize = theme.TextSize
	text.TextStyle = monospace()
	return text
}

func newRectangle() *canvas.Rectangle { return canvas.NewRectangle(color.Transparent) }

func hideText(t *canvas.Text)           { t.Hidden = true }
func hideRectangle(r *canvas.Rectangle) { r.Hidden = true }
func hideWave(w *wave)                  { w.ink.Hidden = true }

// wave is the line under a problem.
type wave struct {
	ink   *canvas.Raster
	color color.Color
}

// The wave in Fyne's pixels: its height and the length of one turn.
const (
	waveHeight float32 = 3
	waveTurn   float32 = 4
)

func newWave() *wave {
	w := &wave{}
	w.ink = canvas.NewRaster(w.draw)
	w.ink.Hidden = true
	return w
}

// show puts the wave under a stretch; y is the lower edge of the line.
func (w *wave) show(from, to, y float32, c color.Color) {
	w.ink.Hidden = false
	w.ink.Move(fyne.NewPos(from, y-waveHeight))
	size := fyne.NewSize(to-from, waveHeight)
	if size == w.ink.Size() && c == w.color {
		return
	}
	w.color = c
	w.ink.Resize(size)
	w.ink.Refresh()
}

// draw makes the picture of the wave, in the screen's own pixels.
func (w *wave) draw(width, height int) image.Image {
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	if height < 2 {
		return picture
	}
	turn := max(int(float32(height)*waveTurn/waveHeight), 2)
	for x := range width {
		y := x % turn * 2 * (height - 1) / turn
		if y > height-1 {
			y = 2*(height-1) - y
		}
		picture.Set(x, height-1-y, w.color)
		picture.Set(x, max(height-2-y, 0), w.color)
	}
	return picture
}
