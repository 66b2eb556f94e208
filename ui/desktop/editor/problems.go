package editor

import (
	"connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/editor/buffer"
	"connect-workbench/ui/desktop/theme"

	"fyne.io/fyne/v2"
)

// problems is what is marked in the text, by line.
type problems struct {
	byLine   map[int][]mark
	revision int // counts changes, so that a drawn line knows when it is out of date
}

// mark is one problem on one line; a problem over several lines is marked on its first.
type mark struct {
	from, to int // bytes of the line
	severity descriptor.Severity
}

func (p *problems) clear() {
	p.byLine = nil
	p.revision++
}

func (p *problems) set(text *buffer.Buffer, found []descriptor.Problem) {
	p.byLine = make(map[int][]mark, len(found))
	p.revision++
	for _, problem := range found {
		at, end := text.At(problem.Offset), text.At(problem.End)
		m := mark{from: at.Byte, to: end.Byte, severity: problem.Severity}
		if end.Line != at.Line {
			m.to = len(text.Line(at.Line))
		}
		p.byLine[at.Line] = append(p.byLine[at.Line], m)
	}
}

// on gives the marks of a line.
func (p *problems) on(line int) []mark { return p.byLine[line] }

// worst gives the highest severity among marks; "" for none.
func worst(marks []mark) descriptor.Severity {
	var s descriptor.Severity
	for _, m := range marks {
		if rank(m.severity) > rank(s) {
			s = m.severity
		}
	}
	return s
}

func rank(s descriptor.Severity) int {
	switch s {
	case descriptor.Error:
		return 3
	case descriptor.Warning:
		return 2
	case descriptor.Info:
		return 1
	default:
		return 0
	}
}

func severityColor(s descriptor.Severity) fyne.ThemeColorName {
	switch s {
	case descriptor.Error:
		return theme.Failed
	case descriptor.Warning:
		return theme.Warning
	default:
		return theme.Accent
	}
}

func severityIcon(s descriptor.Severity) theme.Icon {
	switch s {
	case descriptor.Error:
		return theme.IconFailed
	case descriptor.Warning:
		return theme.IconWarning
	default:
		return theme.IconInfo
	}
}
