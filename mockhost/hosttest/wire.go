package hosttest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/descriptor"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// Wire is an add-on that keeps every byte it is sent. It answers GET with its descriptor, if it has one,
// and everything else with 204.
type Wire struct {
	listener net.Listener

	mu         sync.Mutex
	descriptor string
	sent       [][]byte
}

// NewWire starts one; it ends with the test.
func NewWire(t testing.TB) *Wire {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &Wire{listener: l}
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
func (w *Wire) answer(conn net.Conn) {
	defer conn.Close()
	var whole bytes.Buffer
	req, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &whole)))
	if err != nil {
		return
	}
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return
	}
	w.mu.Lock()
	w.sent = append(w.sent, whole.Bytes())
	descriptor := w.descriptor
	w.mu.Unlock()
	if req.Method == http.MethodGet && descriptor != "" {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(descriptor), descriptor)
		return
	}
	fmt.Fprint(conn, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
}

// Describe gives it a descriptor.
func (w *Wire) Describe(descriptor string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.descriptor = descriptor
}

// Client reaches the wire whatever address is asked for, so that addresses can be fixed.
func (w *Wire) Client() *http.Client {
	c := exchange.NewClient()
	c.Transport.(*http.Transport).DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp4", w.listener.Addr().String())
	}
	return c
}

// Take gives the one request that was sent since the last Take.
func (w *Wire) Take(t testing.TB) []byte {
	t.Helper()
	sent := w.TakeAll()
	if len(sent) != 1 {
		t.Fatalf("%d requests were sent, not one", len(sent))
	}
	return sent[0]
}

// TakeAll gives what was sent since it was last taken, in order.
func (w *Wire) TakeAll() [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	sent := w.sent
	w.sent = nil
	return sent
}

// What is fixed in captures, beside the sites of EachEra.
const (
	WireBase   = "http://localhost:3000/addon"
	WireSecret = "ATCOwire0123456789abcdef0123456789abcdef"
)

// WireTime is when captures were taken.
func WireTime() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// WireRand is the random source of captures, at its beginning.
func WireRand() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{7}) }

// WireSites are a JIRA and a Confluence site at fixed addresses.
func WireSites(random io.Reader) []site.Running {
	sites := site.Defaults(random)
	return []site.Running{
		{Site: sites[0], BaseURL: "http://localhost:2990", Port: 2990},
		{Site: sites[1], BaseURL: "http://localhost:1990/wiki", Port: 1990},
	}
}

// EachEra runs f for a JIRA and a Confluence site of every era, whose ids and addresses are fixed. golden
// is the file for what is captured of it.
func EachEra(t *testing.T, f func(t *testing.T, s site.Running, golden string)) {
	t.Helper()
	for _, s := range WireSites(WireRand()) {
		for _, era := range descriptor.Eras() {
			s.Era = era
			name := s.ID + "-" + string(era)
			t.Run(name, func(t *testing.T) { f(t, s, filepath.Join("testdata", name+".http")) })
		}
	}
}

// Capture compares a request and its token, decoded below it, with a golden file, which update writes.
// The token has to pass a strict check first, and to name the site's second user.
func Capture(t testing.TB, path string, raw []byte, s site.Running, update bool) {
	t.Helper()
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		t.Fatal(err)
	}
	compact, found := connectjwt.FromHeader(req.Header.Get("Authorization"))
	if !found {
		compact = req.URL.Query().Get("jwt")
	}
	token, verdict := connectjwt.Check{
		Algorithm: connectjwt.HS256, Secret: WireSecret, Issuer: s.ClientKey, Now: WireTime(),
		Request: connectjwt.Request{Method: req.Method, Target: req.RequestURI, Base: WireBase},
	}.Verify(compact)
	if !verdict.OK {
		t.Fatalf("%s: the token is refused: %+v", path, verdict)
	}
	if s.ActorNamed(token.Claims.Subject) != s.Actor(s.Users[1]) {
		t.Errorf("%s: sub %q is another person", path, token.Claims.Subject)
	}
	got := bytes.NewBuffer(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")))
	fmt.Fprint(got, "\n\n--- token\n")
	for _, part := range bytes.Split([]byte(compact), []byte("."))[:2] {
		text := make([]byte, len(part))
		n, err := base64.RawURLEncoding.Decode(text, part)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Indent(got, text[:n], "", "  "); err != nil {
			t.Fatal(err)
		}
		got.WriteByte('\n')
	}
	Golden(t, path, got.Bytes(), update)
}

// Golden compares got with a file, which update writes.
func Golden(t testing.TB, path string, got []byte, update bool) {
	t.Helper()
	if update {
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
		t.Errorf("%s has changed\n got %s\nwant %s", path, got, want)
	}
}
