package descriptor

import (
	"bytes"
	"strings"
)

// oneOf checks a value that may have one of several forms against the form it is meant to
// have, so that the message is about that one. Where another form lets the value pass, hosts
// accept it, and what is wrong with the meant one is only a warning.
func (k *Checker) oneOf(n Node, v *Value) {
	if k.quiet > 0 {
		k.quietOneOf(n, v)
		return
	}
	from := len(k.problems)
	meant := k.meant(n, v)
	k.value(n, meant.Value)
	if wrong := shapeErrors(k.problems[from:]); len(wrong) > 0 && k.passes(n, v, meant) {
		if meant.Strict { // the form is one that schemas let pass: it is the host that refuses it
			for _, p := range wrong {
				p.Rule = ruleReference.ID
			}
			return
		}
		for _, p := range wrong {
			p.Severity = Warning
		}
		k.report.Errors -= len(wrong)
		k.report.Warnings += len(wrong)
	}
}

// shapeErrors are the errors that say a value is not of its form.
func shapeErrors(problems []Problem) []*Problem {
	var found []*Problem
	for i := range problems {
		if p := &problems[i]; p.Severity == Error && strings.HasPrefix(p.Rule, "shape.") {
			found = append(found, p)
		}
	}
	return found
}

// quietOneOf counts the errors of the best branch.
func (k *Checker) quietOneOf(n Node, v *Value) {
	best := -1
	for _, b := range v.Branches {
		if e, _ := k.quietly(func() { k.value(n, b.Value) }); best < 0 || e < best {
			best = e
		}
	}
	k.count += max(best, 0)
}

func (k *Checker) passes(n Node, v *Value, but *Branch) bool {
	for i := range v.Branches {
		if b := &v.Branches[i]; b != but && k.fits(n, b.Value) {
			return true
		}
	}
	return false
}

// meant is the form the value most likely is to have: the one its discriminator names, else
// the one with the fewest errors.
func (k *Checker) meant(n Node, v *Value) *Branch {
	var kind []byte
	if v.By != "" {
		kind = n.Parent().Child(v.By).bytes()
	}
	var candidates []*Branch
	for i := range v.Branches {
		b := &v.Branches[i]
		if b.When != "" && bytes.EqualFold([]byte(b.When), kind) || b.Has != "" && n.Child(b.Has).Exists() {
			return b
		}
		if b.Has == "" {
			candidates = append(candidates, b)
		}
	}
	if len(candidates) == 1 {
		return candidates[0]
	}
	var best *Branch
	lowest := 0
	for _, b := range candidates {
		errors, typos := k.quietly(func() { k.value(n, b.Value) })
		score := 4*errors + 2*typos
		if wrongType(n, b.Value) {
			score += 1000
		}
		if best == nil || score < lowest {
			best, lowest = b, score
		}
	}
	return best
}

// wrongType tells whether the value's "type" names another form than this.
func wrongType(n Node, v *Value) bool {
	f := v.Field("type")
	return f != nil && len(f.Value.Enum) == 1 && n.Child("type").Kind() == String && !inEnum(n.Child("type").bytes(), f.Value.Enum)
}
