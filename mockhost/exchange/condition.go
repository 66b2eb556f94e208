package exchange

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

func freeText(text string) node {
	parts := []string{"", text, ""}
	return anyOf{like{urlColumn, parts}, like{eventColumn, parts}}
}

const (
	unknownName = "unknown name"
	fieldNames  = "site, dir, kind, event, method, status, verdict, addon, module, age, took, cause, id and parent"
)

// condition makes the node for name:value, or says what is wrong with value.
func condition(name, value string) (n node, problem string) {
	switch name {
	case "site":
		return textCondition(siteColumn, value)
	case "addon":
		return textCondition(addonColumn, value)
	case "module":
		return textCondition(moduleColumn, value)
	case "event":
		return textCondition(eventColumn, value)
	case "cause":
		return textCondition(causeColumn, value)
	case "method":
		return textCondition(methodColumn, strings.ToUpper(value))
	case "dir":
		return directionCondition(value)
	case "kind":
		return kindCondition(value)
	case "status":
		return statusCondition(value)
	case "verdict":
		return verdictCondition(value), ""
	case "age":
		return ageCondition(value)
	case "took":
		return tookCondition(value)
	case "id":
		return numberCondition(idColumn, value)
	case "parent":
		return numberCondition(parentColumn, value)
	}
	return nil, unknownName
}

// textCondition bounds the asterisks, since each multiplies the ways SQLite has to try.
func textCondition(c textColumn, value string) (node, string) {
	switch parts := strings.Split(value, "*"); {
	case len(parts) == 1:
		return equals{c, value}, ""
	case len(parts) > maxAsterisks+1:
		return nil, "* stands at most " + strconv.Itoa(maxAsterisks) + " times in one value"
	default:
		return like{c, parts}, ""
	}
}

func directionCondition(value string) (node, string) {
	switch strings.ToLower(value) {
	case "out", string(ToAddon):
		return equals{directionColumn, string(ToAddon)}, ""
	case "in", string(ToHost):
		return equals{directionColumn, string(ToHost)}, ""
	}
	return nil, "dir is out (to the add-on) or in (to the host)"
}

func kindCondition(value string) (node, string) {
	kind := Kind(strings.ToLower(value))
	if slices.Contains(kinds(), kind) {
		return equals{kindColumn, string(kind)}, ""
	}
	names := make([]string, 0, len(kinds()))
	for _, k := range kinds() {
		names = append(names, string(k))
	}
	return nil, "kind is one of " + strings.Join(names, ", ")
}

// statusCondition leaves exchanges without an answer, whose status is 0, out of comparisons.
func statusCondition(value string) (node, string) {
	value = strings.ToLower(value)
	if value == "none" {
		return compares{statusColumn, "=", 0}, ""
	}
	if len(value) == 3 && value[1:] == "xx" && '1' <= value[0] && value[0] <= '5' {
		class := int64(value[0]-'0') * 100
		return allOf{compares{statusColumn, ">=", class}, compares{statusColumn, "<", class + 100}}, ""
	}
	operator, digits := splitOperator(value)
	code, err := strconv.ParseUint(digits, 10, 16)
	switch {
	case err != nil:
		return nil, "status is a code (404), a class (4xx), a comparison (>=400) or none"
	case operator == "=":
		return compares{statusColumn, "=", int64(code)}, ""
	}
	return allOf{compares{statusColumn, operator, int64(code)}, compares{statusColumn, ">", 0}}, ""
}

// verdictCondition takes a rule's whole id or its last part: jwt.qsh or qsh.
func verdictCondition(value string) node {
	failed := judgement{judged: true}
	switch strings.ToLower(value) {
	case "ok":
		return judgement{judged: true, ok: true}
	case "failed":
		return failed
	case "none":
		return judgement{}
	}
	return allOf{failed, anyOf{like{ruleColumn, []string{value}}, like{ruleColumn, []string{"", "." + value}}}}
}

func ageCondition(value string) (node, string) {
	operator, text := splitOperator(value)
	age, ok := parseTime(text)
	if !ok {
		return nil, "age is a time with a unit and a comparison: <5m, >2h, <1d"
	}
	if operator == "=" { // nobody means "to the microsecond"
		operator = "<"
	}
	return aged{operator, age}, ""
}

func tookCondition(value string) (node, string) {
	operator, text := splitOperator(value)
	took, ok := parseTime(text)
	if !ok {
		return nil, "took is a time with a unit and a comparison: >100ms, <2s"
	}
	if operator == "=" {
		operator = ">="
	}
	return compares{tookColumn, operator, took.Microseconds()}, ""
}

func numberCondition(c numberColumn, value string) (node, string) {
	operator, digits := splitOperator(value)
	n, err := strconv.ParseUint(digits, 10, 63)
	if err != nil {
		return nil, string(c) + " is a number or a comparison: 17, >100"
	}
	return compares{c, operator, int64(n)}, ""
}

func splitOperator(value string) (operator, rest string) {
	for _, operator := range []string{"<=", ">=", "<", ">", "="} {
		if rest, found := strings.CutPrefix(value, operator); found {
			return operator, rest
		}
	}
	return "=", value
}

// parseTime reads a duration, also in days, up to ten years.
func parseTime(text string) (time.Duration, bool) {
	const day = 24 * time.Hour
	const most = 3650 * day
	if digits, found := strings.CutSuffix(text, "d"); found {
		days, err := strconv.ParseUint(digits, 10, 12)
		d := time.Duration(days) * day
		return d, err == nil && d <= most
	}
	d, err := time.ParseDuration(text)
	return d, err == nil && 0 <= d && d <= most
}
