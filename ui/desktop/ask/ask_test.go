package ask

import (
	"errors"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

func window(t *testing.T) fyne.Window {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, widget.NewLabel("behind"))
	w.Resize(fyne.NewSize(900, 600))
	return w
}

func press(w fyne.Window, key fyne.KeyName) {
	e := &fyne.KeyEvent{Name: key}
	if focused := w.Canvas().Focused(); focused != nil {
		focused.TypedKey(e)
		return
	}
	w.Canvas().OnTypedKey()(e)
}

func TestEnterGivesTheFirstHarmlessAnswer(t *testing.T) {
	w := window(t)
	got := ""
	answer := func(word string) func() { return func() { got = word } }
	Show(w, Question{Title: "Uninstall?", Answers: []Answer{
		{Label: "Uninstall", Danger: true, Run: answer("uninstall")},
		{Label: "Keep it", Run: answer("keep")},
	}})
	press(w, fyne.KeyReturn)
	if got != "keep" {
		t.Errorf("Enter answered %q", got)
	}
	if w.Canvas().Overlays().Top() != nil {
		t.Error("the sheet is still open")
	}
}

func TestEscapeIsTheLastAnswer(t *testing.T) {
	w := window(t)
	before := 0
	w.Canvas().SetOnTypedKey(func(*fyne.KeyEvent) { before++ })
	closed := 0
	q := Question{Title: "Save?", Answers: []Answer{
		{Label: "Save", Run: func() { t.Error("Escape saved") }},
		{Label: "Cancel", Run: func() { closed++ }},
	}}

	Show(w, q)
	press(w, fyne.KeyEscape)
	if closed != 1 {
		t.Error("Escape on an answer did not close the sheet")
	}

	Show(w, q)
	w.Canvas().Unfocus()
	press(w, fyne.KeyEscape)
	if closed != 2 || before != 0 {
		t.Errorf("Escape without focus: closed %d times, the window's own keys heard %d", closed, before)
	}
	press(w, fyne.KeyF1)
	if before != 1 {
		t.Error("the window's own keys are not heard again after the sheet")
	}
}

func TestLineStaysOpenUntilTheTextIsTaken(t *testing.T) {
	w := window(t)
	var taken []string
	Line(w, Question{Title: "Open"}, "/tmp/", "a path", "Open", func(text string) error {
		taken = append(taken, text)
		if text == "/tmp/" {
			return errors.New("that is a folder")
		}
		return nil
	})
	field, ok := w.Canvas().Focused().(*Field)
	if !ok {
		t.Fatalf("the keys are on %T, want the field", w.Canvas().Focused())
	}
	press(w, fyne.KeyReturn)
	if w.Canvas().Overlays().Top() == nil {
		t.Fatal("the sheet closed although the text was refused")
	}
	test.Type(field, "a.json")
	press(w, fyne.KeyReturn)
	if len(taken) != 2 || taken[1] != "/tmp/a.json" {
		t.Errorf("taken %q", taken)
	}
	if w.Canvas().Overlays().Top() != nil {
		t.Error("the sheet is still open")
	}
}

func TestEscapeLeavesALine(t *testing.T) {
	w := window(t)
	Line(w, Question{Title: "Open"}, "", "", "Open", func(string) error {
		t.Error("Escape gave the text")
		return nil
	})
	press(w, fyne.KeyEscape)
	if w.Canvas().Overlays().Top() != nil {
		t.Error("the sheet is still open")
	}
}

func TestSheetFitsASmallWindow(t *testing.T) {
	w := window(t)
	w.Resize(fyne.NewSize(320, 240))
	s := Show(w, Question{Title: "A title that is quite long for so small a window", Text: "And a text.", Answers: []Answer{{Label: "Close"}}})
	if size := s.popup.Content.Size(); size.Width > 320 {
		t.Errorf("the sheet is %v wide in a window of 320", size.Width)
	}
	s.Close()
	s.Close() // twice is harmless
}

func TestEscapeClosesADialogOfFyne(t *testing.T) {
	w := window(t)
	before := 0
	w.Canvas().SetOnTypedKey(func(*fyne.KeyEvent) { before++ })
	d := dialog.NewInformation("Browse", "files", w)
	d.Show()
	CloseOnEscape(w, d)
	w.Canvas().Unfocus()
	press(w, fyne.KeyEscape)
	if w.Canvas().Overlays().Top() != nil {
		t.Error("the dialog is still open")
	}
	press(w, fyne.KeyF1)
	if before != 1 {
		t.Errorf("the window's own keys heard %d keys, want only the one after the dialog", before)
	}
}
