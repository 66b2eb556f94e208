package tokens

import (
	"context"

	"fyne.io/fyne/v2"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/workbench"
)

// Commands are what the place adds to the menu and the command box.
func (v *View) Commands() []place.Command {
	return []place.Command{
		{Title: "Explain the token on the clipboard", Run: v.pasteClipboard},
		{Title: "Clear the token", Run: v.clear},
		{Title: "Copy the token's claims", Run: v.copyClaims},
	}
}

// Receive explains a token with the request it came with.
func (v *View) Receive(t place.Target) {
	if t.Token == "" {
		return
	}
	v.state.picked = false
	v.setRequest(t.Method, t.URL, t.Base)
	v.take(t.Token, t.Site)
	v.paste.SetText(fold(v.state.token))
	v.paste.SetHighlighter(newParts(v.paste.Text()))
}

// pasteChanged is told of every edit of the token's field. What is pasted as one long line, or
// with something around it, is put in order so that it can be read.
func (v *View) pasteChanged() {
	text := v.paste.Text()
	found := extract(text)
	if found.url != "" {
		v.setRequest("GET", found.url, v.state.base)
	}
	if found.token != "" && (found.url != "" || unfolded(text)) {
		v.paste.Replace(fold(found.token)) // comes back here with the folded text
		return
	}
	v.paste.SetHighlighter(newParts(text))
	v.take(found.token, "")
}

// take makes token the one to explain, and suggests the key and the base URL that go with it.
func (v *View) take(token, seenOn string) {
	v.state.token = token
	decoded, err := connectjwt.Decode(token)
	if err == nil {
		v.state.suggestKey(decoded, seenOn)
		v.showKeys()
		if v.state.base == "" {
			v.base.SetText(v.state.suggestedBase(decoded))
		}
	}
	v.changed()
}

// setRequest fills the form. The entries note what they are given in the state themselves.
func (v *View) setRequest(method, url, base string) {
	if method != "" {
		v.method.SetSelected(method)
	}
	v.url.SetText(url)
	v.base.SetText(base)
}

func (v *View) pasteClipboard() {
	v.state.picked = false
	v.paste.SetText(fyne.CurrentApp().Clipboard().Content())
	v.pasteChanged()
}

// clear empties the place: token, key and request.
func (v *View) clear() {
	v.explaining.Drop()
	v.state.picked = false
	v.state.key, v.state.token = noKey, ""
	v.secret.SetText("")
	v.paste.SetText("")
	v.paste.SetHighlighter(newParts(""))
	v.setRequest(methods[0], "", "")
	v.showKeys()
	v.show(workbench.TokenReport{})
	v.env.Window.Canvas().Focus(v.paste)
}

// readKeys takes in the keys there are now and explains the token with them.
func (v *View) readKeys() {
	v.state.sites = v.host.Sites()
	v.state.takeKeys(v.host.TokenKeys())
	v.showKeys()
	v.explain()
}

func (v *View) showKeys() {
	v.key.Options = v.state.keyLabels()
	v.key.Selected = v.key.Options[v.state.chosen()]
	v.key.Refresh()
	if v.state.key == typedKey {
		v.secret.Show()
	} else {
		v.secret.Hide()
	}
}

func (v *View) chooseKey(i int) {
	v.state.picked = true
	v.state.choose(i)
	v.showKeys()
	v.whole.Refresh()
	v.changed()
}

// explain has the token explained as everything stands now.
func (v *View) explain() {
	token, key, request := v.state.token, v.state.tokenKey(), v.state.request()
	if token == "" && request.Target == "" {
		v.show(workbench.TokenReport{})
		return
	}
	v.explaining.Run(func(context.Context) (workbench.TokenReport, error) {
		return v.host.ExplainToken(token, key, request), nil
	}, func(r workbench.TokenReport, _ error) { v.show(r) })
}

func (v *View) copyClaims() {
	if token, err := connectjwt.Decode(v.state.token); err == nil {
		v.env.Copy(inspect.Pretty(token.ClaimsJSON, "application/json").Text)
	}
}
