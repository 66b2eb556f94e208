package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"connect-workbench/addon/descriptor"
)

// explanation is the JSON form of a rule's text.
type explanation struct {
	Rule     string              `json:"rule"`
	Severity descriptor.Severity `json:"severity"`
	Title    string              `json:"title"`
	Checks   string              `json:"checks"`
	Why      string              `json:"why"`
	Fix      string              `json:"fix"`
	Bad      string              `json:"bad"`
	Good     string              `json:"good"`
	Sources  []string            `json:"sources"`
}

// explain prints what is known about the rules named, or the list of all.
func (c validateCommand) explain(env Env) error {
	catalogue := descriptor.BuiltIn()
	texts := make([]*descriptor.RuleText, 0, len(c.Files))
	for _, id := range c.Files {
		text := catalogue.RuleText(id)
		if text == nil {
			return unknownRule(catalogue, id)
		}
		texts = append(texts, text)
	}
	if len(texts) == 0 {
		for i := range catalogue.Texts {
			texts = append(texts, &catalogue.Texts[i])
		}
	}
	switch {
	case c.Format == "json":
		return writeJSON(env.Stdout, explanations(texts))
	case c.Format != "text":
		return fmt.Errorf("rules are explained as text or json, not as %s", c.Format)
	case len(c.Files) == 0:
		listRules(env.Stdout, texts)
		return nil
	}
	for i, text := range texts {
		if i > 0 {
			fmt.Fprintln(env.Stdout)
		}
		printRule(env.Stdout, text)
	}
	return nil
}

func unknownRule(c *descriptor.Catalogue, id string) error {
	var ids []string
	for i := range c.Texts {
		ids = append(ids, c.Texts[i].Rule.ID)
	}
	near := descriptor.Nearest(id, ids)
	if i := slices.IndexFunc(ids, func(known string) bool { return strings.HasSuffix(known, "."+id) }); i >= 0 {
		near = ids[i]
	}
	if near != "" {
		return fmt.Errorf("there is no rule %q; did you mean %s?", id, near)
	}
	return fmt.Errorf("there is no rule %q; --explain alone lists them", id)
}

func explanations(texts []*descriptor.RuleText) []explanation {
	list := make([]explanation, 0, len(texts))
	for _, t := range texts {
		list = append(list, explanation{
			Rule: t.Rule.ID, Severity: t.Rule.Severity, Title: t.Rule.Title, Checks: t.Checks, Why: t.Why,
			Fix: t.Fix, Bad: t.Bad, Good: t.Good, Sources: t.Sources,
		})
	}
	return list
}

func listRules(w io.Writer, texts []*descriptor.RuleText) {
	table := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, t := range texts {
		fmt.Fprintf(table, "%s\t%s\t%s\n", t.Rule.ID, t.Rule.Severity, t.Rule.Title)
	}
	table.Flush()
}

func printRule(w io.Writer, t *descriptor.RuleText) {
	fmt.Fprintf(w, "%s (%s)\n%s.\n\n", t.Rule.ID, t.Rule.Severity, t.Rule.Title)
	fmt.Fprintf(w, "Checked   %s\nWhy       %s\nDo        %s\n", t.Checks, t.Why, t.Fix)
	if judged := judgedBy(t.Options); judged != "" {
		fmt.Fprintf(w, "Example   %s\n", judged)
	}
	fmt.Fprintf(w, "\nWrong:\n%s\n\nRight:\n%s\n\nSources: %s\n", indented(t.Bad), indented(t.Good), strings.Join(t.Sources, ", "))
}

// judgedBy says under which options an example is wrong, "" for those that need none.
func judgedBy(o descriptor.Options) string {
	var parts []string
	if o.Product != "" {
		parts = append(parts, "--product "+string(o.Product))
	}
	if o.Era != "" {
		parts = append(parts, "--era "+string(o.Era))
	}
	return strings.Join(parts, " ")
}

func indented(text string) string {
	if text == "" {
		return "    (an empty file)"
	}
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}
