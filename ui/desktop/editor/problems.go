package editor

import (
	"fyne.io/fyne/v2"

	"connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/editor/buffer"
	"connect-workbench/ui/desktop/theme"
)

// problems is what is marked in the text. The marks keep to their text while it is edited,
// until a new check brings new ones.
type problems struct {
	all      []mark
	byLine   map[int][]mark
	revision int // counts changes, so that a drawn line knows when it is out of date
}

// mark is one problem; a problem over several lines is marked on its first.
type mark struct {
	from, to buffer.Pos // on one line
	severity descriptor.Severity
}

func (p *problems) clear() {
	p.all, p.byLine = nil, nil
	p.revision++
}

func (p *problems) set(text *buffer.Buffer, found []descriptor.Problem) {
	p.all = make([]mark, 0, len(found))
	for _, problem := range found {
		m := mark{from: text.At(problem.Offset), to: text.At(problem.End), severity: problem.Severity}
		if m.to.Line != m.from.Line {
			m.to = buffer.Pos{Line: m.from.Line, Byte: len(text.Line(m.from.Line))}
		}
		p.all = append(p.all, m)
	}
	p.index()
}

// shift moves the marks with the text around an edit. A mark that the edit reaches into ends
// on the line where it begins.
func (p *problems) shift(was, is buffer.Range) {
	if len(p.all) == 0 {
		return
	}
	for i := range p.all {
		m := &p.all[i]
		from, to := m.from.Shift(was, is), m.to.Shift(was, is)
		if to.Line != from.Line {
			to = from
		}
		m.from, m.to = from, to
	}
	p.index()
}

func (p *problems) index() {
	p.byLine = make(map[int][]mark, len(p.all))
	for _, m := range p.all {
		p.byLine[m.from.Line] = append(p.byLine[m.from.Line], m)
	}
	p.revision++
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
