package theme

import (
	"image/color"
	"math"
)

// minContrast is what every text colour must reach on every ground.
// Source: WCAG 2.1, success criterion 1.4.3 (level AA, text of normal size).
const minContrast = 4.5

// contrast gives the ratio between two opaque colours, 1 to 21.
// Source: WCAG 2.1, definitions of contrast ratio and relative luminance.
func contrast(a, b color.NRGBA) float64 {
	la, lb := luminance(a), luminance(b)
	if la < lb {
		la, lb = lb, la
	}
	return (la + 0.05) / (lb + 0.05)
}

func luminance(c color.NRGBA) float64 {
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func linear(channel uint8) float64 {
	v := float64(channel) / 255
	if v <= 0.03928 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}
