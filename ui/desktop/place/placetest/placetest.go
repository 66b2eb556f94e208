// Package placetest puts a place into a test window and notes what it asks of the window.
//
// Everything a place hands over to the UI goroutine waits in a queue, which runs on the test's
// own goroutine in Until: a test is free of races by construction and never sleeps.
package placetest

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/theme"
)

// patience is how long Until waits before it fails the test.
const patience = 5 * time.Second

// Fixture is a test window around one place, and what the place did.
type Fixture struct {
	Queue  *post.Queue
	Window fyne.Window

	SiteID string // the scope of the window; set it and call the place's Shown

	Copied  string       // last text for the clipboard
	Opened  string       // last URL for the browser
	Went    place.Target // last target
	Failure string       // last failure shown: "title: error"
	Started []string     // titles of the work started

	t *testing.T
}

// New makes a light window of 1200 by 720.
func New(t *testing.T) *Fixture {
	t.Helper()
	test.NewTempApp(t)
	test.ApplyTheme(t, theme.New(theme.Light))
	f := &Fixture{t: t, Queue: post.NewQueue(), Window: test.NewTempWindow(t, nil)}
	f.Window.SetPadded(false)
	return f
}

// Env is what the window lends to the place.
func (f *Fixture) Env() place.Env {
	return place.Env{
		Post:   f.Queue.Post,
		Window: f.Window,
		Site:   func() string { return f.SiteID },
		Start: func(title string, work func(ctx context.Context, report func(string)) error, done func(error)) {
			f.Started = append(f.Started, title)
			go func() {
				err := work(context.Background(), func(string) {})
				f.Queue.Post(func() { done(err) })
			}()
		},
		Go:      func(t place.Target) { f.Went = t },
		Fail:    func(title string, err error) { f.Failure = title + ": " + err.Error() },
		Copy:    func(text string) { f.Copied = text },
		OpenURL: func(url string) { f.Opened = url },
	}
}

// Show fills the window with the place, which is closed when the test ends.
func (f *Fixture) Show(p place.Place) {
	f.t.Helper()
	f.t.Cleanup(p.Close)
	f.Window.SetContent(p.Content())
	f.Window.Resize(fyne.NewSize(1200, 720))
}

// Until runs what was handed over until done is true; what names it when the test fails.
func (f *Fixture) Until(what string, done func() bool) {
	f.t.Helper()
	if !f.Queue.Until(patience, done) {
		f.t.Fatalf("waited in vain: %s", what)
	}
}
