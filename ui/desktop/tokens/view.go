// Package tokens is the place that explains a token: what it says, whether it is good, and
// how the canonical request behind its qsh is made.
//
// A token may come by paste, with or without what surrounded it, or from an exchange. Whatever
// is pasted is explained, a bad token above all; nothing here is ever an error dialog. The
// token is explained again, off the UI goroutine, whenever anything about it changes.
package tokens

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/ui/desktop/editor"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/task"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// host is what the place needs of the workbench.
type host interface {
	Subscribe(f func(workbench.Change)) (cancel func())
	Sites() []workbench.SiteState
	TokenKeys() []workbench.TokenKey
	ExplainToken(raw string, key workbench.TokenKey, req connectjwt.Request) workbench.TokenReport
}

// explainInterval is how often, at most, the token is explained anew while something is typed.
const explainInterval = 120 * time.Millisecond

// View is the Tokens place.
type View struct {
	host  host
	env   place.Env
	group *task.Group
	state state

	paste  *editor.Editor
	key    *widget.Select
	secret *widget.Entry
	method *widget.Select
	url    *widget.Entry
	base   *widget.Entry

	report    *inspect.VerdictView
	token     *inspect.TokenView
	canonical *widgets.Source
	noRequest fyne.CanvasObject // instead of canonical
	explained fyne.CanvasObject
	none      fyne.CanvasObject
	whole     fyne.CanvasObject

	explaining *task.Lane[workbench.TokenReport]
	changed    func() // asks for the token to be explained again, soon

	unsubscribe func()
}

// New makes the place.
func New(h host, env place.Env) *View {
	group := task.NewGroup(env.Post)
	v := &View{
		host:       h,
		env:        env,
		group:      group,
		state:      state{key: noKey, method: methods[0]},
		explaining: task.NewLane[workbench.TokenReport](group),
	}
	v.changed = post.Coalesced(env.Post, explainInterval, v.explain)
	v.build()
	v.readKeys()
	sites := post.Coalesced(env.Post, explainInterval, v.readKeys)
	v.unsubscribe = h.Subscribe(func(c workbench.Change) {
		if c == workbench.SitesChanged {
			sites()
		}
	})
	return v
}

// methods are those a request with a token can have.
var methods = []string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"}

func (v *View) build() {
	v.buildAnswer()
	clear := widget.NewButtonWithIcon("Clear", theme.IconClear, v.clear)
	paste := widget.NewButtonWithIcon("Paste", theme.IconPlus, v.pasteClipboard)
	heading := widgets.NewHeading("Token")
	bar := widgets.NewBar(heading, paste, clear).Stretch(heading)
	v.paste = editor.New(v.env.Post)
	v.paste.SetHighlighter(newParts(""))
	v.paste.OnChanged = v.pasteChanged
	asking := container.New(inspect.Under(), bar,
		widgets.NewSplit(widgets.Vertical, v.paste, container.NewVScroll(v.buildForm()), 0.5))
	v.whole = widgets.NewSplit(widgets.Horizontal, asking, container.NewStack(v.explained, v.none), 0.42)
	v.show(workbench.TokenReport{})
}

// buildForm makes the fields for the key and the request.
func (v *View) buildForm() fyne.CanvasObject {
	v.key = widget.NewSelect(nil, func(string) { v.chooseKey(v.key.SelectedIndex()) })
	v.secret = widget.NewPasswordEntry()
	v.secret.SetPlaceHolder("the shared secret")
	v.secret.OnChanged = func(text string) { v.state.secret = text; v.changed() }
	v.secret.Hide()
	v.method = widget.NewSelect(methods, func(method string) { v.state.method = method; v.changed() })
	v.method.Selected = methods[0]
	v.url = newRequestEntry("the URL or path it came with: checks the qsh")
	v.url.OnChanged = func(text string) { v.state.url = text; v.changed() }
	v.base = newRequestEntry("of the receiver: its path is no part of the qsh")
	v.base.OnChanged = func(text string) { v.state.base = text; v.changed() }
	form := container.New(layout.NewFormLayout(),
		widgets.NewMuted("Key"), container.New(inspect.Under(), v.key, v.secret),
		widgets.NewMuted("Method"), container.NewHBox(v.method),
		widgets.NewMuted("URL"), v.url,
		widgets.NewMuted("Base URL"), v.base,
	)
	side := layout.NewCustomPaddedLayout(0, theme.Gap, theme.Pad, theme.Pad)
	return container.New(side, container.New(inspect.Tight(), widgets.NewHeading("Check it against"), form))
}

func newRequestEntry(hint string) *widget.Entry {
	entry := widget.NewEntry()
	entry.TextStyle.Monospace = true
	entry.SetPlaceHolder(hint)
	return entry
}

func (v *View) buildAnswer() {
	v.report = inspect.NewVerdictView()
	v.token = inspect.NewTokenView(v.env.Copy)
	v.canonical = widgets.NewSource(v.env.Post)
	v.noRequest = widgets.NewEmpty(theme.IconTokens, "No request to compare with",
		"Give the method and the URL the token came with, and the canonical request and its qsh will be worked out here, step by step.", "", nil)
	tabs := inspect.NewTabs(
		inspect.Tab{Title: "Token", Content: v.token},
		inspect.Tab{Title: "Canonical request", Content: container.NewStack(v.canonical, v.noRequest)},
	)
	v.explained = container.New(inspect.Under(), v.report, tabs)
	v.none = widgets.NewEmpty(theme.IconTokens, "Paste a token",
		"It will be decoded, checked and explained here. The token alone will do, or the header or URL it stood in. It stays on this machine.",
		"Paste from the clipboard", v.pasteClipboard)
}

// show puts a report on the screen.
func (v *View) show(r workbench.TokenReport) {
	if v.state.token == "" && r.Canonical == "" {
		v.explained.Hide()
		v.none.Show()
		return
	}
	text, status, verdict := verdictOf(r)
	if v.state.token == "" {
		text, status, verdict = "No token yet", "", connectjwt.Verdict{}
	}
	v.report.Set(text, status, verdict)
	v.token.Set(inspect.HeaderClaims(r.Token), inspect.Claims(r.Token, r.Times), r.Steps, "")
	v.canonical.SetText(canonicalText(r), widgets.LanguagePlain)
	if r.Canonical == "" {
		v.noRequest.Show()
	} else {
		v.noRequest.Hide()
	}
	v.none.Hide()
	v.explained.Show()
	v.explained.Refresh()
}

// ID is the place's name for links.
func (v *View) ID() string { return "tokens" }

// Title is the word on the rail.
func (v *View) Title() string { return "Tokens" }

// Icon is the picture on the rail.
func (v *View) Icon() fyne.Resource { return theme.IconTokens }

// Content is the place itself.
func (v *View) Content() fyne.CanvasObject { return v.whole }

// Shown explains the token as of now, and gives the field for it the keys.
func (v *View) Shown() {
	v.readKeys()
	v.env.Window.Canvas().Focus(v.paste)
}

// Close ends all background work.
func (v *View) Close() {
	v.unsubscribe()
	v.group.Close()
}

var (
	_ place.Place    = (*View)(nil)
	_ place.Receiver = (*View)(nil)
)
