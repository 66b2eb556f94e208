package rest

import (
	"testing"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/site"
)

func TestNormal(t *testing.T) {
	for path, want := range map[string]bool{
		"/rest/api/2/myself": true, "/rest/api/2/myself/": true, "/": true, "": true, "/a%2Fb": true, "/a.b/..c": true,
		"//rest": false, "/rest//api": false, "/rest/./api": false, "/rest/../api": false, "/rest/..": false,
		"/rest/%2e%2e/api": false, "/rest/%2E/api": false, "/rest/%zz": false,
	} {
		if got := normal(path); got != want {
			t.Errorf("%q: %t", path, got)
		}
	}
}

func TestEveryResourceNeedsAScopeThatExists(t *testing.T) {
	for _, p := range []site.Product{site.Jira, site.Confluence} {
		seen := map[string]bool{}
		for _, res := range resources(p) {
			at := res.method + " " + res.path
			if seen[at] {
				t.Errorf("%s: %s is there twice", p, at)
			}
			seen[at] = true
			if !descriptor.ScopeGranted([]string{res.scope}, res.scope) || res.scope == "" {
				t.Errorf("%s: %s needs the scope %q", p, at, res.scope)
			}
			if descriptor.ScopeGranted(nil, res.scope) {
				t.Errorf("%s: %s is open to add-ons without scopes", p, at)
			}
		}
	}
}
