package descriptor

import (
	"context"
	"strings"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/editor"
	"connect-workbench/ui/desktop/place"
)

// assistant answers the editor with what the engine knows of descriptors. It asks beside the
// typing; the newest question wins.
type assistant struct{ view *View }

// Choices asks what may be written at an offset.
func (a assistant) Choices(text string, offset int, answer func(editor.Choices)) {
	a.view.choices.Run(func(context.Context) (editor.Choices, error) {
		return choicesOf(a.view.host.Complete(text, offset)), nil
	}, func(c editor.Choices, _ error) { answer(c) })
}

// Explain asks what stands at an offset.
func (a assistant) Explain(text string, offset int, answer func(editor.Explanation)) {
	a.view.explains.Run(func(context.Context) (editor.Explanation, error) {
		return explanationOf(a.view.host.Explain(text, offset)), nil
	}, func(x editor.Explanation, _ error) { answer(x) })
}

// complete offers what may be written at the caret. The command names the key and does not have
// it: the editor hears it itself, and so do editors in other places.
func (v *View) complete() {
	v.env.Go(place.Target{Place: v.ID()})
	v.editor.Focus()
	v.editor.Complete()
}

// explain tells what stands at the caret.
func (v *View) explain() {
	v.env.Go(place.Target{Place: v.ID()})
	v.editor.Focus()
	v.editor.Explain()
}

// choicesOf puts the engine's items into the editor's words.
func choicesOf(c engine.Completion) editor.Choices {
	choices := editor.Choices{Asked: c.Asked, List: make([]editor.Choice, len(c.Items))}
	for i := range c.Items {
		item := &c.Items[i]
		choice := editor.Choice{
			Label: item.Label, Detail: item.Detail, Strong: item.Required, Aged: aged(item.Status),
			Edits: append([]engine.Edit{item.Edit}, item.Also...),
			Card:  editor.Card{Title: item.Label, Kind: string(item.Kind), Text: item.Help},
		}
		if item.Help == "" {
			choice.Card = editor.Card{}
		}
		if len(item.Also) > 0 {
			choice.Card.Facts = append(choice.Card.Facts, editor.Fact{Label: "adds too", Text: addition(item.Also)})
		}
		for _, s := range item.Stops {
			choice.Stops = append(choice.Stops, editor.Span{From: s.From, To: s.To})
		}
		choices.List[i] = choice
	}
	return choices
}

// aged tells whether a name has had its day.
func aged(s engine.Status) bool {
	return s == engine.Deprecated || s == engine.Legacy || s == engine.Experimental || s == engine.Seen
}

// addition is what edits elsewhere write, for people.
func addition(edits []engine.Edit) string {
	var texts []string
	for _, e := range edits {
		texts = append(texts, strings.Trim(e.Text, ", \t\r\n"))
	}
	return strings.Join(texts, ", ")
}

// explanationOf puts what the engine tells into the editor's words.
func explanationOf(h engine.Help) editor.Explanation {
	x := editor.Explanation{From: h.From, To: h.To, Card: editor.Card{Title: h.Name, Kind: h.Kind, Text: h.Help}}
	for _, f := range h.Facts {
		x.Card.Facts = append(x.Card.Facts, editor.Fact{Label: f.Label, Text: f.Text})
	}
	if h.Pointer != "" && h.Kind != "" {
		x.Card.Facts = append(x.Card.Facts, editor.Fact{Label: "pointer", Text: h.Pointer})
	}
	if h.Docs.Kind != "" {
		x.Card.Facts = append(x.Card.Facts, editor.Fact{Label: "reference", Text: "F1"})
	}
	for _, p := range h.Problems {
		x.Card.Notes = append(x.Card.Notes, editor.Note{Severity: p.Severity, Text: p.Message + " (" + p.Rule + ")"})
	}
	return x
}

var _ editor.Assistant = assistant{}
