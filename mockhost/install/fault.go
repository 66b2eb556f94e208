package install

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// ErrUnknownFault means that there is no failure of that key to ask for.
var ErrUnknownFault = errors.New("no such install failure")

// Fault is a way in which the next install on a site can be made to fail, whatever the add-on does.
// It shows what the customer's administrator would read, and lets an add-on be tested against
// failures that only a real site brings about.
type Fault struct {
	Key   string    `json:"key"`   // the host's message key
	Title string    `json:"title"` // what happens, in words that follow "the next install fails:"
	Stage StageName `json:"stage"` // where it shows

	// How it is done. An answer or an error takes the place of a request, which is then not sent;
	// spoil and cut change a copy of the fetched descriptor; refuse is what the host says of itself.
	status int
	err    func(host string) error
	cut    bool // the descriptor ends in its middle
	spoil  func(host site.Product, d map[string]any)
	refuse string
}

// Faults lists every failure there is, in the order of the stages.
func Faults() []Fault {
	list := []Fault{
		{Key: keyDescriptor, Title: "the descriptor's address answers 404", Stage: Fetch, status: http.StatusNotFound},
		{Key: keyMalformed, Title: "the descriptor is no JSON", Stage: CheckStage, cut: true},
		{Key: keyValidation, Title: "the descriptor does not match the schema", Stage: CheckStage,
			spoil: func(_ site.Product, d map[string]any) { d["authentication"] = "jwt" }},
		{Key: keyNoInstalled, Title: "no installed callback", Stage: CheckStage, spoil: withoutInstalled},
		{Key: keyNoScheme, Title: "baseUrl without scheme", Stage: CheckStage,
			spoil: func(_ site.Product, d map[string]any) { d["baseUrl"] = "addon.example" }},
		{Key: keyNoTLS, Title: "baseUrl without TLS", Stage: CheckStage,
			spoil: func(_ site.Product, d map[string]any) { d["baseUrl"] = "http://localhost:443" }},
		{Key: keyMissingScope, Title: "a webhook without the scope READ", Stage: CheckStage, spoil: withoutRead},
		{Key: keyPageCondition, Title: "a page with a condition it cannot have", Stage: CheckStage,
			spoil: page(map[string]any{"condition": "entity_property_exists", "params": map[string]any{"entity": "issue", "propertyKey": "p"}})},
		{Key: keyConditionParams, Title: "a condition without its parameters", Stage: CheckStage, spoil: page(map[string]any{"condition": "feature_flag"})},
		{Key: keyUnknownModule, Title: "a module type that the product does not know", Stage: CheckStage, spoil: modules("unknownModules", map[string]any{})},
		{Key: keyInvalidLocation, Title: "a location that is refused", Stage: CheckStage,
			spoil: modules("webPanels", map[string]any{"location": "atl.header.after.scripts"})},
		{Key: keyNoModules, Title: "the descriptor has no modules", Stage: CheckStage, refuse: "The host found no modules."},
		{Key: keyEmailApproval, Title: "ACCESS_EMAIL_ADDRESSES is not approved", Stage: CheckStage,
			refuse: "The host treats the add-on as one that asks for ACCESS_EMAIL_ADDRESSES and has no approval."},
		{Key: keyProvisioning, Title: "the add-on's user cannot be made", Stage: CheckStage, refuse: "The host could not make the add-on's user."},
		{Key: keyAdminPermission, Title: "the add-on's user cannot be given ADMIN", Stage: CheckStage,
			refuse: "The group of the add-ons' users lacks the administrator permission."},
		{Key: keyInternal, Title: "the site itself fails", Stage: CheckStage, refuse: "The host could not finish."},
		{Key: keyUnreachable, Title: "nobody listens at baseUrl", Stage: Callback, err: func(string) error { return syscall.ECONNREFUSED }},
		{Key: keyBadDomain, Title: "the host name of baseUrl is unknown", Stage: Callback,
			err: func(host string) error { return &net.DNSError{Err: "no such host", Name: host, IsNotFound: true} }},
		{Key: keyTLS, Title: "the certificate is not trusted", Stage: Callback, err: func(string) error { return x509.UnknownAuthorityError{} }},
		{Key: keyTimeout, Title: "installed is not answered in time", Stage: Callback, err: func(string) error { return context.DeadlineExceeded }},
	}
	for _, status := range []int{202, 400, 401, 402, 403, 404, 500, 501, 502, 503} {
		list = append(list, Fault{Key: badResponseKey(status), Title: "installed is answered " + statusText(status), Stage: Callback, status: status})
	}
	return list
}

func withoutInstalled(_ site.Product, d map[string]any) {
	d["authentication"] = map[string]any{"type": "jwt"}
	delete(d, "lifecycle")
}

func withoutRead(host site.Product, d map[string]any) {
	event := "jira:issue_created"
	if host == site.Confluence {
		event = "page_created"
	}
	d["scopes"] = []any{}
	d["modules"] = map[string]any{"webhooks": []any{map[string]any{"event": event, "url": "/webhook"}}}
}

// modules leaves a descriptor with one module: a page or panel, but for the fields given.
func modules(kind string, fields map[string]any) func(site.Product, map[string]any) {
	return func(_ site.Product, d map[string]any) {
		module := map[string]any{"key": "simulated", "url": "/simulated", "name": map[string]any{"value": "Simulated"}}
		for name, value := range fields {
			module[name] = value
		}
		d["modules"] = map[string]any{kind: []any{module}}
	}
}

func page(condition map[string]any) func(site.Product, map[string]any) {
	return modules("generalPages", map[string]any{"conditions": []any{condition}})
}

// simulated begins what the developer reads of a failure that was asked for.
const simulated = "Simulated, as asked for: the add-on is not at fault. "

// faults are what was asked for, by site. The zero value is ready.
type faults struct {
	mu   sync.Mutex
	next map[string]Fault
}

// take gives the fault of a site if it strikes at this point, and forgets it: it is for one install.
func (f *faults) take(siteID string, strikes func(Fault) bool) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fault, ok := f.next[siteID]
	if !ok || !strikes(fault) {
		return Fault{}, false
	}
	delete(f.next, siteID)
	return fault, true
}

// FailNext makes the next install, update or approval on a site fail in the way of a [Fault]'s key;
// "" takes that back. It is kept in memory, and until it strikes. The error wraps ErrUnknownFault.
func (m *Manager) FailNext(siteID, key string) error {
	m.faults.mu.Lock()
	defer m.faults.mu.Unlock()
	if key == "" {
		delete(m.faults.next, siteID)
		return nil
	}
	for _, f := range Faults() {
		if f.Key != key {
			continue
		}
		if m.faults.next == nil {
			m.faults.next = map[string]Fault{}
		}
		m.faults.next[siteID] = f
		return nil
	}
	return fmt.Errorf("%w: %q", ErrUnknownFault, key)
}

// NextFault is what FailNext asked for on a site and has not struck yet.
func (m *Manager) NextFault(siteID string) (Fault, bool) {
	m.faults.mu.Lock()
	defer m.faults.mu.Unlock()
	f, ok := m.faults.next[siteID]
	return f, ok
}

// strike takes the site's fault for this run.
func (v *verb) strike(strikes func(Fault) bool) (Fault, bool) {
	f, ok := v.m.faults.take(v.site.ID, strikes)
	v.struck = v.struck || ok
	return f, ok
}

// spoiled is the text that the check looks at: the fetched one, or a copy with the fault in it. A
// text that is no object stays as it is, and is refused for that.
func (v *verb) spoiled(text []byte) []byte {
	var d map[string]any
	if json.Unmarshal(text, &d) != nil || d == nil {
		return text
	}
	f, ok := v.strike(func(f Fault) bool { return f.spoil != nil || f.cut })
	if !ok {
		return text
	}
	v.spoiledBy = &f
	if f.cut {
		return text[:len(text)/2]
	}
	f.spoil(v.site.Product, d)
	spoiled, err := json.MarshalIndent(d, "", "  ")
	if err != nil { // it came from JSON
		return text
	}
	return spoiled
}

// refused is the problem of a host that refuses for a reason of its own. A spoiled descriptor that
// passed the check is refused too: nothing of it may get any further.
func (v *verb) refused() *Problem {
	if f := v.spoiledBy; f != nil {
		p := problem(f.Key, fmt.Sprintf("The host treats the descriptor as one with this fault: %s.", f.Title))
		return &p
	}
	f, ok := v.strike(func(f Fault) bool { return f.refuse != "" })
	if !ok {
		return nil
	}
	p := problem(f.Key, f.refuse)
	return &p
}

// faulty gives what sends a stage's request and judges the answer: as usual, or in the way of a
// fault, which sends nothing and says so in the verdict.
func (v *verb) faulty(stage StageName, usual *exchange.Transport, judge func(*exchange.Record)) (*exchange.Transport, func(*exchange.Record)) {
	f, ok := v.strike(func(f Fault) bool { return f.Stage == stage && (f.status != 0 || f.err != nil) })
	if !ok {
		return usual, judge
	}
	simulatedAnswer := &exchange.Transport{
		Log: usual.Log, Clock: usual.Clock, MaxBody: usual.MaxBody, Timeout: usual.Timeout, Client: &http.Client{Transport: f},
	}
	return simulatedAnswer, func(r *exchange.Record) {
		judge(r)
		r.Verdict.Summary = "simulated: " + r.Verdict.Summary
		r.Verdict.Cause = "simulated, as asked for: this request was not sent"
		r.Verdict.Fix = "nothing to mend; install again without the simulated failure"
		r.Verdict.At = connectjwt.Place{Part: "answer"}
	}
}

// RoundTrip answers in place of the add-on.
func (f Fault) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_ = req.Body.Close() // it is in memory
	}
	if f.err != nil {
		return nil, f.err(req.URL.Hostname())
	}
	text := fmt.Sprintf("Simulated by Connect Workbench: %s.\n", strings.TrimSuffix(f.Title, "."))
	return &http.Response{
		StatusCode: f.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header:        http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "X-Connect-Workbench-Fault": {f.Key}},
		Body:          io.NopCloser(bytes.NewReader([]byte(text))),
		ContentLength: int64(len(text)),
	}, nil
}

var _ http.RoundTripper = Fault{}
