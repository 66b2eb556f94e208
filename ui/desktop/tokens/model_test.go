package tokens

import (
	"slices"
	"strings"
	"testing"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

func TestExtract(t *testing.T) {
	const token = "aaa.bbb.ccc"
	const page = "http://localhost:3000/panel?key=DEMO-1&jwt=aaa.bbb.ccc"
	for _, tc := range []struct{ name, text, token, url string }{
		{"the token alone", token, token, ""},
		{"with blanks and broken lines", "  aaa.\n  bbb.\r\nccc\n", token, ""},
		{"a header value", "JWT " + token, token, ""},
		{"a whole header", "Authorization: JWT " + token, token, ""},
		{"a bearer header", "authorization: bearer " + token, token, ""},
		{"in quotes, as in code", `"` + token + `"`, token, ""},
		{"a page URL", page, token, page},
		{"a URL without a token is no token, and is said to be none", "http://localhost/x", "http://localhost/x", ""},
		{"nothing", " \n", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := extract(tc.text)
			if got.token != tc.token || got.url != tc.url {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func keys() []workbench.TokenKey {
	return []workbench.TokenKey{
		{Label: "Secret of com.example on Acme", SiteID: "jira", AddonKey: "com.example"},
		{Label: "Secret of com.example on Globex", SiteID: "confluence", AddonKey: "com.example"},
		{Label: "Install key", InstallKey: true},
	}
}

func TestKeyChoice(t *testing.T) {
	s := state{key: noKey}
	s.takeKeys(keys())
	labels := s.keyLabels()
	for i, label := range labels {
		s.choose(i)
		if s.chosen() != i {
			t.Errorf("choice %d (%s) is taken as %d", i, label, s.chosen())
		}
	}
	s.choose(2)
	if got := s.tokenKey(); got.SiteID != "confluence" {
		t.Errorf("the key is %+v", got)
	}
	s.takeKeys(slices.Concat([]workbench.TokenKey{{Label: "new", SiteID: "new", AddonKey: "a"}}, keys()))
	if got := s.tokenKey(); got.SiteID != "confluence" {
		t.Errorf("after new keys came the choice is %+v", got)
	}
	s.takeKeys(keys()[:1])
	if s.key != noKey {
		t.Errorf("a key that is gone stays chosen: %+v", s.tokenKey())
	}
}

func sites() []workbench.SiteState {
	addons := []workbench.AddonOnSite{{Key: "com.example", BaseURL: "http://localhost:3000/app"}}
	return []workbench.SiteState{
		{Site: site.Site{ID: "jira", ClientKey: "ck-jira"}, BaseURL: "http://localhost:2990", Addons: addons},
		{Site: site.Site{ID: "confluence", ClientKey: "ck-confluence"}, BaseURL: "http://localhost:1990/wiki", Addons: addons},
	}
}

func TestSuggestions(t *testing.T) {
	for _, tc := range []struct {
		name, algorithm, issuer, seenOn, key, base string
	}{
		{"the site that issued it", "HS256", "ck-confluence", "", "Secret of com.example on Globex", "http://localhost:3000/app"},
		{"the add-on that issued it", "HS256", "com.example", "", "Secret of com.example on Acme", "http://localhost:2990"},
		{"the add-on, on the site it was seen on", "HS256", "com.example", "confluence", "Secret of com.example on Globex", "http://localhost:1990/wiki"},
		{"a signed install", "RS256", "ck-jira", "", "Install key", ""},
		{"a stranger", "HS256", "who", "", "", ""},
		{"no issuer", "HS256", "", "", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := state{key: noKey, keys: keys(), sites: sites()}
			token := connectjwt.Token{Header: connectjwt.Header{Algorithm: tc.algorithm}, Claims: connectjwt.Claims{Issuer: tc.issuer}}
			s.suggestKey(token, tc.seenOn)
			if got := s.tokenKey().Label; got != tc.key {
				t.Errorf("key %q, want %q", got, tc.key)
			}
			if got := s.suggestedBase(token); got != tc.base {
				t.Errorf("base %q, want %q", got, tc.base)
			}
		})
	}
	s := state{key: noKey, picked: true, keys: keys()}
	s.suggestKey(connectjwt.Token{Header: connectjwt.Header{Algorithm: "RS256"}}, "")
	if s.key != noKey {
		t.Error("the person's choice was overruled")
	}
}

func TestFold(t *testing.T) {
	token := strings.Repeat("abcdefghij", 30)
	folded := fold(token)
	if unfolded(folded) || !unfolded(token) {
		t.Errorf("folded text is %q", folded)
	}
	if got := extract(folded).token; got != token {
		t.Errorf("folding changed the token to %q", got)
	}
}

func TestVerdictOf(t *testing.T) {
	for _, tc := range []struct {
		report workbench.TokenReport
		text   string
		status widgets.Status
	}{
		{workbench.TokenReport{DecodeError: "decode token: not three segments"}, "This is no token", widgets.StatusFailed},
		{workbench.TokenReport{}, "Decoded, not verified", widgets.StatusInfo},
		{workbench.TokenReport{Verdict: connectjwt.Verdict{OK: true}}, "The token is good", widgets.StatusOK},
		{workbench.TokenReport{Verdict: connectjwt.Verdict{Rule: "jwt.exp", Summary: "token has expired"}}, "token has expired", widgets.StatusFailed},
	} {
		if text, status, _ := verdictOf(tc.report); text != tc.text || status != tc.status {
			t.Errorf("got %q, %v", text, status)
		}
	}
}

func TestRequestNeedsAURL(t *testing.T) {
	s := state{method: "GET", base: "http://localhost:3000"}
	if got := s.request(); got != (connectjwt.Request{}) {
		t.Errorf("got %+v", got)
	}
	s.url = " /panel?x=1 "
	if got := s.request(); got.Target != "/panel?x=1" || got.Method != "GET" {
		t.Errorf("got %+v", got)
	}
}
