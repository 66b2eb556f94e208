package exchange

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// hidden stands in for a secret. It is no letter of any encoding a secret is written in, so
// nobody can take it for one.
const hidden = "•••"

var (
	// tokenPattern finds a JWT wherever it stands. Its first two segments are only encoded;
	// the third proves who wrote them.
	tokenPattern = regexp.MustCompile(`(eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.)(?:[A-Za-z0-9_-]+|` + hidden + `)`)
	// secretPattern finds the members of JSON objects that are secrets.
	secretPattern = regexp.MustCompile(`("(?:sharedSecret|shared_secret|access_token|client_secret)"\s*:\s*")(?:[^"\\]|\\.)+`)
)

// Mask gives r without its secrets, for screens and exports: shared secrets and access tokens
// in JSON bodies, signatures of tokens wherever they stand (header and payload stay, they are
// what one reads), and passwords of basic authentication. r and what it points to stay as
// they are.
func Mask(r Record) Record {
	r.URL = maskURL(r.URL)
	r.Token = maskTokens(r.Token)
	r.RequestHeader = maskHeader(r.RequestHeader)
	r.ResponseHeader = maskHeader(r.ResponseHeader)
	r.RequestBody = maskBody(r.RequestBody)
	r.ResponseBody = maskBody(r.ResponseBody)
	r.Error = maskTokens(r.Error)
	v := &r.Verdict
	for _, text := range []*string{&v.Summary, &v.Expected, &v.Received, &v.Cause, &v.Fix} {
		*text = maskTokens(*text)
	}
	return r
}

func maskTokens(text string) string {
	if !strings.Contains(text, "eyJ") {
		return text
	}
	return tokenPattern.ReplaceAllString(text, "${1}"+hidden)
}

func maskBody(body []byte) []byte {
	if bytes.Contains(body, []byte("eyJ")) {
		body = tokenPattern.ReplaceAll(body, []byte("${1}"+hidden))
	}
	if bytes.Contains(body, []byte("ecret")) || bytes.Contains(body, []byte("access_token")) {
		body = secretPattern.ReplaceAll(body, []byte("${1}"+hidden))
	}
	return body
}

func maskHeader(h http.Header) http.Header {
	if h == nil {
		return nil
	}
	masked := make(http.Header, len(h))
	for name, values := range h {
		values = slices.Clone(values)
		for i, value := range values {
			if strings.EqualFold(name, "Authorization") || strings.EqualFold(name, "Proxy-Authorization") {
				value = maskCredentials(value)
			}
			values[i] = maskTokens(maskURL(value)) // Location and Referer are URLs
		}
		masked[name] = values
	}
	return masked
}

// maskCredentials keeps the scheme, and of a token what maskTokens keeps.
func maskCredentials(value string) string {
	if tokenPattern.MatchString(value) {
		return maskTokens(value)
	}
	scheme, rest, found := strings.Cut(value, " ")
	if !found || rest == "" {
		return value
	}
	return scheme + " " + hidden
}

// maskURL masks the signature of the jwt parameter, or all of it when it is no token, and a
// password before the host.
func maskURL(url string) string {
	return maskPassword(mapTokenParameter(url, func(value string) string {
		if tokenPattern.MatchString(value) {
			return maskTokens(value)
		}
		return hidden
	}))
}

// rowURL is the URL as lists have it: the jwt parameter, hundreds of characters nobody reads
// there, is cut out whole.
func rowURL(url string) string {
	return maskPassword(mapTokenParameter(url, func(string) string { return hidden }))
}

// mapTokenParameter replaces the values of jwt parameters and leaves every other byte alone.
func mapTokenParameter(url string, replace func(string) string) string {
	start := strings.IndexByte(url, '?')
	if start < 0 || !strings.Contains(url[start:], "jwt=") {
		return url
	}
	end := len(url)
	if i := strings.IndexByte(url, '#'); i > start {
		end = i
	}
	parameters := strings.Split(url[start+1:end], "&")
	for i, parameter := range parameters {
		if value, found := strings.CutPrefix(parameter, "jwt="); found && value != "" {
			parameters[i] = "jwt=" + replace(value)
		}
	}
	return url[:start+1] + strings.Join(parameters, "&") + url[end:]
}

// maskPassword masks user:password@ before the host.
func maskPassword(url string) string {
	scheme, rest, found := strings.Cut(url, "://")
	if !found {
		return url
	}
	authority := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority = rest[:i]
	}
	at := strings.LastIndexByte(authority, '@')
	if at < 0 {
		return url
	}
	user, _, found := strings.Cut(authority[:at], ":")
	if !found {
		return url
	}
	return scheme + "://" + user + ":" + hidden + rest[at:]
}
