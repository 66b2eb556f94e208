package mockhost_test

import (
	"errors"
	"strings"
	"testing"

	"connect-workbench/addon/server"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

// living has every site of a host live in an era.
func living(era site.Era, change func(s *site.Site)) func(*mockhost.Params) {
	return func(p *mockhost.Params) {
		for i := range p.Sites {
			p.Sites[i].Era = era
			if change != nil {
				change(&p.Sites[i])
			}
		}
	}
}

// signedSince writes what an add-on has accepted as "installed=HS256 ...".
func signedSince(addon *hosttest.Addon) string {
	var signed []string
	for _, h := range addon.Heard() {
		signed = append(signed, h.Event+"="+h.Signed)
	}
	return strings.Join(signed, " ")
}

// TestLifeInEachEra takes a strict add-on, which knows the era's rules by itself, through first
// install, upgrade, removal and return.
func TestLifeInEachEra(t *testing.T) {
	const (
		shared = "installed= enabled=HS256 installed=HS256 enabled=HS256 disabled=HS256 uninstalled=HS256 installed=HS256 enabled=HS256"
		signed = "installed=RS256 enabled=HS256 installed=RS256 enabled=HS256 disabled=HS256 uninstalled=RS256 installed=RS256 enabled=HS256"
	)
	for _, tc := range []struct {
		name       string
		era        site.Era
		migrations map[string]any
		want       string
		keeps      bool // the secret, on an upgrade
	}{
		{"now", site.CloudNow, map[string]any{}, signed, false},
		{"now, opted out", site.CloudNow, map[string]any{"signed-install": false}, shared, false},
		{"2020", site.Cloud2020, map[string]any{}, shared, true},
		{"2020, opted in", site.Cloud2020, map[string]any{"signed-install": true}, signed, true},
		{"2016", site.Cloud2016, map[string]any{}, shared, true},
		{"2016, opted in too soon", site.Cloud2016, map[string]any{"signed-install": true}, shared, true},
	} {
		for _, siteID := range []string{"jira", "confluence"} {
			t.Run(tc.name+" on "+siteID, func(t *testing.T) {
				host := hosttest.New(t, living(tc.era, nil))
				addon := hosttest.NewAddon(t, host)
				addon.Believe(tc.era)
				addon.Describe(func(d map[string]any) { d["apiMigrations"] = tc.migrations })

				first := host.MustInstall(t, siteID, addon.DescriptorURL())
				upgraded := host.MustInstall(t, siteID, addon.DescriptorURL())
				if err := host.Uninstall(t.Context(), siteID, first.AddonKey, nil); err != nil {
					t.Fatal(err)
				}
				again := host.MustInstall(t, siteID, addon.DescriptorURL())

				if got := signedSince(addon); got != tc.want {
					t.Errorf("signed\n got %s\nwant %s", got, tc.want)
				}
				if kept := first.SharedSecret == upgraded.SharedSecret; kept != tc.keeps {
					t.Errorf("the upgrade keeps the secret: %t", kept)
				}
				if again.SharedSecret == upgraded.SharedSecret {
					t.Error("a return after an uninstall brings a new secret in every era")
				}
				if modern := strings.HasPrefix(first.SharedSecret, "ATCO"); modern != (tc.era == site.CloudNow) {
					t.Errorf("secret %s", first.SharedSecret)
				}
				for _, h := range addon.Heard() {
					if h.Body["clientKey"] != host.Site(t, siteID).ClientKey {
						t.Errorf("%s: clientKey %v", h.Event, h.Body["clientKey"])
					}
				}
			})
		}
	}
}

// TestBuiltInAddonLivesInEachEra does the same with the add-on that comes with the program.
func TestBuiltInAddonLivesInEachEra(t *testing.T) {
	for _, tc := range []struct {
		name, migrations string
		era              site.Era
	}{
		{"now", `{}`, site.CloudNow},
		{"now, opted out", `{"signed-install": false}`, site.CloudNow},
		{"2020", `{}`, site.Cloud2020},
		{"2020, opted in", `{"signed-install": true}`, site.Cloud2020},
		{"2016", `{}`, site.Cloud2016},
		{"2016, account ids", `{"gdpr": true}`, site.Cloud2016},
	} {
		for _, uninstalledFirst := range []bool{false, true} {
			t.Run(tc.name, func(t *testing.T) {
				host := hosttest.New(t, living(tc.era, func(s *site.Site) { s.UninstalledFirst = uninstalledFirst }))
				addon := startBuiltIn(t, host, tc.migrations)
				for _, id := range []string{"jira", "confluence"} {
					for range 2 { // there is a life after the uninstall
						host.MustInstall(t, id, addon)
						host.MustInstall(t, id, addon)
						if err := host.Uninstall(t.Context(), id, "com.example.own", nil); err != nil {
							t.Fatal(err)
						}
					}
				}
				for _, r := range host.Exchanges(t, "dir:out") {
					if !r.Verdict.OK {
						t.Errorf("%s %s: %+v", r.Kind, r.URL, r.Verdict)
					}
				}
			})
		}
	}
}

// startBuiltIn starts the built-in add-on and gives the address of its descriptor.
func startBuiltIn(t *testing.T, host *hosttest.Host, migrations string) (descriptorURL string) {
	t.Helper()
	text := `{"key": "com.example.own", "name": "Own", "baseUrl": "http://localhost:1", "apiMigrations": ` + migrations + `,
		"authentication": {"type": "jwt"}, "scopes": ["READ"],
		"lifecycle": {"installed": "/installed", "enabled": "/enabled", "disabled": "/disabled", "uninstalled": "/uninstalled"}}`
	own := server.New(server.Params{
		Descriptor: func() []byte { return []byte(text) }, Clock: host.Clock.Now, InstallKeysURL: host.InstallKeysURL,
		Store: new(server.Memory), Logf: t.Logf,
	})
	if err := own.Start(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { own.Close(t.Context()) })
	return own.DescriptorURL()
}

// TestModernAddonOnAnOldSite meets an add-on that wants the install key's signature where there is none.
func TestModernAddonOnAnOldSite(t *testing.T) {
	host := hosttest.New(t, living(site.Cloud2016, nil))
	_, err := host.Install(t.Context(), "jira", startBuiltIn(t, host, `{"signed-install": true}`), nil)
	var refused *install.Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	if says := refused.Problem.Developer; !strings.Contains(says, "without a token") || !strings.Contains(says, "Cloud 2016") {
		t.Errorf("the developer reads %q", says)
	}
}

// TestUninstalledFirst turns the order of the last two callbacks round, as the cloud does at times.
func TestUninstalledFirst(t *testing.T) {
	host := hosttest.New(t, living("", func(s *site.Site) { s.UninstalledFirst = true }))
	addon := hosttest.NewAddon(t, host)
	in := host.MustInstall(t, "jira", addon.DescriptorURL())
	var stages []install.Stage
	if err := host.Uninstall(t.Context(), "jira", in.AddonKey, func(s install.Stage) { stages = append(stages, s) }); err != nil {
		t.Fatal(err)
	}
	if got := signedSince(addon); got != "installed=RS256 enabled=HS256 uninstalled=RS256 disabled=HS256" {
		t.Errorf("callbacks: %s; refused: %v", got, addon.Refused())
	}
	if got := told(stages); got != "callback:done disable:done register:done" {
		t.Errorf("stages: %s", got)
	}
	if again := host.MustInstall(t, "jira", addon.DescriptorURL()); again.SharedSecret == in.SharedSecret {
		t.Error("the return brings no new secret")
	}
	if err := host.SetEnabled(t.Context(), "jira", in.AddonKey, false, nil); err != nil {
		t.Fatal(err)
	}
	if err := host.Uninstall(t.Context(), "jira", in.AddonKey, nil); err != nil {
		t.Fatal(err)
	}
	if got := addon.Events(); !strings.HasSuffix(got, "installed enabled disabled uninstalled") {
		t.Errorf("a disabled add-on hears of disabled twice: %s", got)
	}
}

// TestWhoActs names the acting administrator in the token, and nobody where nobody acts.
func TestWhoActs(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*site.Site)
		want   func(s site.Site) string
	}{
		{"the first administrator", nil, func(s site.Site) string { return s.Users[0].AccountID }},
		{"a site without one", func(s *site.Site) { s.Users = nil }, func(site.Site) string { return "" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			host := hosttest.New(t, living("", tc.change))
			addon := hosttest.NewAddon(t, host)
			in := host.MustInstall(t, "jira", addon.DescriptorURL())
			if err := host.Uninstall(t.Context(), "jira", in.AddonKey, nil); err != nil {
				t.Fatal(err)
			}
			for _, h := range addon.Heard() {
				if want := tc.want(host.Site(t, "jira").Site); h.Claims.Subject != want {
					t.Errorf("%s: sub %q, want %q", h.Event, h.Claims.Subject, want)
				}
			}
		})
	}
}

func TestTokenLifeIsTheSites(t *testing.T) {
	host := hosttest.New(t, living("", func(s *site.Site) { s.TokenSeconds = 60 }))
	addon := hosttest.NewAddon(t, host)
	host.MustInstall(t, "jira", addon.DescriptorURL())
	for _, h := range addon.Heard() {
		if life := h.Claims.Expires - h.Claims.IssuedAt; life != 60 {
			t.Errorf("%s: a token of %d s", h.Event, life)
		}
	}
}
