package rest

import (
	"encoding/json"
	"net/http"
	"path"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"connect-workbench/mockhost/site"
)

// A path in normal form is one that no server rewrites.
func FuzzNormal(f *testing.F) {
	for _, p := range []string{"/rest/api/2/myself", "//rest", "/rest/%2e%2e/x", "/rest/%zz", "/a/./b", "/a/", "", "/a%2F..%2Fb"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		if abnormal(p) != "" || p == "" || p[0] != '/' {
			return
		}
		if clean := path.Clean(p); clean != p && clean+"/" != p {
			t.Errorf("%q is taken for normal, and is %q", p, clean)
		}
	})
}

// A property that is let through is JSON within the limits, and one that is not is refused with a verdict
// that says all.
func FuzzProperty(f *testing.F) {
	f.Add("k", []byte(`{"a":1}`))
	f.Add("", []byte(""))
	f.Add("😀", []byte("\"\xff\""))
	f.Fuzz(func(t *testing.T, key string, value []byte) {
		limits := propertyLimits{mostKey: 127, large: http.StatusForbidden}
		fault := limits.check(key, value)
		fits := length([]byte(key)) <= 127 && length(value) <= mostValue && json.Valid(value)
		if fault.Known() == fits {
			t.Fatalf("%q %q: %+v", key, value, fault)
		}
		if fault.Known() && (fault.OK || fault.status < 400 || fault.Summary == "" || fault.Expected == "" || fault.Received == "" || fault.Fix == "") {
			t.Errorf("%q %q: %+v", key, value, fault)
		}
		if n := length(value); utf8.Valid(value) && n != len(utf16.Encode([]rune(string(value)))) {
			t.Errorf("%q has %d characters", value, n)
		}
	})
}

// Objects are found by what they are called, never by an empty name.
func FuzzObjects(f *testing.F) {
	for _, name := range []string{"", "DEMO-1", "demo", "10001", "98310"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		jira, confluence := site.Site{Product: site.Jira}.Objects(), site.Site{Product: site.Confluence}.Objects()
		for _, kind := range []string{site.OfIssue, site.OfProject} {
			if id, ok := jiraObject(jira, kind, name); ok != (id != "") || ok && name == "" {
				t.Errorf("%s %q: %q, %v", kind, name, id, ok)
			}
		}
		if confluenceContent(confluence, name) && name == "" {
			t.Error("nothing is taken for content")
		}
	})
}
