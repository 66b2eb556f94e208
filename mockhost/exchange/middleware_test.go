package exchange

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
)

// everything is recorded, as a REST call to acme.
func everything(*http.Request) (Meta, bool) {
	return Meta{Site: "acme", Kind: KindREST, Cause: "c"}, true
}

// ask sends a request through a real server and gives what was recorded of it.
func ask(t *testing.T, l *Log, handler http.Handler, req func(url string) *http.Request) (*http.Response, []byte, Record) {
	t.Helper()
	server := httptest.NewServer(handler)
	answer, err := NewClient().Do(req(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	server.Close() // waits for the handler, and with it for the record
	rows := mustRows(t, l, Query{Limit: 1})
	if len(rows) == 0 {
		t.Fatal("nothing was recorded")
	}
	r, err := l.Get(t.Context(), rows[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return answer, body, r
}

func TestMiddlewareRecordsBothSides(t *testing.T) {
	l := openLog(t, Params{Clock: func() time.Time { return noon }})
	handler := l.Middleware(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		Annotate(req.Context(), func(r *Record) {
			r.Addon = "com.example.demo"
			r.Verdict = connectjwt.Verdict{Rule: connectjwt.RuleQSH, Expected: "ab", Received: "cd"}
		})
		w.Header().Set("X-Answer", "yes")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write(bytes.ToUpper(body))
		w.Header().Set("X-Late", "not sent")
	}), everything)

	answer, body, r := ask(t, l, handler, func(url string) *http.Request {
		req := newRequest(t, "POST", url+"/rest/api/2/issue?a=b%20c", "hello")
		req.Header.Set("Authorization", "JWT a.b.c")
		return req
	})
	if answer.StatusCode != 401 || string(body) != "HELLO" {
		t.Errorf("the add-on got %d %q", answer.StatusCode, body)
	}
	host := strings.TrimPrefix(r.RequestHeader.Get("Host"), "http://")
	if r.URL != "http://"+host+"/rest/api/2/issue?a=b%20c" || r.Method != "POST" || string(r.RequestBody) != "hello" || r.RequestHeader.Get("Content-Length") != "5" {
		t.Errorf("request recorded as %s %s %q %v", r.Method, r.URL, r.RequestBody, r.RequestHeader)
	}
	if r.Status != 401 || string(r.ResponseBody) != "HELLO" || !reflect.DeepEqual(r.ResponseHeader, http.Header{"X-Answer": {"yes"}}) {
		t.Errorf("answer recorded as %d %q %v", r.Status, r.ResponseBody, r.ResponseHeader)
	}
	if r.Token != "a.b.c" || r.Site != "acme" || r.Kind != KindREST || r.Direction != ToHost || r.Cause != "c" {
		t.Errorf("recorded %+v", r)
	}
	if r.Addon != "com.example.demo" || r.Verdict.Rule != connectjwt.RuleQSH || r.Verdict.Expected != "ab" {
		t.Errorf("annotations recorded as %q %+v", r.Addon, r.Verdict)
	}
	if !r.Start.Equal(noon) || r.Duration <= 0 {
		t.Errorf("recorded at %v, took %v", r.Start, r.Duration)
	}
}

func TestMiddlewareWithQuietHandlers(t *testing.T) {
	for name, tc := range map[string]struct {
		handler http.HandlerFunc
		status  int
		kind    string
		body    string
	}{
		"no word":     {func(http.ResponseWriter, *http.Request) {}, 200, "", ""},
		"only a body": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, 200, "text/html; charset=utf-8", "<html>"},
		"flushed": {func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, "a")
			_ = http.NewResponseController(w).Flush()
			_, _ = io.WriteString(w, "b")
		}, 200, "", "ab"},
		"early hints": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusNoContent)
		}, 204, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			l := openLog(t, Params{})
			answer, body, r := ask(t, l, l.Middleware(tc.handler, everything), func(url string) *http.Request { return newRequest(t, "GET", url, "") })
			if answer.StatusCode != tc.status || r.Status != tc.status || string(body) != tc.body || string(r.ResponseBody) != tc.body {
				t.Errorf("answered %d %q, recorded %d %q", answer.StatusCode, body, r.Status, r.ResponseBody)
			}
			if r.ResponseHeader.Get("Content-Type") != tc.kind {
				t.Errorf("recorded content type %q, want %q", r.ResponseHeader.Get("Content-Type"), tc.kind)
			}
		})
	}
}

func TestMiddlewareLeavesOthersAlone(t *testing.T) {
	l := openLog(t, Params{})
	handler := l.Middleware(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		Annotate(req.Context(), func(*Record) { t.Error("there is no record to annotate") })
		w.WriteHeader(http.StatusTeapot)
	}), func(*http.Request) (Meta, bool) { return Meta{}, false })
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest("GET", "/_workbench/", nil))
	if answer.Code != http.StatusTeapot {
		t.Errorf("answered %d", answer.Code)
	}
	if _, all, err := l.Count(t.Context(), Filter{}); err != nil || all != 0 {
		t.Errorf("%d exchanges recorded, %v", all, err)
	}
}

func TestMiddlewareRefusesLargeBodies(t *testing.T) {
	l := openLog(t, Params{})
	handler := l.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") }), everything)
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest("POST", "/", bytes.NewReader(make([]byte, DefaultMaxBody+1))))
	if answer.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("answered %d", answer.Code)
	}
	rows := mustRows(t, l, Query{})
	if len(rows) != 1 || rows[0].Status != http.StatusRequestEntityTooLarge {
		t.Fatalf("recorded %+v", rows)
	}
	if r, err := l.Get(t.Context(), rows[0].ID); err != nil || len(r.RequestBody) != DefaultMaxBody {
		t.Errorf("%d bytes of the body recorded, %v", len(r.RequestBody), err)
	}
}

func TestMiddlewareRecordsAHandlerThatBreaksOff(t *testing.T) {
	l := openLog(t, Params{})
	handler := l.Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), everything)
	server := addon(t, handler.ServeHTTP)
	if _, err := NewClient().Get(server.URL); err == nil {
		t.Error("the add-on got an answer")
	}
	server.Close()
	rows := mustRows(t, l, Query{})
	if len(rows) != 1 || rows[0].Status != 0 || rows[0].Error == "" {
		t.Errorf("recorded %+v", rows)
	}
}

func TestAnnotateAfterTheAnswerIsTooLate(t *testing.T) {
	l := openLog(t, Params{})
	var late func()
	handler := l.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		late = func() { Annotate(req.Context(), func(*Record) { t.Error("annotated too late") }) }
	}), everything)
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	late()
}
