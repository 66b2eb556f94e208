package workbench

import (
	"fmt"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// TokenKey is a key a token can be checked against. Exactly one of the three kinds is set:
// an installation (SiteID and AddonKey), the install key, or a secret typed by hand; none is no check.
type TokenKey struct {
	Label      string
	SiteID     string
	AddonKey   string
	InstallKey bool
	Secret     string
}

// TokenReport is everything the Tokens place shows of one token.
type TokenReport struct {
	Token          connectjwt.Token
	DecodeError    string // why it is no token; the other fields are then empty
	Times          []connectjwt.TimeClaim
	Steps          []connectjwt.Step // every check with its outcome; empty without a key
	Verdict        connectjwt.Verdict
	Canonical      string // of the given request; "" without one
	QSH            string
	CanonicalSteps []connectjwt.CanonicalStep
}

// TokenKeys are the keys to choose from: the secret of every installation, then the install key.
func (w *Workbench) TokenKeys() []TokenKey {
	var keys []TokenKey
	for _, s := range w.Sites() {
		for _, a := range s.Addons {
			label := fmt.Sprintf("Secret of %s on %s", a.Key, s.Title)
			if a.State == site.Uninstalled {
				label += " (uninstalled)"
			}
			keys = append(keys, TokenKey{Label: label, SiteID: s.ID, AddonKey: a.Key})
		}
	}
	return append(keys, TokenKey{Label: "Install key of this host (RS256)", InstallKey: true})
}

// ExplainToken decodes a token, checks it against key and against the request it came with.
// An empty request leaves qsh unchecked.
func (w *Workbench) ExplainToken(raw string, key TokenKey, req connectjwt.Request) TokenReport {
	var report TokenReport
	if req.Target != "" {
		report.Canonical, report.QSH, report.CanonicalSteps = req.Canonical(), req.QSH(), req.Steps()
	}
	token, err := connectjwt.Decode(raw)
	if err != nil {
		report.DecodeError = err.Error()
		return report
	}
	report.Token = token
	report.Times = token.Claims.Times(w.clock())
	check, ok := w.checkAgainst(key, token)
	if !ok {
		return report
	}
	check.Now = w.clock()
	check.Request = req
	if req.Target == "" {
		check.QSH = connectjwt.QSHIgnored
	}
	if token.Claims.QSH == connectjwt.ContextQSH && req.Target == "" {
		check.QSH = connectjwt.QSHContext
	}
	report.Steps = check.Explain(raw)
	_, report.Verdict = check.Verify(raw)
	return report
}

// checkAgainst makes the check a verifier holding key would make. The algorithm follows from the
// kind of key, never from the token, so that a forged header is found.
func (w *Workbench) checkAgainst(key TokenKey, token connectjwt.Token) (connectjwt.Check, bool) {
	switch {
	case key.Secret != "":
		return connectjwt.Check{Algorithm: connectjwt.HS256, Secret: key.Secret}, true
	case key.InstallKey:
		return w.host.InstallKeyCheck(), true
	case key.SiteID != "" && w.isSession(key.SiteID, token):
		check, err := w.host.SessionCheck(key.SiteID)
		return check, err == nil
	case key.SiteID != "":
		check, err := w.host.Check(key.SiteID, key.AddonKey)
		if err != nil {
			return connectjwt.Check{}, false
		}
		// Both parties of an installation sign with its secret: the site as clientKey, the add-on as its key.
		check.Algorithm, check.PublicKey = connectjwt.HS256, nil
		check.Issuer = ""
		if issuer := token.Claims.Issuer; issuer != key.AddonKey {
			check.Issuer = w.running(key.SiteID).ClientKey
		}
		return check, true
	}
	return connectjwt.Check{}, false
}

// isSession reports whether a token says that a page of the site made it, to call the site with.
func (w *Workbench) isSession(siteID string, token connectjwt.Token) bool {
	base := w.running(siteID).BaseURL
	return base != "" && token.Claims.Issuer == base
}

// running finds a site; the zero value when there is none.
func (w *Workbench) running(siteID string) site.Running {
	for _, s := range w.host.Sites() {
		if s.ID == siteID {
			return s
		}
	}
	return site.Running{}
}

// checkFor is the check the receiver of a recorded exchange makes.
func (w *Workbench) checkFor(r exchange.Record) (connectjwt.Check, error) {
	if token, err := connectjwt.Decode(r.Token); err == nil && r.Direction == exchange.ToHost && w.isSession(r.Site, token) {
		check, err := w.host.SessionCheck(r.Site)
		check.Now = r.Start
		return check, err
	}
	check, err := w.host.Check(r.Site, r.Addon)
	if err != nil {
		return connectjwt.Check{}, fmt.Errorf("explain exchange %d: %w", r.ID, err)
	}
	check.Now = r.Start
	check.Request = connectjwt.Request{Method: r.Method, Target: r.URL,
		Form: connectjwt.FormBody(r.RequestHeader.Get("Content-Type"), r.RequestBody)}
	check.Algorithm = connectjwt.HS256
	switch {
	case r.Direction == exchange.ToHost:
		check.Leeway = connectjwt.HostLeeway
		check.Issuer = r.Addon
		check.Audience, check.AudienceOptional = []string{w.running(r.Site).ClientKey}, true
		check.Request.Base, check.BaseName = w.running(r.Site).BaseURL, "context path"
		if r.Kind == exchange.KindOAuth {
			check.QSH, check.Issuer, check.Audience = connectjwt.QSHIgnored, "", nil
			break
		}
		check.Body = string(r.RequestBody)
	case r.Kind == exchange.KindInstalled || r.Kind == exchange.KindUninstalled:
		check.Algorithm, check.Secret = connectjwt.RS256, ""
		fallthrough
	default:
		check.Issuer = w.running(r.Site).ClientKey
		check.Request.Base = w.addonBaseURL(r.Site, r.Addon)
	}
	return check, nil
}

func (w *Workbench) addonBaseURL(siteID, addonKey string) string {
	installations, err := w.host.Installations(siteID)
	if err != nil {
		return ""
	}
	for _, in := range installations {
		if in.AddonKey == addonKey {
			return in.BaseURL
		}
	}
	return ""
}
