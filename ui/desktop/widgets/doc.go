// Package widgets holds the building blocks that all places of the window share: the virtual
// list, badges, empty states, key and value lists, splits, stage lists, the filter box, bars,
// error panels and the read-only source view.
//
// Rules: everything here is made and called on the UI goroutine; colours and sizes come from
// package theme and are read again in Refresh; nothing paints a rectangle over a whole pane,
// because in software GL that costs more than all text on it; a renderer lays itself out when it
// is made, because Fyne throws those of widgets away that were out of sight for a minute, makes
// new ones, and lays out only what got another size.
package widgets
