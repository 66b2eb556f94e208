package desktop

import (
	"errors"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"connect-workbench/ui/desktop/looktest"
	"connect-workbench/ui/desktop/theme"
)

func TestStartFailed(t *testing.T) {
	for _, tc := range []struct {
		name  string
		offer bool
		act   func(w fyne.Window)
		want  string
	}{
		{"the button sets the file aside", true, func(w fyne.Window) {
			looktest.Press(t, w.Content(), "Keep the old file aside and start with a new one")
		}, "aside"},
		{"enter sets the file aside", true, typed(fyne.KeyReturn), "aside"},
		{"enter alone does nothing without the offer", false, typed(fyne.KeyReturn), ""},
		{"escape quits", true, typed(fyne.KeyEscape), "quit"},
		{"the other button quits", false, func(w fyne.Window) { looktest.Press(t, w.Content(), "Quit") }, "quit"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Light))
			w := test.NewTempWindow(t, nil)
			did := ""
			err := errors.New("cannot use state.db: it is not a database")
			showStartFailed(w, err, tc.offer, func() { did = "aside" }, func() { did = "quit" })
			if !looktest.Reads(w.Content(), "Cannot use state.db: it is not a database.") {
				t.Errorf("the reason is not there:\n%s", looktest.Page(w.Content()))
			}
			tc.act(w)
			if did != tc.want {
				t.Errorf("did %q, want %q", did, tc.want)
			}
		})
	}
}

func typed(key fyne.KeyName) func(fyne.Window) {
	return func(w fyne.Window) { w.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: key}) }
}
