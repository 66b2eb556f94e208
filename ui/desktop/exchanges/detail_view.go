package exchanges

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
)

// detailView is the lower half: the verdict across, request and answer side by side below it.
type detailView struct {
	place   *View
	shown   *detail // nil: nothing is chosen
	content fyne.CanvasObject

	verdict *inspect.VerdictView
	facts   *widget.Label
	open    *widget.Button
	request *inspect.MessageView
	token   *inspect.TokenView
	raw     *widgets.Source
	answer  *inspect.MessageView
	effects *widgets.Rows
	alone   fyne.CanvasObject // instead of effects when the exchange has none
	right   *inspect.Tabs
}

func newDetailView(v *View) *detailView {
	d := &detailView{
		place:   v,
		verdict: inspect.NewVerdictView(),
		facts:   widgets.NewMuted(""),
		request: inspect.NewMessageView(v.env.Post, v.env.Copy),
		token:   inspect.NewTokenView(v.env.Copy),
		raw:     widgets.NewSource(v.env.Post),
		answer:  inspect.NewMessageView(v.env.Post, v.env.Copy),
	}
	d.facts.Truncation = fyne.TextTruncateEllipsis
	d.open = widget.NewButtonWithIcon("Open token", theme.IconTokens, v.openToken)
	d.effects = widgets.NewRows(widgets.RowsParams{
		Columns:    v.effectColumns(),
		Length:     d.effectCount,
		Cell:       d.effectCell,
		OnActivate: d.goToEffect,
	})
	d.alone = widgets.NewEmpty(theme.IconExchanges, "Nothing else", "No other exchange has the same cause.", "", nil)
	left := inspect.NewTabs(
		inspect.Tab{Title: "Request", Content: d.request},
		inspect.Tab{Title: "Token", Content: d.token},
		inspect.Tab{Title: "Raw", Content: d.raw},
	)
	d.right = inspect.NewTabs(
		inspect.Tab{Title: "Answer", Content: d.answer},
		inspect.Tab{Title: "Effects", Content: container.NewStack(d.effects, d.alone)},
	)
	var copyButton *widget.Button
	copyButton = widget.NewButtonWithIcon("Copy", theme.IconCopy, func() {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(copyButton).AddXY(0, copyButton.Size().Height)
		v.showMenu(0, at)
	})
	buttons := container.NewPadded(container.NewVBox(container.NewHBox(d.open, copyButton)))
	head := container.NewBorder(nil, nil, nil, buttons, container.New(inspect.Tight(), d.verdict, d.facts))
	d.content = container.New(inspect.Under(), head, widgets.NewSplit(widgets.Horizontal, left, d.right, 0.5))
	return d
}

// show puts an exchange on the screen; nil hides the lower half.
func (v *View) showDetail(shown *detail) {
	d := v.lower
	d.shown = shown
	if shown == nil {
		d.content.Hide()
		v.split.Refresh()
		return
	}
	r := shown.record
	text, status := inspect.Headline(r)
	d.verdict.Set(text, status, r.Verdict)
	d.facts.SetText(d.factsOf(shown))
	d.request.Set(shown.request)
	d.answer.Set(shown.answer)
	d.token.Set(shown.header, shown.claims, shown.steps, shown.noSteps)
	d.raw.SetText(rawOf(shown), widgets.LanguagePlain)
	d.open.Hidden = r.Token == ""
	d.effects.Mark(-1)
	d.effects.ScrollToTop()
	d.showEffects()
	if d.content.Visible() {
		d.content.Refresh()
		return
	}
	d.content.Show()
	v.split.Refresh()
}

// factsOf is the line below the verdict: what the list says, with nothing cut off.
func (d *detailView) factsOf(shown *detail) string {
	r := shown.record
	facts := []string{string(r.Kind)}
	for _, fact := range []string{r.Event, d.place.siteTitle(r.Site), r.Addon, string(r.Verdict.Rule)} {
		if fact != "" {
			facts = append(facts, fact)
		}
	}
	facts = append(facts, r.Start.Local().Format("2006-01-02 15:04:05.000"), inspect.Millis(r.Duration)+" ms")
	return strings.Join(facts, "  ·  ")
}

// rawOf is both halves as they went over the wire.
func rawOf(shown *detail) string {
	answer := shown.answer.Raw
	if shown.answer.Absent != "" {
		answer = shown.answer.Line + ": " + shown.answer.Absent
	}
	return shown.request.Raw + "\n\n" + answer
}

func (d *detailView) showEffects() {
	none := len(d.shown.effects) == 0
	d.effects.Hidden = none
	d.alone.Hide()
	if none {
		d.alone.Show()
	}
	title := "Effects"
	if !none {
		title += " (" + inspect.Count(int64(len(d.shown.effects))) + ")"
	}
	d.right.SetTitle(1, title)
	d.effects.Refresh()
}

func (d *detailView) effectCount() int {
	if d.shown == nil {
		return 0
	}
	return len(d.shown.effects)
}

func (d *detailView) effectCell(i, column int) widgets.Cell {
	return cellOf(textOf(d.shown.effects[i], d.place.siteTitle), shortColumns[column])
}

// shortColumns are the columns of the list that fit into half the window.
var shortColumns = [...]int{columnTime, columnDirection, columnWhat, columnCode, columnVerdict}

func (v *View) effectColumns() []widgets.Column {
	all := v.columns()
	short := make([]widgets.Column, len(shortColumns))
	for i, column := range shortColumns {
		short[i] = all[column]
	}
	return short
}

func (d *detailView) goToEffect(i int) {
	d.place.env.Go(place.Target{Place: d.place.ID(), Exchange: d.shown.effects[i].ID})
}

// focus gives the keys to the request's body, for reading and copying.
func (d *detailView) focus() { d.request.Focus() }
