package connectjwt

import (
	"encoding/json"
	"os"
	"testing"
)

type canonicalCase struct {
	Name, Method, Target, Base, Form, Canonical, QSH string
}

// The cases were made up here; their results come from running npm atlassian-jwt 2.0.3.
func TestCanonical(t *testing.T) {
	var cases []canonicalCase
	readJSON(t, "testdata/canonical.json", &cases)
	for _, tc := range cases {
		t.Run(tc.Name, func(t *testing.T) {
			checkCanonical(t, Request{Method: tc.Method, Target: tc.Target, Base: tc.Base, Form: tc.Form}, tc.Canonical, tc.QSH)
		})
	}
}

func checkCanonical(t *testing.T, r Request, canonical, qsh string) {
	t.Helper()
	if got := r.Canonical(); got != canonical {
		t.Errorf("Canonical\n got %q\nwant %q", got, canonical)
	}
	if got := r.QSH(); got != qsh {
		t.Errorf("QSH = %s, want %s", got, qsh)
	}
	steps := r.Steps()
	if got := steps[len(steps)-2].Text; got != canonical {
		t.Errorf("last but one step is %q, want the canonical request", got)
	}
	if got := steps[len(steps)-1].Text; got != qsh {
		t.Errorf("last step is %q, want the qsh", got)
	}
}

// The parser of the reference stops after 1000 pieces, empty ones counted; a signer that went on
// would be refused.
func TestCanonicalStopsAfterThousandPieces(t *testing.T) {
	target := []byte("/p?")
	for range 998 {
		target = append(target, "a=1&"...)
	}
	target = append(target, "&last=1&beyond=1"...)
	got := Request{Method: "GET", Target: string(target)}.Canonical()
	if want := "&last=1"; got[len(got)-len(want):] != want {
		t.Errorf("canonical ends with %q, want %q", got[len(got)-20:], want)
	}
}

func TestAppendCanonicalKeepsWhatIsThere(t *testing.T) {
	got := Request{Method: "GET", Target: "/a/?b=1"}.AppendCanonical([]byte("before "))
	if want := "before GET&/a&b=1"; string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSteps(t *testing.T) {
	got := Request{
		Method: "get", Target: "/wiki/r&d/?b=2&a=1+x&jwt=t", Base: "https://site.example.com/wiki",
	}.Steps()
	want := []CanonicalStep{
		{"Method in upper case", "GET"},
		{"Path of the request, as on the wire", "/wiki/r&d/"},
		{"Base path /wiki cut off", "/r&d/"},
		{"& in the path written as %26", "/r%26d/"},
		{"One trailing slash dropped", "/r%26d"},
		{"Query of the request, as on the wire", "b=2&a=1+x&jwt=t"},
		{"Parameters, decoded", "b = 2\na = 1 x\njwt = t"},
		{"Parameter jwt left out", "b = 2\na = 1 x"},
		{"Sorted by name, repeated names joined by a comma, encoded by RFC 3986", "a=1%20x&b=2"},
		{"Canonical request: method & path & query", "GET&/r%26d&a=1%20x&b=2"},
	}
	if len(got) != len(want)+1 {
		t.Fatalf("%d steps, want %d: %q", len(got), len(want)+1, got)
	}
	for i, w := range want {
		if got[i] != w {
			t.Errorf("step %d\n got %q\nwant %q", i, got[i], w)
		}
	}
}

func readJSON(t testing.TB, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("read %s: %v", path, err)
	}
}
