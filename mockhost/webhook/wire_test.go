package webhook_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"testing"

	"connect-workbench/mockhost/clock"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/webhook"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestWire compares a webhook of each product and era with the bytes it had when the golden files were
// written: time, random source, secret and addresses are fixed.
func TestWire(t *testing.T) {
	log, err := exchange.Open(t.Context(), exchange.Params{Path: filepath.Join(t.TempDir(), "exchanges.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	addon, now, n := hosttest.NewWire(t), clock.NewSimulated(hosttest.WireTime()), 0
	d := webhook.New(webhook.Params{
		Transport: &exchange.Transport{Log: log, Client: addon.Client(), Clock: now.Now}, Clock: now, Descriptors: new(site.Descriptors),
		Rand: hosttest.WireRand(), NewID: func() string { n++; return fmt.Sprintf("id-%d", n) },
	})
	defer d.Close()
	in := site.Installation{
		AddonKey: "com.example.wire", BaseURL: hosttest.WireBase, State: site.Enabled, SharedSecret: hosttest.WireSecret,
		Descriptor: []byte(`{"key": "com.example.wire", "authentication": {"type": "jwt"}, "scopes": ["READ"], "modules": {"webhooks": [
			{"event": "comment_created", "url": "/hook?text={comment.body}&comment={comment.id}"}]}}`),
	}
	hosttest.EachEra(t, func(t *testing.T, s site.Running, golden string) {
		ctx := t.Context()
		if s.Product == site.Jira && s.Era != site.Cloud2016 {
			ctx = webhook.WithTrace(ctx, "build 4711")
		}
		got, err := d.Fire(ctx, s, []site.Installation{in}, "comment_created", nil)
		if err != nil || len(got.Sent) != 1 || got.Sent[0].Status != 204 {
			t.Fatalf("%+v, %v", got, err)
		}
		hosttest.Capture(t, golden, addon.Take(t), s, *update)
	})
}
