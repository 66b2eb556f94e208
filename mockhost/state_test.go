package mockhost_test

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

func TestRecordedTokensCanBeCheckedAgain(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	in := host.MustInstall(t, "jira", addon.DescriptorURL())
	bySecret, err := host.Check("jira", in.AddonKey)
	if err != nil {
		t.Fatal(err)
	}
	for kind, check := range map[string]connectjwt.Check{"installed": host.InstallKeyCheck(), "enabled": bySecret} {
		r := host.Exchanges(t, "kind:"+kind)[0]
		check.Issuer = host.Site(t, "jira").ClientKey
		check.Request = connectjwt.Request{Method: r.Method, Target: r.URL, Base: addon.URL()}
		if _, verdict := check.Verify(r.Token); !verdict.OK {
			t.Errorf("%s: %+v", kind, verdict)
		}
	}
}

func TestStateSurvivesARestart(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	in := host.MustInstall(t, "jira", addon.DescriptorURL())
	if err := host.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	sites := site.Defaults(hosttest.Random())
	sites[0].Port, sites[1].Port = 0, 0
	again, err := mockhost.New(mockhost.Params{Sites: sites, Store: host.Store, Log: host.Log, Clock: host.Clock})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer again.Close(t.Context())
	if list, err := again.Installations("jira"); err != nil || len(list) != 1 || list[0].SharedSecret != in.SharedSecret {
		t.Errorf("%v %+v", err, list)
	}
	if err := again.SetEnabled(t.Context(), "jira", in.AddonKey, false, nil); err != nil {
		t.Fatal(err)
	}
	if got := addon.Events(); got != "installed enabled disabled" {
		t.Errorf("the add-on heard %s", got)
	}
}

func TestFreshProjectGetsAnInstallKeyOfItsOwn(t *testing.T) {
	var keys []string
	for _, name := range []string{"a.db", "b.db"} {
		store, err := site.OpenStore(t.Context(), filepath.Join(t.TempDir(), name))
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		for range 2 { // the second time the key is read back
			host, err := mockhost.New(mockhost.Params{Sites: site.Defaults(nil), Store: store})
			if err != nil {
				t.Fatal(err)
			}
			kid, public := host.InstallKey()
			keys = append(keys, kid+string(public))
		}
	}
	if keys[0] != keys[1] || keys[2] != keys[3] || keys[0] == keys[2] {
		t.Errorf("keys %.40q", keys)
	}
}

func TestInstallOnAFullDisk(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	// A closed store fails to write as a full disk does, after the add-on has accepted.
	addon.Answer("/installed", func(w http.ResponseWriter, r *http.Request) {
		host.Store.Close()
		addon.Lifecycle(w, r)
	})
	var stages []install.Stage
	_, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), func(s install.Stage) { stages = append(stages, s) })
	var refused *install.Error
	if !errors.As(err, &refused) || refused.Stage != install.Register || refused.Problem.Key != "connect.remote.upm.install.internal.error" {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(err.Error(), "register: ") || !strings.Contains(refused.Problem.Developer, ".workbench") {
		t.Errorf("says %v", err)
	}
	if list := host.Store.List("jira"); len(list) != 0 {
		t.Errorf("kept %+v", list)
	}
}

func TestEnableAndDisableTwiceTellsTheAddonOnce(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	host.MustInstall(t, "jira", addon.DescriptorURL())
	for _, enabled := range []bool{true, false, false, true, true} {
		if err := host.SetEnabled(t.Context(), "jira", hosttest.AddonKey, enabled, nil); err != nil {
			t.Fatal(err)
		}
	}
	if got := addon.Events(); got != "installed enabled disabled enabled" {
		t.Errorf("the add-on heard %s", got)
	}
}

func TestCancelledDisableLeavesTheAddonEnabled(t *testing.T) {
	for name, verb := range map[string]func(ctx context.Context, h *hosttest.Host) error{
		"disable": func(ctx context.Context, h *hosttest.Host) error {
			return h.SetEnabled(ctx, "jira", hosttest.AddonKey, false, nil)
		},
		"uninstall": func(ctx context.Context, h *hosttest.Host) error {
			return h.Uninstall(ctx, "jira", hosttest.AddonKey, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			host := hosttest.New(t, nil)
			addon := hosttest.NewAddon(t, host)
			host.MustInstall(t, "jira", addon.DescriptorURL())
			ctx, cancel := context.WithCancel(t.Context())
			addon.Answer("/disabled", func(w http.ResponseWriter, r *http.Request) {
				cancel()
				hang(w, r)
			})
			if err := verb(ctx, host); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			if in, err := host.Store.Get("jira", hosttest.AddonKey); err != nil || in.State != site.Enabled {
				t.Errorf("now %s, %v", in.State, err)
			}
		})
	}
}

func TestFormerSecretsCarryWhenTheyEnded(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	first := host.MustInstall(t, "jira", addon.DescriptorURL())
	host.Clock.Advance(90 * time.Minute)
	second := host.MustInstall(t, "jira", addon.DescriptorURL())
	want := site.Secret{Value: first.SharedSecret, Until: host.Clock.Now()}
	if len(second.OldSecrets) != 1 || second.OldSecrets[0] != want {
		t.Errorf("got %+v, want %+v", second.OldSecrets, want)
	}
}
