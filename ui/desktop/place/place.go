// Package place says what a place of the window is, and what the window lends to it.
package place

import (
	"context"

	"fyne.io/fyne/v2"

	"connect-workbench/ui/desktop/post"
)

// Place is one entry of the rail: its content fills the window beside it.
type Place interface {
	ID() string    // "descriptor", "sites", "events", "pages", "exchanges", "tokens", "connect"
	Title() string // the word under the icon
	Icon() fyne.Resource
	Content() fyne.CanvasObject // built once
	Shown()                     // called each time the place comes to front: refresh, put the focus
	Commands() []Command        // for the menu and the command box
	Close()                     // stop background work, unsubscribe
}

// Command is something the person can do, by menu, command box or key.
type Command struct {
	Title    string        // "Save descriptor"
	Shortcut fyne.Shortcut // nil: none
	Run      func()
}

// Env is what the window lends to every place. All functions are for the UI goroutine.
type Env struct {
	Post   post.Func
	Window fyne.Window

	// Site is the site the window is scoped to; "" is all sites.
	Site func() string

	// Start runs work on a goroutine with a context that ends with the window or by the
	// person's cancel. After 0.3 s the status bar shows title and what work reports, with a
	// cancel button. done runs on the UI goroutine with work's error (context.Canceled when cancelled).
	Start func(title string, work func(ctx context.Context, report func(stage string)) error, done func(error))

	// Go brings another place to front; arg tells it what to show (an exchange id, a
	// descriptor position, a token); see the Target types.
	Go func(target Target)

	// Fail shows an error in place's own words: what happened, why, what to do.
	Fail func(title string, err error)

	Copy    func(text string) // to the clipboard, with a short note in the status bar
	OpenURL func(url string)  // in the system's browser

	// Docs opens the page about a thing of a descriptor in the browser; see descriptor.DocsPath.
	Docs func(kind, name string)
}

// Target says where to go.
type Target struct {
	Place    string
	Exchange int64  // for "exchanges"
	Filter   string // for "exchanges"
	Offset   int    // for "descriptor": byte offset, when Place is "descriptor"
	Token    string // for "tokens"
	Method   string // for "tokens": the request the token came with
	URL      string
	Base     string
	Site     string // for "sites", "events", "pages"
	Addon    string
	Event    string // for "events"
}

// Receiver is a place that can be told what to show.
type Receiver interface {
	Receive(Target)
}
