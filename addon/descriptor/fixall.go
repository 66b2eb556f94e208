package descriptor

import (
	"cmp"
	"slices"
)

// Fixed is a text all of whose fixes have been applied.
type Fixed struct {
	Text  []byte
	Edits []Edit    // from the text as it was, sorted
	Cured []Problem // each as it was when its fix came to it
}

// maxFixWork bounds how much text is checked anew, in bytes; a problem counts as [problemWork] of them. It
// is a second or two. Each round fixes something, so that only a text with hundreds of problems in one
// object or array comes near; what is then left to fix is fixed by the next call.
const (
	maxFixWork  = 400 << 20
	problemWork = 1 << 10
)

// FixAll applies all fixes of a text, also those that others make possible, until there is nothing
// left to fix, or too much work to do at once. Fixes that add to the same object or array, or take from
// it, are applied one after the other, since one may change what the next has to say.
func FixAll(text []byte, o Options) Fixed { return NewChecker(BuiltIn()).FixAll(text, o) }

// FixAll is like the function of this name.
func (k *Checker) FixAll(text []byte, o Options) Fixed {
	changed := newPieces(text)
	now := text
	var cured []Problem
	for work := 0; work < maxFixWork; {
		problems := k.Check(now, o).Problems
		work += len(now) + problemWork*len(problems)
		edits, fixed := k.compatible(problems)
		if len(fixed) == 0 {
			break
		}
		changed.apply(edits)
		now = changed.text()
		cured = append(cured, fixed...)
	}
	return Fixed{Text: now, Edits: changed.edits(), Cured: cured}
}

// compatible are the edits of as many fixes as can be applied together, and the problems they fix.
func (k *Checker) compatible(problems []Problem) (edits []Edit, fixed []Problem) {
	touched := make(map[int32]bool)
	end := -1
	syntax := slices.ContainsFunc(problems, func(p Problem) bool { return p.Fix != nil && isSyntax(p) })
	for _, p := range inOrder(problems) {
		if isSyntax(p) != syntax { // first make the text legible
			continue
		}
		own := slices.SortedFunc(slices.Values(p.Fix.Edits), func(a, b Edit) int { return cmp.Compare(a.Offset, b.Offset) })
		if own[0].Offset <= end {
			continue
		}
		around := k.tree.NodeAt(own[0].Offset)
		switch {
		case syntax:
		case within(own, around):
			touched[around.i] = true
		case touched[around.i] || touched[around.Parent().i]:
			continue
		default:
			touched[around.i], touched[around.Parent().i] = true, true
		}
		edits = append(edits, own...)
		end = own[len(own)-1].End
		fixed = append(fixed, p)
	}
	return edits, fixed
}

// within tells whether edits only write another value in the place of a scalar one: what stands around
// it does not change.
func within(edits []Edit, n Node) bool {
	from, to := n.Range()
	return !n.isContainer() && edits[0].Offset >= from && edits[0].End > from && edits[len(edits)-1].End <= to
}

func isSyntax(p Problem) bool { return len(p.Rule) > 7 && p.Rule[:7] == "syntax." }

// inOrder are the problems that have a fix, in the order of their first edits.
func inOrder(problems []Problem) []Problem {
	fixable := slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.Fix == nil })
	slices.SortStableFunc(fixable, func(a, b Problem) int {
		return cmp.Compare(a.Fix.Edits[0].Offset, b.Fix.Edits[0].Offset)
	})
	return fixable
}
