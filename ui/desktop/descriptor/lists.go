package descriptor

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
)

// newOutline lists the modules by kind. Selecting a row shows its place in the text, Enter and
// a double click go there.
func (v *View) newOutline() *widgets.Rows {
	offset := func(row int) int { return v.model.outline[row].Offset }
	return widgets.NewRows(widgets.RowsParams{
		Columns: []widgets.Column{{Title: "Module", Flex: 1}, {Title: "Problems", Width: theme.LabelWidth / 2}},
		Length:  func() int { return len(v.model.outline) },
		Depth:   func(row int) int { return v.model.outline[row].Depth },
		Cell:    v.outlineCell,
		OnSelect: func(row int) {
			if row >= 0 {
				v.editor.Select(offset(row), offset(row))
			}
		},
		OnActivate: func(row int) { v.editor.GoTo(offset(row)) },
		OnKey:      listKey(func(row int) { v.docsAt(offset(row)) }),
		OnShortcut: v.editor.TypedShortcut,
	})
}

func (v *View) outlineCell(row, column int) widgets.Cell {
	r := v.model.outline[row]
	if column == 0 {
		return widgets.Cell{Text: r.Title, Bold: r.Depth == 0}
	}
	switch {
	case r.Errors > 0:
		return problemCount(r.Errors, widgets.StatusFailed)
	case r.Warnings > 0:
		return problemCount(r.Warnings, widgets.StatusWarning)
	}
	return widgets.Cell{}
}

// problemCount is a number with the icon of the worst problem: the list below has the words.
func problemCount(n int, s widgets.Status) widgets.Cell {
	return widgets.Cell{Text: strconv.Itoa(n), Color: s.Color(), Icon: s.Icon().In(s.Color())}
}

// foot is the panel of problems below the text; it folds to a count.
type foot struct {
	split   *widgets.Split
	line    *widgets.Bar
	summary *widget.Button
	reach   *widget.Button // shows the addresses in place of the problems
	fix     *widget.Button
	fixAll  *widget.Button
	explain *widget.Button
	offers  *footOffers   // of explain and fix
	caret   *widget.Label // line:column, counted like those of problems
	message *widget.Label // the selected problem's, whole: the list cuts it to one line
	folded  bool
}

func (v *View) newFoot() fyne.CanvasObject {
	v.foot.summary = widget.NewButtonWithIcon("", theme.IconPending, v.pressProblems)
	v.foot.reach = widget.NewButtonWithIcon("", theme.IconPending, v.pressReach)
	v.foot.fix = widget.NewButton("", v.fix)
	v.foot.fix.Hide()
	v.foot.fixAll = widget.NewButton("", v.fixAll)
	v.foot.explain = widget.NewButton("Explain", v.explainProblem)
	v.foot.explain.Hide()
	v.foot.caret = widgets.NewMuted("")
	v.foot.offers = &footOffers{explain: v.foot.explain, fix: v.foot.fix}
	offers := container.New(v.foot.offers, v.foot.explain, v.foot.fix)
	v.foot.line = widgets.NewBar(v.foot.summary, v.foot.reach, offers,
		v.foot.fixAll, v.reach.exchange, v.reach.check, v.foot.caret).Stretch(offers)
	v.foot.message = widgets.NewProse("")
	v.foot.message.Selectable = true
	v.foot.message.Hide()
	lists := container.NewStack(v.problems, v.reach.rows, v.reach.none)
	return container.New(inspect.Under(), v.foot.line, container.NewBorder(nil, v.foot.message, nil, nil, lists))
}

func (v *View) newProblems() *widgets.Rows {
	return widgets.NewRows(widgets.RowsParams{
		Columns: []widgets.Column{
			{Title: "Severity", Width: 0.6 * theme.LabelWidth},
			{Title: "Line", Width: theme.LabelWidth / 2, Align: widgets.Trailing, Mono: true},
			{Title: "Problem", Flex: 1},
			{Title: "Rule", Width: 1.5 * theme.LabelWidth, Mono: true},
		},
		Length: func() int { return len(v.model.report.Problems) },
		Cell:   v.problemCell,
		OnSelect: func(row int) {
			v.model.selected = row
			v.showFoot()
			if p, ok := v.model.problem(); ok {
				v.editor.Select(p.Offset, endOnLine(v.model.sent, p))
			}
		},
		OnActivate: func(row int) { v.editor.GoTo(v.model.report.Problems[row].Offset) },
		OnKey:      listKey(func(int) { v.explainProblem() }),
		OnShortcut: v.editor.TypedShortcut,
	})
}

// endOnLine is where a problem's range ends on its first line: a whole object selected would
// hide what is meant, and invite to type over it.
func endOnLine(text string, p engine.Problem) int {
	end := min(p.End, len(text))
	if p.Offset >= end {
		return end
	}
	if i := strings.IndexByte(text[p.Offset:end], '\n'); i >= 0 {
		return p.Offset + i
	}
	return end
}

func (v *View) problemCell(row, column int) widgets.Cell {
	p := v.model.report.Problems[row]
	switch column {
	case 0:
		status := severityStatus(p.Severity)
		return widgets.Cell{Text: string(p.Severity), Icon: status.Icon().In(status.Color()), Color: status.Color()}
	case 1:
		return widgets.Cell{Text: location(p), Color: theme.Muted}
	case 2:
		return widgets.Cell{Text: p.Message}
	default:
		return widgets.Cell{Text: p.Rule, Color: theme.Muted}
	}
}

func severityStatus(s engine.Severity) widgets.Status {
	switch s {
	case engine.Error:
		return widgets.StatusFailed
	case engine.Warning:
		return widgets.StatusWarning
	}
	return widgets.StatusInfo
}

// showFoot shows the count, and the fix of the selected problem if there is one.
func (v *View) showFoot() {
	status := widgets.StatusOK
	switch {
	case !v.model.checked:
		status = widgets.StatusPending
	case v.model.report.Errors > 0:
		status = widgets.StatusFailed
	case v.model.report.Warnings > 0:
		status = widgets.StatusWarning
	}
	v.foot.summary.Icon = status.Icon().In(status.Color())
	v.foot.summary.SetText(v.model.summary())
	p, ok := v.model.problem()
	message := p.Message
	if v.model.reach.shown {
		message = v.model.reach.message()
	}
	v.foot.message.Hidden = message == "" || v.foot.folded
	if v.foot.message.Text != message {
		v.foot.message.SetText(message)
	}
	v.showFixes(p, ok)
	v.showReach()
	v.foot.line.Refresh()
}

// showFixes offers the fix of the selected problem, and all of them.
func (v *View) showFixes(p engine.Problem, selected bool) {
	v.foot.explain.Hidden = !selected || v.model.reach.shown
	v.foot.fix.Hidden = !selected || p.Fix == nil || v.model.reach.shown
	if selected && p.Fix != nil {
		v.foot.offers.title = p.Fix.Title
	}
	n := v.model.fixable()
	v.foot.fixAll.Hidden = n == 0 || v.model.reach.shown
	v.foot.fixAll.SetText(fmt.Sprintf("Fix all (%d)", n))
}

// showCaret tells where the caret is. It is called with every key; the bar is laid out anew
// only when the text got longer or shorter.
func (v *View) showCaret() {
	line, column, _ := v.editor.Caret()
	text := fmt.Sprintf("%d:%d", line, column)
	relayout := len(text) != len(v.foot.caret.Text)
	v.foot.caret.SetText(text)
	if relayout {
		v.foot.line.Refresh()
	}
}

// pressProblems shows the problems, or folds them when they are shown.
func (v *View) pressProblems() { v.press(false) }

// pressReach shows the addresses, or folds them when they are shown.
func (v *View) pressReach() { v.press(true) }

// press shows one of the two lists; pressed again, the foot folds.
func (v *View) press(reach bool) {
	if v.model.reach.shown == reach || v.foot.folded {
		v.model.reach.shown = reach
		v.foldProblems()
		return
	}
	v.model.reach.shown = reach
	v.showFoot()
}

// foldProblems folds the list to its count, or unfolds it.
func (v *View) foldProblems() {
	v.foot.folded = !v.foot.folded
	v.showFoot()
	share := textShare
	if v.foot.folded {
		share = 1
	}
	v.foot.split.SetOffset(share)
}

// nextProblem selects the problem after the selected one, the first after the last.
func (v *View) nextProblem() {
	v.env.Go(place.Target{Place: v.ID()})
	v.model.reach.shown = false
	v.showFoot()
	if n := len(v.model.report.Problems); n > 0 {
		v.problems.Select((v.model.selected + 1) % n)
		p, _ := v.model.problem()
		v.editor.GoTo(p.Offset)
	}
}

// fixAll applies all fixes as one step that undo takes back.
func (v *View) fixAll() {
	text := v.model.sent
	v.fixes.Run(func(context.Context) (engine.Fixed, error) {
		return v.host.FixAll(text), nil
	}, func(fixed engine.Fixed, _ error) {
		if len(fixed.Edits) > 0 && text == v.model.sent {
			v.editor.Apply(fixed.Edits)
			v.editor.Focus()
		}
	})
}

// fix applies the fix of the selected problem. It goes through the editor, so that undo takes
// it back.
func (v *View) fix() {
	if p, ok := v.model.problem(); ok && p.Fix != nil && v.model.fresh() {
		v.editor.Apply(p.Fix.Edits)
		v.editor.Focus()
	}
}
