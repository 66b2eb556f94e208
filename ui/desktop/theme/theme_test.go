package theme

import (
	"image/color"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	fynetheme "fyne.io/fyne/v2/theme"
	"github.com/alecthomas/chroma/v2"
)

func textColors() []fyne.ThemeColorName {
	return []fyne.ThemeColorName{Text, Muted, Accent, OK, Warning, Failed, ToAddon, ToHost}
}

func variants() map[string]palette {
	return map[string]palette{"light": lightPalette(), "dark": darkPalette()}
}

func TestTextIsReadableOnEveryGround(t *testing.T) {
	for variant, p := range variants() {
		for _, name := range textColors() {
			for _, ground := range append(grounds(), Hover) {
				if got := contrast(p[name].(color.NRGBA), p[ground].(color.NRGBA)); got < minContrast {
					t.Errorf("%s: %s on %s has contrast %.2f, want %.1f", variant, name, ground, got, minContrast)
				}
			}
		}
	}
}

func TestTextIsReadableOnButtonsAndMarkedText(t *testing.T) {
	for variant, p := range variants() {
		for _, pair := range [][2]fyne.ThemeColorName{
			{Text, fynetheme.ColorNameButton},
			{Text, Selection},
			{Text, Found},
			{fynetheme.ColorNameForegroundOnPrimary, Accent},
			{fynetheme.ColorNameForegroundOnError, Failed},
			{Muted, fynetheme.ColorNameDisabledButton},
		} {
			if got := contrast(p[pair[0]].(color.NRGBA), p[pair[1]].(color.NRGBA)); got < minContrast {
				t.Errorf("%s: %s on %s has contrast %.2f", variant, pair[0], pair[1], got)
			}
		}
	}
}

// The frame of a field must be seen: 3:1 is what WCAG 2.1 asks of controls (criterion 1.4.11).
func TestFieldsHaveAVisibleFrame(t *testing.T) {
	for variant, p := range variants() {
		border := p[fynetheme.ColorNameInputBorder].(color.NRGBA)
		if got := contrast(border, p[Ground].(color.NRGBA)); got < 3 {
			t.Errorf("%s: field frame has contrast %.2f on ground", variant, got)
		}
	}
}

func TestSyntaxColorsAreReadable(t *testing.T) {
	test.NewTempApp(t)
	for variant, p := range variants() {
		v := Light
		if variant == "dark" {
			v = Dark
		}
		style := Syntax(v)
		for _, token := range style.Types() {
			entry := style.Get(token)
			if !entry.Colour.IsSet() {
				continue
			}
			if got := lowestContrast(nrgba(entry.Colour), p); got < minContrast {
				t.Errorf("%s: %s is %s, contrast %.2f", variant, token, entry.Colour, got)
			}
		}
	}
}

func TestSyntaxTellsTokensApart(t *testing.T) {
	for _, v := range []Variant{Light, Dark} {
		test.NewTempApp(t).Settings().SetTheme(New(v))
		key, text := SyntaxColor(chroma.NameTag), SyntaxColor(chroma.LiteralStringDouble)
		number, word := SyntaxColor(chroma.LiteralNumber), SyntaxColor(chroma.KeywordConstant)
		if key == text || text == number || text == word {
			t.Errorf("variant %d: key %v, string %v, number %v, constant %v", v, key, text, number, word)
		}
	}
}

func TestVariants(t *testing.T) {
	app := test.NewTempApp(t)
	tests := []struct {
		variant Variant
		system  fyne.ThemeVariant
		want    uint32
	}{
		{Light, fynetheme.VariantDark, 0xFFFFFF},
		{Dark, fynetheme.VariantLight, 0x14181F},
		{System, fynetheme.VariantLight, 0xFFFFFF},
		{System, fynetheme.VariantDark, 0x14181F},
	}
	for _, tt := range tests {
		if got := New(tt.variant).Color(Ground, tt.system); got != rgb(tt.want) {
			t.Errorf("variant %d with system %d: ground %v", tt.variant, tt.system, got)
		}
	}
	app.Settings().SetTheme(New(Dark))
	if !IsDark() || Color(Ground) != rgb(0x14181F) {
		t.Error("dark theme is set, but the window is not dark")
	}
	app.Settings().SetTheme(New(Light))
	if IsDark() || Color(Ground) != rgb(0xFFFFFF) {
		t.Error("light theme is set, but the window is not light")
	}
}

// Fyne draws nothing, or something loud, for a name that a theme leaves out.
func TestNothingOfFyneIsMissing(t *testing.T) {
	test.NewTempApp(t)
	ours, theirs := New(Light), fynetheme.DefaultTheme()
	test.AssertAllColorNamesDefined(t, ours, "ours")
	for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Italic: true}, {Symbol: true}} {
		if ours.Font(style) != theirs.Font(style) {
			t.Errorf("font of %+v is not Fyne's", style)
		}
	}
	for _, name := range []fyne.ThemeSizeName{
		fynetheme.SizeNameText, fynetheme.SizeNameCaptionText, fynetheme.SizeNameHeadingText, fynetheme.SizeNameInlineIcon,
		fynetheme.SizeNameWindowTitleBarHeight, fynetheme.SizeNameWindowButtonIcon, fynetheme.SizeNamePadding,
	} {
		if ours.Size(name) <= 0 {
			t.Errorf("size %s is missing", name)
		}
	}
	if ours.Icon(fynetheme.IconNameCancel) == nil {
		t.Error("Fyne's icons are missing")
	}
}

func TestIcons(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(New(Light))
	for _, icon := range Icons() {
		svg := string(icon.Content())
		if !strings.Contains(svg, "path") {
			t.Errorf("icon %s has no drawing", icon)
		}
		if !strings.Contains(strings.ToLower(svg), "#1b2330") {
			t.Errorf("icon %s does not take the text colour", icon)
		}
	}
	if tinted := string(IconOK.In(OK).Content()); !strings.Contains(strings.ToLower(tinted), "#177245") {
		t.Error("an icon in another colour keeps the text colour")
	}
}

func TestColorDoesNotAllocate(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(New(Dark))
	SyntaxColor(chroma.NameTag)
	if n := testing.AllocsPerRun(100, func() { _ = Color(Muted); _ = SyntaxColor(chroma.NameTag) }); n != 0 {
		t.Errorf("looking up colours allocates %.0f times", n)
	}
}
