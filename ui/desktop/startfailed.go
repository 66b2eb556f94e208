package desktop

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// RunStartFailed shows why a project could not be opened, for people who start the program from an
// icon and see no terminal. With offer it offers to set the unusable database aside, and reports
// whether the person chose that. It returns when the window is closed or ctx ends.
func RunStartFailed(ctx context.Context, err error, offer bool) (setAside bool) {
	app.SetMetadata(migrated())
	a := app.NewWithID(appID)
	a.Settings().SetTheme(theme.New(keptVariant(a)))
	w := a.NewWindow("Connect Workbench")
	w.SetIcon(theme.IconApp)
	showStartFailed(w, err, offer, func() { setAside = true; a.Quit() }, a.Quit)
	w.CenterOnScreen()
	stop := context.AfterFunc(ctx, func() { fyne.Do(a.Quit) })
	defer stop()
	w.ShowAndRun()
	return setAside
}

// The size of the window that says why there is no other.
const (
	failedWidth  = 640
	failedHeight = 260
)

// showStartFailed fills a window with the reason and the ways on. Escape is the same as Quit, and
// Enter the same as the other button where that is offered: the old file is kept, so it harms nothing.
func showStartFailed(w fyne.Window, err error, offer bool, setAside, quit func()) {
	panel := widgets.NewError("", nil)
	advice := workbench.Advice(err)
	buttons := container.NewHBox(layout.NewSpacer())
	if offer {
		advice = "The button below keeps that file beside the new one, under another name. " +
			"What it held starts over: the installs on the sites, or the exchanges recorded so far. " +
			"The descriptor and workbench.json stay as they are."
		aside := widget.NewButton("Keep the old file aside and start with a new one", setAside)
		aside.Importance = widget.HighImportance
		buttons.Add(aside)
	}
	buttons.Add(widget.NewButton("Quit", quit))
	panel.Set("The project could not be opened", errors.New(sentence(err.Error())), advice)

	w.SetContent(container.NewPadded(container.NewBorder(nil, buttons, nil, nil, container.NewVScroll(panel))))
	w.Resize(fyne.NewSize(failedWidth, failedHeight))
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		switch e.Name {
		case fyne.KeyEscape:
			quit()
		case fyne.KeyReturn, fyne.KeyEnter:
			if offer {
				setAside()
			}
		}
	})
}
