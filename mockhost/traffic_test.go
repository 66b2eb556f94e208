package mockhost_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/webhook"
)

// listening is an add-on on JIRA that verifies webhooks and pages with the secret it was given.
func listening(t *testing.T) (*hosttest.Host, *hosttest.Addon) {
	t.Helper()
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	addon.Describe(func(d map[string]any) {
		modules := d["modules"].(map[string]any)
		modules["webhooks"] = []any{map[string]any{"event": "jira:issue_created", "url": "/hook"}}
		modules["webPanels"] = []any{map[string]any{
			"key": "panel", "url": "/panel?issue={issue.key}", "name": map[string]any{"value": "Panel"},
			"location": "atl.jira.view.issue.right.context",
		}}
	})
	tenant := host.Site(t, "jira").ClientKey
	verify := func(w http.ResponseWriter, r *http.Request) {
		token, ok := connectjwt.FromHeader(r.Header.Get("Authorization"))
		if !ok {
			token = r.URL.Query().Get("jwt")
		}
		_, verdict := connectjwt.Check{
			Algorithm: connectjwt.HS256, Secret: addon.Secret(tenant), Issuer: tenant, Now: host.Clock.Now(),
			Request: connectjwt.Request{Method: r.Method, Target: r.RequestURI, Base: addon.URL()},
		}.Verify(token)
		if !verdict.OK {
			http.Error(w, verdict.Summary, http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, "verified ", r.URL.Query().Get("issue"))
	}
	addon.Answer("/hook", verify)
	addon.Answer("/panel", verify)
	host.MustInstall(t, "jira", addon.DescriptorURL())
	return host, addon
}

func TestFireReachesTheAddonSigned(t *testing.T) {
	host, _ := listening(t)
	body, err := host.EventBody("jira", "jira:issue_created")
	if err != nil || !json.Valid(body) {
		t.Fatalf("%v %s", err, body)
	}
	meant, err := host.Recipients("jira", "jira:issue_created", body)
	if err != nil || len(meant) != 1 || !meant[0].Will {
		t.Fatalf("%v %+v", err, meant)
	}
	delivery, err := host.Fire(t.Context(), "jira", "jira:issue_created", body)
	if err != nil || len(delivery.Sent) != 1 || delivery.Sent[0].Status != http.StatusOK {
		t.Fatalf("%v %+v", err, delivery)
	}
	r, err := host.Log.Get(t.Context(), delivery.Sent[0].Exchange)
	if err != nil || r.Kind != exchange.KindWebhook || r.Cause != delivery.Cause || string(r.RequestBody) != string(body) {
		t.Errorf("%v %+v", err, r)
	}
	if err := host.SetEnabled(t.Context(), "jira", hosttest.AddonKey, false, nil); err != nil {
		t.Fatal(err)
	}
	delivery, err = host.Fire(t.Context(), "jira", "jira:issue_created", nil)
	if err != nil || len(delivery.Sent) != 0 || delivery.Reason == "" {
		t.Errorf("to a disabled add-on: %v %+v", err, delivery)
	}
}

func TestPagesAreSignedAndFetched(t *testing.T) {
	host, _ := listening(t)
	modules, err := host.Pages("jira")
	if err != nil || len(modules) != 2 {
		t.Fatalf("%v %+v", err, modules)
	}
	var panel page.Module
	for _, m := range modules {
		if m.Key == "panel" {
			panel = m
		}
	}
	values := host.PageContext("jira", panel)
	if values["issue.key"] == "" {
		t.Errorf("context %v", values)
	}
	request := page.Request{AddonKey: hosttest.AddonKey, ModuleKey: "panel", UserID: host.Site(t, "jira").Users[0].AccountID, Context: values}
	signed, record, err := host.FetchPage(t.Context(), "jira", request)
	if err != nil || record.Status != http.StatusOK || string(record.ResponseBody) != "verified "+values["issue.key"] {
		t.Fatalf("%v %d %s", err, record.Status, record.ResponseBody)
	}
	only, err := host.SignPage(t.Context(), "jira", request)
	if err != nil || only.HostPageURL != signed.HostPageURL {
		t.Errorf("%v %s, %s", err, only.HostPageURL, signed.HostPageURL)
	}

	before := len(host.Exchanges(t, ""))
	address, err := url.Parse(signed.HostPageURL)
	if err != nil {
		t.Fatal(err)
	}
	status, html := get(t, signed.HostPageURL, address.Host)
	if status != http.StatusOK || !strings.Contains(html, "<iframe") {
		t.Errorf("host page: %d %.200s", status, html)
	}
	if after := len(host.Exchanges(t, "")); after != before {
		t.Error("a page the browser looks at is in the log")
	}
}

func TestTrafficOfUnknownSitesAndAddons(t *testing.T) {
	host := hosttest.New(t, nil)
	if events := host.Events("nowhere"); events != nil {
		t.Errorf("events of no site: %d", len(events))
	}
	if len(host.Events("jira")) == 0 || len(host.Events("confluence")) == 0 {
		t.Error("a site without events")
	}
	for name, verb := range map[string]func() error{
		"body":       func() error { _, err := host.EventBody("nowhere", "page_created"); return err },
		"recipients": func() error { _, err := host.Recipients("nowhere", "page_created", nil); return err },
		"fire":       func() error { _, err := host.Fire(t.Context(), "nowhere", "page_created", nil); return err },
		"pages":      func() error { _, err := host.Pages("nowhere"); return err },
		"sign":       func() error { _, err := host.SignPage(t.Context(), "nowhere", page.Request{}); return err },
		"fetch":      func() error { _, _, err := host.FetchPage(t.Context(), "nowhere", page.Request{}); return err },
	} {
		if err := verb(); !errors.Is(err, mockhost.ErrUnknownSite) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var unknown *webhook.UnknownEventError
	if _, err := host.Fire(t.Context(), "jira", "page_created", nil); !errors.As(err, &unknown) {
		t.Errorf("an event of the other product: %v", err)
	}
}

func TestFormBodiesCountInTheHash(t *testing.T) {
	c := newCaller(t, "jira", nil)
	const path, body = "/rest/api/2/thing", "b=2&a=1"
	claims := c.claims(http.MethodPost, path)
	claims.QSH = connectjwt.Request{Method: http.MethodPost, Target: path, Form: body}.QSH()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.site.BaseURL+path, io.NopCloser(strings.NewReader(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "JWT "+connectjwt.SignHS256(claims, c.in.SharedSecret))
	if a := c.do(req); a.StatusCode != http.StatusNotImplemented {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}
