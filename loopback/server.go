package loopback

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Limits of what a client may take. Calls between host and add-on are small, and nobody on
// loopback is slow; an answer may have to wait for a whole install, or for a burst of webhooks.
const (
	headerTime  = 10 * time.Second
	requestTime = time.Minute
	answerTime  = 5 * time.Minute
	idleTime    = 2 * time.Minute
	headerBytes = 64 << 10
)

// Server is one HTTP server on one Listener.
type Server struct {
	http    *http.Server
	serving sync.WaitGroup
}

// Serve answers on l, which belongs to the server from now on. Requests have contexts made from
// ctx; its end does not end the server. logf takes what net/http has to say.
func Serve(ctx context.Context, l *Listener, handler http.Handler, logf func(format string, args ...any)) *Server {
	s := newServer(ctx, handler, logf)
	s.serve(logf, l.parts...)
	return s
}

// ServeHanded is Serve for connections that l does not take from the network but was handed by
// somebody who did, such as a proxy. known adds what is known of a connection to the contexts of its
// requests.
func ServeHanded(ctx context.Context, l net.Listener, handler http.Handler, known func(context.Context, net.Conn) context.Context,
	logf func(format string, args ...any)) *Server {
	s := newServer(ctx, handler, logf)
	s.http.ConnContext = known
	s.serve(logf, l)
	return s
}

func newServer(ctx context.Context, handler http.Handler, logf func(format string, args ...any)) *Server {
	return &Server{http: &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       requestTime,
		WriteTimeout:      answerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerBytes,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          log.New(logWriter(logf), "", 0),
	}}
}

func (s *Server) serve(logf func(format string, args ...any), parts ...net.Listener) {
	for _, part := range parts {
		s.serving.Go(func() {
			if err := s.http.Serve(part); !errors.Is(err, http.ErrServerClosed) {
				logf("serve on %s: %v", part.Addr(), err)
			}
		})
	}
}

// Close stops listening and lets the requests under way finish until ctx ends; then it cuts them
// off, and the error wraps the context's.
func (s *Server) Close(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("requests were cut off: %w", errors.Join(err, s.http.Close()))
	}
	s.serving.Wait()
	return err
}

// Names reports whether a Host header names this machine by its loopback address or as localhost,
// and the port; 0 stands for any port. A header without one means that of plain HTTP.
func Names(header string, port int) bool {
	host, given, err := net.SplitHostPort(header)
	if err != nil {
		host, given = strings.Trim(header, "[]"), "80"
	}
	if port != 0 && given != strconv.Itoa(port) {
		return false
	}
	return strings.EqualFold(host, "localhost") || host == "127.0.0.1" || host == "::1"
}

// logWriter sends the lines of net/http's own log to a function.
type logWriter func(format string, args ...any)

func (f logWriter) Write(line []byte) (int, error) {
	f("%s", strings.TrimSpace(string(line)))
	return len(line), nil
}
