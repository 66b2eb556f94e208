package inspect

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
)

// Headline is the first line about an exchange: its verdict, or why there is none. The status
// is empty when there is nothing to say about it.
func Headline(r exchange.Record) (text string, status widgets.Status) {
	v := r.Verdict
	switch {
	case v.OK && v.Summary != "":
		return v.Summary, widgets.StatusOK
	case v.OK:
		return "accepted", widgets.StatusOK
	case r.Status == 0 && r.Error != "":
		return "no answer: " + r.Error, widgets.StatusFailed
	case v.Known() && v.Summary != "":
		return v.Summary, widgets.StatusFailed
	case v.Known():
		return string(v.Rule), widgets.StatusFailed
	}
	return "not checked", ""
}

// VerdictView shows a verdict: the headline first, then the cause, what to do, and what was
// expected against what was received. What a verdict leaves empty takes no room.
type VerdictView struct {
	widget.BaseWidget

	icon       *widget.Icon
	headline   *widget.Label
	reason     *widget.Label
	comparison *ComparisonView
	content    *fyne.Container
}

// NewVerdictView makes an empty view.
func NewVerdictView() *VerdictView {
	v := &VerdictView{
		icon:       widget.NewIcon(nil),
		headline:   widgets.NewHeading(""),
		reason:     newProse(),
		comparison: NewComparisonView(),
	}
	v.content = container.New(Tight(),
		container.New(Signed(), v.icon, v.headline),
		v.reason,
		container.New(layout.NewCustomPaddedLayout(0, theme.Gap, fynetheme.InnerPadding(), fynetheme.InnerPadding()), v.comparison),
	)
	v.ExtendBaseWidget(v)
	return v
}

// Set puts headline and verdict on the screen.
func (v *VerdictView) Set(headline string, status widgets.Status, verdict connectjwt.Verdict) {
	v.icon.Resource = nil
	v.headline.Importance = widget.MediumImportance
	if status != "" {
		v.icon.Resource = status.Icon().In(status.Color())
		v.headline.Importance = importance(status)
	}
	setVisible(v.icon, status != "")
	v.headline.SetText(headline)
	showProse(v.reason, reasonOf(verdict))
	v.comparison.Set(verdict)
	compared := v.content.Objects[len(v.content.Objects)-1]
	compared.(*fyne.Container).Hidden = verdict.OK || verdict.Expected == "" && verdict.Received == ""
	v.Refresh()
}

// Headline is the first line that is shown.
func (v *VerdictView) Headline() string { return v.headline.Text }

// Say puts a headline and a sentence about it on the screen, where there is no verdict.
func (v *VerdictView) Say(headline string, status widgets.Status, sentence string) {
	v.Set(headline, status, connectjwt.Verdict{})
	showProse(v.reason, sentence)
	v.Refresh()
}

// CreateRenderer is for Fyne.
func (v *VerdictView) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(v.content)
}

// importance is how Fyne's labels name the colour of a status.
func importance(s widgets.Status) widget.Importance {
	switch s {
	case widgets.StatusOK:
		return widget.SuccessImportance
	case widgets.StatusWarning:
		return widget.WarningImportance
	case widgets.StatusFailed:
		return widget.DangerImportance
	}
	return widget.MediumImportance
}

// newProse is a label for a sentence or two, which can be selected and copied.
func newProse() *widget.Label {
	l := widgets.NewProse("")
	l.Selectable = true
	return l
}

// reasonOf says why a verdict is what it is, and what to do about it.
func reasonOf(v connectjwt.Verdict) string {
	var sentences []string
	if v.Cause != "" {
		sentences = append(sentences, "Cause: "+strings.TrimSuffix(v.Cause, ".")+".")
	}
	if v.Fix != "" {
		sentences = append(sentences, "What to do: "+strings.TrimSuffix(v.Fix, ".")+".")
	}
	return strings.Join(sentences, " ")
}

// showProse shows text, or hides the label when there is none.
func showProse(l *widget.Label, text string) {
	l.Hidden = text == ""
	if text != "" {
		l.SetText(text)
	}
}
