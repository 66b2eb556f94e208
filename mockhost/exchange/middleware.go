package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// Middleware records what is asked of next. describe says what is known of a request before
// it is handled; false means that it is not to be recorded (the host's own pages, say), and
// then next gets it as it is. What turns out later, the handler adds by [Annotate].
//
// The request body is read ahead, up to [DefaultMaxBody]; a larger one is answered with 413.
// The answer is recorded as far as DefaultMaxBody too; the other side gets all of it. The
// duration covers the handler and the writing of the answer.
func (l *Log) Middleware(next http.Handler, describe func(*http.Request) (Meta, bool)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		m, recorded := describe(req)
		if !recorded {
			next.ServeHTTP(w, req)
			return
		}
		l.serve(w, req, next, m)
	})
}

func (l *Log) serve(w http.ResponseWriter, req *http.Request, next http.Handler, m Meta) {
	began := time.Now()
	n := &notes{record: Record{
		Start:  l.clock(),
		Method: req.Method, URL: askedURL(req),
		RequestHeader: askedHeader(req),
		Token:         carriedToken(req),
	}}
	m.apply(&n.record)
	if n.record.Direction == "" {
		n.record.Direction = ToHost
	}
	answer := &recorder{ResponseWriter: w}
	defer func() {
		broken := recover()
		if broken == nil {
			answer.settle()
		}
		r := n.finish(answer, time.Since(began))
		if broken != nil {
			r.Error = "the host broke off while answering"
		}
		l.Append(r)
		if broken != nil {
			panic(broken) // net/http ends the connection, and logs what is worth it
		}
	}()

	body, err := readAtMost(req.Body, req.ContentLength, DefaultMaxBody)
	n.record.RequestBody = body
	if err != nil {
		refuseBody(answer, err)
		return
	}
	req = req.WithContext(context.WithValue(req.Context(), notesKey{}, n))
	req.Body = io.NopCloser(bytes.NewReader(body))
	next.ServeHTTP(answer, req)
}

// refuseBody answers a request whose body could not be read.
func refuseBody(w http.ResponseWriter, err error) {
	status, text := http.StatusBadRequest, fmt.Sprintf("the request body could not be read: %v", err)
	if errors.Is(err, errTooLarge) {
		status, text = http.StatusRequestEntityTooLarge, "the request body is larger than "+sizeInWords(DefaultMaxBody)
	}
	w.Header().Set("Connection", "close") // the rest of the body is not waited for
	http.Error(w, text, status)
}

// askedURL puts the absolute URL together that a server sees only in parts.
func askedURL(req *http.Request) string {
	if req.URL.IsAbs() { // a request to a proxy
		return req.URL.String()
	}
	scheme := "http"
	if req.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + req.Host + req.URL.RequestURI()
}

// askedHeader puts the headers together again that net/http takes out.
func askedHeader(req *http.Request) http.Header {
	h := req.Header.Clone()
	h.Set("Host", req.Host)
	if len(req.TransferEncoding) > 0 {
		h["Transfer-Encoding"] = req.TransferEncoding
	}
	return h
}

// notes is a record in the making.
type notes struct {
	mu     sync.Mutex
	record Record
	done   bool
}

type notesKey struct{}

// Annotate lets a handler below [Log.Middleware] change the record in the making: verdict,
// token, add-on, module, cause. What HTTP itself tells (times, status, bodies of the answer)
// is filled in afterwards. Without Middleware above, or after the handler has returned,
// nothing happens. f must not keep the pointer.
func Annotate(ctx context.Context, f func(*Record)) {
	n, ok := ctx.Value(notesKey{}).(*notes)
	if !ok {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.done {
		f(&n.record)
	}
}

func (n *notes) finish(answer *recorder, took time.Duration) Record {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.done = true
	n.record.Duration = took
	n.record.Status = answer.status
	n.record.ResponseHeader = answer.header
	n.record.ResponseBody = answer.body
	return n.record
}

// recorder is a ResponseWriter that keeps a copy of what passes through it.
type recorder struct {
	http.ResponseWriter
	status int // 0 until the header is written
	header http.Header
	body   []byte
}

// Unwrap lets http.ResponseController flush and hijack.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= 200 { // 1xx are not the answer yet
		w.status = status
		w.header = w.Header().Clone()
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		if h := w.Header(); h.Get("Content-Type") == "" && h.Get("Content-Encoding") == "" && len(p) > 0 {
			h.Set("Content-Type", http.DetectContentType(p)) // net/http would, out of our sight
		}
		w.WriteHeader(http.StatusOK)
	}
	if room := DefaultMaxBody - len(w.body); room > 0 {
		w.body = append(w.body, p[:min(len(p), room)]...)
	}
	return w.ResponseWriter.Write(p)
}

// Flush makes the recorder an http.Flusher, which handlers of event streams ask for.
func (w *recorder) Flush() {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	// A writer that cannot flush has nothing buffered that would be worth an error.
	_ = http.NewResponseController(w.ResponseWriter).Flush()
}

// settle notes the answer net/http gives when a handler returns without a word.
func (w *recorder) settle() {
	if w.status == 0 {
		w.status = http.StatusOK
		w.header = w.Header().Clone()
	}
}

var _ http.Flusher = (*recorder)(nil)
