package manual

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"connect-workbench/addon/descriptor"
)

var sites = []Site{{descriptor.Jira, descriptor.CloudNow}, {descriptor.Confluence, descriptor.CloudNow}, {descriptor.Jira, descriptor.Cloud2016}}

// bareJira is the product's name as pages do not write it.
var bareJira = regexp.MustCompile(`\bJira\b`)

// TestEveryThingHasAPage goes through all pages as three sites show them: each says something, names
// its sources, and links to pages that are there.
func TestEveryThingHasAPage(t *testing.T) {
	m := New(descriptor.BuiltIn())
	kinds := map[string]int{}
	for _, e := range m.entries {
		kinds[e.Kind]++
		for _, s := range sites {
			p := m.Page(e, s)
			if p.Help == "" || p.One == "" || len(p.Sources) == 0 || len(p.Facts)+len(p.Sections) == 0 {
				t.Fatalf("the page of %s %s is incomplete: %+v", e.Kind, e.Name, p)
			}
			if bareJira.MatchString(fmt.Sprint(p)) {
				t.Errorf("the page of %s %s calls the product Jira", e.Kind, e.Name)
			}
			for _, f := range p.Facts {
				if f.Text == "" && len(f.Links) == 0 {
					t.Errorf("%s %s: the fact %s says nothing", e.Kind, e.Name, f.Label)
				}
				for _, l := range f.Links {
					checkLink(t, m, e, l)
				}
			}
			for _, section := range p.Sections {
				for _, row := range section.Entries {
					if row.Kind != "" {
						checkLink(t, m, e, row.Entry)
					}
				}
			}
		}
	}
	for _, k := range Kinds() {
		if kinds[k.ID] == 0 || k.Help == "" {
			t.Errorf("no pages of %s", k.ID)
		}
	}
	if kinds[descriptor.DocsModule] != len(descriptor.BuiltIn().Modules) || kinds[descriptor.DocsRule] != len(descriptor.Rules()) {
		t.Errorf("pages: %v", kinds)
	}
	t.Logf("pages: %v", kinds)
}

func checkLink(t *testing.T, m *Manual, from, to Entry) {
	t.Helper()
	if _, ok := m.Find(to.Kind, to.Name, sites[0]); !ok || to.Path() == descriptor.DocsRoot {
		t.Errorf("%s %s links to %s %q, which is not there", from.Kind, from.Name, to.Kind, to.Name)
	}
}

// TestHelpLeadsToPagesThatAreThere asks for help and for completion at every place of every smallest
// example: the pages they and F1 lead to are there, and help and F1 lead to the same.
func TestHelpLeadsToPagesThatAreThere(t *testing.T) {
	c := descriptor.BuiltIn()
	m := New(c)
	k := descriptor.NewChecker(c)
	for _, kind := range c.ModuleTypes() {
		o := descriptor.Options{Product: c.Modules[kind].Products[0], Era: c.Modules[kind].Span.Until}
		text := []byte(`{"key": "a", "scopes": ["read", "NONE_SUCH"], "vendor": {"url": ""}, "modules": {` + m.Example(c.Modules[kind]) + `}}`)
		for at := range text {
			h := k.Hover(text, at, o)
			checkTarget(t, m, text, at, h.Docs)
			f1 := descriptor.DocsAt(text, at)
			checkTarget(t, m, text, at, f1)
			if h.Docs != (descriptor.DocsTarget{}) && f1 != h.Docs {
				t.Errorf("at %d of %s: help leads to %v, F1 to %v", at, text, h.Docs, f1)
			}
			if text[at] != '"' && text[at] != '}' {
				continue // completion starts nowhere else
			}
			for _, item := range k.Complete(text, at, o).Items {
				checkTarget(t, m, text, at, item.Docs)
			}
		}
	}
}

func checkTarget(t *testing.T, m *Manual, text []byte, at int, d descriptor.DocsTarget) {
	t.Helper()
	if d == (descriptor.DocsTarget{}) {
		return
	}
	if _, there := m.Find(d.Kind, d.Name, sites[0]); !there {
		t.Errorf("at %d of %s: there is no page of %s %q", at, text, d.Kind, d.Name)
	}
}

// supplied is what the examples of some types refer to.
var supplied = `"dialogs": [{"key": "example-dialog", "url": "/d"}]`

// TestExamplesAreSound checks every smallest example in a descriptor: hosts would install it, apart
// from keys it has to take from elsewhere.
func TestExamplesAreSound(t *testing.T) {
	c := descriptor.BuiltIn()
	m := New(c)
	for _, kind := range c.ModuleTypes() {
		t.Run(kind, func(t *testing.T) {
			module := c.Modules[kind]
			o := descriptor.Options{Product: module.Products[0], Era: module.Span.Until}
			text := `{"key": "com.example.app", "baseUrl": "https://example.com", "authentication": {"type": "none"}, "scopes": ["READ"], "modules": {` +
				supplied + ", " + m.Example(module) + `}}`
			if kind == "dialogs" {
				text = strings.Replace(text, supplied+", ", "", 1)
			}
			for _, p := range descriptor.Check([]byte(text), o).Problems {
				if p.Severity == descriptor.Error && !(p.Rule == "meaning.reference" && strings.Contains(p.Message, "example")) {
					t.Errorf("%s %s: %s\n%s", p.Rule, p.Pointer, p.Message, m.Example(module))
				}
			}
		})
	}
}

func TestSearch(t *testing.T) {
	m := New(descriptor.BuiltIn())
	for _, tc := range []struct{ query, kind, name string }{
		{"webpanels", descriptor.DocsModule, "webPanels"},
		{"jira:issue_created", descriptor.DocsEvent, "jira:issue_created"},
		{"baseUrl", descriptor.DocsProperty, "baseUrl"},
		{"signed-install", descriptor.DocsProperty, "apiMigrations.signed-install"},
		{"  READ ", descriptor.DocsScope, "READ"},
		{"meaning.event", descriptor.DocsRule, "meaning.event"},
		{"issue.key", descriptor.DocsVariable, "issue.key"},
		{"issue tab", descriptor.DocsModule, "jiraIssueTabPanels"},
		{"webItems width", descriptor.DocsProperty, "webItems.icon.width"},
		{"below description issue", descriptor.DocsLocation, "atl.jira.view.issue.left.context"},
	} {
		found, _ := m.Search(tc.query, sites[0])
		if len(found) == 0 || found[0].Kind != tc.kind || found[0].Name != tc.name {
			t.Errorf("%q finds %+v first, want %s %s", tc.query, found[:min(len(found), 3)], tc.kind, tc.name)
		}
	}
	panels, _ := m.Search("issue panel", sites[0])
	for _, e := range panels[:5] {
		if e.nested {
			t.Errorf("%s is found for the name of its module, before things that are so", e.Name)
		}
	}
	alike := map[string]bool{}
	found, _ := m.Search("condition", sites[0])
	for _, e := range found {
		if id := lastName(e.Name) + e.Help; e.nested && alike[id] {
			t.Errorf("%s is the same once more", e.Name)
		} else if e.nested {
			alike[id] = true
		}
	}
	if found, more := m.Search("e", sites[0]); len(found) != maxFound || more < 100 {
		t.Errorf("%d found, %d more", len(found), more)
	}
	for _, query := range []string{"", "   ", "no such thing anywhere"} {
		if found, more := m.Search(query, sites[0]); found != nil || more != 0 {
			t.Errorf("%q finds %v", query, found)
		}
	}
}

func TestAChoiceShowsItsFormsApart(t *testing.T) {
	m := New(descriptor.BuiltIn())
	for name, want := range map[string]string{
		"webItems.target.options": "When type is dialog, When type is inlinedialog, When type is dialogmodule",
		"webPanels.conditions":    "With condition, Another form",
		"webPanels.layout":        "Properties",
		"webPanels.url":           "",
	} {
		e, ok := m.Find(descriptor.DocsProperty, name, sites[0])
		var titles []string
		for _, section := range m.Page(e, sites[0]).Sections {
			titles = append(titles, section.Title)
		}
		if got := strings.Join(titles, ", "); !ok || got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestPropertiesWithinThemselvesHaveAPage: conditions hold conditions, and F1 leads there.
func TestPropertiesWithinThemselvesHaveAPage(t *testing.T) {
	m := New(descriptor.BuiltIn())
	e, ok := m.Find(descriptor.DocsProperty, "webPanels.conditions.or.and.condition", sites[0])
	if p := m.Page(e, sites[0]); !ok || p.Help == "" || len(p.Sources) == 0 {
		t.Errorf("%v, %+v", ok, p)
	}
	if _, ok := m.Find(descriptor.DocsProperty, "webPanels.conditions.nonsense", sites[0]); ok {
		t.Error("a property nobody knows has a page")
	}
}

func TestSitesMarkWhatTheyDoNotKnow(t *testing.T) {
	m := New(descriptor.BuiltIn())
	for _, tc := range []struct {
		kind, name string
		s          Site
		want       string
	}{
		{descriptor.DocsModule, "webPanels", sites[2], ""},
		{descriptor.DocsModule, "spaceToolsTabs", sites[0], "Confluence only"},
		{descriptor.DocsModule, "jiraIssueContents", sites[2], "known since Cloud 2020"},
		{descriptor.DocsModule, "jiraVersionTabPanels", sites[0], "gone after Cloud 2016"},
		{descriptor.DocsModule, "jiraVersionTabPanels", sites[2], ""},
		{descriptor.DocsProperty, "jiraIssueContents.target", sites[2], "known since Cloud 2020"},
		{descriptor.DocsProperty, "webPanels.cacheable", sites[2], "known since Cloud 2020"},
		{descriptor.DocsEvent, "comment_created", sites[1], ""},
	} {
		e, ok := m.Find(tc.kind, tc.name, tc.s)
		if got := tc.s.Missing(e); !ok || got != tc.want {
			t.Errorf("%s %s on %+v: %v, %q, want %q", tc.kind, tc.name, tc.s, ok, got, tc.want)
		}
	}
	known, others := m.List(descriptor.DocsModule, sites[1])
	if len(known)+len(others) != len(descriptor.BuiltIn().Modules) || len(others) < 50 {
		t.Errorf("%d known, %d others", len(known), len(others))
	}
}

// TestCompletionAndHoverLeadToPages goes through the examples of all rules: whatever is offered or
// told somewhere leads to a page there is.
func TestCompletionAndHoverLeadToPages(t *testing.T) {
	c := descriptor.BuiltIn()
	m, k := New(c), descriptor.NewChecker(c)
	wrong, led := make(map[descriptor.DocsTarget]bool), 0
	check := func(at descriptor.DocsTarget, text string, offset int) {
		if at == (descriptor.DocsTarget{}) || wrong[at] {
			return
		}
		led++
		if _, ok := m.Find(at.Kind, at.Name, sites[0]); !ok {
			wrong[at] = true
			t.Errorf("no page about %v, from offset %d of %s", at, offset, text)
		}
	}
	for i := range c.Texts {
		text := c.Texts[i].Good
		for offset := range min(len(text), 2000) {
			if offset%5 == 0 {
				for _, item := range k.Complete([]byte(text), offset, descriptor.Options{}).Items {
					check(item.Docs, text, offset)
				}
			}
			if h := k.Hover([]byte(text), offset, descriptor.Options{}); h.Kind != "" {
				check(h.Docs, text, offset)
			}
		}
	}
	if led == 0 {
		t.Error("nothing leads anywhere")
	}
}

// TestLinksComeToAnEnd follows the links of properties from every module type: a form that holds itself
// has no page for every depth.
func TestLinksComeToAnEnd(t *testing.T) {
	m := New(descriptor.BuiltIn())
	seen := map[string]bool{}
	var follow func(e Entry)
	follow = func(e Entry) {
		if seen[e.Path()] {
			return
		}
		if seen[e.Path()] = true; strings.Count(e.Name, ".") > 8 {
			t.Fatalf("no end: %s", e.Name)
		}
		for _, section := range m.Page(e, sites[0]).Sections {
			for _, row := range section.Entries {
				if row.Kind == descriptor.DocsProperty {
					follow(row.Entry)
				}
			}
		}
	}
	for _, kind := range m.c.ModuleTypes() {
		if e, ok := m.Find(descriptor.DocsModule, kind, sites[0]); ok {
			follow(e)
		}
	}
	if len(seen) < 500 {
		t.Errorf("only %d pages were found", len(seen))
	}
}
