package cli

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"connect-workbench/addon/descriptor"
)

// sarifFaulty has faults of several layers behind characters that UTF-16, UTF-8 and people count
// differently.
const sarifFaulty = "{\"key\": \"com.example.app\", \"name\": \"\U0001F600 é\", \"scopes\": [\"Read\",],\n" +
	"  \"baseUrl\": \"https://example.com\", \"authentication\": {\"type\": \"none\"},\n" +
	"  \"modules\": {\"webItems\": [{\"key\": \"a\", \"name\": {\"value\": \"\U0001F600\"}, \"location\": \"operations-operations\"}]}}\n"

func readSARIF(t *testing.T, args ...string) sarifLog {
	t.Helper()
	_, stdout, stderr := run(t, sarifFaulty, append([]string{"validate", "--format", "sarif"}, args...)...)
	var log sarifLog
	if err := json.Unmarshal([]byte(stdout), &log); err != nil {
		t.Fatalf("%v\n%s%s", err, stdout, stderr)
	}
	return log
}

// TestSARIFRegionsAndFixes cuts every region out of the text and carries out every fix, counting as
// SARIF does: lines, and columns in UTF-16 code units.
func TestSARIFRegionsAndFixes(t *testing.T) {
	log := readSARIF(t, "-")
	if log.Version != "2.1.0" || len(log.Runs) != 1 || log.Runs[0].ColumnKind != "utf16CodeUnits" {
		t.Fatalf("%+v", log)
	}
	cut := map[string]string{}
	for _, r := range log.Runs[0].Results {
		rule := log.Runs[0].Tool.Driver.Rules[r.RuleIndex]
		if rule.ID != r.RuleID || rule.Help.Markdown == "" || rule.ShortDescription.Text == "" {
			t.Errorf("rule %d of %s is %+v", r.RuleIndex, r.RuleID, rule)
		}
		place := r.Locations[0].Physical
		if place.Artifact.URI != "stdin" {
			t.Errorf("address %q", place.Artifact.URI)
		}
		cut[r.RuleID] = cutRegion(sarifFaulty, *place.Region)
		for _, f := range r.Fixes {
			replaced := f.Changes[0].Replacements[0]
			inserted := ""
			if replaced.Inserted != nil {
				inserted = replaced.Inserted.Text
			}
			cut[r.RuleID] += " " + cutRegion(sarifFaulty, replaced.Deleted) + ">" + inserted
		}
	}
	for rule, want := range map[string]string{
		"shape.enum-case":       `"Read" "Read">"READ"`,
		"syntax.trailing-comma": `, ,>`,
		"meaning.url-missing":   `{`,
	} {
		if cut[rule] != want {
			t.Errorf("%s cuts %q, want %q", rule, cut[rule], want)
		}
	}
}

// cutRegion takes a region out of a text as a reader of SARIF does.
func cutRegion(text string, r sarifRegion) string {
	var out []string
	lines := strings.SplitAfter(text, "\n")
	for n := r.StartLine; n <= r.EndLine; n++ {
		units := utf16.Encode([]rune(lines[n-1]))
		from, to := 0, len(units)
		if n == r.StartLine {
			from = r.StartColumn - 1
		}
		if n == r.EndLine {
			to = r.EndColumn - 1
		}
		out = append(out, string(utf16.Decode(units[from:to])))
	}
	return strings.Join(out, "")
}

// TestUnitsCountTheSameInAnyOrder asks for places in the order of the text, backwards, and to and fro.
func TestUnitsCountTheSameInAnyOrder(t *testing.T) {
	text := []byte("\uFEFF{\"a\": \"😀é\"}\n\r\n\xE9😀\xF0\x9F\n\nend😀")
	var offsets []int
	for i := range text {
		if utf8.RuneStart(text[i]) {
			offsets = append(offsets, i)
		}
	}
	offsets = append(offsets, len(text))
	u := newUnits(text)
	for _, from := range offsets {
		for _, to := range offsets {
			u.position(from)
			line, column := u.position(to)
			if wantLine, wantColumn := newUnits(text).position(to); line != wantLine || column != wantColumn {
				t.Errorf("after %d, offset %d is %d:%d; asked for alone it is %d:%d", from, to, line, column, wantLine, wantColumn)
			}
		}
	}
	if line, column := u.position(len(text)); line != 5 || column != 6 {
		t.Errorf("the end is %d:%d", line, column)
	}
}

func TestSARIFNamesFilesRelativeAndWhatWasNotRead(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("atlassian-connect a.json", []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	log := readSARIF(t, ".", "none.json", filepath.Join(dir, "atlassian-connect a.json"))
	run := log.Runs[0]
	if got := run.Results[0].Locations[0].Physical.Artifact.URI; got != "atlassian-connect%20a.json" {
		t.Errorf("address %q", got)
	}
	if got := run.Results[len(run.Results)-1].Locations[0].Physical.Artifact.URI; !strings.HasPrefix(got, "file:///") {
		t.Errorf("absolute address %q", got)
	}
	if call := run.Invocations[0]; call.Successful || len(call.Notifications) != 1 || !strings.Contains(call.Notifications[0].Message.Text, "none.json") {
		t.Errorf("%+v", call)
	}
}

func TestSARIFFollowsItsSchema(t *testing.T) {
	const schemaFile = "../../e2e/sarif/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
	text, err := os.Open(schemaFile)
	if os.IsNotExist(err) {
		t.Skip("the schema of SARIF is not installed: run scripts/prepare test")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	schema, err := jsonschema.UnmarshalJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("sarif.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	check := func(name, text string, args ...string) {
		_, stdout, _ := run(t, text, append([]string{"validate", "--format", "sarif", "-"}, args...)...)
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(stdout))
		if err == nil {
			err = compiled.Validate(document)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	check("several layers", sarifFaulty, "none.json")
	for _, text := range descriptor.BuiltIn().Texts {
		if text.Rule.ID != "syntax.size" { // 16 MB
			check(text.Rule.ID, text.Example(), "--product", cmp.Or(string(text.Options.Product), "auto"), "--era", cmp.Or(string(text.Options.Era), "cloud-now"))
		}
	}
}
