package theme

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Sizes in Fyne's device-independent pixels.
const (
	TextSize    float32 = 13
	SmallSize   float32 = 11
	HeadingSize float32 = 15

	Gap       float32 = 4 // between things that belong together
	Pad       float32 = 8 // inside panes, between groups
	LineWidth float32 = 1 // between panes

	RowHeight   float32 = 28 // one row of a list
	SourceLine  float32 = 20 // one line of source text
	BarHeight   float32 = 40 // a bar of controls
	IconSize    float32 = 16
	RailIcon    float32 = 22 // icon of a place
	EmptyIcon   float32 = 40 // icon of an empty place
	Indent      float32 = 16 // one level of child rows
	ScrollWidth float32 = 10
	ThumbMin    float32 = 24 // a shorter thumb is hard to catch
	Grip        float32 = 5  // what can be caught of the line between two panes
	CaretWidth  float32 = 2
	FocusWidth  float32 = 2 // the frame or mark that shows where the keys go
	Radius      float32 = 4
	LabelWidth  float32 = 120 // label column of key and value lists
	FigureWidth float32 = 72  // a field for a number
	FitWidth    float32 = 240 // the widest that a column of a list makes itself for its cells
	CardWidth   float32 = 280 // help beside a list
	TextPane    float32 = 420 // width at which running text is comfortable to read
)

// fyneSize gives our value for a size name of Fyne's widgets.
func fyneSize(name fyne.ThemeSizeName) (float32, bool) {
	switch name {
	case fynetheme.SizeNameText, fynetheme.SizeNameSubHeadingText:
		return TextSize, true
	case fynetheme.SizeNameCaptionText:
		return SmallSize, true
	case fynetheme.SizeNameHeadingText:
		return HeadingSize, true
	case fynetheme.SizeNamePadding, fynetheme.SizeNameLineSpacing:
		return Gap, true
	case fynetheme.SizeNameInnerPadding:
		return innerPadding, true
	case fynetheme.SizeNameInlineIcon:
		return IconSize, true
	case fynetheme.SizeNameSeparatorThickness, fynetheme.SizeNameInputBorder:
		return LineWidth, true
	case fynetheme.SizeNameScrollBar:
		return ScrollWidth, true
	case fynetheme.SizeNameScrollBarSmall:
		return Gap, true
	case fynetheme.SizeNameInputRadius, fynetheme.SizeNameSelectionRadius, fynetheme.SizeNameScrollBarRadius:
		return Radius, true
	default:
		return 0, false
	}
}

// innerPadding makes Fyne's buttons and entries as high as a row, give or take a line.
const innerPadding float32 = 6
