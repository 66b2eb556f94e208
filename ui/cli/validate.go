package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"connect-workbench/addon/descriptor"
	"connect-workbench/ui/workbench"
)

// maxValidateSize bounds a descriptor file, in bytes. Real ones stay below 30 KB.
const maxValidateSize = 64 << 20

type validateCommand struct {
	Format  string   `enum:"text,json,sarif" default:"text" help:"text, json, or sarif (SARIF 2.1.0, for code scanning)."`
	Product string   `enum:"auto,jira,confluence" default:"auto" help:"Whose rules apply: auto (by the modules), jira or confluence."`
	Era     string   `enum:"cloud-now,cloud-2020,cloud-2016" default:"cloud-now" help:"Which time's hosts are meant: cloud-now, cloud-2020 or cloud-2016."`
	Fix     bool     `help:"Write every safe fix into the files first. The text of standard input goes to standard output instead."`
	Explain bool     `help:"Explain the rules named instead of files; all of them in a list when none is named."`
	Files   []string `arg:"" optional:"" name:"file" help:"Descriptor files; - is standard input. Of a folder, every atlassian-connect*.json in it."`
}

// validated is the outcome for one file, and the JSON form of it.
type validated struct {
	File     string                   `json:"file"`
	Product  string                   `json:"product"`
	Problems []descriptor.Problem     `json:"problems"`
	Fixed    []workbench.FixedProblem `json:"fixed,omitempty"` // with --fix: what was done before
	Error    string                   `json:"error,omitempty"` // the file could not be read or written

	sarif []sarifResult // the problems in that form, when it is the one wanted
}

var (
	errNoFile      = errors.New("name the descriptor files to check, a folder, or - for standard input")
	errFixStdin    = errors.New("--fix writes the text of standard input to standard output: leave --format out, and name - alone")
	errFolderEmpty = errors.New("holds no atlassian-connect*.json")
)

// Run checks every file, also after one that cannot be read.
func (c validateCommand) Run(env Env) error {
	if c.Explain {
		return c.explain(env)
	}
	if err := c.usable(); err != nil {
		return err
	}
	files, results := c.files()
	unusable, faulty := len(results) > 0, false
	for _, file := range files {
		result := c.check(env, file)
		unusable = unusable || result.Error != ""
		for _, p := range result.Problems {
			faulty = faulty || p.Severity == descriptor.Error
		}
		results = append(results, result)
	}
	if err := c.print(env, results); err != nil {
		return err
	}
	switch {
	case unusable:
		return exitError{code: ExitUnusable}
	case faulty:
		return exitError{code: ExitProblems}
	}
	return nil
}

// usable tells what options do not go together.
func (c validateCommand) usable() error {
	if len(c.Files) == 0 {
		return errNoFile
	}
	for _, file := range c.Files {
		if c.Fix && file == "-" && (len(c.Files) > 1 || c.Format != "text") {
			return errFixStdin
		}
	}
	return nil
}

// files resolves folders to the descriptors in them; a folder without any, or with parts that cannot be
// read, is a result already.
func (c validateCommand) files() (files []string, failed []validated) {
	failed = make([]validated, 0, len(c.Files))
	for _, name := range c.Files {
		if info, err := os.Stat(name); name == "-" || err != nil || !info.IsDir() {
			files = append(files, name)
			continue
		}
		found, err := workbench.DescriptorFiles(name)
		if err == nil && len(found) == 0 {
			err = errFolderEmpty
		}
		if err != nil {
			failed = append(failed, validated{File: name, Problems: []descriptor.Problem{}, Error: err.Error()})
		}
		files = append(files, found...)
	}
	return files, failed
}

func (c validateCommand) options() descriptor.Options {
	return descriptor.Options{Product: descriptor.Product(c.Product), Era: descriptor.Era(c.Era)}
}

func (c validateCommand) check(env Env, file string) validated {
	result := validated{File: file, Problems: []descriptor.Problem{}}
	text, err := readInput(env, file, maxValidateSize)
	if err == nil && c.Fix {
		text, result.Fixed, err = c.fix(env, file, text)
	}
	if err != nil {
		result.Error = err.Error()
		return result
	}
	report := descriptor.Check(text, c.options())
	if c.Format == "sarif" {
		result.sarif = sarifResults(report.Problems, file, text)
	}
	result.Product = string(report.Product)
	result.Problems = append(result.Problems, report.Problems...)
	return result
}

// fix carries out the safe fixes and writes the text back, if there were any.
func (c validateCommand) fix(env Env, file string, text []byte) ([]byte, []workbench.FixedProblem, error) {
	fixed, done := workbench.FixDescriptor(text, c.options())
	if file == "-" {
		_, err := env.Stdout.Write(fixed)
		return fixed, done, err
	}
	if len(done) == 0 {
		return text, nil, nil
	}
	if err := workbench.WriteDescriptor(file, fixed); err != nil {
		return text, nil, err
	}
	return fixed, done, nil
}

var errFolder = errors.New("is a folder")

// readInput reads a file, or standard input for "-", up to limit bytes.
func readInput(env Env, file string, limit int64) ([]byte, error) {
	in := env.Stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, plainPathError(err)
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return nil, errFolder
		}
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	if err != nil {
		return nil, plainPathError(err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("is larger than %d MB", limit>>20)
	}
	return data, nil
}

// plainPathError leaves the path out: the caller prints it.
func plainPathError(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("cannot be read: %w", path.Err)
	}
	return err
}

func (c validateCommand) print(env Env, results []validated) error {
	switch c.Format {
	case "json":
		return writeJSON(env.Stdout, results)
	case "sarif":
		return writeJSON(env.Stdout, newSARIF(results))
	}
	for _, r := range results {
		if r.Error != "" {
			fmt.Fprintf(env.Stderr, "%s: %s\n", r.File, r.Error)
			continue
		}
		out := env.Stdout
		if c.Fix && r.File == "-" { // the descriptor is there already
			out = env.Stderr
		}
		r.print(out)
	}
	return nil
}

// print writes one line a fix and a problem, and one with the sum.
func (r validated) print(out io.Writer) {
	for _, f := range r.Fixed {
		fmt.Fprintf(out, "%s:%d:%d: fixed: %s [%s]\n", r.File, f.Line, f.Column, f.Title, f.Rule)
	}
	errorCount, warningCount := 0, 0
	for _, p := range r.Problems {
		switch p.Severity {
		case descriptor.Error:
			errorCount++
		case descriptor.Warning:
			warningCount++
		}
		fmt.Fprintf(out, "%s:%d:%d: %s: %s [%s]\n", r.File, p.Line, p.Column, p.Severity, p.Message, p.Rule)
		if p.Fix != nil {
			fmt.Fprintf(out, "    fix: %s\n", p.Fix.Title)
		}
	}
	fmt.Fprintf(out, "%s: %s, %s, %s\n", r.File, cmp.Or(r.Product, "not readable"), count(errorCount, "error"), count(warningCount, "warning"))
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}
