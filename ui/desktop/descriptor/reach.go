package descriptor

import (
	"context"
	"errors"
	"fmt"

	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// reachView lists the addresses of the descriptor and how they answer, in the place of the problems.
type reachView struct {
	rows     *widgets.Rows
	none     *widget.Label // before the first check
	check    *widget.Button
	exchange *widget.Button // leads to the selected address's exchange
}

func (v *View) newReach() {
	v.reach.check = widget.NewButton("Check addresses", v.checkReach)
	v.reach.exchange = widget.NewButtonWithIcon("Exchange", theme.IconExchanges, v.goToExchange)
	v.reach.none = widgets.NewProse("Check addresses asks the running add-on for every address of this descriptor: pages as signed requests of the chosen site, " +
		"callbacks and webhooks with OPTIONS only, so that nothing is posted. Nothing outside of this machine is asked.")
	v.reach.rows = widgets.NewRows(widgets.RowsParams{
		Columns: []widgets.Column{
			reachState:   {Title: "State", Width: 0.8 * theme.LabelWidth},
			reachLine:    {Title: "Line", Width: theme.LabelWidth / 3, Align: widgets.Trailing, Mono: true},
			reachURL:     {Title: "Address", Width: theme.LabelWidth, Flex: 2, Mono: true},
			reachName:    {Title: "Of", Width: theme.LabelWidth, Flex: 1},
			reachCode:    {Title: "Code", Width: 0.4 * theme.LabelWidth, Align: widgets.Trailing, Mono: true},
			reachMillis:  {Title: "ms", Width: 0.4 * theme.LabelWidth, Align: widgets.Trailing, Mono: true},
			reachFraming: {Title: "Framing", Width: 0.7 * theme.LabelWidth},
			reachWhat:    {Title: "What is wrong", Width: theme.LabelWidth, Flex: 2},
		},
		Length: func() int { return len(v.model.reach.report.Addresses) },
		Cell:   func(row, column int) widgets.Cell { return v.model.reach.cell(row, column) },
		OnSelect: func(row int) {
			v.model.reach.selected = row
			v.showFoot()
			v.showAddress(v.editor.Select)
			// The message may have taken the row's place.
			v.env.Post(func() { v.reach.rows.Select(v.reach.rows.Selected()) })
		},
		OnActivate: func(int) { v.showAddress(func(from, _ int) { v.editor.GoTo(from) }) },
		OnShortcut: v.editor.TypedShortcut,
	})
}

// showAddress shows the selected address in the text.
func (v *View) showAddress(show func(from, to int)) {
	a, ok := v.model.reach.address()
	if !ok {
		return
	}
	if from, to, there := v.model.reach.where(a, v.model.sent); there {
		show(from, to)
	}
}

// showReach shows which of the two lists is in front, and how the addresses stand.
func (v *View) showReach() {
	m := &v.model.reach
	v.problems.Hidden = v.foot.folded || m.shown
	v.reach.rows.Hidden = v.foot.folded || !m.shown || !m.checked
	v.reach.none.Hidden = v.foot.folded || !m.shown || m.checked
	v.foot.summary.Importance, v.foot.reach.Importance = widget.MediumImportance, widget.LowImportance
	if m.shown {
		v.foot.summary.Importance, v.foot.reach.Importance = widget.LowImportance, widget.MediumImportance
	}
	v.foot.summary.Refresh()
	status := m.status(v.model.sent)
	v.foot.reach.Icon = status.Icon().In(status.Color())
	v.foot.reach.SetText(m.summary(v.model.sent))
	a, selected := m.address()
	v.reach.exchange.Hidden = !m.shown || !selected || a.Exchange == 0
	v.reach.check.Hidden = !m.shown
	if m.running {
		v.reach.check.Disable()
	} else {
		v.reach.check.Enable()
	}
}

// checkReach asks for every address, in the background; the status bar counts and can cancel.
func (v *View) checkReach() {
	if v.model.reach.running {
		return
	}
	v.env.Go(place.Target{Place: v.ID()})
	v.model.reach.shown, v.model.reach.running = true, true
	if v.foot.folded {
		v.foldProblems()
	}
	v.showFoot()
	site := v.env.Site()
	var report workbench.ReachReport
	v.env.Start("Check addresses", func(ctx context.Context, say func(string)) (err error) {
		report, err = v.host.Reach(ctx, site, func(done, total int) { say(fmt.Sprintf("%d of %d", done, total)) })
		return err
	}, func(err error) {
		v.model.reach.running = false
		switch {
		case err == nil || errors.Is(err, context.Canceled) && len(report.Addresses) > 0:
			v.model.reach.take(report)
		case !errors.Is(err, context.Canceled):
			v.env.Fail("The addresses cannot be checked", err)
		}
		v.reach.rows.Mark(-1)
		v.reach.rows.ScrollToTop()
		v.showFoot()
	})
}

// goToExchange leads to the exchange that decided how the selected address stands.
func (v *View) goToExchange() {
	if a, ok := v.model.reach.address(); ok && a.Exchange != 0 {
		v.env.Go(place.Target{Place: "exchanges", Exchange: a.Exchange})
	}
}
