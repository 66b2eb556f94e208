package moduleurl_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"connect-workbench/addon/moduleurl"
)

func TestJoin(t *testing.T) {
	for _, tc := range []struct{ name, base, url, want string }{
		{"plain", "http://localhost:3000", "/panel", "http://localhost:3000/panel"},
		{"slash on both sides", "http://localhost:3000/", "/panel", "http://localhost:3000/panel"},
		{"slash on neither side", "http://localhost:3000", "panel?a=1", "http://localhost:3000/panel?a=1"},
		{"base with a path", "https://addon.example.test/app", "/panel", "https://addon.example.test/app/panel"},
		{"query only", "http://localhost:3000/app", "?a=1", "http://localhost:3000/app?a=1"},
		{"empty", "http://localhost:3000/app", "", "http://localhost:3000/app"},
		{"fragment never travels", "http://localhost:3000", "/panel?a=1#top", "http://localhost:3000/panel?a=1"},
		{"characters that cannot travel", "http://localhost:3000", "/a b/ü?q=x y\"ü&r=%20+", "http://localhost:3000/a%20b/%C3%BC?q=x%20y%22%C3%BC&r=%20+"},
		{"colon inside a path", "http://localhost:3000", "/a:b", "http://localhost:3000/a:b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := moduleurl.Join(tc.base, tc.url)
			if err != nil || got != tc.want {
				t.Errorf("Join(%q, %q) = %q, %v; want %q", tc.base, tc.url, got, err, tc.want)
			}
		})
	}
	for _, absolute := range []string{"https://elsewhere.example.test/x", "//elsewhere.example.test/x", "javascript:alert(1)"} {
		if _, err := moduleurl.Join("http://localhost:3000", absolute); !errors.Is(err, moduleurl.ErrAbsolute) {
			t.Errorf("Join with %q: %v, want ErrAbsolute", absolute, err)
		}
	}
	for _, base := range []string{"", "localhost:3000", "ftp://localhost/", "http://[::1"} {
		if _, err := moduleurl.Join(base, "/x"); err == nil {
			t.Errorf("Join with base %q: no error", base)
		}
	}
}

func TestWithParameters(t *testing.T) {
	for _, tc := range []struct{ address, want string }{
		{"http://localhost:3000/installed", "http://localhost:3000/installed?user_id=&user_key=ada%20b%2B%26"},
		{"http://localhost:3000/installed?x=1", "http://localhost:3000/installed?x=1&user_id=&user_key=ada%20b%2B%26"},
		{"http://localhost:3000/installed?", "http://localhost:3000/installed?user_id=&user_key=ada%20b%2B%26"},
		{"http://localhost:3000/installed?x=1&", "http://localhost:3000/installed?x=1&user_id=&user_key=ada%20b%2B%26"},
	} {
		if got := moduleurl.WithParameters(tc.address, moduleurl.Parameter{"user_id", ""}, moduleurl.Parameter{"user_key", "ada b+&"}); got != tc.want {
			t.Errorf("got %s, want %s", got, tc.want)
		}
	}
	if got := moduleurl.WithParameters("http://localhost/x"); got != "http://localhost/x" {
		t.Errorf("got %s", got)
	}
}

func TestExpand(t *testing.T) {
	values := map[string]string{
		"issue.key": "DEMO-1", "page.title": "Käse & Co/7 + 1", "condition.user_is_admin": "true",
		"condition.has_project_permission(permission=BROWSE_PROJECTS)": "false",
	}
	for _, tc := range []struct{ name, url, want string }{
		{"nothing to do", "/panel", "/panel"},
		{"query", "/panel?key={issue.key}", "/panel?key=DEMO-1"},
		{"path", "/issue/{issue.key}/panel", "/issue/DEMO-1/panel"},
		{"older form", "/panel?key=${issue.key}", "/panel?key=DEMO-1"},
		{"unbound is empty", "/panel?b={board.id}&key={issue.key}", "/panel?b=&key=DEMO-1"},
		{"encoded in the query", "/p?t={page.title}", "/p?t=K%C3%A4se+%26+Co%2F7+%2B+1"},
		{"encoded in the path", "/p/{page.title}", "/p/K%C3%A4se%20%26%20Co%2F7%20%2B%201"},
		{"inline condition", "/p?admin={condition.user_is_admin}", "/p?admin=true"},
		{"inline condition with parameters",
			"/p?b={condition.has_project_permission(permission=BROWSE_PROJECTS)}", "/p?b=false"},
		{"blanks inside the braces", "/p?k={ issue.key }", "/p?k=DEMO-1"},
		{"empty braces", "/p?k={}", "/p?k="},
		{"a lone brace stays", "/p?k={issue.key", "/p?k={issue.key"},
		{"text around is not re-encoded", "/p?x=a%20b+c&k={issue.key}", "/p?x=a%20b+c&k=DEMO-1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := moduleurl.Expand(tc.url, func(name string) string { return values[name] })
			if got != tc.want {
				t.Errorf("Expand(%q) = %q, want %q", tc.url, got, tc.want)
			}
		})
	}
}

func TestVariables(t *testing.T) {
	got := moduleurl.Variables("/p/{project.key}?i={issue.key}&j=${issue.key}&c={condition.user_is_admin}&e={}&a={ac.filter}")
	want := []string{"project.key", "issue.key", "ac.filter"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzExpand(f *testing.F) {
	f.Add("/p/{a}?b=${c}", "x y&z")
	f.Add("{", "}")
	f.Add("/p?{a}{a}#{a}", "\x00ü")
	f.Fuzz(func(t *testing.T, url, value string) {
		got := moduleurl.Expand(url, func(string) string { return value })
		if len(moduleurl.Variables(url)) > 0 && strings.Contains(got, "{"+moduleurl.Variables(url)[0]+"}") {
			t.Errorf("variable left standing in %q", got)
		}
	})
}
