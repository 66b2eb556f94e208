package workbench

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/site"
)

// A call to a site is explained by the check that the site made, whoever called.
func TestCallsToASiteAreExplained(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	s := siteByProduct(t, w, site.Confluence)
	if err := w.Install(t.Context(), s.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	check, err := w.host.Check(s.ID, sampleKey)
	if err != nil {
		t.Fatal(err)
	}
	const path, body = "/rest/api/content/98310/property", `{"key":"k","value":1}`
	now := time.Now().Unix()
	signed := func(target string, audience ...string) string {
		claims := connectjwt.Claims{Issuer: sampleKey, IssuedAt: now, Expires: now + 180, Audience: audience,
			QSH: connectjwt.Request{Method: http.MethodPost, Target: target}.QSH()}
		return connectjwt.SignHS256(claims, check.Secret)
	}
	for _, tc := range []struct {
		name, token string
		rule        connectjwt.RuleID // the first that fails; "": none does
		cause       string
	}{
		{"page", sessionOf(t, w, s), "", ""},
		{"add-on", signed(path, s.ClientKey), "", ""},
		{"for another tenant", signed(path, "other"), connectjwt.RuleAud, "the token is meant for somebody else"},
		{"context path", signed("/wiki" + path), connectjwt.RuleQSH, "the context path was left in"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.BaseURL+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "JWT "+tc.token)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			rows, err := w.ExchangeRows(t.Context(), "kind:rest", 0, 0, 1)
			if err != nil || len(rows) != 1 || rows[0].Status != res.StatusCode {
				t.Fatalf("rows %+v, %v", rows, err)
			}
			steps, err := w.ExplainExchange(t.Context(), rows[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			request := connectjwt.Request{Method: http.MethodPost, Target: s.BaseURL + path, Base: s.BaseURL}
			if report := w.ExplainToken(tc.token, TokenKey{SiteID: s.ID, AddonKey: sampleKey}, request); report.Verdict.Rule != tc.rule && tc.rule != connectjwt.RuleAud {
				t.Errorf("the token by itself: %+v", report.Verdict)
			}
			var failed connectjwt.Verdict
			for _, step := range steps {
				if step.State == connectjwt.StateFailed {
					failed = step.Verdict
					break
				}
			}
			if failed.Rule != tc.rule || failed.Cause != tc.cause || tc.rule != "" && rows[0].Rule != tc.rule {
				t.Errorf("explained by %+v, the log has %s; want %s %q", failed, rows[0].Rule, tc.rule, tc.cause)
			}
		})
	}
}

// sessionOf is the token that a host page of the sample add-on calls the site with.
func sessionOf(t *testing.T, w *Workbench, s SiteState) string {
	t.Helper()
	modules, err := w.Pages(s.ID)
	if err != nil || len(modules) == 0 {
		t.Fatalf("%d pages, %v", len(modules), err)
	}
	res, err := http.Get(s.BaseURL + "/plugins/servlet/ac/" + sampleKey + "/" + modules[0].Key + "?classifier=json")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer struct{ Frame struct{ Session string } }
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || answer.Frame.Session == "" {
		t.Fatalf("frame: %d %v", res.StatusCode, err)
	}
	return answer.Frame.Session
}
