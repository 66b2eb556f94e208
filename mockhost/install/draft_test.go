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

func TestSealsFollowTheDescriptor(t *testing.T) {
	const head = `{"key":"k","baseUrl":"http://localhost:1","lifecycle":{"installed":"/i"}`
	held := site.Installation{SharedSecret: "held"}
	for _, tc := range []struct {
		name, text             string
		before                 site.Installation
		installed, uninstalled seal
		enabled                seal
	}{
		{"signed install said", head + `,"apiMigrations":{"signed-install":true}}`, held,
			seal{installKey: true}, seal{installKey: true}, seal{secret: "new"}},
		{"signed install not mentioned", head + `}`, held,
			seal{installKey: true}, seal{installKey: true}, seal{secret: "new"}},
		{"symmetric, known", head + `,"apiMigrations":{"signed-install":false}}`, held,
			seal{secret: "held"}, seal{secret: "new"}, seal{secret: "new"}},
		{"symmetric, first", head + `,"apiMigrations":{"signed-install":false}}`, site.Installation{},
			seal{}, seal{secret: "new"}, seal{secret: "new"}},
		{"no authentication", head + `,"authentication":{"type":"none"}}`, held,
			seal{}, seal{}, seal{}},
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
			if got := installSeal(d, tc.before); got != tc.installed {
				t.Errorf("installed: %+v, want %+v", got, tc.installed)
			}
			if got := tellSeal(d, exchange.KindUninstalled, secret); got != tc.uninstalled {
				t.Errorf("uninstalled: %+v, want %+v", got, tc.uninstalled)
			}
			if got := tellSeal(d, exchange.KindEnabled, secret); got != tc.enabled {
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
