package descriptor

import (
	"slices"
	"testing"
	"testing/fstest"

	"connect-workbench/assets"
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
