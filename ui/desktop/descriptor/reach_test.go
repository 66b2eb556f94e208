package descriptor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/page"
	"connect-workbench/ui/desktop/looktest"
	"connect-workbench/ui/workbench"
)

// hookAt is where the webhook's address stands in started.
var hookAt = strings.Index(started, `"/hook"`)

func reachedTwo() workbench.ReachReport {
	return workbench.ReachReport{
		Addon: "http://localhost:3000", OK: 1, Failed: 1, Links: 0,
		Addresses: []workbench.Reached{
			{Address: engine.Address{URL: "/hook", Use: engine.UseCallback, Module: "webhooks", Name: "jira:issue_created", Pointer: "/modules/webhooks/0/url", Line: 3, Offset: hookAt, End: hookAt + 7},
				State: workbench.ReachFailed, Method: "OPTIONS", Asked: "http://localhost:3000/hook", Status: 404, Millis: 12, Exchange: 7,
				What: "nothing is there", Do: "Serve this path."},
			{Address: engine.Address{URL: "/gone", Use: engine.UsePage, Module: "webPanels", Name: "panel", Pointer: "/gone", Line: 9, Offset: 9999, End: 9999},
				State: workbench.ReachOK, Method: "GET", Asked: "http://localhost:3000/gone", Status: 200, Unsigned: "the add-on is not installed on any site",
				Framing: &page.Framing{Allowed: true, Origin: "http://localhost:2990"}},
		},
	}
}

func TestReachShowsWhatFails(t *testing.T) {
	s := newScene(t, started)
	if s.reach.check.Visible() || s.foot.reach.Text != "Addresses" {
		t.Errorf("at the start: %q", s.foot.reach.Text)
	}
	test.Tap(s.foot.reach)
	if s.problems.Visible() || !s.reach.none.Visible() || !s.reach.check.Visible() {
		t.Error("the button does not lead to the addresses")
	}
	s.host.reached = reachedTwo()
	test.Tap(s.reach.check)
	if s.foot.reach.Text != "1 of 2 addresses fail" || !s.reach.rows.Visible() || !strings.Contains(s.foot.message.Text, "nothing was posted") {
		t.Errorf("%q, %q", s.foot.reach.Text, s.foot.message.Text)
	}
	s.reach.rows.Select(0)
	if s.editor.Selected() != `"/hook"` || s.foot.message.Text != "Nothing is there. Serve this path.\nOPTIONS http://localhost:3000/hook" {
		t.Errorf("selected %q, says %q", s.editor.Selected(), s.foot.message.Text)
	}
	test.Tap(s.reach.exchange)
	if to := s.gone[len(s.gone)-1]; to.Place != "exchanges" || to.Exchange != 7 {
		t.Errorf("went to %+v", to)
	}
	s.reach.rows.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if _, _, offset := s.editor.Caret(); offset != hookAt {
		t.Errorf("Enter leads to offset %d", offset)
	}
	s.editor.GoTo(0)
	test.Type(s.editor, "\n\n")
	s.until(t, "the note that this was another text", func() bool { return s.foot.reach.Text == "Addresses, outdated" })
	s.reach.rows.Select(1)
	s.reach.rows.Select(0)
	if s.editor.Selected() != `"/hook"` {
		t.Errorf("in the text that moved, %q is selected", s.editor.Selected())
	}
	s.reach.rows.Select(1) // not in the text any more
	if !strings.Contains(s.foot.message.Text, "without a signature: the add-on is not installed") {
		t.Errorf("says %q", s.foot.message.Text)
	}
	test.Tap(s.foot.reach)
	if !s.foot.folded || s.reach.rows.Visible() || s.problems.Visible() {
		t.Error("pressed again, the foot does not fold")
	}
	test.Tap(s.foot.summary)
	if s.foot.folded || !s.problems.Visible() || s.reach.rows.Visible() || s.reach.check.Visible() {
		t.Error("the count does not lead back to the problems")
	}
}

func TestReachThatIsCancelledOrFails(t *testing.T) {
	s := newScene(t, started)
	s.host.reachErr = errors.New("there is no site")
	s.checkReach()
	if s.failed == nil || s.model.reach.checked || s.model.reach.running {
		t.Errorf("failed with %v", s.failed)
	}
	s.failed, s.host.reachErr = nil, context.Canceled
	s.checkReach()
	if s.failed != nil || s.model.reach.checked {
		t.Error("a check that was cancelled before it began is shown")
	}
	s.host.reached = reachedTwo()
	s.host.reached.Cancelled = true
	s.checkReach()
	if !s.model.reach.checked || !strings.HasPrefix(s.foot.message.Text, "The check was cancelled.") {
		t.Errorf("says %q", s.foot.message.Text)
	}
}

func TestFixAllIsOneStep(t *testing.T) {
	text := strings.Replace(started, "/hook", "bad", 1)
	s := newScene(t, text)
	if !s.foot.fixAll.Visible() || s.foot.fixAll.Text != "Fix all (2)" {
		t.Fatalf("offered as %q", s.foot.fixAll.Text)
	}
	test.Tap(s.foot.fixAll)
	want := strings.ReplaceAll(text, "bad", "good")
	s.until(t, "the fixed text", func() bool { return s.editor.Text() == want })
	s.until(t, "no problem", func() bool { return s.foot.summary.Text == "No problems" })
	if s.foot.fixAll.Visible() {
		t.Error("fixes are offered for nothing")
	}
	s.editor.Undo()
	if s.editor.Text() != text || s.editor.CanUndo() {
		t.Errorf("one undo leads to %q", s.editor.Text())
	}
	s.fixAll()
	test.Type(s.editor, "x") // the answer comes too late
	s.work.Close()
	s.queue.Drain()
	if got := s.host.Descriptor().Text; !strings.Contains(got, "x") || strings.Contains(got, "good") {
		t.Errorf("fixes for the older text were made: %q", got)
	}
}

func TestReachLooks(t *testing.T) {
	long := reachedTwo()
	long.Addresses[0].URL = "/" + strings.Repeat("very-long-address/", 30)
	long.Addresses[0].Name = strings.Repeat("name", 50)
	long.Addresses[0].What = strings.Repeat("what is wrong ", 50)
	for name, report := range map[string]workbench.ReachReport{"reach.txt": reachedTwo(), "reach-empty.txt": {Addon: "http://localhost:3000"}, "reach-long.txt": long} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, started)
			s.host.reached = report
			s.checkReach()
			s.reach.rows.Select(0)
			looktest.AssertPage(t, name, s.content)
			if width := s.content.MinSize().Width; width > 1100 {
				t.Errorf("the place needs %s pixels", fmt.Sprint(width))
			}
		})
	}
}
