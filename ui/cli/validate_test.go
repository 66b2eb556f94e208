package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const fixable = "\xEF\xBB\xBF{\r\n  \"key\": \"com.example.app\",\r\n  \"baseUrl\": \"https://example.com\",\r\n" +
	"  \"authentication\": {\"type\": \"None\"},\r\n  \"lifecylce\": {\"enabled\": \"/enabled\"}, // soon\r\n  \"scopes\": [\"REED\"],\r\n}\r\n"

const fixedText = "{\r\n  \"key\": \"com.example.app\",\r\n  \"baseUrl\": \"https://example.com\",\r\n" +
	"  \"authentication\": {\"type\": \"none\"},\r\n  \"lifecycle\": {\"enabled\": \"/enabled\"}, \r\n  \"scopes\": [\"READ\"]\r\n}\r\n"

func TestValidateFixWritesFilesWhole(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real.json"), filepath.Join(dir, "atlassian-connect.json")
	if err := os.WriteFile(real, []byte(fixable), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := run(t, "", "validate", "--fix", link)
	if code != ExitOK || strings.Count(stdout, ": fixed: ") != 6 || !strings.Contains(stdout, `:4:30: fixed: Change to "none" [shape.enum-case]`) {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
	text, err := os.ReadFile(real)
	if err != nil || string(text) != fixedText {
		t.Errorf("%v\n%q\nwant\n%q", err, text, fixedText)
	}
	if info, err := os.Stat(real); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 2 {
		t.Errorf("files left behind: %v", entries)
	}
	if _, stdout, _ = run(t, "", "validate", "--fix", link); strings.Contains(stdout, ": fixed: ") {
		t.Errorf("a second run fixes again: %s", stdout)
	}
}

func TestValidateFixLeavesReadOnlyFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "descriptor.json")
	if err := os.WriteFile(file, []byte(fixable), 0o444); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := run(t, "", "validate", "--fix", file)
	if text, _ := os.ReadFile(file); code != ExitUnusable || string(text) != fixable || !strings.Contains(stderr, "read-only") {
		t.Errorf("exit %d\n%s%s%s", code, stdout, stderr, text)
	}
}

func TestValidateFixOfStandardInput(t *testing.T) {
	code, stdout, stderr := run(t, fixable, "validate", "--fix", "-")
	if code != ExitOK || stdout != fixedText || !strings.Contains(stderr, "-:6:14: fixed:") {
		t.Errorf("exit %d\n%q\n%s", code, stdout, stderr)
	}
	for _, args := range [][]string{{"--fix", "-", "other.json"}, {"--fix", "--format", "json", "-"}} {
		if code, stdout, _ := run(t, fixable, append([]string{"validate"}, args...)...); code != ExitUnusable || stdout != "" {
			t.Errorf("%v: exit %d, %q", args, code, stdout)
		}
	}
}

func TestValidateFolders(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"atlassian-connect.json", "a/atlassian-connect-dev.json", "a/package.json", "node_modules/x/atlassian-connect.json", ".git/atlassian-connect.json", "b/.workbench/atlassian-connect.json"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(cleanDescriptor), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, _ := run(t, "", "validate", dir)
	want := filepath.Join(dir, "a/atlassian-connect-dev.json") + ": jira+confluence, 0 errors, 0 warnings\n" +
		filepath.Join(dir, "atlassian-connect.json") + ": jira+confluence, 0 errors, 0 warnings\n"
	if code != ExitOK || stdout != want {
		t.Errorf("exit %d\n%s\nwant\n%s", code, stdout, want)
	}
	code, stdout, stderr := run(t, "", "validate", filepath.Join(dir, "b"), filepath.Join(dir, "atlassian-connect.json"))
	if code != ExitUnusable || !strings.Contains(stderr, "b: holds no atlassian-connect*.json") || !strings.Contains(stdout, "0 errors") {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

func TestValidateForAnEra(t *testing.T) {
	const glance = `{"key": "a", "baseUrl": "https://a.example", "authentication": {"type": "none"}, "modules": {"jiraJqlFunctions": []}}`
	for era, want := range map[string]int{"cloud-now": ExitOK, "cloud-2020": ExitProblems, "cloud-2016": ExitProblems, "server": ExitUnusable} {
		if code, stdout, stderr := run(t, glance, "validate", "--era", era, "-"); code != want {
			t.Errorf("%s: exit %d, want %d\n%s%s", era, code, want, stdout, stderr)
		}
	}
}

func TestValidateExplains(t *testing.T) {
	code, stdout, _ := run(t, "", "validate", "--explain", "meaning.era", "shape.enum")
	for _, want := range []string{"meaning.era (warning)", "--era cloud-2016", "Wrong:", "Right:", "shape.enum (error)", `"scopes": ["REED"]`} {
		if code != ExitOK || !strings.Contains(stdout, want) {
			t.Errorf("exit %d, no %q in\n%s", code, want, stdout)
		}
	}
	code, stdout, _ = run(t, "", "validate", "--explain")
	if code != ExitOK || strings.Count(stdout, "\n") < 60 || !strings.HasPrefix(stdout, "syntax.size") {
		t.Errorf("exit %d\n%s", code, stdout)
	}
	code, stdout, _ = run(t, "", "validate", "--explain", "--format", "json", "shape.enum")
	if code != ExitOK || !strings.Contains(stdout, `"rule": "shape.enum"`) {
		t.Errorf("exit %d\n%s", code, stdout)
	}
	code, _, stderr := run(t, "", "validate", "--explain", "meaning.evnt")
	if code != ExitUnusable || !strings.Contains(stderr, "did you mean meaning.event?") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
