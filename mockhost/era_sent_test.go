package mockhost_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"connect-workbench/addon/descriptor"
	"connect-workbench/addon/server"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
)

// The built-in add-on verifies webhooks and pages of every era, and refuses them when they are late.
func TestTheBuiltInAddonAcceptsEveryEra(t *testing.T) {
	for _, era := range descriptor.Eras() {
		t.Run(string(era), func(t *testing.T) {
			host := hosttest.New(t, func(p *mockhost.Params) {
				for i := range p.Sites {
					p.Sites[i].Era = era
				}
			})
			var text []byte
			tenants := new(server.Memory)
			addon := httptest.NewServer(server.New(server.Params{
				Descriptor: func() []byte { return text }, Store: tenants, Clock: host.Clock.Now,
			}))
			defer addon.Close()
			text = []byte(`{"key": "com.example.own", "name": "Own", "baseUrl": "` + addon.URL + `", "authentication": {"type": "jwt"},
				"scopes": ["READ"], "lifecycle": {"installed": "/installed"}, "modules": {
					"webhooks": [{"event": "comment_created", "url": "/hook?c={comment.id}"}],
					"generalPages": [{"key": "home", "url": "/home?a=b", "name": {"value": "Home"}}]}}`)
			for _, s := range host.Sites() {
				in := site.Installation{SiteID: s.ID, AddonKey: "com.example.own", Name: "Own", BaseURL: addon.URL, Descriptor: text,
					SharedSecret: "ATCO0123456789abcdef0123456789abcdef", State: site.Enabled}
				if err := host.Store.Put(t.Context(), in); err != nil {
					t.Fatal(err)
				}
				if err := tenants.Put(t.Context(), server.Tenant{ClientKey: s.ClientKey, SharedSecret: in.SharedSecret, BaseURL: s.BaseURL, Installed: true, Enabled: true}); err != nil {
					t.Fatal(err)
				}
				delivery, err := host.Fire(t.Context(), s.ID, "comment_created", nil)
				if err != nil || len(delivery.Sent) != 1 || !delivery.Sent[0].Verdict.OK {
					t.Errorf("webhook on %s: %+v, %v", s.ID, delivery, err)
				}
				asked := page.Request{AddonKey: in.AddonKey, ModuleKey: "home", UserID: s.Users[1].AccountID}
				signed, record, err := host.FetchPage(t.Context(), s.ID, asked)
				if err != nil || record.Status != http.StatusOK || !record.Verdict.OK {
					t.Errorf("page on %s: %d, %+v, %v", s.ID, record.Status, record.Verdict, err)
				}
				host.Clock.Advance(4 * time.Minute)
				answer, err := http.Get(signed.URL)
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
				if answer.StatusCode == http.StatusOK {
					t.Errorf("page on %s: taken four minutes later", s.ID)
				}
			}
		})
	}
}
