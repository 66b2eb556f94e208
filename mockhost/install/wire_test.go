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

// TestWire compares each request with the bytes it had when the golden files were written: time,
// random source, keys and addresses are fixed.
func TestWire(t *testing.T) {
	dir := t.TempDir()
	clock := hosttest.NewClock()
	log, err := exchange.Open(t.Context(), exchange.Params{Path: filepath.Join(dir, "exchanges.db"), Clock: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	random := rand.NewChaCha8([32]byte{7})
	sites := site.Defaults(random)
	key := hosttest.InstallKey(t)
	addon := newWire(t, wireDescriptor)
	manager := install.New(install.Params{
		Store: hosttest.OpenStore(t, filepath.Join(dir, "state.db")), Log: log, Client: addon.client(),
		Clock: clock.Now, Rand: random, Signer: install.Signer{KeyID: key.ID, Key: key.Private},
		NewID: func() string { return fmt.Sprintf("%x", draw(random, 4)) },
	})
	for _, s := range []site.Running{
		{Site: sites[0], BaseURL: "http://localhost:2990", Port: 2990},
		{Site: sites[1], BaseURL: "http://localhost:1990/wiki", Port: 1990},
	} {
		t.Run(s.ID, func(t *testing.T) {
			addon.sent = nil
			if _, err := manager.Install(t.Context(), s, "http://localhost:3000/addon/atlassian-connect.json", nil); err != nil {
				t.Fatal(err)
			}
			if err := manager.Uninstall(t.Context(), s, "com.example.wire", nil); err != nil {
				t.Fatal(err)
			}
			for i, name := range []string{"descriptor", "installed", "enabled", "disabled", "uninstalled"} {
				golden(t, filepath.Join("testdata", s.ID+"-"+name+".http"), addon.sent[i])
			}
		})
	}
}

// golden compares got with a file; -update writes it.
// draw takes bytes from the source that secrets are made of too, as the host's own ids do.
func draw(random io.Reader, n int) []byte {
	b := make([]byte, n)
	_, _ = io.ReadFull(random, b) // a generator does not end
	return b
}

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
