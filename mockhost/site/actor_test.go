package site_test

import (
	"testing"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/site"
)

func TestActorInEveryEra(t *testing.T) {
	ada := site.User{AccountID: "5f:ada", DisplayName: "Ada", Email: "ADA@acme.example", Username: "ada.b"}
	gdpr := descriptor.Migrations{GDPR: descriptor.OptedIn}
	for _, tc := range []struct {
		name       string
		site       site.Site
		migrations descriptor.Migrations
		subject    string
		context    string
	}{
		{"now", site.Site{Product: site.Jira}, descriptor.Migrations{}, "5f:ada", `{}`},
		{"2020", site.Site{Product: site.Jira, Era: site.Cloud2020}, descriptor.Migrations{}, "5f:ada", `{}`},
		{"2016", site.Site{Product: site.Jira, Era: site.Cloud2016}, descriptor.Migrations{}, "ada.b",
			`{"user":{"userKey":"ada.b","username":"ada.b","displayName":"Ada"}}`},
		{"2016, Confluence", site.Site{Product: site.Confluence, Era: site.Cloud2016}, descriptor.Migrations{}, "d9c726496ea0b955039201f4740d7186",
			`{"user":{"userKey":"d9c726496ea0b955039201f4740d7186","username":"ada.b","displayName":"Ada"}}`},
		{"2016, account ids asked for", site.Site{Product: site.Jira, Era: site.Cloud2016}, gdpr, "5f:ada",
			`{"user":{"accountId":"5f:ada","displayName":"Ada"}}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.site.Users = []site.User{ada}
			p, a := tc.site.Practice(tc.migrations), tc.site.Actor(ada)
			if got := a.Subject(p); got != tc.subject {
				t.Errorf("sub %q, want %q", got, tc.subject)
			}
			if got := string(a.Context(p)); got != tc.context {
				t.Errorf("context %s, want %s", got, tc.context)
			}
			for _, name := range []string{a.AccountID, a.Key, a.Name} {
				if got := tc.site.ActorNamed(name); got != a {
					t.Errorf("%q names %+v", name, got)
				}
			}
			if nobody := (site.Actor{}); nobody.Subject(p) != "" || string(nobody.Context(p)) != "{}" {
				t.Errorf("the anonymous visitor: %q, %s", nobody.Subject(p), nobody.Context(p))
			}
			if got := tc.site.ActorNamed("stranger").Subject(p); got != "stranger" {
				t.Errorf("a stranger is %q", got)
			}
		})
	}
}
