package descriptor

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"connect-workbench/addon/descriptor/descriptortest"
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
		{"second of two that are the same", "syntax.duplicate-key", `{"a": {"x": 1}, "b": 2, "a": {"x":1}}`, `{"a": {"x": 1}, "b": 2}`},
		{"brackets too many", "syntax.extra", "{\"a\": [1]}}]\n", "{\"a\": [1]}\n"},
		{"stray bracket", "syntax.stray", `[1, } 2]`, `[1,  2]`},
		{"semicolon", "syntax.stray", `[1; 2]`, `[1, 2]`},
		{"equals sign", "syntax.colon", `{"a" = 1}`, `{"a" : 1}`},
		{"arrow", "syntax.colon", `{"a" => 1}`, `{"a" : 1}`},
		{"single quotes around double ones", "syntax.quote", `['say "x" \'y\'']`, `["say \"x\" 'y'"]`},
		{"backslash u", "syntax.escape", `["C:\users"]`, `["C:\\users"]`},
		{"plus", "syntax.number", `[+1]`, `[1]`},
		{"leading zeros", "syntax.number", `[-007.50]`, `[-7.50]`},
		{"bare points", "syntax.number", `[.5, 1.e3]`, `[0.5, 1.e3]`},
		{"unit", "syntax.number", `{"width": 500px}`, `{"width": "500px"}`},
		{"word without quotes", "syntax.word", `["READ", WRITE]`, `["READ", "WRITE"]`},
		{"text object for a string", "shape.type", app(`"description": {"value": "D"}`), app(`"description": "D"`)},
		{"the only type there is", "shape.required", module("jiraIssueContexts", `"icon": {"width": 16, "height": 16, "url": "/i.png"}, "target": {"type": "web_panel", "url": "/t"}, "content": {"label": {"value": "L"}}`),
			module("jiraIssueContexts", `"icon": {"width": 16, "height": 16, "url": "/i.png"}, "target": {"type": "web_panel", "url": "/t"}, "content": {"label": {"value": "L"}, "type": "label"}`)},
		{"blanks around", "shape.pattern", strings.Replace(app(), `"a"`, `" a "`, 1), app()},
		{"address without scheme", "shape.pattern", strings.Replace(app(), "https://", "", 1), app()},
		{"what hosts pass over", "meaning.ignored", app(`"version": "1.0"`), app()},
		{"http to port 443", "meaning.base-url", strings.Replace(app(), "https://a.example", "http://a.example:443", 1), strings.Replace(app(), "a.example", "a.example:443", 1)},
		{"filter", "meaning.webhook-filter", modules(`"webhooks": [{"event": "project_created", "filter": "a = b", "url": "/h"}]`), modules(`"webhooks": [{"event": "project_created", "url": "/h"}]`)},
		{"native panel elsewhere", "meaning.supports-native", module("webPanels", `"location": "atl.jira.view.issue.left.context2", "supportsNative": true`), module("webPanels", `"location": "atl.jira.view.issue.left.context2"`)},
		{"condition parameter", "meaning.condition-params", module("webPanels", panel+`, "conditions": [{"condition": "can_use_application", "params": {"applicationKey": "jira-sofware"}}]`), module("webPanels", panel+`, "conditions": [{"condition": "can_use_application", "params": {"applicationKey": "jira-software"}}]`)},
		{"context parameter", "meaning.parameter", strings.Replace(module("webPanels", panel), `"/m"`, `"/m?k={isue.key}&l={isue.key}"`, 1), strings.Replace(module("webPanels", panel), `"/m"`, `"/m?k={issue.key}&l={issue.key}"`, 1)},
		{"inline condition", "meaning.condition", strings.Replace(module("webPanels", panel), `"/m"`, `"/m?a={condition.user_is_amdin}"`, 1), strings.Replace(module("webPanels", panel), `"/m"`, `"/m?a={condition.user_is_admin}"`, 1)},
		{"licence parameter", "meaning.licence-parameter", strings.Replace(module("webPanels", panel), `"/m"`, `"/m?lic={licence}&a=1#lic"`, 1), strings.Replace(module("webPanels", panel), `"/m"`, `"/m?a=1#lic"`, 1)},
		{"blanks in an address", "meaning.url", strings.Replace(module("webPanels", panel), `"/m"`, `"m n "`, 1), strings.Replace(module("webPanels", panel), `"/m"`, `"/m%20n"`, 1)},
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
		end := 0
		for _, e := range p.Fix.Edits {
			if e.Offset < end || e.End < e.Offset || e.End > len(text) {
				t.Fatalf("%s: the edits %v are not sorted inside of %s", p.Fix.Title, p.Fix.Edits, text)
			}
			end = e.End
		}
		fixed := Apply([]byte(text), p.Fix.Edits)
		after := Check(fixed, o)
		if countRule(after, p.Rule) >= countRule(before, p.Rule) {
			t.Fatalf("%s (%s) does not cure %s\nbefore %s%s\nafter  %s%s", p.Fix.Title, p.Message, p.Rule, text, texted(before), fixed, texted(after))
		}
		if !broken {
			checkTouched(t, p, text, fixed)
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

// TestFixAllLeavesNothingToFix: one by one or all at once, in the end nothing can be fixed any more,
// no error is there that was not, and the edits lead to the same text at once.
func TestFixAllLeavesNothingToFix(t *testing.T) {
	texts := map[string]Options{}
	for _, tc := range checkCases {
		texts[tc.text] = tc.o
	}
	rnd := rand.New(rand.NewPCG(7, 8))
	for range 500 {
		text := sample
		for range 1 + rnd.IntN(4) {
			if len(text) > 1 {
				text = mutate(rnd, text)
			}
		}
		texts[text] = Options{}
	}
	fixed := 0
	for text, o := range texts {
		before := Check([]byte(text), o)
		all := FixAll([]byte(text), o)
		fixed += len(all.Cured)
		after := Check(all.Text, o)
		for _, p := range after.Problems {
			if p.Fix != nil {
				t.Fatalf("left to fix: %s (%s)\nbefore %s%s\nafter  %s%s", p.Fix.Title, p.Rule, text, texted(before), all.Text, texted(after))
			}
		}
		if got := Apply([]byte(text), all.Edits); string(got) != string(all.Text) {
			t.Fatalf("the edits of %s give\n%s\nnot\n%s", text, got, all.Text)
		}
		if countRule(after, "syntax.") > countRule(before, "syntax.") {
			t.Fatalf("more syntax problems\nbefore %s%s\nafter  %s%s", text, texted(before), all.Text, texted(after))
		}
		if len(all.Cured) == 0 && string(all.Text) != text {
			t.Fatalf("nothing was fixed, but the text changed: %s", text)
		}
	}
	if fixed < 400 {
		t.Errorf("only %d problems were fixed", fixed)
	}
}

// TestFixAllOfManyProblems is about time: a long text with a problem on every line.
func TestFixAllOfManyProblems(t *testing.T) {
	var b strings.Builder
	b.WriteString("{\n")
	for i := range 3000 {
		fmt.Fprintf(&b, "'p%d': %d,\n", i, i)
	}
	b.WriteString("}")
	all := FixAll([]byte(b.String()), Options{})
	if n := countRule(Check(all.Text, Options{}), "syntax."); n > 0 || len(all.Cured) != 3001 {
		t.Errorf("%d fixed, %d syntax problems left", len(all.Cured), n)
	}
	hook := `{"event": "jira:issue_creatd", "url": "h o o k"},` + "\n"
	all = FixAll([]byte(modules(`"webhooks": [`+strings.Repeat(hook, 3000)+`{"event": "jira:issue_created", "url": "/h"}]`)), Options{})
	if r := Check(all.Text, Options{}); len(r.Problems) > 0 || len(all.Cured) != 6000 {
		t.Errorf("%d fixed, %d problems left", len(all.Cured), len(r.Problems))
	}
}

// TestFixAllOfManyProblemsInOneArray: values in the same array are replaced in one round, which took a
// round each once, and half a minute.
func TestFixAllOfManyProblemsInOneArray(t *testing.T) {
	all := FixAll([]byte(app(`"scopes": [`+strings.Repeat(`"Read", `, 5000)+`"ADMIN"]`)), Options{})
	if r := Check(all.Text, Options{}); r.Errors > 0 || len(all.Cured) < 5000 {
		t.Errorf("%d fixed, left: %s", len(all.Cured), problemsOf(r))
	}
}

// TestFixAllLeavesOtherEncodingsAlone: what is no UTF-8 text is not made worse.
func TestFixAllLeavesOtherEncodingsAlone(t *testing.T) {
	text := app(`"scopes": ["Read",]`, `"name": "a	b",`)
	for name, order := range map[string]binary.AppendByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
		for _, mark := range []string{"", "\uFEFF"} {
			var encoded []byte
			for _, unit := range utf16.Encode([]rune(mark + text)) {
				encoded = order.AppendUint16(encoded, unit)
			}
			if all := FixAll(encoded, Options{}); len(all.Edits) > 0 {
				t.Errorf("UTF-16, %s endian, mark %q: %d edits lead to %q", name, mark, len(all.Edits), all.Text)
			}
		}
	}
}

func BenchmarkFixAll(b *testing.B) {
	for _, s := range sizes {
		text := descriptortest.Faulty(descriptortest.Generated(s.size))
		b.Run(s.name, func(b *testing.B) {
			k := NewChecker(BuiltIn())
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				k.FixAll(text, Options{})
			}
		})
	}
}

func FuzzFixAll(f *testing.F) {
	for _, tc := range checkCases {
		f.Add([]byte(tc.text))
	}
	f.Add([]byte(sample))
	f.Fuzz(func(t *testing.T, text []byte) {
		all := FixAll(text, Options{})
		if got := Apply(text, all.Edits); string(got) != string(all.Text) {
			t.Fatalf("the edits of %q give\n%q\nnot\n%q", text, got, all.Text)
		}
		for _, p := range Check(all.Text, Options{}).Problems {
			if p.Fix != nil {
				t.Fatalf("left to fix: %s in %q, made of %q", p.Fix.Title, all.Text, text)
			}
		}
	})
}

// checkTouched: what a fix changes in a text without syntax faults is in the object or array around
// its edits; every other value of the text is what it was.
func checkTouched(t *testing.T, p Problem, text string, fixed []byte) {
	t.Helper()
	around := Parse([]byte(text)).NodeAt(p.Fix.Edits[0].Offset)
	if _, keyEnd := around.KeyRange(); keyEnd > 0 || around.Index() > 0 || around.Kind() != Object && around.Kind() != Array {
		around = around.Parent()
	}
	if !json.Valid([]byte(text)) {
		return // a template
	}
	before, after := decodeModel(t, text), decodeModel(t, string(fixed))
	if pointer := firstDifference(before, after, ""); pointer != around.Pointer() && !strings.HasPrefix(pointer, around.Pointer()+"/") {
		t.Fatalf("%s changes %s, outside of %s\nbefore %s\nafter  %s", p.Fix.Title, pointer, around.Pointer(), text, fixed)
	}
}

// firstDifference is the pointer of the innermost value that holds all differences of two models.
func firstDifference(a, b any, pointer string) string {
	switch x := a.(type) {
	case orderedObject:
		y, ok := b.(orderedObject)
		if !ok || len(x) != len(y) {
			return pointer
		}
		return onlyDifference(len(x), pointer, func(i int) (string, any, any) {
			if x[i].name != y[i].name {
				return "", x[i].name, y[i].name
			}
			return escapePointer.Replace(x[i].name), x[i].value, y[i].value
		})
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return pointer
		}
		return onlyDifference(len(x), pointer, func(i int) (string, any, any) { return strconv.Itoa(i), x[i], y[i] })
	}
	return pointer
}

func onlyDifference(n int, pointer string, entry func(i int) (name string, a, b any)) string {
	different := -1
	for i := range n {
		if name, a, b := entry(i); !reflect.DeepEqual(a, b) {
			if different >= 0 || name == "" {
				return pointer
			}
			different = i
		}
	}
	if different < 0 {
		return pointer
	}
	name, a, b := entry(different)
	return firstDifference(a, b, pointer+"/"+name)
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
