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
// symbolic link keeps pointing where it did. A file that is marked read-only stays as it is, though
// its folder would let it be replaced.
func WriteDescriptor(path string, text []byte) error {
	info, err := os.Stat(path)
	if err == nil && info.Mode().Perm()&0o222 == 0 {
		err = errors.New("the file is read-only")
	} else {
		err = replaceFile(path, text, 0o644)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// DescriptorFiles finds the descriptors in a folder and all below it: files named
// atlassian-connect*.json. Folders of packages and of version control are left out.
func DescriptorFiles(folder string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != folder && (name == "node_modules" || name == ".git" || name == privateDir) {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasPrefix(name, "atlassian-connect") && strings.HasSuffix(name, ".json") {
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for descriptors in %s: %w", folder, err)
	}
	return found, nil
}
