package webhook_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/clock"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/webhook"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const wireSecret = "ATCOwire0123456789abcdef0123456789abcdef"

// TestWire compares a webhook of each product and era with the bytes it had when the golden files were
// written, and has a strict receiver check its token: time, random source, secret and addresses are fixed.
func TestWire(t *testing.T) {
	log, err := exchange.Open(t.Context(), exchange.Params{Path: filepath.Join(t.TempDir(), "exchanges.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	addon := hosttest.NewWire(t)
	now := clock.NewSimulated(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	n := 0
	d := webhook.New(webhook.Params{
		Transport: &exchange.Transport{Log: log, Client: addon.Client(), Clock: now.Now}, Clock: now, Descriptors: new(site.Descriptors),
		Rand: rand.NewChaCha8([32]byte{7}), NewID: func() string { n++; return fmt.Sprintf("id-%d", n) },
	})
	defer d.Close()
	sites := site.Defaults(rand.NewChaCha8([32]byte{7}))
	for _, s := range []site.Running{
		{Site: sites[0], BaseURL: "http://localhost:2990", Port: 2990},
		{Site: sites[1], BaseURL: "http://localhost:1990/wiki", Port: 1990},
	} {
		for _, era := range site.Eras() {
			s.Era = era
			t.Run(s.ID+" "+string(era), func(t *testing.T) {
				in := site.Installation{
					SiteID: s.ID, AddonKey: "com.example.wire", BaseURL: "http://localhost:3000/addon", State: site.Enabled, SharedSecret: wireSecret,
					Descriptor: []byte(`{"key": "com.example.wire", "baseUrl": "http://localhost:3000/addon", "authentication": {"type": "jwt"},
						"scopes": ["READ"], "modules": {"webhooks": [
							{"event": "comment_created", "url": "/hook?text={comment.body}&comment={comment.id}"}]}}`),
				}
				ctx := t.Context()
				if s.Product == site.Jira && era != site.Cloud2016 {
					ctx = webhook.WithTrace(ctx, "build 4711")
				}
				got, err := d.Fire(ctx, s, []site.Installation{in}, "comment_created", nil)
				if err != nil || len(got.Sent) != 1 || got.Sent[0].Status != 204 {
					t.Fatalf("%+v, %v", got, err)
				}
				token := hosttest.Capture(t, filepath.Join("testdata", s.ID+"-"+string(era)+".http"), addon.Take(t), connectjwt.Check{
					Algorithm: connectjwt.HS256, Secret: wireSecret, Issuer: s.ClientKey, Now: now.Now(),
					Request: connectjwt.Request{Base: "http://localhost:3000/addon"},
				}, *update)
				if named := s.ActorNamed(token.Claims.Subject); named != s.Actor(s.Users[1]) {
					t.Errorf("sub %q is not who acted", token.Claims.Subject)
				}
			})
		}
	}
}
