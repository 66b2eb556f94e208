package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/descriptor"
)

// callback is the part of a lifecycle body an add-on needs. Source: protocol lifecycle.md §2.
type callback struct {
	ClientKey    string `json:"clientKey"`
	SharedSecret string `json:"sharedSecret"`
	BaseURL      string `json:"baseUrl"`
	ProductType  string `json:"productType"`
	EventType    string `json:"eventType"`
}

// serveLifecycle answers a callback. names are those the descriptor gives this address; with more
// than one the body says which is meant.
func (s *Server) serveLifecycle(w http.ResponseWriter, c call, names []string) {
	body, err := readCallback(c.body)
	if err != nil {
		s.refuse(w, c.Request, http.StatusBadRequest, badBody("body is no lifecycle callback", err.Error(), c.body))
		return
	}
	name := names[0]
	if len(names) > 1 {
		if !slices.Contains(names, body.EventType) {
			s.refuse(w, c.Request, http.StatusBadRequest,
				badBody("body does not say which callback it is", "eventType has to be one of "+strings.Join(names, ", "), c.body))
			return
		}
		name = body.EventType
	}
	switch name {
	case "installed":
		s.serveInstalled(w, c, body)
	case "uninstalled":
		s.serveUninstalled(w, c, body)
	case "enabled", "disabled":
		s.serveSwitched(w, c, body, name == "enabled")
	default:
		if _, ok := s.admit(w, c, body.ClientKey); ok {
			w.WriteHeader(http.StatusNoContent)
		}
	}
}

func readCallback(text []byte) (callback, error) {
	var b callback
	if err := json.Unmarshal(text, &b); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) && wrong.Field != "" {
			return b, errors.New(wrong.Field + " is not a text")
		}
		return b, errors.New("it is not a JSON object")
	}
	if b.ClientKey == "" {
		return b, errors.New("clientKey is missing")
	}
	if b.BaseURL == "" {
		return b, errors.New("baseUrl is missing")
	}
	return b, nil
}

func badBody(summary, cause string, body []byte) connectjwt.Verdict {
	received := "no body"
	if len(body) > 0 {
		received = fmt.Sprintf("a body of %d bytes", len(body)) // never its text: it holds the secret
	}
	return connectjwt.Verdict{
		Rule: RuleBody, Summary: summary, At: connectjwt.Place{Part: "request", Name: "body"},
		Expected: "a JSON object with clientKey, baseUrl and eventType", Received: received,
		Cause: cause, Fix: "send the body a site sends with this callback",
	}
}

// serveInstalled proves the caller and only then takes its secret over.
func (s *Server) serveInstalled(w http.ResponseWriter, c call, body callback) {
	if v, ok := s.checkInstaller(w, c, body, true); !ok {
		return
	} else if !v.OK {
		s.refuse(w, c.Request, http.StatusUnauthorized, v)
		return
	}
	if body.SharedSecret == "" && c.descriptor.Authenticated() {
		s.refuse(w, c.Request, http.StatusBadRequest, badBody("no shared secret", "sharedSecret is missing in installed", c.body))
		return
	}
	s.change(w, c, body, func(t *Tenant) {
		t.rotate(body.SharedSecret, s.p.Clock())
		t.BaseURL, t.Product, t.Installed = body.BaseURL, body.ProductType, true
	})
}

// serveUninstalled proves the caller; the tenant is kept, without rights.
func (s *Server) serveUninstalled(w http.ResponseWriter, c call, body callback) {
	if v, ok := s.checkInstaller(w, c, body, false); !ok {
		return
	} else if !v.OK {
		s.refuse(w, c.Request, http.StatusUnauthorized, v)
		return
	}
	s.change(w, c, body, func(t *Tenant) { t.Installed, t.Enabled = false, false })
}

// serveSwitched takes enabled and disabled. A disabled may come after uninstalled; both orders are
// in use. Source: protocol lifecycle.md §1.
func (s *Server) serveSwitched(w http.ResponseWriter, c call, body callback, enabled bool) {
	if _, ok := s.admit(w, c, body.ClientKey); !ok {
		return
	}
	s.change(w, c, body, func(t *Tenant) { t.Enabled = enabled && t.Installed })
}

// checkInstaller judges the token of installed or uninstalled. ok is false when the store failed
// and the request has been answered.
func (s *Server) checkInstaller(w http.ResponseWriter, c call, body callback, first bool) (v connectjwt.Verdict, ok bool) {
	if !c.descriptor.Authenticated() {
		return connectjwt.Verdict{OK: true}, true
	}
	raw, missing := tokenOf(c.Request)
	if c.descriptor.Migrations.SignedInstall == descriptor.OptedIn || isRS256(raw) {
		if missing.Known() {
			return missing, true
		}
		return s.checkInstallKey(c, raw, body.ClientKey), true
	}
	tenant, known, err := s.p.Store.Get(c.Context(), body.ClientKey)
	if err != nil {
		s.p.Logf("built-in add-on: read tenant: %v", err)
		storeFailed(w)
		return v, false
	}
	switch {
	case first && !known && missing.Known():
		return connectjwt.Verdict{OK: true}, true // trust on first use: there is no secret yet
	case missing.Known():
		missing.Cause = "the tenant is known, so the token of its current secret is required"
		return missing, true
	}
	_, v = s.checkSecret(c, raw, body.ClientKey, tenant)
	if v.Rule == connectjwt.RuleTenant {
		v.Cause = "the host signs with an earlier secret that this add-on does not have"
		v.Fix = "opt into signed installs (apiMigrations.signed-install), or remove the add-on from the site and install it anew"
	}
	return v, true
}

func isRS256(raw string) bool {
	t, _ := connectjwt.Decode(raw)
	return t.Header.Algorithm == connectjwt.RS256
}

// change applies f to the stored tenant and answers 204 once the change is stored.
func (s *Server) change(w http.ResponseWriter, c call, body callback, f func(*Tenant)) {
	s.changes.Lock()
	defer s.changes.Unlock()
	tenant, _, err := s.p.Store.Get(c.Context(), body.ClientKey)
	if err == nil {
		tenant.ClientKey = body.ClientKey
		f(&tenant)
		err = s.p.Store.Put(c.Context(), tenant)
	}
	if err != nil {
		s.p.Logf("built-in add-on: store tenant: %v", err)
		storeFailed(w)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
