package install

import (
	"testing"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

func TestJoinURL(t *testing.T) {
	for _, tc := range []struct{ base, path, want string }{
		{"http://localhost:3000", "/installed", "http://localhost:3000/installed"},
		{"http://localhost:3000/", "/installed", "http://localhost:3000/installed"},
		{"http://localhost:3000/addon", "installed", "http://localhost:3000/addon/installed"},
		{"http://localhost:3000/addon/", "/installed?x=1", "http://localhost:3000/addon/installed?x=1"},
	} {
		if got := joinURL(tc.base, tc.path); got != tc.want {
			t.Errorf("%s + %s: got %s, want %s", tc.base, tc.path, got, tc.want)
		}
	}
}

func TestSealsFollowDescriptorAndEra(t *testing.T) {
	const head = `{"key":"k","baseUrl":"http://localhost:1","lifecycle":{"installed":"/i"}`
	const in, out = `,"apiMigrations":{"signed-install":true}}`, `,"apiMigrations":{"signed-install":false}}`
	held, first := site.Installation{SharedSecret: "held"}, site.Installation{}
	byKey, byHeld, byNew := seal{installKey: true}, seal{secret: "held"}, seal{secret: "new"}
	for _, tc := range []struct {
		name, text             string
		era                    site.Era
		before                 site.Installation
		installed, uninstalled seal
		enabled                seal
	}{
		{"now, opted in", head + in, site.CloudNow, held, byKey, byKey, byNew},
		{"now, unsaid", head + `}`, "", held, byKey, byKey, byNew},
		{"now, opted out, known", head + out, "", held, byHeld, byNew, byNew},
		{"now, opted out, first", head + out, "", first, seal{}, byNew, byNew},
		{"now, no authentication", head + `,"authentication":{"type":"none"}}`, "", held, seal{}, seal{}, seal{}},
		{"2020, opted in", head + in, site.Cloud2020, held, byKey, byKey, byNew},
		{"2020, unsaid, known", head + `}`, site.Cloud2020, held, byHeld, byNew, byNew},
		{"2020, unsaid, first", head + `}`, site.Cloud2020, first, seal{}, byNew, byNew},
		{"2016, opted in, known", head + in, site.Cloud2016, held, byHeld, byNew, byNew},
		{"2016, opted in, first", head + in, site.Cloud2016, first, seal{}, byNew, byNew},
		{"2016, no authentication", head + `,"authentication":{"type":"none"}}`, site.Cloud2016, held, seal{}, seal{}, seal{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, err := newDraft([]byte(tc.text))
			if err != nil {
				t.Fatal(err)
			}
			secret := "new"
			if !d.Authenticated() {
				secret = ""
			}
			p := site.Site{Era: tc.era}.Practice(d.Migrations)
			if got := installSeal(d, p, tc.before); got != tc.installed {
				t.Errorf("installed: %+v, want %+v", got, tc.installed)
			}
			if got := tellSeal(d, p, exchange.KindUninstalled, secret); got != tc.uninstalled {
				t.Errorf("uninstalled: %+v, want %+v", got, tc.uninstalled)
			}
			if got := tellSeal(d, p, exchange.KindEnabled, secret); got != tc.enabled {
				t.Errorf("enabled: %+v, want %+v", got, tc.enabled)
			}
		})
	}
}

func TestEveryKeyHasWordsForBothReaders(t *testing.T) {
	for key, m := range messages() {
		if m.admin == "" || m.advice == "" {
			t.Errorf("%s: admin %q, advice %q", key, m.admin, m.advice)
		}
	}
	for status := 100; status < 600; status++ {
		if _, ok := messages()[badResponseKey(status)]; !ok {
			t.Errorf("status %d has a key without a message: %s", status, badResponseKey(status))
		}
	}
}

func TestEveryKeyCanBeAskedForOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Faults() {
		if _, ok := messages()[f.Key]; !ok || seen[f.Key] || f.Title == "" {
			t.Errorf("%s: %q has no message, no title or is there twice", f.Key, f.Title)
		}
		seen[f.Key] = true
	}
	for key := range messages() {
		if !seen[key] && key != keyCancelled {
			t.Errorf("%s cannot be asked for", key)
		}
	}
}

// TestSpoiledDescriptorGetsNoFurther has the host refuse what was spoiled and passes the check all the same.
func TestSpoiledDescriptorGetsNoFurther(t *testing.T) {
	v := &verb{spoiledBy: &Fault{Key: keyNoTLS, Title: "baseUrl without TLS"}}
	if p := v.refused(); p == nil || p.Key != keyNoTLS {
		t.Errorf("got %+v", p)
	}
}
