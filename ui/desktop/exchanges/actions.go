package exchanges

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/task"
)

// Commands are what the place adds to the menu and the command box.
func (v *View) Commands() []place.Command {
	control := fyne.KeyModifierShortcutDefault
	return []place.Command{
		{Title: "Filter the exchanges", Shortcut: &desktop.CustomShortcut{KeyName: fyne.KeyF, Modifier: control}, Run: v.focusFilter},
		{Title: "Clear the filter", Run: v.clearFilter},
		{Title: "Open the exchange's token", Shortcut: &desktop.CustomShortcut{KeyName: fyne.KeyT, Modifier: control}, Run: v.openToken},
		{Title: "Copy the exchange as curl", Shortcut: &desktop.CustomShortcut{KeyName: fyne.KeyC, Modifier: control | fyne.KeyModifierShift}, Run: v.copyCurl},
		{Title: "Copy the exchange as curl, with its token", Run: v.copyCurlWithToken},
		{Title: "Copy the exchange's URL", Run: v.copyURL},
		{Title: "Copy the request's body", Run: v.copyRequestBody},
		{Title: "Copy the answer's body", Run: v.copyAnswerBody},
	}
}

func (v *View) focusFilter() { v.focus(v.filter) }

// focus gives a widget the keys. The canvas is the window's, not the widget's: a place that
// was never painted has none yet.
func (v *View) focus(f fyne.Focusable) { v.env.Window.Canvas().Focus(f) }

// showMenu offers what can be done with a row, where it was clicked.
func (v *View) showMenu(_ int, at fyne.Position) {
	widget.ShowPopUpMenuAtPosition(v.menu(), v.env.Window.Canvas(), at)
}

func (v *View) menu() *fyne.Menu {
	return fyne.NewMenu("",
		fyne.NewMenuItem("Open token", v.openToken),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Copy URL", v.copyURL),
		fyne.NewMenuItem("Copy request body", v.copyRequestBody),
		fyne.NewMenuItem("Copy answer body", v.copyAnswerBody),
		fyne.NewMenuItem("Copy as curl", v.copyCurl),
		fyne.NewMenuItem("Copy as curl, with the token", v.copyCurlWithToken),
	)
}

// withShown runs f on the exchange that is shown, if there is one.
func (v *View) withShown(f func(d detail)) {
	if d := v.lower.shown; d != nil {
		f(*d)
	}
}

// withUnmasked reads the exchange that is shown with its secrets and runs f on it.
func (v *View) withUnmasked(f func(r exchange.Record)) {
	v.withShown(func(d detail) {
		id := d.record.ID
		task.Run(v.group, func(ctx context.Context) (exchange.Record, error) {
			return v.host.ExchangeUnmasked(ctx, id)
		}, func(r exchange.Record, err error) {
			if err != nil {
				v.env.Fail("The exchange cannot be read", err)
				return
			}
			f(r)
		})
	})
}

// openToken takes the token to the Tokens place, with the request it came with.
func (v *View) openToken() {
	v.withUnmasked(func(r exchange.Record) {
		if r.Token == "" {
			return
		}
		v.env.Go(place.Target{
			Place: "tokens", Token: r.Token, Method: r.Method, URL: r.URL,
			Base: v.base(r), Site: r.Site, Addon: r.Addon,
		})
	})
}

// base is the base URL of whoever received the request: its path is no part of the qsh.
func (v *View) base(r exchange.Record) string {
	for _, s := range v.host.Sites() {
		if s.ID != r.Site {
			continue
		}
		if r.Direction == exchange.ToHost {
			return s.BaseURL
		}
		for _, a := range s.Addons {
			if a.Key == r.Addon {
				return a.BaseURL
			}
		}
	}
	return ""
}

func (v *View) copyURL() { v.withShown(func(d detail) { v.env.Copy(d.record.URL) }) }

func (v *View) copyRequestBody() {
	v.withShown(func(d detail) { v.env.Copy(string(d.record.RequestBody)) })
}

func (v *View) copyAnswerBody() {
	v.withShown(func(d detail) { v.env.Copy(string(d.record.ResponseBody)) })
}

// copyCurl copies a command with a placeholder for the token.
func (v *View) copyCurl() {
	v.withShown(func(d detail) { v.env.Copy(inspect.Curl(message(d.record), false)) })
}

// copyCurlWithToken copies a command that works as it is, as long as the token does.
func (v *View) copyCurlWithToken() {
	v.withUnmasked(func(r exchange.Record) { v.env.Copy(inspect.Curl(message(r), true)) })
}
