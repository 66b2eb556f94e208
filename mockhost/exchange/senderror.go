package exchange

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// SendErrorKind says why there was no answer, or not a whole one.
type SendErrorKind string

// The kinds of failure. The host's install messages differ by them. Source: protocol
// lifecycle.md §1.
const (
	Refused  SendErrorKind = "refused"  // nobody listens at the address
	DNS      SendErrorKind = "dns"      // the host name is unknown
	Timeout  SendErrorKind = "timeout"  // the time limit was over
	TLS      SendErrorKind = "tls"      // no secure connection came about
	Closed   SendErrorKind = "closed"   // the connection ended without a (whole) answer
	TooLarge SendErrorKind = "toolarge" // the answer is larger than Transport.MaxBody
	Canceled SendErrorKind = "canceled" // the host gave up on purpose
	Other    SendErrorKind = "other"    // anything else; see Err
)

// SendError is why a request got no whole answer.
type SendError struct {
	Kind SendErrorKind
	Text string // in words, as in Record.Error: "connection refused"
	Err  error  // what the network said
}

func (e *SendError) Error() string { return e.Text }

func (e *SendError) Unwrap() error { return e.Err }

// The texts of failures; Judge knows them again.
const (
	textRefused  = "connection refused"
	textUnknown  = "unknown host "
	textTimeout  = "no answer within "
	textTLS      = "no secure connection: "
	textClosed   = "connection closed without a whole answer"
	textTooLarge = "answer larger than "
	textCanceled = "given up before there was an answer"
)

// errTooLarge is the sentinel by which reading an answer ends at the limit.
var errTooLarge = errors.New("answer larger than the limit")

// explainSend finds the kind of err. asked is the caller's context, which tells a cancelled
// request from one that has taken too long.
func explainSend(asked context.Context, err error, host string, limits limits) *SendError {
	e := &SendError{Err: err}
	switch {
	case errors.Is(err, errTooLarge):
		e.Kind, e.Text = TooLarge, textTooLarge+sizeInWords(limits.body)
	case errors.Is(asked.Err(), context.Canceled):
		e.Kind, e.Text = Canceled, textCanceled
	case errors.Is(asked.Err(), context.DeadlineExceeded):
		e.Kind, e.Text = Timeout, textTimeout+"the time allowed"
	case isTimeout(err):
		e.Kind, e.Text = Timeout, textTimeout+timeInWords(limits.time)
	case isKind[*net.DNSError](err):
		e.Kind, e.Text = DNS, textUnknown+host
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, wsaRefused):
		e.Kind, e.Text = Refused, textRefused
	case isTLS(err):
		e.Kind, e.Text = TLS, textTLS+tlsReason(err)
	case isClosed(err):
		e.Kind, e.Text = Closed, textClosed
	default:
		e.Kind, e.Text = Other, innermost(err)
	}
	return e
}

// wsaRefused is "connection refused" on Windows, which syscall does not equate with
// ECONNREFUSED. Other systems have no error of this number.
const wsaRefused = syscall.Errno(10061)

func isKind[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

func isTLS(err error) bool {
	var op *net.OpError
	return isKind[*tls.CertificateVerificationError](err) || isKind[tls.RecordHeaderError](err) ||
		isKind[x509.UnknownAuthorityError](err) || isKind[x509.HostnameError](err) ||
		isKind[x509.CertificateInvalidError](err) || isKind[tls.AlertError](err) ||
		errors.As(err, &op) && op.Op == "remote error" || // an alert sent by the other side
		errors.Is(err, http.ErrSchemeMismatch)
}

// tlsReason puts into words what net/http and crypto/tls say each in their way, depending on
// how much had arrived: that the other side does not speak TLS.
func tlsReason(err error) string {
	if errors.Is(err, http.ErrSchemeMismatch) || isKind[tls.RecordHeaderError](err) {
		return "the address answers without TLS"
	}
	return innermost(err)
}

func isClosed(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, net.ErrClosed) ||
		strings.Contains(err.Error(), "server closed idle connection") // has no type
}

// innermost gives the text of the error at the bottom, without the addresses wrapped around it.
func innermost(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}

func sizeInWords(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

func timeInWords(d time.Duration) string {
	if d%time.Second == 0 {
		return fmt.Sprintf("%d s", d/time.Second)
	}
	return d.String()
}
