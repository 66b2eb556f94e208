package exchanges

import (
	"fyne.io/fyne/v2"

	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
)

// The columns of the list.
const (
	columnTime = iota
	columnSite
	columnDirection
	columnKind
	columnWhat
	columnCode
	columnVerdict
	columnMillis
)

// columns of the list. What an exchange is about gets most of the width that is left over; the
// longest of the usual verdicts fits its own column.
func (v *View) columns() []widgets.Column {
	return []widgets.Column{
		columnTime:      {Title: "Time", Width: 64, Mono: true},
		columnSite:      {Title: "Site", Width: 64, Fit: v.siteCells},
		columnDirection: {Title: "Direction", Width: 84},
		columnKind:      {Title: "Kind", Width: 68},
		columnWhat:      {Title: "What", Width: 180, Flex: 5, Mono: true},
		columnCode:      {Title: "Code", Width: 36, Align: widgets.Trailing, Mono: true},
		columnVerdict:   {Title: "Verdict", Width: 150, Flex: 2},
		columnMillis:    {Title: "ms", Width: 40, Align: widgets.Trailing, Mono: true},
	}
}

// siteCells are what can stand in the column of sites.
func (v *View) siteCells() []widgets.Cell {
	cells := make([]widgets.Cell, 0, len(v.titles))
	for _, title := range v.titles {
		cells = append(cells, widgets.Cell{Text: title})
	}
	return cells
}

// length counts one row more while there are older ones, to be read when it comes into view.
func (v *View) length() int {
	n := v.state.window.length()
	if n > 0 && (v.state.window.full() || !v.state.window.complete) {
		n++
	}
	return n
}

// maxTexts bounds how many rows are kept written out.
const maxTexts = 4096

func (v *View) cell(i, column int) widgets.Cell {
	row, ok := v.state.window.at(i)
	if !ok {
		v.want(i)
		return v.placeholder(i, column)
	}
	text, ok := v.texts[row.ID]
	if !ok {
		if len(v.texts) >= maxTexts {
			clear(v.texts)
		}
		text = textOf(row, v.siteTitle)
		v.texts[row.ID] = text
	}
	return cellOf(text, column)
}

func (v *View) placeholder(i, column int) widgets.Cell {
	if column != columnWhat {
		return widgets.Cell{}
	}
	text := "…"
	if i >= v.state.window.length() && v.state.window.full() {
		text = "The " + inspect.Count(maxRows) + " newest are listed. Narrow the filter to find older ones."
	}
	return widgets.Cell{Text: text, Color: theme.Muted}
}

func cellOf(t cells, column int) widgets.Cell {
	switch column {
	case columnTime:
		return widgets.Cell{Text: t.time, Color: theme.Muted}
	case columnSite:
		return widgets.Cell{Text: t.site}
	case columnDirection:
		if t.toAddon {
			return widgets.Cell{Text: "to add-on", Color: theme.ToAddon, Icon: theme.IconToAddon.In(theme.ToAddon)}
		}
		return widgets.Cell{Text: "to host", Color: theme.ToHost, Icon: theme.IconToHost.In(theme.ToHost)}
	case columnKind:
		return widgets.Cell{Text: t.kind, Color: theme.Muted}
	case columnWhat:
		return widgets.Cell{Text: t.what}
	case columnCode:
		return widgets.Cell{Text: t.code, Color: textColor(t.codeStatus)}
	case columnVerdict:
		return verdictCell(t)
	case columnMillis:
		return widgets.Cell{Text: t.millis, Color: theme.Muted}
	}
	return widgets.Cell{}
}

func verdictCell(t cells) widgets.Cell {
	if t.verdictStatus == "" {
		return widgets.Cell{Text: t.verdict, Color: theme.Muted}
	}
	color := t.verdictStatus.Color()
	return widgets.Cell{Text: t.verdict, Color: color, Icon: t.verdictStatus.Icon().In(color)}
}

func textColor(s widgets.Status) fyne.ThemeColorName {
	if s == "" {
		return theme.Text
	}
	return s.Color()
}
