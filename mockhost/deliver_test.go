package mockhost_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/site"
	"connect-workbench/mockhost/webhook"
)

// An hour of the host passes here while nothing sleeps: the add-on is down, comes back, and the retry
// it accepts is signed anew.
func TestRetriesGoByTheHostsClock(t *testing.T) {
	host, addon := listening(t)
	addon.AnswerStatus("/hook", http.StatusServiceUnavailable)
	delivery, err := host.Fire(t.Context(), "jira", "jira:issue_created", nil)
	if err != nil || delivery.Sent[0].Retry == 0 {
		t.Fatalf("%+v, %v", delivery, err)
	}
	host.Clock.Advance(16 * time.Minute) // a token lives for three
	pending, err := host.PendingRetries("jira")
	if err != nil || len(pending) != 1 || pending[0].Attempt < 2 || pending[0].Failure != "answered 503" {
		t.Fatalf("%+v, %v", pending, err)
	}
	var retries []string
	addon.Answer("/hook", func(w http.ResponseWriter, r *http.Request) {
		retries = append(retries, r.Header.Get("X-Atlassian-Webhook-Retry"))
		token, _ := connectjwt.FromHeader(r.Header.Get("Authorization"))
		tenant := host.Site(t, "jira").ClientKey
		_, verdict := connectjwt.Check{
			Algorithm: connectjwt.HS256, Secret: addon.Secret(tenant), Issuer: tenant, Now: host.Clock.Now(),
			Request: connectjwt.Request{Method: r.Method, Target: r.RequestURI, Base: addon.URL()},
		}.Verify(token)
		if !verdict.OK {
			t.Errorf("the retry's token: %+v", verdict)
		}
		w.WriteHeader(http.StatusNoContent)
	})
	host.Clock.Advance(time.Hour)
	if len(retries) != 1 || retries[0] != fmt.Sprint(pending[0].Attempt) {
		t.Errorf("retries after it came back: %q", retries)
	}
	if pending, err := host.PendingRetries("jira"); err != nil || len(pending) != 0 {
		t.Errorf("%+v, %v", pending, err)
	}
}

func TestADisabledAddonGetsNoRetry(t *testing.T) {
	host, addon := listening(t)
	addon.AnswerStatus("/hook", http.StatusServiceUnavailable)
	delivery, err := host.Fire(t.Context(), "jira", "jira:issue_created", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := host.SetEnabled(t.Context(), "jira", hosttest.AddonKey, false, nil); err != nil {
		t.Fatal(err)
	}
	host.Clock.Advance(time.Hour)
	pending, err := host.PendingRetries("jira")
	if err != nil || len(pending) != 1 || pending[0].Ended == "" {
		t.Fatalf("%+v, %v", pending, err)
	}
	if err := host.SetEnabled(t.Context(), "jira", hosttest.AddonKey, true, nil); err != nil {
		t.Fatal(err)
	}
	addon.AnswerStatus("/hook", http.StatusNoContent)
	sent, err := host.SendRetry(t.Context(), "jira", delivery.Sent[0].Retry)
	if err != nil || sent.Status != http.StatusNoContent {
		t.Errorf("sent by hand after it was enabled: %+v, %v", sent, err)
	}
	if err := host.DropRetry("jira", delivery.Sent[0].Retry); !errors.Is(err, webhook.ErrNoRetry) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestNoRetryAfterTheHostIsClosed(t *testing.T) {
	host, addon := listening(t)
	addon.AnswerStatus("/hook", http.StatusServiceUnavailable)
	if _, err := host.Fire(t.Context(), "jira", "jira:issue_created", nil); err != nil {
		t.Fatal(err)
	}
	if err := host.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	addon.Answer("/hook", func(http.ResponseWriter, *http.Request) { t.Error("retried after close") })
	host.Clock.Advance(time.Hour)
	if host.Clock.Waiting() != 0 {
		t.Errorf("%d timers outlive the host", host.Clock.Waiting())
	}
}

func TestBurstOfAHost(t *testing.T) {
	host, addon := listening(t)
	var said webhook.BurstCount
	addon.AnswerStatus("/hook", http.StatusNoContent)
	ctx, cancel := context.WithCancel(t.Context())
	count, err := host.Burst(ctx, "jira", "jira:issue_created", nil, 2, 1, func(c webhook.BurstCount) {
		said = c
		if c.OK == 1 { // the second is due in a second that never comes
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || count != said || count.Raised != 1 || count.OK != 1 {
		t.Errorf("%+v, %v, said last %+v", count, err, said)
	}
	if rows := host.Exchanges(t, "cause:"+count.Cause); len(rows) != 1 {
		t.Errorf("%d exchanges", len(rows))
	}
}

// BenchmarkEventToAllSites is one event on every site that has the add-on, all at once: 1 site and
// 200 beside each other. The figure that counts is the time of a delivery.
func BenchmarkEventToAllSites(b *testing.B) {
	for _, n := range []int{1, 200} {
		b.Run(fmt.Sprintf("sites=%d", n), func(b *testing.B) {
			host := hosttest.New(b, func(p *mockhost.Params) {
				like := p.Sites[0]
				p.Sites = nil
				for i := range n {
					s := like
					s.ID, s.ClientKey, s.OAuthClientID = fmt.Sprint("jira-", i), fmt.Sprint("client-", i), ""
					p.Sites = append(p.Sites, s)
				}
			})
			addon := hosttest.NewAddon(b, host)
			addon.Describe(func(d map[string]any) {
				d["modules"].(map[string]any)["webhooks"] = []any{map[string]any{"event": "jira:issue_created", "url": "/hook"}}
			})
			addon.AnswerStatus("/hook", http.StatusNoContent)
			for _, s := range host.Sites() {
				host.MustInstall(b, s.ID, addon.DescriptorURL())
			}
			b.ResetTimer()
			for b.Loop() {
				fireOnAll(b, host.Host, host.Sites())
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/delivery")
		})
	}
}

func fireOnAll(b *testing.B, host *mockhost.Host, sites []site.Running) {
	var all sync.WaitGroup
	for _, s := range sites {
		all.Go(func() {
			d, err := host.Fire(b.Context(), s.ID, "jira:issue_created", nil)
			if err != nil || len(d.Sent) != 1 || d.Sent[0].Status != http.StatusNoContent {
				b.Errorf("%s: %+v, %v", s.ID, d, err)
			}
		})
	}
	all.Wait()
}
