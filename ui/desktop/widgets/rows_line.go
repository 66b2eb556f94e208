package widgets

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"connect-workbench/ui/desktop/theme"
)

// rowLine is what one row of the list is drawn with.
type rowLine struct {
	cells []cellView
}

// cellView is what one cell is drawn with.
type cellView struct {
	icon *canvas.Image
	text *canvas.Text
}

func newRowLine(columns []Column) *rowLine {
	line := &rowLine{cells: make([]cellView, len(columns))}
	for i, c := range columns {
		icon := &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleSmooth}
		icon.Resize(fyne.NewSquareSize(theme.IconSize))
		icon.Hidden = true
		text := canvas.NewText("", color.Transparent)
		text.TextSize = theme.TextSize
		text.Alignment = c.Align
		line.cells[i] = cellView{icon: icon, text: text}
	}
	return line
}

func (l *rowLine) appendObjects(objects []fyne.CanvasObject) []fyne.CanvasObject {
	for _, c := range l.cells {
		objects = append(objects, c.icon, c.text)
	}
	return objects
}

func (l *rowLine) hide() {
	for _, c := range l.cells {
		c.icon.Hidden = true
		c.text.Hidden = true
	}
}

// showIcon changes the picture only when it is another one: each change uploads a texture.
func (c *cellView) showIcon(picture image.Image, at fyne.Position) {
	c.icon.Hidden = picture == nil
	c.icon.Move(at)
	if picture != nil && c.icon.Image != picture {
		c.icon.Image = picture
		c.icon.Refresh()
	}
}

// iconCache keeps icons drawn in a colour, so that scrolling does not draw SVG.
type iconCache struct {
	pictures map[iconKey]image.Image
	ground   color.Color // of the theme that the pictures belong to
}

type iconKey struct {
	icon  fyne.Resource
	color fyne.ThemeColorName
}

// maxIcons bounds the cache against callers that make a new resource for each cell.
const maxIcons = 256

func newIconCache() *iconCache { return &iconCache{pictures: make(map[iconKey]image.Image)} }

// follow drops the pictures when the window has another theme than they were drawn for.
func (c *iconCache) follow(ground color.Color) {
	if c.ground != ground {
		c.ground = ground
		clear(c.pictures)
	}
}

// get draws an icon once. The picture has twice the size in pixels, which looks right on
// screens of ordinary and of double density.
func (c *iconCache) get(icon fyne.Resource, name fyne.ThemeColorName) image.Image {
	key := iconKey{icon: icon, color: name}
	if picture, ok := c.pictures[key]; ok {
		return picture
	}
	if len(c.pictures) >= maxIcons {
		clear(c.pictures)
	}
	if ours, ok := icon.(theme.Icon); ok {
		icon = ours.In(name)
	}
	drawing := canvas.NewImageFromResource(icon)
	drawing.Resize(fyne.NewSquareSize(theme.IconSize))
	drawing.Refresh()
	c.pictures[key] = drawing.Image
	return drawing.Image
}
