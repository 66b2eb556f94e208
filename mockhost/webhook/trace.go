package webhook

import (
	"context"
	"fmt"
	"strings"

	"connect-workbench/mockhost/site"
)

const (
	traceHeader = "X-Atlassian-Webhook-Trace"
	maxTrace    = 1024 // printable ASCII characters
)

// TraceError means that a trace cannot be sent along, so nothing was sent.
type TraceError struct{ Reason string }

func (e *TraceError) Error() string { return "the trace " + e.Reason }

type traceKey struct{}

// WithTrace gives the events fired under a context a trace: what the add-on's own call, the one that
// caused the event, had in the header X-Atlassian-Webhook-Trace. It is sent with every attempt, as it
// is: up to 1024 printable ASCII characters. Source: protocol webhooks.md §2.
func WithTrace(ctx context.Context, trace string) context.Context {
	return context.WithValue(ctx, traceKey{}, trace)
}

// traceOf is the trace for an event on a site; "" for none. The error is a *TraceError.
func traceOf(ctx context.Context, s site.Site) (string, error) {
	trace, _ := ctx.Value(traceKey{}).(string)
	if trace == "" {
		return "", nil
	}
	if !identifies(s) {
		return "", &TraceError{Reason: fmt.Sprintf("is not sent by %s: only JIRA of the present does", s.Title)}
	}
	if len(trace) > maxTrace {
		return "", &TraceError{Reason: fmt.Sprintf("has %d characters; it may have %d", len(trace), maxTrace)}
	}
	if strings.TrimSpace(trace) != trace {
		return "", &TraceError{Reason: "begins or ends with a blank, which HTTP does not carry"}
	}
	for i := range len(trace) {
		if c := trace[i]; c < ' ' || c > '~' {
			return "", &TraceError{Reason: fmt.Sprintf("has the byte %#02x at %d; it may have printable ASCII characters only", c, i)}
		}
	}
	return trace, nil
}
