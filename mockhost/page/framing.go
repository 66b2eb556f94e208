package page

import (
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"connect-workbench/mockhost/exchange"
)

// Remark is something about an answer that decides whether, or how well, a browser shows it in the
// host page.
type Remark struct {
	Blocking bool // the browser will not show the page
	Text     string
}

// Remarks tells what a browser makes of an answer inside a page of hostOrigin; none without an
// answer. Source: protocol iframe.md §3.
func Remarks(r exchange.Record, hostOrigin string) []Remark {
	if r.Status == 0 {
		return nil
	}
	framing := FramingOf(r, hostOrigin)
	remarks := []Remark{{Blocking: !framing.Allowed, Text: framing.String()}}
	if cookie := thirdPartyCookie(r); cookie != "" {
		remarks = append(remarks, Remark{Text: "Cookie " + cookie + " will not come back: inside a frame it is a third party's, " +
			"and browsers keep those only with SameSite=None; Secure, if at all. Carry the session in a token instead."})
	}
	if IsHTML(r.ResponseHeader) && r.Status < 300 && BridgeScript(r.ResponseBody) == "" {
		remarks = append(remarks, Remark{Text: NoBridge})
	}
	return remarks
}

// NoBridge says what the lack of a BridgeScript does.
const NoBridge = "The page does not load the bridge script (all.js): the host cannot size the frame and AP calls will not work."

// Framing is whether a browser shows an answer inside a page of the host, and what decides it.
type Framing struct {
	Allowed bool   `json:"allowed"`
	Origin  string `json:"origin"`           // the host page's
	Header  string `json:"header,omitempty"` // "frame-ancestors" or "X-Frame-Options"; "" when neither was sent
	Value   string `json:"value,omitempty"`
}

// FramingOf decides as browsers do: by frame-ancestors of the content security policies where there
// is one, otherwise by X-Frame-Options. Every policy has to allow the host's origin. Values that
// browsers do not know, such as ALLOW-FROM, forbid nothing.
func FramingOf(r exchange.Record, hostOrigin string) Framing {
	f := Framing{Allowed: true, Origin: hostOrigin}
	for _, ancestors := range frameAncestors(r.ResponseHeader) {
		f.Header, f.Value = "frame-ancestors", strings.Join(ancestors, " ")
		if f.Allowed = allowsOrigin(ancestors, hostOrigin, r.URL); !f.Allowed {
			return f
		}
	}
	if f.Header != "" {
		return f
	}
	for _, value := range r.ResponseHeader.Values("X-Frame-Options") {
		for option := range strings.SplitSeq(value, ",") {
			option = strings.ToUpper(strings.TrimSpace(option))
			f.Header, f.Value = "X-Frame-Options", option
			if f.Allowed = option != "DENY" && (option != "SAMEORIGIN" || sameOrigin(hostOrigin, r.URL)); !f.Allowed {
				return f
			}
		}
	}
	return f
}

// String says it in words, with what to do.
func (f Framing) String() string {
	const shows, refuses = "A browser will show this in the host page: ", "A browser will refuse to show this in the host page: "
	switch {
	case f.Header == "":
		return shows + "no header forbids framing."
	case f.Allowed && f.Header == "frame-ancestors":
		return shows + "frame-ancestors allows " + f.Origin + "."
	case f.Allowed:
		return shows + "X-Frame-Options is " + f.Value + ", which forbids nothing here."
	case f.Header == "frame-ancestors":
		return refuses + "frame-ancestors is \"" + f.Value + "\" and does not include " + f.Origin + ". Add the host's origin to it."
	}
	return refuses + "X-Frame-Options is " + f.Value + ". Leave the header out for this page, or name the host's origin in frame-ancestors."
}

// frameAncestors collects the sources of every policy that has the directive. One header may hold
// several policies, with commas between.
func frameAncestors(h http.Header) (policies [][]string) {
	for _, header := range h.Values("Content-Security-Policy") {
		for policy := range strings.SplitSeq(header, ",") {
			for directive := range strings.SplitSeq(policy, ";") {
				words := strings.Fields(directive)
				if len(words) > 0 && strings.EqualFold(words[0], "frame-ancestors") {
					policies = append(policies, words[1:])
					break
				}
			}
		}
	}
	return policies
}

func allowsOrigin(sources []string, hostOrigin, pageURL string) bool {
	host, err := url.Parse(hostOrigin)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(sources, func(source string) bool {
		source = strings.ToLower(strings.TrimSuffix(source, "/"))
		switch source {
		case "*", host.Scheme + ":", hostOrigin, host.Host:
			return true
		case "'self'":
			return sameOrigin(hostOrigin, pageURL)
		}
		return wildcard(source, host)
	})
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

// IsHTML tells whether an answer is a page.
func IsHTML(h http.Header) bool {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err == nil && (kind == "text/html" || kind == "application/xhtml+xml")
}

// BridgeScript is the address of the bridge script that a page's HTML loads, "" for none: all.js or
// all-debug.js, from the host, the CDN, or the add-on's own copy of them. What scripts load later is
// not seen. Source: protocol iframe.md §3.
func BridgeScript(body []byte) string {
	for tokens := html.NewTokenizer(bytes.NewReader(body)); ; {
		switch tokens.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := tokens.TagName()
			isScript := string(name) == "script"
			for more {
				var key, value []byte
				key, value, more = tokens.TagAttr()
				if isScript && string(key) == "src" && isBridge(string(value)) {
					return string(value)
				}
			}
		}
	}
}

func isBridge(src string) bool {
	u, err := url.Parse(strings.TrimSpace(src))
	if err != nil {
		return false
	}
	name := path.Base(u.Path)
	return name == "all.js" || name == "all-debug.js"
}
