package descriptor

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"connect-workbench/sharedtest"

	"connect-workbench/addon/descriptor/descriptortest"
)

// realTexts are descriptors people wrote, and ours.
func realTexts(t *testing.T) []string {
	t.Helper()
	texts := []string{sample, string(descriptortest.Generated(4000))}
	folder := filepath.Dir(sharedtest.File(t, "descriptors/expected.json"))
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if filepath.Base(file) == "expected.json" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

// every calls f for each value of a tree.
func every(n Node, f func(Node)) {
	f(n)
	for c := range n.Children() {
		every(c, f)
	}
}

// TestWhatPeopleWroteIsOffered empties each known name and value of real descriptors and finds it
// offered in its place, with the rest of the text behind it and with the text cut off there.
func TestWhatPeopleWroteIsOffered(t *testing.T) {
	tried := 0
	asked := NewChecker(BuiltIn())
	for _, text := range realTexts(t) {
		k := NewChecker(BuiltIn())
		k.Check([]byte(text), Options{})
		if k.report.Product == "" || len(k.tree.faults) > 0 {
			continue
		}
		chosen := Options{Product: Auto}
		if len(k.products) == 1 {
			chosen.Product = k.products[0] // what is taken away may be what told the product
		}
		every(k.tree.Root(), func(n Node) {
			if from, to := n.KeyRange(); to > 0 && k.known(n) {
				tried++
				asked.offered(t, text, from+1, to-1, chosen)
			}
			if from, to := n.Range(); n.Kind() == String && k.offers(n) {
				tried++
				asked.offered(t, text, from+1, to-1, chosen)
			}
		})
	}
	if tried < 3000 {
		t.Errorf("only %d names were tried", tried)
	}
}

// known tells whether the catalogue has the property, so that it should be offered.
func (k *Checker) known(n Node) bool {
	if k.isModules(n.Parent()) {
		m := k.c.Modules[n.Key()]
		return m != nil && k.knows(m)
	}
	for _, v := range k.expected(n.Parent()) {
		for _, form := range k.branches(n.Parent(), v, Node{}) {
			if f := form.Field(n.Key()); f != nil && f.Status == Current {
				return true
			}
		}
	}
	return false
}

// offers tells whether a string is one of those the catalogue has for its place.
func (k *Checker) offers(n Node) bool {
	text := n.Text()
	if n.HasPlaceholder() {
		return false
	}
	k.enclosing(n)
	for _, v := range k.expected(n) {
		switch {
		case v.Names == "scope":
			return slices.ContainsFunc(k.c.Scopes, func(s Scope) bool { return s.Name == text && slices.ContainsFunc(s.Products, k.applies) })
		case slices.Contains(v.Enum, text):
			return true
		case v.Names == "event":
			return slices.ContainsFunc(k.c.events[text], func(e *Event) bool { return k.applies(e.Product) })
		case v.Names == "condition":
			c := k.c.conditions[text]
			return c != nil && slices.ContainsFunc(c.Products, k.applies) && (!k.module.ContextFree || c.OnPages() != PageUseNone)
		case v.Names == "location":
			return slices.ContainsFunc(k.c.locations[text], func(l *Location) bool {
				return k.applies(l.Product) && l.Status != Refused && slices.Contains(l.Modules, k.module.Type)
			})
		}
	}
	return false
}

// offered empties a stretch of a text, which stands in quotes, and looks for it among the items:
// with nothing typed while the rest of the text stands there, and half typed at the end of a text.
func (k *Checker) offered(t *testing.T, text string, from, to int, o Options) {
	t.Helper()
	want := text[from:to]
	for _, half := range []struct {
		text string
		at   int
	}{{text[:from] + text[to:], from}, {text[:from+len(want)/2+1], from + len(want)/2 + 1}} {
		items := k.Complete([]byte(half.text), half.at, o).Items
		if !slices.ContainsFunc(items, func(i Item) bool { return strings.EqualFold(i.Label, want) }) {
			t.Fatalf("%q is not offered behind …%s", want, half.text[max(0, half.at-200):half.at])
		}
	}
}

// TestRealTextsStillParse accepts everything at random places of real descriptors.
func TestRealTextsStillParse(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 9))
	k := NewChecker(BuiltIn())
	for _, text := range realTexts(t) {
		if len(Parse([]byte(text)).faults) > 0 {
			continue
		}
		for range 30 {
			acceptAll(t, k, text, rnd.IntN(len(text)+1))
		}
	}
}
