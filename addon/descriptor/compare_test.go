package descriptor

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"connect-workbench/sharedtest"
)

const comparedText = `{
	"key": "com.example.compared", "name": "Compared", "baseUrl": "https://addon.example/app",
	"authentication": {"type": "jwt"}, "lifecycle": {"installed": "/installed"},
	"scopes": ["READ", "ACT_AS_USER"],
	"modules": {
		"generalPages": [{"key": "home", "url": "/home", "name": {"value": "Home"}}, {"key": "more", "url": "/more", "name": {"value": "More"}}],
		"webhooks": [{"event": "jira:issue_created", "url": "/hook"}],
		"configurePage": {"key": "configure", "url": "/configure", "name": {"value": "Configure"}}
	}
}`

func TestCompare(t *testing.T) {
	for _, tc := range []struct {
		name     string
		edits    []string // pairs: what is replaced, and by what
		effect   Effect
		approval string // the reason, "" for none
		words    []string
	}{
		{"nothing", nil, NoEffect, "", nil},
		{"layout", []string{"\n", " ", `"READ", "ACT_AS_USER"`, `"act_as_user","READ"`}, NoEffect, "", nil},
		{"defaults said", []string{`"name": "Compared"`, `"name": "Compared", "apiVersion": 1.0, "enableLicensing": false`}, NoEffect, "", nil},
		{"default unsaid", []string{`"authentication": {"type": "jwt"},`, ``}, NoEffect, "", nil},
		{"escapes", []string{`"Compared"`, `"\u0043ompared"`}, NoEffect, "", nil},
		{"order of modules", []string{`[{"key": "home", "url": "/home", "name": {"value": "Home"}}, {"key": "more", "url": "/more", "name": {"value": "More"}}]`,
			`[{"key": "more", "url": "/more", "name": {"value": "More"}}, {"name": {"value": "Home"}, "key": "home", "url": "/home"}]`}, NoEffect, "", nil},
		{"empty members", []string{`"modules": {`, `"links": {}, "modules": {"webPanels": [],`}, NoEffect, "", nil},

		{"scope added", []string{`"READ"`, `"READ", "WRITE"`}, Minor, "adds WRITE", []string{"asks for the scope WRITE"}},
		{"two scopes", []string{`"READ"`, `"DELETE", "ACCESS_EMAIL_ADDRESSES"`}, Minor, "adds ACCESS_EMAIL_ADDRESSES, DELETE",
			[]string{"asks for the scope ACCESS_EMAIL_ADDRESSES", "asks for the scope DELETE", "no longer asks for the scope READ, which the scopes now imply"}},
		{"scope implied before", []string{`"READ", "ACT_AS_USER"`, `"ACT_AS_USER"`}, Micro, "", []string{"no longer asks for the scope READ"}},
		{"paid", []string{`"name": "Compared"`, `"name": "Compared", "enableLicensing": true`}, Minor, "becomes paid",
			[]string{"adds enableLicensing true: the add-on becomes paid"}},
		{"apiVersion", []string{`"name": "Compared"`, `"name": "Compared", "apiVersion": 2`}, Major, "", []string{"adds apiVersion 2"}},
		{"apiVersion and scope", []string{`"name": "Compared"`, `"name": "Compared", "apiVersion": 2`, `"READ"`, `"ADMIN"`}, Major, "adds ADMIN",
			[]string{"asks for the scope ADMIN", "no longer asks for the scope READ, which the scopes now imply", "adds apiVersion 2"}},
		{"base URL", []string{"https://addon.example/app", "https://addon.example/next"}, Micro, "",
			[]string{`changes baseUrl from "https://addon.example/app" to "https://addon.example/next"`}},
		{"another key", []string{"com.example.compared", "com.example.other"}, Micro, "",
			[]string{`changes key from "com.example.compared" to "com.example.other": to a host this is another add-on, and no upgrade`}},
		{"callback added", []string{`"installed": "/installed"`, `"installed": "/installed", "enabled": "/enabled"`}, Micro, "",
			[]string{`adds lifecycle.enabled "/enabled"`}},
		{"vendor added", []string{`"name": "Compared"`, `"name": "Compared", "vendor": {"name": "V", "url": "https://v.example"}`}, Micro, "",
			[]string{`adds vendor.name "V"`, `adds vendor.url "https://v.example"`}},
		{"no authentication", []string{`{"type": "jwt"}`, `{"type": "none"}`}, Micro, "", []string{`changes authentication.type from "jwt" to "none"`}},

		{"module added", []string{`"webhooks": [`, `"webhooks": [{"event": "jira:issue_deleted", "url": "/hook"}, `}, Micro, "",
			[]string{"adds webhooks jira:issue_deleted /hook"}},
		{"module removed", []string{`, {"key": "more", "url": "/more", "name": {"value": "More"}}`, ``}, Micro, "", []string{"removes generalPages more"}},
		{"module changed", []string{`"/more", "name": {"value": "More"}`, `"/most", "name": {"value": "Most"}, "weight": 3`}, Micro, "",
			[]string{"changes generalPages more: name.value, url, weight"}},
		{"module of another key", []string{`"key": "more"`, `"key": "less"`}, Micro, "", []string{"adds generalPages less", "removes generalPages more"}},
		{"webhook of another url", []string{`"/hook"`, `"/hooked"`}, Micro, "",
			[]string{"removes webhooks jira:issue_created /hook", "adds webhooks jira:issue_created /hooked"}},
		{"single module", []string{`"/configure"`, `"/set-up"`}, Micro, "", []string{"changes configurePage configure: url"}},
		{"same key twice", []string{`"key": "more"`, `"key": "home"`}, Micro, "", []string{"adds generalPages home (2)", "removes generalPages more"}},
		{"a module that is no object", []string{`[{"event": "jira:issue_created", "url": "/hook"}]`, `["hook"]`}, Micro, "",
			[]string{"adds webhooks", "removes webhooks jira:issue_created /hook"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := comparedText
			for i := 0; i < len(tc.edits); i += 2 {
				if !strings.Contains(text, tc.edits[i]) {
					t.Fatalf("the text has no %s", tc.edits[i])
				}
				text = strings.ReplaceAll(text, tc.edits[i], tc.edits[i+1])
			}
			c, err := Compare([]byte(comparedText), []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			var words []string
			for _, change := range c.Changes {
				words = append(words, change.Words)
			}
			if c.Effect != tc.effect || c.Reason() != tc.approval || c.NeedsApproval() != (tc.approval != "") {
				t.Errorf("effect %s, reason %q; want %s, %q", c.Effect, c.Reason(), tc.effect, tc.approval)
			}
			if !slices.Equal(words, tc.words) {
				t.Errorf("changes\n got %q\nwant %q", words, tc.words)
			}
		})
	}
}

func TestImpliedScopesAskForNothingNew(t *testing.T) {
	c, err := Compare([]byte(`{"scopes":["WRITE"]}`), []byte(`{"scopes":["write","READ"]}`))
	if err != nil || c.Effect != Micro || c.NeedsApproval() || c.Changes[0].Words != "asks for the scope READ, which the scopes before implied" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestCompareSaysWhichTextIsBroken(t *testing.T) {
	good := []byte(`{}`)
	for _, tc := range []struct {
		old, new, says string
		is             error
	}{
		{`{`, `{}`, "old descriptor", ErrSyntax},
		{`{}`, `[]`, "new descriptor", ErrNoObject},
		{`{}`, `{"a":{{b}}}`, "new descriptor", ErrSyntax},
		{``, `{}`, "old descriptor", nil},
	} {
		_, err := Compare([]byte(tc.old), []byte(tc.new))
		if err == nil || !strings.HasPrefix(err.Error(), tc.says) || tc.is != nil && !errors.Is(err, tc.is) {
			t.Errorf("%q, %q: %v", tc.old, tc.new, err)
		}
	}
	if c, err := Compare(good, good); err != nil || c.Effect != NoEffect {
		t.Errorf("%+v, %v", c, err)
	}
}

// randomDescriptor is a descriptor of small parts, so that two of them share some.
func randomDescriptor(r *rand.Rand) map[string]any {
	d := map[string]any{"key": "k", "baseUrl": fmt.Sprint("https://b", r.IntN(2))}
	maybe := func(name string, value any) {
		if r.IntN(2) == 0 {
			d[name] = value
		}
	}
	maybe("apiVersion", r.IntN(3))
	maybe("enableLicensing", r.IntN(2) == 0)
	maybe("authentication", map[string]any{"type": []string{"jwt", "none", "JWT"}[r.IntN(3)]})
	maybe("vendor", map[string]any{"name": fmt.Sprint(r.IntN(2))})
	maybe("links", []any{map[string]any{}, map[string]any{"self": r.IntN(2)}, "text", nil}[r.IntN(4)])
	scopes := []any{}
	for _, s := range []string{"READ", "WRITE", "ADMIN", "ACT_AS_USER"} {
		if r.IntN(3) == 0 {
			scopes = append(scopes, s)
		}
	}
	maybe("scopes", scopes)
	modules := map[string]any{}
	for _, kind := range []string{"generalPages", "webPanels"} {
		list := []any{}
		for n := range r.IntN(4) {
			list = append(list, map[string]any{"key": fmt.Sprint("m", n), "url": fmt.Sprint("/", r.IntN(2)), "name": map[string]any{"value": "N"}})
		}
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		modules[kind] = list
	}
	maybe("modules", modules)
	return d
}

func marshal(t *testing.T, d any) []byte {
	t.Helper()
	text, err := json.MarshalIndent(d, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func compared(t *testing.T, old, new []byte) Comparison {
	t.Helper()
	c, err := Compare(old, new)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCompareProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	differing := 0
	for range 2000 {
		a, b := randomDescriptor(r), randomDescriptor(r)
		old, new := marshal(t, a), marshal(t, b)
		if c := compared(t, old, old); c.Effect != NoEffect || len(c.Changes) > 0 {
			t.Fatalf("a text against itself: %+v\n%s", c, old)
		}
		there, back := compared(t, old, new), compared(t, new, old)
		if len(there.Changes) > 0 {
			differing++
		}
		if (there.Effect == NoEffect) != (len(there.Changes) == 0) || there.NeedsApproval() && there.Effect == Micro {
			t.Fatalf("effect %s with %d changes, scopes %v", there.Effect, len(there.Changes), there.Scopes)
		}
		mirrored(t, there, back)
		for _, c := range there.Changes {
			if Parse(old).At(c.Old).Exists() != (c.Kind != WasAdded) && c.Old != "" || Parse(new).At(c.New).Exists() != (c.Kind != WasRemoved) && c.New != "" {
				t.Fatalf("%+v points nowhere", c)
			}
		}
	}
	if differing < 1500 {
		t.Errorf("only %d pairs differ", differing)
	}
}

// mirrored wants the way back to undo each change of the way there.
func mirrored(t *testing.T, there, back Comparison) {
	t.Helper()
	opposite := map[ChangeKind]ChangeKind{WasAdded: WasRemoved, WasRemoved: WasAdded, WasChanged: WasChanged}
	if len(there.Changes) != len(back.Changes) {
		t.Fatalf("%d changes there, %d back", len(there.Changes), len(back.Changes))
	}
	for _, c := range there.Changes {
		want := Change{Kind: opposite[c.Kind], What: c.What, Name: c.Name, Old: c.New, New: c.Old, Before: c.After, After: c.Before}
		if !slices.ContainsFunc(back.Changes, func(got Change) bool {
			got.Effect, got.Words = "", ""
			return got == want
		}) {
			t.Fatalf("there %+v\nback %+v", c, back.Changes)
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add([]byte(comparedText), []byte(`{"modules":[],"scopes":{},"apiVersion":"2"}`))
	f.Add([]byte(`{"modules":{"webhooks":[{},{}]},"a":{"b":1e2}}`), []byte(`{"modules":{"webhooks":{}},"a":{"b":100}}`))
	f.Fuzz(func(t *testing.T, old, new []byte) {
		there, err := Compare(old, new)
		if err != nil {
			return
		}
		back, err := Compare(new, old)
		if err != nil {
			t.Fatalf("one way only: %v", err)
		}
		if len(there.Changes) != len(back.Changes) || (there.Effect == NoEffect) != (len(there.Changes) == 0) {
			t.Fatalf("there %+v\nback %+v", there, back)
		}
		if same, err := Compare(old, old); err != nil || same.Effect != NoEffect {
			t.Fatalf("a text against itself: %+v, %v", same, err)
		}
	})
}

// TestCompareOfRealDescriptors writes each real descriptor anew, its members in another order, and
// finds no difference.
func TestCompareOfRealDescriptors(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(sharedtest.File(t, "descriptors"), "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	read := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d map[string]any
		if json.Unmarshal(text, &d) != nil {
			continue // a template
		}
		if _, err := Read(text); err != nil {
			continue
		}
		read++
		if c := compared(t, text, marshal(t, d)); c.Effect != NoEffect {
			t.Errorf("%s: %+v", filepath.Base(file), c.Changes)
		}
	}
	if read < len(files)/2 {
		t.Errorf("only %d of %d were read", read, len(files))
	}
}
