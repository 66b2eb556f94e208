package descriptor

import "bytes"

// maxTemplate is the longest template expression. Without a limit, marks that are never closed
// would make every one of them read the rest of a long line.
const maxTemplate = 256

// templateEnd is the offset behind the template expression that begins at from, 0 when none
// begins there. Expressions stand on one line and begin with a name, a dot or a control mark.
// What holds both quotes and JSON's commas or colons is not one: {{"a": 1}} has a brace too
// many, and "{{", "}}" are two strings.
func templateEnd[T string | []byte](b T, from int) int {
	if from+2 >= len(b) {
		return 0
	}
	var close1, close2 byte
	switch first, second := b[from], b[from+1]; {
	case first == '{' && second == '{':
		close1, close2 = '}', '}'
	case first == '$' && second == '{':
		close1 = '}'
	case first == '<' && second == '%':
		close1, close2 = '%', '>'
	default:
		return 0
	}
	i, limit := from+2, min(len(b), from+maxTemplate)
	triple := close2 == '}' && b[i] == '{' // {{{name}}}
	if triple {
		i++
	}
	for i < limit && (b[i] == ' ' || b[i] == '\t' || b[i] == '-' || b[i] == '=') {
		i++
	}
	if i < limit && (b[i] == '"' || b[i] == close1) {
		return 0
	}
	quoted, structure := false, false
	for ; i < limit && b[i] != '\n'; i++ {
		switch b[i] {
		case '{':
			if close1 == '}' { // only <% %> may hold braces
				return 0
			}
		case '"':
			quoted = true
		case ',', ':':
			structure = true
		case close1:
			if close2 != 0 && (i+1 >= len(b) || b[i+1] != close2) {
				continue
			}
			if quoted && structure {
				return 0
			}
			return closeTemplate(b, i, close2 != 0, triple)
		}
	}
	return 0
}

// closeTemplate is the offset behind the closing mark at i.
func closeTemplate[T string | []byte](b T, i int, double, triple bool) int {
	if double {
		i++
	}
	i++
	if triple && i < len(b) && b[i] == '}' {
		i++
	}
	return i
}

// statements are the words with which Go templates, Handlebars and EJS begin something that
// prints nothing by itself.
var statements = [...]string{"define", "end", "if", "else", "range", "with", "block", "template", "#", "/", "!", "^", "%"}

// isStatement tells whether the template expression at from controls the template instead of
// standing for a value.
func isStatement(b []byte, from int) bool {
	end := templateEnd(b, from)
	if end == 0 {
		return false
	}
	inner := bytes.TrimLeft(b[from+2:end-2], " \t-")
	if b[from] == '<' { // <%= prints, <% does not
		return len(inner) == 0 || inner[0] != '=' && bytes.ContainsAny(inner, " \t({")
	}
	for _, word := range statements {
		if !bytes.HasPrefix(inner, []byte(word)) {
			continue
		}
		rest := inner[len(word):]
		if word[0] < 'a' || len(rest) == 0 || rest[0] == ' ' || rest[0] == '-' {
			return true
		}
	}
	return false
}
