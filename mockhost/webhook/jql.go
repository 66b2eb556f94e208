package webhook

import (
	"slices"
	"strings"
)

// jqlResult is what can be said of a filter and an issue.
type jqlResult int

const (
	jqlUnknown jqlResult = iota // the filter uses something that is not evaluated here
	jqlTrue
	jqlFalse
)

// jqlPaths gives the paths in a body that hold a name or id a field may be compared with; none for
// a field that is not evaluated. field is in lower case.
func jqlPaths(field string) []string {
	switch field {
	case "project":
		return []string{"issue.fields.project.key", "issue.fields.project.name", "issue.fields.project.id"}
	case "issuetype", "type":
		return []string{"issue.fields.issuetype.name", "issue.fields.issuetype.id"}
	case "status", "priority":
		return []string{"issue.fields." + field + ".name", "issue.fields." + field + ".id"}
	case "assignee", "reporter":
		return []string{"issue.fields." + field + ".accountId"}
	case "issuekey", "key", "issue":
		return []string{"issue.key", "issue.id"}
	}
	return nil
}

// matchJQL evaluates a filter against the issue of a body: comparisons with =, !=, IN, NOT IN of the
// fields above, IS [NOT] EMPTY, joined by AND, OR, NOT and brackets. Anything else makes the whole
// result unknown, because a guess would hide a delivery the product makes.
// Source of the operators: protocol webhooks.md §4.
func matchJQL(filter string, p payload) jqlResult {
	words, ok := jqlWords(filter)
	if !ok {
		return jqlUnknown
	}
	e := jqlEvaluator{words: words, issue: p}
	result := e.or()
	if e.failed || len(e.words) > 0 {
		return jqlUnknown
	}
	if result {
		return jqlTrue
	}
	return jqlFalse
}

// jqlWord is a name, a value or one of ( ) , = !=
type jqlWord struct {
	text   string
	quoted bool
}

func (w jqlWord) is(keyword string) bool { return !w.quoted && strings.EqualFold(w.text, keyword) }

// jqlWords cuts a filter into words; ok is false at a character that no supported filter has.
func jqlWords(filter string) (words []jqlWord, ok bool) {
	for i := 0; i < len(filter); {
		c := filter[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '"' || c == '\'':
			end := strings.IndexByte(filter[i+1:], c)
			if end < 0 || strings.Contains(filter[i+1:i+1+end], `\`) {
				return nil, false
			}
			words = append(words, jqlWord{filter[i+1 : i+1+end], true})
			i += end + 2
		case strings.HasPrefix(filter[i:], "!="):
			words = append(words, jqlWord{"!=", false})
			i += 2
		case strings.IndexByte("(),=", c) >= 0:
			words = append(words, jqlWord{string(c), false})
			i++
		default:
			end := i
			for end < len(filter) && !strings.ContainsRune(" \t\r\n\"'(),=!<>~", rune(filter[end])) {
				end++
			}
			if end == i {
				return nil, false
			}
			words = append(words, jqlWord{filter[i:end], false})
			i = end
		}
	}
	return words, len(words) > 0
}

// jqlEvaluator walks the words once, from the loosest operator to the tightest. After a failure the
// result means nothing.
type jqlEvaluator struct {
	words  []jqlWord
	issue  payload
	failed bool
}

func (e *jqlEvaluator) take(keyword string) bool {
	if len(e.words) == 0 || !e.words[0].is(keyword) {
		return false
	}
	e.words = e.words[1:]
	return true
}

func (e *jqlEvaluator) next() jqlWord {
	if len(e.words) == 0 {
		e.failed = true
		return jqlWord{}
	}
	w := e.words[0]
	e.words = e.words[1:]
	return w
}

func (e *jqlEvaluator) or() bool {
	result := e.and()
	for e.take("or") {
		right := e.and()
		result = result || right
	}
	return result
}

func (e *jqlEvaluator) and() bool {
	result := e.not()
	for e.take("and") {
		right := e.not()
		result = result && right
	}
	return result
}

func (e *jqlEvaluator) not() bool {
	negated := false
	for e.take("not") {
		negated = !negated
	}
	if e.take("(") {
		result := e.or()
		e.failed = e.failed || !e.take(")")
		return result != negated
	}
	return e.comparison() != negated
}

func (e *jqlEvaluator) comparison() bool {
	field := e.next()
	paths := jqlPaths(strings.ToLower(field.text))
	if paths == nil {
		e.failed = true
		return false
	}
	have := e.values(paths)
	switch {
	case e.take("="):
		return e.oneOf(have, []jqlWord{e.next()})
	case e.take("!="):
		equal := e.oneOf(have, []jqlWord{e.next()})
		return len(have) > 0 && !equal // an empty field is not unequal to anything
	case e.take("in"):
		return e.oneOf(have, e.list())
	case e.take("not"):
		e.failed = e.failed || !e.take("in")
		listed := e.oneOf(have, e.list())
		return len(have) > 0 && !listed
	case e.take("is"):
		negated := e.take("not")
		e.failed = e.failed || !e.take("empty") && !e.take("null")
		return (len(have) == 0) != negated
	}
	e.failed = true
	return false
}

// values are what the issue has for a field. A body without an issue cannot be filtered, nor can one
// whose trimmed issue leaves the field out.
func (e *jqlEvaluator) values(paths []string) []string {
	var have []string
	for _, path := range paths {
		if v, ok := e.issue.text(path); ok {
			have = append(have, v)
		}
	}
	if len(have) == 0 && !e.issue.hasMember(strings.TrimSuffix(paths[0], pathTail(paths[0]))) {
		e.failed = true
	}
	return have
}

func pathTail(path string) string { return path[strings.LastIndexByte(path, '.'):] }

func (e *jqlEvaluator) list() []jqlWord {
	e.failed = e.failed || !e.take("(")
	words := []jqlWord{e.next()}
	for e.take(",") {
		words = append(words, e.next())
	}
	e.failed = e.failed || !e.take(")")
	return words
}

// oneOf compares without regard to case, as the product does. A function call or EMPTY as a value is
// not evaluated.
func (e *jqlEvaluator) oneOf(have []string, want []jqlWord) bool {
	for _, w := range want {
		if w.is("empty") || w.is("null") || !w.quoted && strings.ContainsAny(w.text, "(),=") {
			e.failed = true
			return false
		}
		if slices.ContainsFunc(have, func(v string) bool { return strings.EqualFold(v, w.text) }) {
			return true
		}
	}
	return false
}
