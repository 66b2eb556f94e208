package descriptor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/ui/workbench"
)

func TestOutlineCountsEveryProblemOnceAndOnItsKind(t *testing.T) {
	entries := []engine.Entry{
		{Pointer: "/modules/webPanels/0", Type: "webPanels", Key: "panel", Name: "A panel", Offset: 40},
		{Pointer: "/modules/webhooks/0", Type: "webhooks", Name: "jira:issue_created", Offset: 80},
		{Pointer: "/modules/webhooks/1", Type: "webhooks", Offset: 120},
		{Pointer: "/modules/configurePage", Type: "configurePage", Key: "configure", Offset: 160},
	}
	problems := []engine.Problem{
		{Severity: engine.Error, Pointer: ""},
		{Severity: engine.Error, Pointer: "/baseUrl"},
		{Severity: engine.Warning, Pointer: "/modules/webhooks/1/event"},
		{Severity: engine.Error, Pointer: "/modules/webhooks/0"},
		{Severity: engine.Error, Pointer: "/modules/webhooks"},
		{Severity: engine.Error, Pointer: "/modules/configurePage/url"},
		{Severity: engine.Error, Pointer: "/modules/unknownKind/0"},
		{Severity: engine.Info, Pointer: "/modules/webPanels/0/name"},
	}
	want := []outlineRow{
		{Title: "Add-on", Errors: 3},
		{Title: "webPanels", Offset: 40},
		{Title: "A panel", Depth: 1, Offset: 40},
		{Title: "webhooks", Offset: 80, Errors: 2, Warnings: 1},
		{Title: "jira:issue_created", Depth: 1, Offset: 80, Errors: 1},
		{Title: "1", Depth: 1, Offset: 120, Warnings: 1},
		{Title: "configurePage", Offset: 160, Errors: 1},
		{Title: "configure", Depth: 1, Offset: 160, Errors: 1},
	}
	got := outlineRows(entries, problems)
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("row %d:\n got %+v\nwant %+v", i, got[i], want[i])
		}
	}
}

func TestSelectionFollowsItsProblem(t *testing.T) {
	one := engine.Problem{Rule: "shape.required", Pointer: "/key", Message: "key is missing"}
	two := engine.Problem{Rule: "shape.type", Pointer: "/name", Message: "name is a number"}
	m := model{selected: -1}
	m.take(checkup{report: engine.Report{Problems: []engine.Problem{one, two}}})
	if _, ok := m.problem(); ok {
		t.Error("a problem is selected that nobody selected")
	}
	m.selected = 1
	m.take(checkup{report: engine.Report{Problems: []engine.Problem{two}}})
	if p, ok := m.problem(); !ok || p.Rule != two.Rule {
		t.Errorf("selected %+v, want the same problem as before", p)
	}
	m.take(checkup{report: engine.Report{Problems: []engine.Problem{one}}})
	if p, ok := m.problem(); ok {
		t.Errorf("the mended problem's selection went to %+v", p)
	}
}

func TestAFixIsOnlyFreshForItsText(t *testing.T) {
	m := model{sent: "{}"}
	if m.fresh() {
		t.Error("fresh before any check")
	}
	m.take(checkup{text: "{}"})
	if !m.fresh() {
		t.Error("not fresh right after the check")
	}
	m.sent = "{ }"
	if m.fresh() {
		t.Error("fresh after more was typed: offsets would be wrong")
	}
}

func TestSummary(t *testing.T) {
	m := model{}
	if got := m.summary(); got != "Checking…" {
		t.Errorf("before the first check: %q", got)
	}
	for _, tc := range []struct {
		errors, warnings, infos int
		want                    string
	}{
		{0, 0, 0, "No problems"},
		{1, 0, 0, "1 error"},
		{2, 1, 0, "2 errors, 1 warning"},
		{0, 0, 3, "3 notes"},
	} {
		m.take(checkup{report: engine.Report{
			Errors: tc.errors, Warnings: tc.warnings,
			Problems: make([]engine.Problem, tc.errors+tc.warnings+tc.infos),
		}})
		if got := m.summary(); got != tc.want {
			t.Errorf("%+v: %q", tc, got)
		}
	}
}

func TestFileStatusHasWords(t *testing.T) {
	for _, tc := range []struct {
		file workbench.DescriptorFile
		want string
	}{
		{workbench.DescriptorFile{}, "saved"},
		{workbench.DescriptorFile{Dirty: true}, "not saved"},
		{workbench.DescriptorFile{Dirty: true, Recovered: true}, "not saved, put back from the last run"},
	} {
		if _, got := fileStatus(tc.file); got != tc.want {
			t.Errorf("%+v: %q, want %q", tc.file, got, tc.want)
		}
	}
}

func TestPathsAsTypedOrDropped(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "atlassian-connect.json")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", dir)
	for _, text := range []string{file, "atlassian-connect.json", "./atlassian-connect.json", "file://" + file, " " + file + " ", "~/atlassian-connect.json"} {
		if got, err := usablePath(text, dir); err != nil || got != file {
			t.Errorf("usablePath(%q) = %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "  ", dir, "missing.json"} {
		if got, err := usablePath(text, dir); err == nil {
			t.Errorf("usablePath(%q) = %q, want an error", text, got)
		}
	}
	if got, err := writablePath("new.json", dir); err != nil || got != filepath.Join(dir, "new.json") {
		t.Errorf("writablePath of a new file: %q, %v", got, err)
	}
}

func TestCutMiddleKeepsBothEnds(t *testing.T) {
	width := func(s string) float32 { return float32(len([]rune(s))) }
	for _, tc := range []struct {
		text string
		room float32
		want string
	}{
		{"/home/ada", 20, "/home/ada"},
		{"/home/ada/project", 9, "/hom…ject"},
		{"größer", 4, "gr…r"},
		{"abc", 1, "…"},
		{"abc", 0, ""},
		{"", 0, ""},
	} {
		if got := cutMiddle(tc.text, tc.room, width); got != tc.want {
			t.Errorf("cutMiddle(%q, %v) = %q, want %q", tc.text, tc.room, got, tc.want)
		}
	}
	long := strings.Repeat("x", 100_000)
	if got := cutMiddle(long, 50, width); len([]rune(got)) != 50 {
		t.Errorf("a very long text is cut to %d", len([]rune(got)))
	}
}
