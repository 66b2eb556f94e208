package loopback

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// nextPorts is how many ports above a taken one are tried before any free one will do.
const nextPorts = 50

// Listener is one port, listened on at every loopback address this machine has.
type Listener struct {
	port  int
	parts []net.Listener
}

// Port is the port it listens on.
func (l *Listener) Port() int { return l.port }

// Close stops listening, for a listener that was never given to Serve.
func (l *Listener) Close() error {
	var errs []error
	for _, part := range l.parts {
		errs = append(errs, part.Close())
	}
	return errors.Join(errs...)
}

// Listen takes the wanted port, or else the next free one that reserved does not hold back for
// somebody else; with wanted 0, or when the next ones are all taken, any free one.
func Listen(ctx context.Context, wanted int, reserved map[int]bool) (*Listener, error) {
	if wanted != 0 {
		for port := wanted; port <= min(wanted+nextPorts, 65535); port++ {
			if port != wanted && reserved[port] {
				continue
			}
			l, err := listenOn(ctx, port)
			if err == nil {
				return l, nil
			}
			if !unavailable(err) {
				return nil, err
			}
		}
	}
	return listenAnywhere(ctx)
}

// listenAnywhere asks the system for a port. It may be taken on the other loopback address,
// so it asks again.
func listenAnywhere(ctx context.Context) (*Listener, error) {
	var last error
	for range nextPorts {
		l, err := listenOn(ctx, 0)
		if err == nil {
			return l, nil
		}
		if last = err; !unavailable(err) {
			break
		}
	}
	return nil, last
}

// listenOn takes a port on 127.0.0.1 and, where this machine has it, on ::1.
func listenOn(ctx context.Context, port int) (*Listener, error) {
	var config net.ListenConfig
	v4, err := config.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, fmt.Errorf("listen on port %d: %w", port, err)
	}
	l := &Listener{port: v4.Addr().(*net.TCPAddr).Port, parts: []net.Listener{v4}}
	v6, err := config.Listen(ctx, "tcp6", net.JoinHostPort("::1", strconv.Itoa(l.port)))
	switch {
	case err == nil:
		l.parts = append(l.parts, v6)
	case unavailable(err): // somebody else answers there, and localhost could lead to them
		return nil, errors.Join(fmt.Errorf("listen on port %d: %w", l.port, err), l.Close())
	}
	// Any other failure means that there is no IPv6 loopback here: localhost is 127.0.0.1.
	return l, nil
}

// Windows has numbers of its own for "in use" and "not allowed", which syscall's names do not
// stand for. Other systems have no errors of these numbers.
const (
	wsaInUse  = syscall.Errno(10048)
	wsaDenied = syscall.Errno(10013)
)

// unavailable reports whether another port could be had instead.
func unavailable(err error) bool {
	for _, number := range []syscall.Errno{syscall.EADDRINUSE, syscall.EACCES, wsaInUse, wsaDenied} {
		if errors.Is(err, number) {
			return true
		}
	}
	return false
}
