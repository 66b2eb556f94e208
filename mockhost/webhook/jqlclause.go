package webhook

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"connect-workbench/mockhost/site"
)

// jqlIssue is what a filter is evaluated against: the issue as the body of the event has it and, where
// the body leaves a field out, as the site has it. Source: protocol webhooks.md §4.
type jqlIssue struct {
	body  payload
	whole func() payload // a body with all that the site has of its issue
	actor site.Actor     // whom currentUser() means
	now   time.Time
}

// member is what the issue has at a path; own is false when that is not from the body.
func (i jqlIssue) member(path string) (value any, own, ok bool) {
	if value, ok = i.body.member(path); ok {
		return value, true, true
	}
	id, named := i.body.text("issue.id")
	if !named {
		id, named = i.body.text("worklog.issueId")
	}
	if !named || i.whole == nil {
		return nil, false, false
	}
	whole := i.whole()
	if siteID, _ := whole.text("issue.id"); siteID != id {
		return nil, false, false // it speaks of an issue that the site does not have
	}
	value, ok = whole.member(path)
	return value, false, ok
}

// jqlKind is what a field can be compared by.
type jqlKind int

const (
	jqlNames jqlKind = iota // =, !=, in, not in, is
	jqlText                 // ~, !~, is
	jqlDate                 // <, <=, >, >=, is
	jqlAny                  // all of it, by what the value is
)

// jqlField says where the issue has a field and, of objects, by which members they are called.
type jqlField struct {
	path  string
	parts []string
	kind  jqlKind
}

// jqlFieldOf finds a field by its name in lower case; ok is false for one that is not evaluated.
func jqlFieldOf(name string) (f jqlField, ok bool) {
	const fields = "issue.fields."
	named := func(field string, parts ...string) (jqlField, bool) {
		return jqlField{path: fields + field, parts: append(parts, "name", "id")}, true
	}
	switch name {
	case "issuekey", "key", "issue", "id":
		return jqlField{path: "issue", parts: []string{"key", "id"}}, true
	case "project":
		return named("project", "key")
	case "issuetype", "type":
		return named("issuetype")
	case "status", "priority", "resolution":
		return named(name)
	case "statuscategory":
		return named("status.statusCategory", "key")
	case "component":
		return named("components")
	case "fixversion":
		return named("fixVersions")
	case "affectedversion":
		return named("versions")
	case "assignee", "reporter", "creator":
		return named(name, "accountId", "key", "displayName", "emailAddress")
	case "labels":
		return jqlField{path: fields + "labels"}, true
	case "summary", "description", "environment":
		return jqlField{path: fields + name, kind: jqlText}, true
	case "created", "updated":
		return jqlField{path: fields + name, kind: jqlDate}, true
	case "due", "duedate":
		return jqlField{path: fields + "duedate", kind: jqlDate}, true
	case "resolved", "resolutiondate":
		return jqlField{path: fields + "resolutiondate", kind: jqlDate}, true
	}
	if number, ok := strings.CutPrefix(name, "cf["); ok {
		number, ok = strings.CutSuffix(number, "]")
		return jqlField{path: fields + "customfield_" + number, parts: []string{"value", "name", "id", "accountId", "key"}, kind: jqlAny}, ok
	}
	return jqlField{}, false
}

// value is what the issue has for a field. why says why that is not known.
func (e *jqlEvaluator) value(name string) (f jqlField, value any, why string) {
	if key, path, ok := jqlProperty(name); ok {
		value, ok := e.issue.property(key, path)
		if !ok {
			return f, nil, "the body does not have this property"
		}
		return jqlField{kind: jqlAny, parts: []string{"value", "name", "id", "key"}}, value, ""
	}
	f, ok := jqlFieldOf(strings.ToLower(name))
	if !ok {
		return f, nil, "not understood"
	}
	value, own, ok := e.issue.member(f.path)
	if !ok {
		return f, nil, "the body does not have this field"
	}
	if !own {
		e.assume("what the body leaves out is as the site has it")
	}
	return f, value, ""
}

// jqlProperty takes issue.property[key].path apart.
func jqlProperty(name string) (key, path string, ok bool) {
	const prefix = "issue.property["
	if len(name) < len(prefix) || !strings.EqualFold(name[:len(prefix)], prefix) {
		return "", "", false
	}
	key, path, ok = strings.Cut(name[len(prefix):], "]")
	return strings.Trim(key, `"'`), strings.TrimPrefix(path, "."), ok
}

// property looks a property up in the issue, or in the event that has set it.
func (i jqlIssue) property(key, path string) (any, bool) {
	var value any
	if all, ok := i.body.member("issue.properties"); ok {
		object, _ := all.(map[string]any)
		value = object[key]
	} else {
		named, _ := i.body.text("property.key")
		set, _ := i.body.member("property.value")
		if event, _ := i.body.text("webhookEvent"); named != key || event == "issue_property_deleted" {
			return nil, false
		}
		value = set
	}
	if path == "" {
		return value, true
	}
	found, _ := payload{root: value}.member(path)
	return found, true
}

// comparison evaluates what follows a field. why says why the result is unknown.
func (e *jqlEvaluator) comparison(field string) (result jqlResult, why string) {
	f, value, why := e.value(field)
	if why != "" {
		return jqlUnknown, why
	}
	switch {
	case e.take("="):
		return e.equal(f, value, false, e.one)
	case e.take("!="):
		return e.equal(f, value, true, e.one)
	case e.take("in"):
		return e.equal(f, value, false, e.operands)
	case e.take("not"):
		if e.take("in") {
			return e.equal(f, value, true, e.operands)
		}
	case e.take("is"):
		negated := e.take("not")
		if e.takeAny("empty", "null") {
			return jqlOf((len(jqlTexts(value, f.parts)) == 0) != negated), ""
		}
	case e.take("~"):
		return e.contains(f, value, false)
	case e.take("!~"):
		return e.contains(f, value, true)
	}
	for _, sign := range []string{"<=", ">=", "<", ">"} {
		if e.take(sign) {
			return e.ordered(f, value, sign)
		}
	}
	return jqlUnknown, "not understood"
}

// one reads a single value as a list of one.
func (e *jqlEvaluator) one() ([]jqlOperand, bool) {
	o, ok := e.operand()
	return []jqlOperand{o}, ok
}

// equal compares without regard to case, as the product does. An empty field is not unequal to
// anything, and no text equals it.
func (e *jqlEvaluator) equal(f jqlField, value any, negated bool, read func() ([]jqlOperand, bool)) (jqlResult, string) {
	want, ok := read()
	if !ok || f.kind == jqlText || f.kind == jqlDate {
		return jqlUnknown, "not understood"
	}
	have := jqlTexts(value, f.parts)
	found, asksEmpty := false, false
	for _, w := range want {
		switch {
		case w.empty, f.path == "issue.fields.resolution" && strings.EqualFold(w.text, "unresolved"):
			asksEmpty = true
		case w.function && strings.EqualFold(w.text, "currentUser"):
			e.assume("currentUser() is who acted")
			a := e.issue.actor
			found = found || a.AccountID != "" && slices.ContainsFunc(have, func(v string) bool { return v == a.AccountID || v == a.Key || v == a.Name })
		case w.function:
			return jqlUnknown, "the function " + w.text + "() is not evaluated"
		default:
			found = found || slices.ContainsFunc(have, func(v string) bool { return strings.EqualFold(v, w.text) })
		}
	}
	switch {
	case len(have) == 0:
		return jqlOf(asksEmpty && !negated), ""
	case negated:
		return jqlOf(!found), ""
	}
	return jqlOf(found), ""
}

// jqlTexts are the names and ids by which a value may be called.
func jqlTexts(value any, parts []string) []string {
	switch v := value.(type) {
	case string:
		if v != "" {
			return []string{v}
		}
	case json.Number:
		return []string{v.String()}
	case bool:
		return []string{strconv.FormatBool(v)}
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, jqlTexts(item, parts)...)
		}
		return all
	case map[string]any:
		var all []string
		for _, part := range parts {
			if _, nested := v[part].(map[string]any); !nested {
				all = append(all, jqlTexts(v[part], nil)...)
			}
		}
		return all
	}
	return nil
}

// contains evaluates ~ and !~: every word of the operand has to be in the text, one that ends in *
// with its beginning. The product also finds other forms of a word, which is not done here.
func (e *jqlEvaluator) contains(f jqlField, value any, negated bool) (jqlResult, string) {
	want, ok := e.operand()
	text, isText := value.(string)
	switch {
	case !ok, want.empty, want.function, f.kind != jqlText && f.kind != jqlAny, value != nil && !isText:
		return jqlUnknown, "not understood"
	case strings.ContainsAny(want.text, `"+&|!(){}[]^~?:\/`) || strings.Contains(" "+want.text, " -") || strings.TrimSpace(want.text) == "":
		return jqlUnknown, "only words, and * at their end, are looked for"
	case value == nil || text == "":
		return jqlFalse, ""
	}
	have := jqlTokens(text)
	all := jqlTrue
	for _, word := range strings.Fields(want.text) {
		word, open := strings.CutSuffix(word, "*")
		for _, token := range jqlTokens(word) {
			switch jqlHasWord(have, token, open) {
			case jqlFalse:
				all = jqlFalse
			case jqlUnknown:
				if all == jqlTrue {
					all = jqlUnknown
				}
			}
		}
	}
	if all == jqlUnknown {
		return all, "another form of the word is there, which the product may find"
	}
	return jqlOf((all == jqlTrue) != negated), ""
}

func jqlTokens(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// jqlHasWord is unknown when a word with the same beginning and another ending is there.
func jqlHasWord(have []string, word string, open bool) jqlResult {
	similar := false
	for _, h := range have {
		if h == word || open && strings.HasPrefix(h, word) {
			return jqlTrue
		}
		same := 0
		for same < min(len(h), len(word)) && h[same] == word[same] {
			same++
		}
		similar = similar || same >= 3 && len(h)-same <= 3 && len(word)-same <= 3
	}
	if similar {
		return jqlUnknown
	}
	return jqlFalse
}
