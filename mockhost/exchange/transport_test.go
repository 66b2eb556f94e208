package exchange

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
)

func newRequest(t testing.TB, method, url, body string) *http.Request {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, reader)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// addon is a server that answers with handler, on a loopback port of its own.
func addon(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

func TestSendRecordsWhatGoesOverTheWire(t *testing.T) {
	type seen struct {
		header http.Header
		body   string
		target string
	}
	arrived := make(chan seen, 1)
	server := addon(t, func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		h := req.Header.Clone()
		h.Set("Host", req.Host)
		arrived <- seen{h, string(body), req.RequestURI}
		w.Header().Set("X-Answer", "yes")
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, "made")
	})
	l := openLog(t, Params{})
	tr := &Transport{Log: l, Clock: func() time.Time { return noon }}

	for name, tc := range map[string]struct{ method, path, body string }{
		"post":            {"POST", "/hook?a=b%20c", `{"webhookEvent":"x"}`},
		"post, no body":   {"POST", "/hook", ""},
		"get":             {"GET", "/page?jwt=eyJh.eyJp.c2ln&x=1", ""},
		"delete":          {"DELETE", "/x", ""},
		"put":             {"PUT", "/x", "text"},
		"get with a body": {"GET", "/x", "text"},
	} {
		t.Run(name, func(t *testing.T) {
			req := newRequest(t, tc.method, server.URL+tc.path, tc.body)
			req.Header.Set("Authorization", "JWT a.b.c")
			req.Header.Add("X-Many", "1")
			req.Header.Add("X-Many", "2")
			meta := Meta{Parent: 1, Cause: "c", Site: "acme", Addon: "demo", Module: "m", Event: "e", Kind: KindWebhook}
			r, err := tr.Send(req, meta)
			if err != nil {
				t.Fatal(err)
			}
			got := <-arrived
			if !reflect.DeepEqual(r.RequestHeader, got.header) {
				t.Errorf("recorded header\n     %v\nsent %v", r.RequestHeader, got.header)
			}
			if string(r.RequestBody) != tc.body || got.body != tc.body || got.target != tc.path {
				t.Errorf("recorded body %q, arrived %q at %s", r.RequestBody, got.body, got.target)
			}
			if r.Status != 201 || string(r.ResponseBody) != "made" || r.ResponseHeader.Get("X-Answer") != "yes" || r.Error != "" {
				t.Errorf("recorded answer %d %q %v", r.Status, r.ResponseBody, r.ResponseHeader)
			}
			if !r.Start.Equal(noon) || r.Duration <= 0 || r.Token != "a.b.c" || !r.Verdict.OK {
				t.Errorf("start %v, took %v, token %q, verdict %+v", r.Start, r.Duration, r.Token, r.Verdict)
			}
			stored, err := l.Get(t.Context(), r.ID)
			if err != nil {
				t.Fatal(err)
			}
			if stored.URL != server.URL+tc.path || stored.Cause != "c" || stored.Parent != 1 || stored.Site != "acme" ||
				stored.Addon != "demo" || stored.Module != "m" || stored.Event != "e" || stored.Kind != KindWebhook || stored.Direction != ToAddon {
				t.Errorf("stored %+v", stored)
			}
		})
	}
}

func TestTokenInTheQueryIsFound(t *testing.T) {
	server := addon(t, func(http.ResponseWriter, *http.Request) {})
	tr := &Transport{Log: openLog(t, Params{})}
	r, err := tr.Send(newRequest(t, "GET", server.URL+"/?x=1&jwt=eyJh.eyJp.c2ln", ""), Meta{})
	if err != nil || r.Token != "eyJh.eyJp.c2ln" {
		t.Errorf("token %q, %v", r.Token, err)
	}
}

func TestRedirectIsAnAnswer(t *testing.T) {
	server := addon(t, func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != "/" {
			t.Error("the redirect was followed")
		}
		http.Redirect(w, req, "/elsewhere", http.StatusFound)
	})
	for _, client := range []*http.Client{nil, NewClient(), {Transport: &http.Transport{}}} {
		tr := &Transport{Log: openLog(t, Params{}), Client: client}
		r, err := tr.Send(newRequest(t, "GET", server.URL+"/", ""), Meta{})
		if err != nil || r.Status != 302 || r.Verdict.OK || r.Verdict.Rule != RuleStatus {
			t.Errorf("status %d, verdict %+v, %v", r.Status, r.Verdict, err)
		}
	}
}

func TestProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, "http://127.0.0.1:1")
	}
	tr := &Transport{Log: openLog(t, Params{})}
	// Names that net/http would not take for loopback, so that it would ask the proxy.
	_, err := tr.Send(newRequest(t, "GET", "http://workbench.invalid/", ""), Meta{})
	wantKind(t, err, DNS)
}

func wantKind(t *testing.T, err error, kind SendErrorKind) {
	t.Helper()
	var e *SendError
	if !errors.As(err, &e) || e.Kind != kind {
		t.Errorf("got %T %v, want kind %s", err, err, kind)
	}
}

// rawServer accepts connections and lets talk say what comes back.
func rawServer(t *testing.T, talk func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			talk(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return "http://" + listener.Addr().String()
}

func readRequest(conn net.Conn) { _, _ = http.ReadRequest(bufio.NewReader(conn)) }

func refusedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return "http://" + listener.Addr().String()
}

func TestEveryFailureIsNamedAndRecorded(t *testing.T) {
	hang := make(chan struct{})
	slow := addon(t, func(_ http.ResponseWriter, req *http.Request) {
		select {
		case <-hang:
		case <-req.Context().Done():
		}
	})
	defer close(hang)
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	plain := addon(t, func(http.ResponseWriter, *http.Request) {})
	big := addon(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("x", 5000)) })

	for name, tc := range map[string]struct {
		url    string
		kind   SendErrorKind
		text   string
		rule   connectjwt.RuleID
		status int
		body   string
	}{
		"refused":   {url: refusedAddress(t), kind: Refused, text: "connection refused", rule: RuleNone},
		"dns":       {url: "http://no-such-host.invalid/", kind: DNS, text: "unknown host no-such-host.invalid", rule: RuleNone},
		"timeout":   {url: slow.URL, kind: Timeout, text: "no answer within 300ms", rule: RuleNone},
		"tls":       {url: secure.URL, kind: TLS, text: "no secure connection: x509: certificate signed by unknown authority", rule: RuleNone},
		"not tls":   {url: strings.Replace(plain.URL, "http:", "https:", 1), kind: TLS, text: "no secure connection: the address answers without TLS", rule: RuleNone},
		"closed":    {url: rawServer(t, readRequest), kind: Closed, text: "connection closed without a whole answer", rule: RuleNone},
		"reset":     {url: rawServer(t, func(c net.Conn) { readRequest(c); _ = c.(*net.TCPConn).SetLinger(0) }), kind: Closed, text: "connection closed without a whole answer", rule: RuleNone},
		"too large": {url: big.URL, kind: TooLarge, text: "answer larger than 1 KB", rule: RulePartial, status: 200, body: strings.Repeat("x", 1024)},
		"cut off": {url: rawServer(t, func(c net.Conn) {
			readRequest(c)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
		}), kind: Closed, text: "connection closed without a whole answer", rule: RulePartial, status: 200, body: "half"},
		"no http": {url: rawServer(t, func(c net.Conn) { readRequest(c); _, _ = io.WriteString(c, "hello\r\n\r\n") }),
			kind: Other, text: `malformed HTTP response "hello"`, rule: RuleNone},
	} {
		t.Run(name, func(t *testing.T) {
			l := openLog(t, Params{})
			tr := &Transport{Log: l, Timeout: 300 * time.Millisecond, MaxBody: 1024}
			if tc.kind != Timeout {
				tr.Timeout = 0
			}
			r, err := tr.Send(newRequest(t, "POST", tc.url, "body"), Meta{Kind: KindInstalled})
			wantKind(t, err, tc.kind)
			stored, getErr := l.Get(t.Context(), r.ID)
			if getErr != nil {
				t.Fatal(getErr)
			}
			if stored.Error != tc.text || stored.Status != tc.status || string(stored.ResponseBody) != tc.body {
				t.Errorf("recorded %q, status %d, body %.20q;\nwant %q, %d, %.20q", stored.Error, stored.Status, stored.ResponseBody, tc.text, tc.status, tc.body)
			}
			if stored.Verdict.Rule != tc.rule || stored.Verdict.Fix == "" || stored.Verdict.Received != tc.text {
				t.Errorf("verdict %+v, want rule %s", stored.Verdict, tc.rule)
			}
			if string(stored.RequestBody) != "body" || stored.RequestHeader.Get("Content-Length") != "4" || stored.Duration <= 0 {
				t.Errorf("request recorded as %+v", stored)
			}
		})
	}
}

func TestCancelledRequestIsRecorded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := addon(t, func(_ http.ResponseWriter, req *http.Request) {
		cancel()
		<-req.Context().Done()
	})
	l := openLog(t, Params{})
	tr := &Transport{Log: l}
	r, err := tr.Send(newRequest(t, "GET", server.URL, "").WithContext(ctx), Meta{})
	wantKind(t, err, Canceled)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it to be context.Canceled too", err)
	}
	if stored, err := l.Get(t.Context(), r.ID); err != nil || stored.Error != textCanceled || stored.Verdict.Rule != RuleNone {
		t.Errorf("recorded %+v, %v", stored, err)
	}
}

func TestDeadlineOfTheCallerIsATimeout(t *testing.T) {
	server := addon(t, func(_ http.ResponseWriter, req *http.Request) { <-req.Context().Done() })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	tr := &Transport{Log: openLog(t, Params{})}
	r, err := tr.Send(newRequest(t, "GET", server.URL, "").WithContext(ctx), Meta{})
	wantKind(t, err, Timeout)
	if r.Error != "no answer within the time allowed" {
		t.Errorf("recorded %q", r.Error)
	}
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	connections := make(chan struct{}, 1000)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections <- struct{}{}
		}
	}
	server.Start()
	defer server.Close()
	tr := &Transport{Log: openLog(t, Params{})}
	for range 50 {
		if _, err := tr.Send(newRequest(t, "POST", server.URL, "{}"), Meta{}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(connections); n != 1 {
		t.Errorf("%d connections for 50 requests, want 1", n)
	}
	tr.CloseIdleConnections()
	if _, err := tr.Send(newRequest(t, "POST", server.URL, "{}"), Meta{}); err != nil || len(connections) != 2 {
		t.Errorf("%d connections after closing the idle one, %v; want 2", len(connections), err)
	}
}

func TestJudgeOfTheCallerComesFirst(t *testing.T) {
	server := addon(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	tr := &Transport{Log: openLog(t, Params{})}
	r, err := tr.SendJudged(newRequest(t, "GET", server.URL, ""), Meta{}, func(r *Record) {
		r.Verdict = connectjwt.Verdict{Rule: "descriptor.json", Summary: "no JSON"}
		Judge(r)
	})
	if err != nil || r.Verdict.Rule != "descriptor.json" {
		t.Errorf("verdict %+v, %v", r.Verdict, err)
	}
}
