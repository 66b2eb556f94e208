package exchange

import (
	"bytes"
	"cmp"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"connect-workbench/addon/connectjwt"
)

// The rules an add-on's answer can break, beside those of tokens.
const (
	RuleStatus  connectjwt.RuleID = "answer.status"  // the status is not 2xx
	RuleNone    connectjwt.RuleID = "answer.none"    // there was no answer
	RulePartial connectjwt.RuleID = "answer.partial" // the answer ended early or was too large
)

// judgedBytes is how much of an answer is searched for a known message.
const judgedBytes = 64 << 10

// Judge sets the default verdict on an exchange with an add-on, unless it has one: 2xx is
// right. When the add-on says itself what was wrong, as our built-in one does in the member
// "verdict" of its problem JSON, its verdict is taken over. Otherwise the rule is one of
// answer.*, and the cause is taken from the messages of the common frameworks, where one is
// recognised.
func Judge(r *Record) {
	if r.Direction != ToAddon || r.Verdict.Known() {
		return
	}
	switch {
	case r.Status == 0:
		r.Verdict = noAnswer(r.Error)
	case r.Error != "":
		r.Verdict = partialAnswer(r.Error)
	case r.Status/100 == 2:
		r.Verdict = connectjwt.Verdict{OK: true}
	default:
		if v, ok := ownVerdict(r); ok {
			r.Verdict = v
			return
		}
		r.Verdict = badStatus(r)
	}
}

func noAnswer(problem string) connectjwt.Verdict {
	v := connectjwt.Verdict{
		Rule: RuleNone, Summary: "no answer: " + problem,
		Expected: "an answer", Received: problem,
		At:  connectjwt.Place{Part: "answer"},
		Fix: "see whether the add-on runs at this address",
	}
	for _, known := range []struct{ text, cause, fix string }{
		{textRefused, "no program listens at this address", "start the add-on, or correct its address"},
		{textUnknown, "the host name cannot be resolved", "correct baseUrl in the descriptor, or use localhost"},
		{textTimeout, "the add-on took the request but did not answer in time", "answer first and work afterwards; a breakpoint holds the answer up as well"},
		{textTLS, "the add-on's certificate or TLS settings were not accepted", "use http:// for an add-on on this machine, or a certificate this machine trusts"},
		{textClosed, "the add-on ended the connection while handling the request", "look into its log for a crash"},
		{textCanceled, "the request was cancelled on this side", "send it again"},
	} {
		if strings.HasPrefix(problem, known.text) {
			v.Cause, v.Fix = known.cause, known.fix
		}
	}
	return v
}

func partialAnswer(problem string) connectjwt.Verdict {
	v := connectjwt.Verdict{
		Rule: RulePartial, Summary: problem,
		Expected: "a whole answer", Received: problem,
		At:  connectjwt.Place{Part: "answer"},
		Fix: "what was received is kept; see whether the address is the right one",
	}
	if strings.HasPrefix(problem, textTimeout) {
		v.Summary = "the answer began and did not end in time"
		v.Received = "a part of it, and " + problem
		v.Cause, v.Fix = "the add-on began its answer and left it open", "end the answer before slow work, and do not stream it"
	}
	return v
}

// ownVerdict reads the verdict an add-on gives in application/problem+json (RFC 9457).
func ownVerdict(r *Record) (connectjwt.Verdict, bool) {
	kind, _, err := mime.ParseMediaType(r.ResponseHeader.Get("Content-Type"))
	if err != nil || kind != "application/problem+json" {
		return connectjwt.Verdict{}, false
	}
	var problem struct{ Verdict connectjwt.Verdict }
	if json.Unmarshal(r.ResponseBody, &problem) != nil {
		return connectjwt.Verdict{}, false
	}
	v := problem.Verdict
	return v, v.Known() && !v.OK
}

func badStatus(r *Record) connectjwt.Verdict {
	status := strconv.Itoa(r.Status)
	if text := http.StatusText(r.Status); text != "" {
		status += " " + text
	}
	v := connectjwt.Verdict{
		Rule: RuleStatus, Summary: "the add-on answered " + status,
		Expected: "a status from 200 to 299", Received: status,
		At: connectjwt.Place{Part: "answer", Name: "status"},
	}
	if v.Cause, v.Fix = causeInText(r.ResponseBody); v.Cause == "" {
		v.Cause, v.Fix = causeOfStatus(r.Status)
	}
	return v
}

// Told is the reason an add-on's own answer gives for a refusal: the verdict in it, or a message of
// the common frameworks that is recognised. cause is "" when it says nothing that is understood.
func Told(r Record) (cause, fix string) {
	if v, ok := ownVerdict(&r); ok {
		return cmp.Or(v.Cause, v.Summary), v.Fix
	}
	return causeInText(r.ResponseBody)
}

// causeInText looks for what frameworks write when they turn a request away.
// Source: protocol frameworks.md.
func causeInText(body []byte) (cause, fix string) {
	text := string(bytes.ToLower(body[:min(len(body), judgedBytes)]))
	for _, known := range []struct {
		fragments  []string
		cause, fix string
	}{
		{[]string{"could not find stored client data", "could not lookup stored client data", "is this client registered"},
			"the add-on knows no secret of this site",
			"install it on this site again; an add-on that keeps secrets in memory forgets them when it restarts"},
		{[]string{"query hash mismatch", "query string hash", "qsh"},
			"the add-on computes another query string hash than the token has",
			"compare the canonical requests in the token's explanation; most often the add-on's base path or a proxy in front of it differs from baseUrl"},
		{[]string{"request has expired", "token has expired", "token expired", "jwt expired", "token is expired"},
			"the add-on takes the token for expired",
			"compare the clock of the add-on's machine with the host's"},
		{[]string{"signature verification failed", "invalid signature", "signature is invalid", "signature mismatch"},
			"the add-on checks the signature with another secret or key",
			"install it on this site again, so that both have the same secret; for install callbacks check that the add-on takes its keys from the host's install-key address"},
		{[]string{"could not find authentication data", "no authorization header", "missing jwt", "no jwt"},
			"the add-on has seen no token",
			"see whether a proxy in front of it drops the Authorization header or the jwt parameter"},
		{[]string{"audience"},
			"the add-on does not accept the audience of the token",
			"make the address the add-on is configured with the same as baseUrl in its descriptor, to the letter"},
		{[]string{"public key"},
			"the add-on did not get, or did not accept, the install key",
			"point the add-on to the host's install keys: see \"Connect your add-on\""},
		{[]string{"issuer"},
			"the add-on does not accept the issuer of the token",
			"install it on this site again"},
		{[]string{"cannot post /", "cannot get /", "cannot put /", "cannot delete /"},
			"the add-on has no route for this path",
			"compare the url in the descriptor with the add-on's routes"},
	} {
		for _, fragment := range known.fragments {
			if strings.Contains(text, fragment) {
				return known.cause, known.fix
			}
		}
	}
	return "", ""
}

func causeOfStatus(status int) (cause, fix string) {
	switch {
	case status/100 == 3:
		return "the host does not follow redirects", "answer at the address the descriptor names"
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return "the add-on does not accept the token or the request", "look into the add-on's log, and at the token's explanation"
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return "the add-on has no route for this path and method", "compare the url in the descriptor with the add-on's routes"
	case status/100 == 5:
		return "the add-on failed while handling the request", "look into the add-on's log"
	}
	return "", "look into the add-on's log"
}
