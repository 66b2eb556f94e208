package install

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"connect-workbench/mockhost/exchange"
)

// problem puts together what people read: the key's own words, and what happened this time.
func problem(key, happened string) Problem {
	m := messages()[key]
	return Problem{Key: key, Admin: m.admin, Developer: happened + " " + m.advice}
}

// failure is a problem with where it shows.
func failure(stage StageName, p Problem, exchangeID int64, cause error) *Error {
	return &Error{Stage: stage, Problem: p, Exchange: exchangeID, Err: cause}
}

// refusedAnswer is the failure of a request the add-on answered, but not with what the host
// takes for a success. era is what the time the site lives in has to do with it, or "".
func refusedAnswer(stage StageName, r exchange.Record, consequence, era string) *Error {
	happened := fmt.Sprintf("%s answered %s, %s.", requestLine(r), statusText(r.Status), consequence)
	p := problem(badResponseKey(r.Status), happened)
	switch cause, fix := exchange.Told(r); { // better than what the status alone lets one guess
	case era != "":
		p.Developer = happened + reason(cause, "") + era
	case cause != "":
		p.Developer = happened + reason(cause, fix)
	}
	if !r.Verdict.OK {
		p.Verdict = r.Verdict
	}
	return failure(stage, p, r.ID, nil)
}

// noAnswer is the failure of a request that got no whole answer.
func noAnswer(stage StageName, r exchange.Record, cause error, consequence string) *Error {
	happened := fmt.Sprintf("%s failed: %v, %s.", requestLine(r), cause, consequence)
	p := problem(noAnswerKey(cause), happened)
	switch sendKind(cause) { // the add-on is there: to start it is no advice
	case exchange.Closed:
		p.Developer = happened + reason(r.Verdict.Cause, r.Verdict.Fix)
	case exchange.TooLarge:
		p.Developer = happened + " Answer lifecycle callbacks without a body, or with a short one."
	}
	p.Verdict = r.Verdict
	return failure(stage, p, r.ID, cause)
}

// noAnswerKey finds the host's key for what the transport says.
func noAnswerKey(err error) string {
	switch sendKind(err) {
	case exchange.DNS:
		return keyBadDomain
	case exchange.Timeout:
		return keyTimeout
	case exchange.TLS:
		return keyTLS
	}
	return keyUnreachable
}

func sendKind(err error) exchange.SendErrorKind {
	var e *exchange.SendError
	if !errors.As(err, &e) {
		return exchange.Other
	}
	return e.Kind
}

// reason is a verdict's cause and advice as sentences that follow others; "" when there is none.
func reason(cause, fix string) string {
	var text string
	if cause != "" {
		text = fmt.Sprintf(" Reason: %s.", cause)
	}
	if fix != "" {
		text += fmt.Sprintf(" What to do: %s.", fix)
	}
	return text
}

func requestLine(r exchange.Record) string { return r.Method + " " + r.URL }

func statusText(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}
