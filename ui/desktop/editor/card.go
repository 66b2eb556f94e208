package editor

import (
	"strings"

	"fyne.io/fyne/v2"

	"connect-workbench/ui/desktop/editor/buffer"
	"connect-workbench/ui/desktop/theme"
)

// card draws help: beside the list about the selected choice, or below what it is about.
type card struct {
	open    bool // about something in the text
	pointed bool // the pointer asked for it
	about   buffer.Range
	content Card
	layer   layer

	lines []cardLine // the content, cut into lines
	of    *Card      // what lines are of
	width float32    // what they were cut to
}

// cardLine is a piece of one line.
type cardLine struct {
	text  string
	line  int
	x     float32
	size  float32
	bold  bool
	color fyne.ThemeColorName
}

func newCard() card { return card{layer: newLayer()} }

func (c *card) show(content Card, about buffer.Range, pointed bool) {
	c.open, c.content, c.about, c.pointed = true, content, about, pointed
	c.of = nil
}

// covers tells whether a place is what the card is about.
func (c *card) covers(at buffer.Pos) bool {
	return c.open && !at.Before(c.about.From) && at.Before(c.about.To)
}

// place draws the card where there is room for it, or hides it.
func (c *card) place(v *view, l *list) {
	if !l.layer.hidden {
		c.placeBeside(v, l)
		return
	}
	e := v.editor
	top, _ := e.lines.Top()
	line := c.about.From.Line
	if !c.open || line < top || line > top+e.lines.Visible() {
		c.layer.begin(false)
		return
	}
	size := e.Size()
	width := min(theme.TextPane, size.Width-theme.ScrollWidth)
	height := c.cut(&c.content, width)
	y := e.lines.Y(line)
	x := min(max(v.columnX(e.text.Column(c.about.From))-theme.Pad, 0), max(size.Width-theme.ScrollWidth-width, 0))
	bounds := area{fyne.NewPos(x, y+theme.SourceLine), fyne.NewSize(width, height)}
	if bounds.at.Y+height > size.Height && y >= size.Height-bounds.at.Y {
		bounds.at.Y = max(y-height, 0)
		bounds.size.Height = min(height, y)
	}
	bounds.size.Height = min(bounds.size.Height, size.Height-bounds.at.Y)
	c.draw(v, bounds)
}

// placeBeside draws what is to be told about the selected choice to the right of the list, to its
// left, or on its far side.
func (c *card) placeBeside(v *view, l *list) {
	c.layer.begin(false)
	if l.selected < 0 {
		return
	}
	content := &l.choices[l.selected].Card
	if content.empty() {
		return
	}
	size, b := v.editor.Size(), l.bounds
	right, left := size.Width-theme.ScrollWidth-b.at.X-b.size.Width-theme.Gap, b.at.X-theme.Gap
	width := min(theme.CardWidth, max(right, left))
	bounds := area{b.at, fyne.NewSize(width, c.cut(content, width))}
	switch {
	case right >= narrowCard && right >= width:
		bounds.at.X = b.at.X + b.size.Width + theme.Gap
	case left >= narrowCard:
		bounds.at.X = b.at.X - theme.Gap - width
	default:
		bounds.size.Width = min(max(theme.CardWidth, b.size.Width), size.Width-theme.ScrollWidth-b.at.X)
		bounds.size.Height = c.cut(content, bounds.size.Width)
		bounds.at.Y = b.at.Y + b.size.Height + theme.Gap
		if above := v.editor.lines.Y(v.editor.text.Caret().Line) >= b.at.Y+b.size.Height; above {
			bounds.at.Y = b.at.Y - theme.Gap - bounds.size.Height
		}
		if bounds.at.Y < 0 || bounds.at.Y+bounds.size.Height > size.Height {
			return // the list is more worth than its help
		}
	}
	bounds.at.Y = max(min(bounds.at.Y, size.Height-bounds.size.Height), 0)
	bounds.size.Height = min(bounds.size.Height, size.Height)
	c.draw(v, bounds)
}

func (c *card) draw(v *view, bounds area) {
	c.layer.begin(true)
	c.layer.ground(bounds)
	for _, piece := range c.lines {
		at := bounds.at.AddXY(theme.Pad+piece.x, theme.Gap+float32(piece.line)*cardLineHeight)
		if at.Y+cardLineHeight > bounds.at.Y+bounds.size.Height {
			break
		}
		t := c.layer.text(piece.text, theme.Color(piece.color), piece.size, at)
		t.TextStyle = fyne.TextStyle{Bold: piece.bold}
		t.Resize(fyne.NewSize(1, cardLineHeight))
	}
	c.layer.end()
	v.grown = v.grown || c.layer.grown
}

// narrowCard is how narrow a card beside the list may be.
const narrowCard = theme.CardWidth * 2 / 3

// cardLineHeight is the height of a line of a card.
const cardLineHeight = theme.SourceLine - theme.Gap/2

// cut breaks the content into lines of a width and gives the card's height.
func (c *card) cut(content *Card, width float32) float32 {
	if c.of != content || c.width != width {
		c.of, c.width, c.lines = content, width, c.lines[:0]
		w := cardWriter{width: width - 2*theme.Pad}
		if content.Title != "" {
			w.title(content)
		}
		w.paragraph(content.Text, 0, theme.Text)
		for _, f := range content.Facts {
			w.fact(f)
		}
		for _, n := range content.Notes {
			w.paragraph(string(n.Severity)+": "+n.Text, 0, severityColor(n.Severity))
		}
		c.lines = append(c.lines, w.pieces...)
	}
	if len(c.lines) == 0 {
		return 0
	}
	return float32(c.lines[len(c.lines)-1].line+1)*cardLineHeight + 2*theme.Gap
}

// cardWriter breaks texts into lines.
type cardWriter struct {
	width  float32
	line   int
	pieces []cardLine
}

// title writes the title, cut to the line, and what it names when that has room.
func (w *cardWriter) title(c *Card) {
	title := c.Title
	for runes := len([]rune(title)); textWidth(title, theme.TextSize, true) > w.width && runes > 8; runes-- {
		title = middleCut(c.Title, runes)
	}
	w.pieces = append(w.pieces, cardLine{text: title, line: w.line, size: theme.TextSize, bold: true, color: theme.Text})
	if end := textWidth(title, theme.TextSize, true) + theme.Pad; end+textWidth(c.Kind, theme.SmallSize, false) <= w.width {
		w.pieces = append(w.pieces, cardLine{text: c.Kind, line: w.line, x: end, size: theme.SmallSize, color: theme.Muted})
	}
	w.line++
}

// fact writes a label with its text beside it.
func (w *cardWriter) fact(f Fact) {
	w.pieces = append(w.pieces, cardLine{text: f.Label, line: w.line, size: theme.SmallSize, color: theme.Muted})
	w.paragraph(f.Text, max(theme.LabelWidth*0.75, textWidth(f.Label, theme.SmallSize, false)+theme.Pad), theme.Text)
}

// paragraph writes words one behind the other, from some way in. Of a very long text the
// beginning is enough.
func (w *cardWriter) paragraph(text string, from float32, ink fyne.ThemeColorName) {
	const most = 6 // lines
	if text == "" {
		return
	}
	last := w.line + most - 1
	line := ""
	put := func() {
		w.pieces = append(w.pieces, cardLine{text: line, line: w.line, x: from, size: theme.SmallSize, color: ink})
		w.line++
	}
	for _, word := range strings.Fields(text) {
		longer := strings.TrimPrefix(line+" "+word, " ")
		if textWidth(longer, theme.SmallSize, false) <= w.width-from {
			line = longer
			continue
		}
		if line != "" {
			if w.line == last {
				line = endCut(longer, w.width-from, theme.SmallSize)
				put()
				return
			}
			put()
		}
		line = word
		for runes := len([]rune(word)); textWidth(line, theme.SmallSize, false) > w.width-from && runes > 8; runes-- {
			line = middleCut(word, runes)
		}
	}
	put()
}
