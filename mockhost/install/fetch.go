package install

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
)

// fetch gets the descriptor's text. The host follows no redirect, waits 10 s in all and reads
// at most 1 MiB. The content type is not looked at: static servers send many.
func (v *verb) fetch(ctx context.Context, descriptorURL string) ([]byte, error) {
	v.running(Fetch, "GET "+descriptorURL)
	if err := checkAddress(descriptorURL); err != nil {
		return nil, v.failed(failure(Fetch, problem(keyDescriptor, err.Error()+"."), 0, nil))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, descriptorURL, nil)
	if err != nil {
		p := problem(keyDescriptor, fmt.Sprintf("%q cannot be requested: %v.", descriptorURL, err))
		return nil, v.failed(failure(Fetch, p, 0, err))
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", userAgent(v.site))
	fetcher, judge := v.faulty(Fetch, v.m.fetcher, judgeDescriptor)
	r, err := fetcher.SendJudged(req, exchange.Meta{
		Cause: v.cause, Site: v.site.ID, Kind: exchange.KindDescriptor, Direction: exchange.ToAddon,
	}, judge)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, v.cancelled(ctx, Fetch, r.ID)
	case err != nil:
		return nil, v.failed(unfetched(r, err))
	case r.Status != http.StatusOK || encoding(r) != "":
		return nil, v.failed(unusableAnswer(r))
	}
	v.done(Fetch, fmt.Sprintf("GET %s: %d, %d bytes in %d ms", descriptorURL, r.Status, len(r.ResponseBody), r.Duration.Milliseconds()), r.ID)
	return r.ResponseBody, nil
}

// judgeDescriptor says of a fetch that only 200 counts, and what to do: routes and tokens, which the
// usual words are about, are not what keeps a descriptor from being served.
func judgeDescriptor(r *exchange.Record) {
	exchange.Judge(r)
	if r.Error != "" || r.Status == http.StatusOK {
		return
	}
	r.Verdict = connectjwt.Verdict{
		Rule: exchange.RuleStatus, Summary: "the descriptor was answered with " + statusText(r.Status),
		Expected: "200", Received: statusText(r.Status),
		At:    connectjwt.Place{Part: "answer", Name: "status"},
		Cause: r.Verdict.Cause, Fix: "give the address at which the add-on serves its descriptor, to everybody and without a redirect",
	}
	switch r.Status {
	case http.StatusUnauthorized, http.StatusForbidden:
		r.Verdict.Cause = "the add-on gives its descriptor only to callers it knows, and nobody signs this request"
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		r.Verdict.Cause = "there is no descriptor at this address"
	}
}

// checkAddress says, as a clause, what is wrong with a descriptor's address.
func checkAddress(descriptorURL string) error {
	u, err := url.Parse(descriptorURL)
	switch {
	case err != nil:
		return fmt.Errorf("%q is not an address: %w", descriptorURL, err)
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%q is not an http or https address", descriptorURL)
	case u.Host == "":
		return fmt.Errorf("%q names no server", descriptorURL)
	case u.User != nil:
		return errors.New("the descriptor's address holds a user name or password, which the host does not send")
	}
	return nil
}

// unfetched is the failure of a fetch without a whole answer.
func unfetched(r exchange.Record, err error) *Error {
	const consequence = "so there is no descriptor to install"
	if sendKind(err) == exchange.TooLarge {
		happened := fmt.Sprintf("%s sends more than %d MB, which no descriptor needs; reading was stopped, %s.", r.URL, descriptorLimit>>20, consequence)
		return failure(Fetch, problem(keyDescriptor, happened), r.ID, err)
	}
	return noAnswer(Fetch, r, err, consequence)
}

// unusableAnswer is the failure of a fetch whose answer is no descriptor.
func unusableAnswer(r exchange.Record) *Error {
	if r.Status >= 300 && r.Status < 400 {
		to := r.ResponseHeader.Get("Location")
		if to == "" {
			to = "nowhere: it names no Location"
		}
		happened := fmt.Sprintf("%s answered %s, a redirect to %s, and the host follows no redirects. Give that address instead, if it is the right one.",
			requestLine(r), statusText(r.Status), to)
		return unusable(r, happened)
	}
	if coding := encoding(r); r.Status == http.StatusOK && coding != "" {
		happened := fmt.Sprintf("%s answered with Content-Encoding %s, which the host did not ask for.", requestLine(r), coding)
		return unusable(r, happened)
	}
	return unusable(r, fmt.Sprintf("%s answered %s where the descriptor was expected with 200.", requestLine(r), statusText(r.Status)))
}

func unusable(r exchange.Record, happened string) *Error {
	p := problem(keyDescriptor, happened)
	if !r.Verdict.OK {
		p.Verdict = r.Verdict
	}
	return failure(Fetch, p, r.ID, nil)
}

// encoding is how the answer's body is coded; "" when it is sent as it is.
func encoding(r exchange.Record) string {
	coding := r.ResponseHeader.Get("Content-Encoding")
	if strings.EqualFold(coding, "identity") {
		return ""
	}
	return coding
}

// userAgent is the name the host calls itself by. Source: protocol lifecycle.md §1 (transport).
func userAgent(s site.Running) string { return "Atlassian-Connect/" + s.ConnectVersion() }

// joinURL puts a path of the descriptor below its base URL, whichever of them brings the slash.
func joinURL(baseURL, path string) string {
	return strings.TrimRight(baseURL, "/") + "/" + strings.TrimLeft(path, "/")
}
