package inspect

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
)

// show puts a view into a test window of our look.
func show(t *testing.T, view fyne.CanvasObject) fyne.Window {
	t.Helper()
	test.NewTempApp(t)
	test.ApplyTheme(t, theme.New(theme.Light))
	w := test.NewTempWindow(t, view)
	w.Resize(fyne.NewSize(600, 400))
	return w
}

func TestTabsShowOnePaneAtATime(t *testing.T) {
	first, second := widget.NewLabel("one"), widget.NewLabel("two")
	tabs := NewTabs(Tab{"First", first}, Tab{"Second", second})
	w := show(t, tabs)
	if !first.Visible() || second.Visible() {
		t.Error("the first pane is not the one shown")
	}
	test.Tap(tabs.heads[1])
	if first.Visible() || !second.Visible() || tabs.Selected() != 1 {
		t.Error("a press on the second title does not show its pane")
	}
	w.Canvas().Focus(tabs.heads[1])
	tabs.heads[1].TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	tabs.heads[1].TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	if tabs.Selected() != 0 || w.Canvas().Focused() != fyne.Focusable(tabs.heads[0]) {
		t.Error("Left does not go to the first title")
	}
}

func TestHeadersStayUnfolded(t *testing.T) {
	v := NewMessageView(post.NewQueue().Post, func(string) {})
	show(t, v)
	v.Set(Half{Line: "GET /", Headers: []Header{{"Accept", "*/*"}}, Size: 1})
	if v.scroll.Visible() || v.fold.Text != "Headers (1)" {
		t.Errorf("headers %v, %q", v.scroll.Visible(), v.fold.Text)
	}
	test.Tap(v.fold)
	v.Set(Half{Line: "GET /other", Headers: []Header{{"Accept", "*/*"}, {"Host", "x"}}, Size: 1})
	if !v.scroll.Visible() || v.fold.Text != "Headers (2)" {
		t.Error("another message folds the headers again")
	}
	test.Tap(v.fold)
	v.Set(Half{Line: "GET /", Headers: []Header{{"Accept", "*/*"}}})
	if !v.scroll.Visible() {
		t.Error("the headers are folded away although there is no body to make room for")
	}
	v.Set(AnswerHalf(exchange.Record{Error: "connection refused"}))
	if !v.absent.Visible() || v.fold.Visible() || v.body.Visible() {
		t.Error("no answer is shown as if it were one")
	}
}

func TestHeadersTakeTheRoomOfABodyThatIsNotThere(t *testing.T) {
	v := NewMessageView(post.NewQueue().Post, func(string) {})
	show(t, v)
	v.Set(Half{Line: "GET /", Headers: []Header{{"Accept", "*/*"}}})
	if got, all := v.scroll.Size().Height, v.Size().Height; got < all/2 {
		t.Errorf("the headers have %g of %g", got, all)
	}
}

func TestVerdictTakesNoMoreRoomThanItHasToSay(t *testing.T) {
	v := NewVerdictView()
	show(t, v)
	v.Set("accepted", widgets.StatusOK, connectjwt.Verdict{OK: true})
	small := v.MinSize().Height
	v.Set("qsh does not match", widgets.StatusFailed, connectjwt.Verdict{
		Rule: connectjwt.RuleQSH, Expected: "POST&/a&", Received: "POST&/b&", Cause: "it is wrong", Fix: "make it right.",
		At: connectjwt.Place{Offset: 6},
	})
	if v.MinSize().Height <= small {
		t.Error("a refusal is no higher than an acceptance")
	}
	if v.reason.Text != "Cause: it is wrong. What to do: make it right." {
		t.Errorf("reason %q", v.reason.Text)
	}
	v.Say("nobody", widgets.StatusWarning, "Because.")
	if v.reason.Text != "Because." || v.Headline() != "nobody" {
		t.Errorf("said %q, %q", v.Headline(), v.reason.Text)
	}
}

func TestComparisonFitsItsWidth(t *testing.T) {
	v := NewComparisonView()
	w := show(t, v)
	common := strings.Repeat("common&", 60)
	v.Set(connectjwt.Verdict{Expected: common + "a", Received: common + "b", At: connectjwt.Place{Offset: len(common)}})
	w.Resize(fyne.NewSize(400, 200))
	for _, text := range test.WidgetRenderer(v).(*comparisonRenderer).texts {
		if width := text.MinSize().Width; width > 400-labelColumn+1 && !strings.Contains(text.Text, "^") {
			t.Errorf("%q is %g wide", text.Text, width)
		}
	}
}

func TestTokenViewSaysThatThereIsNone(t *testing.T) {
	v := NewTokenView(func(string) {})
	show(t, v)
	if !v.none.Visible() || v.scroll.Visible() {
		t.Error("a token is shown where there is none")
	}
	v.Set(nil, []Claim{{Name: "iss", Value: "x"}}, nil, "The site is gone.")
	if v.none.Visible() || !v.noSteps.Visible() || !v.checks.Visible() {
		t.Error("the token, or why it was not checked, is not shown")
	}
}
