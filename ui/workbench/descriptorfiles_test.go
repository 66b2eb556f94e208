package workbench

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"connect-workbench/addon/descriptor"
)

// TestFixDescriptorHelpsAndHarmsNothing fixes the bad example of every rule: what is left has no more
// errors and fewer problems, and a second go finds nothing to do.
func TestFixDescriptorHelpsAndHarmsNothing(t *testing.T) {
	fixed := 0
	for _, text := range descriptor.BuiltIn().Texts {
		if text.Rule.ID == "syntax.size" { // 16 MB
			continue
		}
		before := descriptor.Check([]byte(text.Example()), text.Options)
		after, done := FixDescriptor([]byte(text.Example()), text.Options)
		left := descriptor.Check(after, text.Options)
		if left.Errors > before.Errors || len(done) > 0 && len(left.Problems) >= len(before.Problems) {
			t.Errorf("%s: %v leaves %+v in\n%s", text.Rule.ID, done, left.Problems, after)
		}
		if again, more := FixDescriptor(after, text.Options); len(more) > 0 || string(again) != string(after) {
			t.Errorf("%s: a second go does %v", text.Rule.ID, more)
		}
		if len(done) == 0 && string(after) != text.Example() {
			t.Errorf("%s: changed, and nothing said", text.Rule.ID)
		}
		fixed += len(done)
	}
	if after, _ := FixDescriptor([]byte("\ufeff{}"), descriptor.Options{}); string(after) != "{}" {
		t.Errorf("the byte order mark: %q", after)
	}
	if fixed < 15 {
		t.Errorf("only %d fixes", fixed)
	}
}

// TestDescriptorFilesGoesThroughLinksOnce has links that lead in a circle, to a folder and nowhere, and
// a socket, which is no file either.
func TestDescriptorFilesGoesThroughLinksOnce(t *testing.T) {
	folder := t.TempDir()
	real := filepath.Join(folder, "real")
	for _, name := range []string{"atlassian-connect.json", "sub/atlassian-connect-dev.json", "sub/other.json", "node_modules/a/atlassian-connect.json"} {
		path := filepath.Join(real, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(folder, "link")
	for at, to := range map[string]string{
		link: "real", filepath.Join(real, "circle"): ".", filepath.Join(real, "atlassian-connect-folder.json"): "sub",
		filepath.Join(real, "atlassian-connect-linked.json"): "sub/other.json", filepath.Join(real, "atlassian-connect-nowhere.json"): "gone",
	} {
		if err := os.Symlink(to, at); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	want := []string{
		filepath.Join(link, "atlassian-connect-linked.json"), filepath.Join(link, "atlassian-connect-nowhere.json"),
		filepath.Join(link, "atlassian-connect.json"), filepath.Join(link, "sub", "atlassian-connect-dev.json"),
	}
	socket, err := net.Listen("unix", filepath.Join(real, "atlassian-connect-socket.json"))
	if err != nil {
		t.Logf("without a socket: %v", err)
	} else {
		defer socket.Close()
	}
	if found, err := DescriptorFiles(link); err != nil || !slices.Equal(found, want) {
		t.Errorf("found %q, %v", found, err)
	}
}

func TestDescriptorFilesFindsWhatItMayRead(t *testing.T) {
	folder := t.TempDir()
	if err := os.Mkdir(filepath.Join(folder, "closed"), 0); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(folder, "atlassian-connect.json")
	if err := os.WriteFile(open, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadDir(filepath.Join(folder, "closed")); err == nil {
		t.Skip("this user may read every folder")
	}
	found, err := DescriptorFiles(folder)
	if err == nil || !strings.Contains(err.Error(), filepath.Join(folder, "closed")+": ") || !slices.Equal(found, []string{open}) {
		t.Errorf("found %q, %v", found, err)
	}
}
