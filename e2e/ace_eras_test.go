package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

// openInEra opens a new project whose sites live in an era, and returns it with its JIRA site.
func openInEra(t *testing.T, era site.Era) (*workbench.Workbench, workbench.SiteState) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "project")
	w, err := workbench.Open(t.Context(), workbench.Params{ProjectDir: dir, AnyPort: true, Logf: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	settings := filepath.Join(dir, "workbench.json")
	text, err := os.ReadFile(settings)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.ReplaceAll(text, []byte(`"contextPath"`), []byte(`"era": "`+string(era)+`", "contextPath"`))
	if err := os.WriteFile(settings, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return openIn(t, dir)
}

// A real add-on that opts into signed installs lives on a site of 2020: the secret of an upgrade is
// the one it has, and it verifies what comes after with it.
func TestACEOnASiteOf2020(t *testing.T) {
	eachACE(t, func(t *testing.T, packages string) {
		w, jira := openInEra(t, site.Cloud2020)
		ace := startACE(t, packages, w.InstallKeysURL(), "")
		ctx := t.Context()
		for range 2 { // an install and an upgrade
			if err := w.Install(ctx, jira.ID, ace.baseURL+"/atlassian-connect.json", nil); err != nil {
				t.Fatal(err)
			}
			ace.expect(t, "installed")
			ace.expect(t, "enabled")
		}
		if a := w.Sites()[0].Addons[0]; a.OldSecrets != 0 {
			t.Errorf("the upgrade brought a new secret: %d earlier ones", a.OldSecrets)
		}
		if err := w.Uninstall(ctx, jira.ID, aceKey, nil); err != nil {
			t.Fatal(err)
		}
		ace.expect(t, "disabled")
		ace.expect(t, "uninstalled")
		if refused, _, err := w.ExchangeCount(ctx, "verdict:failed"); err != nil || refused != 0 {
			t.Errorf("%d exchanges were refused (%v)", refused, err)
		}
	})
}

// On a site of 2016 nothing is signed with the install key. These versions take nothing else, and the
// refusal says why.
func TestACEOnASiteOf2016(t *testing.T) {
	eachACE(t, func(t *testing.T, packages string) {
		w, jira := openInEra(t, site.Cloud2016)
		ace := startACE(t, packages, w.InstallKeysURL(), "")
		err := w.Install(t.Context(), jira.ID, ace.baseURL+"/atlassian-connect.json", nil)
		var refused *install.Error
		if !errors.As(err, &refused) || !strings.HasSuffix(refused.Problem.Key, ".401") {
			t.Fatalf("got %v", err)
		}
		if !strings.Contains(refused.Problem.Developer, "because this site lives in Cloud 2016") {
			t.Errorf("the developer reads %q", refused.Problem.Developer)
		}
	})
}

// A published update reaches a real add-on: by itself when it asks for no more, on approval when it
// does. The listing stands in for the Marketplace, which has a copy of the descriptor.
func TestACEIsUpdated(t *testing.T) {
	eachACE(t, func(t *testing.T, packages string) {
		w, jira := openWorkbench(t)
		ace := startACE(t, packages, w.InstallKeysURL(), "")
		var listed sync.Map
		listing := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			served, err := http.Get(ace.baseURL + "/atlassian-connect.json")
			if err != nil {
				http.Error(rw, err.Error(), http.StatusBadGateway)
				return
			}
			defer served.Body.Close()
			var d map[string]any
			if err := json.NewDecoder(served.Body).Decode(&d); err != nil {
				http.Error(rw, err.Error(), http.StatusBadGateway)
				return
			}
			listed.Range(func(name, value any) bool { d[name.(string)] = value; return true })
			_ = json.NewEncoder(rw).Encode(d)
		}))
		t.Cleanup(listing.Close)
		took := func() {
			t.Helper()
			ace.expect(t, "installed")
			ace.expect(t, "enabled")
		}
		if err := w.Install(t.Context(), jira.ID, listing.URL, nil); err != nil {
			t.Fatal(err)
		}
		took()
		listed.Store("description", "Second version")
		if o, err := w.Update(t.Context(), jira.ID, aceKey, nil); err != nil || o.Comparison.Effect != descriptor.Micro {
			t.Fatalf("%+v, %v", o.Comparison, err)
		}
		took()
		listed.Store("scopes", []string{"ADMIN"})
		if o, err := w.Update(t.Context(), jira.ID, aceKey, nil); err != nil || !o.Waits {
			t.Fatalf("%+v, %v", o.Comparison, err)
		}
		if err := w.Approve(t.Context(), jira.ID, aceKey, nil); err != nil {
			t.Fatal(err)
		}
		took()
		if refused, _, err := w.ExchangeCount(t.Context(), "verdict:failed"); err != nil || refused != 0 {
			t.Errorf("%d exchanges were refused (%v)", refused, err)
		}
	})
}
