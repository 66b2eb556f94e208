package mockhost_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

// told writes stages as one line: "fetch:done check:done ...", the running ones left out.
func told(stages []install.Stage) string {
	var words []string
	for _, s := range stages {
		if s.State != install.Running {
			words = append(words, string(s.Name)+":"+string(s.State))
		}
	}
	return strings.Join(words, " ")
}

func TestLifecycle(t *testing.T) {
	for _, siteID := range []string{"jira", "confluence"} {
		t.Run(siteID, func(t *testing.T) {
			host := hosttest.New(t, nil)
			addon := hosttest.NewAddon(t, host)
			clientKey := host.Site(t, siteID).ClientKey
			var stages []install.Stage
			progress := func(s install.Stage) { stages = append(stages, s) }

			first, err := host.Install(t.Context(), siteID, addon.DescriptorURL(), progress)
			if err != nil {
				t.Fatal(err)
			}
			if want := "fetch:done check:done callback:done register:done enable:done"; told(stages) != want {
				t.Errorf("stages\n got %s\nwant %s", told(stages), want)
			}
			if first.State != site.Enabled || first.SharedSecret != addon.Secret(clientKey) {
				t.Errorf("state %s; the add-on and the host hold the same secret: %t", first.State, first.SharedSecret == addon.Secret(clientKey))
			}

			host.Clock.Advance(time.Hour)
			if err := host.SetEnabled(t.Context(), siteID, first.AddonKey, false, nil); err != nil {
				t.Fatal(err)
			}
			upgraded := host.MustInstall(t, siteID, addon.DescriptorURL())
			if upgraded.State != site.Disabled {
				t.Errorf("a disabled add-on is %s after an upgrade", upgraded.State)
			}
			if upgraded.SharedSecret == first.SharedSecret || upgraded.OldSecrets[0].Value != first.SharedSecret {
				t.Error("an upgrade brings a new secret and keeps the old one as a former one")
			}
			if !upgraded.InstalledAt.Equal(first.InstalledAt) || !upgraded.UpdatedAt.Equal(host.Clock.Now()) {
				t.Errorf("installed %v, updated %v", upgraded.InstalledAt, upgraded.UpdatedAt)
			}
			if err := host.SetEnabled(t.Context(), siteID, first.AddonKey, true, nil); err != nil {
				t.Fatal(err)
			}

			if err := host.Uninstall(t.Context(), siteID, first.AddonKey, nil); err != nil {
				t.Fatal(err)
			}
			remnant, err := host.Store.Get(siteID, first.AddonKey)
			if err != nil || remnant.State != site.Uninstalled || remnant.SharedSecret != upgraded.SharedSecret {
				t.Errorf("remnant: %s, %v", remnant.State, err)
			}
			if err := host.Uninstall(t.Context(), siteID, first.AddonKey, nil); !errors.Is(err, site.ErrNotInstalled) {
				t.Errorf("uninstall twice: %v", err)
			}

			again := host.MustInstall(t, siteID, addon.DescriptorURL())
			if again.State != site.Enabled || len(again.OldSecrets) != 2 {
				t.Errorf("re-install: %s, %d former secrets", again.State, len(again.OldSecrets))
			}
			want := "installed enabled disabled installed enabled disabled uninstalled installed enabled"
			if got := addon.Events(); got != want {
				t.Errorf("callbacks\n got %s\nwant %s", got, want)
			}
			for _, h := range addon.Heard() {
				if h.Body["clientKey"] != clientKey {
					t.Errorf("%s: clientKey %v", h.Event, h.Body["clientKey"])
				}
				if wantsKey := h.Event == "installed" || h.Event == "uninstalled"; wantsKey != (h.Signed == "RS256") {
					t.Errorf("%s is signed with %s", h.Event, h.Signed)
				}
			}
			if refused := addon.Refused(); len(refused) > 0 {
				t.Errorf("the add-on refused: %v", refused)
			}
		})
	}
}

func TestUninstallOfADisabledAddonSendsNoDisabled(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	host.MustInstall(t, "jira", addon.DescriptorURL())
	if err := host.SetEnabled(t.Context(), "jira", hosttest.AddonKey, false, nil); err != nil {
		t.Fatal(err)
	}
	if err := host.Uninstall(t.Context(), "jira", hosttest.AddonKey, nil); err != nil {
		t.Fatal(err)
	}
	if got := addon.Events(); got != "installed enabled disabled uninstalled" {
		t.Errorf("callbacks: %s", got)
	}
}

func TestCallbackFailuresAfterInstalledChangeNothing(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	for _, path := range []string{"/enabled", "/disabled", "/uninstalled"} {
		addon.Answer(path, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	}
	var stages []install.Stage
	progress := func(s install.Stage) { stages = append(stages, s) }
	if _, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), progress); err != nil {
		t.Fatal(err)
	}
	if got := told(stages); !strings.HasSuffix(got, "register:done enable:failed") {
		t.Errorf("install: %s", got)
	}
	stages = nil
	if err := host.Uninstall(t.Context(), "jira", hosttest.AddonKey, progress); err != nil {
		t.Fatal(err)
	}
	if got := told(stages); got != "disable:failed callback:failed register:done" {
		t.Errorf("uninstall: %s", got)
	}
	for _, s := range stages {
		if p := s.Problem; p != nil && (p.Admin != "" || !strings.Contains(p.Developer, "which changes nothing for the host. Reason: ")) {
			t.Errorf("%s: an administrator reads %q, the developer %q", s.Name, p.Admin, p.Developer)
		}
	}
	if in, err := host.Store.Get("jira", hosttest.AddonKey); err != nil || in.State != site.Uninstalled {
		t.Errorf("after it: %s, %v", in.State, err)
	}
}

func TestAddonWithoutAuthentication(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	addon.Describe(func(d map[string]any) { d["authentication"] = map[string]any{"type": "none"} })
	in := host.MustInstall(t, "jira", addon.DescriptorURL())
	if err := host.Uninstall(t.Context(), "jira", in.AddonKey, nil); err != nil {
		t.Fatal(err)
	}
	for _, h := range addon.Heard() {
		if _, has := h.Body["sharedSecret"]; has || h.Signed != "" {
			t.Errorf("%s: a secret in the body: %t; signed: %q", h.Event, has, h.Signed)
		}
	}
	if in.SharedSecret != "" || addon.Events() != "installed enabled disabled uninstalled" {
		t.Errorf("secret %q, callbacks %s", in.SharedSecret, addon.Events())
	}
}

func TestAddonWithoutCallbacks(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	addon.Describe(func(d map[string]any) {
		d["authentication"] = map[string]any{"type": "none"}
		delete(d, "lifecycle")
	})
	host.MustInstall(t, "jira", addon.DescriptorURL())
	if err := host.Uninstall(t.Context(), "jira", hosttest.AddonKey, nil); err != nil {
		t.Fatal(err)
	}
	if n := len(host.Exchanges(t, "dir:out")); n != 1 {
		t.Errorf("%d exchanges, want the fetch alone", n)
	}
}

func TestSymmetricAddonOfTheTimeBeforeSignedInstalls(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	addon.Describe(func(d map[string]any) { d["apiMigrations"] = map[string]any{"signed-install": false} })
	host.MustInstall(t, "jira", addon.DescriptorURL())
	host.MustInstall(t, "jira", addon.DescriptorURL())
	if err := host.Uninstall(t.Context(), "jira", hosttest.AddonKey, nil); err != nil {
		t.Fatal(err)
	}
	host.MustInstall(t, "jira", addon.DescriptorURL())
	var signed []string
	for _, h := range addon.Heard() {
		signed = append(signed, h.Event+"="+h.Signed)
	}
	want := "installed= enabled=HS256 installed=HS256 enabled=HS256 disabled=HS256 uninstalled=HS256 installed=HS256 enabled=HS256"
	if got := strings.Join(signed, " "); got != want {
		t.Errorf("signed\n got %s\nwant %s", got, want)
	}
	// An add-on that lost its data cannot prove who calls. Its refusal makes the install fail.
	addon.Forget()
	_, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), nil)
	var refused *install.Error
	if !errors.As(err, &refused) || refused.Problem.Key != "connect.install.error.remote.host.bad.response.401" {
		t.Fatalf("after the add-on forgot the secret: %v", err)
	}
	if says := refused.Problem.Developer; !strings.Contains(says, "HS256 and the secret of the installation before") || !strings.Contains(says, "signed-install to false") {
		t.Errorf("the developer reads %q", says)
	}
}

func TestExchangesOfAnInstallShareACause(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	host.MustInstall(t, "jira", addon.DescriptorURL())
	var kinds []string
	out := host.Exchanges(t, "dir:out")
	for _, r := range out {
		kinds = append(kinds, string(r.Kind))
		if r.Cause == "" || r.Cause != out[0].Cause || r.Site != "jira" || !r.Verdict.OK {
			t.Errorf("%s: cause %q, site %q, verdict %+v", r.Kind, r.Cause, r.Site, r.Verdict)
		}
	}
	if got := strings.Join(kinds, " "); got != "descriptor installed enabled" {
		t.Errorf("exchanges: %s", got)
	}
	keys := host.Exchanges(t, "kind:key")
	if len(keys) != 1 || !keys[0].Verdict.OK || keys[0].Direction != exchange.ToHost {
		t.Errorf("key fetches: %+v", keys)
	}
}

func TestUnknownSiteAndAddon(t *testing.T) {
	host := hosttest.New(t, nil)
	if _, err := host.Install(t.Context(), "nowhere", "http://localhost/x", nil); !errors.Is(err, mockhost.ErrUnknownSite) {
		t.Errorf("install: %v", err)
	}
	if err := host.SetEnabled(t.Context(), "jira", "com.nobody", true, nil); !errors.Is(err, site.ErrNotInstalled) {
		t.Errorf("enable: %v", err)
	}
	if _, err := host.Check("jira", "com.nobody"); !errors.Is(err, site.ErrNotInstalled) {
		t.Errorf("check: %v", err)
	}
	if _, err := host.Installations("nowhere"); !errors.Is(err, mockhost.ErrUnknownSite) {
		t.Errorf("installations: %v", err)
	}
}
