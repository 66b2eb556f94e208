package hosttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// AddonKey is the key of the descriptor an [Addon] begins with.
const AddonKey = "com.example.strict"

// Heard is a lifecycle callback an add-on accepted.
type Heard struct {
	Event  string
	Body   map[string]any
	Claims connectjwt.Claims // zero without a token
	Signed string            // "RS256", "HS256" or "" without a token
}

// Addon is a strict add-on over real HTTP.
type Addon struct {
	t      testing.TB
	host   *Host
	server *httptest.Server

	mu         sync.Mutex
	descriptor map[string]any
	era        site.Era
	signed     any // apiMigrations.signed-install: nil, true or false
	secrets    map[string]string
	heard      []Heard
	refused    []error
	routes     map[string]http.HandlerFunc
}

// NewAddon starts an add-on with all lifecycle callbacks, the scopes READ and ACT_AS_USER, one
// webhook and one page. It serves its descriptor at DescriptorURL.
func NewAddon(t testing.TB, host *Host) *Addon {
	a := &Addon{t: t, host: host, secrets: map[string]string{}, routes: map[string]http.HandlerFunc{}}
	a.server = httptest.NewServer(a)
	t.Cleanup(a.server.Close)
	a.signed = true
	a.descriptor = map[string]any{
		"key": AddonKey, "name": "Strict", "version": "1.0.0", "baseUrl": a.server.URL,
		"vendor":         map[string]any{"name": "Example", "url": "https://vendor.example"},
		"authentication": map[string]any{"type": "jwt"},
		"lifecycle": map[string]any{
			"installed": "/installed", "enabled": "/enabled", "disabled": "/disabled", "uninstalled": "/uninstalled",
		},
		"apiMigrations": map[string]any{"signed-install": true},
		"scopes":        []string{"READ", "ACT_AS_USER"},
		"modules": map[string]any{
			"generalPages": []any{map[string]any{"key": "home", "url": "/home", "name": map[string]any{"value": "Home"}}},
		},
	}
	return a
}

// Host is the host the add-on was made for.
func (a *Addon) Host() *Host { return a.host }

// URL is the add-on's base URL.
func (a *Addon) URL() string { return a.server.URL }

// Close stops the add-on before the test ends.
func (a *Addon) Close() { a.server.Close() }

// DescriptorURL is where the descriptor is served.
func (a *Addon) DescriptorURL() string { return a.server.URL + "/atlassian-connect.json" }

// Describe changes the descriptor the add-on serves.
func (a *Addon) Describe(change func(d map[string]any)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(a.descriptor)
	migrations, _ := a.descriptor["apiMigrations"].(map[string]any)
	a.signed = migrations["signed-install"]
}

// Believe has the add-on expect a host of an earlier era. It holds the rules by itself, and does not
// ask the host for them.
func (a *Addon) Believe(era site.Era) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.era = era
}

// symmetric reports whether installed and uninstalled have to come without the install key; a.mu is held.
// Source: protocol jwt.md §6.
func (a *Addon) symmetric() bool {
	switch a.era {
	case site.Cloud2016:
		return true
	case site.Cloud2020:
		return a.signed != true
	}
	return a.signed == false
}

// Answer has handler answer at path in place of the add-on's own route; nil puts that back.
func (a *Addon) Answer(path string, handler http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.routes[path] = handler
}

// AnswerStatus is Answer with nothing but a status.
func (a *Addon) AnswerStatus(path string, status int) {
	a.Answer(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
}

// Secret is the shared secret the add-on holds for a site; "" for none.
func (a *Addon) Secret(clientKey string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.secrets[clientKey]
}

// Forget drops all secrets, as an add-on with an in-memory store does at a restart.
func (a *Addon) Forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.secrets)
}

// Heard lists the callbacks accepted so far.
func (a *Addon) Heard() []Heard {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.heard)
}

// Events are the names of what was Heard.
func (a *Addon) Events() string {
	var names []string
	for _, h := range a.Heard() {
		names = append(names, h.Event)
	}
	return strings.Join(names, " ")
}

// Refused lists why the add-on itself turned callbacks away.
func (a *Addon) Refused() []error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.refused)
}

// ServeHTTP answers like a strict add-on.
func (a *Addon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	route := a.routes[r.URL.Path]
	a.mu.Unlock()
	switch {
	case route != nil:
		route(w, r)
	case r.URL.Path == "/atlassian-connect.json":
		a.mu.Lock()
		defer a.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(a.descriptor)
	case r.Method == http.MethodPost && slices.Contains([]string{"/installed", "/enabled", "/disabled", "/uninstalled"}, r.URL.Path):
		a.Lifecycle(w, r)
	default:
		http.NotFound(w, r)
	}
}

// Lifecycle verifies and takes a callback; routes set by Answer may go on to it.
func (a *Addon) Lifecycle(w http.ResponseWriter, r *http.Request) {
	heard, err := a.accept(r)
	if err != nil {
		a.mu.Lock()
		a.refused = append(a.refused, err)
		a.mu.Unlock()
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.heard = append(a.heard, heard)
	if heard.Event == "installed" {
		a.secrets[heard.Body["clientKey"].(string)], _ = heard.Body["sharedSecret"].(string)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (a *Addon) accept(r *http.Request) (Heard, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return Heard{}, err
	}
	h := Heard{Event: strings.TrimPrefix(r.URL.Path, "/")}
	if err := json.Unmarshal(text, &h.Body); err != nil {
		return Heard{}, err
	}
	clientKey, _ := h.Body["clientKey"].(string)
	secret, _ := h.Body["sharedSecret"].(string)
	switch {
	case h.Body["eventType"] != h.Event:
		return Heard{}, fmt.Errorf("eventType %v in the body of %s", h.Body["eventType"], h.Event)
	case clientKey == "" || h.Body["baseUrl"] == "" || h.Body["productType"] == "":
		return Heard{}, errors.New("a mandatory field is missing")
	case h.Event != "installed" && strings.Contains(string(text), "sharedSecret"):
		return Heard{}, errors.New("sharedSecret outside of installed")
	case h.Event == "installed" && a.authenticated() && len(secret) < 32:
		return Heard{}, fmt.Errorf("sharedSecret of %d characters", len(secret))
	}
	token, _ := connectjwt.FromHeader(r.Header.Get("Authorization"))
	check, wanted, err := a.check(h.Event, clientKey, token)
	if err != nil {
		return Heard{}, err
	}
	if !wanted {
		if token != "" {
			return Heard{}, errors.New("a token where none belongs")
		}
		return h, nil
	}
	check.Request = connectjwt.Request{Method: r.Method, Target: r.RequestURI, Base: a.server.URL}
	decoded, verdict := check.Verify(token)
	if !verdict.OK {
		return Heard{}, fmt.Errorf("%s: %s: %s", h.Event, verdict.Summary, verdict.Cause)
	}
	if check.Algorithm == connectjwt.HS256 && decoded.Claims.Audience != nil {
		return Heard{}, errors.New("aud in an HS256 token: frameworks take it for the tenant")
	}
	h.Claims, h.Signed = decoded.Claims, check.Algorithm
	return h, nil
}

func (a *Addon) authenticated() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	authentication, _ := a.descriptor["authentication"].(map[string]any)
	return authentication["type"] != "none"
}

// check is what the add-on wants of a callback's token; false when there has to be none.
func (a *Addon) check(event, clientKey, token string) (check connectjwt.Check, wanted bool, err error) {
	authenticated := a.authenticated()
	a.mu.Lock()
	known, symmetric := a.secrets[clientKey], a.symmetric()
	a.mu.Unlock()
	check = connectjwt.Check{Algorithm: connectjwt.HS256, Secret: known, Issuer: clientKey, Now: a.host.Clock.Now()}
	switch {
	case !authenticated, symmetric && event == "installed" && known == "":
		return check, false, nil
	case !symmetric && (event == "installed" || event == "uninstalled"):
		check.Algorithm, check.Secret, check.Audience = connectjwt.RS256, "", []string{a.server.URL}
		check.PublicKey, err = a.fetchKey(token)
		if err != nil {
			return check, true, err
		}
	}
	return check, true, nil
}
