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
)

// maxValidateSize bounds a descriptor file, in bytes. Real ones stay below 30 KB.
const maxValidateSize = 64 << 20

type validateCommand struct {
	formatOption
	Product string   `enum:"auto,jira,confluence" default:"auto" help:"Whose rules apply: auto (by the modules), jira or confluence."`
	Files   []string `arg:"" name:"file" help:"Descriptor files; - is standard input."`
}

// validated is the outcome for one file, and the JSON form of it.
type validated struct {
	File     string               `json:"file"`
	Product  string               `json:"product"`
	Problems []descriptor.Problem `json:"problems"`
	Error    string               `json:"error,omitempty"` // the file could not be read
}

// Run checks every file, also after one that cannot be read.
func (c validateCommand) Run(env Env) error {
	results := make([]validated, 0, len(c.Files))
	unusable, faulty := false, false
	for _, file := range c.Files {
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

func (c validateCommand) check(env Env, file string) validated {
	result := validated{File: file, Problems: []descriptor.Problem{}}
	text, err := readInput(env, file, maxValidateSize)
	if errors.Is(err, errFolder) {
		err = fmt.Errorf("%w: name the descriptor file in it", err)
	}
	if err != nil {
		result.Error = err.Error()
		return result
	}
	report := descriptor.Check(text, descriptor.Options{Product: descriptor.Product(c.Product)})
	result.Product = string(report.Product)
	result.Problems = append(result.Problems, report.Problems...)
	return result
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
	if c.Format == "json" {
		return writeJSON(env.Stdout, results)
	}
	for _, r := range results {
		if r.Error != "" {
			fmt.Fprintf(env.Stderr, "%s: %s\n", r.File, r.Error)
			continue
		}
		errorCount, warningCount := 0, 0
		for _, p := range r.Problems {
			switch p.Severity {
			case descriptor.Error:
				errorCount++
			case descriptor.Warning:
				warningCount++
			}
			fmt.Fprintf(env.Stdout, "%s:%d:%d: %s: %s [%s]\n", r.File, p.Line, p.Column, p.Severity, p.Message, p.Rule)
			if p.Fix != nil {
				fmt.Fprintf(env.Stdout, "    fix: %s\n", p.Fix.Title)
			}
		}
		fmt.Fprintf(env.Stdout, "%s: %s, %s, %s\n", r.File, cmp.Or(r.Product, "not readable"), count(errorCount, "error"), count(warningCount, "warning"))
	}
	return nil
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
