package trust

import (
	"net/http"
	"strings"

	"connect-workbench/addon/connectjwt"
)

// Rules of the proxy. They are in the log under kind proxy.
const (
	// RuleHost: the host asked for is neither answered for nor allowed.
	RuleHost connectjwt.RuleID = "proxy.host"
	// RuleTLS: no secure connection to the proxy's own answers came about.
	RuleTLS connectjwt.RuleID = "proxy.tls"

	ruleTarget connectjwt.RuleID = "proxy.request" // what was asked for cannot be read
	ruleReach  connectjwt.RuleID = "proxy.reach"   // the host meant does not answer
)

func badTarget(r *http.Request, err error) connectjwt.Verdict {
	received := asked(r)
	if r.URL.User != nil && r.Method != http.MethodConnect { // verdicts are masked for tokens only
		received = r.URL.Redacted()
	}
	v := connectjwt.Verdict{
		Rule: ruleTarget, Summary: "the request names no host", Received: shown(received),
		Expected: "CONNECT host:port, or an absolute http address", At: connectjwt.Place{Part: "request", Name: "target"},
		Fix: "Use the address as HTTPS_PROXY, of a client that speaks HTTP/1.1 to its proxy",
	}
	if err != nil {
		v.Cause = capital(err.Error())
	}
	return v
}

func notAllowed(t target) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: RuleHost, Summary: t.host + " was not reached", Received: t.String(),
		Expected: "a host that the workbench answers for, this machine, or a host you allow",
		At:       connectjwt.Place{Part: "request", Name: "host"},
		Cause:    "Nothing outside this machine is reached unless you allow it",
		Fix:      `To allow it, add "` + t.host + `" to the allowed hosts under "Connect your add-on", or to "proxy": {"allow": [...]} in workbench.json`,
	}
}

func noAnswer(t target, err error) connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleReach, Summary: t.String() + " does not answer", Expected: "an answer", Received: err.Error(),
		At:    connectjwt.Place{Part: "answer"},
		Cause: capital(err.Error()), Fix: "See whether the program runs at this address",
	}
}

func tooManyTunnels() connectjwt.Verdict {
	return connectjwt.Verdict{
		Rule: ruleReach, Summary: "too many connections are open through the proxy", At: connectjwt.Place{Part: "request"},
		Fix: "Let the add-on close or re-use its connections",
	}
}

// noHandshake explains why a client and the proxy did not come to terms. A client that does not trust
// the authority says so in an alert, or ends the connection.
func noHandshake(host string, err error) connectjwt.Verdict {
	v := connectjwt.Verdict{
		Rule: RuleTLS, Summary: "no secure connection to " + host, Expected: "a TLS handshake", Received: err.Error(),
		At:    connectjwt.Place{Part: "request", Name: "TLS"},
		Cause: "The client ended the connection: most likely it does not trust the project's certificate authority",
		Fix:   `Give it the CA file, in the way its framework has: see "Connect your add-on"`,
	}
	text := err.Error()
	switch {
	case strings.Contains(text, errOtherName.Error()):
		v.Cause, v.Fix = "The handshake names another host than the tunnel", "Ask for one tunnel a host"
	case strings.Contains(text, "protocol version"), strings.Contains(text, "no cipher suite"), strings.Contains(text, "unsupported versions"):
		v.Cause, v.Fix = "The client does not speak TLS 1.2 or later", "Use a later version of its TLS library"
	case strings.Contains(text, "first record does not look like"), strings.Contains(text, errNeither.Error()):
		v.Cause, v.Fix = "What came is neither TLS nor HTTP", "Send TLS or plain HTTP through the tunnel"
	case strings.Contains(text, "i/o timeout"), strings.Contains(text, "deadline exceeded"):
		v.Cause, v.Fix = "Nothing came through the tunnel for too long", "See why the client waits"
	}
	return v
}

// capital begins a sentence.
func capital(clause string) string {
	if clause == "" {
		return ""
	}
	return strings.ToUpper(clause[:1]) + clause[1:]
}
