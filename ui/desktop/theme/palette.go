package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Colour names. Where Fyne has a name for the same thing ours is Fyne's, so that its widgets
// and ours agree.
const (
	Ground   fyne.ThemeColorName = fynetheme.ColorNameBackground // behind panes
	Surface  fyne.ThemeColorName = "surface"                     // bars, headers, the rail
	Selected fyne.ThemeColorName = "selected"                    // the chosen row
	Line     fyne.ThemeColorName = fynetheme.ColorNameSeparator  // one pixel between panes
	Text     fyne.ThemeColorName = fynetheme.ColorNameForeground
	Muted    fyne.ThemeColorName = fynetheme.ColorNamePlaceHolder // labels, times, what is second
	Accent   fyne.ThemeColorName = fynetheme.ColorNamePrimary     // what is selected or can be pressed first
	OK       fyne.ThemeColorName = fynetheme.ColorNameSuccess
	Warning  fyne.ThemeColorName = fynetheme.ColorNameWarning
	Failed   fyne.ThemeColorName = fynetheme.ColorNameError
	ToAddon  fyne.ThemeColorName = "to-addon" // host to add-on
	ToHost   fyne.ThemeColorName = "to-host"  // add-on to host

	Hover     fyne.ThemeColorName = "row-hover"      // the row under the pointer
	Selection fyne.ThemeColorName = "text-selection" // behind selected text
	Found     fyne.ThemeColorName = "text-found"     // behind text that a search found
	Thumb     fyne.ThemeColorName = "thumb"          // of a scroll bar
)

// palette maps the names of one variant to colours. The values are interfaces from the start,
// so that looking one up allocates nothing.
type palette map[fyne.ThemeColorName]color.Color

func lightPalette() palette {
	return withFyneNames(palette{
		Ground:    rgb(0xFFFFFF),
		Surface:   rgb(0xF5F6F8),
		Selected:  rgb(0xE3E9FB),
		Line:      rgb(0xDFE3EA),
		Text:      rgb(0x1B2330),
		Muted:     rgb(0x586274),
		Accent:    rgb(0x3451D1),
		OK:        rgb(0x177245),
		Warning:   rgb(0x8A5A00),
		Failed:    rgb(0xBE3027),
		ToAddon:   rgb(0x0A66A3),
		ToHost:    rgb(0x7338AE),
		Hover:     rgb(0xEEF1F7),
		Selection: rgb(0xCBD8FA),
		Found:     rgb(0xFFE7A3),
		Thumb:     rgb(0xA9B2C1),

		fynetheme.ColorNameButton:      rgb(0xE9ECF2),
		fynetheme.ColorNameInputBorder: rgb(0x8A93A4),
		fynetheme.ColorNameHover:       rgba(0x1B2330, 0x12),
		fynetheme.ColorNamePressed:     rgba(0x1B2330, 0x24),
		fynetheme.ColorNameFocus:       rgba(0x3451D1, 0x40),
		fynetheme.ColorNameShadow:      rgba(0x000000, 0x2C),
	})
}

func darkPalette() palette {
	return withFyneNames(palette{
		Ground:    rgb(0x14181F),
		Surface:   rgb(0x1B2029),
		Selected:  rgb(0x26324F),
		Line:      rgb(0x2F3744),
		Text:      rgb(0xE4E8EF),
		Muted:     rgb(0x9AA5B6),
		Accent:    rgb(0x93A5FF),
		OK:        rgb(0x5CC98B),
		Warning:   rgb(0xE2B54C),
		Failed:    rgb(0xFF8B82),
		ToAddon:   rgb(0x6BBEF2),
		ToHost:    rgb(0xC99FF3),
		Hover:     rgb(0x1F2530),
		Selection: rgb(0x2E4170),
		Found:     rgb(0x5A4A17),
		Thumb:     rgb(0x566073),

		fynetheme.ColorNameButton:      rgb(0x2A313E),
		fynetheme.ColorNameInputBorder: rgb(0x6A7588),
		fynetheme.ColorNameHover:       rgba(0xE4E8EF, 0x14),
		fynetheme.ColorNamePressed:     rgba(0xE4E8EF, 0x28),
		fynetheme.ColorNameFocus:       rgba(0x93A5FF, 0x48),
		fynetheme.ColorNameShadow:      rgba(0x000000, 0x80),
	})
}

// withFyneNames adds the names that only Fyne's widgets ask for, in terms of ours.
func withFyneNames(p palette) palette {
	for name, ours := range map[fyne.ThemeColorName]fyne.ThemeColorName{
		fynetheme.ColorNameForegroundOnPrimary: Ground,
		fynetheme.ColorNameForegroundOnError:   Ground,
		fynetheme.ColorNameForegroundOnSuccess: Ground,
		fynetheme.ColorNameForegroundOnWarning: Ground,
		fynetheme.ColorNameDisabled:            Muted,
		fynetheme.ColorNameDisabledButton:      Surface,
		fynetheme.ColorNameHeaderBackground:    Surface,
		fynetheme.ColorNameHyperlink:           Accent,
		fynetheme.ColorNameInputBackground:     Ground,
		fynetheme.ColorNameMenuBackground:      Surface,
		fynetheme.ColorNameOverlayBackground:   Ground,
		fynetheme.ColorNameScrollBar:           Thumb,
		fynetheme.ColorNameScrollBarBackground: Surface,
		fynetheme.ColorNameSelection:           Selection,
	} {
		p[name] = p[ours]
	}
	return p
}

// grounds are the colours that text stands on.
func grounds() []fyne.ThemeColorName {
	return []fyne.ThemeColorName{Ground, Surface, Selected}
}

func rgb(v uint32) color.NRGBA {
	return rgba(v, 0xFF)
}

func rgba(v uint32, alpha uint8) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: alpha}
}
