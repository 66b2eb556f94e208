package mockhost_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/webhook"
)

// another is a site that a running host may add.
func another(id string) site.Site {
	return site.New(nil, site.Jira, id, "Globex (JIRA)", 0)
}

func TestAddedSiteIsACustomerLikeAnyOther(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	host.MustInstall(t, "jira", addon.DescriptorURL())
	added, err := host.AddSite(t.Context(), another("globex"))
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, added.BaseURL+"/", "localhost:"+strconv.Itoa(added.Port)); status != http.StatusOK {
		t.Fatalf("its home page answers %d", status)
	}
	in := host.MustInstall(t, "globex", addon.DescriptorURL())
	if first, _ := host.Store.Get("jira", hosttest.AddonKey); first.SharedSecret == in.SharedSecret {
		t.Error("two customers have the same secret")
	}
	if addon.Secret(added.ClientKey) != in.SharedSecret {
		t.Error("the add-on does not know the new customer")
	}
	if sites := host.Sites(); len(sites) != 3 || sites[2].ID != "globex" {
		t.Errorf("sites %v", sites)
	}
}

// A project's sites may be edited by hand, so that the store knows one that is not there any more.
func TestAddedSiteHasNothingOfOneWithItsID(t *testing.T) {
	host := hosttest.New(t, nil)
	in := site.Installation{SiteID: "globex", AddonKey: hosttest.AddonKey, State: site.Enabled, SharedSecret: "of another customer"}
	if err := host.Store.Put(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if _, err := host.AddSite(t.Context(), another("globex")); err != nil {
		t.Fatal(err)
	}
	if left, err := host.Installations("globex"); err != nil || len(left) != 0 {
		t.Errorf("a new site has %+v, %v", left, err)
	}
}

func TestSitesThatCannotBeAdded(t *testing.T) {
	host := hosttest.New(t, nil)
	twin := another("twin")
	twin.ClientKey = host.Site(t, "jira").ClientKey
	for name, s := range map[string]site.Site{"same id": another("jira"), "same clientKey": twin, "no id": another("")} {
		if _, err := host.AddSite(t.Context(), s); err == nil {
			t.Errorf("%s: was added", name)
		}
	}
	if len(host.Sites()) != 2 {
		t.Errorf("%d sites afterwards", len(host.Sites()))
	}
}

func TestAddedSiteMovesOffATakenPort(t *testing.T) {
	host := hosttest.New(t, nil)
	taken, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	s := another("globex")
	s.Port = taken.Addr().(*net.TCPAddr).Port
	added, err := host.AddSite(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if !added.Moved || added.Port == s.Port {
		t.Errorf("at port %d, moved %t", added.Port, added.Moved)
	}
}

func TestChangedSiteKeepsWhatIsInstalled(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	before := host.MustInstall(t, "jira", addon.DescriptorURL())
	s := host.Site(t, "jira").Site
	s.Title, s.ContextPath, s.Licence = "Acme renamed", "/jira", site.InactiveTrial
	changed, err := host.ChangeSite(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if want := "http://localhost:" + strconv.Itoa(changed.Port) + "/jira"; changed.BaseURL != want {
		t.Errorf("base URL %s, want %s", changed.BaseURL, want)
	}
	own := "localhost:" + strconv.Itoa(changed.Port)
	if status, _ := get(t, changed.BaseURL+"/", own); status != http.StatusOK {
		t.Errorf("the new context path answers %d", status)
	}
	if after, err := host.Store.Get("jira", hosttest.AddonKey); err != nil || after.SharedSecret != before.SharedSecret {
		t.Errorf("installation afterwards: %v", err)
	}
	in := host.MustInstall(t, "jira", addon.DescriptorURL())
	heard := addon.Heard()
	if body := heard[len(heard)-2].Body; body["baseUrl"] != changed.BaseURL || body["description"] != "Acme renamed" || in.SharedSecret == before.SharedSecret {
		t.Errorf("installed says %v", body)
	}
}

func TestChangedSiteMovesToItsNewPort(t *testing.T) {
	host := hosttest.New(t, nil)
	free, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := host.Site(t, "jira")
	old := s.Port
	s.Site.Port = free.Addr().(*net.TCPAddr).Port
	free.Close()
	changed, err := host.ChangeSite(t.Context(), s.Site)
	if err != nil {
		t.Fatal(err)
	}
	if changed.Port == old {
		t.Fatalf("still at %d", old)
	}
	if status, _ := get(t, changed.BaseURL+"/", "localhost:"+strconv.Itoa(changed.Port)); status != http.StatusOK {
		t.Errorf("the new port answers %d", status)
	}
}

func TestSiteKeepsItsProduct(t *testing.T) {
	host := hosttest.New(t, nil)
	s := host.Site(t, "jira").Site
	s.Product = site.Confluence
	if _, err := host.ChangeSite(t.Context(), s); !errors.Is(err, mockhost.ErrProduct) {
		t.Errorf("got %v", err)
	}
	if _, err := host.ChangeSite(t.Context(), another("nowhere")); !errors.Is(err, mockhost.ErrUnknownSite) {
		t.Errorf("unknown site: %v", err)
	}
}

func TestRemovedSiteIsGone(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	host.MustInstall(t, "jira", addon.DescriptorURL())
	port := host.Site(t, "jira").Port
	if err := host.RemoveSite(t.Context(), "jira"); err != nil {
		t.Fatal(err)
	}
	if len(host.Store.List("jira")) != 0 {
		t.Error("its installations are still kept")
	}
	if addon.Events() != "installed enabled" {
		t.Errorf("the add-on heard %s", addon.Events())
	}
	if conn, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(port)); err == nil {
		conn.Close()
		t.Error("its port is still open")
	}
	if _, err := host.Install(t.Context(), "jira", addon.DescriptorURL(), nil); !errors.Is(err, mockhost.ErrUnknownSite) {
		t.Errorf("install on it: %v", err)
	}
	if err := host.RemoveSite(t.Context(), "jira"); !errors.Is(err, mockhost.ErrUnknownSite) {
		t.Errorf("removed again: %v", err)
	}
}

// An add-on that never answers holds up neither the removal nor, afterwards, anything else.
func TestRemovingASiteEndsWhatRunsOnIt(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	open := make(chan struct{})
	addon.Answer("/installed", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the host has gone
		close(open)
		<-r.Context().Done()
	})
	var refused error
	var installing sync.WaitGroup
	installing.Go(func() { _, refused = host.Install(context.Background(), "jira", addon.DescriptorURL(), nil) })
	<-open
	if err := host.RemoveSite(t.Context(), "jira"); err != nil {
		t.Fatal(err)
	}
	installing.Wait()
	var failure *install.Error
	if !errors.As(refused, &failure) || !errors.Is(refused, mockhost.ErrSiteBusy) {
		t.Errorf("the install ended with %v", refused)
	}
}

func TestResetSiteStartsAnew(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	addon.Describe(func(d map[string]any) {
		d["modules"].(map[string]any)["webhooks"] = []any{map[string]any{"event": "jira:issue_created", "url": "/hook"}}
	})
	addon.AnswerStatus("/hook", http.StatusServiceUnavailable)
	host.MustInstall(t, "jira", addon.DescriptorURL())
	if _, err := host.Fire(t.Context(), "jira", "jira:issue_created", nil); err != nil {
		t.Fatal(err)
	}
	waiting := func() []webhook.Retry {
		list, err := host.PendingRetries("jira")
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if len(waiting()) != 1 {
		t.Fatalf("retries before: %v", waiting())
	}
	if err := host.ResetSite(t.Context(), "jira"); err != nil {
		t.Fatal(err)
	}
	if len(waiting()) != 0 || len(host.Store.List("jira")) != 0 {
		t.Errorf("left: retries %v, installations %v", waiting(), host.Store.List("jira"))
	}
	// The add-on knows the customer and is asked like for a new one.
	in := host.MustInstall(t, "jira", addon.DescriptorURL())
	if len(in.OldSecrets) != 0 || addon.Secret(host.Site(t, "jira").ClientKey) != in.SharedSecret {
		t.Errorf("installed again with %d former secrets", len(in.OldSecrets))
	}
}

// Sites come and go while others are used; the race detector watches.
func TestSitesChangeWhileTheyAreUsed(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	var all sync.WaitGroup
	for n := range 4 {
		id := "site-" + strconv.Itoa(n)
		all.Go(func() {
			for range 3 {
				s := another(id)
				if _, err := host.AddSite(t.Context(), s); err != nil {
					t.Errorf("add %s: %v", id, err)
					return
				}
				s.Title += " renamed"
				if _, err := host.ChangeSite(t.Context(), s); err != nil {
					t.Errorf("change %s: %v", id, err)
				}
				if _, err := host.Install(t.Context(), id, addon.DescriptorURL(), nil); err != nil {
					t.Errorf("install on %s: %v", id, err)
				}
				if err := host.RemoveSite(t.Context(), id); err != nil {
					t.Errorf("remove %s: %v", id, err)
				}
			}
		})
		all.Go(func() {
			for range 10 {
				host.Sites()
				_, _ = host.Pages(id) // it may not be there
			}
		})
	}
	all.Wait()
	if len(host.Sites()) != 2 {
		t.Errorf("%d sites are left", len(host.Sites()))
	}
}
