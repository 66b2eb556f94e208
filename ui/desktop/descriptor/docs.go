package descriptor

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/ask"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
)

// docsCommands are the ways to the reference. F1 is no shortcut of the menu: the toolkit keeps those
// to keys with Ctrl, so that the text and the lists hear it themselves.
func (v *View) docsCommands() []place.Command {
	return []place.Command{
		{Title: "Explain the selected problem", Run: v.explainProblem},
		{Title: "Reference of what the caret is at", Run: v.docsAtCaret},
	}
}

// docsAtCaret opens the page about the name, variable or property the caret is at; the index where
// there is nothing.
func (v *View) docsAtCaret() {
	_, _, offset := v.editor.Caret()
	v.docsAt(offset)
}

func (v *View) docsAt(offset int) {
	at := engine.DocsAt([]byte(v.editor.Text()), offset)
	v.env.Docs(at.Kind, at.Name)
}

// listKey hears F1 in a list.
func listKey(help func(row int)) func(int, *fyne.KeyEvent) {
	return func(row int, e *fyne.KeyEvent) {
		if e.Name == fyne.KeyF1 && row >= 0 {
			help(row)
		}
	}
}

// explainProblem says what the rule of the selected problem is about: what it checks, why, and how it looks
// wrong and right.
func (v *View) explainProblem() {
	p, ok := v.model.problem()
	if !ok {
		return
	}
	text := engine.BuiltIn().RuleText(p.Rule)
	if text == nil { // of a newer engine than the catalogue
		v.env.Docs(engine.DocsRule, p.Rule)
		return
	}
	ask.Show(v.env.Window, ask.Question{
		Title: text.Rule.Title, Content: explanation(text), Width: theme.TextPane + theme.LabelWidth,
		Answers: []ask.Answer{
			{Label: "Open in the browser", Run: func() { v.env.Docs(engine.DocsRule, p.Rule) }},
			{Label: "Close"},
		},
	})
}

func explanation(t *engine.RuleText) fyne.CanvasObject {
	bad := t.Bad
	if bad == "" {
		bad = "(an empty file)"
	}
	rows := container.New(layout.NewCustomPaddedVBoxLayout(0))
	for _, part := range []struct {
		label, text string
		code        bool
	}{
		{"Rule", t.Rule.ID + " (" + string(t.Rule.Severity) + ")", true},
		{"Checked", t.Checks, false}, {"Why", t.Why, false}, {"Do", t.Fix, false},
		{"Wrong", bad, true}, {"Right", t.Good, true},
	} {
		label := widget.NewLabel(part.label)
		label.Importance = widget.LowImportance
		body := widget.NewLabel(part.text)
		body.Selectable = true
		body.Wrapping = fyne.TextWrapWord
		body.TextStyle.Monospace = part.code
		rows.Add(container.New(layout.NewCustomPaddedVBoxLayout(-theme.Pad), label, body))
	}
	return rows
}
