package workbench

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"connect-workbench/addon/descriptor"
)

// FixedProblem is a problem that a fix has taken out of a text. Line and column are those of the
// text as it was when the fix came to it.
type FixedProblem struct {
	Rule   string `json:"rule"`
	Title  string `json:"title"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// FixDescriptor applies all fixes of a text (see [descriptor.FixAll]) and says what was done.
func FixDescriptor(text []byte, o descriptor.Options) ([]byte, []FixedProblem) {
	all := descriptor.FixAll(text, o)
	var done []FixedProblem
	for _, p := range all.Cured {
		done = append(done, FixedProblem{Rule: p.Rule, Title: p.Fix.Title, Line: p.Line, Column: p.Column})
	}
	return all.Text, done
}

// WriteDescriptor replaces the text of a file: whole or not at all. Permissions stay, and a
// symbolic link keeps pointing where it did. The error of a read-only file wraps fs.ErrPermission.
func WriteDescriptor(path string, text []byte) error {
	if err := replaceFile(path, text, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// DescriptorFiles finds the descriptors in a folder and all below it: files named
// atlassian-connect*.json. Folders of packages and of version control are left out. The folder may be
// a symbolic link; links to folders below it are not followed, so that none leads in a circle. An error
// tells of folders that cannot be read; what the others hold is found all the same.
func DescriptorFiles(folder string) ([]string, error) {
	var found []string
	var unreadable []error
	tree := os.DirFS(folder)
	_ = fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error { // gives no error itself
		if err != nil {
			unreadable = append(unreadable, fmt.Errorf("look for descriptors in %s: %w", filepath.Join(folder, filepath.FromSlash(path)), plainError(err)))
			return nil
		}
		name := entry.Name()
		switch {
		case entry.IsDir():
			if name == "node_modules" || name == ".git" || name == privateDir {
				return fs.SkipDir
			}
		case !strings.HasPrefix(name, "atlassian-connect") || !strings.HasSuffix(name, ".json"):
		case entry.Type()&^fs.ModeSymlink != 0 || !isFile(tree, path):
			// What is no file has no text; to open a pipe would wait for a writer.
		default:
			found = append(found, filepath.Join(folder, filepath.FromSlash(path)))
		}
		return nil
	})
	return found, errors.Join(unreadable...)
}

// isFile tells whether a path leads to a file, or, through a symbolic link, nowhere: that is for the
// reader to say.
func isFile(tree fs.FS, path string) bool {
	info, err := fs.Stat(tree, path)
	return err != nil || info.Mode().IsRegular()
}

// plainError leaves out the path, which stands in the message already.
func plainError(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
