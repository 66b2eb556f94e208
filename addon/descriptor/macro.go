package descriptor

import "strings"

// macro checks what a macro's url is given. Hosts send a parameter only where the url names it,
// and no more than 128 characters of a body unless they post it.
// Source: descriptor.md §3 (field rules); descriptor-facts.json (contextParameterSyntax).
func (k *Checker) macro(n Node) {
	url := n.Child("url")
	if url.Kind() != String || url.HasPlaceholder() {
		return
	}
	text := url.bytes()
	sent := make(map[string]bool)
	for name := range parametersOf(text) {
		sent[string(name)] = true
	}
	for p := range n.Child("parameters").Children() {
		id := p.Child("identifier")
		if id.Kind() != String || id.HasPlaceholder() || id.Text() == "" || sent[id.Text()] {
			continue
		}
		k.add(finding{rule: ruleMacroParameter, node: id}, "the url of the macro does not have {%s}, so the add-on is not sent what people enter", shorten(id.Text()))
	}
	method := n.Child("renderingMethod")
	if sent["macro.body"] && !method.HasPlaceholder() && !strings.EqualFold(method.Text(), "post") {
		k.add(finding{rule: ruleMacroBody, node: url}, `{macro.body} is cut after 128 characters in a url; static macros can have it whole with "renderingMethod": "POST"`)
	}
}

// searchKeys checks that content properties do not take each other's names. They are unique even
// among the add-ons of a site. Source: descriptor-facts.json (property-key-fields).
func (k *Checker) searchKeys(kind Node) {
	taken := make(map[string]Node)
	for m := range modulesOf(kind) {
		for c := range m.Child("keyConfigurations").Children() {
			k.searchKey(taken, c.Child("propertyKey"))
			for e := range c.Child("extractions").Children() {
				k.searchKey(taken, e.Child("alias"))
			}
		}
	}
}

func (k *Checker) searchKey(taken map[string]Node, n Node) {
	if n.Kind() != String || n.HasPlaceholder() {
		return
	}
	id := n.Key() + " " + n.Text()
	first, twice := taken[id]
	if !twice {
		taken[id] = n
		return
	}
	from, _ := first.Range()
	k.add(finding{rule: ruleSearchKey, node: n}, "the %s %s is used in line %d already; it must be unique on the whole site", n.Key(), raw(n), k.tree.lineOf(from))
}
