// Package moduleurl makes the address of a module out of what the descriptor says: the base URL
// joined with the module's url, context variables filled in.
//
// The rules, in the order they apply (source: protocol iframe.md §1, webhooks.md §3):
//
//  1. A variable is {name} or the older ${name}. A name that starts with "condition." is an inline
//     condition and may carry parameters in round brackets.
//  2. A variable without a value becomes empty text; nothing is left standing.
//  3. A value is percent-encoded in the path and form-encoded (blank as "+") in the query.
//  4. Nothing else of the url is touched but characters that cannot travel. What Join returns is, byte
//     for byte, what goes on the wire, and so what a qsh has to be computed over.
package moduleurl

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// ErrAbsolute means a module url names a host of its own where a path below baseUrl is required.
var ErrAbsolute = errors.New("the module's url is absolute; it must be a path below baseUrl")

var (
	variable = regexp.MustCompile(`\$?\{([^{}]*)\}`)
	scheme   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
)

// Join puts a module's url below the add-on's base URL, with exactly one slash between them.
// A fragment is cut off: it never travels. Join comes after Expand. Errors: ErrAbsolute, or a base URL that is no http address.
func Join(baseURL, moduleURL string) (string, error) {
	base, err := url.Parse(baseURL)
	if err != nil {
		return "", fmt.Errorf("parse baseUrl %q: %w", baseURL, err)
	}
	if base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return "", fmt.Errorf("baseUrl %q is no http or https address", baseURL)
	}
	if strings.HasPrefix(moduleURL, "//") || scheme.MatchString(moduleURL) {
		return "", fmt.Errorf("%w: %s", ErrAbsolute, moduleURL)
	}
	moduleURL, _, _ = strings.Cut(moduleURL, "#")
	joined := strings.TrimSuffix(baseURL, "/")
	if moduleURL != "" && moduleURL[0] != '?' {
		joined += "/"
	}
	joined += strings.TrimPrefix(moduleURL, "/")
	return onTheWire(joined)
}

// onTheWire writes an address the way an HTTP client sends it: characters that no request line may
// hold are percent-encoded, escapes that are there stay as they are.
func onTheWire(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("parse module address %q: %w", address, err)
	}
	var query strings.Builder
	for _, c := range []byte(u.RawQuery) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"'<>\^`+"`{|}", c) >= 0 { // browsers escape the apostrophe too
			fmt.Fprintf(&query, "%%%02X", c)
		} else {
			query.WriteByte(c)
		}
	}
	u.RawQuery = query.String()
	return u.String(), nil
}

// Variables lists the context variables a module url uses, in order of first use, each once.
// Inline conditions are not variables and are left out.
func Variables(moduleURL string) []string {
	var names []string
	seen := make(map[string]bool)
	for _, m := range variable.FindAllStringSubmatch(moduleURL, -1) {
		name := strings.TrimSpace(m[1])
		if name == "" || seen[name] || strings.HasPrefix(name, "condition.") {
			continue
		}
		seen[name] = true
		names = append(names, name)
	}
	return names
}

// Expand replaces every variable by the value lookup gives for its name, encoded for the place it
// stands in. For an inline condition the name is the whole text between the braces.
func Expand(moduleURL string, lookup func(name string) string) string {
	query := strings.IndexByte(moduleURL, '?')
	var b strings.Builder
	end := 0
	for _, m := range variable.FindAllStringSubmatchIndex(moduleURL, -1) {
		b.WriteString(moduleURL[end:m[0]])
		value := lookup(strings.TrimSpace(moduleURL[m[2]:m[3]]))
		if query >= 0 && m[0] > query {
			b.WriteString(url.QueryEscape(value))
		} else {
			b.WriteString(EncodePath(value))
		}
		end = m[1]
	}
	b.WriteString(moduleURL[end:])
	return b.String()
}

// EncodePath percent-encodes a value so that it stays one segment of a path: everything but
// letters, digits and - . _ ~ is written as %XX.
func EncodePath(value string) string {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}

// Parameter is a query parameter that the host adds to an address of an add-on: name and value.
type Parameter [2]string

// WithParameters appends parameters to an address, in their order, behind the query there may be. A name
// stands as it is; a value is written with %20 for a blank, which query and qsh read alike.
func WithParameters(address string, parameters ...Parameter) string {
	separator := "?"
	if at := strings.IndexByte(address, '?'); at >= 0 {
		separator = "&"
		if strings.HasSuffix(address, "&") || at == len(address)-1 {
			separator = ""
		}
	}
	for _, p := range parameters {
		address += separator + p[0] + "=" + EncodePath(p[1])
		separator = "&"
	}
	return address
}
