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
	found := make(map[Product]bool)
	for kind := range root.Child("modules").Children() {
		m := k.c.Modules[kind.Key()]
		if m == nil {
			continue
		}
		if len(m.Products) == 1 {
			found[m.Products[0]] = true
			continue
		}
		for n := range modulesOf(kind) {
			k.evidence(n, found)
		}
	}
	if len(found) == 1 {
		for p := range found {
			return []Product{p}
		}
	}
	return []Product{Jira, Confluence}
}

// evidence looks for names in a module of a shared type that only one product has.
func (k *Checker) evidence(n Node, found map[Product]bool) {
	if events := k.c.events[n.Child("event").Text()]; len(events) == 1 {
		found[events[0].Product] = true
	}
	if locations := k.c.locations[n.Child("location").Text()]; len(locations) == 1 {
		found[locations[0].Product] = true
	}
	for c := range n.Child("conditions").Children() {
		if condition := k.c.conditions[c.Child("condition").Text()]; condition != nil && len(condition.Products) == 1 {
			found[condition.Products[0]] = true
		}
	}
	for name := range parametersOf(n.Child("url").bytes()) {
		if p := k.c.parameters[string(name)]; p != nil {
			found[p.Product] = true
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

// productName is the product as people write it.
func productName(p Product) string {
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
		names += productName(p)
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
	if n.Kind() != Object && n.Kind() != Array {
		n = bitbucketLocation(root)
	}
	if !n.Exists() || k.hasOwnModules(root) {
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

// hasOwnModules tells whether there are module types only Jira or only Confluence has.
func (k *Checker) hasOwnModules(root Node) bool {
	for kind := range root.Child("modules").Children() {
		if m := k.c.Modules[kind.Key()]; m != nil && len(m.Products) == 1 {
			return true
		}
	}
	return false
}
