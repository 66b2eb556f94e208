package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"connect-workbench/addon/connectjwt"
)

// Limits of an exchange where the Transport or the log names none.
const (
	DefaultMaxBody = 10 << 20         // bytes of a body
	DefaultTimeout = 10 * time.Second // of the whole request. Source: protocol lifecycle.md §1
)

// userAgent is sent when the request names none, so that an add-on's log shows who asked.
const userAgent = "connect-workbench"

// Transport is the host's only way to ask an add-on: every request and what became of it is
// recorded. The zero value of each field but Log is a default. A Transport must not be copied
// after its first use.
type Transport struct {
	Log   *Log             // required
	Clock func() time.Time // nil: time.Now; gives Record.Start
	// Client, when not nil, lends its Transport, for other trust or dialling; make it with
	// NewClient. Its redirect policy, cookies and timeout are not used.
	Client  *http.Client
	MaxBody int64         // of an answer, in bytes; 0: DefaultMaxBody
	Timeout time.Duration // of a whole request; 0: DefaultTimeout

	once  sync.Once
	round http.RoundTripper
}

// limits are what the texts of failures name.
type limits struct {
	body int64
	time time.Duration
}

// NewClient makes the client a Transport uses when it is given none. It goes straight to the
// address, whatever proxy the environment names: loopback must stay loopback. It neither asks
// for nor undoes compression, so that answers are recorded as they came. Enough idle
// connections are kept for bursts of parallel webhooks.
func NewClient() *http.Client {
	dialer := &net.Dialer{Timeout: DefaultTimeout, KeepAlive: 30 * time.Second}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil,
			DialContext:            dialer.DialContext,
			DisableCompression:     true,
			MaxIdleConns:           256,
			MaxIdleConnsPerHost:    64,
			IdleConnTimeout:        90 * time.Second,
			TLSHandshakeTimeout:    DefaultTimeout,
			MaxResponseHeaderBytes: 1 << 20,
		},
	}
}

// Send makes the request and records it with [Judge]'s verdict; see SendJudged.
func (t *Transport) Send(req *http.Request, m Meta) (Record, error) {
	return t.SendJudged(req, m, Judge)
}

// SendJudged makes the request, reads the whole answer, lets judge set the verdict, and
// appends the record, which it returns with its id. It does the same when there is no answer,
// and when the request's context ends first.
//
// Redirects are answers like any other; they are not followed. The error is a *[SendError]
// when there was no whole answer, and nil otherwise, whatever the status. An answer that is
// too large or ends early is kept as far as it was read.
func (t *Transport) SendJudged(req *http.Request, m Meta, judge func(*Record)) (Record, error) {
	r := Record{Method: req.Method, URL: req.URL.String(), Start: t.now(), Token: carriedToken(req)}
	if r.Method == "" {
		r.Method = http.MethodGet
	}
	m.apply(&r)
	if r.Direction == "" {
		r.Direction = ToAddon
	}
	began := time.Now()
	err := t.exchange(req, &r)
	r.Duration = time.Since(began)
	if err != nil {
		r.Error = err.Text
	}
	judge(&r)
	r.ID = t.Log.Append(r)
	if err != nil {
		return r, err
	}
	return r, nil
}

// CloseIdleConnections ends the connections kept for re-use. Whoever owns the Transport calls
// it when it is no longer needed; when it was given a Client, all that share it are meant.
func (t *Transport) CloseIdleConnections() {
	if closer, ok := t.roundTripper().(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

func (t *Transport) now() time.Time {
	if t.Clock == nil {
		return time.Now()
	}
	return t.Clock()
}

func (t *Transport) limits() limits {
	l := limits{body: t.MaxBody, time: t.Timeout}
	if l.body == 0 {
		l.body = DefaultMaxBody
	}
	if l.time == 0 {
		l.time = DefaultTimeout
	}
	return l
}

func (t *Transport) roundTripper() http.RoundTripper {
	t.once.Do(func() {
		client := t.Client
		if client == nil || client.Transport == nil {
			client = NewClient()
		}
		t.round = client.Transport
	})
	return t.round
}

// exchange fills r with the request as it goes out and with what comes back.
func (t *Transport) exchange(asked *http.Request, r *Record) *SendError {
	limits := t.limits()
	ctx, cancel := context.WithTimeout(asked.Context(), limits.time)
	defer cancel()
	req, err := prepare(ctx, asked, r)
	if err == nil {
		err = t.receive(req, r, limits.body)
	}
	if err != nil {
		return explainSend(asked.Context(), err, asked.URL.Hostname(), limits)
	}
	return nil
}

// prepare makes the request to send: a copy, whose body is in memory and whose header is
// complete, so that the record shows all that goes over the wire.
func prepare(ctx context.Context, asked *http.Request, r *Record) (*http.Request, error) {
	req := asked.WithContext(ctx)
	if asked.Body != nil && asked.Body != http.NoBody {
		body, err := readAll(asked.Body, asked.ContentLength)
		if err := errors.Join(err, asked.Body.Close()); err != nil {
			return nil, fmt.Errorf("read request body: %w", err)
		}
		r.RequestBody = body
		req.ContentLength = int64(len(body))
		req.TransferEncoding = nil
		req.Body = http.NoBody
		if len(body) > 0 {
			req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
			req.Body, _ = req.GetBody()
		}
	}
	req.Header = sentHeader(req)
	r.RequestHeader = req.Header
	return req, nil
}

// sentHeader copies the request's header and adds the fields net/http writes from other
// members. It skips them in the header, so the same map can be sent and recorded.
func sentHeader(req *http.Request) http.Header {
	h := make(http.Header, len(req.Header)+4)
	for name, values := range req.Header {
		h[name] = values // shared: neither net/http nor we change values in place
	}
	if h.Get("User-Agent") == "" {
		h.Set("User-Agent", userAgent)
	}
	h.Set("Host", req.Host)
	if req.Host == "" {
		h.Set("Host", req.URL.Host)
	}
	switch {
	case req.ContentLength > 0:
		h.Set("Content-Length", strconv.FormatInt(req.ContentLength, 10))
	case req.Method == http.MethodPost, req.Method == http.MethodPut, req.Method == http.MethodPatch:
		h.Set("Content-Length", "0")
	}
	if req.Close {
		h.Set("Connection", "close")
	}
	return h
}

func (t *Transport) receive(req *http.Request, r *Record, most int64) error {
	answer, err := t.roundTripper().RoundTrip(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	r.Status = answer.StatusCode
	r.ResponseHeader = answer.Header
	r.ResponseBody, err = readAtMost(answer.Body, answer.ContentLength, most)
	return err
}

// readAtMost reads a body of the announced length (-1: unknown) whole, or its first bytes
// together with an error.
func readAtMost(body io.Reader, announced, most int64) ([]byte, error) {
	data, err := readAll(io.LimitReader(body, most+1), min(announced, most+1))
	if int64(len(data)) > most {
		return data[:most], errTooLarge
	}
	return data, err
}

// readAll is io.ReadAll with a buffer of the right size when the size is announced. What was
// only announced is not believed beyond 1 MB.
func readAll(r io.Reader, announced int64) ([]byte, error) {
	var b bytes.Buffer
	if announced > 0 {
		b.Grow(int(min(announced, 1<<20)) + bytes.MinRead)
	}
	_, err := b.ReadFrom(r)
	return b.Bytes(), err
}

// carriedToken finds the JWT of a request where Connect puts it: in the Authorization header
// or in the parameter jwt. Source: protocol jwt.md §1.
func carriedToken(req *http.Request) string {
	if token, ok := connectjwt.FromHeader(req.Header.Get("Authorization")); ok {
		return token
	}
	if req.URL.RawQuery == "" {
		return ""
	}
	return req.URL.Query().Get("jwt")
}
