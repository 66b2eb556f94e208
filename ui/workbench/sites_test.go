package workbench

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/site"
)

func TestSitesSurviveARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	w := open(t, Params{ProjectDir: dir})
	s := w.NewSite(site.Confluence, "Globex & Söhne")
	if s.ID != "globex-s-hne" || s.Port != 1991 {
		t.Errorf("a new site has the id %q and the port %d", s.ID, s.Port)
	}
	if _, err := w.AddSite(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if err := w.Install(t.Context(), s.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	clone, err := w.CloneOf(s.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	if clone.Title != "Globex & Söhne (copy)" || clone.Port != 1992 || clone.ClientKey == s.ClientKey {
		t.Errorf("clone %+v", clone)
	}
	s.Title, s.Era = "Globex renamed", site.Cloud2016
	if _, err := w.ChangeSite(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if err := w.RemoveSite(t.Context(), "jira"); err != nil {
		t.Fatal(err)
	}
	closeWorkbench(t, w)

	sites := open(t, Params{ProjectDir: dir}).Sites()
	if len(sites) != 2 || sites[1].Title != "Globex renamed" || sites[1].Era != site.Cloud2016 {
		t.Fatalf("after a restart: %+v", sites)
	}
	if addons := sites[1].Addons; len(addons) != 1 || addons[0].State != site.Enabled {
		t.Errorf("installed after a restart: %+v", addons)
	}
	settings, err := readSettings(dir)
	if err != nil || settings.Sites[1].Port != 1991 {
		t.Errorf("workbench.json has %+v, %v", settings, err)
	}
}

func TestResetSiteForgetsItsAddons(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	if err := w.Install(t.Context(), "jira", "", nil); err != nil {
		t.Fatal(err)
	}
	heard := 0
	defer w.Subscribe(func(c Change) {
		if c == SitesChanged {
			heard++
		}
	})()
	if err := w.ResetSite(t.Context(), "jira"); err != nil {
		t.Fatal(err)
	}
	if addons := siteByProduct(t, w, site.Jira).Addons; len(addons) != 0 || heard != 1 {
		t.Errorf("left %v; heard of %d changes", addons, heard)
	}
}

// What cannot be written to disk does not come about in memory either.
func TestSiteThatCannotBeKept(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("the superuser may write everywhere")
	}
	dir := filepath.Join(t.TempDir(), "project")
	w := open(t, Params{ProjectDir: dir})
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o700) })
	if _, err := w.AddSite(t.Context(), w.NewSite(site.Jira, "Globex")); err == nil {
		t.Error("a site was added that is nowhere kept")
	}
	if err := w.RemoveSite(t.Context(), "jira"); err == nil {
		t.Error("a site was removed that is still kept")
	}
	if len(w.Sites()) != 2 {
		t.Errorf("%d sites", len(w.Sites()))
	}
}

func TestSiteErrorsSayWhat(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	var invalid *site.InvalidError
	s := w.NewSite(site.Jira, "Globex")
	s.ContextPath = "jira"
	if _, err := w.AddSite(t.Context(), s); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "contextPath") {
		t.Errorf("bad context path: %v", err)
	}
	if err := w.RemoveSite(t.Context(), "nowhere"); !errors.Is(err, mockhost.ErrUnknownSite) {
		t.Errorf("unknown site: %v", err)
	}
}

// Whoever changes one setting does not undo what somebody else changes at the same time.
func TestPatchesAtOnceAreAllKept(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	var all sync.WaitGroup
	for name, value := range map[string]string{
		"title": `"Renamed"`, "licence": `"none"`, "era": `"cloud-2016"`, "displayUrl": `"https://acme.example"`,
		"tokenSeconds": "60", "uninstalledFirst": "true", "serverVersion": `"4711"`,
	} {
		all.Go(func() {
			if _, err := w.PatchSite(t.Context(), "jira", map[string]json.RawMessage{name: json.RawMessage(value)}); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	all.Wait()
	s, err := w.SiteSettings("jira")
	if err != nil {
		t.Fatal(err)
	}
	if s.Title != "Renamed" || s.Licence != site.NoLicence || s.Era != site.Cloud2016 || s.DisplayURL == "" || s.TokenSeconds != 60 || !s.UninstalledFirst || s.ServerVersion != "4711" {
		t.Errorf("kept: %+v", s)
	}
}

// TestWantedSettings asks for what a person would regret, and expects the settings to stay.
func TestWantedSettings(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	w := open(t, Params{ProjectDir: dir})
	before, err := w.SiteSettings("jira")
	if err != nil {
		t.Fatal(err)
	}
	for says, change := range map[string]func(s *site.Site){
		"title is empty":           func(s *site.Site) { s.Title = " " },
		"not one line of text":     func(s *site.Site) { s.Title = "two\nlines" },
		"title has 300 characters": func(s *site.Site) { s.Title = strings.Repeat("ü", 300) },
		`that of the site "conf`:   func(s *site.Site) { s.Port = 1990 },
		"that of the built-in":     func(s *site.Site) { s.Port = w.currentSettings().Addon.Port },
		`timeZone "Mars/X" of Gil`: func(s *site.Site) {
			s.Users = []site.User{{AccountID: "712020:x", DisplayName: "Gil", TimeZone: "Mars/X"}}
		},
		`locale "deutsch!" of Gil`: func(s *site.Site) {
			s.Users = []site.User{{AccountID: "712020:x", DisplayName: "Gil", Locale: "deutsch!"}}
		},
		"712020:x has no displayName": func(s *site.Site) { s.Users = []site.User{{AccountID: "712020:x"}} },
	} {
		s := before
		change(&s)
		var invalid *site.InvalidError
		if _, err := w.ChangeSite(t.Context(), s); !errors.As(err, &invalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want a word on: %s", err, says)
		}
	}
	clone, err := w.CloneOf("jira", "Clone")
	if err != nil {
		t.Fatal(err)
	}
	clone.Port = before.Port
	if _, err := w.AddSite(t.Context(), clone); err == nil {
		t.Error("two sites want one port")
	}
	if after, err := readSettings(dir); err != nil || len(after.Sites) != 2 || after.Sites[0].Title != before.Title {
		t.Errorf("workbench.json has %+v, %v", after.Sites, err)
	}
	// A file that has two already, from another hand, opens; and its sites can be changed.
	twice := before
	twice.Port = 1990
	if err := w.saveSettings(func(all *settings) { all.Sites[0] = twice }); err != nil {
		t.Fatal(err)
	}
	twice.Title = "Renamed"
	if _, err := w.ChangeSite(t.Context(), twice); err != nil {
		t.Errorf("rename a site that shares its port: %v", err)
	}
}
