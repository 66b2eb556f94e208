package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"connect-workbench/ui/desktop/theme"
)

// rowsView draws Rows. Drawing order: marks behind the text, rows, then header and bar, which
// cover what a half-visible first row shows of itself above the body. Fyne clips a Scrollable
// widget to its own area, which takes care of the last row.
type rowsView struct {
	rows *Rows

	hover, selection *canvas.Rectangle
	focus            *canvas.Rectangle
	lines            []*rowLine // a pool, one for each row in view
	header           *canvas.Rectangle
	headerLine       *canvas.Rectangle
	titles           []*canvas.Text

	columns []span // where each column lies at the present width
	text    *cutter
	bold    *cutter
	mono    *cutter
	drop    float32 // how much lower monospace text is put, to stand on the same line as other text
	icons   *iconCache
	objects []fyne.CanvasObject
}

// span is a stretch of the width.
type span struct{ x, width float32 }

// CreateRenderer is for Fyne.
func (r *Rows) CreateRenderer() fyne.WidgetRenderer {
	v := &rowsView{
		rows:       r,
		hover:      canvas.NewRectangle(color.Transparent),
		selection:  canvas.NewRectangle(color.Transparent),
		focus:      canvas.NewRectangle(color.Transparent),
		header:     canvas.NewRectangle(color.Transparent),
		headerLine: canvas.NewRectangle(color.Transparent),
		columns:    make([]span, len(r.params.Columns)),
		text:       newCutter(theme.TextSize, fyne.TextStyle{}),
		bold:       newCutter(theme.TextSize, fyne.TextStyle{Bold: true}),
		mono:       newCutter(theme.TextSize, fyne.TextStyle{Monospace: true}),
		icons:      newIconCache(),
	}
	for _, c := range r.params.Columns {
		title := canvas.NewText(c.Title, color.Transparent)
		title.TextSize = theme.SmallSize
		title.Alignment = c.Align
		v.titles = append(v.titles, title)
	}
	r.view = v
	v.restyle()
	v.Layout(r.Size())
	return v
}

// Layout is called when the list got another size.
func (v *rowsView) Layout(size fyne.Size) {
	v.layoutColumns(size.Width - theme.ScrollWidth)
	v.header.Resize(fyne.NewSize(size.Width, theme.RowHeight))
	v.headerLine.Move(fyne.NewPos(0, theme.RowHeight-theme.LineWidth))
	v.headerLine.Resize(fyne.NewSize(size.Width, theme.LineWidth))
	v.rows.bar.Move(fyne.NewPos(size.Width-theme.ScrollWidth, theme.RowHeight))
	v.rows.bar.Resize(fyne.NewSize(theme.ScrollWidth, max(size.Height-theme.RowHeight, 0)))
	v.rows.measure()
	if !v.rows.laidOut && v.rows.selected >= 0 { // selected before there was a view to show it in
		v.rows.position.Show(v.rows.selected)
	}
	v.rows.laidOut = !size.IsZero()
	v.fill()
}

// columnGap is between columns: enough to keep a figure from the word right of it.
const columnGap = theme.Pad + theme.Gap

// layoutColumns shares the width out: fixed columns first, the rest by Flex. The first column
// gets one level of indentation on top, where rows may be indented.
func (v *rowsView) layoutColumns(width float32) {
	var indent, fixed, flex float32
	if v.rows.params.Depth != nil {
		indent = theme.Indent
	}
	for i, c := range v.rows.params.Columns {
		v.columns[i].width = v.least(c)
		fixed += v.columns[i].width + columnGap
		flex += c.Flex
	}
	rest := max(width-fixed-indent-theme.Pad, 0)
	shrink := v.shrinkage(width - indent - theme.Pad)
	x := theme.Pad
	for i, c := range v.rows.params.Columns {
		column := &v.columns[i]
		column.width *= shrink
		if i == 0 {
			column.width += indent
		}
		if c.Flex > 0 {
			column.width += rest * c.Flex / flex
		}
		column.x = x
		x += column.width + columnGap
		v.titles[i].Move(fyne.NewPos(column.x, 0))
		v.titles[i].Resize(fyne.NewSize(column.width, theme.RowHeight))
	}
}

// shrinkage is what the columns' widths must be multiplied by to fit into a list that is too narrow
// for them: all of them cut is better than the last ones out of sight.
func (v *rowsView) shrinkage(width float32) float32 {
	var wanted float32
	for _, column := range v.columns {
		wanted += column.width
	}
	room := width - float32(len(v.columns))*columnGap
	if room <= 0 || wanted <= room {
		return 1
	}
	return room / wanted
}

// least is how wide a column is before the rest of the width is shared out.
func (v *rowsView) least(c Column) float32 {
	if c.Fit == nil {
		return c.Width
	}
	width := c.Width
	for _, cell := range c.Fit() {
		cutter, _ := v.fontOf(c, cell)
		room := theme.FitWidth
		if cell.Icon != nil {
			room -= theme.IconSize + theme.Gap
		}
		width = max(width, theme.FitWidth-room+cutter.width(cell.Text, room))
	}
	return width
}

// fontOf is what a cell is written with.
func (v *rowsView) fontOf(c Column, cell Cell) (*cutter, fyne.TextStyle) {
	switch {
	case c.Mono:
		return v.mono, fyne.TextStyle{Monospace: true}
	case cell.Bold:
		return v.bold, fyne.TextStyle{Bold: true}
	}
	return v.text, fyne.TextStyle{}
}

// Refresh takes in a new theme, length and contents.
func (v *rowsView) Refresh() {
	v.restyle()
	v.layoutColumns(v.rows.Size().Width - theme.ScrollWidth)
	v.fill()
	v.rows.bar.Refresh()
}

func (v *rowsView) restyle() {
	v.drop = monoDrop()
	v.icons.follow(theme.Color(theme.Ground))
	v.hover.FillColor = theme.Color(theme.Hover)
	v.selection.FillColor = theme.Color(theme.Selected)
	v.focus.FillColor = theme.Color(theme.Accent)
	v.header.FillColor = theme.Color(theme.Surface)
	v.headerLine.FillColor = theme.Color(theme.Line)
	for _, title := range v.titles {
		title.Color = theme.Color(theme.Muted)
	}
}

// fill puts the rows in view into the pool's lines. Nothing here allocates once the pool is
// as long as the view is high.
func (v *rowsView) fill() {
	top, _ := v.rows.position.Top()
	visible := v.rows.position.Visible()
	v.grow(visible)
	for i, line := range v.lines {
		if i < visible {
			v.place(line, top+i)
		} else {
			line.hide()
		}
	}
	position, extent := v.rows.position.Fraction()
	v.rows.bar.Set(position, extent)
	v.placeMarks()
}

// grow lengthens the pool and lists the objects anew.
func (v *rowsView) grow(lines int) {
	if lines <= len(v.lines) && v.objects != nil {
		return
	}
	for len(v.lines) < lines {
		v.lines = append(v.lines, newRowLine(v.rows.params.Columns))
	}
	v.objects = append(v.objects[:0], v.hover, v.selection, v.focus)
	for _, line := range v.lines {
		v.objects = line.appendObjects(v.objects)
	}
	v.objects = append(v.objects, v.header, v.headerLine)
	for _, title := range v.titles {
		v.objects = append(v.objects, title)
	}
	v.objects = append(v.objects, v.rows.bar)
}

func (v *rowsView) refreshRow(row int) {
	top, _ := v.rows.position.Top()
	if i := row - top; i >= 0 && i < v.rows.position.Visible() && i < len(v.lines) {
		v.place(v.lines[i], row)
		v.repaint()
	}
}

// place fills one line with one row.
func (v *rowsView) place(line *rowLine, row int) {
	indent := float32(0)
	if v.rows.params.Depth != nil {
		indent = float32(v.rows.params.Depth(row)) * theme.Indent
	}
	y := theme.RowHeight + v.rows.position.Y(row)
	for i, column := range v.rows.params.Columns {
		at := v.columns[i]
		if column.Align == Leading && i == 0 {
			at.x += indent
			at.width = max(at.width-indent, 0)
		}
		v.placeCell(&line.cells[i], v.rows.params.Cell(row, i), at, y, column)
	}
}

func (v *rowsView) placeCell(view *cellView, cell Cell, at span, y float32, column Column) {
	name := cell.Color
	if name == "" {
		name = theme.Text
	}
	if cell.Icon != nil {
		view.showIcon(v.icons.get(cell.Icon, name), fyne.NewPos(at.x, y+(theme.RowHeight-theme.IconSize)/2))
		at.x += theme.IconSize + theme.Gap
		at.width = max(at.width-theme.IconSize-theme.Gap, 0)
	} else {
		view.icon.Hidden = true
	}
	cutter, style := v.fontOf(column, cell)
	text := view.text
	text.Hidden = false
	text.Text = cutter.middle(cell.Text, at.width)
	text.TextStyle = style
	text.Color = theme.Color(name)
	if column.Mono {
		y += v.drop
	}
	text.Move(fyne.NewPos(at.x, y))
	text.Resize(fyne.NewSize(at.width, theme.RowHeight))
}

// placeMarks moves the marks behind the rows under the pointer and of the selection.
func (v *rowsView) placeMarks() {
	r := v.rows
	width := r.Size().Width
	v.mark(v.hover, r.hovered, width)
	if r.hovered == r.selected {
		v.hover.Hidden = true
	}
	v.mark(v.selection, r.selected, width)
	v.mark(v.focus, r.selected, theme.FocusWidth)
	if v.focus.Hidden {
		// nothing selected in view: the header says that the keys go here
		v.focus.Hidden = false
		v.focus.Move(fyne.NewPos(0, 0))
		v.focus.Resize(fyne.NewSize(width, theme.FocusWidth))
	}
	v.focus.Hidden = !r.focused
	v.repaint()
}

// repaint asks for a frame. It names one small object, because naming the list would make
// Fyne upload every icon in it again.
func (v *rowsView) repaint() { canvas.Refresh(v.focus) }

func (v *rowsView) mark(rectangle *canvas.Rectangle, row int, width float32) {
	top, _ := v.rows.position.Top()
	rectangle.Hidden = row < top || row >= top+v.rows.position.Visible()
	if rectangle.Hidden {
		return
	}
	rectangle.Move(fyne.NewPos(0, theme.RowHeight+v.rows.position.Y(row)))
	rectangle.Resize(fyne.NewSize(width, theme.RowHeight))
}

func (v *rowsView) MinSize() fyne.Size           { return v.rows.MinSize() }
func (v *rowsView) Objects() []fyne.CanvasObject { return v.objects }
func (v *rowsView) Destroy()                     {}
