// Package theme holds every colour, size and icon of the window by name.
//
// Rules for the rest of the window:
//   - No literal colour and no literal size: ask for a name here. Colours are read again in
//     every Refresh, because the person may switch between light and dark at any time.
//   - Status is never told by colour alone: a status has an icon, a word and a colour.
//   - Space comes in steps of 4 (Gap, Pad, 2*Pad); rows are RowHeight high.
//   - Every text colour reaches a contrast of 4.5:1 on Ground, Surface and Selected, in both
//     variants. A test computes it, for the palette and for the syntax colours.
package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Variant is the person's choice of look.
type Variant int

// The choices. System follows the desktop's own setting.
const (
	System Variant = iota
	Light
	Dark
)

// look is our theme: the palette and sizes of this package, the fonts and remaining icons of Fyne.
type look struct {
	fyne.Theme // what we do not decide: fonts, and the icons of Fyne's own widgets
	variant    Variant
	light      scheme
	dark       scheme
	mono       monoFont
}

// scheme is all colours of one variant.
type scheme struct {
	palette palette
	syntax  *syntax
}

// New makes the theme for the person's choice. Set it with App.Settings().SetTheme.
func New(v Variant) fyne.Theme {
	return newLook(v)
}

func newLook(v Variant) *look {
	return &look{
		Theme:   fynetheme.DefaultTheme(),
		variant: v,
		light:   scheme{palette: lightPalette(), syntax: &syntax{variant: Light}},
		dark:    scheme{palette: darkPalette(), syntax: &syntax{variant: Dark}},
	}
}

// Color gives the colour of a name of this package or of Fyne.
func (l *look) Color(name fyne.ThemeColorName, system fyne.ThemeVariant) color.Color {
	if c, ok := l.scheme(system).palette[name]; ok {
		return c
	}
	return l.Theme.Color(name, l.resolve(system))
}

// Font gives Fyne's fonts, the monospace one with room for its underscores.
func (l *look) Font(style fyne.TextStyle) fyne.Resource {
	font := l.Theme.Font(style)
	if style.Monospace {
		return l.mono.from(font)
	}
	return font
}

// Size gives a size of Fyne's in our measures.
func (l *look) Size(name fyne.ThemeSizeName) float32 {
	if s, ok := fyneSize(name); ok {
		return s
	}
	return l.Theme.Size(name)
}

func (l *look) resolve(system fyne.ThemeVariant) fyne.ThemeVariant {
	switch l.variant {
	case Light:
		return fynetheme.VariantLight
	case Dark:
		return fynetheme.VariantDark
	default:
		return system
	}
}

func (l *look) scheme(system fyne.ThemeVariant) *scheme {
	if l.resolve(system) == fynetheme.VariantDark {
		return &l.dark
	}
	return &l.light
}

// Color gives the colour of a name as the window looks at the moment, without allocating.
func Color(name fyne.ThemeColorName) color.Color {
	l, system := current()
	return l.Color(name, system)
}

// IsDark reports whether the window is dark at the moment.
func IsDark() bool {
	l, system := current()
	return l.resolve(system) == fynetheme.VariantDark
}

// current gives the theme in use. Under a foreign theme (a test's) our names still mean something.
func current() (*look, fyne.ThemeVariant) {
	settings := fyne.CurrentApp().Settings()
	l, ok := settings.Theme().(*look)
	if !ok {
		l = newLook(System)
	}
	return l, settings.ThemeVariant()
}
