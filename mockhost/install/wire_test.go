package install_test

import (
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const wireDescriptor = `{
  "key": "com.example.wire", "name": "Wire", "version": "1.2.3",
  "baseUrl": "http://localhost:3000/addon",
  "vendor": {"name": "Example", "url": "https://vendor.example"},
  "authentication": {"type": "jwt"}, "enableLicensing": true,
  "lifecycle": {"installed": "/installed?source=host", "enabled": "/enabled", "disabled": "/disabled", "uninstalled": "/uninstalled"},
  "scopes": ["READ"],
  "modules": {"generalPages": [{"key": "home", "url": "/home", "name": {"value": "Home"}}]}
}
`

// rig is a manager with the default sites and an add-on on the wire; time, random source, keys and
// addresses are fixed.
type rig struct {
	addon   *hosttest.Wire
	manager *install.Manager
	sites   []site.Running
}

func newRig(t *testing.T, descriptor string) *rig {
	t.Helper()
	dir := t.TempDir()
	clock := hosttest.NewClock()
	log, err := exchange.Open(t.Context(), exchange.Params{Path: filepath.Join(dir, "exchanges.db"), Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	random := hosttest.WireRand()
	sites := hosttest.WireSites(random)
	key := hosttest.InstallKey(t)
	addon := hosttest.NewWire(t)
	addon.Describe(descriptor)
	return &rig{
		addon: addon,
		manager: install.New(install.Params{
			Store: hosttest.OpenStore(t, filepath.Join(dir, "state.db")), Log: log, Client: addon.Client(),
			Clock: clock.Now, Rand: random, Signer: install.Signer{KeyID: key.ID, Key: key.Private},
			NewID: func() string { return fmt.Sprintf("%x", draw(random, 4)) },
		}),
		sites: sites,
	}
}

const (
	wireURL = "http://localhost:3000/addon/atlassian-connect.json"
	wireKey = "com.example.wire"
)

func (r *rig) install(t *testing.T, s site.Running) {
	t.Helper()
	if _, err := r.manager.Install(t.Context(), s, wireURL, nil); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) uninstall(t *testing.T, s site.Running) {
	t.Helper()
	if err := r.manager.Uninstall(t.Context(), s, wireKey, nil); err != nil {
		t.Fatal(err)
	}
}

// matches compares what was sent with the golden files of these names, but for those without a name.
func (r *rig) matches(t *testing.T, prefix string, names ...string) {
	t.Helper()
	sent := r.addon.TakeAll()
	if len(sent) != len(names) {
		t.Fatalf("%d requests were sent, want %v", len(sent), names)
	}
	for i, name := range names {
		if name != "" {
			hosttest.Golden(t, filepath.Join("testdata", prefix+"-"+name+".http"), sent[i], *update)
		}
	}
}

// TestWire compares each request with the bytes it had when the golden files were written.
func TestWire(t *testing.T) {
	r := newRig(t, wireDescriptor)
	for _, s := range r.sites {
		t.Run(s.ID, func(t *testing.T) {
			r.install(t, s)
			r.uninstall(t, s)
			r.matches(t, s.ID, "descriptor", "installed", "enabled", "disabled", "uninstalled")
		})
	}
}

// TestWireOfEachEra goes through the callbacks of a site's life in each of the earlier eras: first
// install, upgrade with the same secret, removal, return, and an update that nobody acts in. The
// add-on opts into nothing; Cloud 2020 is shown as well with one that opts in.
func TestWireOfEachEra(t *testing.T) {
	for _, tc := range []struct {
		prefix, migrations string
		era                site.Era
	}{
		{"cloud-2016", `{}`, site.Cloud2016},
		{"cloud-2016-gdpr", `{"gdpr": true}`, site.Cloud2016},
		{"cloud-2020", `{}`, site.Cloud2020},
		{"cloud-2020-opted-in", `{"signed-install": true, "context-qsh": true}`, site.Cloud2020},
	} {
		t.Run(tc.prefix, func(t *testing.T) {
			descriptor := strings.Replace(wireDescriptor, `"scopes": ["READ"]`, `"scopes": ["READ", "ACT_AS_USER"], "apiMigrations": `+tc.migrations, 1)
			r := newRig(t, descriptor)
			s := r.sites[0]
			s.Era, s.HelpCenterURL, s.UninstalledFirst = tc.era, "https://help.acme.example", true
			r.install(t, s)
			r.matches(t, tc.prefix, "1-descriptor", "2-first-installed", "3-enabled")
			r.install(t, s)
			r.matches(t, tc.prefix, "", "4-upgrade-installed", "5-enabled")
			r.uninstall(t, s)
			r.matches(t, tc.prefix, "6-uninstalled", "7-disabled")
			r.install(t, s)
			r.matches(t, tc.prefix, "", "8-return-installed", "9-enabled")
			r.addon.Describe(strings.Replace(descriptor, `"1.2.3"`, `"1.2.4"`, 1))
			if _, err := r.manager.Update(t.Context(), s, wireKey, nil); err != nil {
				t.Fatal(err)
			}
			r.matches(t, tc.prefix, "", "a-update-installed", "b-enabled")
		})
	}
}

// draw takes bytes from the source that secrets are made of too, as the host's own ids do.
func draw(random io.Reader, n int) []byte {
	b := make([]byte, n)
	_, _ = io.ReadFull(random, b) // a generator does not end
	return b
}
