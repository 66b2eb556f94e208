package workbench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/site"
)

const allJS = `<script src="https://connect-cdn.atl-paas.net/all.js"></script>`

// reachServer is an add-on with addresses of all sorts. It notes what it is posted.
type reachServer struct {
	*httptest.Server
	mux *http.ServeMux

	mu     sync.Mutex
	posted []string
	signed int
}

func newReachServer(t *testing.T) *reachServer {
	t.Helper()
	s := &reachServer{mux: http.NewServeMux()}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if r.Method == http.MethodPost {
			s.posted = append(s.posted, r.URL.Path)
		}
		if r.URL.Query().Get("jwt") != "" {
			s.signed++
		}
		s.mu.Unlock()
		s.mux.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	s.page("GET /atlassian-connect.json", "application/json", `{}`)
	return s
}

func (s *reachServer) page(pattern, contentType, body string) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		fmt.Fprint(w, body)
	})
}

// openFor opens a project whose add-on is the server, with this descriptor text in the editor.
func openFor(t *testing.T, s *reachServer, members string) *Workbench {
	t.Helper()
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project"), Addon: s.URL})
	w.SetDescriptorText(`{"key": "reach", "baseUrl": "https://reach.example/x", "authentication": {"type": "jwt"}, "apiMigrations": {"signed-install": true},
		"lifecycle": {"installed": "/installed"}` + members + `}`)
	return w
}

// states are the addresses as "name state status: what".
func reachStates(r ReachReport) string {
	var lines []string
	for _, a := range r.Addresses {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s %d %s", a.Name, a.Method, a.State, a.Status, a.What)))
	}
	return strings.Join(lines, "\n")
}

func pageList(urls ...string) string {
	var list []string
	for i, u := range urls {
		list = append(list, fmt.Sprintf(`{"key": "p%d", "url": %q, "name": {"value": "P"}}`, i, u))
	}
	return strings.Join(list, ", ")
}

func pagesOf(urls ...string) string {
	return `, "modules": {"generalPages": [` + pageList(urls...) + `]}`
}

func TestReachJudgesEachAddress(t *testing.T) {
	s := newReachServer(t)
	html := "text/html; charset=utf-8"
	s.page("POST /installed", "", "")
	s.page("/onlyget", html, "")
	s.mux.HandleFunc("GET /got", func(http.ResponseWriter, *http.Request) {})
	s.page("GET /good", html, allJS)
	s.page("GET /nobridge", html, "<p>all.js</p>")
	s.page("GET /json", "application/json", `{}`)
	s.page("GET /large", html, strings.Repeat("x", 10<<20))
	s.page("GET /image.png", "image/png", "png")
	s.page("GET /noimage.png", "text/plain", "png")
	s.page("GET /moved", html, allJS)
	redirect := func(from, to string) {
		s.mux.HandleFunc("GET "+from, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
	}
	redirect("/redirect", "moved")
	redirect("/circle", "/circle2")
	redirect("/circle2", "/circle")
	redirect("/away", "https://elsewhere.example/login")
	s.mux.HandleFunc("GET /nowhere", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://[::1?jwt=secret")
		w.WriteHeader(http.StatusFound)
	})
	s.mux.HandleFunc("GET /deny", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Frame-Options", "DENY")
		w.Header().Set("Content-Type", html)
		fmt.Fprint(w, allJS)
	})
	s.mux.HandleFunc("GET /broken", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	s.mux.HandleFunc("GET /guarded", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })

	w := openFor(t, s, `, "vendor": {"name": "V", "url": "https://vendor.example"}, "links": {"self": "https://reach.example/x/atlassian-connect.json"},
		"modules": {
		"webhooks": [{"event": "none", "url": "/nohook"}, {"event": "get", "url": "/got"}, {"event": "all", "url": "/installed"}],
		"adminPages": [{"key": "a", "url": "/good?a={b.c}", "name": {"value": "I"}, "icon": {"width": 1, "height": 1, "url": "/image.png"}}],
		"webItems": [{"key": "i", "url": "{{other}}/x", "icon": {"width": 1, "height": 1, "url": "/noimage.png"}}],
		"generalPages": [`+pageList("/good", "/nobridge", "/json", "/large", "/redirect", "/circle", "/away", "/deny", "/broken", "/guarded", "/missing", "/nowhere")+`]
	}`)
	want := `baseUrl HEAD ok 404
lifecycle.installed OPTIONS ok 405
vendor.url  notAsked 0 it leads outside of this machine, where nothing is asked
links.self HEAD ok 200
none OPTIONS failed 404 nothing is there: the add-on answers 404 Not Found to OPTIONS
get OPTIONS failed 405 the address takes GET, HEAD, but the host posts to it
all OPTIONS ok 405
a GET ok 200
a icon.url HEAD ok 200
i  notAsked 0 a template decides what this address is
i icon.url HEAD warning 200 it answers text/plain, not a picture
p0 GET ok 200
p1 GET warning 200 the page's HTML does not load the bridge script (all.js)
p2 GET warning 200 it answers application/json, not a page
p3 GET warning 200 answer larger than 2 MB; the rest was not looked at
p4 GET ok 200
p5 GET failed 302 redirects in a circle
p6 GET warning 302 redirects to https://elsewhere.example/login, outside of this machine
p7 GET failed 200 a browser refuses to show it: X-Frame-Options is DENY
p8 GET failed 0 no answer: connection closed without a whole answer: the add-on ended the connection while handling the request
p9 GET unknown 401 it answers 401 Unauthorized to a request without a signature, as it should if it is there
p10 GET failed 404 the add-on answered 404 Not Found: the add-on has no route for this path and method
p11 GET failed 302 redirects to "http://[::1", which is no address`
	report, err := w.Reach(t.Context(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := reachStates(report); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if report.Links != 2 || report.OK+report.Warnings+report.Failed+report.Unknown+report.NotAsked != len(report.Addresses) {
		t.Errorf("counts %+v", report)
	}
	for _, a := range report.Addresses {
		if bad := a.State == ReachFailed || a.State == ReachWarning && a.Name != "p6"; bad && a.Do == "" {
			t.Errorf("%s: %s, and nothing to do about it", a.Name, a.What)
		}
	}

	if len(s.posted) > 0 {
		t.Errorf("posted to %v", s.posted)
	}
}

func TestReachSignsPagesAsTheSiteDoes(t *testing.T) {
	s := newReachServer(t)
	s.page("POST /", "", "")
	s.mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "frame-ancestors "+r.URL.Query().Get("xdm_e"))
		fmt.Fprint(w, allJS)
	})
	w := openFor(t, s, pagesOf("/a?i={project.key}", "/b"))
	s.page("GET /served.json", "application/json", strings.Replace(w.Descriptor().Text, "https://reach.example/x", s.URL, 1))
	jira := siteByProduct(t, w, site.Jira)
	if err := w.Install(t.Context(), jira.ID, s.URL+"/served.json", nil); err != nil {
		t.Fatal(err)
	}
	w.SetDescriptorText(strings.Replace(w.Descriptor().Text, `"/b"`, `"/b/new"`, 1)) // not installed yet
	report, err := w.Reach(t.Context(), jira.ID, nil)
	if err != nil || s.signed != 2 || report.Failed+report.Warnings > 0 {
		t.Errorf("%v, %d signed\n%s", err, s.signed, reachStates(report))
	}
	for _, a := range report.Addresses[2:] {
		if !a.Signed || a.Site != jira.ID || a.Unsigned != "" || !strings.Contains(a.Asked, "xdm_e=") || strings.Contains(a.Asked, "jwt") {
			t.Errorf("%+v", a)
		}
	}
	if err := w.SetEnabled(t.Context(), jira.ID, "reach", false, nil); err != nil {
		t.Fatal(err)
	}
	report, err = w.Reach(t.Context(), jira.ID, nil)
	if err != nil || report.Addresses[2].Signed || report.Addresses[2].Unsigned != "reach is disabled on this site; only an enabled add-on is shown" {
		t.Errorf("%v, %+v", err, report.Addresses[2])
	}
	confluence := siteByProduct(t, w, site.Confluence)
	report, err = w.Reach(t.Context(), confluence.ID, nil)
	if err != nil || report.Addresses[2].Unsigned != "the add-on is not installed on "+confluence.Title {
		t.Errorf("%v, %+v", err, report.Addresses[2])
	}
}

func TestReachOfTheSample(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	s := siteByProduct(t, w, site.Jira)
	if err := w.Install(t.Context(), s.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	calls := 0
	report, err := w.Reach(t.Context(), "", func(done, total int) {
		calls++
		if done > total || total == 0 {
			t.Errorf("progress %d of %d", done, total)
		}
	})
	if err != nil || report.Failed+report.Warnings > 0 || report.OK == 0 || calls == 0 {
		t.Errorf("%v, %d calls\n%s", err, calls, reachStates(report))
	}
	signed := 0
	for _, a := range report.Addresses {
		if a.Name == "team-note" && a.Unsigned != "the add-on is not installed on a site that shows it" { // Confluence's
			t.Errorf("unsigned because %s", a.Unsigned)
		}
		if a.Signed {
			signed++
			if a.Site != s.ID || strings.Contains(a.Asked, "jwt") || a.Exchange == 0 || a.Framing == nil || a.Bridge == "" {
				t.Errorf("signed page %+v", a)
			}
			r, err := w.Exchange(t.Context(), a.Exchange)
			if err != nil || r.Kind != "reach" || r.Site != s.ID || r.Cause != report.Cause {
				t.Errorf("exchange %+v, %v", r.Kind, err)
			}
		}
	}
	if signed == 0 {
		t.Errorf("no page was signed\n%s", reachStates(report))
	}
	if n, _, err := w.ExchangeCount(t.Context(), "kind:reach"); err != nil || n < int64(report.OK) {
		t.Errorf("%d exchanges of kind reach, %v", n, err)
	}
	if n, _, _ := w.ExchangeCount(t.Context(), "kind:reach verdict:failed"); n != 0 {
		t.Errorf("%d exchanges are called failed, though every address answers", n)
	}
}

func TestReachOfAnUnknownSite(t *testing.T) {
	w := open(t, Params{ProjectDir: filepath.Join(t.TempDir(), "project")})
	if _, err := w.Reach(t.Context(), "nowhere", nil); !errors.Is(err, mockhost.ErrUnknownSite) {
		t.Errorf("error %v", err)
	}
}

func TestReachWhenTheServerIsDown(t *testing.T) {
	s := newReachServer(t)
	w := openFor(t, s, pagesOf("/a", "/b"))
	s.Close()
	report, err := w.Reach(t.Context(), "", nil)
	if err != nil || report.Failed != 4 {
		t.Fatalf("%v\n%s", err, reachStates(report))
	}
	for _, a := range report.Addresses {
		if !strings.Contains(a.What, "connection refused") || a.Do == "" || a.Exchange == 0 {
			t.Errorf("%+v", a)
		}
	}
	if n, _, _ := w.ExchangeCount(t.Context(), "kind:reach"); n != 1 {
		t.Errorf("%d exchanges, want one: nobody is there", n)
	}
}

func TestReachCancelledInTheMiddle(t *testing.T) {
	s := newReachServer(t)
	s.page("GET /quick", "text/html", allJS)
	asked := make(chan struct{}, 20)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.mux.HandleFunc("GET /slow", func(_ http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	})
	w := openFor(t, s, pagesOf("/quick", "/slow?1", "/slow?2", "/slow?3", "/slow?4", "/slow?5", "/slow?6", "/slow?7", "/slow?8"))
	go func() {
		<-asked
		cancel()
	}()
	report, err := w.Reach(ctx, "", nil)
	if !errors.Is(err, context.Canceled) || !report.Cancelled || report.NotAsked < 8 {
		t.Errorf("%v, cancelled %v\n%s", err, report.Cancelled, reachStates(report))
	}
}

func TestReachOfABrokenText(t *testing.T) {
	s := newReachServer(t)
	w := openFor(t, s, "")
	for _, text := range []string{"", "{", "nonsense", `{"modules": {"generalPages": [{"url": "/x"`} {
		w.SetDescriptorText(text)
		if report, err := w.Reach(t.Context(), "", nil); err != nil || len(report.Addresses) > 1 {
			t.Errorf("%q: %v\n%s", text, err, reachStates(report))
		}
	}
	if n, _, _ := w.ExchangeCount(t.Context(), "kind:reach"); n != 3 {
		t.Errorf("%d exchanges, want the three of the text that has an address", n)
	}
}

// TestReachOfServersWithTheirOwnOptions: what OPTIONS is worth depends on the server.
func TestReachOfServersWithTheirOwnOptions(t *testing.T) {
	for _, tc := range []struct {
		name    string
		options func(path string) (status int, allow string)
		want    ReachState
	}{
		{"everywhere", func(string) (int, string) { return 204, "" }, ReachUnknown},
		{"nowhere", func(string) (int, string) { return 404, "" }, ReachUnknown},
		{"where something is", func(path string) (int, string) {
			return map[bool]int{true: 404, false: 200}[strings.Contains(path, "no-such")], ""
		}, ReachOK},
		{"only elsewhere", func(path string) (int, string) {
			return map[bool]int{true: 404, false: 200}[path != "/atlassian-connect.json"], ""
		}, ReachFailed},
		{"methods that do not fit", func(string) (int, string) { return 200, "GET, HEAD" }, ReachFailed},
		{"methods that fit", func(string) (int, string) { return 200, "GET,POST" }, ReachOK},
		{"failing", func(path string) (int, string) {
			return map[bool]int{true: 404, false: 500}[strings.Contains(path, "no-such")], ""
		}, ReachWarning},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newReachServer(t)
			s.mux.HandleFunc("OPTIONS /", func(w http.ResponseWriter, r *http.Request) {
				status, allow := tc.options(r.URL.Path)
				if allow != "" {
					w.Header().Set("Allow", allow)
				}
				w.WriteHeader(status)
			})
			report, err := openFor(t, s, "").Reach(t.Context(), "", nil)
			if err != nil || len(report.Addresses) != 2 || report.Addresses[1].State != tc.want {
				t.Errorf("%v, want %s\n%s", err, tc.want, reachStates(report))
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if len(s.posted) > 0 {
				t.Errorf("posted to %v", s.posted)
			}
		})
	}
}
