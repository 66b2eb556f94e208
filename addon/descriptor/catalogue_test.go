package descriptor

import (
	"encoding/json"
	"slices"
	"testing"
	"testing/fstest"

	"connect-workbench/assets"
	"connect-workbench/sharedtest"
)

func TestBuiltInCatalogueIsWhole(t *testing.T) {
	c, err := LoadCatalogue(assets.Catalogue)
	if err != nil {
		t.Fatal(err)
	}
	typesOf := func(p Product) (count int) {
		for _, m := range c.Modules {
			if m.In(p) {
				count++
			}
		}
		return count
	}
	for name, got := range map[string]int{
		"Jira types": typesOf(Jira), "Confluence types": typesOf(Confluence),
		"properties": len(c.Descriptor.Fields), "locations": len(c.Locations), "conditions": len(c.Conditions),
		"events": len(c.Events), "scopes": len(c.Scopes), "parameters": len(c.Parameters),
	} {
		least := map[string]int{"Jira types": 61, "Confluence types": 20, "properties": 21, "locations": 102, "conditions": 84, "events": 121, "scopes": 9, "parameters": 48}[name]
		if got < least {
			t.Errorf("%d %s, want at least %d", got, name, least)
		}
	}
	for _, m := range c.Modules {
		if m.Help == "" || len(m.Products) == 0 || len(m.Value.Fields) == 0 || len(m.Sources) == 0 {
			t.Errorf("module %s is incomplete", m.Type)
		}
		eachField(m.Value, make(map[*Value]bool), func(f *Field) {
			if f.Help == "" {
				t.Errorf("%s: no help for %s", m.Type, f.Name)
			}
		})
	}
	eachField(c.Descriptor, make(map[*Value]bool), func(f *Field) {
		if f.Help == "" {
			t.Errorf("no help for %s", f.Name)
		}
	})
}

func eachField(v *Value, seen map[*Value]bool, f func(*Field)) {
	if v == nil || seen[v] {
		return
	}
	seen[v] = true
	for i := range v.Fields {
		f(&v.Fields[i])
		eachField(v.Fields[i].Value, seen, f)
	}
	eachField(v.Of, seen, f)
	eachField(v.Each, seen, f)
	for _, b := range v.Branches {
		eachField(b.Value, seen, f)
	}
}

func TestLoadCatalogueNamesTheFault(t *testing.T) {
	const want = `catalogue/help.json: read: open catalogue/help.json: file does not exist`
	if _, err := LoadCatalogue(fstest.MapFS{}); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestPatternMatchesAsItsExpression(t *testing.T) {
	for _, source := range []string{"^[a-zA-Z0-9-]+$", "^[a-zA-Z0-9-._]+$", "[a-z]{1,3}", "^[é]+$"} {
		p, err := newPattern("p", source, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"", "a", "a-b", "a.b", "A_9", "a b", "é", "a\n", "abcd"} {
			if got, want := p.Match([]byte(s)), p.expr.MatchString(s); got != want {
				t.Errorf("%s on %q: %v, the expression says %v", source, s, got, want)
			}
		}
	}
}

// facts is the part of the protocol's fact file the catalogue has to cover.
type facts struct {
	TopLevel map[string]json.RawMessage `json:"topLevel"`
	Products map[Product]struct {
		Modules map[string]struct {
			Cardinality string                     `json:"cardinality"`
			Closed      bool                       `json:"closed"`
			Required    []string                   `json:"required"`
			Fields      map[string]json.RawMessage `json:"fields"`
		} `json:"modules"`
		Locations  []entry `json:"locations"`
		Conditions []entry `json:"conditions"`
		Events     []entry `json:"webhookEvents"`
		Parameters []entry `json:"contextParameters"`
		Scopes     []entry `json:"scopes"`
	} `json:"products"`
}

type entry struct {
	Name string `json:"name"`
}

func TestCatalogueCoversTheFacts(t *testing.T) {
	var f facts
	readJSON(t, sharedtest.File(t, "protocol/descriptor-facts.json"), &f)
	c := BuiltIn()
	for name := range f.TopLevel {
		if c.Descriptor.Field(name) == nil {
			t.Errorf("no property %s", name)
		}
	}
	for p, product := range f.Products {
		for kind, want := range product.Modules {
			m := c.Modules[kind]
			if m == nil || !m.In(p) {
				t.Errorf("%s: no module type %s", p, kind)
				continue
			}
			if m.Single != (want.Cardinality == "object") || m.Value.Closed != want.Closed || len(m.Value.Fields) != len(want.Fields) {
				t.Errorf("%s: %s is not of the form of the facts", p, kind)
			}
			for name := range want.Fields {
				if field := m.Value.Field(name); field == nil || field.Required != slices.Contains(want.Required, name) {
					t.Errorf("%s: %s.%s is missing or required where it is not", p, kind, name)
				}
			}
		}
		for _, l := range product.Locations {
			if !slices.ContainsFunc(c.locations[l.Name], func(have *Location) bool { return have.Product == p }) {
				t.Errorf("%s: no location %s", p, l.Name)
			}
		}
		for _, condition := range product.Conditions {
			if got := c.conditions[condition.Name]; got == nil || !slices.Contains(got.Products, p) {
				t.Errorf("%s: no condition %s", p, condition.Name)
			}
		}
		for _, e := range product.Events {
			if !slices.ContainsFunc(c.events[e.Name], func(have *Event) bool { return have.Product == p }) {
				t.Errorf("%s: no event %s", p, e.Name)
			}
		}
		for _, parameter := range product.Parameters {
			if got := c.parameters[parameter.Name]; got == nil || got.Product != p {
				t.Errorf("%s: no context parameter %s", p, parameter.Name)
			}
		}
		for _, s := range product.Scopes {
			if !slices.ContainsFunc(c.Scopes, func(have Scope) bool { return have.Name == s.Name && slices.Contains(have.Products, p) }) {
				t.Errorf("%s: no scope %s", p, s.Name)
			}
		}
	}
}

func TestScopesImplyWhatTheCatalogueSays(t *testing.T) {
	for _, s := range BuiltIn().Scopes {
		for _, other := range BuiltIn().Scopes {
			want := other.Name == s.Name || other.Name == "NONE" || slices.Contains(s.Implies, other.Name)
			if got := ScopeGranted([]string{s.Name}, other.Name); got != want {
				t.Errorf("%s grants %s: %v, the catalogue says %v", s.Name, other.Name, got, want)
			}
		}
	}
}
