package desktop

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/desktop/ask"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/theme"
)

// fail shows an error: what happened, why, what to do, where.
func (w *Window) fail(title string, err error) {
	f := explain(title, err)
	rows := container.NewVBox()
	for _, part := range f.parts() {
		rows.Add(labelled(part[0], part[1]))
	}
	answers := []ask.Answer{}
	if f.Exchange != 0 {
		answers = append(answers, ask.Answer{Label: "Show the exchange", Primary: true, Run: func() {
			w.Go(place.Target{Place: "exchanges", Exchange: f.Exchange})
		}})
	}
	answers = append(answers,
		ask.Answer{Label: "Copy", Run: func() { w.copy(f.text()) }},
		ask.Answer{Label: "Close"},
	)
	ask.Show(w.win, ask.Question{
		Title: f.What + ": this did not work", Content: rows,
		Answers: answers, Width: theme.TextPane + theme.LabelWidth,
	})
}

// labelled is a text under its label; the text can be selected and copied.
func labelled(label, text string) fyne.CanvasObject {
	head := widget.NewLabel(label)
	head.Importance = widget.LowImportance
	body := widget.NewLabel(text)
	body.Wrapping = fyne.TextWrapWord
	body.Selectable = true
	return container.New(layout.NewCustomPaddedVBoxLayout(-theme.Pad), head, body)
}

// showNotices lists what the workbench found worth telling, newest first.
func (w *Window) showNotices() {
	rows := container.NewVBox()
	notices := w.bench.Notices()
	for _, n := range notices {
		status, word := noticeStatus(n)
		rows.Add(container.NewBorder(nil, nil, container.NewVBox(widget.NewIcon(tinted(status))), nil,
			labelled(n.Time.Format(time.TimeOnly)+"  "+word, strings.TrimSpace(n.Text+" "+n.Advice))))
	}
	text := ""
	if len(notices) == 0 {
		text = "Nothing to tell. Here will stand what no view asked for: a port that was taken, an edit that was put back, a file that was set aside."
	}
	ask.Show(w.win, ask.Question{
		Title: "Notices", Text: text, Content: rows,
		Answers: []ask.Answer{{Label: "Close"}}, Width: theme.TextPane + theme.LabelWidth,
	})
}

// widgetKeys are the keys that belong to what has the focus rather than to a command.
func widgetKeys() [][2]string {
	return [][2]string{
		{"?", "Anywhere but in a text: this list"},
		{"F1", "In the descriptor: what is said about the open card, the caret's place or the selected problem"},
		{"Escape", "Closes what is open over the window"},
		{"Tab, Shift+Tab", "Go from part to part; in a text, after Escape"},
		{"Up, Down, j, k", "In a list: move"},
		{"Enter", "In a list: go to what is selected"},
		{"Ctrl+F, F3", "In a text: find, find the next"},
		{"Ctrl+Z, Ctrl+Y", "In a text: undo, redo"},
		{"Alt+Up, Alt+Down", "In a text: move the selected lines"},
	}
}

// showKeys lists every command that has a key, and the keys of texts and lists.
func (w *Window) showKeys() {
	grid := container.New(layout.NewFormLayout())
	add := func(key, meaning string) {
		name := widget.NewLabel(key)
		name.TextStyle.Monospace = true
		grid.Add(name)
		grid.Add(widget.NewLabel(meaning))
	}
	for _, g := range w.commands() {
		for _, c := range g.Commands {
			if key := keyText(c.Shortcut); key != "" {
				add(key, g.Title+": "+c.Title)
			}
		}
	}
	for _, k := range widgetKeys() {
		add(k[0], k[1])
	}
	ask.Show(w.win, ask.Question{
		Title: "Keys", Content: grid,
		Answers: []ask.Answer{{Label: "Close"}},
	})
}

func (w *Window) useBuiltin() {
	w.runner.start("Switch to the built-in add-on", func(ctx context.Context, _ func(string)) error {
		return w.bench.UseBuiltin(ctx)
	}, w.reportSwitch("Switch to the built-in add-on"))
}

// askExternal asks for the address of a running add-on.
func (w *Window) askExternal() {
	ask.Line(w.win, ask.Question{
		Title: "External add-on",
		Text:  "Its base URL or the URL of its descriptor. Sites keep what they have installed until you install again.",
	}, w.externalAddress(), "http://localhost:3000", "Use it", func(address string) error {
		w.runner.start("Switch to "+address, func(ctx context.Context, _ func(string)) error {
			return w.bench.UseExternal(ctx, address)
		}, w.reportSwitch("Use the add-on at "+address))
		return nil
	})
}

// externalAddress is the external add-on in use, as a start for typing.
func (w *Window) externalAddress() string {
	if a := w.bench.Addon(); addonMode(a) == "external add-on" {
		return a.BaseURL
	}
	return ""
}

func (w *Window) reportSwitch(title string) func(error) {
	return func(err error) {
		if err != nil && w.runner.ctx.Err() == nil {
			w.fail(title, err)
		}
	}
}
