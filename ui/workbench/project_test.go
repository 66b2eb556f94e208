package workbench

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"connect-workbench/mockhost/site"
)

func TestNewFolderGetsTheSample(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "project")
	s, created, err := openProject(dir, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if !created || len(s.Sites) != 2 || s.Addon.Mode != Builtin {
		t.Fatalf("created %v, settings %+v", created, s)
	}
	again, created, err := openProject(dir, rand.Reader)
	if err != nil || created {
		t.Fatalf("second open: created %v, %v", created, err)
	}
	if again.Sites[0].ClientKey != s.Sites[0].ClientKey {
		t.Error("the clientKey changed between two starts")
	}
	if info, err := os.Stat(filepath.Join(dir, privateDir)); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%s: %v %v, want it for the owner only", privateDir, info, err)
	}
	if text := readTestFile(t, filepath.Join(dir, settingsFile)); strings.Contains(strings.ToLower(text), "secret") {
		t.Errorf("%s speaks of secrets: %s", settingsFile, text)
	}
}

func TestFolderWithADescriptorBecomesAProject(t *testing.T) {
	dir := t.TempDir()
	const text = `{"key":"mine"}`
	writeTestFile(t, filepath.Join(dir, descriptorFile), text)
	writeTestFile(t, filepath.Join(dir, "package.json"), "{}")
	_, created, err := openProject(dir, rand.Reader)
	if err != nil || created {
		t.Fatalf("created %v, %v", created, err)
	}
	if got := readTestFile(t, filepath.Join(dir, descriptorFile)); got != text {
		t.Fatalf("the descriptor was touched: %q", got)
	}
}

func TestUnusableFolders(t *testing.T) {
	cases := map[string]struct {
		make func(t *testing.T) string
		want string
	}{
		"a file": {func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "file")
			writeTestFile(t, path, "x")
			return path
		}, "cannot be read"},
		"foreign folder": {func(t *testing.T) string {
			dir := t.TempDir()
			writeTestFile(t, filepath.Join(dir, "thesis.odt"), "x")
			return dir
		}, "has no " + descriptorFile},
		"broken settings": {func(t *testing.T) string {
			dir := t.TempDir()
			writeTestFile(t, filepath.Join(dir, settingsFile), "{")
			return dir
		}, "not usable JSON"},
		"settings with text behind": {func(t *testing.T) string {
			dir := t.TempDir()
			writeTestFile(t, filepath.Join(dir, settingsFile), `{"version":1,"descriptor":"d.json","addon":{"mode":"builtin"}} and more`)
			return dir
		}, "not usable JSON"},
		"settings of another kind": {func(t *testing.T) string {
			dir := t.TempDir()
			writeTestFile(t, filepath.Join(dir, settingsFile), `{"version":1,"addon":{"port":"3000"}}`)
			return dir
		}, `"addon.port" is to be a number, not string`},
		"newer settings of another kind": {func(t *testing.T) string {
			dir := t.TempDir()
			writeTestFile(t, filepath.Join(dir, settingsFile), `{"version":99,"sites":{"acme":{}}}`)
			return dir
		}, "format 99"},
		"settings without a version": {func(t *testing.T) string {
			dir := t.TempDir()
			writeTestFile(t, filepath.Join(dir, settingsFile), `{"descriptor":"d.json","addon":{"mode":"builtin"}}`)
			return dir
		}, `"version"`},
		"newer settings": {func(t *testing.T) string {
			dir := t.TempDir()
			writeTestFile(t, filepath.Join(dir, settingsFile), `{"version":99}`)
			return dir
		}, "format 99"},
		"misspelt member": {func(t *testing.T) string {
			dir := t.TempDir()
			writeTestFile(t, filepath.Join(dir, settingsFile), `{"version":1,"descriptor":"d.json","addon":{"mode":"builtin","prot":3000},"sites":[]}`)
			return dir
		}, `unknown field "prot"`},
		"site twice": {func(t *testing.T) string {
			dir := t.TempDir()
			writeTestFile(t, filepath.Join(dir, settingsFile), `{"version":1,"descriptor":"d.json","addon":{"mode":"builtin"},
				"sites":[{"id":"a","product":"jira","clientKey":"k"},{"id":"a","product":"jira","clientKey":"l"}]}`)
			return dir
		}, "twice"},
		"site that cannot be run": {func(t *testing.T) string {
			dir := t.TempDir()
			writeTestFile(t, filepath.Join(dir, settingsFile), `{"version":1,"descriptor":"d.json","addon":{"mode":"builtin"},
				"sites":[{"id":"a","product":"jira","clientKey":"k","contextPath":"wiki"}]}`)
			return dir
		}, "contextPath"},
		"port that is none": {func(t *testing.T) string {
			dir := t.TempDir()
			writeTestFile(t, filepath.Join(dir, settingsFile), `{"version":1,"descriptor":"d.json","addon":{"mode":"builtin","port":70000}}`)
			return dir
		}, "addon.port"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := c.make(t)
			before := listing(t, dir)
			_, _, err := openProject(dir, rand.Reader)
			var project *ProjectError
			if !errors.As(err, &project) || !strings.Contains(err.Error(), c.want) || project.Do == "" {
				t.Fatalf("got %v, want a ProjectError with %q and advice", err, c.want)
			}
			if after := listing(t, dir); after != before {
				t.Errorf("the folder was changed: %s, before %s", after, before)
			}
		})
	}
}

// unreadable is a file system in which one file cannot be read.
type unreadable struct {
	fstest.MapFS
	name string
}

func (u unreadable) Open(name string) (fs.File, error) {
	if name == u.name {
		return nil, errors.New("broken")
	}
	return u.MapFS.Open(name)
}

func (u unreadable) ReadFile(name string) ([]byte, error) {
	if name == u.name {
		return nil, errors.New("broken")
	}
	return u.MapFS.ReadFile(name)
}

func TestASampleIsCopiedWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	from := unreadable{fstest.MapFS{"README.md": {}, "atlassian-connect.json": {}, "workbench.json": {}}, "atlassian-connect.json"}
	if err := copyAll(from, dir); err == nil {
		t.Fatal("no error")
	}
	if left := listing(t, dir); left != "" {
		t.Errorf("left behind: %s", left)
	}
}

func listing(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err.Error()
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestAddonAddresses(t *testing.T) {
	for _, c := range []struct{ typed, base, descriptor string }{
		{"localhost:3000", "http://localhost:3000", "http://localhost:3000/atlassian-connect.json"},
		{"http://localhost:3000/", "http://localhost:3000", "http://localhost:3000/atlassian-connect.json"},
		{"http://localhost:8080/app", "http://localhost:8080/app", "http://localhost:8080/app/atlassian-connect.json"},
		{"http://localhost:8080/app/connect.json?env=dev", "http://localhost:8080/app", "http://localhost:8080/app/connect.json?env=dev"},
	} {
		u, err := parseAddress(c.typed)
		if err != nil {
			t.Errorf("%s: %v", c.typed, err)
			continue
		}
		if base, descriptorURL := addonURLs(u); base != c.base || descriptorURL != c.descriptor {
			t.Errorf("%s: %s, %s; want %s, %s", c.typed, base, descriptorURL, c.base, c.descriptor)
		}
	}
	for _, bad := range []string{"", "ftp://localhost", "http://", "::", "http://me:secret@localhost:3000", "localhost:99999", "localhost:0"} {
		if _, err := parseAddress(bad); err == nil {
			t.Errorf("%q was taken for an address", bad)
		}
	}
}

func TestFormat1IsReadAndWrittenAsFormat2(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, filepath.Join(dir, descriptorFile), "{}")
	writeTestFile(t, filepath.Join(dir, settingsFile), `{"version":1,"descriptor":"atlassian-connect.json","addon":{"mode":"builtin","port":3000},
		"sites":[{"id":"a","title":"A","product":"jira","clientKey":"1","licensed":true},{"id":"b","title":"B","product":"jira","clientKey":"2","licensed":false}]}`)
	s, _, err := openProject(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Version != settingsVersion || s.Sites[0].Licence != site.ActiveSubscription || s.Sites[1].Licence != site.NoLicence {
		t.Errorf("read as %+v", s)
	}
	if err := writeSettings(dir, s); err != nil {
		t.Fatal(err)
	}
	if again, err := readSettings(dir); err != nil || !reflect.DeepEqual(again, s) {
		t.Errorf("after writing it: %+v, %v", again, err)
	}
}
