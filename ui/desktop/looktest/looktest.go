// Package looktest helps tests to look at the window the way a person does: by the texts that
// can be read in it, from top to bottom and left to right, and by the words on its buttons.
//
// A golden file of what can be read stays true when a widget moves by a pixel, and its diff
// says what changed for the person. Run a test with -update to write its golden files anew.
package looktest

import (
	"cmp"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

var update = flag.Bool("update", false, "write golden files anew")

// Texts are the texts that can be read in an object, in reading order.
func Texts(o fyne.CanvasObject) []string {
	var texts []string
	for _, line := range lines(o) {
		texts = append(texts, line...)
	}
	return texts
}

// Reads reports whether text can be read in an object, be it as a part.
func Reads(o fyne.CanvasObject, text string) bool {
	return strings.Contains(Page(o), text)
}

// Page is what can be read in an object, line by line; texts beside each other are set apart.
func Page(o fyne.CanvasObject) string {
	var b strings.Builder
	for _, line := range lines(o) {
		b.WriteString(strings.Join(line, "  |  ") + "\n")
	}
	return b.String()
}

// AssertPage compares what can be read in an object with a file of testdata.
func AssertPage(t *testing.T, name string, o fyne.CanvasObject) {
	t.Helper()
	path := filepath.Join("testdata", name)
	got := Page(o)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("read the golden file (-update writes it): %v", err)
	}
	if got != string(want) {
		t.Errorf("%s reads otherwise (-update takes it over):\n--- is\n%s--- was\n%s", name, got, want)
	}
}

// Press taps the button with the word, which must be there and enabled.
func Press(t *testing.T, in fyne.CanvasObject, word string) {
	t.Helper()
	b := button(in, word)
	switch {
	case b == nil:
		t.Fatalf("there is no button %q in\n%s", word, Page(in))
	case !enabled(b):
		t.Fatalf("the button %q is disabled", word)
	}
	test.Tap(b)
}

// CanPress reports whether the button with the word is there and enabled.
func CanPress(in fyne.CanvasObject, word string) bool {
	b := button(in, word)
	return b != nil && enabled(b)
}

// button finds what can be tapped and reached by keys and reads word, nothing else.
func button(in fyne.CanvasObject, word string) fyne.Tappable {
	var found fyne.Tappable
	walk(in, fyne.NewPos(0, 0), func(o fyne.CanvasObject, _ fyne.Position) {
		tappable, ok := o.(fyne.Tappable)
		if _, takesKeys := o.(fyne.Focusable); !ok || !takesKeys || found != nil {
			return
		}
		if slices.Equal(Texts(o), []string{word}) {
			found = tappable
		}
	})
	return found
}

func enabled(b fyne.Tappable) bool {
	d, ok := b.(fyne.Disableable)
	return !ok || !d.Disabled()
}

// word is a text with where it stands.
type word struct {
	text string
	at   fyne.Position
}

// sameLine is how far apart two texts of one line may stand, in pixels: sizes differ.
const sameLine = 8

// lines gathers the texts of each line, from top to bottom and left to right.
func lines(o fyne.CanvasObject) [][]string {
	var words []word
	walk(o, fyne.NewPos(0, 0), func(o fyne.CanvasObject, at fyne.Position) {
		if t, ok := o.(*canvas.Text); ok && strings.TrimSpace(t.Text) != "" {
			words = append(words, word{text: t.Text, at: at.AddXY(0, t.Size().Height/2)})
		}
	})
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(a.at.Y, b.at.Y) })
	var found [][]string
	for len(words) > 0 {
		n := 1
		for n < len(words) && words[n].at.Y-words[0].at.Y < sameLine {
			n++
		}
		line := words[:n]
		slices.SortStableFunc(line, func(a, b word) int { return cmp.Compare(a.at.X, b.at.X) })
		texts := make([]string, n)
		for i, w := range line {
			texts[i] = w.text
		}
		found = append(found, texts)
		words = words[n:]
	}
	return found
}

// walk visits an object and all that is shown in it, with absolute positions.
func walk(o fyne.CanvasObject, at fyne.Position, visit func(fyne.CanvasObject, fyne.Position)) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	visit(o, at)
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		children = o.Objects
	case fyne.Widget:
		children = test.WidgetRenderer(o).Objects()
	}
	for _, child := range children {
		walk(child, at, visit)
	}
}
