package webhook

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ordered evaluates <, <=, > and >= of dates and of numbers in custom fields.
func (e *jqlEvaluator) ordered(f jqlField, value any, sign string) (jqlResult, string) {
	want, ok := e.operand()
	if !ok || want.empty || f.kind == jqlNames || f.kind == jqlText {
		return jqlUnknown, "not understood"
	}
	if value == nil {
		return jqlFalse, ""
	}
	if have, isNumber := value.(json.Number); isNumber {
		a, errHave := have.Float64()
		b, errWant := strconv.ParseFloat(want.text, 64)
		if errHave != nil || errWant != nil {
			return jqlUnknown, "not understood"
		}
		return jqlOf(compares(a, b, sign)), ""
	}
	text, _ := value.(string)
	a, okHave := jqlMoment(text, e.issue.now, false)
	b, okWant := e.moment(want)
	if !okHave || !okWant {
		return jqlUnknown, "the date is not understood"
	}
	return jqlOf(compares(float64(a.UnixMilli()), float64(b.UnixMilli()), sign)), ""
}

func compares(a, b float64, sign string) bool {
	switch sign {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	}
	return a >= b
}

// moment is the time an operand means: now(), a date, or a time from now such as -1d.
func (e *jqlEvaluator) moment(o jqlOperand) (time.Time, bool) {
	if !o.function {
		return jqlMoment(o.text, e.issue.now, true)
	}
	if !strings.EqualFold(o.text, "now") {
		return time.Time{}, false
	}
	if o.argument == "" {
		return e.issue.now, true
	}
	return jqlSpan(o.argument, e.issue.now)
}

// jqlMoment reads a date. One without a zone is taken as UTC; the product takes the zone of the user.
func jqlMoment(text string, now time.Time, orSpan bool) (time.Time, bool) {
	for _, layout := range []string{
		"2006-01-02T15:04:05.000-0700", time.RFC3339, "2006-01-02 15:04", "2006/01/02 15:04", time.DateOnly, "2006/01/02",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	if orSpan {
		return jqlSpan(text, now)
	}
	return time.Time{}, false
}

// jqlSpanPattern is a time from now: "-1d", "2w 3h".
const jqlSpanPattern = `^([+-]?)((?:\d{1,5}[wdhm] ?)+)$`

func jqlSpan(text string, now time.Time) (time.Time, bool) {
	parts := regexp.MustCompile(jqlSpanPattern).FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return time.Time{}, false
	}
	// A Duration does not hold 99999 weeks, so whole days are counted apart.
	units := map[byte]struct {
		days int
		rest time.Duration
	}{'w': {days: 7}, 'd': {days: 1}, 'h': {rest: time.Hour}, 'm': {rest: time.Minute}}
	var days int
	var rest time.Duration
	for _, piece := range regexp.MustCompile(`\d+[wdhm]`).FindAllString(parts[2], -1) {
		n, err := strconv.Atoi(piece[:len(piece)-1])
		if err != nil {
			return time.Time{}, false
		}
		unit := units[piece[len(piece)-1]]
		days += n * unit.days
		rest += time.Duration(n) * unit.rest
	}
	if parts[1] == "-" {
		days, rest = -days, -rest
	}
	return now.UTC().AddDate(0, 0, days).Add(rest), true
}
