package trust

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"connect-workbench/loopback"
	"connect-workbench/mockhost/exchange"
)

// serveProxy starts a proxy that reaches server, whatever host it means to reach, and gives its address.
func serveProxy(t *testing.T, server *httptest.Server, allowed ...string) *url.URL {
	t.Helper()
	log, err := exchange.Open(t.Context(), exchange.Params{Path: filepath.Join(t.TempDir(), "exchanges.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	key, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	client := exchange.NewClient()
	client.Transport.(*http.Transport).DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", server.Listener.Addr().String())
	}
	t.Cleanup(client.CloseIdleConnections)
	x := NewProxy(ProxyParams{
		Log: log, Clock: time.Now, Authority: newAuthority(t, time.Now()), Key: key, Client: client, Logf: t.Logf,
		Script: http.NotFoundHandler(), Allowed: func() []string { return allowed }, OAuth: NewOAuth(OAuthParams{Clock: time.Now}),
	})
	l, err := loopback.Listen(t.Context(), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	x.Serve(context.WithoutCancel(t.Context()), l)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := x.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return &url.URL{Scheme: "http", Host: "localhost:" + strconv.Itoa(l.Port())}
}

// A host of the vendor's that is allowed is reached itself, at the port that is allowed.
func TestAllowListGoesFirst(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "the real "+r.Host) }))
	defer server.Close()
	const host = "connect-install-keys.atlassian.com"
	proxy := serveProxy(t, server, host+":80")
	transport := &http.Transport{Proxy: http.ProxyURL(proxy)}
	defer transport.CloseIdleConnections()
	for address, want := range map[string]string{"http://" + host + "/x": "the real " + host, "http://" + host + ":8080/x": "no install key"} {
		answer, err := (&http.Client{Transport: transport}).Get(address)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || !strings.HasPrefix(string(text), want) {
			t.Errorf("%s: %q, %v", address, text, err)
		}
	}
}

// A flood of tunnels is bounded, and one more is told so.
func TestTunnelsAreBounded(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	proxy := serveProxy(t, server)
	open := func() int {
		conn, err := net.Dial("tcp", strings.Replace(proxy.Host, "localhost", "127.0.0.1", 1))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if _, err := io.WriteString(conn, "CONNECT "+silent.Addr().String()+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		line := make([]byte, len("HTTP/1.1 200"))
		if _, err := io.ReadFull(conn, line); err != nil {
			t.Fatal(err)
		}
		status, err := strconv.Atoi(string(line[len(line)-3:]))
		if err != nil {
			t.Fatal(err)
		}
		return status
	}
	for i := range maxTunnels {
		if status := open(); status != 200 {
			t.Fatalf("tunnel %d: %d", i, status)
		}
	}
	if status := open(); status != http.StatusServiceUnavailable {
		t.Errorf("one more: %d", status)
	}
}
