package mockhost

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

// binding is one port, listened on at every loopback address this machine has.
type binding struct {
	port      int
	listeners []net.Listener
}

func (b binding) close() error {
	var errs []error
	for _, l := range b.listeners {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// listen takes the wanted port, or the next free one that avoid does not hold back for
// somebody else; with wanted 0 any free one.
func listen(ctx context.Context, wanted int, avoid map[int]bool) (binding, error) {
	if wanted != 0 {
		for port := wanted; port <= min(wanted+nextPorts, 65535); port++ {
			if port != wanted && avoid[port] {
				continue
			}
			b, err := listenOn(ctx, port)
			if err == nil {
				return b, nil
			}
			if !unavailable(err) {
				return binding{}, err
			}
		}
	}
	return listenAnywhere(ctx)
}

// listenAnywhere asks the system for a port. It may be taken on the other loopback address,
// so it asks again.
func listenAnywhere(ctx context.Context) (binding, error) {
	var last error
	for range nextPorts {
		b, err := listenOn(ctx, 0)
		if err == nil {
			return b, nil
		}
		if last = err; !unavailable(err) {
			break
		}
	}
	return binding{}, last
}

// listenOn takes a port on 127.0.0.1 and, where this machine has it, on ::1.
func listenOn(ctx context.Context, port int) (binding, error) {
	var config net.ListenConfig
	v4, err := config.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return binding{}, fmt.Errorf("listen on port %d: %w", port, err)
	}
	b := binding{port: v4.Addr().(*net.TCPAddr).Port, listeners: []net.Listener{v4}}
	v6, err := config.Listen(ctx, "tcp6", net.JoinHostPort("::1", strconv.Itoa(b.port)))
	switch {
	case err == nil:
		b.listeners = append(b.listeners, v6)
	case unavailable(err): // somebody else answers there, and localhost could lead to them
		return binding{}, errors.Join(fmt.Errorf("listen on port %d: %w", b.port, err), b.close())
	}
	// Any other failure means that there is no IPv6 loopback here: localhost is 127.0.0.1.
	return b, nil
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
