package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// vendorNames are the vendor's own names of things, which keep the spelling they have there.
var vendorNames = []string{"Jira Software", "Jira Service Management", "Administer Jira"}

var misspelt = regexp.MustCompile(`\bJira\b`)

// TestPeopleReadJIRA holds every text a person may read to one spelling of the product: the string
// literals of the program, and all data and pages that ship inside of it.
func TestPeopleReadJIRA(t *testing.T) {
	files := token.NewFileSet()
	texts := 0
	check := func(where, text string) {
		texts++
		for _, name := range vendorNames {
			text = strings.ReplaceAll(text, name, "")
		}
		if at := misspelt.FindStringIndex(text); at != nil {
			t.Errorf("%s: write JIRA in %q", where, text[max(at[0]-40, 0):min(at[1]+40, len(text))])
		}
	}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if name := entry.Name(); name == "testdata" || name == "node_modules" || path != "." && strings.HasPrefix(name, ".") {
				return filepath.SkipDir
			}
		case strings.HasSuffix(path, "_test.go"):
		case strings.HasSuffix(path, ".go"):
			file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
					check(files.Position(literal.Pos()).String(), literal.Value)
				}
				return true
			})
		case strings.HasPrefix(filepath.ToSlash(path), "assets/") && !strings.HasSuffix(path, ".png"):
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			check(path, string(text))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if texts < 1000 {
		t.Errorf("only %d texts were looked at", texts)
	}
}
