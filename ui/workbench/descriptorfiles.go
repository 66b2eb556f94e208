package workbench

import (
	"fmt"
	"io/fs"
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

// FixDescriptor carries out every fix of a text's problems that leaves fewer problems behind and
// brings no error, and gives the text and what was done. All other bytes stay: line ends, and the
// byte order mark, which is a matter of the file and not of the descriptor.
func FixDescriptor(text []byte, o descriptor.Options) ([]byte, []FixedProblem) {
	var fixed []FixedProblem
	refused := make(map[string]bool)
	report := descriptor.Check(text, o)
	for len(fixed) < maxFixes && len(refused) < maxRefused {
		next, after, done := fixMany(text, report, o)
		if done == nil {
			next, after, done = fixOne(text, report, o, refused)
		}
		if done == nil {
			break
		}
		text, report, fixed = next, after, append(fixed, done...)
	}
	return text, fixed
}

// maxFixes bounds the work on one text; a text with more faults is no descriptor.
const maxFixes = 5000

// maxRefused is how many fixes may turn out not to help before the rest is left to the person.
const maxRefused = 200

// fixMany carries out all fixes that do not touch each other, when that cures as many problems.
func fixMany(text []byte, before descriptor.Report, o descriptor.Options) ([]byte, descriptor.Report, []FixedProblem) {
	var edits []descriptor.Edit
	var done []FixedProblem
	free := 0 // what lies behind is touched by no edit yet
	for _, p := range before.Problems {
		if p.Fix == nil || p.Rule == markRule || len(p.Fix.Edits) != 1 || p.Fix.Edits[0].Offset < free {
			continue
		}
		edits, done = append(edits, p.Fix.Edits[0]), append(done, fixedProblem(p))
		free = p.Fix.Edits[0].End + 1
	}
	next := descriptor.Apply(text, edits)
	after := descriptor.Check(next, o)
	if after.Errors <= before.Errors && total(after)+len(done) <= total(before) {
		return next, after, done
	}
	return text, before, nil
}

func fixedProblem(p descriptor.Problem) FixedProblem {
	return FixedProblem{Rule: p.Rule, Title: p.Fix.Title, Line: p.Line, Column: p.Column}
}

// fixOne carries out the first fix that helps. refused remembers those that do not.
func fixOne(text []byte, before descriptor.Report, o descriptor.Options, refused map[string]bool) ([]byte, descriptor.Report, []FixedProblem) {
	for _, p := range before.Problems {
		id := p.Rule + p.Pointer + p.Message
		if p.Fix == nil || p.Rule == markRule || refused[id] {
			continue
		}
		next := descriptor.Apply(text, p.Fix.Edits)
		after := descriptor.Check(next, o)
		if after.Errors <= before.Errors && total(after) < total(before) {
			return next, after, []FixedProblem{fixedProblem(p)}
		}
		if refused[id] = true; len(refused) >= maxRefused {
			break
		}
	}
	return text, before, nil
}

// markRule is the rule about the byte order mark.
const markRule = "syntax.bom"

func total(r descriptor.Report) int { return len(r.Problems) + r.Omitted }

// WriteDescriptor replaces the text of a file: whole or not at all. Permissions stay, and a
// symbolic link keeps pointing where it did.
func WriteDescriptor(path string, text []byte) error {
	if err := replaceFile(path, text, 0o644); err != nil {
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
