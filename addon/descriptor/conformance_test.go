package descriptor

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"connect-workbench/sharedtest"
)

func readJSON(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// verdict is what another validator says of a descriptor.
type verdict struct {
	Valid  bool `json:"valid"`
	Errors []struct {
		Path    string `json:"path"`
		Keyword string `json:"keyword"`
	} `json:"errors"`
}

// differences from the verdicts of the probes, each with its reason. Rules of hosts (meaning.*)
// are no part of those verdicts and are not compared.
var differences = map[string]string{
	"baseUrl placeholder": "a template expression is legal in the file; what is served has an address",
}

func TestProbes(t *testing.T) {
	var file struct {
		Probes []struct {
			Name       string          `json:"name"`
			Product    Product         `json:"product"`
			Descriptor json.RawMessage `json:"descriptor"`
			Official   *verdict        `json:"official2019"`
			Current    *verdict        `json:"recon2026"`
		} `json:"probes"`
	}
	readJSON(t, sharedtest.File(t, "protocol/descriptor-probes.json"), &file)
	if len(file.Probes) < 100 {
		t.Fatalf("only %d probes", len(file.Probes))
	}
	for _, p := range file.Probes {
		t.Run(p.Name, func(t *testing.T) {
			report := Check(p.Descriptor, Options{Product: p.Product})
			var errors []string
			for _, problem := range report.Problems {
				if problem.Severity == Error && !strings.HasPrefix(problem.Rule, "meaning.") {
					errors = append(errors, problem.Pointer)
				}
			}
			same := (len(errors) == 0) == p.Current.Valid
			for _, e := range p.Current.Errors {
				if !slices.ContainsFunc(errors, func(pointer string) bool { return covers(e.Path, pointer) }) {
					same = false
				}
			}
			_, listed := differences[p.Name]
			if same == listed {
				t.Errorf("same verdict: %v, listed as a difference: %v\nwant %+v\ngot  %v", same, listed, *p.Current, texted(report))
			}
		})
	}
}

// covers tells whether a problem at the pointer says what another validator says at path:
// there, or further in where it only knew that no branch fits.
func covers(path, pointer string) bool {
	path = strings.TrimSuffix(path, "/")
	return pointer == path || strings.HasPrefix(pointer, path+"/")
}

func texted(r Report) string {
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "\n  %d:%d %s %s %s: %s", p.Line, p.Column, p.Severity, p.Rule, p.Pointer, p.Message)
	}
	return b.String()
}

// expectation is what is known about a real descriptor.
type expectation struct {
	File   string `json:"file"`
	Kind   string `json:"product"`
	Parse  string `json:"parse"`
	Valid  *bool  `json:"valid"`
	Schema map[string]struct {
		verdict
		Unknown []string `json:"unknownProperties"`
	} `json:"schema"`
	Host map[string][]struct {
		Rule string `json:"rule"`
		Path string `json:"path"`
	} `json:"hostRules"`
}

// expected lists what has to be reported: pointers with errors, and pointers with at least a
// warning.
func (e expectation) expected() (errors, warnings []string) {
	for _, s := range e.Schema {
		warnings = append(warnings, s.Unknown...)
		for _, problem := range s.Errors {
			errors = append(errors, problem.Path)
		}
	}
	for _, rules := range e.Host {
		for _, r := range rules {
			if r.Rule == "baseurl-https" { // all of them on this machine
				warnings = append(warnings, r.Path)
				continue
			}
			errors = append(errors, r.Path)
		}
	}
	return errors, warnings
}

// knownElsewhere are properties the independent validator calls unknown and we do not.
var knownElsewhere = map[string]string{
	"d316117704.json": "width, height and chrome of a dialog's options are known; chrome is a string, and that is what we warn of",
}

func TestRealDescriptors(t *testing.T) {
	var file struct {
		Files []expectation `json:"files"`
	}
	path := sharedtest.File(t, "descriptors/expected.json")
	readJSON(t, path, &file)
	for _, e := range file.Files {
		t.Run(e.File, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(filepath.Dir(path), e.File))
			if err != nil {
				t.Fatal(err)
			}
			compareReal(t, e, Check(text, Options{}))
		})
	}
}

func compareReal(t *testing.T, e expectation, report Report) {
	syntax := slices.ContainsFunc(report.Problems, func(p Problem) bool { return strings.HasPrefix(p.Rule, "syntax.") })
	if syntax != (e.Parse == "error") {
		t.Errorf("syntax problems: %v, want %v%s", syntax, e.Parse == "error", texted(report))
	}
	if e.Kind == "hipchat" || e.Kind == "bitbucket" {
		if report.Product != "" || report.Errors != 1 {
			t.Errorf("want one error that names the product%s", texted(report))
		}
		return
	}
	if e.Kind == string(Jira) || e.Kind == string(Confluence) {
		if !strings.Contains(string(report.Product), e.Kind) {
			t.Errorf("product %q, want %s", report.Product, e.Kind)
		}
	}
	errors, warnings := e.expected()
	for _, p := range report.Problems {
		if p.Severity == Error && e.Parse == "ok" && !slices.ContainsFunc(errors, func(path string) bool { return covers(path, p.Pointer) }) {
			t.Errorf("an error nobody expected: %s %s: %s", p.Rule, p.Pointer, p.Message)
		}
	}
	for _, path := range errors {
		if !slices.ContainsFunc(report.Problems, func(p Problem) bool { return p.Severity == Error && covers(path, p.Pointer) }) {
			t.Errorf("no error at %s%s", path, texted(report))
		}
	}
	for _, path := range warnings {
		found := slices.ContainsFunc(report.Problems, func(p Problem) bool { return p.Severity != Info && covers(path, p.Pointer) })
		if !found && knownElsewhere[e.File] == "" {
			t.Errorf("no warning at %s%s", path, texted(report))
		}
	}
}
