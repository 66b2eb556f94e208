package pages

import (
	"net/http"
	"net/url"
	"strings"

	"connect-workbench/mockhost/exchange"
)

// remark is something about an answer that decides whether a browser shows it in the host page.
type remark struct {
	blocking bool // the browser will not show the page
	text     string
}

// framing reads from an answer whether a browser will show it inside a page of hostOrigin, as
// browsers decide it: frame-ancestors of the content security policy where there is one,
// otherwise X-Frame-Options. Source: protocol iframe.md §3.
func framing(r exchange.Record, hostOrigin string) []remark {
	if r.Status == 0 {
		return nil
	}
	remarks := []remark{framed(r, hostOrigin)}
	if cookie := thirdPartyCookie(r); cookie != "" {
		remarks = append(remarks, remark{text: "Cookie " + cookie + " will not come back: inside a frame it is a third party's, " +
			"and browsers keep those only with SameSite=None; Secure, if at all. Carry the session in a token instead."})
	}
	if isHTML(r.ResponseHeader) && r.Status < 300 && !strings.Contains(string(r.ResponseBody), "all.js") {
		remarks = append(remarks, remark{text: "The page does not load the bridge script (all.js): the host cannot size the frame " +
			"and AP calls will not work."})
	}
	return remarks
}

func framed(r exchange.Record, hostOrigin string) remark {
	if ancestors, found := frameAncestors(r.ResponseHeader); found {
		if allowsOrigin(ancestors, hostOrigin, r.URL) {
			return remark{text: "A browser will show this in the host page: frame-ancestors allows " + hostOrigin + "."}
		}
		return remark{blocking: true, text: "A browser will refuse to show this in the host page: frame-ancestors is \"" +
			strings.Join(ancestors, " ") + "\" and does not include " + hostOrigin + ". Add the host's origin to it."}
	}
	option := strings.ToUpper(strings.TrimSpace(r.ResponseHeader.Get("X-Frame-Options")))
	if option == "DENY" || option == "SAMEORIGIN" && !sameOrigin(hostOrigin, r.URL) {
		return remark{blocking: true, text: "A browser will refuse to show this in the host page: X-Frame-Options is " + option +
			". Leave the header out for this page, or name the host's origin in frame-ancestors."}
	}
	return remark{text: "A browser will show this in the host page: no header forbids framing."}
}

// frameAncestors collects the sources of the first policy that has the directive.
func frameAncestors(h http.Header) (sources []string, found bool) {
	for _, policy := range h.Values("Content-Security-Policy") {
		for _, directive := range strings.Split(policy, ";") {
			words := strings.Fields(directive)
			if len(words) > 0 && strings.EqualFold(words[0], "frame-ancestors") {
				return words[1:], true
			}
		}
	}
	return nil, false
}

func allowsOrigin(sources []string, hostOrigin, pageURL string) bool {
	host, err := url.Parse(hostOrigin)
	if err != nil {
		return false
	}
	for _, source := range sources {
		source = strings.ToLower(strings.TrimSuffix(source, "/"))
		switch {
		case source == "*", source == host.Scheme+":", source == hostOrigin, source == host.Host:
			return true
		case source == "'self'" && sameOrigin(hostOrigin, pageURL):
			return true
		case wildcard(source, host):
			return true
		}
	}
	return false
}

// wildcard matches sources such as "http://localhost:*" and "https://*.example.com".
func wildcard(source string, host *url.URL) bool {
	scheme, rest, found := strings.Cut(source, "://")
	if !found {
		rest = source
	} else if scheme != host.Scheme {
		return false
	}
	name, port, _ := strings.Cut(rest, ":")
	if port != "*" && port != host.Port() {
		return false
	}
	if suffix, ok := strings.CutPrefix(name, "*"); ok {
		return suffix != "" && strings.HasSuffix(host.Hostname(), suffix)
	}
	return name == host.Hostname()
}

// sameOrigin compares scheme, host and port.
func sameOrigin(origin, other string) bool {
	a, errA := url.Parse(origin)
	b, errB := url.Parse(other)
	return errA == nil && errB == nil && a.Scheme == b.Scheme && a.Host == b.Host
}

func thirdPartyCookie(r exchange.Record) string {
	for _, cookie := range (&http.Response{Header: r.ResponseHeader}).Cookies() {
		if cookie.SameSite != http.SameSiteNoneMode || !cookie.Secure {
			return cookie.Name
		}
	}
	return ""
}

func isHTML(h http.Header) bool { return strings.HasPrefix(h.Get("Content-Type"), "text/html") }
