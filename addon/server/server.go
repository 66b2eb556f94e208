package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"connect-workbench/addon/descriptor"
	"connect-workbench/loopback"
)

// Params is what a Server needs. Descriptor is required.
type Params struct {
	Descriptor     func() []byte                    // the text as it stands in the editor; called on every request
	InstallKeysURL func() string                    // where <url>/<kid> is the public key; nil or "": no signed install can be verified
	Store          Store                            // nil: a new Memory
	Clock          func() time.Time                 // nil: time.Now
	Client         *http.Client                     // fetches install keys; nil: one that uses no proxy. Close ends its idle connections
	Logf           func(format string, args ...any) // nil: discard. Never gets a secret or a token
}

// Server is the built-in add-on. Its methods are safe for concurrent use.
type Server struct {
	p     Params
	pages pageTemplates

	// changes serialises what is read from the store, changed and put back.
	changes sync.Mutex

	mu        sync.Mutex
	last      contents         // of the last text that could be read
	port      int              // 0: not started
	serving   *loopback.Server // nil: not started
	unbindCtx func() bool
}

// contents is what the add-on takes from a descriptor text.
type contents struct {
	text       string
	descriptor descriptor.Descriptor
	modules    []module
}

// New makes an add-on that does not listen yet; as an http.Handler it works at once.
func New(p Params) *Server {
	if p.Clock == nil {
		p.Clock = time.Now
	}
	if p.Store == nil {
		p.Store = new(Memory)
	}
	if p.Client == nil {
		p.Client = &http.Client{Transport: &http.Transport{}} // no proxy: loopback stays loopback
	}
	if p.Logf == nil {
		p.Logf = func(string, ...any) {}
	}
	if p.InstallKeysURL == nil {
		p.InstallKeysURL = func() string { return "" }
	}
	return &Server{p: p, pages: parsePageTemplates()}
}

// ErrStarted means that the add-on listens already.
var ErrStarted = errors.New("the built-in add-on is running already")

// Start listens on loopback, on port or the next free one; 0 takes any. It returns when the add-on
// can be reached. The add-on stops by Close or when ctx ends.
func (s *Server) Start(ctx context.Context, port int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.serving != nil {
		return ErrStarted
	}
	l, err := loopback.Listen(ctx, port, nil)
	if err != nil {
		return fmt.Errorf("start the built-in add-on: %w", err)
	}
	s.port = l.Port()
	serving := loopback.Serve(ctx, l, s, s.p.Logf)
	s.serving = serving
	s.unbindCtx = context.AfterFunc(ctx, func() { _ = serving.Close(ctx) }) // says only that ctx is over
	return nil
}

// Close stops listening, waits for running requests until ctx ends, and then cuts them off. The
// add-on may be started again.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	serving := s.serving
	if serving != nil {
		s.unbindCtx()
	}
	s.serving, s.port = nil, 0
	s.mu.Unlock()
	if serving == nil {
		return nil
	}
	defer s.p.Client.CloseIdleConnections()
	if err := serving.Close(ctx); err != nil {
		return fmt.Errorf("stop the built-in add-on: %w", err)
	}
	return nil
}

// BaseURL is where the add-on is, without a trailing slash; "" while it does not listen.
func (s *Server) BaseURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.port == 0 {
		return ""
	}
	return fmt.Sprintf("http://localhost:%d", s.port)
}

// DescriptorURL is where a site installs the add-on from; "" while it does not listen.
func (s *Server) DescriptorURL() string {
	base := s.BaseURL()
	if base == "" {
		return ""
	}
	return base + descriptorPath
}

// contents returns what the editor's text says, or the last text that could be read.
func (s *Server) contents() contents {
	text := s.p.Descriptor()
	s.mu.Lock()
	defer s.mu.Unlock()
	if string(text) == s.last.text {
		return s.last
	}
	if d, err := descriptor.Read(text); err == nil {
		s.last = contents{text: string(text), descriptor: d, modules: modulesOf(text)}
	}
	return s.last
}
