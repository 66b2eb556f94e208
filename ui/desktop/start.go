package desktop

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"connect-workbench/ui/desktop/connect"
	"connect-workbench/ui/desktop/descriptor"
	"connect-workbench/ui/desktop/events"
	"connect-workbench/ui/desktop/exchanges"
	"connect-workbench/ui/desktop/pages"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/sites"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/tokens"
	"connect-workbench/ui/workbench"
)

// ErrNoDisplay means that there is no screen to open a window on.
var ErrNoDisplay = errors.New("no display: neither DISPLAY nor WAYLAND_DISPLAY is set")

const appID = "dev.connectworkbench.desktop"

// Run opens the window on w and returns when it was closed, or ctx ended. It must be called on
// the main goroutine. Without a display it returns ErrNoDisplay before anything was started.
func Run(ctx context.Context, w *workbench.Workbench, o Options) error {
	if !HasDisplay() {
		return ErrNoDisplay
	}
	if !o.CheckThreads {
		app.SetMetadata(migrated())
	}
	a := app.NewWithID(appID)
	a.SetIcon(theme.IconApp)
	window := NewWindow(a, w, fyne.Do, Places(w), o)
	stop := context.AfterFunc(ctx, func() { fyne.Do(window.finish) })
	defer stop()
	a.Run()
	return nil
}

// migrated declares that every widget call is on the UI goroutine, which saves Fyne's own check.
func migrated() fyne.AppMetadata {
	return fyne.AppMetadata{ID: appID, Name: "Connect Workbench", Migrations: map[string]bool{"fyneDo": true}}
}

// Places makes the places of the rail, in its order.
func Places(w *workbench.Workbench) func(place.Env) []place.Place {
	return func(env place.Env) []place.Place {
		return []place.Place{
			descriptor.New(w, env),
			sites.New(w, env),
			events.New(w, env),
			pages.New(w, env),
			exchanges.New(w, env),
			tokens.New(w, env),
			connect.New(w, env),
		}
	}
}
