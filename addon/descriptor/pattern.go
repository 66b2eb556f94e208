package descriptor

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"unicode/utf8"
)

// Pattern is what a string must match, with words for it.
type Pattern struct {
	Name    string
	Source  string // regular expression; it may match anywhere unless it is anchored
	Expects string // "letters, digits and dashes"

	class *[utf8.RuneSelf]bool // of ^[class]+$, much the most common form
	expr  *regexp.Regexp
}

func newPattern(name, source, expects string) (*Pattern, error) {
	expr, err := regexp.Compile(source)
	if err != nil {
		return nil, fmt.Errorf("pattern %s: %w", name, err)
	}
	return &Pattern{Name: name, Source: source, Expects: expects, class: classOf(source), expr: expr}, nil
}

// classOf gives a table for an expression of the form ^[class]+$ over ASCII, nil for any other.
func classOf(source string) *[utf8.RuneSelf]bool {
	re, err := syntax.Parse(source, syntax.Perl)
	if err != nil || re.Op != syntax.OpConcat || len(re.Sub) != 3 || re.Sub[0].Op != syntax.OpBeginText ||
		re.Sub[1].Op != syntax.OpPlus || re.Sub[1].Sub[0].Op != syntax.OpCharClass || re.Sub[2].Op != syntax.OpEndText {
		return nil
	}
	var table [utf8.RuneSelf]bool
	ranges := re.Sub[1].Sub[0].Rune
	for i := 0; i < len(ranges); i += 2 {
		if ranges[i+1] >= utf8.RuneSelf {
			return nil
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			table[r] = true
		}
	}
	return &table
}

// Match tells whether the string fits.
func (p *Pattern) Match(s []byte) bool {
	if p.class == nil {
		return p.expr.Match(s)
	}
	for _, c := range s {
		if c >= utf8.RuneSelf || !p.class[c] {
			return false
		}
	}
	return len(s) > 0
}
