package server

import (
	"net/url"
	"slices"
	"strings"

	"connect-workbench/addon/descriptor"
)

// module is one module of the descriptor that the host or a browser fetches from us.
type module struct {
	Type, Key, Name, URL string
}

// inline reports whether the host puts our answer into its own page instead of a frame.
func (m module) inline() bool { return m.Type == "staticContentMacros" }

// modulesOf lists what the descriptor's modules point to at the add-on. A web item of another
// context leads to the product or to a page, not here. Source: protocol descriptor.md §3.
func modulesOf(text []byte) []module {
	tree := descriptor.Parse(text)
	var list []module
	for _, entry := range tree.Outline() {
		node := tree.At(entry.Pointer)
		if entry.Type == "webhooks" || elsewhere(node.Child("context").Text()) {
			continue
		}
		targets := [...]descriptor.Node{node.Child("url"), node.Find("target", "url"), node.Find("editor", "url")}
		for _, target := range targets {
			if url := target.Text(); url != "" {
				list = append(list, module{entry.Type, entry.Key, entry.Name, url})
			}
		}
	}
	return list
}

func elsewhere(context string) bool {
	return strings.EqualFold(context, "product") || strings.EqualFold(context, "page")
}

// lifecycleAt lists the lifecycle callbacks with this path, sorted; frameworks often give all of
// them one address.
func lifecycleAt(d descriptor.Descriptor, path string) []string {
	var names []string
	for name, target := range d.Lifecycle {
		if matches(target, path) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func isWebhook(d descriptor.Descriptor, path string) bool {
	return slices.ContainsFunc(d.Webhooks, func(h descriptor.Webhook) bool { return matches(h.URL, path) })
}

// pageAt finds the module a page request is meant for. Of several with one path the one whose own
// query parameters are all there wins.
func pageAt(modules []module, path string, query url.Values) (module, bool) {
	var found module
	best := -1
	for _, m := range modules {
		if !matches(m.URL, path) {
			continue
		}
		if n := sharedParameters(m.URL, query); n > best {
			found, best = m, n
		}
	}
	return found, best >= 0
}

// sharedParameters counts the fixed parameters of a module URL that a query has; none counts when
// one is missing.
func sharedParameters(moduleURL string, query url.Values) int {
	_, raw, _ := strings.Cut(moduleURL, "?")
	n := 0
	for _, pair := range strings.Split(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name == "" || strings.Contains(pair, "{") {
			continue
		}
		if value, err := url.QueryUnescape(value); err != nil || query.Get(name) != value {
			return 0
		}
		n++
	}
	return n
}

// matches reports whether a request path, escapes as on the wire, can come from a URL of the
// descriptor. A variable in braces stands for any text within one segment.
func matches(descriptorURL, path string) bool {
	pattern, _, _ := strings.Cut(descriptorURL, "#")
	pattern, _, _ = strings.Cut(pattern, "?")
	if strings.Contains(pattern, "://") {
		return false
	}
	want := strings.Split(strings.Trim(pattern, "/"), "/")
	have := strings.Split(strings.Trim(path, "/"), "/")
	return slices.EqualFunc(want, have, matchesSegment)
}

func matchesSegment(pattern, text string) bool {
	before, rest, variable := strings.Cut(pattern, "{")
	if !variable {
		return sameSegment(pattern, text)
	}
	before = strings.TrimSuffix(before, "$")
	text, ok := strings.CutPrefix(text, before)
	if !ok {
		return false
	}
	_, after, closed := strings.Cut(rest, "}")
	if !closed {
		return false
	}
	for i := range len(text) + 1 {
		if matchesSegment(after, text[i:]) {
			return true
		}
	}
	return false
}

// sameSegment compares a literal segment with one from the wire, which may be escaped.
func sameSegment(pattern, text string) bool {
	if pattern == text {
		return true
	}
	decoded, err := url.PathUnescape(text)
	if err != nil {
		return false
	}
	literal, err := url.PathUnescape(pattern)
	return err == nil && literal == decoded
}
