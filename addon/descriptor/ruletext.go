package descriptor

// RuleText explains a rule to people: what it checks, why hosts care, and how it looks wrong and
// right. The examples are descriptors; checked with the options of the text, the bad one raises
// this rule alone and the good one none.
type RuleText struct {
	Rule    Rule
	Checks  string // what is checked, in a sentence or two
	Why     string // why hosts or people care
	Fix     string // what to do
	Bad     string // as it is shown: "..." stands for what is repeated
	Good    string
	Options Options // under which the examples are judged
	Sources []string

	repeat string // what stands for "..." in the bad example, times over
	times  int
}

// Example is the bad example whole, with nothing left out.
func (r *RuleText) Example() string {
	if r.times == 0 {
		return r.Bad
	}
	return expand(r.Bad, r.repeat, r.times)
}

// RuleText finds the text of a rule by the rule's id; nil when there is no such rule.
func (c *Catalogue) RuleText(rule string) *RuleText { return c.texts[rule] }
