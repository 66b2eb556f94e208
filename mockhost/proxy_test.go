package mockhost_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/trust"
)

const keyCDN = "https://connect-install-keys.atlassian.com"

// behindProxy is an HTTP client as an add-on has one: everything by the host's proxy, loopback too.
func behindProxy(t *testing.T, host *hosttest.Host, trusted bool) *http.Client {
	t.Helper()
	proxy, err := url.Parse(host.ProxyURL())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if trusted && !roots.AppendCertsFromPEM(host.Authority().PEM()) {
		t.Fatal("the authority's PEM holds no certificate")
	}
	transport := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}, DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func fetch(t *testing.T, client *http.Client, address string) (status int, body string) {
	t.Helper()
	answer, err := client.Get(address)
	if err != nil {
		t.Fatalf("GET %s: %v", address, err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// recorded waits until n exchanges match a filter, and gives them: a record is appended when its answer
// is written, which its reader may be ahead of.
func recorded(t *testing.T, host *hosttest.Host, filter string, n int) []exchange.Record {
	t.Helper()
	stored := make(chan struct{}, 1)
	defer host.Log.Subscribe(func(int64) {
		select {
		case stored <- struct{}{}:
		default:
		}
	})()
	late := time.After(5 * time.Second)
	for {
		records := host.Exchanges(t, filter)
		if len(records) >= n {
			return records
		}
		select {
		case <-stored:
		case <-late:
			t.Fatalf("%d exchanges match %q, want %d", len(records), filter, n)
		}
	}
}

func TestProxyAnswersForTheVendorsHosts(t *testing.T) {
	host := hosttest.New(t, nil)
	client := behindProxy(t, host, true)
	_, key := host.InstallKey()
	for _, tc := range []struct {
		name, url string
		status    int
		body      string // a part of it
		kind      exchange.Kind
		rule      connectjwt.RuleID
	}{
		{"key", keyCDN + "/" + hosttest.KeyID, 200, string(key), exchange.KindKey, ""},
		{"key of the ASAP twin", "https://asap-distribution.us-west-2.prod.atl-asap.net/" + hosttest.KeyID, 200, string(key), exchange.KindKey, ""},
		{"key by a longest name", "https://cs-migrations--fedrampcdn.us-east-1.staging.cdn.atlassian-us-gov-mod.com/" + hosttest.KeyID, 200, string(key), exchange.KindKey, ""},
		{"key over plain HTTP", "http://connect-install-keys.atlassian.com/" + hosttest.KeyID, 200, string(key), exchange.KindKey, ""},
		{"unknown key", keyCDN + "/other", 404, "no install key", exchange.KindKey, connectjwt.RuleKid},
		{"no kid", keyCDN + "/", 404, "no install key", exchange.KindKey, connectjwt.RuleKid},
		{"script", "https://connect-cdn.atl-paas.net/all.js", 200, "AP", exchange.KindProxy, ""},
		{"other script", "https://connect-cdn.atl-paas.net/other.js", 403, "connect-cdn.atl-paas.net", exchange.KindProxy, trust.RuleHost},
		{"schema", "https://developer.atlassian.com/static/connect/docs/latest/schema/jira-global-schema.json", 200, "jiraIssueTabPanels", exchange.KindProxy, ""},
		{"schema's later address", "https://bitbucket.org/atlassian/connect-schemas/raw/master/confluence-global-schema-strict.json", 200, "dynamicContentMacros", exchange.KindProxy, ""},
		{"schema of no product of ours", "https://bitbucket.org/atlassian/connect-schemas/raw/master/common-schema.json", 403, "bitbucket.org", exchange.KindProxy, trust.RuleHost},
		{"another file of the same host", "https://bitbucket.org/atlassian/other", 403, "allowed", exchange.KindProxy, trust.RuleHost},
		{"plain HTTP to a stranger", "http://example.com/x", 403, "example.com was not reached", exchange.KindProxy, trust.RuleHost},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := host.Exchanges(t, "")
			status, body := fetch(t, client, tc.url)
			if status != tc.status || !strings.Contains(body, tc.body) {
				t.Errorf("answered %d %.200s, want %d with %.60q", status, body, tc.status, tc.body)
			}
			r := recorded(t, host, "", len(before)+1)[len(before)]
			if r.Kind != tc.kind || r.URL != tc.url || r.Status != tc.status || r.Verdict.Rule != tc.rule || r.Direction != exchange.ToHost {
				t.Errorf("recorded %s %s %d %+v", r.Kind, r.URL, r.Status, r.Verdict)
			}
		})
	}
}

// Some clients send whole https addresses to their proxy instead of asking for a tunnel.
func TestProxyAnswersAbsoluteHTTPS(t *testing.T) {
	host := hosttest.New(t, nil)
	lines := raw(t, host, "GET "+keyCDN+"/"+hosttest.KeyID+" HTTP/1.1\r\nHost: connect-install-keys.atlassian.com\r\nConnection: close\r\n\r\n")
	if !strings.HasPrefix(lines, "HTTP/1.1 200") || !strings.Contains(lines, "BEGIN PUBLIC KEY") {
		t.Errorf("answered %.200q", lines)
	}
}

func TestProxyRefusesEverythingElse(t *testing.T) {
	host := hosttest.New(t, nil)
	_, err := behindProxy(t, host, true).Get("https://api.example.com/x")
	if err == nil || !strings.Contains(err.Error(), "Forbidden") {
		t.Fatalf("the tunnel: %v", err)
	}
	records := recorded(t, host, "verdict:proxy.host kind:proxy", 1)
	if len(records) != 1 || records[0].Method != "CONNECT" || records[0].Status != 403 || records[0].Verdict.Received != "api.example.com:443" ||
		!strings.Contains(string(records[0].ResponseBody), "api.example.com was not reached") ||
		!strings.Contains(string(records[0].ResponseBody), "workbench.json") {
		t.Errorf("%+v", records)
	}
}

func TestProxyReachesWhatIsAllowed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "outside "+r.RequestURI) }))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	var allowed atomic.Value
	allowed.Store([]string(nil))
	host := hosttest.New(t, func(p *mockhost.Params) { p.ProxyAllowed = func() []string { return allowed.Load().([]string) } })
	client := behindProxy(t, host, true)
	// 0.0.0.0 leads to this machine without being one of its loopback addresses.
	outside := "http://0.0.0.0:" + port + "/a?b=%7e&c"
	if status, _ := fetch(t, client, outside); status != http.StatusForbidden {
		t.Errorf("not allowed: %d", status)
	}
	for i, entry := range []string{"0.0.0.0", "0.0.0.0:" + port} {
		allowed.Store([]string{entry})
		if status, body := fetch(t, client, outside); status != 200 || body != "outside /a?b=%7e&c" {
			t.Errorf("allowed as %s: %d %q", entry, status, body)
		}
		records := recorded(t, host, "kind:proxy", i+2)
		if last := records[len(records)-1]; last.Status != 200 || !last.Verdict.OK || string(last.ResponseBody) != "outside /a?b=%7e&c" {
			t.Errorf("recorded %+v", last)
		}
	}
}

// A tunnel to an allowed host is in the log when it ends.
func TestProxyTunnelsToWhatIsAllowed(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "outside") }))
	defer server.Close()
	host := hosttest.New(t, func(p *mockhost.Params) { p.ProxyAllowed = func() []string { return []string{"0.0.0.0"} } })
	client := behindProxy(t, host, true)
	transport := client.Transport.(*http.Transport)
	transport.TLSClientConfig.RootCAs.AddCert(server.Certificate())
	transport.TLSClientConfig.ServerName = "example.com" // which httptest's certificate is for
	if status, body := fetch(t, client, strings.Replace(server.URL, "127.0.0.1", "0.0.0.0", 1)); status != 200 || body != "outside" {
		t.Errorf("%d %s", status, body)
	}
	transport.CloseIdleConnections()
	if r := recorded(t, host, "kind:proxy", 1)[0]; r.Method != "CONNECT" || r.Status != 200 || !r.Verdict.OK {
		t.Errorf("recorded %+v", r)
	}
}

// What is meant for this machine passes untouched, also without NO_PROXY: a token's hash is over its bytes.
func TestProxyLetsLoopbackThrough(t *testing.T) {
	c := newCaller(t, "confluence", nil)
	client := behindProxy(t, c.host, true)
	for _, target := range []string{"/rest/api/user/current?a=%7E&b=1%2c2&c;d&=x", `/rest/api/user/current?"=^`} {
		var seen string
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			seen = r.RequestURI + " " + r.Header.Get("X-Forwarded-For")
		}))
		raw(t, c.host, "GET "+server.URL+target+" HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4\r\nConnection: close\r\n\r\n")
		server.Close()
		if seen != target+" 1.2.3.4" {
			t.Errorf("%s arrived as %s", target, seen)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.site.BaseURL+"/rest/api/user/current", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "JWT "+connectjwt.SignHS256(c.claims(http.MethodGet, "/rest/api/user/current"), c.in.SharedSecret))
	answer, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	records := recorded(t, c.host, "kind:rest", 1)
	if last := records[len(records)-1]; answer.StatusCode != 200 || last.Kind != exchange.KindREST || !last.Verdict.OK {
		t.Errorf("%d, %s %+v", answer.StatusCode, last.Kind, last.Verdict)
	}

	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "by tunnel") }))
	defer secure.Close()
	client.Transport.(*http.Transport).TLSClientConfig.RootCAs.AddCert(secure.Certificate())
	if status, body := fetch(t, client, secure.URL); status != 200 || body != "by tunnel" {
		t.Errorf("through a tunnel: %d %s", status, body)
	}
	if n := len(c.host.Exchanges(t, "kind:proxy")); n != 0 {
		t.Errorf("%d exchanges were recorded twice", n)
	}
}

func TestProxySaysThatNobodyAnswers(t *testing.T) {
	host := hosttest.New(t, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := l.Addr().String()
	l.Close()
	client := behindProxy(t, host, true)
	if status, body := fetch(t, client, "http://"+gone+"/"); status != http.StatusBadGateway || !strings.Contains(body, gone+" does not answer") {
		t.Errorf("%d %s", status, body)
	}
	if _, err := client.Get("https://" + gone + "/"); err == nil || !strings.Contains(err.Error(), "Bad Gateway") {
		t.Errorf("the tunnel: %v", err)
	}
	recorded(t, host, "kind:proxy verdict:proxy.reach", 2)
}

// A client that does not trust the authority gets no key, and the log says what to do.
func TestProxyTellsOfAnAuthorityThatIsNotTrusted(t *testing.T) {
	host := hosttest.New(t, nil)
	if _, err := behindProxy(t, host, false).Get(keyCDN + "/" + hosttest.KeyID); err == nil {
		t.Fatal("the authority was trusted without its certificate")
	}
	records := recorded(t, host, "kind:proxy", 1)
	if len(records) != 1 || records[0].Verdict.Rule != trust.RuleTLS || !strings.Contains(records[0].Verdict.Fix, "CA file") {
		t.Errorf("%+v", records)
	}
	if keys := host.Exchanges(t, "kind:key"); len(keys) != 0 {
		t.Errorf("keys were fetched: %+v", keys)
	}
}

// The authority vouches for nothing but the vendor's domains: a client that has come to trust it does
// not thereby trust whoever holds its key.
func TestAuthorityIsConstrained(t *testing.T) {
	host := hosttest.New(t, nil)
	c := host.Authority()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(c.PEM())
	conn, err := net.Dial("tcp", strings.TrimPrefix(host.ProxyURL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "CONNECT connect-install-keys.atlassian.com:443 HTTP/1.1\r\nHost: connect-install-keys.atlassian.com:443\r\n\r\n")
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
		t.Fatalf("%q %v", line, err)
	}
	secured := tls.Client(conn, &tls.Config{RootCAs: roots, ServerName: "connect-install-keys.atlassian.com"})
	if err := secured.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	chain := secured.ConnectionState().PeerCertificates
	if err := chain[0].VerifyHostname("example.com"); err == nil {
		t.Error("the leaf is good for example.com")
	}
	if ca := chain[1]; !ca.PermittedDNSDomainsCritical || len(ca.PermittedDNSDomains) == 0 || slices.Contains(ca.PermittedDNSDomains, "com") {
		t.Errorf("permitted %v", ca.PermittedDNSDomains)
	}
}

// raw sends bytes to the proxy and gives all that comes back until it closes.
func raw(t *testing.T, host *hosttest.Host, send string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(host.ProxyURL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, send); err != nil {
		t.Fatal(err)
	}
	got, _ := io.ReadAll(conn) // a reset is an end too
	return string(got)
}

func TestProxySurvivesWhatNobodyShouldSend(t *testing.T) {
	host := hosttest.New(t, nil)
	port := strings.TrimPrefix(host.ProxyURL(), "http://localhost:")
	const key = "connect-install-keys.atlassian.com"
	open := "CONNECT " + key + ":443 HTTP/1.1\r\nHost: " + key + ":443\r\n\r\n"
	for _, tc := range []struct {
		name, send, want string
		rule             connectjwt.RuleID
	}{
		{"no port", "CONNECT example.com HTTP/1.1\r\nHost: example.com\r\n\r\n", "HTTP/1.1 400", "proxy.request"},
		{"port 0", "CONNECT example.com:0 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400", "proxy.request"},
		{"port of letters", "CONNECT example.com:https HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400", ""},
		{"a path", "CONNECT /x HTTP/1.1\r\nHost: localhost:443\r\n\r\n", "HTTP/1.1 400", "proxy.request"},
		{"an IP address", "CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 403", "proxy.host"},
		{"every address", "CONNECT 0.0.0.0:443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 403", "proxy.host"},
		{"a name that ends like the vendor's", "CONNECT x." + key + ":443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 403", "proxy.host"},
		{"a name and a password", "CONNECT ada:sesame@example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 403", "proxy.host"},
		{"a password and no port", "CONNECT ada:sesame@example.com HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400", "proxy.request"},
		{"a password in an address", "GET http://ada:sesame@example.com/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 403", "proxy.host"},
		{"a password and another scheme", "GET ftp://ada:sesame@example.com/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 400", "proxy.request"},
		{"a name that begins like loopback", "CONNECT localhost.example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 403", "proxy.host"},
		{"another scheme", "GET ftp://example.com/ HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n", "HTTP/1.1 400", "proxy.request"},
		{"no HTTP", "\x05\x01\x00\r\n\r\n", "HTTP/1.1 400", ""},
		{"huge headers", "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("x", 200<<10) + "\r\n\r\n", "HTTP/1.1 431", ""},
		{"neither TLS nor HTTP in the tunnel", open + "\x00\x01\x02", "HTTP/1.1 200 Connection established\r\n\r\n", "proxy.tls"},
		{"broken TLS in the tunnel", open + "\x16\x03\x01\x00\x05hello-and-more", "HTTP/1.1 200 Connection established\r\n\r\n", "proxy.tls"},
		{"plain HTTP in the tunnel", open + "GET /none HTTP/1.1\r\nHost: " + key + "\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 404", connectjwt.RuleKid},
		{"another host in the tunnel", open + "GET /x HTTP/1.1\r\nHost: example.com\r\n\r\n", "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 421", "proxy.host"},
		{"a tunnel in the tunnel", open + "CONNECT " + key + ":443 HTTP/1.1\r\nHost: " + key + ":443\r\n\r\n", "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 421", "proxy.host"},
		{"the proxy under a name of somebody's", "GET / HTTP/1.1\r\nHost: evil.example:" + port + "\r\nConnection: close\r\n\r\n", "HTTP/1.1 421", ""},
		{"the proxy's own certificate", "GET /ca.pem HTTP/1.1\r\nHost: localhost:" + port + "\r\nConnection: close\r\n\r\n", "HTTP/1.1 200", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := len(host.Exchanges(t, ""))
			if got := raw(t, host, tc.send); !strings.HasPrefix(got, tc.want) {
				t.Errorf("answered %.120q, want %q", got, tc.want)
			}
			if tc.rule == "" {
				return
			}
			if records := recorded(t, host, "", before+1)[before:]; len(records) != 1 || records[0].Verdict.Rule != tc.rule {
				t.Errorf("recorded %+v, want the rule %s", records, tc.rule)
			} else if shown := string(exchange.Mask(records[0]).ResponseBody) + fmt.Sprintf("%+v", exchange.Mask(records[0])); strings.Contains(shown, "sesame") {
				t.Errorf("the password is shown: %s", shown)
			}
		})
	}
	// It still answers.
	if status, _ := fetch(t, behindProxy(t, host, true), keyCDN+"/"+hosttest.KeyID); status != 200 {
		t.Errorf("afterwards it answers %d", status)
	}
}

func TestProxyRefusesAHandshakeForAnotherName(t *testing.T) {
	host := hosttest.New(t, nil)
	client := behindProxy(t, host, true)
	client.Transport.(*http.Transport).TLSClientConfig.ServerName = "auth.atlassian.io"
	if _, err := client.Get(keyCDN + "/" + hosttest.KeyID); err == nil {
		t.Fatal("it was answered")
	}
	records := recorded(t, host, "kind:proxy", 1)
	if len(records) != 1 || !strings.Contains(records[0].Verdict.Cause, "another host") {
		t.Errorf("%+v", records)
	}
}

// Close ends open tunnels of both kinds, and leaves no goroutine behind.
func TestProxyEndsWithTheHost(t *testing.T) {
	before := runtime.NumGoroutine()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	host := hosttest.New(t, nil)
	var conns []net.Conn
	for _, to := range []string{silent.Addr().String(), "connect-install-keys.atlassian.com:443"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(host.ProxyURL(), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", to, to)
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
			t.Fatalf("%q %v", line, err)
		}
		conns = append(conns, conn)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := host.Close(ctx); err != nil {
		t.Error(err)
	}
	for _, conn := range conns {
		conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := conn.Read(make([]byte, 1)); err == nil || strings.Contains(err.Error(), "timeout") {
			t.Errorf("a tunnel is still open: %v", err)
		}
	}
	host.Log.Close()
	host.Store.Close()
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if now := runtime.NumGoroutine(); now > before {
		stacks := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d before\n%s", now, before, stacks[:runtime.Stack(stacks, true)])
	}
}

func TestAuthorityStaysFromStartToStart(t *testing.T) {
	first := hosttest.New(t, nil)
	again, err := mockhost.New(mockhost.Params{Store: first.Store, Log: first.Log})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close(t.Context())
	if string(again.Authority().PEM()) != string(first.Authority().PEM()) {
		t.Error("the authority is another one")
	}
}
