package descriptor

import (
	"errors"
	"fmt"
	"strings"
)

// Descriptor is what a host takes from a descriptor. Relative URLs stay relative.
type Descriptor struct {
	Key             string
	Name            string
	Version         string
	BaseURL         string
	Authentication  string            // "jwt" or "none"; jwt when the text does not say
	Lifecycle       map[string]string // "installed", "enabled", ... to URL
	Scopes          []string          // upper case
	Webhooks        []Webhook
	Pages           []Page
	Migrations      Migrations
	APIVersion      int // at least 1
	EnableLicensing bool
	Modules         map[string]int // module type to the number of its modules
}

// Migrations are the answers of apiMigrations: what the add-on asks for before it becomes the rule
// for all, or begs to be spared. Source: protocol jwt.md §3 and §6.
type Migrations struct {
	SignedInstall Choice // signed-install
	ContextQSH    Choice // context-qsh
	GDPR          Choice // gdpr
}

// Choice is one of the Migrations.
type Choice int

// The choices.
const (
	Unsaid Choice = iota
	OptedIn
	OptedOut
)

func readMigrations(n Node) Migrations {
	choice := func(name string) Choice {
		on, said := n.Child(name).Bool()
		switch {
		case !said:
			return Unsaid
		case on:
			return OptedIn
		}
		return OptedOut
	}
	return Migrations{SignedInstall: choice("signed-install"), ContextQSH: choice("context-qsh"), GDPR: choice("gdpr")}
}

// Authenticated reports whether host and add-on share a secret and sign their requests with it.
func (d Descriptor) Authenticated() bool { return d.Authentication != "none" }

// Webhook is one entry of modules.webhooks.
type Webhook struct {
	Event        string
	URL          string
	Filter       string // JQL; "" lets everything through
	ExcludeBody  bool
	PropertyKeys []string
	Conditions   bool // it has conditions, which no host evaluates for webhooks
	Pointer      string
}

// Page is a module whose url the host asks for to show it: a page, panel, dialog, tab, gadget,
// macro, or a link that opens a dialog.
type Page struct {
	Type     string // module type: "generalPages"
	Key      string
	Name     string
	URL      string
	Location string
	Pointer  string
	Products []Product // those that show it, by its type and, where that tells, its location
}

// ErrSyntax means that a text is not JSON; the error that wraps it says where.
var ErrSyntax = errors.New("the descriptor is not valid JSON")

// Read takes from a text what a host needs. It judges nothing but the syntax: a property of
// the wrong type reads as if it were absent (see Check for the judgement). A text that is not
// JSON, or becomes JSON only through a template engine, gives an error that wraps ErrSyntax;
// one that is no object gives ErrNoObject.
func Read(text []byte) (Descriptor, error) {
	root, err := readable(Parse(text))
	if err != nil {
		return Descriptor{}, err
	}
	d := Descriptor{
		Key:            root.Child("key").Text(),
		Name:           root.Child("name").Text(),
		Version:        root.Child("version").Text(),
		BaseURL:        root.Child("baseUrl").Text(),
		Authentication: authentication(root),
		Lifecycle:      make(map[string]string),
		Scopes:         readScopes(root),
		APIVersion:     1,
		Modules:        make(map[string]int),
	}
	for n := range root.Child("lifecycle").Children() {
		if url := n.Text(); url != "" {
			d.Lifecycle[n.Key()] = url
		}
	}
	d.Migrations = readMigrations(root.Child("apiMigrations"))
	d.EnableLicensing, _ = root.Child("enableLicensing").Bool()
	if v, ok := root.Child("apiVersion").Int(); ok {
		d.APIVersion = max(v, 1)
	}
	for kind := range root.Child("modules").Children() {
		for m := range modulesOf(kind) {
			d.Modules[kind.Key()]++
			d.readModule(kind.Key(), m)
		}
	}
	return d, nil
}

// readable gives the root of a text that a host can take, or says why it cannot; see Read.
func readable(t *Tree) (Node, error) {
	for _, f := range t.faults {
		if f.Severity == Error || f.Rule == ruleTemplate.ID {
			line, column := t.LineColumn(f.Offset)
			return Node{}, fmt.Errorf("%w: line %d, column %d: %s", ErrSyntax, line, column, f.Message)
		}
	}
	if t.Templated() {
		return Node{}, fmt.Errorf("%w: a template expression stands for a whole value", ErrSyntax)
	}
	root := t.Root()
	if root.Kind() != Object {
		return Node{}, ErrNoObject
	}
	return root, nil
}

// authentication is the type in lower case; an absent one counts as jwt (descriptor.md §2).
func authentication(root Node) string {
	if kind := strings.ToLower(root.Find("authentication", "type").Text()); kind != "" {
		return kind
	}
	return "jwt"
}

func readScopes(root Node) []string {
	var scopes []string
	for n := range root.Child("scopes").Children() {
		if s := n.Text(); s != "" {
			scopes = append(scopes, strings.ToUpper(s))
		}
	}
	return scopes
}

// modulesOf goes through the modules of one type: the elements of an array, or the single
// object itself.
func modulesOf(kind Node) func(yield func(Node) bool) {
	return func(yield func(Node) bool) {
		if kind.Kind() == Object {
			yield(kind)
			return
		}
		for m := range kind.Children() {
			if m.Kind() == Object && !yield(m) {
				return
			}
		}
	}
}

func (d *Descriptor) readModule(kind string, m Node) {
	if kind == "webhooks" {
		exclude, _ := m.Child("excludeBody").Bool()
		hook := Webhook{
			Event: m.Child("event").Text(), URL: m.Child("url").Text(), Filter: m.Child("filter").Text(),
			ExcludeBody: exclude, Pointer: m.Pointer(),
		}
		for p := range m.Child("propertyKeys").Children() {
			hook.PropertyKeys = append(hook.PropertyKeys, p.Text())
		}
		for range m.Child("conditions").Children() {
			hook.Conditions = true
		}
		d.Webhooks = append(d.Webhooks, hook)
		return
	}
	url := pageURL(kind, m)
	if url == "" {
		return
	}
	location := m.Child("location").Text()
	d.Pages = append(d.Pages, Page{
		Type: kind, Key: m.Child("key").Text(), Name: moduleName(m), URL: url,
		Location: location, Pointer: m.Pointer(), Products: showing(kind, location),
	})
}

// showing gives the products that show a module of a known type. A location that only one of
// them has decides; one that is nobody's, or the add-on's own, says nothing.
func showing(kind, location string) []Product {
	known := BuiltIn().Modules[kind].Products
	var there []Product
	for _, p := range known {
		if BuiltIn().Location(location, p) != nil {
			there = append(there, p)
		}
	}
	if len(there) == 0 {
		return known
	}
	return there
}

// pageURL is the address the host asks for to show a module, "" for a module that shows no
// page. Glances, contexts and contents keep it in their target; links are pages when they open
// a dialog of the add-on.
func pageURL(kind string, m Node) string {
	known := BuiltIn().Modules[kind]
	if known == nil || known.Page == "" {
		return ""
	}
	url := m.Child("url").Text()
	if known.Page == "dialog" {
		target, context := strings.ToLower(m.Find("target", "type").Text()), strings.ToLower(m.Child("context").Text())
		if target != "dialog" && target != "inlinedialog" || context != "" && context != "addon" || isAbsolute([]byte(url)) {
			return ""
		}
		return url
	}
	if url == "" {
		url = m.Find("target", "url").Text()
	}
	return url
}

// moduleName is the name a person sees: the value of the i18n object, or the plain string
// that beginners write.
func moduleName(m Node) string {
	for _, property := range [...]string{"name", "title", "label"} {
		if n := m.Child(property); n.Kind() == String {
			return n.Text()
		} else if v := n.Child("value").Text(); v != "" {
			return v
		}
	}
	return ""
}
