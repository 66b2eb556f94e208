package descriptor

import (
	"slices"
	"strings"
)

// Use says what an address is for, and so how it can be asked.
type Use string

// Uses of addresses.
const (
	UseBase      Use = "base"      // a base URL
	UsePage      Use = "page"      // shown in a frame or asked for by a browser
	UseCallback  Use = "callback"  // lifecycle callbacks, webhooks and whatever else the host posts to
	UseIcon      Use = "icon"      // a picture
	UseResource  Use = "resource"  // a file of another kind
	UseCondition Use = "condition" // a remote condition
	UseLink      Use = "link"      // vendor, documentation: for people to follow
)

// Address is one address in the text of a descriptor.
type Address struct {
	URL     string `json:"url"` // as written; variables unfilled
	Use     Use    `json:"use"`
	Module  string `json:"module,omitempty"` // module type: "webPanels"
	Key     string `json:"key,omitempty"`    // module key
	Name    string `json:"name"`             // what a person reads: module key, event or property
	Framed  bool   `json:"framed"`           // the url by which the module itself is shown
	Pointer string `json:"pointer"`
	Line    int    `json:"line"`
	Offset  int    `json:"-"`
	End     int    `json:"-"`
}

// Addresses lists every address of a text, in its order. Web items that lead into the product or
// name a page by its key have none. Of a broken text it lists what is legible.
func (t *Tree) Addresses() []Address {
	w := addressWalk{t: t, seen: make(map[int32]bool)}
	root := t.Root()
	w.add(root.Child("baseUrl"), UseBase, "baseUrl")
	w.value(root, BuiltIn().Descriptor)
	for link := range root.Child("links").Children() {
		w.add(link, UseLink, "links."+link.Key())
	}
	for kind := range root.Child("modules").Children() {
		m := BuiltIn().Modules[kind.Key()]
		if m == nil {
			continue
		}
		for n := range modulesOf(kind) {
			w.module, w.n = m, n
			w.value(n, m.Value)
		}
	}
	slices.SortStableFunc(w.found, func(a, b Address) int { return a.Offset - b.Offset })
	return w.found
}

// addressWalk goes through the values that the catalogue calls addresses.
type addressWalk struct {
	t      *Tree
	module *Module // nil outside of modules
	n      Node    // the module
	seen   map[int32]bool
	found  []Address
}

func (w *addressWalk) value(n Node, v *Value) {
	switch {
	case v == nil || !n.Exists():
		return
	case v.URL != "" && n.Kind() == String:
		w.address(n)
		return
	case v.Names == "condition" && n.Kind() == String:
		if isRemote(n.bytes()) {
			w.add(n, UseCondition, "condition of "+w.n.Child("key").Text())
		}
		return
	}
	for i := range v.Branches {
		w.value(n, v.Branches[i].Value)
	}
	for c := range n.Children() {
		switch f := v.Field(c.Key()); {
		case n.Kind() == Array:
			w.value(c, v.Of)
		case f != nil:
			w.value(c, f.Value)
		case v.Each != nil:
			w.value(c, v.Each)
		}
	}
}

// address adds an address for which the catalogue has a place.
func (w *addressWalk) address(n Node) {
	path := strings.TrimPrefix(n.Pointer(), w.n.Pointer())
	if w.module == nil {
		w.add(n, useOf(path), strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", "."))
		return
	}
	context := strings.ToLower(w.n.Child("context").Text())
	if path == "/url" && (context == "product" || context == "page") {
		return
	}
	name := w.n.Child("key").Text()
	use := useOf(path)
	switch w.module.Type {
	case "webhooks":
		use, name = UseCallback, w.n.Child("event").Text()
	case "jiraJqlFunctions":
		use = UseCallback
	case "blueprints":
		if use == UsePage {
			use = UseResource
		}
	}
	if path != "/url" && path != "/target/url" {
		name += " " + strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", ".")
	}
	w.add(n, use, strings.TrimSpace(name))
}

// useOf tells the use of an address by the properties it stands in.
func useOf(path string) Use {
	last := path[strings.LastIndexByte(path, '/')+1:]
	has := func(part string) bool { return strings.Contains(path+"/", "/"+part+"/") }
	switch {
	case has("lifecycle"), has("webhook"), has("triggered"), last == "migrationWebhookPath":
		return UseCallback
	case has("icon"), has("icons"), has("imagePlaceholder"), last == "iconUrl", last == "logoUrl", last == "thumbnailUrl":
		return UseIcon
	case has("vendor"), has("documentation"), has("actions"), last == "documentationUrl", last == "homeUrl":
		return UseLink
	case has("regionBaseUrls"):
		return UseBase
	case has("translations"):
		return UseResource
	}
	return UsePage
}

// add notes an address once; a value may be reached through several branches of the catalogue.
func (w *addressWalk) add(n Node, use Use, name string) {
	if n.Kind() != String || n.Text() == "" || w.seen[n.i] {
		return
	}
	w.seen[n.i] = true
	a := Address{URL: n.Text(), Use: use, Name: name, Pointer: n.Pointer()}
	a.Offset, a.End = n.Range()
	a.Line = w.t.lineOf(a.Offset)
	if w.module != nil {
		a.Module, a.Key = w.module.Type, w.n.Child("key").Text()
		a.Framed = use == UsePage && a.URL == pageURL(a.Module, w.n)
	}
	w.found = append(w.found, a)
}

// WithoutBase cuts the base URL off an address of the add-on: one that begins with the descriptor's
// own baseUrl, or with the template expression for it. ok is false when the address is somebody
// else's, or a template decides what it is.
func (t *Tree) WithoutBase(address string) (rest string, ok bool) {
	base := t.Root().Child("baseUrl").Text()
	if rest, own := strings.CutPrefix(address, base); own && base != "" && (rest == "" || strings.HasSuffix(base, "/") || strings.IndexByte("/?#", rest[0]) >= 0) {
		address = rest
	} else if size := localBaseURL([]byte(address), 0); size > 0 {
		address = address[size:]
	}
	return address, !isAbsolute([]byte(address)) && !holdsTemplate([]byte(withoutVariables(address)))
}

// withoutVariables takes the host's own variables out, which may be written like a template: ${issue.key}.
func withoutVariables(address string) string {
	for name := range parametersOf([]byte(address)) {
		if strings.Contains(string(name), ".") {
			address = strings.Replace(address, "${"+string(name)+"}", "", 1)
		}
	}
	return address
}
