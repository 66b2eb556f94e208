package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

// runSites carries out one command line of sites on a project.
func runSites(t *testing.T, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(t.Context(), append(append([]string{"sites"}, args...), "--project", dir), Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs})
	return code, out.String(), errs.String()
}

func newProject(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "project")
	w, err := workbench.Open(t.Context(), workbench.Params{ProjectDir: dir, AnyPort: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestSitesCommands(t *testing.T) {
	dir := newProject(t)
	for _, args := range [][]string{
		{"add", "--product", "jira", "--title", "Globex", "--set", "era=cloud-2016"},
		{"rename", "globex", "Globex & Co"},
		{"set", "globex", "licence=none", "port=2999", `groups=["a"]`, `users=[{"displayName":"Gil","groups":["a"]}]`},
		{"clone", "globex", "--title", "Initech"},
		{"reset", "globex"},
		{"remove", "confluence"},
	} {
		if code, _, stderr := runSites(t, dir, args...); code != ExitOK {
			t.Fatalf("sites %q: exit %d, %s", args, code, stderr)
		}
	}
	code, stdout, _ := runSites(t, dir, "--format", "json")
	var sites []site.Site
	if err := json.Unmarshal([]byte(stdout), &sites); err != nil || code != ExitOK {
		t.Fatalf("exit %d, %v: %s", code, err, stdout)
	}
	if len(sites) != 3 || sites[0].ID != "jira" || sites[1].ID != "globex" || sites[2].ID != "initech" {
		t.Fatalf("sites %+v", sites)
	}
	globex := sites[1]
	if globex.Title != "Globex & Co" || globex.Licence != site.NoLicence || globex.Era != site.Cloud2016 || globex.Port != 2999 {
		t.Errorf("settings %+v", globex)
	}
	if len(globex.Users) != 1 || globex.Users[0].AccountID == "" || globex.Users[0].DisplayName != "Gil" {
		t.Errorf("people %+v", globex.Users)
	}
}

func TestSitesCommandsThatCannotBe(t *testing.T) {
	dir := newProject(t)
	for _, tc := range []struct {
		args []string
		says string
	}{
		{[]string{"remove", "nowhere"}, "no site with this id"},
		{[]string{"set", "jira", "prot=1"}, "prot"},
		{[]string{"set", "jira", "port=many"}, "port"},
		{[]string{"set", "jira", "licence"}, "NAME=VALUE"},
		{[]string{"set", "jira", "id=other"}, "id cannot be changed"},
		{[]string{"set", "jira", "product=confluence"}, "keeps its product"},
		{[]string{"add", "--product", "jira", "--set", "contextPath=jira"}, "contextPath"},
	} {
		if code, _, stderr := runSites(t, dir, tc.args...); code != ExitUnusable || !strings.Contains(stderr, tc.says) {
			t.Errorf("sites %q: exit %d, %s", tc.args, code, stderr)
		}
	}
}

// A misspelt folder is not filled with a sample.
func TestSitesMakeNoProject(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "misspelt")
	if code, _, stderr := runSites(t, dir); code != ExitUnusable || !strings.Contains(stderr, "no project") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the folder was made")
	}
}

func TestSitesOfAnOpenProject(t *testing.T) {
	dir := newProject(t)
	w, err := workbench.Open(t.Context(), workbench.Params{ProjectDir: dir, AnyPort: true})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close(t.Context())
	if code, _, stderr := runSites(t, dir, "remove", "jira"); code != ExitUnusable || !strings.Contains(stderr, "has this project open") || !strings.Contains(stderr, "control API") {
		t.Errorf("exit %d, %s", code, stderr)
	}
	if len(w.Sites()) != 2 {
		t.Error("a site of the open project was removed")
	}
}
