package page_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"testing"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestWire compares the page request of each product and era with the bytes it had when the golden
// files were written.
func TestWire(t *testing.T) {
	log, err := exchange.Open(t.Context(), exchange.Params{Path: filepath.Join(t.TempDir(), "exchanges.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	addon := hosttest.NewWire(t)
	pages := page.New(page.Params{
		Transport: &exchange.Transport{Log: log, Client: addon.Client(), Clock: hosttest.WireTime},
		Clock:     hosttest.WireTime, Rand: hosttest.WireRand(), NewID: func() string { return "cause" },
		Descriptors: new(site.Descriptors),
	})
	in := site.Installation{
		AddonKey: "com.example.wire", BaseURL: hosttest.WireBase, State: site.Enabled, SharedSecret: hosttest.WireSecret,
		Descriptor: []byte(`{"key": "com.example.wire", "authentication": {"type": "jwt"}, "modules": {"generalPages": [
			{"key": "home", "url": "/home?p={project.key}{space.key}&q=a b", "name": {"value": "Home"}}]}}`),
	}
	hosttest.EachEra(t, func(t *testing.T, s site.Running, golden string) {
		_, record, err := pages.Fetch(t.Context(), s, in, page.Request{
			AddonKey: in.AddonKey, ModuleKey: "home", UserID: s.Users[1].AccountID, Context: map[string]string{"project.key": "TOP"},
		})
		if err != nil || record.Status != 204 {
			t.Fatalf("%d, %v", record.Status, err)
		}
		hosttest.Capture(t, golden, addon.Take(t), s, *update)
	})
}

// The context token of each era, and of the descriptor's own choices in it.
func TestContextTokenOfEveryEra(t *testing.T) {
	pages := page.New(page.Params{
		Transport: &exchange.Transport{}, Clock: hosttest.WireTime, Rand: hosttest.WireRand(), Descriptors: new(site.Descriptors),
	})
	s := site.Running{Site: site.Defaults(hosttest.WireRand())[0], BaseURL: "http://localhost:2990"}
	for _, tc := range []struct {
		era        site.Era
		migrations string
		constant   bool
		seconds    int // of the site's tokens; 0: the era's own
		life       int64
		sub        string
	}{
		{site.CloudNow, `{}`, true, 0, 180, s.Users[0].AccountID},
		{site.CloudNow, `{"context-qsh": false}`, true, 60, 60, s.Users[0].AccountID},
		{site.Cloud2020, `{}`, false, 0, 180, s.Users[0].AccountID},
		{site.Cloud2020, `{"context-qsh": true}`, true, 0, 180, s.Users[0].AccountID},
		{site.Cloud2016, `{}`, false, 900, 900, "ada"},
		{site.Cloud2016, `{"gdpr": true}`, false, 0, 180, s.Users[0].AccountID},
	} {
		t.Run(fmt.Sprint(tc.era, " ", tc.migrations), func(t *testing.T) {
			s.Era, s.TokenSeconds = tc.era, tc.seconds
			in := site.Installation{AddonKey: "a", BaseURL: "http://localhost:3000", State: site.Enabled, SharedSecret: hosttest.WireSecret,
				Descriptor: []byte(`{"key": "a", "baseUrl": "http://localhost:3000", "apiMigrations": ` + tc.migrations + `,
					"modules": {"generalPages": [{"key": "home", "url": "/home", "name": {"value": "Home"}}]}}`)}
			signed, err := pages.Sign(s, in, page.Request{AddonKey: "a", ModuleKey: "home", UserID: s.Users[0].AccountID})
			if err != nil {
				t.Fatal(err)
			}
			bound, err := connectjwt.Decode(signed.Token)
			if err != nil {
				t.Fatal(err)
			}
			context, err := connectjwt.Decode(signed.ContextToken)
			if err != nil {
				t.Fatal(err)
			}
			want := bound.Claims.QSH
			if tc.constant {
				want = connectjwt.ContextQSH
			}
			if context.Claims.QSH != want || context.Claims.Subject != tc.sub || context.Claims.Expires-context.Claims.IssuedAt != 900 {
				t.Errorf("context token %+v, want the qsh %s and sub %s", context.Claims, want, tc.sub)
			}
			if bound.Claims.Expires-bound.Claims.IssuedAt != tc.life || bound.Claims.Subject != tc.sub {
				t.Errorf("page token %+v, want %d s and sub %s", bound.Claims, tc.life, tc.sub)
			}
			anonymous, err := pages.Sign(s, in, page.Request{AddonKey: "a", ModuleKey: "home"})
			if err != nil {
				t.Fatal(err)
			}
			if token, err := connectjwt.Decode(anonymous.Token); err != nil || token.Claims.Subject != "" || string(token.Claims.Context) != "{}" {
				t.Errorf("the anonymous visitor's token: %+v, %v", token.Claims, err)
			}
		})
	}
}
