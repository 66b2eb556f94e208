package loopback

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"testing"
)

func TestNames(t *testing.T) {
	for _, c := range []struct {
		header string
		port   int
		want   bool
	}{
		{"localhost:2990", 2990, true},
		{"LocalHost:2990", 2990, true},
		{"127.0.0.1:2990", 2990, true},
		{"[::1]:2990", 2990, true},
		{"localhost", 80, true},
		{"[::1]", 80, true},
		{"localhost:4711", 0, true},
		{"localhost:2991", 2990, false},
		{"localhost", 2990, false},
		{"localhost.evil.example:2990", 2990, false},
		{"evil.example", 0, false},
		{"127.0.0.2:2990", 2990, false},
		{"", 0, false},
	} {
		if got := Names(c.header, c.port); got != c.want {
			t.Errorf("%q at port %d: %v, want %v", c.header, c.port, got, c.want)
		}
	}
}

func listen(t *testing.T, wanted int, reserved map[int]bool) *Listener {
	t.Helper()
	l, err := Listen(t.Context(), wanted, reserved)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() }) // a second time is an error that says nothing
	return l
}

func TestListenLeavesTakenAndReservedPorts(t *testing.T) {
	first := listen(t, 0, nil)
	next := first.Port() + 1
	second := listen(t, first.Port(), map[int]bool{next: true})
	if second.Port() == first.Port() || second.Port() == next {
		t.Errorf("port %d, though %d is taken and %d reserved", second.Port(), first.Port(), next)
	}
}

func TestListenWantsBothAddresses(t *testing.T) {
	other, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		t.Skip("no IPv6 loopback here")
	}
	defer other.Close()
	taken := other.Addr().(*net.TCPAddr).Port
	if l := listen(t, taken, nil); l.Port() == taken {
		t.Errorf("port %d was taken although somebody else answers there on ::1", taken)
	}
}

func TestServeOnEveryAddress(t *testing.T) {
	l := listen(t, 0, nil)
	s := Serve(t.Context(), l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "here") }), t.Logf)
	for _, part := range l.parts {
		answer, err := http.Get("http://" + part.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	http.DefaultClient.CloseIdleConnections()
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	again, err := net.Listen("tcp4", "127.0.0.1:"+strconv.Itoa(l.Port()))
	if err != nil {
		t.Fatalf("the port is not free again: %v", err)
	}
	again.Close()
}

func TestCloseCutsOffWhatLastsTooLong(t *testing.T) {
	l := listen(t, 0, nil)
	begun := make(chan struct{})
	s := Serve(t.Context(), l, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
	}), t.Logf)
	cut := make(chan error, 1)
	go func() {
		answer, err := http.Get("http://localhost:" + strconv.Itoa(l.Port()))
		if err == nil {
			answer.Body.Close()
		}
		cut <- err
	}()
	<-begun
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Close(over); !errors.Is(err, context.Canceled) {
		t.Errorf("Close: %v", err)
	}
	if err := <-cut; err == nil {
		t.Error("the request was answered")
	}
}
