package trust

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"connect-workbench/addon/connectjwt"
)

var (
	errOtherName = errors.New("the handshake names another host")
	errNeither   = errors.New("neither TLS nor HTTP")
)

// opened is a client's connection after CONNECT: what it has sent early is read first.
type opened struct {
	net.Conn
	early *bufio.Reader
	host  vendorHost // of an intercepted tunnel
}

func (o *opened) Read(p []byte) (int, error) { return o.early.Read(p) }

// CloseWrite ends one direction, where the connection can.
func (o *opened) CloseWrite() error { return closeWrite(o.Conn) }

func closeWrite(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return c.Close()
}

// open takes the connection over from net/http and tells the client that its tunnel is there.
func open(w http.ResponseWriter) (*opened, error) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	if err = conn.SetDeadline(time.Now().Add(handshakeTime)); err == nil {
		_, err = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n")
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &opened{Conn: conn, early: buffered.Reader}, nil
}

// intercept ends a tunnel to one of the vendor's hosts here, and has its requests answered.
func (x *Proxy) intercept(w http.ResponseWriter, r *http.Request, began time.Time, h vendorHost) {
	conn, err := open(w)
	if err != nil {
		x.logf("open a tunnel to %s: %v", h.Host, err)
		return
	}
	conn.host = h
	stop := context.AfterFunc(x.ctx, func() { conn.Close() })
	inside, err := x.secure(conn)
	stop()
	if err != nil {
		conn.Close()
		if x.ctx.Err() == nil {
			record := x.record(r, began, noHandshake(h.Host, err))
			record.Status, record.Error = http.StatusOK, "the tunnel was opened, but "+err.Error()
			x.log.Append(record)
		}
		return
	}
	x.handed.hand(inside)
}

// secure carries out the handshake. A client that speaks plain HTTP in its tunnel gets plain answers.
func (x *Proxy) secure(conn *opened) (net.Conn, error) {
	first, err := conn.early.Peek(1)
	if err != nil {
		return nil, err
	}
	const handshakeRecord = 0x16 // Source: RFC 8446 §5.1
	switch {
	case 'A' <= first[0] && first[0] <= 'Z':
		return conn, conn.SetDeadline(time.Time{})
	case first[0] != handshakeRecord:
		return nil, errNeither
	}
	server := tls.Server(conn, &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if name := hello.ServerName; name != "" && name != conn.host.Host {
				return nil, errOtherName
			}
			return x.authority.leaf(conn.host.Host, time.Now())
		},
	})
	if err := server.HandshakeContext(x.ctx); err != nil {
		return nil, err
	}
	return server, conn.SetDeadline(time.Time{})
}

// tunnel lets a client through to its target. What is said inside is between the two.
func (x *Proxy) tunnel(w http.ResponseWriter, r *http.Request, began time.Time, t target, recorded bool) {
	select {
	case x.tunnels <- struct{}{}:
		defer func() { <-x.tunnels }()
	default:
		x.answer(w, r, began, http.StatusServiceUnavailable, tooManyTunnels())
		return
	}
	there, err := x.dialer.DialContext(r.Context(), "tcp", t.String())
	if err != nil {
		x.answer(w, r, began, http.StatusBadGateway, noAnswer(t, err))
		return
	}
	defer there.Close()
	here, err := open(w)
	if err != nil {
		x.logf("open a tunnel to %s: %v", t, err)
		return
	}
	defer here.Close()
	stop := context.AfterFunc(x.ctx, func() {
		here.Close()
		there.Close()
	})
	defer stop()
	var both sync.WaitGroup
	both.Go(func() { pump(there, here) })
	both.Go(func() { pump(here, there) })
	both.Wait()
	if recorded {
		record := x.record(r, began, connectjwt.Verdict{OK: true, Summary: t.host + " is allowed and was reached"})
		record.Status = http.StatusOK
		x.log.Append(record)
	}
}

// pump copies what comes from one side to the other until either ends or is silent for tunnelIdle. The
// end of one direction is passed on; a failure ends both.
func pump(to, from net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		wait := time.Now().Add(tunnelIdle)
		n, err := read(from, buffer, wait)
		if n > 0 {
			if to.SetWriteDeadline(wait) != nil {
				break
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				break
			}
		}
		if errors.Is(err, io.EOF) {
			_ = closeWrite(to) // it may be gone already
			return
		}
		if err != nil {
			break
		}
	}
	to.Close()
	from.Close()
}

func read(from net.Conn, buffer []byte, wait time.Time) (int, error) {
	if err := from.SetReadDeadline(wait); err != nil {
		return 0, err
	}
	return from.Read(buffer)
}

// handedListener hands connections to a server that were accepted elsewhere.
type handedListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newHandedListener() *handedListener {
	return &handedListener{conns: make(chan net.Conn), done: make(chan struct{})}
}

// hand gives c to the server, or closes it when there is none any more.
func (l *handedListener) hand(c net.Conn) {
	select {
	case l.conns <- c:
	case <-l.done:
		c.Close()
	}
}

// Accept is for net/http.
func (l *handedListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close is for net/http; connections handed later are closed.
func (l *handedListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

// Addr is for net/http.
func (l *handedListener) Addr() net.Addr { return handedAddr{} }

type handedAddr struct{}

func (handedAddr) Network() string { return "tunnel" }
func (handedAddr) String() string  { return "tunnels of the proxy" }

var _ net.Listener = (*handedListener)(nil)
