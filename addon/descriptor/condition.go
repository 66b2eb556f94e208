package descriptor

import (
	"bytes"
	"slices"
	"strings"
)

// condition checks the name of a condition, its parameters, and whether it can be evaluated
// where it stands. Source: descriptor.md §4; descriptor-facts.json (page-condition-context).
func (k *Checker) condition(n Node) {
	if isRemote(n.bytes()) {
		return
	}
	c := k.c.conditions[string(n.bytes())]
	if c == nil {
		name := n.Text()
		near := k.suggest(name, k.conditionNames)
		k.add(finding{rule: ruleCondition, node: n, fix: rename(n, near)},
			"no condition %s is known in %s; hosts may refuse the descriptor%s", shown(name), k.activeNames(), didYouMean(near))
		return
	}
	if !slices.ContainsFunc(c.Products, k.applies) {
		k.add(finding{rule: ruleCondition, node: n}, "%s is a condition of %s; it is not known in %s", shown(c.Name), c.Products[0].Name(), k.activeNames())
		return
	}
	name := c.Name
	k.outdated(n, c.Status, c.Span, "condition", c.Help)
	params := n.Parent().Child("params")
	k.conditionParams(n, c, params)
	if k.module != nil && k.module.ContextFree && !contextFree(c, params) {
		k.add(finding{rule: rulePageCondition, node: n},
			"%s needs the context of an issue, project or page, which %s do not have; the host refuses the descriptor", shown(name), quote(k.module.Type))
	}
}

// isRemote tells whether the add-on itself answers the condition.
func isRemote(name []byte) bool {
	return bytes.HasPrefix(name, []byte("/")) || bytes.HasPrefix(name, []byte("http"))
}

// contextFree tells whether a condition can be evaluated without a page's context: always, or
// because it asks for properties of the add-on only.
func contextFree(c *Condition, params Node) bool {
	switch c.ContextFree {
	case "always":
		return true
	case "addon":
		return strings.EqualFold(params.Child("entity").Text(), "addon") || params.Child("entity").HasPlaceholder()
	}
	return strings.HasPrefix(c.Name, "addon_property_")
}

// PageUse tells whether a condition can stand on general and administration pages, which have no issue,
// project or content to ask about. Source: descriptor.md §4.
type PageUse string

// The uses of conditions on pages.
const (
	PageUseAny   PageUse = "any"
	PageUseAddon PageUse = "addon" // with the parameter entity set to addon: for properties of the add-on
	PageUseNone  PageUse = "none"
)

// OnPages tells whether the condition can stand on pages.
func (c *Condition) OnPages() PageUse {
	switch {
	case c.ContextFree == "addon":
		return PageUseAddon
	case contextFree(c, Node{}):
		return PageUseAny
	}
	return PageUseNone
}

func (k *Checker) conditionParams(n Node, c *Condition, params Node) {
	for _, p := range c.Params {
		given := params.Child(p.Name)
		if !given.Exists() {
			if !p.Optional {
				k.add(finding{rule: ruleConditionParams, node: n}, "the condition %s needs the parameter %s in params", shown(c.Name), quote(p.Name))
			}
			continue
		}
		text := given.Text()
		if p.Known != nil {
			k.knownParam(c, p, given)
		}
		if p.Values == nil || given.Kind() != String || given.HasPlaceholder() || slices.ContainsFunc(p.Values, func(v string) bool { return strings.EqualFold(v, text) }) {
			continue
		}
		near := k.suggest(text, listed(p.Values))
		k.add(finding{rule: ruleConditionParams, node: given, fix: rename(given, near)}, "%s of the condition %s is one of %s, not %s%s",
			quote(p.Name), shown(c.Name), strings.Join(p.Values, ", "), raw(given), didYouMean(near))
	}
}

// knownParam tells of a value that is much like a known one. Others are left alone: add-ons have
// permissions of their own, and old hosts other names for theirs.
func (k *Checker) knownParam(c *Condition, p Param, given Node) {
	text := given.Text()
	if given.Kind() != String || given.HasPlaceholder() || strings.Contains(text, "__") || slices.Contains(p.Known, text) {
		return
	}
	if near := k.suggest(text, listed(p.Known)); near != "" {
		k.add(finding{rule: ruleConditionParams, severity: Info, node: given, fix: rename(given, near)},
			"no %s %s of the condition %s is known%s", p.Name, raw(given), shown(c.Name), didYouMean(near))
	}
}

func (k *Checker) conditionNames() []string {
	var names []string
	for i := range k.c.Conditions {
		if c := &k.c.Conditions[i]; slices.ContainsFunc(c.Products, k.applies) {
			names = append(names, c.Name)
		}
	}
	return names
}
