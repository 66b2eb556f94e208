package desktop

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// walk visits an object and all that is drawn in it.
func walk(o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if o == nil {
		return
	}
	visit(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			walk(child, visit)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			walk(child, visit)
		}
	}
}

// labels are the texts of all labels in an object.
func labels(o fyne.CanvasObject) []string {
	var texts []string
	walk(o, func(o fyne.CanvasObject) {
		if l, ok := o.(*widget.Label); ok {
			texts = append(texts, l.Text)
		}
	})
	return texts
}

// textButton is what Fyne's buttons and those made from them have in common.
type textButton interface {
	fyne.Tappable
	fyne.CanvasObject
	fyne.Focusable
}

// button finds a button by its word.
func button(t *testing.T, in fyne.CanvasObject, word string) fyne.Tappable {
	t.Helper()
	var found fyne.Tappable
	walk(in, func(o fyne.CanvasObject) {
		b, ok := o.(textButton)
		if !ok || found != nil {
			return
		}
		walk(o, func(part fyne.CanvasObject) {
			if rich, ok := part.(*widget.RichText); ok && rich.String() == word {
				found = b
			}
		})
	})
	if found == nil {
		t.Fatalf("there is no button %q", word)
	}
	return found
}

func fileURI(path string) fyne.URI { return storage.NewFileURI(path) }
