package webhook

import (
	"fmt"
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

func jqlOf(holds bool) jqlResult {
	if holds {
		return jqlTrue
	}
	return jqlFalse
}

// jqlTruth is the result of a part of a filter and, when it is unknown, which clause is to blame.
type jqlTruth struct {
	result jqlResult
	why    string
}

func (t jqlTruth) negated() jqlTruth {
	switch t.result {
	case jqlTrue:
		t.result = jqlFalse
	case jqlFalse:
		t.result = jqlTrue
	}
	return t
}

// joined is both together: decided by the one that has the value deciding, unknown when neither has
// it and one is unknown.
func (t jqlTruth) joined(other jqlTruth, deciding jqlResult) jqlTruth {
	switch {
	case t.result == deciding:
		return t
	case other.result == deciding, t.result != jqlUnknown:
		return other
	}
	return t
}

// matchJQL evaluates a filter against the issue of a body: clauses of the fields in jqlFields, joined
// by AND, OR, NOT and brackets. A clause that is not evaluated makes the result unknown unless the
// others decide it, because a guess would hide a delivery the product makes; why then names it. When
// the result is known, why is empty or says what had to be assumed.
// Source of the operators: protocol webhooks.md §4.
func matchJQL(filter string, issue jqlIssue) (result jqlResult, why string) {
	words, fault := jqlWords(filter)
	e := jqlEvaluator{filter: filter, words: words, issue: issue, fault: fault}
	truth := jqlTruth{}
	if fault == "" {
		truth = e.or()
		e.end()
	}
	if e.fault != "" {
		return jqlUnknown, e.fault
	}
	if truth.result == jqlUnknown {
		return jqlUnknown, truth.why
	}
	return truth.result, strings.Join(e.assumed, "; ")
}

// jqlWord is a name, a value or one of the signs.
type jqlWord struct {
	text       string
	quoted     bool
	start, end int // in the filter
}

func (w jqlWord) is(keyword string) bool { return !w.quoted && strings.EqualFold(w.text, keyword) }

// jqlSigns are the signs, longer ones before those they begin with.
func jqlSigns() []string {
	return []string{"!=", "!~", "<=", ">=", "&&", "||", "(", ")", ",", "=", "~", "<", ">", "!", "&", "|"}
}

// jqlWords cuts a filter into words. fault says what it cannot read.
func jqlWords(filter string) (words []jqlWord, fault string) {
next:
	for i := 0; i < len(filter); {
		c := filter[i]
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			i++
			continue
		}
		if c == '"' || c == '\'' {
			text, length, ok := jqlQuoted(filter[i:])
			if !ok {
				return nil, "a quotation mark is not closed: " + filter[i:]
			}
			words = append(words, jqlWord{text, true, i, i + length})
			i += length
			continue
		}
		for _, sign := range jqlSigns() {
			if strings.HasPrefix(filter[i:], sign) {
				words = append(words, jqlWord{sign, false, i, i + len(sign)})
				i += len(sign)
				continue next
			}
		}
		end := i
		for end < len(filter) && !strings.ContainsRune(" \t\r\n\"'(),=!<>~&|", rune(filter[end])) {
			if closing := strings.IndexByte(filter[end:], ']'); filter[end] == '[' && closing > 0 {
				end += closing // a property key may have any character
			}
			end++
		}
		words = append(words, jqlWord{filter[i:end], false, i, end})
		i = end
	}
	if len(words) == 0 {
		return nil, "it is empty"
	}
	return words, ""
}

// jqlQuoted reads a quoted text; a backslash takes the next character as it is.
func jqlQuoted(from string) (text string, length int, ok bool) {
	var b strings.Builder
	for i := 1; i < len(from); i++ {
		switch {
		case from[i] == from[0]:
			return b.String(), i + 1, true
		case from[i] == '\\' && i+1 < len(from):
			i++
		}
		b.WriteByte(from[i])
	}
	return "", 0, false
}

// jqlEvaluator walks the words once, from the loosest operator to the tightest. After a fault the
// result means nothing.
type jqlEvaluator struct {
	filter  string
	words   []jqlWord
	issue   jqlIssue
	depth   int    // of brackets
	fault   string // why the filter as a whole cannot be read
	assumed []string
}

// maxBrackets bounds how deep brackets are followed; no person writes more.
const maxBrackets = 100

func (e *jqlEvaluator) take(keyword string) bool {
	if len(e.words) == 0 || !e.words[0].is(keyword) {
		return false
	}
	e.words = e.words[1:]
	return true
}

func (e *jqlEvaluator) takeAny(keywords ...string) bool {
	for _, k := range keywords {
		if e.take(k) {
			return true
		}
	}
	return false
}

// fail notes the first fault, with where it is.
func (e *jqlEvaluator) fail(what string) {
	if e.fault != "" {
		return
	}
	e.fault = what + " at its end"
	if len(e.words) > 0 {
		e.fault = fmt.Sprintf("%s before %q", what, e.filter[e.words[0].start:])
	}
	e.words = nil
}

// assume notes what the result rests on beside filter and body.
func (e *jqlEvaluator) assume(what string) {
	if !slices.Contains(e.assumed, what) {
		e.assumed = append(e.assumed, what)
	}
}

// end wants nothing to be left but an order, which filters do not care for.
func (e *jqlEvaluator) end() {
	if e.take("order") {
		if !e.take("by") || len(e.words) == 0 {
			e.fail("the order is not complete")
		}
		return
	}
	if len(e.words) > 0 {
		e.fail("an operator is missing")
	}
}

func (e *jqlEvaluator) or() jqlTruth {
	truth := e.and()
	for e.takeAny("or", "||", "|") {
		truth = truth.joined(e.and(), jqlTrue)
	}
	return truth
}

func (e *jqlEvaluator) and() jqlTruth {
	truth := e.not()
	for e.takeAny("and", "&&", "&") {
		truth = truth.joined(e.not(), jqlFalse)
	}
	return truth
}

func (e *jqlEvaluator) not() jqlTruth {
	negated := false
	for e.takeAny("not", "!") {
		negated = !negated
	}
	var truth jqlTruth
	if e.take("(") {
		if e.depth++; e.depth > maxBrackets {
			e.fail("there are too many brackets")
		}
		truth = e.or()
		e.depth--
		if !e.take(")") {
			e.fail("a bracket is not closed")
		}
	} else {
		truth = e.clause()
	}
	if negated {
		return truth.negated()
	}
	return truth
}

// clause evaluates one clause. The words of one that is not understood are passed over up to where the
// next begins, so that the rest of the filter counts all the same.
func (e *jqlEvaluator) clause() jqlTruth {
	if len(e.words) == 0 || !e.words[0].quoted && strings.ContainsAny(e.words[0].text, "(),=!<>~&|") || e.words[0].is("and") || e.words[0].is("or") {
		e.fail("a clause is missing")
		return jqlTruth{}
	}
	start, field := e.words[0].start, e.words[0]
	e.words = e.words[1:]
	rest := e.words
	result, why := e.comparison(field.text)
	if why == "" && !e.atClauseEnd() {
		result, why = jqlUnknown, "not understood"
	}
	if result == jqlUnknown {
		e.words = rest
		end := e.skipClause(start)
		return jqlTruth{why: fmt.Sprintf("%s: %s", why, strings.TrimSpace(e.filter[start:end]))}
	}
	return jqlTruth{result: result}
}

func (e *jqlEvaluator) atClauseEnd() bool {
	return len(e.words) == 0 || e.words[0].is(")") || jqlJoins(e.words[0]) || e.words[0].is("order")
}

func jqlJoins(w jqlWord) bool {
	return w.is("and") || w.is("or") || w.is("&&") || w.is("||") || w.is("&") || w.is("|")
}

// skipClause passes over the words that are left of a clause and returns where it ends in the filter.
func (e *jqlEvaluator) skipClause(start int) (end int) {
	depth := 0
	for len(e.words) > 0 && (depth > 0 || !e.atClauseEnd()) {
		switch {
		case e.words[0].is("("):
			depth++
		case e.words[0].is(")"):
			depth--
		}
		e.words = e.words[1:]
	}
	if depth > 0 {
		e.fail("a bracket is not closed")
	}
	end = len(e.filter)
	if len(e.words) > 0 {
		end = e.words[0].start
	}
	return max(start, end)
}

// jqlOperand is a value to compare with: a text, a function, or EMPTY.
type jqlOperand struct {
	text     string
	empty    bool
	function bool
	argument string
}

// operand reads one value; ok is false when there is none.
func (e *jqlEvaluator) operand() (o jqlOperand, ok bool) {
	if len(e.words) == 0 || !e.words[0].quoted && strings.ContainsAny(e.words[0].text, "(),=!<>~&|") {
		return jqlOperand{}, false
	}
	w := e.words[0]
	e.words = e.words[1:]
	o = jqlOperand{text: w.text, empty: w.is("empty") || w.is("null")}
	if w.quoted || !e.take("(") {
		return o, true
	}
	o.function, o.empty = true, false
	if len(e.words) > 0 && !e.words[0].is(")") {
		o.argument = e.words[0].text
		e.words = e.words[1:]
	}
	return o, e.take(")")
}

// operands reads a list in brackets.
func (e *jqlEvaluator) operands() (list []jqlOperand, ok bool) {
	if !e.take("(") {
		return nil, false
	}
	for {
		o, ok := e.operand()
		if !ok {
			return nil, false
		}
		list = append(list, o)
		if !e.take(",") {
			return list, e.take(")")
		}
	}
}
