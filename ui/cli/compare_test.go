package cli

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	old := file(t, "old.json", `{"key":"k","scopes":["READ"],"modules":{"webhooks":[{"event":"jira:issue_created","url":"/h"}]}}`)
	for _, tc := range []struct {
		name, next, want string
	}{
		{"nothing", `{"scopes":["read"],"key":"k","modules":{"webhooks":[{"url":"/h","event":"jira:issue_created"}]}}`,
			"none: the two say the same\n"},
		{"micro", `{"key":"k","scopes":["READ"]}`,
			"micro: takes effect by itself\n  removes webhooks jira:issue_created /h\n"},
		{"minor", `{"key":"k","scopes":["WRITE"],"enableLicensing":true,"modules":{"webhooks":[{"event":"jira:issue_created","url":"/h"}]}}`,
			"minor: waits for the administrator of each site, because it adds WRITE and becomes paid\n" +
				"  no longer asks for the scope READ, which the scopes now imply\n  asks for the scope WRITE\n  adds enableLicensing true: the add-on becomes paid\n"},
		{"major", `{"key":"k","scopes":["READ"],"apiVersion":2,"modules":{"webhooks":[{"event":"jira:issue_created","url":"/h"}]}}`,
			"major: takes effect by itself\n  adds apiVersion 2\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, stdout, stderr := run(t, tc.next, "compare", old, "-")
			if code != ExitOK || stdout != tc.want || stderr != "" {
				t.Errorf("exit %d\n got %q\nwant %q\n%s", code, stdout, tc.want, stderr)
			}
			code, stdout, _ = run(t, tc.next, "compare", "--format", "json", old, "-")
			var result struct {
				Effect  string
				Scopes  []string
				Changes []struct{ Kind, What, Name, Words, Effect string }
			}
			if err := json.Unmarshal([]byte(stdout), &result); err != nil || code != ExitOK || !strings.HasPrefix(tc.want, result.Effect+":") {
				t.Errorf("exit %d, %v\n%s", code, err, stdout)
			}
			if len(result.Changes) != strings.Count(tc.want, "\n")-1 || result.Scopes == nil {
				t.Errorf("%+v", result)
			}
		})
	}
}

func TestCompareOfWhatCannotBeRead(t *testing.T) {
	good := file(t, "good.json", `{}`)
	for _, tc := range []struct {
		name string
		args []string
		says string
	}{
		{"missing file", []string{good, filepath.Join(t.TempDir(), "none.json")}, "none.json: cannot be read"},
		{"folder", []string{t.TempDir(), good}, "name the descriptor file in it"},
		{"not JSON", []string{good, file(t, "bad.json", `{"key":`)}, "new descriptor: the descriptor is not valid JSON: line 1"},
		{"no object", []string{file(t, "list.json", `[]`), good}, "old descriptor"},
		{"both standard input", []string{"-", "-"}, "only one of the two"},
		{"one file", []string{good}, "expected"},
		{"unknown format", []string{"--format", "xml", good, good}, "--format"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			code, stdout, stderr := run(t, "", append([]string{"compare"}, tc.args...)...)
			if code != ExitUnusable || stdout != "" || !strings.Contains(stderr, tc.says) {
				t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
			}
		})
	}
}
