package page

import (
	"net/http"
	"strings"
	"testing"

	"connect-workbench/mockhost/exchange"
)

func TestFraming(t *testing.T) {
	const host = "http://localhost:2990"
	for _, tc := range []struct {
		name, header, value string
		blocked             bool
	}{
		{"nothing forbids it", "", "", false},
		{"deny", "X-Frame-Options", "deny", true},
		{"same origin is not the host's", "X-Frame-Options", "SAMEORIGIN", true},
		{"ancestors name the host", "Content-Security-Policy", "default-src 'self'; frame-ancestors 'self' http://localhost:2990", false},
		{"ancestors by any port", "Content-Security-Policy", "frame-ancestors http://localhost:*", false},
		{"ancestors of the cloud only", "Content-Security-Policy", "frame-ancestors https://*.atlassian.net", true},
		{"ancestors none", "Content-Security-Policy", "frame-ancestors 'none'", true},
		{"every policy counts", "Content-Security-Policy", "frame-ancestors *, frame-ancestors 'self'", true},
		{"a value no browser knows", "X-Frame-Options", "ALLOW-FROM https://a.example", false},
		{"deny among others", "X-Frame-Options", "ALLOWALL, DENY", true},
		{"a policy without the directive", "Content-Security-Policy", "default-src 'self'", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			header := http.Header{}
			if tc.header != "" {
				header.Set(tc.header, tc.value)
			}
			got := Remarks(exchange.Record{Status: 200, URL: "http://localhost:3000/panel", ResponseHeader: header}, host)
			if len(got) != 1 || got[0].Blocking != tc.blocked {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestFramingRemarks(t *testing.T) {
	got := Remarks(exchange.Record{
		Status: 200, URL: "http://localhost:3000/panel",
		ResponseHeader: http.Header{"Content-Type": {"text/html"}, "Set-Cookie": {"sid=1; HttpOnly"}},
		ResponseBody:   []byte("<p>hello</p>"),
	}, "http://localhost:2990")
	if len(got) != 3 || !strings.Contains(got[1].Text, "Cookie sid") || !strings.Contains(got[2].Text, "all.js") {
		t.Errorf("got %+v", got)
	}
	if got := Remarks(exchange.Record{}, "http://localhost:2990"); got != nil {
		t.Errorf("no answer, but remarks %+v", got)
	}
}

func TestBridgeScript(t *testing.T) {
	for body, want := range map[string]string{
		`<script src="https://connect-cdn.atl-paas.net/all.js" data-options="resize:false"></script>`: "https://connect-cdn.atl-paas.net/all.js",
		`<SCRIPT async SRC='/wiki/atlassian-connect/all-debug.js?v=2'>`:                               "/wiki/atlassian-connect/all-debug.js?v=2",
		`<script src="/vendor/all.js"/>`:                                                              "/vendor/all.js",
		`<script src="/small.js"></script><p>all.js</p><a href="all.js">`:                             "",
		`<script>load("all.js")</script>`:                                                             "",
		`<!-- <script src="all.js"></script> -->`:                                                     "",
		"": "",
	} {
		if got := BridgeScript([]byte(body)); got != want {
			t.Errorf("%s loads %q, want %q", body, got, want)
		}
	}
}
