package theme

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"connect-workbench/assets"
)

// Icon is one of our single-colour icons, in the text colour. It is a fyne.Resource by itself
// and costs nothing to pass around: widget.NewIcon(theme.IconOK).
type Icon string

// The icons, by what they stand for.
const (
	IconApp        Icon = "app"
	IconDescriptor Icon = "descriptor"
	IconSites      Icon = "sites"
	IconEvents     Icon = "events"
	IconPages      Icon = "pages"
	IconExchanges  Icon = "exchanges"
	IconTokens     Icon = "tokens"
	IconConnect    Icon = "connect"

	IconOK      Icon = "ok"
	IconWarning Icon = "warning"
	IconFailed  Icon = "failed"
	IconInfo    Icon = "info"
	IconPending Icon = "pending"
	IconRunning Icon = "running"
	IconToAddon Icon = "to-addon"
	IconToHost  Icon = "to-host"

	IconSearch Icon = "search"
	IconClear  Icon = "clear"
	IconUp     Icon = "up"
	IconDown   Icon = "down"
	IconCopy   Icon = "copy"
	IconSend   Icon = "send"
	IconReplay Icon = "replay"
	IconOpen   Icon = "open"
	IconPlus   Icon = "plus"
)

// Icons lists all of them.
func Icons() []Icon {
	return []Icon{
		IconApp, IconDescriptor, IconSites, IconEvents, IconPages, IconExchanges, IconTokens, IconConnect,
		IconOK, IconWarning, IconFailed, IconInfo, IconPending, IconRunning, IconToAddon, IconToHost,
		IconSearch, IconClear, IconUp, IconDown, IconCopy, IconSend, IconReplay, IconOpen, IconPlus,
	}
}

// Name identifies the drawing; Fyne caches rasters by it.
func (i Icon) Name() string { return string(i) + ".svg" }

// Content is the drawing in the present text colour.
func (i Icon) Content() []byte { return i.drawing(Text) }

// ThemeColorName makes Fyne draw the icon again when the theme changes.
func (i Icon) ThemeColorName() fyne.ThemeColorName { return Text }

// In gives the icon in another colour of the theme.
func (i Icon) In(name fyne.ThemeColorName) fyne.Resource { return tinted{icon: i, color: name} }

// drawing is the SVG text in a colour. An unknown icon is an empty drawing: the window must
// not fall over a missing picture, and a test visits every name.
func (i Icon) drawing(name fyne.ThemeColorName) []byte {
	svg, err := assets.Icons.ReadFile("icons/" + string(i) + ".svg")
	if err != nil {
		return []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"></svg>`)
	}
	colored, err := canvas.RecolorSVG(svg, Color(name))
	if err != nil {
		return svg
	}
	return colored
}

type tinted struct {
	icon  Icon
	color fyne.ThemeColorName
}

func (t tinted) Name() string                        { return string(t.color) + "-" + t.icon.Name() }
func (t tinted) Content() []byte                     { return t.icon.drawing(t.color) }
func (t tinted) ThemeColorName() fyne.ThemeColorName { return t.color }

var (
	_ fyne.ThemedResource = Icon("")
	_ fyne.ThemedResource = tinted{}
)
