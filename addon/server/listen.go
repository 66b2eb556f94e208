package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// portTries is how many ports after the wanted one are tried.
const portTries = 100

// listen opens the first free port from the wanted one on. "localhost" may mean either loopback
// address, so a port has to be free on both; a machine without IPv6 has only one.
func listen(ctx context.Context, wanted int) ([]net.Listener, int, error) {
	var last error
	for try := range portTries {
		port := wanted
		if wanted != 0 {
			port += try
		}
		if port > 65535 {
			break
		}
		listeners, actual, err := listenBoth(ctx, port)
		if err == nil {
			return listeners, actual, nil
		}
		last = err
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return nil, 0, fmt.Errorf("no free port from %d on: %w", wanted, last)
}

func listenBoth(ctx context.Context, port int) ([]net.Listener, int, error) {
	var config net.ListenConfig
	four, err := config.Listen(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, 0, err
	}
	actual := four.Addr().(*net.TCPAddr).Port
	six, err := config.Listen(ctx, "tcp6", net.JoinHostPort("::1", strconv.Itoa(actual)))
	if errors.Is(err, syscall.EADDRINUSE) {
		four.Close()
		return nil, 0, err
	}
	if err != nil {
		return []net.Listener{four}, actual, nil
	}
	return []net.Listener{four, six}, actual, nil
}
