package buffer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// defaultUnit is one level of indentation in a text that has none yet.
const defaultUnit = "  "

// closerOf gives what closes an opening bracket or quote.
func closerOf(r rune) (closer string, ok bool) {
	switch r {
	case '{':
		return "}", true
	case '[':
		return "]", true
	case '"':
		return `"`, true
	default:
		return "", false
	}
}

// Type puts in one typed character, with what a JSON editor does about it: an opening bracket
// or quote is closed or put around the selection, a closing one that was put in is typed over,
// and one that begins a line goes back one level.
func (b *Buffer) Type(r rune) {
	switch {
	case b.typeOver(r), b.wrapSelection(r), b.typePair(r), b.typeCloser(r):
	default:
		b.typePlain(r)
	}
}

func (b *Buffer) typePlain(r rune) {
	closers := b.closers
	if !b.Selection().Empty() {
		closers = ""
	}
	if b.beginsWord(r) {
		b.open = closed
	}
	b.record(caretAtEnd, typing, []replacement{{at: b.Selection(), text: string(r)}})
	b.closers = closers
}

// typeOver steps over a closer that auto-close put behind the caret.
func (b *Buffer) typeOver(r rune) bool {
	if b.closers == "" || rune(b.closers[0]) != r || !strings.HasPrefix(b.lines[b.caret.Line][b.caret.Byte:], b.closers) {
		return false
	}
	closers := b.closers[1:]
	open := b.open
	b.place(b.right(b.caret))
	b.closers, b.open = closers, open
	return true
}

func (b *Buffer) wrapSelection(r rune) bool {
	closer, ok := closerOf(r)
	selected := b.Selection()
	if !ok || selected.Empty() {
		return false
	}
	text := b.Slice(selected)
	b.edit(func(last Range) cursor {
		from := Pos{last.From.Line, last.From.Byte + 1}
		to := Pos{last.To.Line, last.To.Byte - 1}
		return cursor{from, to}
	}, replacement{at: selected, text: string(r) + text + closer})
	return true
}

// typePair closes an opening bracket or quote where nothing else stands right behind it.
func (b *Buffer) typePair(r rune) bool {
	closer, ok := closerOf(r)
	if !ok || !b.mayClose(r) {
		return false
	}
	closers := closer + b.closers
	b.edit(func(last Range) cursor {
		at := Pos{last.To.Line, last.To.Byte - len(closer)}
		return cursor{at, at}
	}, replacement{at: b.Selection(), text: string(r) + closer})
	b.closers = closers
	return true
}

func (b *Buffer) mayClose(r rune) bool {
	if after, ok := b.runeAfter(b.caret); ok && !unicode.IsSpace(after) && !strings.ContainsRune("}],:", after) {
		return false
	}
	if r != '"' {
		return true
	}
	// A quote after a letter, a quote or a backslash ends or escapes something.
	before, ok := b.runeBefore(b.caret)
	if ok && (class(before) == wordClass || before == '"' || before == '\\') {
		return false
	}
	// An odd number of quotes before the caret: this one closes a string.
	return strings.Count(b.lines[b.caret.Line][:b.caret.Byte], `"`)%2 == 0
}

// typeCloser takes one level of indentation off a closing bracket that begins its line.
func (b *Buffer) typeCloser(r rune) bool {
	before := b.lines[b.caret.Line][:b.caret.Byte]
	if r != '}' && r != ']' || !b.Selection().Empty() || before == "" || strings.TrimLeft(before, " \t") != "" {
		return false
	}
	b.edit(caretAtEnd, replacement{
		at:   Range{From: Pos{Line: b.caret.Line}, To: b.caret},
		text: b.outdented(before) + string(r),
	})
	return true
}

// Newline breaks the line and indents the new one like the old, one level more behind an
// opening bracket. A closing bracket right behind the caret gets a line of its own.
func (b *Buffer) Newline() {
	at := b.Selection()
	before := b.lines[at.From.Line][:at.From.Byte]
	indent := before[:len(before)-len(strings.TrimLeft(before, " \t"))]
	text := b.newline + indent
	opener, opened := lastBracket(before)
	if opened {
		text += b.unit
	}
	behind := ""
	if after, ok := b.runeAfter(at.To); opened && ok && closes(opener, after) {
		behind = b.newline + indent
	}
	b.edit(func(last Range) cursor {
		if behind == "" {
			return caretAtEnd(last)
		}
		p := Pos{Line: last.To.Line - 1, Byte: len(indent) + len(b.unit)}
		return cursor{p, p}
	}, replacement{at: at, text: text + behind})
}

func lastBracket(before string) (bracket byte, ok bool) {
	trimmed := strings.TrimRight(before, " \t")
	if trimmed == "" {
		return 0, false
	}
	bracket = trimmed[len(trimmed)-1]
	return bracket, bracket == '{' || bracket == '['
}

func closes(opener byte, r rune) bool {
	return opener == '{' && r == '}' || opener == '[' && r == ']'
}

// Indent moves the selected lines one level in; without a selection it puts one level in at
// the caret.
func (b *Buffer) Indent() {
	if b.anchor.Line == b.caret.Line {
		b.Insert(b.unit)
		return
	}
	b.editLines(func(line string) string {
		if line == "" {
			return line
		}
		return b.unit + line
	})
}

// Outdent moves the lines of the selection one level out.
func (b *Buffer) Outdent() { b.editLines(b.outdented) }

// editLines changes the lines of the selection; both ends of the selection keep their
// distance from the end of their line.
func (b *Buffer) editLines(change func(string) string) {
	first, last := b.selectedLines()
	changed := make([]string, 0, last-first+1)
	same := true
	for _, line := range b.lines[first : last+1] {
		changed = append(changed, change(line))
		same = same && changed[len(changed)-1] == line
	}
	if same {
		return
	}
	anchor, caret := b.shifted(b.anchor, first, changed), b.shifted(b.caret, first, changed)
	b.edit(func(Range) cursor { return cursor{anchor, caret} },
		replacement{at: Range{From: Pos{Line: first}, To: Pos{last, len(b.lines[last])}}, text: strings.Join(changed, b.newline)})
}

// shifted is where a place goes when the lines from first on are changed at their start.
func (b *Buffer) shifted(p Pos, first int, changed []string) Pos {
	i := p.Line - first
	if i < 0 || i >= len(changed) {
		return p
	}
	p.Byte = max(p.Byte+len(changed[i])-len(b.lines[p.Line]), 0)
	return p
}

func (b *Buffer) outdented(line string) string {
	if rest, ok := strings.CutPrefix(line, b.unit); ok {
		return rest
	}
	if rest, ok := strings.CutPrefix(line, "\t"); ok {
		return rest
	}
	for i := 0; i < len(b.unit) && strings.HasPrefix(line, " "); i++ {
		line = line[1:]
	}
	return line
}

// inEmptyPair reports whether the caret stands between an opener and its closer.
func (b *Buffer) inEmptyPair() bool {
	before, ok := b.runeBefore(b.caret)
	if !ok {
		return false
	}
	after, ok := b.runeAfter(b.caret)
	closer, opens := closerOf(before)
	return ok && opens && closer == string(after)
}

// indentUnit is the indentation of the first line that has one.
func indentUnit(lines []string) string {
	for _, line := range lines {
		rest := strings.TrimLeft(line, " \t")
		if rest == "" || len(rest) == len(line) {
			continue
		}
		indent := line[:len(line)-len(rest)]
		if indent[0] == '\t' {
			return "\t"
		}
		if n := utf8.RuneCountInString(indent); n <= 8 {
			return indent
		}
	}
	return defaultUnit
}
