package descriptor

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/ui/workbench"
)

// model is what the place shows, without a widget. The text itself lives in the editor.
type model struct {
	file     workbench.DescriptorFile
	sent     string // the text the workbench was last given, or gave
	checked  bool   // report and outline are of some text, not of none
	report   engine.Report
	outline  []outlineRow
	selected int    // index into report.Problems; -1 for none
	checkOf  string // the text that report is about
	reach    reach
}

// fresh reports whether report is about the text as it stands, so that offsets in it are right.
func (m *model) fresh() bool { return m.checked && m.checkOf == m.sent }

// checkup is what one look at a text gives; it is made off the UI goroutine.
type checkup struct {
	text    string
	report  engine.Report
	outline []outlineRow
}

// examine checks text with check and makes its outline.
func examine(text string, check func(string) engine.Report) checkup {
	report := check(text)
	return checkup{text: text, report: report, outline: outlineRows(engine.Outline([]byte(text)), report.Problems)}
}

// take replaces what is known of the text. The selection follows its problem: typing above it
// moves it, another problem in its place takes nothing over.
func (m *model) take(c checkup) {
	before, had := m.problem()
	m.report, m.outline, m.checked, m.checkOf = c.report, c.outline, true, c.text
	m.selected = -1
	if !had {
		return
	}
	for i, p := range m.report.Problems {
		if p.Rule == before.Rule && p.Pointer == before.Pointer && p.Message == before.Message {
			m.selected = i
			return
		}
	}
}

// problem is the selected problem.
func (m *model) problem() (engine.Problem, bool) {
	if m.selected < 0 || m.selected >= len(m.report.Problems) {
		return engine.Problem{}, false
	}
	return m.report.Problems[m.selected], true
}

// summary counts the problems in words.
func (m *model) summary() string {
	switch {
	case !m.checked:
		return "Checking…"
	case len(m.report.Problems) == 0:
		return "No problems"
	}
	parts := []string{}
	infos := len(m.report.Problems) - m.report.Errors - m.report.Warnings
	for _, part := range []struct {
		n    int
		word string
	}{{m.report.Errors, "error"}, {m.report.Warnings, "warning"}, {infos, "note"}} {
		if part.n > 0 {
			parts = append(parts, count(part.n, part.word))
		}
	}
	return strings.Join(parts, ", ")
}

// fixable counts the problems that have a fix.
func (m *model) fixable() int {
	n := 0
	for _, p := range m.report.Problems {
		if p.Fix != nil {
			n++
		}
	}
	return n
}

// rules names the products, and the era if it is not today's, whose rules the text is checked
// against; before the first check only that there are some.
func (m *model) rules(chosen workbench.CheckRules) string {
	text := "checked"
	switch m.report.Product {
	case engine.Jira, engine.Confluence:
		text += " for " + m.report.Product.Name()
	case engine.Both:
		text += " for JIRA and Confluence"
	}
	if chosen.Era != "" && chosen.Era != engine.CloudNow {
		text += ", " + engine.EraName(chosen.Era)
	}
	return text
}

// location is where a problem starts, as line:column.
func location(p engine.Problem) string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// count is a number with its noun: "1 error", "2 errors".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// usablePath makes what a person typed or dropped into the path of an existing file.
// It takes a file URI, a leading ~ and a path relative to dir.
func usablePath(text, dir string) (string, error) {
	path, err := writablePath(text, dir)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.IsDir() {
		return "", fmt.Errorf("%s is a folder: name the descriptor in it", path)
	}
	return path, nil
}

// writablePath is usablePath for a file that need not exist yet.
func writablePath(text, dir string) (string, error) {
	path := strings.TrimPrefix(strings.TrimSpace(text), "file://")
	if path == "" {
		return "", errors.New("no path was given")
	}
	if rest, ok := strings.CutPrefix(path, "~"); ok && (rest == "" || os.IsPathSeparator(rest[0])) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find your home folder: %w", err)
		}
		path = filepath.Join(home, rest)
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	return filepath.Clean(path), nil
}
