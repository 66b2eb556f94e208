package pages

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/page"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
)

// signedView shows a page request as it will be made.
type signedView struct {
	content   fyne.CanvasObject
	url       *widgets.Source
	canonical *widgets.Source
	token     *inspect.TokenView
	context   *inspect.TokenView
}

func newSignedView(env place.Env) *signedView {
	s := &signedView{
		url:       widgets.NewSource(env.Post),
		canonical: widgets.NewSource(env.Post),
		token:     inspect.NewTokenView(env.Copy),
		context:   inspect.NewTokenView(env.Copy),
	}
	s.content = inspect.NewTabs(
		inspect.Tab{Title: "Signed URL", Content: s.url},
		inspect.Tab{Title: "Canonical request", Content: s.canonical},
		inspect.Tab{Title: "Token", Content: s.token},
		inspect.Tab{Title: "Context token", Content: s.context},
	)
	return s
}

func (s *signedView) show(signed page.Signed) {
	s.url.SetText("GET "+spread(signed.URL), widgets.LanguagePlain)
	s.canonical.SetText(signed.Canonical, widgets.LanguagePlain)
	showToken(s.token, signed.Token)
	showToken(s.context, signed.ContextToken)
}

// showToken decodes a token of our own making; there is nothing to check about it.
func showToken(view *inspect.TokenView, raw string) {
	token, err := connectjwt.Decode(raw)
	if err != nil {
		view.Set(nil, nil, nil, "")
		return
	}
	view.Set(inspect.HeaderClaims(token), inspect.Claims(token, token.Claims.Times(time.Now())), nil, "")
}

// answerView shows what a page request brought, or what will appear once one was made.
type answerView struct {
	content fyne.CanvasObject
	env     place.Env
	record  exchange.Record

	none    fyne.CanvasObject
	report  *inspect.VerdictView
	remarks *fyne.Container
	message *inspect.MessageView
	shown   fyne.CanvasObject
}

func newAnswerView(env place.Env) *answerView {
	a := &answerView{
		env: env,
		none: widgets.NewEmpty(theme.IconPages, "Not requested yet",
			"The answer will appear here: its code and headers, its HTML, and whether a browser would show it in the host's page.", "", nil),
		report:  inspect.NewVerdictView(),
		remarks: container.New(inspect.Tight()),
		message: inspect.NewMessageView(env.Post, env.Copy),
	}
	link := widget.NewButtonWithIcon("Exchange", theme.IconExchanges, func() {
		env.Go(place.Target{Place: "exchanges", Exchange: a.record.ID})
	})
	head := container.NewBorder(nil, nil, nil, container.NewPadded(container.NewVBox(link)),
		container.New(inspect.Tight(), a.report, a.remarks))
	a.shown = container.New(inspect.Under(), head, a.message)
	a.content = container.NewStack(a.none, a.shown)
	a.clear()
	return a
}

func (a *answerView) clear() {
	a.shown.Hide()
	a.none.Show()
}

// show puts an answer on the screen. half is its prepared form.
func (a *answerView) show(r exchange.Record, half inspect.Half, hostOrigin string) {
	a.record = r
	text, status := inspect.Headline(r)
	a.report.Set(text, status, r.Verdict)
	a.remarks.RemoveAll()
	for _, remark := range page.Remarks(r, hostOrigin) {
		icon := theme.IconInfo.In(theme.Muted)
		if remark.Blocking {
			icon = theme.IconWarning.In(theme.Warning)
		}
		prose := widgets.NewProse(remark.Text)
		prose.Selectable = true
		a.remarks.Add(container.New(inspect.Signed(), widget.NewIcon(icon), prose))
	}
	a.message.Set(half)
	a.none.Hide()
	a.shown.Show()
	a.content.Refresh()
}
