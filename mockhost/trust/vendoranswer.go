package trust

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"path"
	"strings"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
)

// hostKey is under which a request's context has the vendorHost it was made to.
type hostKey struct{}

func withHost(r *http.Request, h vendorHost) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), hostKey{}, h))
}

func hostOf(r *http.Request) vendorHost {
	h, _ := r.Context().Value(hostKey{}).(vendorHost)
	return h
}

// known notes which host an intercepted tunnel leads to.
func known(ctx context.Context, c net.Conn) context.Context {
	if secured, ok := c.(*tls.Conn); ok {
		c = secured.NetConn()
	}
	if o, ok := c.(*opened); ok {
		ctx = context.WithValue(ctx, hostKey{}, o.host)
	}
	return ctx
}

// inside answers a request that came through an intercepted tunnel.
func (x *Proxy) inside(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	if !x.begin() {
		http.Error(w, "The proxy is being closed.", http.StatusServiceUnavailable)
		return
	}
	defer x.work.Done()
	h := hostOf(r)
	if t, err := parseTarget(r.Host, 443); err != nil || t.host != h.Host || r.Method == http.MethodConnect {
		x.answer(w, r, began, http.StatusMisdirectedRequest, otherHost(h.Host, r.Host))
		return
	}
	x.services[h.Answers].ServeHTTP(w, r)
}

func otherHost(tunnel, asked string) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: RuleHost, Summary: "the request is for another host than its tunnel", Expected: tunnel, Received: shown(asked),
		At:  connectjwt.Place{Part: "header", Name: "Host"},
		Fix: "Ask for one tunnel a host",
	}
}

// newServices makes what answers for the vendor's hosts, each by way of the log.
func (x *Proxy) newServices(p ProxyParams) map[service]http.Handler {
	keys := http.NewServeMux()
	keys.HandleFunc("GET /{kid...}", serveKey(p.Key))
	oauth := http.NewServeMux()
	oauth.Handle("POST "+tokenPath, p.OAuth)
	oauth.HandleFunc("/", notHere)
	through := func(h http.Handler, kind exchange.Kind) http.Handler {
		return x.log.Middleware(h, func(*http.Request) (exchange.Meta, bool) {
			return exchange.Meta{Kind: kind, Direction: exchange.ToHost}, true
		})
	}
	return map[service]http.Handler{
		serviceKeys:   through(keys, exchange.KindKey),
		serviceOAuth:  through(oauth, exchange.KindOAuth),
		serviceScript: through(listed(good(p.Script)), exchange.KindProxy),
		serviceSchema: through(listed(serveSchema(p.Schema)), exchange.KindProxy),
	}
}

// listed lets only the paths through that the host is known for.
func listed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !hostOf(r).has(r.URL.Path) || r.Method != http.MethodGet && r.Method != http.MethodHead {
			notHere(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// good notes that the request was in order.
func good(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Verdict = connectjwt.Verdict{OK: true} })
		next.ServeHTTP(w, r)
	})
}

// notHere answers for a path of the vendor's that is not one of those add-ons need.
func notHere(w http.ResponseWriter, r *http.Request) {
	h := hostOf(r)
	v := connectjwt.Verdict{
		Rule: RuleHost, Summary: "of " + h.Host + " only what add-ons need is answered", Received: r.Method + " " + shown(r.URL.Path),
		At:    connectjwt.Place{Part: "request", Name: "path"},
		Cause: "Nothing outside this machine is reached unless you allow it",
		Fix:   `To reach the host itself, add "` + h.Host + `" to the allowed hosts under "Connect your add-on"`,
	}
	exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Verdict = v })
	http.Error(w, sentence(v), http.StatusForbidden)
}

// serveSchema answers for the schemas that validators load: as our catalogue has it, not the vendor's
// own text. The strict one and the other are the same here. Source of the names: protocol descriptor.md §1.
func serveSchema(schema func(product string) []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		product, ok := strings.CutSuffix(strings.TrimSuffix(strings.TrimSuffix(path.Base(r.URL.Path), ".json"), "-strict"), "-global-schema")
		text := schema(product)
		if !ok || text == nil {
			notHere(w, r)
			return
		}
		exchange.Annotate(r.Context(), func(rec *exchange.Record) { rec.Verdict = connectjwt.Verdict{OK: true} })
		w.Header().Set("Content-Type", "application/schema+json")
		_, _ = w.Write(text)
	}
}
