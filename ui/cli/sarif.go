package cli

import (
	"bytes"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"connect-workbench/addon/descriptor"
)

// The form of SARIF 2.1.0 (OASIS), as far as code scanning services read it. Lines count from 1
// and columns in UTF-16 code units from 1, which is what such services assume; offsets are bytes.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		ColumnKind  string            `json:"columnKind"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string             `json:"id"`
		ShortDescription sarifText          `json:"shortDescription"`
		FullDescription  sarifText          `json:"fullDescription"`
		Help             sarifMarkdown      `json:"help"`
		Configuration    sarifConfiguration `json:"defaultConfiguration"`
		Properties       sarifProperties    `json:"properties"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifMarkdown struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifProperties struct {
		Tags []string `json:"tags"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Fixes     []sarifFix      `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted *sarifText  `json:"insertedContent,omitempty"`
	}
)

func newSARIF(results []validated) sarifLog {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{Name: "Connect Workbench", Rules: sarifRules()}}, ColumnKind: "utf16CodeUnits",
		Invocations: []sarifInvocation{{Successful: true}}, Results: []sarifResult{},
	}
	for _, r := range results {
		if r.Error != "" {
			invocation := &run.Invocations[0]
			invocation.Successful = false
			invocation.Notifications = append(invocation.Notifications, sarifNotification{
				Level: "error", Message: sarifText{r.File + " " + r.Error}, Locations: []sarifLocation{{Physical: sarifPhysical{Artifact: sarifArtifact{fileURI(r.File)}}}},
			})
			continue
		}
		run.Results = append(run.Results, r.sarif...)
	}
	return sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}}
}

// sarifRules describes every rule.
func sarifRules() []sarifRule {
	texts := descriptor.BuiltIn().Texts
	rules := make([]sarifRule, len(texts))
	for i := range texts {
		t := &texts[i]
		layer, _, _ := strings.Cut(t.Rule.ID, ".")
		rules[i] = sarifRule{
			ID: t.Rule.ID, ShortDescription: sarifText{t.Rule.Title}, FullDescription: sarifText{t.Checks + " " + t.Why},
			Help: sarifMarkdown{
				Text:     t.Checks + " " + t.Why + " " + t.Fix,
				Markdown: t.Checks + "\n\n" + t.Why + "\n\n**Do:** " + t.Fix + "\n\n**Wrong**\n\n```json\n" + t.Bad + "\n```\n\n**Right**\n\n```json\n" + t.Good + "\n```\n",
			},
			Configuration: sarifConfiguration{sarifLevel(t.Rule.Severity)}, Properties: sarifProperties{[]string{"descriptor", layer}},
		}
	}
	return rules
}

func sarifLevel(s descriptor.Severity) string {
	if s == descriptor.Info {
		return "note"
	}
	return string(s)
}

// sarifResults are the problems of a file's text.
func sarifResults(problems []descriptor.Problem, file string, text []byte) []sarifResult {
	artifact, at := sarifArtifact{fileURI(file)}, newUnits(text)
	results := make([]sarifResult, len(problems))
	for i, p := range problems {
		results[i] = sarifProblem(p, artifact, at)
	}
	return results
}

func sarifProblem(p descriptor.Problem, artifact sarifArtifact, at *units) sarifResult {
	region := at.region(p.Offset, p.End)
	rule := slices.IndexFunc(descriptor.BuiltIn().Texts, func(t descriptor.RuleText) bool { return t.Rule.ID == p.Rule })
	result := sarifResult{
		RuleID: p.Rule, RuleIndex: rule, Level: sarifLevel(p.Severity), Message: sarifText{p.Message},
		Locations: []sarifLocation{{Physical: sarifPhysical{artifact, &region}}},
	}
	if p.Pointer != "" {
		result.Locations[0].Logical = []sarifLogical{{Name: p.Pointer, Kind: "member"}}
	}
	if p.Fix != nil && p.Rule != "syntax.bom" { // the mark has no place in lines and columns
		change := sarifChange{Artifact: artifact}
		for _, e := range p.Fix.Edits {
			replacement := sarifReplacement{Deleted: at.region(e.Offset, e.End)}
			if e.Text != "" {
				replacement.Inserted = &sarifText{e.Text}
			}
			change.Replacements = append(change.Replacements, replacement)
		}
		result.Fixes = []sarifFix{{Description: sarifText{p.Fix.Title}, Changes: []sarifChange{change}}}
	}
	return result
}

// fileURI is the address of a file: relative as it was named, for services that know the folder of
// the run, else absolute.
func fileURI(name string) string {
	if name == "-" {
		return "stdin"
	}
	path := filepath.ToSlash(filepath.Clean(name))
	if filepath.IsAbs(name) {
		return (&url.URL{Scheme: "file", Path: path}).String()
	}
	return (&url.URL{Path: path}).EscapedPath()
}

// units turns byte offsets of a text into lines and UTF-16 columns.
type units struct {
	text  []byte
	lines []int // offset of the first byte of every line

	last, column int // an offset that was asked for, and the units before it in its line
}

func newUnits(text []byte) *units {
	u := &units{text: text, lines: []int{0}}
	if bytes.HasPrefix(text, []byte("\uFEFF")) { // SARIF does not count the mark
		u.lines[0] = len("\uFEFF")
	}
	for i, c := range text {
		if c == '\n' {
			u.lines = append(u.lines, i+1)
		}
	}
	return u
}

func (u *units) region(from, to int) sarifRegion {
	var r sarifRegion
	r.StartLine, r.StartColumn = u.position(from)
	r.EndLine, r.EndColumn = u.position(to)
	return r
}

func (u *units) position(offset int) (line, column int) {
	low, high := 0, len(u.lines) // the last line that begins at or before the offset
	for low < high {
		middle := (low + high) / 2
		if u.lines[middle] <= offset {
			low = middle + 1
		} else {
			high = middle
		}
	}
	line = max(low, 1)
	from := u.lines[line-1]
	offset = max(offset, from)
	next := len(u.text) + 1
	if line < len(u.lines) {
		next = u.lines[line]
	}
	if u.last < from || u.last >= next { // else go from there: a whole file may be one line
		u.last, u.column = from, 0
	}
	for u.last < offset {
		r, size := utf8.DecodeRune(u.text[u.last:offset])
		u.last, u.column = u.last+size, u.column+unitsOf(r)
	}
	for u.last > offset {
		r, size := utf8.DecodeLastRune(u.text[offset:u.last])
		u.last, u.column = u.last-size, u.column-unitsOf(r)
	}
	return line, u.column + 1
}

// unitsOf is how many UTF-16 code units a character takes.
func unitsOf(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}
