package cli

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"connect-workbench/ui/workbench"
)

// runReach carries out reach on a new project with this descriptor, beside an add-on that serves
// /page and takes posts at /installed.
func runReach(t *testing.T, descriptor string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /atlassian-connect.json", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /installed", func(http.ResponseWriter, *http.Request) { t.Error("posted") })
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(`<!doctype html><script src="/all.js"></script>`))
	})
	addon := httptest.NewServer(mux)
	t.Cleanup(addon.Close)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "atlassian-connect.json"), []byte(descriptor), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	args = append([]string{"reach", "--any-port", "--project", dir, "--addon", addon.URL}, args...)
	code = Run(t.Context(), args, Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
	return code, strings.ReplaceAll(out.String(), addon.URL, "ADDON"), errs.String()
}

func TestReachCommand(t *testing.T) {
	const good = `{"key": "a", "baseUrl": "https://a.example",
 "lifecycle": {"installed": "/installed"}, "vendor": {"url": "https://v.example"},
 "modules": {"generalPages": [{"key": "p", "url": "/page", "name": {"value": "P"}}]}}`
	code, stdout, stderr := runReach(t, good)
	for _, want := range []string{
		" line 2    callback  lifecycle.installed  /installed\n", " line 3    page      p  /page\n",
		"    asked without a signature: the add-on is not installed on any site\n",
		"ADDON: 3 ok, 0 warnings, 0 failed, 0 unknown, 1 not asked; 1 link among them. Callbacks were asked with OPTIONS only.\n",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
	if code != ExitOK {
		t.Errorf("exit %d, %s", code, stderr)
	}

	code, stdout, _ = runReach(t, strings.Replace(good, "/page", "/gone", 1), "--format", "json")
	var report workbench.ReachReport
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || code != ExitProblems || report.Failed != 1 {
		t.Errorf("exit %d, %v\n%s", code, err, stdout)
	}
	var errs bytes.Buffer
	nowhere := filepath.Join(t.TempDir(), "mistyped")
	code = Run(t.Context(), []string{"reach", "--any-port", "--project", nowhere}, Env{Stdin: strings.NewReader(""), Stdout: &errs, Stderr: &errs})
	if _, err := os.Stat(nowhere); code != ExitUnusable || err == nil || !strings.Contains(errs.String(), "it is no project") {
		t.Errorf("exit %d, %v: %s", code, err, errs.String())
	}
	if code, _, stderr := runReach(t, good, "--site", "nowhere"); code != ExitUnusable || !strings.Contains(stderr, "nowhere") {
		t.Errorf("exit %d, %s", code, stderr)
	}
}
