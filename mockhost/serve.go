package mockhost

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Limits of what a client may take. An add-on's calls are small, and nobody on loopback is slow.
const (
	headerTime  = 10 * time.Second
	requestTime = 60 * time.Second
	idleTime    = 2 * time.Minute
	graceTime   = time.Second
	headerBytes = 64 << 10
)

// server is one HTTP server on one binding.
type server struct {
	http    *http.Server
	bound   binding
	serving sync.WaitGroup
}

// serve starts to answer. Handlers run under ctx.
func serve(ctx context.Context, b binding, handler http.Handler, logf func(string, ...any)) *server {
	s := &server{bound: b, http: &http.Server{
		Handler:           onlyLoopback(b.port, handler),
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       requestTime,
		WriteTimeout:      requestTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerBytes,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          log.New(logWriter(logf), "", 0),
	}}
	for _, l := range b.listeners {
		s.serving.Go(func() {
			if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				logf("serve on %s: %v", l.Addr(), err)
			}
		})
	}
	return s
}

// close lets requests under way finish for a moment, then cuts off what is left: add-ons and
// browsers keep connections they may never use, and net/http would wait for those too.
func (s *server) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, graceTime)
	defer cancel()
	var err error
	if s.http.Shutdown(ctx) != nil {
		err = s.http.Close()
	}
	s.serving.Wait()
	return err
}

// onlyLoopback turns away requests whose Host header names anything but this port on loopback:
// a page on the web can send its visitors' browsers here under a name of its own.
func onlyLoopback(port int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host, port) {
			http.Error(w, "This server answers for localhost, 127.0.0.1 and [::1] at port "+strconv.Itoa(port)+
				" only, and the request was for "+strconv.Quote(r.Host)+".", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isLoopback(hostport string, port int) bool {
	host, given, err := net.SplitHostPort(hostport)
	if err != nil { // no port stands for that of plain HTTP
		host, given = strings.Trim(hostport, "[]"), "80"
	}
	if given != strconv.Itoa(port) {
		return false
	}
	return strings.EqualFold(host, "localhost") || host == "127.0.0.1" || host == "::1"
}

// logWriter sends the lines of net/http's own log to logf.
type logWriter func(string, ...any)

func (f logWriter) Write(line []byte) (int, error) {
	f("%s", strings.TrimSpace(string(line)))
	return len(line), nil
}
