package trust

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"sync"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/loopback"
	"connect-workbench/mockhost/exchange"
)

// Limits of the proxy.
const (
	handshakeTime = 10 * time.Second // for TLS, and for reaching another host
	tunnelIdle    = 5 * time.Minute  // a tunnel without a byte for so long is closed
	maxTunnels    = 256              // at the same time
)

// CAPath is where the proxy itself serves the certificate of its authority.
const CAPath = "/ca.pem"

// ProxyParams is what a Proxy needs; all of it is required.
type ProxyParams struct {
	Log       *exchange.Log
	Clock     func() time.Time // the host's, for records
	Authority *Authority
	Key       Key
	OAuth     *OAuth
	Script    http.Handler // the add-on's end of the bridge
	// Schema is the JSON schema of a product's descriptors: "jira" or "confluence"; nil for another word.
	Schema  func(product string) []byte
	Client  *http.Client    // made by exchange.NewClient
	Allowed func() []string // what else may be reached: hosts, or hosts with a port
	Logf    func(format string, args ...any)
}

// Proxy is an HTTP proxy on loopback. It answers itself for the vendor's hosts that add-ons have
// built in, under certificates of the project's authority, lets through what is meant for this
// machine, and refuses everything else unless it is on the allow list. A host that is allowed is
// reached itself, also where the proxy could answer for it.
type Proxy struct {
	log       *exchange.Log
	clock     func() time.Time
	authority *Authority
	vendor    vendor
	allowed   func() []string
	logf      func(string, ...any)

	services  map[service]http.Handler
	forwarder *httputil.ReverseProxy
	recorded  http.Handler // forwarder, by way of the log
	dialer    net.Dialer
	tunnels   chan struct{} // one element for each open tunnel

	port   int
	outer  *loopback.Server
	inner  *loopback.Server // answers inside intercepted tunnels
	handed *handedListener

	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	mu     sync.Mutex
	closed bool
	work   sync.WaitGroup // requests and tunnels under way
}

// NewProxy makes a proxy; nothing listens yet.
func NewProxy(p ProxyParams) *Proxy {
	x := &Proxy{
		log: p.Log, clock: p.Clock, authority: p.Authority, vendor: knownVendor(), allowed: p.Allowed, logf: p.Logf,
		dialer: net.Dialer{Timeout: handshakeTime}, tunnels: make(chan struct{}, maxTunnels), handed: newHandedListener(),
	}
	x.services = x.newServices(p)
	x.forwarder = &httputil.ReverseProxy{Rewrite: passOn, Transport: p.Client.Transport, ErrorHandler: x.unreached, FlushInterval: -1}
	x.recorded = p.Log.Middleware(good(x.forwarder), func(*http.Request) (exchange.Meta, bool) {
		return exchange.Meta{Kind: exchange.KindProxy, Direction: exchange.ToHost}, true
	})
	return x
}

// Serve answers on l, which belongs to the proxy from now on, until Close.
func (x *Proxy) Serve(ctx context.Context, l *loopback.Listener) {
	x.port = l.Port()
	x.ctx, x.cancel = context.WithCancel(ctx)
	x.inner = loopback.ServeHanded(x.ctx, x.handed, http.HandlerFunc(x.inside), known, x.logf)
	x.outer = loopback.Serve(x.ctx, l, x, x.logf)
}

// Close ends the tunnels, gives requests under way until ctx ends, and returns when nothing of the
// proxy runs any more. A proxy that never served need not be closed.
func (x *Proxy) Close(ctx context.Context) error {
	x.mu.Lock()
	x.closed = true
	x.mu.Unlock()
	x.cancel()
	err := errors.Join(x.outer.Close(ctx), x.inner.Close(ctx))
	x.work.Wait()
	return err
}

// begin takes up a request; false when the proxy is being closed.
func (x *Proxy) begin() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.closed {
		x.work.Add(1)
	}
	return !x.closed
}

// ServeHTTP answers a client of the proxy.
func (x *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !x.begin() {
		http.Error(w, "The proxy is being closed.", http.StatusServiceUnavailable)
		return
	}
	defer x.work.Done()
	switch {
	case r.Method == http.MethodConnect:
		x.connect(w, r)
	case r.URL.IsAbs():
		x.forward(w, r)
	default:
		x.self(w, r)
	}
}

// self answers what was asked of the proxy's own address, where only this machine's names count: a
// web page may have had its own name resolve to 127.0.0.1.
func (x *Proxy) self(w http.ResponseWriter, r *http.Request) {
	switch {
	case !loopback.Names(r.Host, x.port):
		http.Error(w, "This proxy answers for localhost, 127.0.0.1 and [::1] at port "+strconv.Itoa(x.port)+
			" only, and the request was for "+strconv.Quote(shown(r.Host))+".", http.StatusMisdirectedRequest)
	case r.URL.Path == CAPath:
		w.Header().Set("Content-Type", "application/x-pem-file")
		_, _ = w.Write(x.authority.PEM()) // the connection is gone: nobody is left to tell
	case r.URL.Path == "/":
		_, _ = io.WriteString(w, "This is the proxy of a Connect Workbench. Give its address to an add-on as HTTPS_PROXY,\n"+
			"and the certificate at "+CAPath+" as an authority to trust.\n") // as above
	default:
		http.NotFound(w, r)
	}
}

// connect answers CONNECT: a tunnel to the vendor's hosts ends here, one to this machine or to an
// allowed host is let through.
func (x *Proxy) connect(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	t, err := parseTarget(r.Host, 0)
	if err != nil || r.URL.Host == "" || r.URL.Path != "" {
		x.answer(w, r, began, http.StatusBadRequest, badTarget(r, err))
		return
	}
	h, own := x.vendor.find(t.host)
	allowed := t.allowed(x.allowed())
	switch {
	case t.loopback() || allowed:
		x.tunnel(w, r, began, t, allowed)
	case own:
		x.intercept(w, r, began, h)
	default:
		x.answer(w, r, began, http.StatusForbidden, notAllowed(t))
	}
}

// forward answers a request with an absolute URL, as clients send them for plain HTTP, and some by
// mistake for HTTPS too.
func (x *Proxy) forward(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	t, err := targetOf(r.URL)
	if err != nil {
		x.answer(w, r, began, http.StatusBadRequest, badTarget(r, err))
		return
	}
	h, own := x.vendor.find(t.host)
	switch {
	case t.allowed(x.allowed()): // what it answers, or that it does not, is for the log
		x.recorded.ServeHTTP(w, r)
	case t.loopback(): // who answers there keeps the record
		x.forwarder.ServeHTTP(w, r)
	case own:
		x.services[h.Answers].ServeHTTP(w, withHost(r, h))
	default:
		x.answer(w, r, began, http.StatusForbidden, notAllowed(t))
	}
}

// passOn leaves a forwarded request as it came: a token's qsh is over exactly these bytes, so not even
// a query that net/url would not read may be touched.
func passOn(r *httputil.ProxyRequest) {
	r.Out.Host = r.In.Host
	r.Out.URL.Opaque = rawPath(r.In.RequestURI)
	r.Out.URL.RawQuery, r.Out.URL.ForceQuery = r.In.URL.RawQuery, r.In.URL.ForceQuery
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
		if values, ok := r.In.Header[name]; ok {
			r.Out.Header[name] = values
		}
	}
	if _, ok := r.In.Header["User-Agent"]; !ok {
		r.Out.Header.Set("User-Agent", "") // or net/http would write one of its own
	}
}

// rawPath is the path of an absolute address, byte by byte; "" where net/http would take it for
// something else, or there is none.
func rawPath(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	rest, _, _ = strings.Cut(rest, "?")
	slash := strings.IndexByte(rest, '/')
	if slash < 0 || strings.HasPrefix(rest[slash:], "//") {
		return ""
	}
	return rest[slash:]
}

// unreached answers for a host that could not be forwarded to.
func (x *Proxy) unreached(w http.ResponseWriter, r *http.Request, err error) {
	began := time.Now()
	t, _ := targetOf(r.URL) // it was parsed before
	v := noAnswer(t, err)
	annotated := false
	exchange.Annotate(r.Context(), func(rec *exchange.Record) { annotated, rec.Verdict = true, v })
	if annotated {
		http.Error(w, sentence(v), http.StatusBadGateway)
		return
	}
	x.answer(w, r, began, http.StatusBadGateway, v)
}

// answer turns a client of the proxy away, in a sentence, and records that.
func (x *Proxy) answer(w http.ResponseWriter, r *http.Request, began time.Time, status int, v connectjwt.Verdict) {
	text := sentence(v) + "\n"
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Connection", "close")
	header := w.Header().Clone()
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // the connection is gone: nobody is left to tell
	record := x.record(r, began, v)
	record.Status, record.ResponseHeader, record.ResponseBody = status, header, []byte(text)
	x.log.Append(record)
}

// record begins the record of a request to the proxy.
func (x *Proxy) record(r *http.Request, began time.Time, v connectjwt.Verdict) exchange.Record {
	header := r.Header.Clone()
	header.Set("Host", r.Host)
	took := time.Since(began)
	return exchange.Record{
		Kind: exchange.KindProxy, Direction: exchange.ToHost, Start: x.clock().Add(-took), Duration: took,
		Method: r.Method, URL: asked(r), RequestHeader: header, Verdict: v,
	}
}

// asked is what a client asked for, byte by byte. What a client of the proxy may have written in front of
// the host, a name and a password, is left out: masking knows it in whole addresses only.
func asked(r *http.Request) string {
	if at := strings.LastIndexByte(r.RequestURI, '@'); r.Method == http.MethodConnect && at >= 0 {
		return r.RequestURI[at+1:]
	}
	return r.RequestURI
}

// sentence is a refusal as its client reads it.
func sentence(v connectjwt.Verdict) string {
	text := "The proxy of the Connect Workbench: " + v.Summary + "."
	for _, more := range []string{v.Cause, v.Fix} {
		if more != "" {
			text += " " + more + "."
		}
	}
	return text
}
