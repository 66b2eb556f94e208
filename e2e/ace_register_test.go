package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

// An unmodified ACE add-on registers itself when it starts, with nothing but our address and an
// administrator in its config.json, and leaves when it is told to stop.
func TestACERegistersItself(t *testing.T) { eachACE(t, testACERegisters) }

func testACERegisters(t *testing.T, packages string) {
	w, jira := openWorkbench(t)
	host := strings.Replace(jira.BaseURL, "http://", "http://"+site.AdminName+":"+site.Password+"@", 1)
	ace := startACE(t, packages, w.InstallKeysURL(), host)
	if got := ace.expect(t, "installed"); got.ClientKey != jira.ClientKey || got.BaseURL != jira.BaseURL {
		t.Errorf("installed with %+v, want clientKey %s and baseUrl %s", got, jira.ClientKey, jira.BaseURL)
	}
	ace.expect(t, "enabled")
	ace.expect(t, "registered")
	if got := states(t, w.Sites()); !slices.Equal(got, []site.State{site.Enabled}) {
		t.Errorf("after the start the sites have it %v", got)
	}

	ace.stop()
	ace.expect(t, "disabled")
	if got := ace.expect(t, "uninstalled"); got.ClientKey != jira.ClientKey {
		t.Errorf("uninstalled: %+v", got)
	}
	ace.expect(t, "deregistered")
	if got := states(t, w.Sites()); slices.Contains(got, site.Enabled) {
		t.Errorf("after the stop the sites have it %v", got)
	}

	rows, err := w.ExchangeRows(t.Context(), "kind:upm", 0, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	for _, r := range slices.Backward(rows) {
		if !r.OK {
			t.Errorf("%s %s was refused: %s", r.Method, r.URL, r.Summary)
		}
		if r.Status != http.StatusOK {
			calls = append(calls, r.Method+" "+http.StatusText(r.Status))
		}
	}
	if want := []string{"POST Accepted", "GET See Other", "DELETE No Content"}; !slices.Equal(calls, want) {
		t.Errorf("the add-on manager was asked %v, want %v beside reads", calls, want)
	}
}

// With a wrong password it stays out: that we let it in above means something.
func TestACEDoesNotRegisterWithAWrongPassword(t *testing.T) { eachACE(t, testACEWrongPassword) }

func testACEWrongPassword(t *testing.T, packages string) {
	w, jira := openWorkbench(t)
	ace := startACE(t, packages, w.InstallKeysURL(), strings.Replace(jira.BaseURL, "http://", "http://admin:guess@", 1))
	for deadline := time.Now().Add(20 * time.Second); ; <-time.After(20 * time.Millisecond) {
		refused, _, err := w.ExchangeCount(t.Context(), "kind:upm verdict:failed")
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("%d calls were refused (%v)", refused, err)
		}
		if refused > 0 {
			break
		}
	}
	ace.stop()
	if got := states(t, w.Sites()); len(got) != 0 {
		t.Errorf("the sites have it %v", got)
	}
}

// states is how the sites have the add-on, remnants left out.
func states(t *testing.T, sites []workbench.SiteState) []site.State {
	t.Helper()
	var found []site.State
	for _, s := range sites {
		for _, a := range s.Addons {
			if a.Key == aceKey && a.State != site.Uninstalled {
				found = append(found, a.State)
			}
		}
	}
	return found
}
