package descriptor

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/looktest"
)

func TestF1OpensThePageOfWhatTheCaretIsAt(t *testing.T) {
	s := newScene(t, started)
	var opened string
	s.env.Docs = func(kind, name string) { opened = kind + " " + name }
	for _, tc := range []struct{ at, want string }{
		{"jira:issue", "event jira:issue_created"}, {`"webhooks`, "module webhooks"}, {`"url`, "property webhooks.url"}, {"{\n", " "},
	} {
		s.editor.GoTo(strings.Index(started, tc.at) + len(tc.at) - 1)
		s.editor.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF1})
		if opened != tc.want {
			t.Errorf("at %q: %q, want %q", tc.at, opened, tc.want)
		}
	}
	s.outline.Select(len(s.model.outline) - 1)
	s.outline.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF1})
	if opened != "module webhooks" {
		t.Errorf("in the outline: %q", opened)
	}
}

func TestAProblemIsExplained(t *testing.T) {
	s := newScene(t, started)
	var opened string
	s.env.Docs = func(kind, name string) { opened = kind + " " + name }
	s.explain()
	if s.foot.explain.Visible() || s.window.Canvas().Overlays().Top() != nil {
		t.Fatal("without a selected problem there is something to explain")
	}
	s.model.report.Problems[0].Rule = "meaning.event"
	s.problems.Select(0)
	if !s.foot.explain.Visible() {
		t.Error("the selected problem offers no explanation")
	}
	s.problems.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF1})
	sheet := s.window.Canvas().Overlays().Top()
	if sheet == nil {
		t.Fatal("F1 on a problem explains nothing")
	}
	text := engine.BuiltIn().RuleText("meaning.event")
	for _, want := range []string{text.Rule.Title, "Checked", "Wrong", "meaning.event (warning)"} {
		if !looktest.Reads(sheet, want) {
			t.Errorf("the sheet does not say %q:\n%s", want, looktest.Page(sheet))
		}
	}
	s.answer(t, "Open in the browser")
	if opened != "rule meaning.event" {
		t.Errorf("opened %q", opened)
	}
}
