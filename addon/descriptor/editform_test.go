package descriptor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// change is one form edit, for tables and for the model.
type change struct {
	verb    string // set, unset, member, element, remove, move, rename
	pointer string
	name    string // member, rename
	at      int    // member, element, move
	value   any
}

func (c change) edits(text string) ([]Edit, error) {
	t := Parse([]byte(text))
	switch c.verb {
	case "set":
		return t.Set(c.pointer, c.value)
	case "unset":
		return t.Unset(c.pointer)
	case "member":
		return t.AddMember(c.pointer, c.name, c.at, c.value)
	case "element":
		return t.AddElement(c.pointer, c.at, c.value)
	case "remove":
		return t.Remove(c.pointer)
	case "move":
		return t.Move(c.pointer, c.at)
	case "rename":
		return t.Rename(c.pointer, c.name)
	}
	return nil, fmt.Errorf("no verb %q", c.verb)
}

func TestFormEdits(t *testing.T) {
	type object = map[string]any
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	for _, tc := range []struct {
		name, before string
		change       change
		after        string
	}{
		{"set a string", `{"a": "x", "b": 1}`, change{verb: "set", pointer: "/a", value: "y & z"}, `{"a": "y & z", "b": 1}`},
		{"set the same value", `{"a": {"x": 1, "y": [2]}}`, change{verb: "set", pointer: "/a", value: raw(`{"y":[2],"x":1}`)}, `{"a": {"x": 1, "y": [2]}}`},
		{"set the root", `[1]`, change{verb: "set", pointer: "", value: true}, `true`},
		{"set in an empty text", "", change{verb: "set", pointer: "/a/b", value: 1}, "{\n  \"a\": {\n    \"b\": 1\n  }\n}"},
		{"set behind a byte order mark", "\xEF\xBB\xBF", change{verb: "set", pointer: "/a", value: 1}, "\xEF\xBB\xBF{\n  \"a\": 1\n}"},
		{"set a new member", "{\n\t\"a\": 1\n}\n", change{verb: "set", pointer: "/b", value: 2}, "{\n\t\"a\": 1,\n\t\"b\": 2\n}\n"},
		{"set a new member, CRLF", "{\r\n  \"a\": 1\r\n}\r\n", change{verb: "set", pointer: "/b", value: object{"c": object{"d": 1}}}, "{\r\n  \"a\": 1,\r\n  \"b\": {\r\n    \"c\": {\r\n      \"d\": 1\r\n    }\r\n  }\r\n}\r\n"},
		{"set with missing parents", "{\n    \"a\": 1\n}", change{verb: "set", pointer: "/modules/webhooks/0/url", value: "/h"}, "{\n    \"a\": 1,\n    \"modules\": {\n        \"webhooks\": [\n            {\n                \"url\": \"/h\"\n            }\n        ]\n    }\n}"},
		{"set behind the last entry", `{"scopes": ["READ"]}`, change{verb: "set", pointer: "/scopes/-", value: "WRITE"}, `{"scopes": ["READ", "WRITE"]}`},
		{"set at the index behind", `[1]`, change{verb: "set", pointer: "/1", value: 2}, `[1, 2]`},
		{"set a value that is missing", `{"a": , "b": 1}`, change{verb: "set", pointer: "/a", value: 2}, `{"a": 2 , "b": 1}`},
		{"set a value without colon", `{"a"}`, change{verb: "set", pointer: "/a/x", value: 2}, `{"a": {"x": 2}}`},
		{"set the last of two", `{"a": 1, "a": 2}`, change{verb: "set", pointer: "/a", value: 3}, `{"a": 1, "a": 3}`},
		{"set over a placeholder", `{"a": {{x}}, "b": 1}`, change{verb: "set", pointer: "/a", value: 3}, `{"a": 3, "b": 1}`},
		{"set with an escaped pointer", `{"a/b": {"c~d": 1}}`, change{verb: "set", pointer: "/a~1b/c~0d", value: 2}, `{"a/b": {"c~d": 2}}`},
		{"set in a faulty text", `{"a": [1, 2, "b": {"c": 1, "d" 2}`, change{verb: "set", pointer: "/a/0", value: 7}, `{"a": [7, 2, "b": {"c": 1, "d" 2}`},
		{"in one line inside of many", "{\n  \"vendor\": {\"name\": \"x\"},\n  \"b\": 1\n}", change{verb: "set", pointer: "/vendor/url", value: "u"}, "{\n  \"vendor\": {\"name\": \"x\", \"url\": \"u\"},\n  \"b\": 1\n}"},
		{"like other short objects", "{\n  \"vendor\": {\"name\": \"x\"},\n  \"b\": 1\n}", change{verb: "set", pointer: "/name", value: object{"value": "n"}}, "{\n  \"vendor\": {\"name\": \"x\"},\n  \"b\": 1,\n  \"name\": {\"value\": \"n\"}\n}"},
		{"into empty brackets", "{\n  \"a\": {}\n}", change{verb: "set", pointer: "/a/b", value: 1}, "{\n  \"a\": {\n    \"b\": 1\n  }\n}"},
		{"minified", `{"a":1,"b":[1,2]}`, change{verb: "member", pointer: "", name: "c", at: 1, value: raw(`{"x": [1, 2]}`)}, `{"a":1,"c":{"x":[1,2]},"b":[1,2]}`},
		{"into a minified root", `{"a":1}`, change{verb: "set", pointer: "/b", value: 2}, `{"a":1,"b":2}`},
		{"padded braces", `{ "a": 1 }`, change{verb: "set", pointer: "/b", value: object{"c": 1}}, `{ "a": 1, "b": { "c": 1 } }`},
		{"add first", "{\n  \"a\": 1\n}", change{verb: "member", pointer: "", name: "b", at: 0, value: 2}, "{\n  \"b\": 2,\n  \"a\": 1\n}"},
		{"add first on one line", `[1, 2]`, change{verb: "element", pointer: "", at: 0, value: 0}, `[0, 1, 2]`},
		{"add between, below a comment", "{\n  \"a\": 1, // of a\n  // of b\n  \"b\": 2\n}", change{verb: "member", pointer: "", name: "x", at: 1, value: 0}, "{\n  \"a\": 1, // of a\n  \"x\": 0,\n  // of b\n  \"b\": 2\n}"},
		{"add last, behind a comment", "{\n  \"a\": 1 // of a\n}", change{verb: "member", pointer: "", name: "x", at: -1, value: 0}, "{\n  \"a\": 1, // of a\n  \"x\": 0\n}"},
		{"add last, behind a trailing comma", "[\n  1,\n]", change{verb: "element", pointer: "", at: -1, value: 2}, "[\n  1,\n  2,\n]"},
		{"add last, comment on the only line", "[1 // one\n]", change{verb: "element", pointer: "", at: -1, value: 2}, "[1, // one\n2\n]"},
		{"add to a comment", "{\n  \"a\": [\n    // none yet\n  ]\n}", change{verb: "element", pointer: "/a", at: -1, value: 2}, "{\n  \"a\": [\n    // none yet\n    2\n  ]\n}"},
		{"objects side by side", "[{\n  \"a\": 1\n}, {\n  \"a\": 2\n}]", change{verb: "element", pointer: "", at: -1, value: object{"a": 3}}, "[{\n  \"a\": 1\n}, {\n  \"a\": 2\n}, {\n  \"a\": 3\n}]"},
		{"remove first", `{"a": 1, "b": 2}`, change{verb: "remove", pointer: "/a"}, `{"b": 2}`},
		{"remove between", "[\n  1,\n  2,\n  3\n]", change{verb: "remove", pointer: "/1"}, "[\n  1,\n  3\n]"},
		{"remove last", "[\n  1,\n  2\n]", change{verb: "remove", pointer: "/1"}, "[\n  1\n]"},
		{"remove last before a trailing comma", "[\n  1,\n  2,\n]", change{verb: "remove", pointer: "/1"}, "[\n  1,\n]"},
		{"remove the only one", "{\n  \"a\": [\n    1\n  ]\n}", change{verb: "remove", pointer: "/a/0"}, "{\n  \"a\": []\n}"},
		{"comments stay", "{\n  // of a\n  \"a\": 1, // too\n  \"b\": 2 /* of b */\n}", change{verb: "remove", pointer: "/a"}, "{\n  // of a\n  // too\n  \"b\": 2 /* of b */\n}"},
		{"a line comment swallows nothing", "[1, // one\n2]", change{verb: "remove", pointer: "/1"}, "[1 // one\n]"},
		{"remove both of two", `{"a": 1, "b": 2, "a": 3}`, change{verb: "remove", pointer: "/a"}, `{"b": 2}`},
		{"unset what is not there", `{"a": 1}`, change{verb: "unset", pointer: "/b/c"}, `{"a": 1}`},
		{"remove a name without value", `{"a": 1, "b": , "c": 2}`, change{verb: "remove", pointer: "/b"}, `{"a": 1, "c": 2}`},
		{"move down", "[\n  1,\n  2,\n  3\n]", change{verb: "move", pointer: "/0", at: 2}, "[\n  2,\n  3,\n  1\n]"},
		{"move up", `{"a": 1, "b": 2, "c": 3}`, change{verb: "move", pointer: "/c", at: 0}, `{"c": 3, "a": 1, "b": 2}`},
		{"rename", `{"a": 1, "b": 2}`, change{verb: "rename", pointer: "/a", name: "x\"y"}, `{"x\"y": 1, "b": 2}`},
		{"rename to what it is", `{"a": 1}`, change{verb: "rename", pointer: "/a", name: "a"}, `{"a": 1}`},
		{"rename without quotes", `{a: 1}`, change{verb: "rename", pointer: "/a", name: "b"}, `{"b": 1}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			edits, err := tc.change.edits(tc.before)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(Apply([]byte(tc.before), edits)); got != tc.after {
				t.Errorf("got\n%s\nwant\n%s", got, tc.after)
			}
		})
	}
}

func TestFormEditsSayWhatStandsInTheWay(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		change     change
		want       string
	}{
		{"no pointer", `{}`, change{verb: "set", pointer: "a", value: 1}, "set a: line 1, column 1: a JSON pointer is empty or begins with a slash"},
		{"no JSON value", `{}`, change{verb: "set", pointer: "/a", value: json.RawMessage(`{"b": }`)}, `set /a: line 1, column 1: the new value is no JSON: line 1, column 2: "b" has no value`},
		{"not to be written", `{}`, change{verb: "set", pointer: "/a", value: func() {}}, "set /a: line 1, column 1: the new value cannot be written as JSON: json: unsupported type: func()"},
		{"a string in the way", "{\n  \"a\": \"x\"\n}", change{verb: "set", pointer: "/a/b", value: 1}, `set /a/b: line 2, column 8: "a" is a string, so nothing can be put into it`},
		{"an index too far", `[1]`, change{verb: "set", pointer: "/3", value: 1}, `set /3: line 1, column 1: the array has 1 entries, and "3" is not the place behind them`},
		{"an open array", `{"a": [1`, change{verb: "element", pointer: "/a", at: -1, value: 1}, "add to /a: line 1, column 7: the array is never closed"},
		{"an open string", "{\"a\": \"x,\n\"b\": 1}", change{verb: "set", pointer: "/a", value: 1}, "set /a: line 1, column 7: the string is never closed"},
		{"a missing comma", "[1\n2]", change{verb: "remove", pointer: "/0"}, "remove /0: line 1, column 3: there is no comma between this entry and the next"},
		{"a stray character", "[1 ;, 2]", change{verb: "remove", pointer: "/0"}, "remove /0: line 1, column 4: ';' has no place here"},
		{"two commas", "[1,, 2]", change{verb: "element", pointer: "", at: 1, value: 1}, "add to the whole descriptor: line 1, column 4: there is a comma too many"},
		{"a template statement", "[1 {{#if x}}, 2 {{/if}}]", change{verb: "remove", pointer: "/0"}, "remove /0: line 1, column 4: a template statement stands in the way: what is around it depends on what it prints"},
		{"not an object", `[1]`, change{verb: "member", pointer: "/0", name: "x", value: 1}, "add to /0: line 1, column 2: there is a number, not an object"},
		{"nothing there", `{}`, change{verb: "element", pointer: "/x", value: 1}, "add to /x: line 1, column 1: there is nothing, not an array"},
		{"taken", "{\n\"a\": 1}", change{verb: "member", pointer: "", name: "a", value: 1}, `add to the whole descriptor: line 2, column 1: "a" stands here already`},
		{"rename to what is taken", `{"a": 1, "b": 2}`, change{verb: "rename", pointer: "/a", name: "b"}, `rename /a: line 1, column 10: "b" stands here already`},
		{"rename one of two", `{"a": 1, "a": 2}`, change{verb: "rename", pointer: "/a", name: "b"}, `rename /a: line 1, column 10: "a" stands more than once in its object; remove one first`},
		{"rename an entry", `[1]`, change{verb: "rename", pointer: "/0", name: "b"}, "rename /0: line 1, column 2: an array entry has no name"},
		{"remove nothing", `{}`, change{verb: "remove", pointer: "/a"}, "remove /a: line 1, column 1: there is nothing at this pointer"},
		{"remove everything", `{}`, change{verb: "remove", pointer: ""}, "remove the whole descriptor: line 1, column 1: the descriptor is in nothing it could be taken out of"},
		{"move out of bounds", `[1]`, change{verb: "move", pointer: "/0", at: 1}, "move /0: line 1, column 1: there is no place 1 among 1 entries"},
		{"not JSON at all", `}`, change{verb: "set", pointer: "/a", value: 1}, `set /a: line 1, column 2: this is not JSON; a descriptor is one object and begins with {`},
		{"too deep", `{}`, change{verb: "set", pointer: strings.Repeat("/a", MaxDepth+1), value: 1}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			edits, err := tc.change.edits(tc.text)
			var e *EditError
			if !errors.As(err, &e) {
				t.Fatalf("edits %v, error %v", edits, err)
			}
			if tc.want != "" && err.Error() != tc.want {
				t.Errorf("got  %s\nwant %s", err, tc.want)
			}
		})
	}
}

// The model: a JSON value as a person thinks of it, with the order of members.
type (
	pair struct {
		name  string
		value any
	}
	orderedObject []pair
)

var anyComment = regexp.MustCompile(`//c|/\*c\*/`)

// decodeModel reads a text with encoding/json. The comments of the tests are taken out first.
func decodeModel(t *testing.T, text string) any {
	t.Helper()
	clean := anyComment.ReplaceAllString(strings.TrimPrefix(text, "\uFEFF"), "")
	d := json.NewDecoder(strings.NewReader(clean))
	d.UseNumber()
	v, err := decodeNext(d)
	if err == nil {
		_, err = d.Token()
	}
	if !errors.Is(err, io.EOF) {
		t.Fatalf("%v: not JSON:\n%s", err, text)
	}
	return v
}

func decodeNext(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		object := orderedObject{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := decodeNext(d)
			if err != nil {
				return nil, err
			}
			object = append(object, pair{name.(string), v})
		}
		_, err = d.Token()
		return object, err
	case json.Delim('['):
		array := []any{}
		for d.More() {
			v, err := decodeNext(d)
			if err != nil {
				return nil, err
			}
			array = append(array, v)
		}
		_, err = d.Token()
		return array, err
	}
	return token, nil
}

// changed applies a change to a container of the model and gives it changed.
func (c change) changed(v any, path []string) any {
	if len(path) > 0 {
		switch v := v.(type) {
		case orderedObject:
			out := slices.Clone(v)
			for i := range out {
				if out[i].name == path[0] {
					out[i].value = c.changed(out[i].value, path[1:])
				}
			}
			return out
		case []any:
			out := slices.Clone(v)
			i, _ := strconv.Atoi(path[0])
			out[i] = c.changed(out[i], path[1:])
			return out
		}
		return v
	}
	last := c.pointer[strings.LastIndexByte(c.pointer, '/')+1:]
	switch v := v.(type) {
	case orderedObject:
		return changeIn(v, c, slices.IndexFunc(v, func(p pair) bool { return p.name == last }), func(name string) pair { return pair{name, c.value} })
	case []any:
		i, _ := strconv.Atoi(last)
		return changeIn(v, c, i, func(string) any { return c.value })
	}
	return v
}

// changeIn is the change in one list: of members or of entries.
func changeIn[T any](list []T, c change, i int, entry func(name string) T) any {
	list = slices.Clone(list)
	last := c.pointer[strings.LastIndexByte(c.pointer, '/')+1:]
	switch c.verb {
	case "set":
		if i < 0 || i == len(list) {
			list = append(list, entry(last))
		} else {
			list[i] = entry(last)
		}
	case "member", "element":
		list = slices.Insert(list, min(c.at, len(list)), entry(c.name))
	case "remove", "unset":
		list = slices.Delete(list, i, i+1)
	case "move":
		one := list[i]
		list = slices.Insert(slices.Delete(list, i, i+1), c.at, one)
	case "rename":
		p := any(list[i]).(pair)
		p.name = c.name
		list[i] = any(p).(T)
	}
	if list, ok := any(list).([]pair); ok {
		return orderedObject(list)
	}
	return list
}

// writer makes random texts, badly formatted ones above all.
type writer struct {
	rnd      *rand.Rand
	newline  string
	comments bool
}

func (w *writer) blank() string {
	if w.comments && w.rnd.IntN(8) == 0 {
		return [...]string{"/*c*/", " /*c*/ ", " //c" + w.newline + "  "}[w.rnd.IntN(3)]
	}
	return [...]string{"", "", " ", w.newline, w.newline + "  ", w.newline + "\t\t", w.newline + w.newline + "    "}[w.rnd.IntN(7)]
}

func (w *writer) text(depth int) string {
	if depth == 0 || w.rnd.IntN(4) == 0 {
		return [...]string{`1`, `-2.5e3`, `"x"`, `"a\"b}, ["`, `true`, `null`, `{}`, `[]`, `{ }`}[w.rnd.IntN(9)]
	}
	open, closer, object := "{", "}", true
	if w.rnd.IntN(2) == 0 {
		open, closer, object = "[", "]", false
	}
	var b strings.Builder
	b.WriteString(open)
	count := 1 + w.rnd.IntN(4)
	for i := range count {
		if i > 0 {
			b.WriteString(w.blank() + ",")
		}
		b.WriteString(w.blank())
		if object {
			fmt.Fprintf(&b, `"%c"%s:%s`, 'a'+i, [...]string{"", " "}[w.rnd.IntN(2)], [...]string{"", " "}[w.rnd.IntN(2)])
		}
		b.WriteString(w.text(depth - 1))
	}
	b.WriteString(w.blank() + closer)
	return b.String()
}

// containers lists the pointers of all objects and arrays, as the model sees them.
func containers(v any, pointer string) (objects, arrays []string) {
	more := func(token string, v any) {
		o, a := containers(v, pointer+"/"+token)
		objects, arrays = append(objects, o...), append(arrays, a...)
	}
	switch v := v.(type) {
	case orderedObject:
		objects = append(objects, pointer)
		for _, p := range v {
			more(p.name, p.value)
		}
	case []any:
		arrays = append(arrays, pointer)
		for i, e := range v {
			more(strconv.Itoa(i), e)
		}
	}
	return objects, arrays
}

func lookup(v any, pointer string) any {
	for _, token := range path(pointer) {
		switch x := v.(type) {
		case orderedObject:
			v = x[slices.IndexFunc(x, func(p pair) bool { return p.name == token })].value
		case []any:
			i, _ := strconv.Atoi(token)
			v = x[i]
		}
	}
	return v
}

func path(pointer string) []string {
	if pointer == "" {
		return nil
	}
	return strings.Split(pointer[1:], "/")
}

// randomChange makes a change that can be done, and gives the container it is in, and the one that
// takes it back if there is one.
func randomChange(rnd *rand.Rand, model any) (c, back change, container string, ok bool) {
	value := [...]any{"new", json.Number("7"), orderedObject{{"k", []any{json.Number("1"), "x"}}}, []any{}, orderedObject{}, nil}[rnd.IntN(6)]
	objects, arrays := containers(model, "")
	all := slices.Concat(objects, arrays)
	if len(all) == 0 {
		return c, back, "", false
	}
	container = all[rnd.IntN(len(all))]
	if list, isArray := lookup(model, container).([]any); isArray {
		at := rnd.IntN(len(list) + 1)
		entry := container + "/" + strconv.Itoa(at)
		if at == len(list) || rnd.IntN(3) == 0 {
			if rnd.IntN(2) == 0 && at == len(list) {
				return change{verb: "set", pointer: entry, value: value}, change{verb: "unset", pointer: entry}, container, true
			}
			return change{verb: "element", pointer: container, at: at, value: value}, change{verb: "remove", pointer: entry}, container, true
		}
		switch rnd.IntN(3) {
		case 0:
			return change{verb: "set", pointer: entry, value: value}, back, container, true
		case 1:
			return change{verb: "remove", pointer: entry}, back, container, true
		}
		to := rnd.IntN(len(list))
		return change{verb: "move", pointer: entry, at: to}, change{verb: "move", pointer: container + "/" + strconv.Itoa(to), at: at}, container, true
	}
	object := lookup(model, container).(orderedObject)
	at := rnd.IntN(len(object) + 1)
	if at == len(object) || rnd.IntN(3) == 0 {
		added := container + "/new"
		switch rnd.IntN(3) {
		case 0:
			return change{verb: "set", pointer: added, value: value}, change{verb: "unset", pointer: added}, container, true
		case 1: // with parents that are not there
			return change{verb: "set", pointer: added + "/0/deep", value: value, name: "deep"}, change{verb: "unset", pointer: added}, container, true
		}
		return change{verb: "member", pointer: container, name: "new", at: at, value: value}, change{verb: "remove", pointer: added}, container, true
	}
	entry := container + "/" + object[at].name
	switch rnd.IntN(4) {
	case 0:
		return change{verb: "set", pointer: entry, value: value}, back, container, true
	case 1:
		return change{verb: "unset", pointer: entry}, back, container, true
	case 2:
		return change{verb: "rename", pointer: entry, name: "new"}, change{verb: "rename", pointer: container + "/new", name: object[at].name}, container, true
	}
	return change{verb: "move", pointer: entry, at: rnd.IntN(len(object))}, change{verb: "move", pointer: entry, at: at}, container, true
}

// goValue is a model value as encoding/json takes it, or as JSON text.
func goValue(v any) any {
	switch v := v.(type) {
	case orderedObject:
		var b strings.Builder
		for i, p := range v {
			text, _ := json.Marshal(goValue(p.value))
			fmt.Fprintf(&b, "%s%q: %s", strings.Repeat(",", min(i, 1)), p.name, text)
		}
		return json.RawMessage("{" + b.String() + "}")
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = goValue(e)
		}
		return out
	}
	return v
}

// TestFormEditsDoWhatTheModelDoes makes random changes of random texts: the decoded result is what
// the same change of the decoded value gives, nothing outside of the container and no other entry
// of it is touched, and the opposite change gives the text back.
func TestFormEditsDoWhatTheModelDoes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	backs, done := 0, 0
	for i := range 12_000 {
		w := writer{rnd: rnd, newline: [...]string{"\n", "\r\n"}[rnd.IntN(2)], comments: rnd.IntN(3) == 0}
		text := w.text(1+i%4) + [...]string{"", w.newline}[rnd.IntN(2)]
		if rnd.IntN(10) == 0 {
			text = "\uFEFF" + text
		}
		model := decodeModel(t, text)
		c, back, container, ok := randomChange(rnd, model)
		if !ok {
			continue
		}
		done++
		where := path(container)
		same := c
		if c.name == "deep" {
			same = change{verb: "set", pointer: container + "/new", value: []any{orderedObject{{"deep", c.value}}}}
		}
		want := same.changed(model, where)
		c.value = goValue(c.value)
		edits, err := c.edits(text)
		if err != nil {
			t.Fatalf("%+v: %v\n%s", c, err, text)
		}
		after := string(Apply([]byte(text), edits))
		if got := decodeModel(t, after); !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v\nbefore %q\nafter  %q\nwant   %v\ngot    %v", c, text, after, want, got)
		}
		checkEdits(t, text, edits, container, c)
		if commentsIn(after) < commentsIn(text) && c.verb != "set" && c.verb != "remove" && c.verb != "unset" {
			t.Fatalf("%+v lost a comment\nbefore %q\nafter  %q", c, text, after)
		}
		if back.verb == "" {
			continue
		}
		backs++
		edits, err = back.edits(after)
		if err != nil {
			t.Fatalf("back %+v: %v\n%s", back, err, after)
		}
		if got := string(Apply([]byte(after), edits)); got != text {
			t.Fatalf("%+v and back %+v\nbefore  %q\nbetween %q\nafter   %q", c, back, text, after, got)
		}
	}
	if done < 6_000 || backs < 3_000 {
		t.Errorf("only %d changes and %d ways back were tried", done, backs)
	}
}

func commentsIn(text string) int { return len(anyComment.FindAllString(text, -1)) }

// checkEdits: sorted, apart, inside of the container, and no other entry touched.
func checkEdits(t *testing.T, text string, edits []Edit, container string, c change) {
	t.Helper()
	tree := Parse([]byte(text))
	n := tree.At(container)
	from, to := n.Range()
	end := from
	for _, e := range edits {
		if e.Offset < end || e.End < e.Offset || e.End > to {
			t.Fatalf("%+v: edits %+v are not sorted inside of [%d, %d) of %q", c, edits, from, to, text)
		}
		end = e.End
	}
	if c.verb == "move" {
		return // everything between the two places may shift
	}
	for child := range n.Children() {
		if child.Pointer() == c.pointer {
			continue
		}
		start, stop := entryStart(child), entryEnd(child)
		for _, e := range edits {
			if e.Offset < stop && e.End > start {
				t.Fatalf("%+v touches %s of %q: %+v", c, child.Pointer(), text, edits)
			}
		}
	}
}

// FuzzFormEdits: on any text an edit is done or refused, and what it gives are
// sorted edits inside of the text.
func FuzzFormEdits(f *testing.F) {
	for _, text := range []string{"", sample, `{"a": [1, 2], "b": {"c": 1}}`, "{\r\n\t\"a\": // x\r\n 1\r\n}", "\uFEFF{}", `{"a": 1, "a": 2,}`, `[{{#if x}}1{{/if}}, {{y}}]`} {
		f.Add(text, "/a/0", "x", 1, `{"k": [1]}`)
		f.Add(text, "/modules/webhooks/0/event", "y", 0, `"v"`)
	}
	f.Fuzz(func(t *testing.T, text, pointer, name string, at int, value string) {
		for _, verb := range []string{"set", "unset", "member", "element", "remove", "move", "rename"} {
			c := change{verb: verb, pointer: pointer, name: name, at: at, value: json.RawMessage(value)}
			edits, err := c.edits(text)
			if err != nil {
				continue
			}
			end := 0
			for _, e := range edits {
				if e.Offset < end || e.End < e.Offset || e.End > len(text) {
					t.Fatalf("%s: edits %+v are not sorted inside of %q", verb, edits, text)
				}
				end = e.End
			}
			after := Apply([]byte(text), edits)
			if verb == "set" && bytes.Equal(after, []byte(text)) && !Parse(after).At(pointer).Exists() && pointer[strings.LastIndexByte(pointer, '/')+1:] != "-" {
				t.Fatalf("set of %q did nothing to %q", pointer, text)
			}
			if verb == "remove" && Parse([]byte(text)).At(pointer).Parent().Kind() == Object && Parse(after).At(pointer).Exists() {
				t.Fatalf("remove of %q left it there: %q, %q", pointer, text, after)
			}
		}
	})
}

func TestMutatedTextsAreEditedOrRefused(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	pointers := []string{"", "/key", "/name", "/vendor/url", "/scopes/0", "/scopes/-", "/modules", "/modules/webPanels/0/location", "/lifecycle/installed", "/new/0/x"}
	edited := 0
	for range 1000 {
		text := mutate(rnd, sample)
		for _, verb := range []string{"set", "unset", "member", "element", "remove", "move", "rename"} {
			c := change{verb: verb, pointer: pointers[rnd.IntN(len(pointers))], name: "new", at: rnd.IntN(3), value: "x"}
			before := len(Parse([]byte(text)).faults)
			edits, err := c.edits(text)
			if err != nil {
				continue
			}
			edited++
			after := Apply([]byte(text), edits)
			if faults := Parse(after).faults; len(faults) > before && verb != "set" {
				t.Fatalf("%+v brings %s\nbefore %s\nafter  %s", c, faults[len(faults)-1].Message, text, after)
			}
		}
	}
	if edited < 1500 {
		t.Errorf("only %d edits were made", edited)
	}
}
