package page

import (
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/moduleurl"
	"connect-workbench/mockhost/site"
)

// prepared is a signed page request with what a host page needs to frame it.
type prepared struct {
	Signed
	viewing
	namespace string // names the frame's channel: add-on key and module key
	baseURL   string
}

// Sign builds the address of a page request and signs it for the moment the clock shows. Errors:
// *NotEnabledError, *UnknownModuleError, *ConflictError, ErrUnknownUser, or an address that cannot
// be built (moduleurl.ErrAbsolute).
func (p *Pages) Sign(s site.Running, in site.Installation, r Request) (Signed, error) {
	prepared, err := p.prepare(s, in, r)
	if err != nil {
		return Signed{}, fmt.Errorf("sign page %s of %s on %s: %w", r.ModuleKey, in.AddonKey, s.ID, err)
	}
	return prepared.Signed, nil
}

func (p *Pages) prepare(s site.Running, in site.Installation, r Request) (*prepared, error) {
	if in.State != site.Enabled {
		return nil, &NotEnabledError{AddonKey: in.AddonKey, State: in.State}
	}
	module, err := p.module(s.Product, in, r.ModuleKey)
	if err != nil {
		return nil, err
	}
	viewer, known := s.User(r.UserID)
	if !known && r.UserID != "" {
		return nil, fmt.Errorf("%w: %s", ErrUnknownUser, r.UserID)
	}
	d, err := p.descriptors.Of(in)
	if err != nil {
		return nil, err
	}
	out := &prepared{namespace: in.AddonKey + "__" + r.ModuleKey}
	out.viewing = viewing{
		site: s, module: module, viewer: viewer, surface: p.catalogue.Surface(s.Product, module.Type, module.Location),
		practice: s.Practice(d.Migrations),
	}
	out.variables = p.bind(s, out.surface, viewer, r.Context)
	out.HostPageURL = hostPageURL(s, r)
	if out.surface.Kind == "macro" {
		digits, err := p.random(4)
		if err != nil {
			return nil, err
		}
		out.namespace += digits
	}
	out.baseURL = in.BaseURL
	if out.URL, err = out.address(); err != nil {
		return nil, err
	}
	if !d.Authenticated() {
		return out, nil
	}
	return out, p.addTokens(out, in.SharedSecret)
}

// address is the page URL with everything but the token.
func (v *prepared) address() (string, error) {
	address, err := moduleurl.Join(v.baseURL, moduleurl.Expand(v.module.URL, v.variable))
	if err != nil {
		return "", err
	}
	standard := v.standard()
	if name, ok := conflict(address, standard); ok {
		return "", &ConflictError{ModuleKey: v.module.Key, Parameter: name}
	}
	return moduleurl.WithParameters(address, standard...), nil
}

// standard are the parameters of the site's era that every page address has, in order.
// Source: protocol iframe.md §1.
func (v *prepared) standard() []moduleurl.Parameter {
	licence := "none"
	if v.site.Licensed() {
		licence = "active"
	}
	channel := []moduleurl.Parameter{{"xdm_e", v.site.Origin()}, {"xdm_c", "channel-" + v.namespace}, {"cp", v.site.ContextPath}}
	last := []moduleurl.Parameter{{"lic", licence}, {"cv", v.site.ConnectVersion()}}
	if !v.practice.UserParameters {
		return slices.Concat(channel, []moduleurl.Parameter{{"xdm_deprecated_addon_key_do_not_use", v.module.AddonKey}}, last)
	}
	zone, locale := v.viewer.TimeZone, v.viewer.Locale
	if v.viewer.AccountID == "" {
		zone, locale = "Etc/UTC", "en-US"
	}
	who := v.site.Actor(v.viewer)
	return slices.Concat([]moduleurl.Parameter{{"tz", zone}, {"loc", locale}, {"user_id", who.Name}, {"user_key", who.Key}}, channel, last)
}

// conflict finds a parameter of an address that the host would add a second time. Names are compared
// decoded, as every verifier compares them.
func conflict(address string, standard []moduleurl.Parameter) (name string, found bool) {
	_, query, _ := strings.Cut(address, "?")
	for piece := range strings.SplitSeq(query, "&") {
		raw, _, _ := strings.Cut(piece, "=")
		decoded, err := url.QueryUnescape(raw)
		if err != nil {
			continue // a name with a broken escape is none of ours
		}
		if decoded == "jwt" || slices.ContainsFunc(standard, func(p moduleurl.Parameter) bool { return p[0] == decoded }) {
			return decoded, true
		}
	}
	return "", false
}

// addTokens signs the address as it stands, appends the token, and makes the context token.
// Source: protocol jwt.md §2, §3.
func (p *Pages) addTokens(v *prepared, secret string) error {
	contextClaim, err := v.contextClaim()
	if err != nil {
		return fmt.Errorf("write context claim: %w", err)
	}
	address, err := url.Parse(v.URL)
	if err != nil {
		return fmt.Errorf("parse page address %q: %w", v.URL, err)
	}
	request := connectjwt.Request{Method: http.MethodGet, Target: address.RequestURI(), Base: v.baseURL}
	v.Canonical = request.Canonical()
	now, viewer := p.clock(), v.site.Actor(v.viewer)
	claims := connectjwt.Claims{
		Issuer:   v.site.ClientKey,
		Subject:  viewer.Subject(v.practice),
		IssuedAt: now.Unix(),
		Expires:  now.Add(v.practice.TokenLife).Unix(),
		QSH:      request.QSH(),
		Context:  viewer.Context(v.practice),
	}
	v.Token = connectjwt.SignHS256(claims, secret)
	v.URL = moduleurl.WithParameters(v.URL, moduleurl.Parameter{"jwt", v.Token})
	claims.Expires = now.Add(v.practice.ContextTokenLife).Unix()
	if v.practice.ContextQSH {
		claims.QSH = connectjwt.ContextQSH
	}
	claims.Context = contextClaim
	v.ContextToken = connectjwt.SignHS256(claims, secret)
	return nil
}

// random returns 2n hex digits.
func (p *Pages) random(n int) (string, error) {
	b := make([]byte, n)

	if _, err := io.ReadFull(p.rand, b); err != nil {
		return "", fmt.Errorf("draw a random id: %w", err)
	}
	return hex.EncodeToString(b), nil
}
