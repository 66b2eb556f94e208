package widgets

import (
	"unicode/utf8"

	"fyne.io/fyne/v2"
)

const ellipsis = "…"

// cutter shortens text to a width. It knows the width of each character of one font, so that
// it need not ask Fyne to shape every text, and remembers what it has cut.
type cutter struct {
	size   float32
	style  fyne.TextStyle
	ascii  [utf8.RuneSelf]float32 // 0: not measured yet
	others map[rune]float32
	done   map[cut]string
}

type cut struct {
	text  string
	width float32
}

// maxCuts bounds what a cutter remembers; a screen of rows has a few hundred texts.
const maxCuts = 2048

func newCutter(size float32, style fyne.TextStyle) *cutter {
	return &cutter{size: size, style: style, others: make(map[rune]float32), done: make(map[cut]string)}
}

// middle takes characters out of the middle of text until it fits.
func (c *cutter) middle(text string, width float32) string {
	if c.fits(text, width) {
		return text
	}
	key := cut{text: text, width: width}
	if short, ok := c.done[key]; ok {
		return short
	}
	if len(c.done) >= maxCuts {
		clear(c.done)
	}
	short := c.shorten(text, width)
	c.done[key] = short
	return short
}

// fits looks at no more of the text than can be seen: a body may be one very long line.
func (c *cutter) fits(text string, width float32) bool {
	var sum float32
	for _, r := range text {
		if sum += c.rune(r); sum > width {
			return false
		}
	}
	return true
}

// width is how wide a text is, most at the most. A little is added, because the sum of the
// characters' widths is rounded and a text that just does not fit is cut.
func (c *cutter) width(text string, most float32) float32 {
	sum := float32(1)
	for _, r := range text {
		if sum += c.rune(r); sum >= most {
			return most
		}
	}
	return sum
}

// shorten keeps as much of the start and of the end as fits around the ellipsis.
func (c *cutter) shorten(text string, width float32) string {
	room := width - c.rune('…')
	if room <= 0 {
		return ellipsis
	}
	var head int
	var used float32
	for i, r := range text {
		if used+c.rune(r) > room/2 {
			head = i
			break
		}
		used += c.rune(r)
	}
	tail := len(text)
	for tail > head {
		r, size := utf8.DecodeLastRuneInString(text[:tail])
		if used+c.rune(r) > room {
			break
		}
		used += c.rune(r)
		tail -= size
	}
	return text[:head] + ellipsis + text[tail:]
}

// rune is how wide a character is; kerning may make the drawn text a little narrower.
func (c *cutter) rune(r rune) float32 {
	if r < utf8.RuneSelf {
		if c.ascii[r] == 0 {
			c.ascii[r] = c.measure(r)
		}
		return c.ascii[r]
	}
	width, ok := c.others[r]
	if !ok {
		width = c.measure(r)
		c.others[r] = width
	}
	return width
}

func (c *cutter) measure(r rune) float32 {
	return fyne.MeasureText(string(r), c.size, c.style).Width
}
