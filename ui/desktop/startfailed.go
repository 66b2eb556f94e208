package desktop

import (
	"context"

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
	a.Settings().SetTheme(theme.New(theme.System))
	w := a.NewWindow("Connect Workbench")
	w.SetIcon(theme.IconApp)

	panel := widgets.NewError("", nil)
	panel.Set("The project could not be opened.", err, workbench.Advice(err))
	quit := widget.NewButton("Quit", a.Quit)
	buttons := container.NewHBox(layout.NewSpacer(), quit)
	if offer {
		aside := widget.NewButton("Keep the old file aside and start with a new one", func() {
			setAside = true
			a.Quit()
		})
		aside.Importance = widget.HighImportance
		buttons.Add(aside)
	}
	w.SetContent(container.NewPadded(container.NewBorder(nil, buttons, nil, nil, panel)))
	w.Resize(fyne.NewSize(640, 320))
	stop := context.AfterFunc(ctx, func() { fyne.Do(a.Quit) })
	defer stop()
	w.ShowAndRun()
	return setAside
}
