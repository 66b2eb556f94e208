package descriptor

import (
	"bytes"
	"slices"
	"strings"
)

// modules checks the modules property: each type against the products, each module against
// its type.
func (k *Checker) modules(n Node) {
	for kind := range n.Children() {
		m := k.c.Modules[string(kind.keyBytes())]
		if m == nil {
			k.unknownModule(n, kind)
			continue
		}
		k.module = m
		if k.moduleAllowed(kind, m) {
			k.modulesOfType(kind, m)
		}
		if m.Type == "confluenceContentProperties" {
			k.searchKeys(kind)
		}
		k.module = nil
	}
}

func (k *Checker) modulesOfType(kind Node, m *Module) {
	switch kind.Kind() {
	case Missing, Invalid, Placeholder:
		return
	}
	want := Array
	if m.Single {
		want = Object
	}
	if !k.kind(kind, m.whole, want) {
		return
	}
	if m.Single {
		k.oneModule(kind, m)
		return
	}
	for c := kind.First(); c.Exists(); c = c.Next() {
		k.oneModule(c, m)
	}
}

func (k *Checker) oneModule(n Node, m *Module) {
	k.value(n, m.Value)
	if n.Kind() == Object {
		k.uniqueKey(n)
		k.moduleMeaning(n, m.Type)
	}
}

// unknownModule reports a module type no product has. Schemas let it pass; hosts refuse the
// whole descriptor. Source: descriptor.md §3.
func (k *Checker) unknownModule(modules, n Node) {
	if n.at().flags&doubtfulKey != 0 || n.Kind() == Missing { // still being typed
		return
	}
	if strings.HasPrefix(n.Key(), "jira:") || strings.HasPrefix(n.Key(), "confluence:") {
		k.add(finding{rule: ruleUnknownModule, node: n, at: keyOf(n)}, "%s is a module of Forge; Connect hosts refuse to install the descriptor", shown(n.Key()))
		return
	}
	near := k.suggest(n.Key(), k.typeNames)
	f := finding{rule: ruleUnknownModule, node: n, at: keyOf(n)}
	if near != "" && !modules.Child(near).Exists() && k.fits(n, k.c.Modules[near].whole) {
		f.fix = replace("Rename to "+near, f.at.From, f.at.To, quote(near))
	}
	k.add(f, "no module type %s is known in %s; the host refuses to install the descriptor%s", shown(n.Key()), k.activeNames(), didYouMean(near))
}

func (k *Checker) typeNames() []string {
	var names []string
	for _, t := range k.c.types {
		if k.knows(k.c.Modules[t]) {
			names = append(names, t)
		}
	}
	return names
}

// knows tells whether a product that is checked for has a module type and still installs it.
func (k *Checker) knows(m *Module) bool {
	if !m.Span.In(k.Era) || m.Span.settled(m.Status, k.Era) == Removed {
		return false
	}
	for _, p := range k.products {
		if m.In(p) {
			return true
		}
	}
	return false
}

// moduleAllowed reports module types of the other product and those whose day is over; false
// when the host would not look at the modules at all.
func (k *Checker) moduleAllowed(n Node, m *Module) bool {
	f := finding{node: n, at: keyOf(n)}
	status := m.Span.settled(m.Status, k.Era)
	switch {
	case !m.Span.began(k.Era) && slices.ContainsFunc(k.products, m.In) && k.tooNew(n, f.at, m.Span, Error, "the module type "+shown(m.Type)):
		return false
	case status == Removed:
		f.rule = ruleUnknownModule
		k.add(f, "%s has been removed: the host refuses to install the descriptor", quote(m.Type))
		return false
	case !slices.ContainsFunc(k.products, m.In):
		f.rule = ruleModuleProduct
		k.add(f, "%s is a module type of %s; %s refuses to install the descriptor", quote(m.Type), m.Products[0].Name(), k.products[0].Name())
		return false
	case status == Legacy:
		f.rule = ruleOutdated
		k.add(f, "%s is known to old hosts only. %s", quote(m.Type), m.Help)
	case status == Deprecated:
		f.rule = ruleDeprecated
		k.add(f, "%s has a successor. %s", quote(m.Type), m.Help)
	}
	return true
}

// moduleMeaning checks what only one module type has.
func (k *Checker) moduleMeaning(n Node, kind string) {
	switch kind {
	case "webItems":
		k.webItem(n)
	case "webPanels":
		k.webPanel(n)
	case "webhooks":
		k.webhook(n)
	case "jiraIssueFields":
		k.issueField(n)
	case "dynamicContentMacros", "staticContentMacros":
		k.macro(n)
	case "contentBylineItems":
		k.bylineItem(n)
	case "publishConditions":
		if c := n.Child("context"); c.Kind() == String && !c.HasPlaceholder() && !strings.EqualFold(c.Text(), "addon") {
			k.add(finding{rule: rulePublishContext, node: c, fix: rename(c, "addon")}, "publish conditions are asked of the add-on; no other context is supported")
		}
	}
}

// Values that tell where a link leads.
var dialogModule, pageContext = []byte("dialogmodule"), []byte("page")

// webItem checks where the link leads. Source: descriptor.md §3 (URLs, cross references).
func (k *Checker) webItem(n Node) {
	target, url := n.Child("target"), n.Child("url")
	if bytes.EqualFold(target.Child("type").bytes(), dialogModule) {
		if !target.Child("options").Exists() {
			k.add(finding{rule: ruleReference, node: target, at: keyOf(target)}, `a target of type dialogmodule needs options with the key of a module of "dialogs"`)
		}
		return
	}
	if !url.Exists() && !target.HasPlaceholder() {
		k.add(finding{rule: ruleURLMissing, node: n, at: keyOf(n)}, `"url" is missing: only a target of type dialogmodule does without`)
		return
	}
	if !bytes.EqualFold(n.Child("context").bytes(), pageContext) || url.Kind() != String || url.HasPlaceholder() {
		return
	}
	if _, known := k.keys.find(url.bytes()); !known {
		near := k.suggest(strings.TrimPrefix(url.Text(), "/"), k.keysOf("*"))
		k.add(finding{rule: ruleReference, severity: Warning, node: url, fix: rename(url, near)},
			`with context "page" the url is the key of a page module, and no module has the key %s%s`, raw(url), didYouMean(near))
	}
}

// webPanel: panels reach JIRA's mobile apps at two locations only.
func (k *Checker) webPanel(n Node) {
	native := n.Child("supportsNative")
	if on, _ := native.Bool(); !on {
		return
	}
	switch location := n.Child("location"); location.Text() {
	case "atl.jira.view.issue.right.context", "atl.jira.view.issue.left.context":
	default:
		if location.Kind() == String && !location.HasPlaceholder() {
			k.add(finding{rule: ruleNative, node: native, fix: k.removal(native, "Remove it")}, `"supportsNative" works only at the two panel locations of the issue view, not at %s`, raw(location))
		}
	}
}

// webhook: a JQL filter is evaluated for issue and comment events only.
func (k *Checker) webhook(n Node) {
	filter, event := n.Child("filter"), n.Child("event")
	if len(filter.bytes()) == 0 || event.Kind() != String || event.HasPlaceholder() {
		return
	}
	for _, e := range k.c.events[string(event.bytes())] {
		if e.Filter && k.applies(e.Product) {
			return
		}
	}
	k.add(finding{rule: ruleWebhookFilter, node: filter, fix: k.removal(filter, "Remove the filter")}, "a filter works for jira:issue_ and comment_ events of JIRA only, not for %s", raw(event))
}

// issueField: read_only fields show a property, and only select fields have options.
func (k *Checker) issueField(n Node) {
	kind := strings.ToLower(n.Child("type").Text())
	if kind == "" || n.Child("type").HasPlaceholder() {
		return
	}
	if kind == "read_only" && !n.Child("property").Exists() {
		k.add(finding{rule: ruleField, node: n, at: keyOf(n.Child("type"))}, `a field of type read_only needs "property", the issue property it shows`)
	}
	if kind == "single_select" || kind == "multi_select" {
		return
	}
	for _, name := range [...]string{"extractions", "template"} {
		if c := n.Child(name); c.Exists() {
			k.add(finding{rule: ruleField, node: c, at: keyOf(c)}, "%s is for fields of type single_select and multi_select only", shown(name))
		}
	}
}

// bylineItem: until the content property is there, the fixed texts are shown.
func (k *Checker) bylineItem(n Node) {
	property := n.Child("contentPropertyKey")
	if !property.Exists() || n.Child("tooltip").Exists() && n.Child("icon").Exists() {
		return
	}
	k.add(finding{rule: ruleByline, node: property, at: keyOf(property)},
		`with "contentPropertyKey" give "tooltip" and "icon" too: they are shown where the property has none`)
}
