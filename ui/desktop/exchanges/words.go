package exchanges

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// word is one word of the filter language that is worth offering.
type word struct {
	filter  string
	meaning string
}

// words are the questions most often asked of the log.
func words() []word {
	return []word{
		{"verdict:failed", "what was refused, or got no answer"},
		{"verdict:qsh", "tokens whose qsh did not match"},
		{"status:none", "no answer at all"},
		{"status:>=400", "error answers"},
		{"dir:out", "host to add-on"},
		{"dir:in", "add-on to host"},
		{"kind:webhook", "events"},
		{"kind:page", "page requests"},
		{"kind:installed", "installs and upgrades"},
		{"kind:rest", "calls of the product's REST API"},
		{"kind:proxy", "what the proxy was asked for"},
		{"age:<5m", "of the last five minutes"},
		{"took:>500ms", "slow ones"},
		{"-kind:key", "without the fetching of install keys"},
	}
}

// offerWords shows the words below their button; the chosen one is added to the filter.
func (v *View) offerWords() {
	menu := fyne.NewMenu("")
	for _, w := range words() {
		menu.Items = append(menu.Items, fyne.NewMenuItem(w.filter+"    "+w.meaning, func() { v.addWord(w.filter) }))
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(v.words).AddXY(0, v.words.Size().Height)
	widget.ShowPopUpMenuAtPosition(menu, v.env.Window.Canvas(), at)
}

// addWord narrows the filter by one word more.
func (v *View) addWord(filter string) {
	v.filter.SetText(strings.TrimSpace(v.filter.Text + " " + filter))
	v.focus(v.filter)
}
