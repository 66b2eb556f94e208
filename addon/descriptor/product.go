package descriptor

import (
	"bytes"
	"slices"
)

// choose finds whose rules apply: the product asked for, else those whose module types,
// locations or events appear, else both.
func (k *Checker) choose(root Node) []Product {
	if k.Product == Jira || k.Product == Confluence {
		return []Product{k.Product}
	}
	var found evidence
	for kind := range root.Child("modules").Children() {
		m := k.c.Modules[string(kind.keyBytes())]
		if m == nil {
			continue
		}
		if len(m.Products) == 1 {
			found.add(m.Products[0])
			continue
		}
		for n := range modulesOf(kind) {
			k.evidence(n, &found)
		}
	}
	if found.jira != found.confluence {
		if found.jira {
			return []Product{Jira}
		}
		return []Product{Confluence}
	}
	return []Product{Jira, Confluence}
}

// evidence is which products a text has names of.
type evidence struct{ jira, confluence bool }

func (e *evidence) add(p Product) {
	e.jira = e.jira || p == Jira
	e.confluence = e.confluence || p == Confluence
}

// evidence looks for names in a module of a shared type that only one product has.
func (k *Checker) evidence(n Node, found *evidence) {
	for m := n.First(); m.Exists(); m = m.Next() {
		switch string(m.keyBytes()) {
		case "event":
			if events := k.c.events[string(m.bytes())]; len(events) == 1 {
				found.add(events[0].Product)
			}
		case "location":
			if locations := k.c.locations[string(m.bytes())]; len(locations) == 1 {
				found.add(locations[0].Product)
			}
		case "conditions":
			k.evidenceOfConditions(m, found)
		case "url":
			for name := range parametersOf(m.bytes()) {
				if p := k.c.parameters[string(name)]; p != nil {
					found.add(p.Product)
				}
			}
		}
	}
}

func (k *Checker) evidenceOfConditions(n Node, found *evidence) {
	for c := range n.Children() {
		if condition := k.c.conditions[string(c.Child("condition").bytes())]; condition != nil && len(condition.Products) == 1 {
			found.add(condition.Products[0])
		}
	}
}

// active are the products whose rules hold for the module being looked at.
func (k *Checker) active() []Product {
	if k.module == nil || len(k.module.Products) != 1 {
		return k.products
	}
	return k.module.Products
}

// applies tells whether a name that one product has is fine here.
func (k *Checker) applies(p Product) bool { return slices.Contains(k.active(), p) }

// Name is the product as people write it.
func (p Product) Name() string {
	switch p {
	case Jira:
		return "JIRA"
	case Confluence:
		return "Confluence"
	}
	return string(p)
}

// activeNames lists the active products for a message.
func (k *Checker) activeNames() string {
	names := ""
	for i, p := range k.active() {
		if i > 0 {
			names += " or "
		}
		names += p.Name()
	}
	return names
}

// otherProduct recognises descriptors of products with the same file name but other rules,
// and says so instead of listing what they do differently. Source: descriptor.md §2.
func (k *Checker) otherProduct(root Node) bool {
	product, n := "HipChat", root.Child("capabilities")
	if n.Kind() != Object {
		product, n = "Bitbucket", root.Child("contexts")
	}
	if k.hasOwnModules(root) {
		return false
	}
	if n.Kind() != Object && n.Kind() != Array {
		n = bitbucketLocation(root)
	}
	if !n.Exists() {
		return false
	}
	k.add(finding{rule: ruleOtherProduct, node: n, at: keyOf(n)},
		"this is a %s descriptor (%s says so); JIRA and Confluence do not install it, and no other rule was checked", product, shown(n.Key()))
	return true
}

// bitbucketLocation is a location by which Bitbucket's descriptors can be told.
func bitbucketLocation(root Node) Node {
	for kind := range root.Child("modules").Children() {
		for m := range modulesOf(kind) {
			if location := m.Child("location"); bytes.HasPrefix(location.bytes(), []byte("org.bitbucket.")) {
				return location
			}
		}
	}
	return Node{}
}

// hasOwnModules tells whether there are module types only JIRA or only Confluence has.
func (k *Checker) hasOwnModules(root Node) bool {
	for kind := range root.Child("modules").Children() {
		if m := k.c.Modules[string(kind.keyBytes())]; m != nil && len(m.Products) == 1 {
			return true
		}
	}
	return false
}
