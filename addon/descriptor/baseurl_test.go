package descriptor

import (
	"bytes"
	"errors"
	"testing"
)

func TestWithBaseURLTouchesNothingElse(t *testing.T) {
	const url = "http://localhost:3000/a"
	for _, tc := range []struct{ name, text, want string }{
		{"replaces", "{\n\t\"baseUrl\" : \"https://x\", \"key\":\"k\"\r\n}", "{\n\t\"baseUrl\" : \"" + url + "\", \"key\":\"k\"\r\n}"},
		{"fills templates in", `{"baseUrl": "{{localBaseUrl}}", "links": {"self": "{{ localBaseUrl }}/d.json"}}`,
			`{"baseUrl": "` + url + `", "links": {"self": "` + url + `/d.json"}}`},
		{"leaves other templates", `{"key": "${addon.key}", "baseUrl": "${addon.base-url}"}`, `{"key": "${addon.key}", "baseUrl": "` + url + `"}`},
		{"knows the file's own expression", `{"baseUrl": "<% HOST %>${p}", "a": "<% HOST %>${p}/x", "b": "<% HOST %>"}`,
			`{"baseUrl": "` + url + `", "a": "` + url + `/x", "b": "<% HOST %>"}`},
		{"inserts a line", "{\n  \"key\": \"k\"\n}", "{\n  \"baseUrl\": \"" + url + "\",\n  \"key\": \"k\"\n}"},
		{"inserts into an empty object", `{}`, `{"baseUrl": "` + url + `"}`},
		{"wrong type", `{"baseUrl": null}`, `{"baseUrl": "` + url + `"}`},
		{"no value yet", `{"baseUrl": , "a": 1}`, `{"baseUrl": "` + url + `" , "a": 1}`},
		{"no colon yet", "{\"baseUrl\"\n \"a\": 1}", "{\"baseUrl\": \"" + url + "\"\n \"a\": 1}"},
		{"twice", `{"baseUrl": "a", "baseUrl": "b"}`, `{"baseUrl": "` + url + `", "baseUrl": "` + url + `"}`},
		{"other faults stay", `{"key": k, "baseUrl": "x",} // c`, `{"key": k, "baseUrl": "` + url + `",} // c`},
		{"a nested baseUrl is another thing", `{"a": {"baseUrl": "x"}, "baseUrl": "y"}`, `{"a": {"baseUrl": "x"}, "baseUrl": "` + url + `"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := WithBaseURL([]byte(tc.text), url)
			if err != nil || string(got) != tc.want {
				t.Errorf("got  %s, %v\nwant %s", got, err, tc.want)
			}
		})
	}
	for _, text := range []string{"", "[]", "x"} {
		if _, err := WithBaseURL([]byte(text), url); !errors.Is(err, ErrNoObject) {
			t.Errorf("WithBaseURL(%q): %v", text, err)
		}
	}
}

func FuzzWithBaseURL(f *testing.F) {
	f.Add([]byte(sample), `http://localhost:3000/"\`)
	f.Add([]byte(`{"baseUrl`), "x")
	f.Add([]byte(`{"baseUrl" "{{baseUrl}}`), "x")
	f.Fuzz(func(t *testing.T, text []byte, url string) {
		got, err := WithBaseURL(text, url)
		if err != nil {
			return
		}
		before := Parse(text)
		if len(before.faults) != 0 || before.Templated() {
			return // found where it could be; a broken text promises no more
		}
		tree := Parse(got)
		n := tree.Root().Child("baseUrl")
		if !bytes.Equal(n.Raw(), []byte(quote(url))) {
			t.Fatalf("baseUrl is %s in %s", n.Raw(), got)
		}
	})
}
