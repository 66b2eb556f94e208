package descriptor

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Options say whose rules a text is checked by. The zero value finds out the product and
// applies the rules of production.
type Options struct {
	Product Product // Auto (or ""): chosen by modules, events and locations
	Era     Era     // of the host; "": CloudNow
	DevMode bool    // the add-on runs on the developer's machine: http is fine on loopback
}

// Report is what Check found.
type Report struct {
	Product  Product   // Jira, Confluence, or Both; "" for a descriptor of another product
	Problems []Problem // by offset
	Errors   int       // all errors, also those beyond maxProblems
	Warnings int       // all warnings
	Omitted  int       // problems counted but not listed
}

// Both is the Product of a Report whose text fits, or has to fit, both products.
const Both Product = "jira+confluence"

// usualProblems is for how many problems memory is taken at once.
const usualProblems = 4

// maxProblems are listed at most, so that a text of the wrong kind cannot flood its reader.
const maxProblems = 2000

// Check reports all problems of a text: what is no JSON, what has not the form the catalogue
// asks for, and what the host would refuse or not do. It never fails, and a text of one
// megabyte takes it some ten milliseconds.
//
// Sources: descriptor.md §2 to §9; descriptor-facts.json (semanticRules).
func Check(text []byte, o Options) Report { return NewChecker(BuiltIn()).Check(text, o) }

// Checker checks one text after the other and re-uses its memory. It is for one goroutine.
type Checker struct {
	c       *Catalogue
	tree    Tree
	scratch Tree // of what a fix would write
	Options

	products []Product  // whose rules apply
	keys     moduleKeys // of two that are the same the first
	keyed    []Node     // the same in the order of the text
	repeated bool       // some key is there twice
	problems []Problem
	report   Report

	foreign bool    // the text is no UTF-8, and nothing in it can be fixed
	style   *style  // of the text, once a fix had to know
	renamed renamed // the last names in braces that have a fix

	module *Module // type being looked at, nil outside of modules

	quiet int // above 0: problems are only counted
	count int // errors seen while quiet
	typos int // unknown properties seen while quiet
}

// NewChecker makes a checker over a catalogue.
func NewChecker(c *Catalogue) *Checker { return &Checker{c: c, keys: newModuleKeys()} }

// Check is like the function of this name.
func (k *Checker) Check(text []byte, o Options) Report {
	k.tree.Parse(text)
	k.Options, k.report, k.problems, k.style, k.renamed = o, Report{}, nil, nil, renamed{}
	clear(k.keys.first)
	k.keyed, k.repeated = k.keyed[:0], false
	k.syntax()
	if root := k.tree.Root(); root.Kind() != Missing && root.Kind() != Invalid {
		k.descriptor(root)
	}
	k.place()
	k.report.Problems = k.problems
	return k.report
}

// syntax takes over what the parser has found.
func (k *Checker) syntax() {
	// Zero bytes are no text in UTF-8: the file has another encoding, such as UTF-16.
	k.foreign = len(k.tree.faults) > 0 && bytes.IndexByte(k.tree.text, 0) >= 0
	for _, f := range k.tree.faults {
		n := k.tree.NodeAt(f.Offset)
		f.Pointer = n.Pointer()
		if f.Rule == ruleDuplicateKey.ID {
			f.Fix = removeTwin(n)
		}
		k.keep(f)
	}
	k.report.Omitted += k.tree.omitted
	k.report.Errors += k.tree.omitted
}

func (k *Checker) keep(p Problem) {
	if k.foreign {
		p.Fix = nil
	}
	switch p.Severity {
	case Error:
		k.report.Errors++
	case Warning:
		k.report.Warnings++
	}
	if len(k.problems) >= maxProblems {
		k.report.Omitted++
		return
	}
	if k.problems == nil {
		k.problems = make([]Problem, 0, usualProblems)
	}
	k.problems = append(k.problems, p)
}

func (k *Checker) descriptor(root Node) {
	if root.Kind() == Object && k.otherProduct(root) {
		return
	}
	k.products = k.choose(root)
	k.report.Product = Both
	if len(k.products) == 1 {
		k.report.Product = k.products[0]
	}
	k.collectKeys(root)
	k.value(root, k.c.Descriptor)
	if root.Kind() == Object {
		k.modules(root.Child("modules"))
		k.meaning(root)
	}
}

// finding is one problem about to be reported.
type finding struct {
	rule     *Rule
	severity Severity // "": the rule's
	node     Node     // whose pointer is given
	at       Range    // zero: the node's value
	fix      *Fix
}

// Range is a stretch of bytes, end exclusive.
type Range struct{ From, To int }

// keyOf is the range of the node's key, or of its first byte when it has none.
func keyOf(n Node) Range {
	if from, to := n.KeyRange(); to > 0 {
		return Range{from, to}
	}
	from, to := n.Range()
	return Range{from, min(from+1, to)}
}

// add reports a finding, or counts it while quiet.
func (k *Checker) add(f finding, format string, args ...any) {
	severity := cmp.Or(f.severity, f.rule.Severity)
	if k.quiet > 0 {
		if severity == Error {
			k.count++
		}
		return
	}
	if f.at == (Range{}) {
		f.at.From, f.at.To = f.node.Range()
	}
	k.keep(Problem{
		Severity: severity, Rule: f.rule.ID, Message: fmt.Sprintf(format, args...),
		Pointer: f.node.Pointer(), Offset: f.at.From, End: f.at.To, Fix: f.fix,
	})
}

// quietly counts the errors of what f does, and unknown properties apart, without reporting.
func (k *Checker) quietly(f func()) (errors, typos int) {
	count, before := k.count, k.typos
	k.count, k.typos = 0, 0
	k.quiet++
	f()
	k.quiet--
	errors, typos = k.count, k.typos
	k.count, k.typos = count, before
	return errors, typos
}

// place sorts the problems and gives them lines and columns.
func (k *Checker) place() {
	slices.SortStableFunc(k.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.End, b.End))
	})
	at := newLocator(&k.tree)
	for i := range k.problems {
		p := &k.problems[i]
		p.Line, p.Column = at.locate(p.Offset)
		if k.tree.lineOf(p.End) == p.Line {
			p.EndLine, p.EndColumn = p.Line, p.Column+utf8.RuneCount(k.tree.text[p.Offset:p.End])
		} else {
			p.EndLine, p.EndColumn = k.tree.LineColumn(p.End)
		}
	}
}
