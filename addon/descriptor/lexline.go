package descriptor

import "strings"

// LexKind is the kind of a token for colouring.
type LexKind uint8

// Kinds of token. Blanks between tokens are not emitted.
const (
	LexPunctuation LexKind = iota // { } [ ] , :
	LexKey                        // a string with a colon behind it
	LexString
	LexNumber
	LexLiteral // true, false, null
	LexComment
	LexPlaceholder // a template expression, also inside of a string
	LexInvalid     // what no JSON is made of
)

// LexLine cuts one line into tokens and calls emit with the bytes [start, end) of each, from
// left to right. A JSON token never crosses a line, so the lines of a text can be coloured
// one by one in any order. It allocates nothing.
func LexLine(line string, emit func(start, end int, kind LexKind)) {
	for i := 0; i < len(line); {
		c := line[i]
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i++
		case c == '"':
			i = lexString(line, i, emit)
		case lexTemplateEnd(line, i) > 0:
			end := lexTemplateEnd(line, i)
			emit(i, end, LexPlaceholder)
			i = end
		case strings.IndexByte("{}[],:", c) >= 0:
			emit(i, i+1, LexPunctuation)
			i++
		case c == '#' || c == '/' && i+1 < len(line) && (line[i+1] == '/' || line[i+1] == '*'):
			i = lexComment(line, i, emit)
		default:
			i = lexWord(line, i, emit)
		}
	}
}

func lexComment(line string, from int, emit func(start, end int, kind LexKind)) int {
	end := len(strings.TrimRight(line, "\r\n"))
	if strings.HasPrefix(line[from:], "/*") {
		if i := strings.Index(line[from+2:], "*/"); i >= 0 {
			end = from + 2 + i + 2
		}
	}
	emit(from, end, LexComment)
	return end
}

// lexString emits a string in pieces where it holds template expressions.
func lexString(line string, from int, emit func(start, end int, kind LexKind)) int {
	end, closed, templated := scanString(line, from)
	kind := LexString
	if !closed {
		kind = LexInvalid
	} else if rest := strings.TrimLeft(line[end:], " \t"); rest != "" && rest[0] == ':' {
		kind = LexKey
	}
	if !templated {
		emit(from, end, kind)
		return end
	}
	piece := from
	for i := from + 1; i < end; {
		to := lexTemplateEnd(line[:end], i)
		if to == 0 {
			i++
			continue
		}
		if piece < i {
			emit(piece, i, kind)
		}
		emit(i, to, LexPlaceholder)
		i, piece = to, to
	}
	if piece < end {
		emit(piece, end, kind)
	}
	return end
}

// scanString finds the end of the string that begins at from.
func scanString(line string, from int) (end int, closed, templated bool) {
	for i := from + 1; i < len(line); {
		switch c := line[i]; {
		case c == '"':
			return i + 1, true, templated
		case c == '\\':
			i += 2
		case c == '\r' || c == '\n':
			return i, false, templated
		case (c == '{' || c == '$' || c == '<') && lexTemplateEnd(line, i) > 0:
			templated = true
			i = lexTemplateEnd(line, i)
		default:
			i++
		}
	}
	return len(line), false, templated
}

// lexWord emits a number, a literal, or a run of characters that is neither.
func lexWord(line string, from int, emit func(start, end int, kind LexKind)) int {
	end := from
	for end < len(line) && strings.IndexByte(" \t\r\n{}[],:\"", line[end]) < 0 {
		end++
	}
	word := line[from:end]
	kind := LexInvalid
	switch {
	case word == "true" || word == "false" || word == "null":
		kind = LexLiteral
	case isNumber(word):
		kind = LexNumber
	}
	emit(from, end, kind)
	return end
}

// lexTemplateEnd is the offset behind the template expression at from, 0 when none begins
// there.
func lexTemplateEnd(line string, from int) int {
	if c := line[from]; c != '{' && c != '$' && c != '<' {
		return 0
	}
	return templateEnd(line, from)
}
