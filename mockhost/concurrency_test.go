package mockhost_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

func TestInstallsOfOneAddonTakeTurns(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	var open, most, waits atomic.Int32
	addon.Answer("/installed", func(w http.ResponseWriter, r *http.Request) {
		now := open.Add(1)
		for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
		}
		addon.Lifecycle(w, r)
		open.Add(-1)
	})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), func(s install.Stage) {
				if strings.HasPrefix(s.Detail, "waiting") {
					waits.Add(1)
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d installed callbacks were open at once", most.Load())
	}
	in, err := host.Store.Get("jira", hosttest.AddonKey)
	if err != nil {
		t.Fatal(err)
	}
	if in.SharedSecret != addon.Secret(host.Site(t, "jira").ClientKey) {
		t.Error("host and add-on ended with different secrets")
	}
	if len(in.OldSecrets) != 7 {
		t.Errorf("%d former secrets after 8 installs", len(in.OldSecrets))
	}
	t.Logf("%d of 8 had to wait", waits.Load())
}

func TestSitesDoNotWaitForEachOther(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	// Each callback waits until the other one is open too.
	var both sync.WaitGroup
	both.Add(2)
	addon.Answer("/installed", func(w http.ResponseWriter, r *http.Request) {
		both.Done()
		both.Wait()
		addon.Lifecycle(w, r)
	})
	var wg sync.WaitGroup
	for _, id := range []string{"jira", "confluence"} {
		wg.Go(func() {
			if _, err := host.Install(t.Context(), id, addon.DescriptorURL(), nil); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		})
	}
	wg.Wait()
}

func TestAllVerbsAtOnce(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	var wg sync.WaitGroup
	ignore := func(err error) {
		var refused *install.Error
		if err != nil && !errors.Is(err, site.ErrNotInstalled) && !errors.As(err, &refused) {
			t.Error(err)
		}
	}
	for n := range 12 {
		wg.Go(func() {
			switch n % 4 {
			case 0, 1:
				_, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), nil)
				ignore(err)
			case 2:
				ignore(host.SetEnabled(t.Context(), "jira", hosttest.AddonKey, n%8 < 4, nil))
			case 3:
				ignore(host.Uninstall(t.Context(), "jira", hosttest.AddonKey, nil))
			}
			_, err := host.Installations("jira")
			ignore(err)
		})
	}
	wg.Wait()
	in, err := host.Store.Get("jira", hosttest.AddonKey)
	if err != nil {
		t.Fatal(err)
	}
	if in.SharedSecret != addon.Secret(host.Site(t, "jira").ClientKey) {
		t.Error("host and add-on ended with different secrets")
	}
	if refused := addon.Refused(); len(refused) > 0 {
		t.Errorf("the add-on refused: %v", refused)
	}
}

// cancelled wants err to be a cancelled install that left nothing, and its stages to say so.
func cancelled(t *testing.T, host *hosttest.Host, err error, stages []install.Stage) {
	t.Helper()
	var refused *install.Error
	if !errors.As(err, &refused) || refused.Problem.Key != "workbench.cancelled" {
		t.Fatalf("got %v", err)
	}
	var said bool
	for _, s := range stages {
		said = said || s.State == install.Failed && s.Detail == "cancelled"
	}
	if !said {
		t.Errorf("no stage says that it was cancelled: %+v", stages)
	}
	if list, _ := host.Installations("jira"); len(list) != 0 {
		t.Errorf("kept: %+v", list)
	}
}

func TestCancelEndsAnInstallCleanly(t *testing.T) {
	for _, path := range []string{"/atlassian-connect.json", "/installed"} {
		t.Run(path, func(t *testing.T) {
			host := hosttest.New(t, nil)
			addon := hosttest.NewAddon(t, host)
			ctx, cancel := context.WithCancel(t.Context())
			addon.Answer(path, func(w http.ResponseWriter, r *http.Request) {
				cancel()
				hang(w, r)
			})
			var stages []install.Stage
			_, err := host.Install(ctx, "jira", addon.DescriptorURL(), func(s install.Stage) { stages = append(stages, s) })
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			cancelled(t, host, err, stages)

			addon.Answer(path, nil)
			host.MustInstall(t, "jira", addon.DescriptorURL())
		})
	}
}

func TestCancelAfterInstalledStillFinishes(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	ctx, cancel := context.WithCancel(t.Context())
	addon.Answer("/enabled", func(w http.ResponseWriter, r *http.Request) {
		cancel()
		hang(w, r)
	})
	in, err := host.Install(ctx, "jira", addon.DescriptorURL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if in.SharedSecret != addon.Secret(host.Site(t, "jira").ClientKey) {
		t.Error("the add-on holds a secret the host does not know")
	}
}

func TestCancelWhileWaitingForATurn(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	entered, leave := make(chan struct{}), make(chan struct{})
	addon.Answer("/installed", func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		<-leave
		addon.Lifecycle(w, r)
	})
	first := make(chan error, 1)
	go func() {
		_, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), nil)
		first <- err
	}()
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	var stages []install.Stage
	_, err := host.Install(ctx, "jira", addon.DescriptorURL(), func(s install.Stage) {
		stages = append(stages, s)
		if strings.HasPrefix(s.Detail, "waiting") {
			cancel()
		}
	})
	cancelled(t, host, err, stages)
	close(leave)
	if err := <-first; err != nil {
		t.Errorf("the install it waited for: %v", err)
	}
}

func TestCloseEndsAnInstallUnderWay(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	entered := make(chan struct{})
	addon.Answer("/installed", func(w http.ResponseWriter, r *http.Request) {
		close(entered)
		hang(w, r)
	})
	done := make(chan error, 1)
	go func() {
		_, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), nil)
		done <- err
	}()
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := host.Close(ctx); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		if !errors.Is(err, mockhost.ErrNotRunning) {
			t.Errorf("the install ended with %v", err)
		}
	case <-ctx.Done(): // the verb is over before its caller has sent the error
		t.Error("the install goes on although Close returned")
	}
	if list := host.Store.List("jira"); len(list) != 0 {
		t.Errorf("kept: %+v", list)
	}
	if _, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), nil); !errors.Is(err, mockhost.ErrNotRunning) {
		t.Errorf("install on a closed host: %v", err)
	}
}
