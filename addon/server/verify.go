package server

import (
	"net/http"
	"time"

	"connect-workbench/addon/connectjwt"
)

// admitted is a caller whose token has been proven.
type admitted struct {
	tenant Tenant
	token  connectjwt.Token
	now    time.Time
	open   bool // the descriptor asks for no authentication, so nothing was proven
}

// admit judges a request signed with the shared secret, and answers it when it is refused.
// clientKey is who the body of a lifecycle callback says it is; "" for everything else, which is
// for installed tenants only. Source: protocol jwt.md §5.
func (s *Server) admit(w http.ResponseWriter, c call, clientKey string) (admitted, bool) {
	a := admitted{now: s.p.Clock()}
	if !c.descriptor.Authenticated() {
		a.open = true
		return a, true
	}
	raw, missing := tokenOf(c.Request)
	if raw == "" && missing.Known() {
		s.refuse(w, c.Request, http.StatusUnauthorized, missing)
		return a, false
	}
	callback := clientKey != ""
	if !callback {
		clientKey = issuerOf(raw)
	}
	tenant, known, err := s.p.Store.Get(c.Context(), clientKey)
	if err != nil {
		s.p.Logf("built-in add-on: read tenant: %v", err)
		storeFailed(w)
		return a, false
	}
	if !callback && !tenant.Installed {
		tenant = Tenant{} // its secret is kept for a re-install and opens nothing else
	}
	a.tenant = tenant
	var v connectjwt.Verdict
	a.token, v = s.checkSecret(c, raw, clientKey, tenant)
	if !v.OK {
		if v.Rule == connectjwt.RuleTenant && known {
			v.Cause = "the add-on has been uninstalled there"
		}
		s.refuse(w, c.Request, http.StatusUnauthorized, v)
		return a, false
	}
	return a, true
}

// issuerOf reads who a token claims to come from, to look its secret up; Verify judges it later.
func issuerOf(raw string) string {
	t, _ := connectjwt.Decode(raw)
	return t.Claims.Issuer
}

// checkSecret verifies an HS256 token of a tenant. A host puts no aud into such a token; one that
// is there has to be the tenant, or frameworks look the secret up under a wrong name.
func (s *Server) checkSecret(c call, raw, clientKey string, tenant Tenant) (connectjwt.Token, connectjwt.Verdict) {
	check := connectjwt.Check{
		Algorithm: connectjwt.HS256, Secret: tenant.SharedSecret, OldSecrets: tenant.OldSecrets,
		Issuer: clientKey, Audience: []string{clientKey}, AudienceOptional: true,
		Request: c.signed(), Now: s.p.Clock(),
	}
	t, v := check.Verify(raw)
	if v.Rule == connectjwt.RuleSignature && underWay(t, tenant, check.Now) {
		check.Secret = tenant.OldSecrets[0].Secret
		return check.Verify(raw)
	}
	return t, v
}

// underWay reports whether a token can have been sent before the tenant's secret changed. Such a
// token is still good. Source: protocol jwt.md §6, lifecycle.md §3.
func underWay(t connectjwt.Token, tenant Tenant, now time.Time) bool {
	return len(tenant.OldSecrets) > 0 &&
		now.Sub(tenant.Rotated) <= connectjwt.HostTokenLife &&
		t.Claims.IssuedAt < tenant.Rotated.Unix()
}

// checkInstallKey verifies an RS256 token of an install or uninstall callback. Source: protocol
// jwt.md §6.
func (s *Server) checkInstallKey(c call, raw, clientKey string) connectjwt.Verdict {
	check := connectjwt.Check{
		Algorithm: connectjwt.RS256, Issuer: clientKey, Audience: []string{c.base},
		Request: c.signed(), Now: s.p.Clock(),
	}
	t, err := connectjwt.Decode(raw)
	if err == nil && t.Header.Algorithm == connectjwt.RS256 && t.Header.KeyID != "" {
		key, v := s.fetchKey(c.Context(), t.Header.KeyID)
		if !v.OK {
			return v
		}
		check.PublicKey = key
	}
	_, v := check.Verify(raw)
	return v
}
