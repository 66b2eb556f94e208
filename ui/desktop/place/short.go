package place

// shortLength is how many characters of a name a button, a menu or the status bar has room for.
const shortLength = 32

// Short is a name fit for a button, a menu or the status bar: what is too long is cut in its
// middle. A button is as wide as its text, so that one long site title would widen the window
// beyond the screen. Where the name matters, show it whole as well.
func Short(name string) string {
	runes := []rune(name)
	if len(runes) <= shortLength {
		return name
	}
	tail := (shortLength - 1) / 2
	head := shortLength - 1 - tail
	return string(runes[:head]) + "…" + string(runes[len(runes)-tail:])
}
