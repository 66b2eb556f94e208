package looktest

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

func TestTextsInReadingOrder(t *testing.T) {
	test.NewTempApp(t)
	hidden := widget.NewLabel("hidden")
	hidden.Hide()
	pressed := 0
	content := container.NewBorder(
		widget.NewLabel("top"), nil, widget.NewLabel("left"), widget.NewButton("right", func() { pressed++ }),
		container.NewVBox(widget.NewLabel("middle"), hidden, widget.NewLabel("below")))
	w := test.NewTempWindow(t, content)
	w.Resize(fyne.NewSize(400, 300))
	if want := []string{"top", "left", "middle", "below", "right"}; !slices.Equal(sorted(Texts(content)), sorted(want)) {
		t.Errorf("texts %q, want %q", Texts(content), want)
	}
	if texts := Texts(content); texts[0] != "top" {
		t.Errorf("the first text is %q", texts[0])
	}
	if !Reads(content, "middle") || Reads(content, "hidden") {
		t.Errorf("the page reads\n%s", Page(content))
	}
	Press(t, content, "right")
	if pressed != 1 {
		t.Errorf("pressed %d times", pressed)
	}
}

func sorted(texts []string) []string {
	slices.Sort(texts)
	return texts
}
