package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
)

// webhookBody makes an issue event of about size bytes whose texts differ from call to call.
func webhookBody(rng *rand.Rand, size int) []byte {
	words := strings.Fields("the panel shows an old value after saving a comment when two people edit one page at once and neither reloads it")
	var text strings.Builder
	issue := 1 + rng.IntN(100_000)
	head := fmt.Sprintf(`{"timestamp":%d,"webhookEvent":"jira:issue_updated","issue_event_type_name":"issue_updated","user":{"self":"http://localhost:2990/rest/api/2/user?accountId=%d","accountId":"%d","displayName":"Mia Torres","active":true,"timeZone":"Europe/Berlin"},"issue":{"id":"%d","self":"http://localhost:2990/rest/api/2/%d","key":"DEMO-%d","fields":{"project":{"id":"10000","key":"DEMO","name":"Demo"},"labels":[],"description":"`,
		1790000000000+issue, issue, issue, issue, issue, issue)
	const tail = `"}}}`
	for text.Len() < size-len(head)-len(tail)-10 {
		if rng.IntN(6) == 0 {
			fmt.Fprintf(&text, "%08x ", rng.Uint32())
		}
		text.WriteString(words[rng.IntN(len(words))] + " ")
	}
	return []byte(head + text.String() + tail)
}

// benchRecord is a webhook with 2 KB each way, the exchange perf bars are given for.
func benchRecord(rng *rand.Rand, i int) Record {
	status := 200
	if i%50 == 0 {
		status = 401
	}
	r := Record{
		Cause: fmt.Sprintf("c-%d", i/16), Site: fmt.Sprintf("site-%d", i%8), Addon: "com.example.demo",
		Module: fmt.Sprintf("/modules/webhooks/%d", i%20), Event: "jira:issue_updated",
		Direction: ToAddon, Kind: KindWebhook, Start: noon.Add(time.Duration(i) * time.Millisecond), Duration: 3 * time.Millisecond,
		Method: "POST", URL: fmt.Sprintf("http://localhost:3000/webhooks/issue?user_id=u%d", i%100),
		RequestHeader: http.Header{"Content-Type": {"application/json"}, "Host": {"localhost:3000"}, "User-Agent": {userAgent}, "Content-Length": {"2048"}},
		RequestBody:   webhookBody(rng, 2048),
		Status:        status, ResponseHeader: http.Header{"Content-Type": {"application/json; charset=utf-8"}, "X-Powered-By": {"Express"}},
		ResponseBody: webhookBody(rng, 2048),
		Token:        connectjwt.SignHS256(connectjwt.Claims{Issuer: "acme", IssuedAt: 1790000000 + int64(i), Expires: 1790000180 + int64(i), QSH: fmt.Sprintf("%064x", i)}, "secret"),
	}
	r.RequestHeader.Set("Authorization", "JWT "+r.Token)
	r.Direction = ToAddon
	Judge(&r)
	return r
}

// fillLog appends n records; their bodies come from a small stock, for making them would take
// longer than storing them.
func fillLog(b *testing.B, l *Log, n int) {
	b.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	stock := make([]Record, 500)
	for i := range stock {
		stock[i] = benchRecord(rng, i)
	}
	for i := range n {
		r := stock[i%len(stock)]
		if r.Status != 200 && i%5000 != 0 {
			r.Status, r.Verdict = 200, connectjwt.Verdict{OK: true}
		}
		l.Append(r)
	}
	mustFlush(b, l)
}

func BenchmarkAppend(b *testing.B) {
	l := openLog(b, Params{})
	rng := rand.New(rand.NewPCG(1, 2))
	stock := make([]Record, 500)
	for i := range stock {
		stock[i] = benchRecord(rng, i)
	}
	b.ResetTimer()
	for i := range b.N {
		l.Append(stock[i%len(stock)])
	}
	mustFlush(b, l)
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	if info, err := os.Stat(l.db.Path()); err == nil {
		b.ReportMetric(float64(info.Size())/float64(b.N), "bytes/row")
	}
}

// BenchmarkRead reads logs of 20,000 and, when WORKBENCH_BENCH_ROWS says so, of more rows:
//
//	WORKBENCH_BENCH_ROWS=1000000 go test -run '^$' -bench Read ./mockhost/exchange
//
// A million rows take about a minute to make and 2 GB of disk. The bar: newest-200 at a
// million rows costs at most 1.5 times what it costs at 20,000.
func BenchmarkRead(b *testing.B) {
	sizes := []int{20_000}
	if text := os.Getenv("WORKBENCH_BENCH_ROWS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatalf("WORKBENCH_BENCH_ROWS: %v", err)
		}
		sizes = append(sizes, n)
	}
	for _, size := range sizes {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "exchanges.db")
			l := openLog(b, Params{Path: path, Clock: func() time.Time { return noon.Add(time.Duration(size) * time.Millisecond) }})
			fillLog(b, l, size)
			benchReads(b, l, int64(size))
		})
	}
}

func benchReads(b *testing.B, l *Log, size int64) {
	list := func(name string, q Query, text string) {
		b.Run(name, func(b *testing.B) {
			q.Filter = mustFilter(b, text)
			for b.Loop() {
				mustRows(b, l, q)
			}
		})
	}
	list("newest-200", Query{}, "")
	list("page-in-the-middle", Query{Before: size / 2}, "")
	list("status", Query{}, "status:401")
	list("status-from", Query{}, "status:>=400")
	list("site", Query{}, "site:site-3")
	list("site-module-status", Query{}, "site:site-0 module:/modules/webhooks/0 status:401")
	list("kind-rare", Query{}, "kind:installed")
	list("verdict-failed", Query{}, "verdict:failed")
	list("age", Query{}, "age:<1m")
	list("url-rare", Query{}, "user_id=u77x")
	for _, text := range []string{"", "status:>=400", "user_id=u77", "nowhere", "kind:webhook", "verdict:qsh"} {
		b.Run("count/"+strings.ReplaceAll(text, "/", " "), func(b *testing.B) {
			f := mustFilter(b, text)
			for b.Loop() {
				if _, _, err := l.Count(b.Context(), f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("get", func(b *testing.B) {
		for i := int64(0); b.Loop(); i++ {
			if _, err := l.Get(b.Context(), 1+i*7919%size); err != nil {
				b.Fatal(err)
			}
		}
	})
}

const (
	dispatched = 20_000
	turns      = 4 // in which the two sides take turns, so that both see the same machine
	parallel   = 16
)

// BenchmarkDispatch sends 20,000 webhooks of 4 KB, 16 at a time, to a server on loopback:
// once as the host does it, signed and stored to the last, once with the same client alone.
// The bar: "ratio", the rate signed and stored over the bare rate, is at least 0.45.
func BenchmarkDispatch(b *testing.B) {
	server := addon(b, func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		w.WriteHeader(http.StatusNoContent)
	})
	rng := rand.New(rand.NewPCG(1, 2))
	bodies := make([][]byte, 200)
	for i := range bodies {
		bodies[i] = webhookBody(rng, 4096)
	}
	client := NewClient()
	defer client.CloseIdleConnections()
	var bare, recorded time.Duration
	for b.Loop() {
		l := openLog(b, Params{Path: filepath.Join(b.TempDir(), "exchanges.db")})
		tr := &Transport{Log: l, Client: client}
		for range turns {
			bare += inParallel(b, func(i int) error {
				return sendBare(client, webhookRequest(b, server, bodies[i%len(bodies)]))
			})
			begin := time.Now()
			inParallel(b, func(i int) error {
				return sendRecorded(tr, webhookRequest(b, server, bodies[i%len(bodies)]), server.URL)
			})
			mustFlush(b, l)
			recorded += time.Since(begin)
		}
	}
	n := float64(b.N) * dispatched
	b.ReportMetric(n/bare.Seconds(), "bare/s")
	b.ReportMetric(n/recorded.Seconds(), "recorded/s")
	b.ReportMetric(bare.Seconds()/recorded.Seconds(), "ratio")
}

// inParallel sends one turn of the requests from parallel goroutines and takes the time.
func inParallel(b *testing.B, send func(i int) error) time.Duration {
	b.Helper()
	begin := time.Now()
	var group sync.WaitGroup
	for worker := range parallel {
		group.Go(func() {
			for i := worker; i < dispatched/turns; i += parallel {
				if err := send(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	return time.Since(begin)
}

func webhookRequest(b *testing.B, server *httptest.Server, body []byte) *http.Request {
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, server.URL+"/webhooks/issue?user_id=mia", bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return req
}

func sendBare(client *http.Client, req *http.Request) error {
	answer, err := client.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return errors.Join(err, answer.Body.Close())
}

func sendRecorded(tr *Transport, req *http.Request, base string) error {
	now := time.Now().Unix()
	token := connectjwt.SignHS256(connectjwt.Claims{
		Issuer: "acme", IssuedAt: now, Expires: now + 180,
		QSH: connectjwt.Request{Method: req.Method, Target: req.URL.String(), Base: base}.QSH(),
	}, "ATCO-secret")
	req.Header.Set("Authorization", "JWT "+token)
	_, err := tr.Send(req, Meta{Site: "acme", Addon: "com.example.demo", Module: "/modules/webhooks/0", Event: "jira:issue_updated", Kind: KindWebhook})
	return err
}
