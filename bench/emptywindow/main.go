// Emptywindow opens an empty window of the same Fyne version: the limit that the program's time to
// first frame and memory are measured against (see bench).
package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
)

func main() {
	window := app.NewWithID("io.github.connect_workbench.emptywindow").NewWindow("empty")
	window.Resize(fyne.NewSize(1280, 800))
	window.ShowAndRun()
}
