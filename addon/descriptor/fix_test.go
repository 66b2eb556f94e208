package descriptor

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// TestFixes shows what each kind of fix makes of a text.
func TestFixes(t *testing.T) {
	item := func(members string) string { return `"webItems": [{"key": "m", ` + members + `}]` }
	for _, tc := range []struct{ name, rule, before, after string }{
		{"trailing comma", "syntax.trailing-comma", `{"a": [1, ]}`, `{"a": [1 ]}`},
		{"missing comma", "syntax.comma", "{\"a\": 1\n\"b\": 2}", "{\"a\": 1,\n\"b\": 2}"},
		{"double comma", "syntax.comma", `[1,, 2]`, `[1, 2]`},
		{"missing colon", "syntax.colon", `{"a" 1}`, `{"a": 1}`},
		{"comment", "syntax.comment", "{} // x\n", "{} \n"},
		{"byte order mark", "syntax.bom", "\xEF\xBB\xBF{}", `{}`},
		{"single quotes", "syntax.quote", `{'a': 1}`, `{"a": 1}`},
		{"bare name", "syntax.quote", `{a: 1}`, `{"a": 1}`},
		{"word", "syntax.word", `[True]`, `[true]`},
		{"backslash", "syntax.escape", `["a\ b"]`, `["a\\ b"]`},
		{"control character", "syntax.control", "[\"a\tb\"]", `["a\tb"]`},
		{"open string", "syntax.string", "{\"a\": \"b,\n\"c\": 1}", "{\"a\": \"b\",\n\"c\": 1}"},
		{"open bracket", "syntax.unclosed", `{"a": [1, 2}`, `{"a": [1, 2]}`},
		{"scope in mixed case", "shape.enum-case", app(`"scopes": ["Read"]`), app(`"scopes": ["READ"]`)},
		{"type in mixed case", "shape.enum-case", strings.Replace(app(), "none", "None", 1), app()},
		{"typing error in an enum", "shape.enum", app(`"scopes": ["WRIET"]`), app(`"scopes": ["WRITE"]`)},
		{"plain string for a text", "shape.type", modules(`"generalPages": [{"key": "m", "url": "/m", "name": "A \"b\""}]`), modules(`"generalPages": [{"key": "m", "url": "/m", "name": {"value": "A \"b\""}}]`)},
		{"single module in an array", "shape.type", modules(`"configurePage": [{"key": "m", "url": "/m", "name": {"value": "M"}}]`), modules(`"configurePage": {"key": "m", "url": "/m", "name": {"value": "M"}}`)},
		{"module without an array", "shape.type", modules(`"dialogs": {"key": "m", "url": "/m"}`), modules(`"dialogs": [{"key": "m", "url": "/m"}]`)},
		{"scope without an array", "shape.type", app(`"scopes": "READ"`), app(`"scopes": ["READ"]`)},
		{"number in quotes", "shape.type", app(`"apiVersion": "2"`), app(`"apiVersion": 2`)},
		{"boolean in quotes", "shape.type", app(`"enableLicensing": "True"`), app(`"enableLicensing": true`)},
		{"width without quotes", "shape.type", module("webPanels", panel+`, "layout": {"width": 500}`), module("webPanels", panel+`, "layout": {"width": "500"}`)},
		{"typing error in a property", "shape.unknown-property", app(`"lifecylce": {}`), app(`"lifecycle": {}`)},
		{"property in another case", "shape.unknown-property", app(`"EnableLicensing": true`), app(`"enableLicensing": true`)},
		{"typing error in a module type", "meaning.unknown-module", modules(`"webItem": []`), modules(`"webItems": []`)},
		{"first scope", "meaning.webhook-scope", app("\n \"modules\": {\"webhooks\": [{\"event\": \"jira:issue_created\", \"url\": \"/h\"}]}"),
			app("\n \"scopes\": [\"READ\"], \n \"modules\": {\"webhooks\": [{\"event\": \"jira:issue_created\", \"url\": \"/h\"}]}")},
		{"further scope", "meaning.webhook-scope", app(`"scopes": ["ACT_AS_USER"]`, `"modules": {"webhooks": [{"event": "jira:issue_created", "url": "/h"}]}`),
			app(`"scopes": ["ACT_AS_USER", "READ"]`, `"modules": {"webhooks": [{"event": "jira:issue_created", "url": "/h"}]}`)},
		{"https", "meaning.base-url", strings.Replace(app(), "https:", "http:", 1), app()},
		{"event", "meaning.event", modules(`"webhooks": [{"event": "issue_created", "url": "/h"}]`), modules(`"webhooks": [{"event": "jira:issue_created", "url": "/h"}]`)},
		{"location", "meaning.location", module("webPanels", `"location": "atl.jira.view.issue.rihgt.context"`), module("webPanels", panel)},
		{"condition", "meaning.condition", module("webPanels", panel+`, "conditions": [{"condition": "user_is_logged"}]`), module("webPanels", panel+`, "conditions": [{"condition": "user_is_logged_in"}]`)},
		{"slash", "meaning.url", strings.Replace(module("generalPages", ""), `"/m"`, `"m"`, 1), module("generalPages", "")},
		{"own address", "meaning.url", strings.Replace(module("generalPages", ""), `"/m"`, `"https://a.example/m"`, 1), module("generalPages", "")},
		{"dialog", "meaning.reference", modules(`"dialogs": [{"key": "edit", "url": "/e"}]`, item(`"name": {"value": "M"}, "location": "operations-operations", "target": {"type": "dialogmodule", "options": {"key": "edti"}}`)),
			modules(`"dialogs": [{"key": "edit", "url": "/e"}]`, item(`"name": {"value": "M"}, "location": "operations-operations", "target": {"type": "dialogmodule", "options": {"key": "edit"}}`))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, p := range Check([]byte(tc.before), Options{}).Problems {
				if p.Rule != tc.rule || p.Fix == nil {
					continue
				}
				if got := string(Apply([]byte(tc.before), p.Fix.Edits)); got != tc.after {
					t.Errorf("%s\n got %s\nwant %s", p.Fix.Title, got, tc.after)
				}
				return
			}
			t.Errorf("no fix for %s in %s", tc.rule, tc.before)
		})
	}
}

// TestFixesCureAndHarmNothing applies every fix there is for many faulty texts: afterwards the
// problem is gone and no new one came.
func TestFixesCureAndHarmNothing(t *testing.T) {
	fixes := 0
	for _, tc := range checkCases {
		fixes += applyEach(t, tc.text, tc.o)
	}
	// One fault in a good text: what a fix makes legible again has no problems of its own.
	if r := Check([]byte(sample), Options{}); r.Errors > 0 {
		t.Fatalf("the sample has errors%s", texted(r))
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		fixes += applyEach(t, mutate(rnd, sample), Options{})
	}
	if fixes < 1000 {
		t.Errorf("only %d fixes were tried", fixes)
	}
}

// mutate makes one fault such as a person makes.
func mutate(rnd *rand.Rand, text string) string {
	at := rnd.IntN(len(text) - 1)
	switch rnd.IntN(6) {
	case 0: // a byte is missing
		return text[:at] + text[at+1:]
	case 1: // a byte is there twice
		return text[:at] + text[at:at+1] + text[at:]
	case 2: // two are swapped
		return text[:at] + text[at+1:at+2] + text[at:at+1] + text[at+2:]
	case 3: // another case
		return text[:at] + strings.ToUpper(text[at:at+1]) + text[at+1:]
	case 4: // a mark too many
		return text[:at] + string(`,:"{}[]`[rnd.IntN(7)]) + text[at:]
	default: // cut off
		return text[:at]
	}
}

// applyEach tries every fix of a text alone and gives their number.
func applyEach(t *testing.T, text string, o Options) int {
	t.Helper()
	before := Check([]byte(text), o)
	// Where brackets do not match, properties seem to be in other objects than was meant, and
	// a rule about several of them cannot know better.
	broken := countRule(before, "syntax.") > 0
	fixes := 0
	for _, p := range before.Problems {
		if p.Fix == nil {
			continue
		}
		fixes++
		fixed := Apply([]byte(text), p.Fix.Edits)
		after := Check(fixed, o)
		if countRule(after, p.Rule) >= countRule(before, p.Rule) {
			t.Fatalf("%s (%s) does not cure %s\nbefore %s%s\nafter  %s%s", p.Fix.Title, p.Message, p.Rule, text, texted(before), fixed, texted(after))
		}
		if strings.HasPrefix(p.Rule, "syntax.") {
			if countRule(after, "syntax.") >= countRule(before, "syntax.") {
				t.Fatalf("%s brings a new syntax problem\nbefore %s%s\nafter  %s%s", p.Fix.Title, text, texted(before), fixed, texted(after))
			}
			continue // more of the text may be legible now, with its own problems
		}
		if fresh := newProblems(before, after); fresh != "" && !(broken && strings.HasPrefix(fresh, "meaning.")) {
			t.Fatalf("%s brings %s\nbefore %s\nafter  %s", p.Fix.Title, fresh, text, fixed)
		}
	}
	return fixes
}

func countRule(r Report, prefix string) int {
	count := 0
	for _, p := range r.Problems {
		if strings.HasPrefix(p.Rule, prefix) {
			count++
		}
	}
	return count
}

var lineNumber = regexp.MustCompile(`line \d+`)

// newProblems names a problem that was not there before, wherever it stood and whatever it
// suggests.
func newProblems(before, after Report) string {
	id := func(p Problem) string {
		what, _, _ := strings.Cut(p.Message, ";")
		return p.Rule + lineNumber.ReplaceAllString(what, "line")
	}
	had := make(map[string]int)
	for _, p := range before.Problems {
		had[id(p)]++
	}
	for _, p := range after.Problems {
		if had[id(p)]--; had[id(p)] < 0 {
			return p.Rule + " " + p.Pointer + ": " + p.Message
		}
	}
	return ""
}

func TestApplyLeavesOutWhatDoesNotFit(t *testing.T) {
	got := Apply([]byte("abcdef"), []Edit{{4, 5, "X"}, {1, 3, "Y"}, {2, 4, "overlaps"}, {6, 6, "!"}, {9, 9, "outside"}})
	if string(got) != "aYdXf!" {
		t.Errorf("got %s", got)
	}
}
