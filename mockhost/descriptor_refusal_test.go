package mockhost_test

import (
	"errors"
	"strings"
	"testing"

	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/install"
)

func module(name string, value any) func(map[string]any) {
	return func(d map[string]any) { d["modules"].(map[string]any)[name] = value }
}

func set(name string, value any) func(map[string]any) {
	return func(d map[string]any) { d[name] = value }
}

// descriptorRefusals are descriptors that the host refuses before it calls the add-on, each with
// the message key the real host has for it.
func descriptorRefusals() (list []refusal) {
	name := map[string]any{"value": "N"}
	page := func(fields map[string]any) []any {
		p := map[string]any{"key": "p", "url": "/p", "name": name}
		for k, v := range fields {
			p[k] = v
		}
		return []any{p}
	}
	for _, tc := range []struct {
		name   string
		siteID string
		change func(d map[string]any)
		key    string
	}{
		{"no installed callback", "jira", set("lifecycle", map[string]any{}), "connect.install.error.auth.with.no.installed.callback"},
		{"no key", "jira", func(d map[string]any) { delete(d, "key") }, "connect.install.error.remote.descriptor.validation"},
		{"base URL without scheme", "jira", set("baseUrl", "localhost/addon"), "connect.install.error.base_url.no_scheme"},
		{"base URL without TLS", "jira", set("baseUrl", "http://localhost:443"), "connect.install.error.base_url.no_tls"},
		{"webhook without READ", "jira", func(d map[string]any) {
			d["scopes"] = []string{}
			module("webhooks", []any{map[string]any{"event": "jira:issue_created", "url": "/w"}})(d)
		}, "connect.install.error.missing.scope"},
		{"page with a condition that needs context", "jira",
			module("generalPages", page(map[string]any{"conditions": []any{map[string]any{"condition": "is_issue_editable"}}})),
			"connect.install.error.page.with.invalid.condition"},
		{"condition without its parameter", "jira",
			module("webPanels", page(map[string]any{"location": "atl.jira.view.issue.right.context", "conditions": []any{map[string]any{"condition": "has_project_permission"}}})),
			"connect.install.error.invalid.condition.parameters"},
		{"condition with a wrong parameter", "confluence",
			func(d map[string]any) {
				d["modules"] = map[string]any{"webPanels": page(map[string]any{"location": "atl.editor", "conditions": []any{
					map[string]any{"condition": "has_page_permission", "params": map[string]any{"permission": "SING"}}}})}
			},
			"connect.install.error.invalid.condition.parameters"},
		{"unknown module", "jira", module("timeMachines", page(nil)), "connect.install.error.unknown.module"},
		{"modules of the other product", "jira",
			func(d map[string]any) {
				d["modules"] = map[string]any{"spaceToolsTabs": page(map[string]any{"location": "contenttools"})}
			}, "connect.install.error.unknown.module"},
		{"modules of the other product", "confluence",
			func(d map[string]any) { d["modules"] = map[string]any{"jiraProjectTabPanels": page(nil)} }, "connect.install.error.unknown.module"},
		{"refused location", "jira", module("webPanels", page(map[string]any{"location": "atl.header.after.scripts"})),
			"connect.install.error.invalid.location"},
	} {
		list = append(list, refusal{name: tc.name + " on " + tc.siteID, site: tc.siteID, fault: served(tc.change), stage: install.CheckStage, key: tc.key})
	}
	return list
}

func TestAllFaultsAreInOneMessage(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	addon.Describe(func(d map[string]any) {
		delete(d, "key")
		d["lifecycle"] = map[string]any{}
		d["scopes"] = []string{"EVERYTHING"}
	})
	_, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), nil)
	var refused *install.Error
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	if !strings.Contains(refused.Problem.Developer, "3 faults") || strings.Count(refused.Problem.Developer, "line ") != 3 {
		t.Errorf("got %q", refused.Problem.Developer)
	}
}

func TestOneDescriptorForBothProducts(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	addon.Describe(func(d map[string]any) {
		name := map[string]any{"value": "N"}
		d["modules"] = map[string]any{
			"webPanels":            []any{map[string]any{"key": "a", "url": "/a", "name": name, "location": "atl.jira.view.issue.right.context"}},
			"dynamicContentMacros": []any{map[string]any{"key": "b", "url": "/b", "name": name}},
			"webhooks": []any{
				map[string]any{"event": "jira:issue_created", "url": "/w"},
				map[string]any{"event": "page_created", "url": "/w"},
			},
		}
	})
	for _, id := range []string{"jira", "confluence"} {
		host.MustInstall(t, id, addon.DescriptorURL())
	}
}
