package mockhost_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

// upgrading is an add-on that is installed on JIRA with the scopes READ and ACT_AS_USER.
type upgrading struct {
	*hosttest.Host
	addon  *hosttest.Addon
	first  site.Installation
	stages []install.Stage
}

func newUpgrading(t *testing.T) *upgrading {
	t.Helper()
	u := &upgrading{Host: hosttest.New(t, nil)}
	u.addon = hosttest.NewAddon(t, u.Host)
	u.first = u.MustInstall(t, "jira", u.addon.DescriptorURL())
	return u
}

func (u *upgrading) progress(s install.Stage) { u.stages = append(u.stages, s) }

func (u *upgrading) update(t *testing.T) install.Outcome {
	t.Helper()
	u.stages = nil
	o, err := u.Update(t.Context(), "jira", hosttest.AddonKey, u.progress)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// now is what is installed.
func (u *upgrading) now(t *testing.T) site.Installation {
	t.Helper()
	in, err := u.Store.Installed("jira", hosttest.AddonKey)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func (u *upgrading) waits(t *testing.T) bool {
	t.Helper()
	_, err := u.Pending("jira", hosttest.AddonKey)
	if err != nil && !errors.Is(err, site.ErrNothingPending) {
		t.Fatal(err)
	}
	return err == nil
}

func asking(scopes ...string) func(map[string]any) { return set("scopes", scopes) }

func TestUpdateByWhatChanged(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(d map[string]any)
		effect descriptor.Effect
		stages string
		waits  string // the reason in the stage, "" when it takes effect
		events string // heard after "installed enabled"
	}{
		{"none", func(map[string]any) {}, descriptor.NoEffect, "fetch:done check:done compare:done", "", ""},
		{"micro", set("version", "1.0.1"), descriptor.Micro, "fetch:done check:done compare:done callback:done register:done enable:done", "", " installed enabled"},
		{"fewer scopes", asking("READ"), descriptor.Micro, "fetch:done check:done compare:done callback:done register:done enable:done", "", " installed enabled"},
		{"more scopes", asking("WRITE", "ACT_AS_USER"), descriptor.Minor, "fetch:done check:done compare:waiting", "adds WRITE", ""},
		{"paid", set("enableLicensing", true), descriptor.Minor, "fetch:done check:done compare:waiting", "becomes paid", ""},
		{"major", set("apiVersion", 2), descriptor.Major, "fetch:done check:done compare:done callback:done register:done enable:done", "", " installed enabled"},
		{"major with scopes", func(d map[string]any) { set("apiVersion", 2)(d); asking("ADMIN", "ACT_AS_USER")(d) },
			descriptor.Major, "fetch:done check:done compare:waiting", "adds ADMIN", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			u := newUpgrading(t)
			u.addon.Describe(tc.change)
			o := u.update(t)
			if o.Comparison.Effect != tc.effect || o.Waits != (tc.waits != "") || u.waits(t) != o.Waits {
				t.Errorf("effect %s, waits %t", o.Comparison.Effect, o.Waits)
			}
			if got := told(u.stages); got != tc.stages {
				t.Errorf("stages\n got %s\nwant %s", got, tc.stages)
			}
			if last := u.stages[len(u.stages)-1]; !strings.Contains(last.Detail, tc.waits) {
				t.Errorf("the last stage says %q", last.Detail)
			}
			if got := u.addon.Events(); got != "installed enabled"+tc.events {
				t.Errorf("callbacks: %s", got)
			}
			if applied := string(u.now(t).Descriptor) != string(u.first.Descriptor); applied != (tc.events != "") {
				t.Errorf("the descriptor was taken over: %t", applied)
			}
			for _, h := range u.addon.Heard()[2:] {
				if h.Claims.Subject != "" {
					t.Errorf("%s of an automatic update names %s", h.Event, h.Claims.Subject)
				}
			}
		})
	}
}

func TestApprove(t *testing.T) {
	u := newUpgrading(t)
	u.addon.Describe(func(d map[string]any) { asking("WRITE", "ACT_AS_USER")(d); set("version", "2.0.0")(d) })
	u.update(t)
	waiting, err := u.Pending("jira", hosttest.AddonKey)
	if err != nil || waiting.Version != "2.0.0" || waiting.Comparison.Reason() != "adds WRITE" || !waiting.AskedAt.Equal(u.Clock.Now()) {
		t.Errorf("waits: %+v, %v", waiting, err)
	}
	if in := u.now(t); in.SharedSecret != u.first.SharedSecret || u.Version(in) != "1.0.0" {
		t.Errorf("the old version does not stay in force: %s", u.Version(in))
	}

	u.addon.AnswerStatus("/installed", http.StatusInternalServerError)
	checkUnchanged(t, u.Host, "jira", func() error {
		_, err := u.Approve(t.Context(), "jira", hosttest.AddonKey, nil)
		return err
	})
	if !u.waits(t) {
		t.Error("a version that could not be installed does not wait any more")
	}

	u.addon.Answer("/installed", nil)
	u.stages = nil
	in, err := u.Approve(t.Context(), "jira", hosttest.AddonKey, u.progress)
	if err != nil || u.Version(in) != "2.0.0" || in.SharedSecret == u.first.SharedSecret || u.waits(t) {
		t.Errorf("version %s, waits %t: %v", u.Version(in), u.waits(t), err)
	}
	if got := told(u.stages); got != "check:done compare:done callback:done register:done enable:done" {
		t.Errorf("stages: %s", got)
	}
	heard := u.addon.Heard()
	if h := heard[len(heard)-1]; h.Claims.Subject != u.Site(t, "jira").Users[0].AccountID {
		t.Errorf("%s names %q", h.Event, h.Claims.Subject)
	}
	if _, err := u.Approve(t.Context(), "jira", hosttest.AddonKey, nil); !errors.Is(err, site.ErrNothingPending) {
		t.Errorf("twice: %v", err)
	}
}

func TestRefuse(t *testing.T) {
	u := newUpgrading(t)
	if err := u.Refuse(t.Context(), "jira", hosttest.AddonKey, nil); !errors.Is(err, site.ErrNothingPending) {
		t.Errorf("nothing waits: %v", err)
	}
	u.addon.Describe(asking("ADMIN"))
	u.update(t)
	u.stages = nil
	if err := u.Refuse(t.Context(), "jira", hosttest.AddonKey, u.progress); err != nil {
		t.Fatal(err)
	}
	if u.waits(t) || told(u.stages) != "compare:done" || u.addon.Events() != "installed enabled" {
		t.Errorf("waits %t, stages %s, callbacks %s", u.waits(t), told(u.stages), u.addon.Events())
	}
	if u.update(t); !u.waits(t) {
		t.Error("the same version is not offered again")
	}
}

// TestWhatEndsTheWaiting goes through all that takes a waiting version's place.
func TestWhatEndsTheWaiting(t *testing.T) {
	for _, tc := range []struct {
		name string
		then func(t *testing.T, u *upgrading)
		want string // the version installed afterwards, "" for none
	}{
		{"a later version that asks for no more", func(t *testing.T, u *upgrading) {
			u.addon.Describe(func(d map[string]any) { asking("READ", "ACT_AS_USER")(d); set("version", "3.0.0")(d) })
			u.update(t)
		}, "3.0.0"},
		{"the version is withdrawn", func(t *testing.T, u *upgrading) {
			u.addon.Describe(func(d map[string]any) { asking("READ", "ACT_AS_USER")(d); set("version", "1.0.0")(d) })
			u.update(t)
		}, "1.0.0"},
		{"it is installed by hand", func(t *testing.T, u *upgrading) { u.MustInstall(t, "jira", u.addon.DescriptorURL()) }, "2.0.0"},
		{"the add-on is removed", func(t *testing.T, u *upgrading) {
			if err := u.Uninstall(t.Context(), "jira", hosttest.AddonKey, nil); err != nil {
				t.Fatal(err)
			}
		}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			u := newUpgrading(t)
			u.addon.Describe(func(d map[string]any) { asking("ADMIN", "ACT_AS_USER")(d); set("version", "2.0.0")(d) })
			u.update(t)
			if err := u.SetEnabled(t.Context(), "jira", hosttest.AddonKey, false, nil); err != nil || !u.waits(t) {
				t.Errorf("disabled: waits %t, %v", u.waits(t), err)
			}
			tc.then(t, u)
			if _, err := u.Store.Pending("jira", hosttest.AddonKey); !errors.Is(err, site.ErrNothingPending) {
				t.Errorf("still waits: %v", err)
			}
			if tc.want == "" {
				return
			}
			if in := u.now(t); u.Version(in) != tc.want || in.State != site.Disabled {
				t.Errorf("version %s, %s", u.Version(in), in.State)
			}
		})
	}
}

func TestALaterMinorVersionTakesTheWaitingOnesPlace(t *testing.T) {
	u := newUpgrading(t)
	for _, scope := range []string{"WRITE", "DELETE"} {
		u.addon.Describe(asking(scope, "ACT_AS_USER"))
		u.update(t)
	}
	waiting, err := u.Pending("jira", hosttest.AddonKey)
	if err != nil || waiting.Comparison.Reason() != "adds DELETE" {
		t.Errorf("%s, %v", waiting.Comparison.Reason(), err)
	}
}

func TestUpdatesThatCannotBe(t *testing.T) {
	u := newUpgrading(t)
	if _, err := u.Update(t.Context(), "confluence", hosttest.AddonKey, nil); !errors.Is(err, site.ErrNotInstalled) {
		t.Errorf("not installed: %v", err)
	}
	var refused *install.Error
	u.addon.Describe(set("key", "com.example.other"))
	if _, err := u.Update(t.Context(), "jira", hosttest.AddonKey, nil); !errors.As(err, &refused) || !strings.Contains(refused.Problem.Developer, "com.example.other") {
		t.Errorf("another key: %v", err)
	}
	u.addon.Describe(set("key", hosttest.AddonKey))
	u.addon.Describe(set("lifecycle", map[string]any{}))
	if _, err := u.Update(t.Context(), "jira", hosttest.AddonKey, nil); !errors.As(err, &refused) || refused.Stage != install.CheckStage {
		t.Errorf("a faulty descriptor: %v", err)
	}
	if in := u.now(t); u.waits(t) || string(in.Descriptor) != string(u.first.Descriptor) {
		t.Error("something changed")
	}
}

// TestUpgradesAtOnce has everybody want something else at the same time.
func TestUpgradesAtOnce(t *testing.T) {
	u := newUpgrading(t)
	var all sync.WaitGroup
	for range 3 {
		for _, verb := range []func() error{
			func() error { _, err := u.Update(t.Context(), "jira", hosttest.AddonKey, nil); return err },
			func() error { _, err := u.Install(t.Context(), "jira", u.addon.DescriptorURL(), nil); return err },
			func() error { _, err := u.Approve(t.Context(), "jira", hosttest.AddonKey, nil); return err },
			func() error { return u.Refuse(t.Context(), "jira", hosttest.AddonKey, nil) },
			func() error { u.addon.Describe(asking("WRITE", "ACT_AS_USER")); return nil },
			func() error { u.waits(t); return nil },
		} {
			all.Go(func() {
				if err := verb(); err != nil && !errors.Is(err, site.ErrNothingPending) {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	if in := u.now(t); in.SharedSecret != u.addon.Secret(u.Site(t, "jira").ClientKey) {
		t.Error("host and add-on hold different secrets")
	}
}
