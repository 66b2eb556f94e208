package theme

import (
	"image/color"
	"sync"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/styles"
)

// syntax is the syntax colours of one variant, worked out when the first source is shown:
// parsing chroma's style files is not free and the first frame does not need it.
type syntax struct {
	variant Variant
	once    sync.Once
	style   *chroma.Style

	mu     sync.Mutex
	colors map[chroma.TokenType]color.Color
}

// Syntax gives the syntax colours of a variant as a chroma style: chroma's github and
// github-dark, with each colour moved away from our grounds until it can be read on all three.
// System gives the style of the window's present look.
func Syntax(v Variant) *chroma.Style {
	l, system := current()
	switch v {
	case Light:
		return l.light.syntax.get()
	case Dark:
		return l.dark.syntax.get()
	default:
		return l.scheme(system).syntax.get()
	}
}

// SyntaxColor gives the colour of a token as the window looks at the moment. A token without
// a colour of its own has the text colour.
func SyntaxColor(t chroma.TokenType) color.Color {
	l, system := current()
	s := l.scheme(system)
	if c := s.syntax.color(t); c != nil {
		return c
	}
	return s.palette[Text]
}

func (s *syntax) get() *chroma.Style {
	s.once.Do(func() {
		name, p := "github", lightPalette()
		if s.variant == Dark {
			name, p = "github-dark", darkPalette()
		}
		s.style = readable(styles.Get(name), p, s.variant == Dark)
	})
	return s.style
}

// color is nil when the style has none for the token.
func (s *syntax) color(t chroma.TokenType) color.Color {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.colors[t]; ok {
		return c
	}
	if s.colors == nil {
		s.colors = make(map[chroma.TokenType]color.Color)
	}
	var c color.Color
	if entry := s.get().Get(t); entry.Colour.IsSet() {
		c = nrgba(entry.Colour)
	}
	s.colors[t] = c
	return c
}

// readable moves the style's colours away from the palette's grounds until each reaches
// minContrast on all of them. A style that cannot be built is returned as it came.
func readable(style *chroma.Style, p palette, dark bool) *chroma.Style {
	step := -0.05
	if dark {
		step = 0.05
	}
	// Numbers look like the other JSON literals; github-dark gives them the colour of strings.
	b := style.Builder().AddEntry(chroma.LiteralNumber, style.Get(chroma.KeywordConstant))
	// What is no token stands out by a red ground there, which we leave out.
	failed := p[Failed].(color.NRGBA)
	b.AddEntry(chroma.Error, chroma.StyleEntry{Colour: chroma.NewColour(failed.R, failed.G, failed.B)})
	built, err := b.Transform(func(e chroma.StyleEntry) chroma.StyleEntry {
		for e.Colour.IsSet() && lowestContrast(nrgba(e.Colour), p) < minContrast {
			e.Colour = e.Colour.Brighten(step)
		}
		e.Background = 0 // the pane's ground shows through
		return e
	}).Build()
	if err != nil {
		return style
	}
	return built
}

func lowestContrast(c color.NRGBA, p palette) float64 {
	lowest := contrast(c, p[Ground].(color.NRGBA))
	for _, ground := range grounds() {
		lowest = min(lowest, contrast(c, p[ground].(color.NRGBA)))
	}
	return lowest
}

func nrgba(c chroma.Colour) color.NRGBA {
	return color.NRGBA{R: c.Red(), G: c.Green(), B: c.Blue(), A: 0xFF}
}
