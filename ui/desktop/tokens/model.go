package tokens

import (
	"fmt"
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// state is what the place is asked to explain.
type state struct {
	token  string // cleaned of what surrounded it
	sites  []workbench.SiteState
	keys   []workbench.TokenKey
	key    int    // index into keys; noKey or typedKey otherwise
	picked bool   // the person chose the key: no suggestion overrules that
	secret string // typed by hand, for typedKey
	method string
	url    string
	base   string
}

// The choices of the key chooser that are no key of the workbench.
const (
	noKey    = -1
	typedKey = -2
)

const (
	noKeyLabel    = "No key: decode only"
	typedKeyLabel = "A secret typed here"
)

// keyLabels are the choices of the key chooser: decode only, every key of the workbench, a typed secret.
func (s *state) keyLabels() []string {
	labels := []string{noKeyLabel}
	for _, k := range s.keys {
		labels = append(labels, k.Label)
	}
	return append(labels, typedKeyLabel)
}

// choose takes a choice of the key chooser by its place in keyLabels.
func (s *state) choose(i int) {
	switch {
	case i == len(s.keys)+1:
		s.key = typedKey
	case i > 0 && i <= len(s.keys):
		s.key = i - 1
	default:
		s.key = noKey
	}
}

// chosen is the place of the choice in keyLabels.
func (s *state) chosen() int {
	if s.key == typedKey {
		return len(s.keys) + 1
	}
	return s.key + 1
}

// tokenKey is the key to check with; the zero key is none.
func (s *state) tokenKey() workbench.TokenKey {
	switch {
	case s.key == typedKey:
		return workbench.TokenKey{Label: typedKeyLabel, Secret: s.secret}
	case s.key >= 0 && s.key < len(s.keys):
		return s.keys[s.key]
	}
	return workbench.TokenKey{}
}

// takeKeys replaces the keys and keeps the choice when it is still among them.
func (s *state) takeKeys(keys []workbench.TokenKey) {
	before := s.tokenKey()
	s.keys = keys
	if s.key < 0 {
		return
	}
	s.key = noKey
	for i, k := range keys {
		if k == before {
			s.key = i
		}
	}
}

// request is the request the token came with; without a URL there is none to check it against.
func (s *state) request() connectjwt.Request {
	if strings.TrimSpace(s.url) == "" {
		return connectjwt.Request{}
	}
	return connectjwt.Request{Method: s.method, Target: strings.TrimSpace(s.url), Base: strings.TrimSpace(s.base)}
}

// suggestKey picks the key a token itself points to: the install key for RS256, otherwise the
// installation whose site or add-on issued it, on the site it was seen on when that is known.
func (s *state) suggestKey(t connectjwt.Token, seenOn string) {
	if s.picked {
		return
	}
	s.key = noKey
	for i, k := range s.keys {
		if !s.signs(k, t) {
			continue
		}
		if s.key == noKey || k.SiteID == seenOn {
			s.key = i
		}
	}
}

// signs reports whether tokens such as t are signed with k.
func (s *state) signs(k workbench.TokenKey, t connectjwt.Token) bool {
	if t.Header.Algorithm == connectjwt.RS256 || k.InstallKey {
		return t.Header.Algorithm == connectjwt.RS256 && k.InstallKey
	}
	issuer := t.Claims.Issuer
	return issuer != "" && k.SiteID != "" && (issuer == k.AddonKey || issuer == s.site(k.SiteID).ClientKey)
}

func (s *state) site(id string) workbench.SiteState {
	for _, site := range s.sites {
		if site.ID == id {
			return site
		}
	}
	return workbench.SiteState{}
}

// suggestedBase is the base URL of whoever receives a token such as t: the add-on's when the
// site issued it, otherwise the site's own.
func (s *state) suggestedBase(t connectjwt.Token) string {
	k := s.tokenKey()
	site := s.site(k.SiteID)
	if k.SiteID == "" || t.Claims.Issuer != site.ClientKey {
		return site.BaseURL
	}
	for _, a := range site.Addons {
		if a.Key == k.AddonKey {
			return a.BaseURL
		}
	}
	return ""
}

// canonicalText writes the canonical request out step by step.
func canonicalText(r workbench.TokenReport) string {
	if r.Canonical == "" {
		return ""
	}
	var b strings.Builder
	for i, step := range r.CanonicalSteps {
		fmt.Fprintf(&b, "%d  %s\n   %s\n\n", i+1, step.Title, strings.ReplaceAll(step.Text, "\n", "\n   "))
	}
	fmt.Fprintf(&b, "Canonical request\n   %s\n\nqsh of this request\n   %s\n", r.Canonical, r.QSH)
	if got := r.Token.Claims.QSH; got != "" {
		fmt.Fprintf(&b, "\nqsh in the token\n   %s\n", got)
	}
	return b.String()
}

// verdictOf is the first line of the report and the verdict behind it.
func verdictOf(r workbench.TokenReport) (text string, status widgets.Status, v connectjwt.Verdict) {
	switch {
	case r.DecodeError != "":
		return "This is no token", widgets.StatusFailed, connectjwt.Verdict{Cause: strings.TrimPrefix(r.DecodeError, "decode token: ")}
	case r.Verdict.OK:
		return "The token is good", widgets.StatusOK, r.Verdict
	case r.Verdict.Known():
		return r.Verdict.Summary, widgets.StatusFailed, r.Verdict
	}
	return "Decoded, not verified", widgets.StatusInfo, connectjwt.Verdict{Fix: "choose the key it should be signed with"}
}
