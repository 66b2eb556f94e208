package inspect

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
)

// ClaimsView lists the members of a token's header or claims with what they mean.
type ClaimsView struct {
	*widgets.KeyValues
}

// NewClaimsView makes an empty view. copy puts a value on the clipboard.
func NewClaimsView(copy func(text string)) ClaimsView {
	return ClaimsView{widgets.NewKeyValues(copy)}
}

// Set lists these members.
func (v ClaimsView) Set(claims []Claim) {
	var rows []widgets.KeyValue
	for _, c := range claims {
		label := c.Name
		if c.Meaning != "" {
			label += " · " + c.Meaning
		}
		rows = append(rows, widgets.KeyValue{Label: label, Value: c.Value})
		if c.Words != "" {
			rows = append(rows, widgets.KeyValue{Value: c.Words, Prose: true})
		}
	}
	v.KeyValues.Set(rows...)
}

// StepsView lists the checks made on a token, each with its outcome; a failed one is explained
// where it stands.
type StepsView struct {
	widget.BaseWidget

	content *fyne.Container
}

// NewStepsView makes an empty view.
func NewStepsView() *StepsView {
	v := &StepsView{content: container.New(Tight())}
	v.ExtendBaseWidget(v)
	return v
}

// Set lists these checks.
func (v *StepsView) Set(steps []connectjwt.Step) {
	v.content.RemoveAll()
	for _, s := range steps {
		v.content.Objects = append(v.content.Objects, newStep(s))
	}
	v.content.Refresh()
	v.Refresh()
}

// CreateRenderer is for Fyne.
func (v *StepsView) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(v.content)
}

func newStep(s connectjwt.Step) fyne.CanvasObject {
	if s.State == connectjwt.StateFailed {
		failed := NewVerdictView()
		failed.Set(s.Title+": "+s.Verdict.Summary, widgets.StatusFailed, s.Verdict)
		failed.headline.SizeName = ""
		return failed
	}
	status, detail := widgets.StatusOK, s.Verdict.Summary
	if s.State == connectjwt.StateSkipped {
		status, detail = widgets.StatusPending, "not checked"
	}
	words := widgets.NewMuted(detail)
	words.Truncation = fyne.TextTruncateEllipsis
	line := container.NewBorder(nil, nil, widget.NewLabel(s.Title), nil, words)
	return container.New(Signed(), widget.NewIcon(status.Icon().In(status.Color())), line)
}

// TokenView shows a decoded token: the checks made on it, its claims and its header.
type TokenView struct {
	widget.BaseWidget

	none    fyne.CanvasObject
	checks  *widget.Label // the heading
	noSteps *widget.Label
	steps   *StepsView
	claims  ClaimsView
	header  ClaimsView
	scroll  *container.Scroll
	content *fyne.Container
}

// NewTokenView makes a view that shows no token.
func NewTokenView(copy func(text string)) *TokenView {
	v := &TokenView{
		none: widgets.NewEmpty(theme.IconTokens, "No token",
			"This request carried no token: its receiver does not ask for one, or the sender left it out.", "", nil),
		checks:  widgets.NewHeading("Checks"),
		noSteps: newProse(),
		steps:   NewStepsView(),
		claims:  NewClaimsView(copy),
		header:  NewClaimsView(copy),
	}
	v.scroll = container.NewVScroll(container.NewVBox(
		v.checks, v.noSteps, v.steps,
		widgets.NewHeading("Claims"), v.claims.KeyValues,
		widgets.NewHeading("Header"), v.header.KeyValues,
	))
	v.content = container.NewStack(v.none, v.scroll)
	v.Set(nil, nil, nil, "")
	v.ExtendBaseWidget(v)
	return v
}

// Set puts a token on the screen; noSteps says why there are no checks. Without header and
// claims there is no token.
func (v *TokenView) Set(header, claims []Claim, steps []connectjwt.Step, noSteps string) {
	carried := len(header) > 0 || len(claims) > 0 || len(steps) > 0
	v.none.Hide()
	v.scroll.Hide()
	if !carried {
		v.none.Show()
		return
	}
	setVisible(v.checks, len(steps) > 0 || noSteps != "")
	showProse(v.noSteps, noSteps)
	v.steps.Set(steps)
	v.claims.Set(claims)
	v.header.Set(header)
	v.scroll.Show()
	v.scroll.ScrollToTop()
}

// CreateRenderer is for Fyne.
func (v *TokenView) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(v.content)
}
