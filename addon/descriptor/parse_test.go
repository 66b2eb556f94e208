package descriptor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// faultsOf writes the syntax problems of a text as "rule@line:column", for tables.
func faultsOf(t *Tree) string {
	var out []string
	faults := slices.Clone(t.faults)
	slices.SortStableFunc(faults, func(a, b Problem) int { return a.Offset - b.Offset })
	for _, f := range faults {
		line, column := t.LineColumn(f.Offset)
		out = append(out, fmt.Sprintf("%s@%d:%d", strings.TrimPrefix(f.Rule, "syntax."), line, column))
	}
	return strings.Join(out, " ")
}

func TestParseReportsEveryFault(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"valid", `{"a": [1, -2.5e3, "x", true, false, null, {}]}`, ""},
		{"empty", " \n", "empty@1:1"},
		{"not json", "<html>\n</html>", "stray@1:1"},
		{"two objects", "{}\n{}", "extra@2:1"},
		{"comments", "{ // one\n /* two */ \"a\": 1 # three\n}", "comment@1:3 comment@2:2 comment@2:19"},
		{"trailing commas", "{\"a\": [1,],\n}", "trailing-comma@1:9 trailing-comma@1:11"},
		{"missing comma", "{\"a\": 1\n \"b\": [1 2]}", "comma@1:8 comma@2:9"},
		{"double comma", `[1,,2]`, "comma@1:4"},
		{"leading comma", `[,1]`, "comma@1:2"},
		{"missing colon", `{"a" 1}`, "colon@1:5"},
		{"missing value", "{\"a\": , \"b\":\n}", "value@1:2 value@1:9"},
		{"value still to be written", "{\"a\":\n \"b\": 1}", "value@1:2"},
		{"name before a name", `{"a" "b": 1}`, "value@1:2"},
		{"half typed name", "{\"na\n \"b\": 1}", "string@1:2 value@1:2"},
		{"half typed closed name", "{\"na\"\n \"b\": 1}", "value@1:2"},
		{"unclosed", `{"a": [1, {"b": 2`, "unclosed@1:1 unclosed@1:7 unclosed@1:11"},
		{"wrong bracket", `{"a": [1, 2}`, "unclosed@1:7"},
		{"stray bracket", `{"a": 1]}`, "stray@1:8"},
		{"open string", "{\"a\": \"x,\n \"b\": 1}", "string@1:7"},
		{"single quotes", `{'a': 'b'}`, "quote@1:2 quote@1:7"},
		{"bare name", `{a: 1}`, "quote@1:2"},
		{"words", `[True, undefined, NaN]`, "word@1:2 word@1:8 word@1:19"},
		{"numbers", `[01, +1, .5, 1., 0x1F, -0]`, "number@1:2 number@1:6 number@1:10 number@1:14 number@1:18"},
		{"escapes", `["\x", "\u12", "\n\u00e9"]`, "escape@1:3 escape@1:9"},
		{"control character", "[\"a\tb\"]", "control@1:4"},
		{"byte order mark", "\xEF\xBB\xBF{}", "bom@1:1"},
		{"invalid utf-8", "{\"a\": \"\xff\xfe\"}", "utf8@1:8"},
		{"duplicate key", `{"a": 1, "b": 2, "\u0061": 3}`, "duplicate-key@1:18"},
		{"columns are characters", `{"ä": "ö", "x" 1}`, "colon@1:15"},
		{"templates in strings", `{"a": "{{localBaseUrl}}", "b": "${x.y-z}/c", "c": "<% URL %>", "d": "{{ env "X" }}"}`, ""},
		{"templates as values", `{"a": {{licensing}}, "b": ${x}, "c": <%= y %>}`, ""},
		{"template statements", "{{define \"config\"}}{\"a\": 1, {{if .X}}\"b\": 2{{end}}}\n{{end}}", "template@1:1 template@1:29 template@1:44 template@2:1"},
		{"a brace too many is no template", `{{"a": 1}}`, "stray@1:2 extra@1:10"},
		{"two strings are no template", `{"a":"{{","b":{"c":{}}}`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := faultsOf(Parse([]byte(tc.text))); got != tc.want {
				t.Errorf("faults of %s\n got %s\nwant %s", tc.text, got, tc.want)
			}
		})
	}
}

func TestParseLimits(t *testing.T) {
	deep := Parse([]byte(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)))
	if got := faultsOf(deep); got != "depth@1:201" {
		t.Errorf("deep text: %s", got)
	}
	if got := faultsOf(Parse(make([]byte, MaxSize+1))); got != "size@1:1" {
		t.Errorf("large text: %s", got)
	}
	many := Parse([]byte("[" + strings.Repeat("x ", 2000) + "]"))
	if len(many.faults) != maxFaults || many.omitted == 0 {
		t.Errorf("got %d faults and %d omitted, want %d kept", len(many.faults), many.omitted, maxFaults)
	}
}

func TestTreeValuesAndPointers(t *testing.T) {
	text := `{"a/b": [10, {"~": "\ud83d\ude00\n"}], "n": 1.0, "f": 1.5, "t": true, "dup": 1, "dup": 2}`
	tree := Parse([]byte(text))
	for pointer, want := range map[string]string{
		"": text, "/a~1b/0": "10", "/a~1b/1/~0": `"\ud83d\ude00\n"`, "/dup": "2", "/t": "true",
	} {
		n := tree.At(pointer)
		if string(n.Raw()) != want {
			t.Errorf("At(%q) = %s, want %s", pointer, n.Raw(), want)
		}
		if n.Pointer() != pointer {
			t.Errorf("pointer of %q comes back as %q", pointer, n.Pointer())
		}
	}
	for _, pointer := range []string{"/x", "a", "/a~1b/2", "/a~1b/01", "/n/x"} {
		if tree.At(pointer).Exists() {
			t.Errorf("At(%q) found something", pointer)
		}
	}
	if got := tree.At("/a~1b/1/~0").Text(); got != "😀\n" {
		t.Errorf("decoded %q", got)
	}
	if v, ok := tree.At("/n").Int(); v != 1 || !ok {
		t.Errorf("1.0 read as %d, %v", v, ok)
	}
	if _, ok := tree.At("/f").Int(); ok {
		t.Error("1.5 read as a whole number")
	}
	for inside, want := range map[string]string{"10": "/a~1b/0", `"~"`: "/a~1b/1/~0", "1.5": "/f", `"t"`: "/t"} {
		if got := tree.PointerAt(strings.Index(text, inside)); got != want {
			t.Errorf("PointerAt(%s) = %q, want %q", inside, got, want)
		}
	}
}

func TestParseAgainReusesMemory(t *testing.T) {
	text := []byte(`{"key": "a", "modules": {"webItems": [{"key": "x"}, {"key": "y"}]}}`)
	tree := Parse(text)
	if n := testing.AllocsPerRun(100, func() { tree.Parse(text) }); n > 0 {
		t.Errorf("%v allocations a run, want none", n)
	}
}

func TestLineColumn(t *testing.T) {
	tree := Parse([]byte("{\r\n \"é\": 1,\n}\n"))
	for offset, want := range map[int][2]int{-1: {1, 1}, 0: {1, 1}, 3: {2, 1}, 7: {2, 4}, 13: {3, 1}, 99: {4, 1}} {
		line, column := tree.LineColumn(offset)
		if [2]int{line, column} != want {
			t.Errorf("LineColumn(%d) = %d, %d; want %v", offset, line, column, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a": [1, {"b": "\u00e9"}]}`, `{'a' b,, "c`, "{{if}}[\"${x", "\xff{\"a\": // x\n", `[[[[`, `{"a":1}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		tree := Parse(text)
		checkTree(t, tree, tree.Root())
		errors := slices.ContainsFunc(tree.faults, func(p Problem) bool { return p.Severity == Error })
		if valid := json.Valid(text) && utf8.Valid(text); valid == (errors || tree.Templated()) && tree.omitted == 0 {
			if !(valid && slices.ContainsFunc(tree.faults, func(p Problem) bool { return p.Rule == ruleDepth.ID })) {
				t.Errorf("json says valid %v, the tree has %v", valid, tree.faults)
			}
		}
	})
}

// checkTree asks that ranges nest and rise, and that pointers lead back.
func checkTree(t *testing.T, tree *Tree, n Node) {
	if !n.Exists() {
		return
	}
	from, to := n.Range()
	if from > to || to > len(tree.text) {
		t.Fatalf("range %d..%d of a text of %d bytes", from, to, len(tree.text))
	}
	last := from
	for c := range n.Children() {
		start, end := c.Range()
		if keyFrom, keyTo := c.KeyRange(); keyTo != 0 && (keyFrom < last || keyTo > start && c.Kind() != Missing) {
			t.Fatalf("key %d..%d of value %d..%d behind %d", keyFrom, keyTo, start, end, last)
		}
		if start < last || end > to {
			t.Fatalf("child %d..%d in %d..%d behind %d", start, end, from, to, last)
		}
		last = end
		_ = c.Key() + c.Text()
		checkTree(t, tree, c)
	}
}
