package install_test

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/install"
	"connect-workbench/mockhost/site"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// wire is an add-on that keeps every byte it is sent and takes everything.
type wire struct {
	net.Listener
	descriptor string

	mu   sync.Mutex
	sent [][]byte
}

func newWire(t *testing.T, descriptor string) *wire {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: l, descriptor: descriptor}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			w.answer(conn)
		}
	})
	t.Cleanup(func() { l.Close(); serving.Wait() })
	return w
}

// answer takes one request from a connection.
func (w *wire) answer(conn net.Conn) {
	defer conn.Close()
	var bytes bytes.Buffer
	req, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &bytes)))
	if err != nil {
		return
	}
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return
	}
	w.mu.Lock()
	w.sent = append(w.sent, bytes.Bytes())
	w.mu.Unlock()
	if req.Method == http.MethodGet {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(w.descriptor), w.descriptor)
		return
	}
	fmt.Fprint(conn, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
}

// client reaches the wire whatever address is asked for, so that addresses can be fixed.
func (w *wire) client() *http.Client {
	c := exchange.NewClient()
	c.Transport.(*http.Transport).DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp4", w.Addr().String())
	}
	return c
}

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
	addon   *wire
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
	random := rand.NewChaCha8([32]byte{7})
	sites := site.Defaults(random)
	key := hosttest.InstallKey(t)
	addon := newWire(t, descriptor)
	return &rig{
		addon: addon,
		manager: install.New(install.Params{
			Store: hosttest.OpenStore(t, filepath.Join(dir, "state.db")), Log: log, Client: addon.client(),
			Clock: clock.Now, Rand: random, Signer: install.Signer{KeyID: key.ID, Key: key.Private},
			NewID: func() string { return fmt.Sprintf("%x", draw(random, 4)) },
		}),
		sites: []site.Running{
			{Site: sites[0], BaseURL: "http://localhost:2990", Port: 2990},
			{Site: sites[1], BaseURL: "http://localhost:1990/wiki", Port: 1990},
		},
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

// matches compares what was sent with the golden files of these names, and forgets it.
func (r *rig) matches(t *testing.T, prefix string, names ...string) {
	t.Helper()
	r.addon.mu.Lock()
	defer r.addon.mu.Unlock()
	if len(r.addon.sent) != len(names) {
		t.Fatalf("%d requests were sent, want %v", len(r.addon.sent), names)
	}
	for i, name := range names {
		golden(t, filepath.Join("testdata", prefix+"-"+name+".http"), r.addon.sent[i])
	}
	r.addon.sent = nil
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
			r.addon.sent = r.addon.sent[1:]
			r.matches(t, tc.prefix, "4-upgrade-installed", "5-enabled")
			r.uninstall(t, s)
			r.matches(t, tc.prefix, "6-uninstalled", "7-disabled")
			r.install(t, s)
			r.addon.sent = r.addon.sent[1:]
			r.matches(t, tc.prefix, "8-return-installed", "9-enabled")
			r.addon.descriptor = strings.Replace(descriptor, `"1.2.3"`, `"1.2.4"`, 1)
			if _, err := r.manager.Update(t.Context(), s, wireKey, nil); err != nil {
				t.Fatal(err)
			}
			r.addon.sent = r.addon.sent[1:]
			r.matches(t, tc.prefix, "a-update-installed", "b-enabled")
		})
	}
}

// draw takes bytes from the source that secrets are made of too, as the host's own ids do.
func draw(random io.Reader, n int) []byte {
	b := make([]byte, n)
	_, _ = io.ReadFull(random, b) // a generator does not end
	return b
}

// golden compares got with a file; -update writes it.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s has changed\n got %q\nwant %q", path, got, want)
	}
}
