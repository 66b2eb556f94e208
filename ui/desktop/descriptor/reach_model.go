package descriptor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// reach is what is known of whether the addresses of the descriptor answer.
type reach struct {
	shown    bool // in place of the problems
	running  bool
	checked  bool // there is a report
	report   workbench.ReachReport
	selected int // index into report.Addresses; -1 for none
}

// take shows a report: what is wrong first, otherwise in the order of the text.
func (m *reach) take(r workbench.ReachReport) {
	worst := []workbench.ReachState{workbench.ReachFailed, workbench.ReachWarning, workbench.ReachUnknown, workbench.ReachOK, workbench.ReachNotAsked}
	slices.SortStableFunc(r.Addresses, func(a, b workbench.Reached) int {
		return slices.Index(worst, a.State) - slices.Index(worst, b.State)
	})
	m.report, m.checked, m.selected = r, true, -1
}

// address is the selected address.
func (m *reach) address() (workbench.Reached, bool) {
	if m.selected < 0 || m.selected >= len(m.report.Addresses) {
		return workbench.Reached{}, false
	}
	return m.report.Addresses[m.selected], true
}

// summary counts the addresses in words. text is what stands in the editor now: what is known of an
// older one is not worth a count.
func (m *reach) summary(text string) string {
	r := m.report
	switch {
	case m.running:
		return "Asking…"
	case !m.checked:
		return "Addresses"
	case m.stale(text):
		return "Addresses, outdated"
	case len(r.Addresses) == 0:
		return "No addresses"
	case r.Failed > 0:
		return fmt.Sprintf("%d of %s fail", r.Failed, addresses(len(r.Addresses)))
	case r.Warnings > 0:
		return addresses(r.Warnings) + " with a warning"
	}
	return fmt.Sprintf("%d of %s answer", r.OK, addresses(len(r.Addresses)))
}

// addresses is a number of them in words.
func addresses(n int) string {
	if n == 1 {
		return "1 address"
	}
	return strconv.Itoa(n) + " addresses"
}

// stale tells whether the report is about another text.
func (m *reach) stale(text string) bool { return m.checked && m.report.Text != text }

// status is the worst there is.
func (m *reach) status(text string) widgets.Status {
	switch {
	case m.running:
		return widgets.StatusRunning
	case !m.checked, m.stale(text), len(m.report.Addresses) == 0:
		return widgets.StatusPending
	case m.report.Failed > 0:
		return widgets.StatusFailed
	case m.report.Warnings > 0:
		return widgets.StatusWarning
	}
	return widgets.StatusOK
}

// message says all there is to say about the selected address, or about the whole check.
func (m *reach) message() string {
	if !m.checked || m.running {
		return ""
	}
	a, ok := m.address()
	if !ok {
		return m.account()
	}
	var parts []string
	if a.What != "" {
		parts = append(parts, upperFirst(a.What)+".")
	}
	parts = append(parts, a.Do)
	if a.Unsigned != "" {
		parts = append(parts, "Asked without a signature: "+a.Unsigned+".")
	}
	if a.Framing != nil && a.Framing.Allowed {
		parts = append(parts, a.Framing.String())
	}
	asked := a.URL
	if a.Asked != "" {
		asked = strings.TrimSpace(a.Method + " " + a.Asked)
	}
	asked = cutMiddle(asked, longestAsked, func(s string) float32 { return float32(len(s)) })
	if a.ContentType != "" {
		asked += "  ·  " + a.ContentType
	}
	return strings.TrimSpace(strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " ") + "\n" + asked)
}

// longestAsked is how many bytes of an address the message shows; the exchange has all of it.
const longestAsked = 110

// account sums the check up, with what was not done.
func (m *reach) account() string {
	r := m.report
	if len(r.Addresses) == 0 {
		return "The descriptor has no addresses."
	}
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{{r.OK, "answer"}, {r.Warnings, "answer with a warning"}, {r.Failed, "fail"}, {r.Unknown, "cannot be told"}, {r.NotAsked, "not asked"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	links := ""
	if r.Links > 0 {
		links = " (" + count(r.Links, "link") + " among them)"
	}
	text := r.Addon + ": " + strings.Join(parts, ", ") + links +
		". Callbacks and webhooks were asked with OPTIONS only: nothing was posted."
	if r.Cancelled {
		text = "The check was cancelled. " + text
	}
	return text
}

func upperFirst(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// The columns of the addresses.
const (
	reachState = iota
	reachLine
	reachURL
	reachName
	reachCode
	reachMillis
	reachFraming
	reachWhat
)

// cell is one cell of the list of addresses.
func (m *reach) cell(row, column int) widgets.Cell {
	a := m.report.Addresses[row]
	switch column {
	case reachState:
		status, word := stateStatus(a.State)
		return widgets.Cell{Text: word, Icon: status.Icon().In(status.Color()), Color: status.Color()}
	case reachLine:
		return widgets.Cell{Text: strconv.Itoa(a.Line), Color: theme.Muted}
	case reachURL:
		return widgets.Cell{Text: a.URL}
	case reachName:
		return widgets.Cell{Text: useOf(a), Color: theme.Muted}
	case reachCode:
		if a.Status > 0 {
			return widgets.Cell{Text: strconv.Itoa(a.Status)}
		}
	case reachMillis:
		if a.Status > 0 {
			return widgets.Cell{Text: strconv.FormatInt(a.Millis, 10), Color: theme.Muted}
		}
	case reachFraming:
		if a.Framing != nil && a.Framing.Allowed {
			return widgets.Cell{Text: "allowed", Color: theme.OK, Icon: theme.IconOK.In(theme.OK)}
		} else if a.Framing != nil {
			return widgets.Cell{Text: "refused", Color: theme.Failed, Icon: theme.IconFailed.In(theme.Failed)}
		}
	case reachWhat:
		return widgets.Cell{Text: a.What}
	}
	return widgets.Cell{}
}

func stateStatus(s workbench.ReachState) (widgets.Status, string) {
	switch s {
	case workbench.ReachOK:
		return widgets.StatusOK, "answers"
	case workbench.ReachWarning:
		return widgets.StatusWarning, "warning"
	case workbench.ReachFailed:
		return widgets.StatusFailed, "fails"
	case workbench.ReachUnknown:
		return widgets.StatusInfo, "unknown"
	}
	return widgets.StatusPending, "not asked"
}

// useOf says what an address is for: a page and whose, a callback and which.
func useOf(a workbench.Reached) string {
	if a.Module == "" {
		return a.Name
	}
	return a.Module + " " + a.Name
}

// where is where an address stands in a text: where it was found if the text is still the same,
// otherwise where its pointer leads now.
func (m *reach) where(a workbench.Reached, text string) (from, to int, ok bool) {
	if text == m.report.Text {
		return a.Offset, a.End, true
	}
	n := engine.Parse([]byte(text)).At(a.Pointer)
	from, to = n.Range()
	return from, to, n.Exists()
}
