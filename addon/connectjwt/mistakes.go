package connectjwt

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// A qsh is a hash: what the other side hashed cannot be read from it. But people go wrong in few
// ways. This file builds the canonical requests that known mistakes give, and looks for the one
// whose hash is in the token.

// variant is one part of a canonical request, made in the right way (cause is empty) or wrongly.
type variant struct {
	text, cause, fix string
}

// explainHash gives the verdict for a qsh that is not the request's.
func (c *Check) explainHash(got string) Verdict {
	want := c.Request.Canonical()
	v := Verdict{
		Rule: RuleQSH, Summary: "qsh does not match", At: Place{Part: "claim", Name: "qsh"},
		Expected: want, Received: quoteOrNone(got),
	}
	switch {
	case got == "":
		v.Summary, v.Cause = "no query string hash", "the claim qsh is missing"
		v.Fix = "put the SHA-256 of the canonical request into qsh"
		return v
	case got == ContextQSH:
		v.Summary = "context token on a request-bound endpoint"
		v.Cause = "the token is bound to a page's context, not to this request"
		v.Fix = "expect context-qsh on this endpoint if pages call it with AP.context.getToken, else sign the request itself"
		return v
	case strings.EqualFold(got, hashHex([]byte(want))):
		v.Cause = "the hash is written in upper-case hex"
		v.Fix = "write the hash in lower-case hex"
		return v
	}
	if found, ok := c.findMistake(got); ok {
		v.Received, v.Cause, v.Fix = found.text, found.cause, found.fix
		v.At.Offset = firstDifference(want, found.text)
		return v
	}
	v.Received = "a text with the SHA-256 " + clip(got, 64)
	v.Cause = "the token was made for another request"
	v.Fix = "compare the canonical request that the sender hashed with the expected one"
	return v
}

// findMistake tries one mistake at a time and then two together: in two parts of the request, or both
// in the query.
func (c *Check) findMistake(qsh string) (variant, bool) {
	r, parts := c.Request, splitTarget(c.Request.Target)
	methods := distinct(methodVariants(r.Method))
	paths := distinct(pathVariants(r, parts, c.baseName()))
	queries := distinct(append(queryVariants(r, parts.query), bodyVariants(r, parts.query, c.Body)...))
	for _, mistakes := range []int{1, 2} {
		for _, m := range methods {
			for _, p := range paths {
				for _, q := range queries {
					if count(m, p, q) != mistakes {
						continue
					}
					text := m.text + "&" + p.text + q.text
					if hashHex([]byte(text)) == qsh {
						return joined(text, m, p, q), true
					}
				}
			}
		}
	}
	return findPair(methods[0], paths[0], pairVariants(r, parts.query), qsh)
}

// findPair looks for two mistakes in the query alone.
func findPair(m, p variant, queries []variant, qsh string) (variant, bool) {
	for _, q := range queries {
		if text := m.text + "&" + p.text + q.text; hashHex([]byte(text)) == qsh {
			return joined(text, q), true
		}
	}
	return variant{}, false
}

// baseName is what a verdict calls the path of the receiver's base URL.
func (c *Check) baseName() string {
	if c.BaseName == "" {
		return "base path"
	}
	return c.BaseName
}

func count(parts ...variant) (mistakes int) {
	for _, p := range parts {
		if p.cause != "" {
			mistakes++
		}
	}
	return mistakes
}

// joined names the mistakes of all parts as one.
func joined(text string, parts ...variant) variant {
	var causes, fixes []string
	for _, p := range parts {
		if p.cause != "" {
			causes = append(causes, p.cause)
			fixes = append(fixes, p.fix)
		}
	}
	return variant{text, strings.Join(causes, ", and "), strings.Join(fixes, "; ")}
}

// distinct drops variants that an earlier one already says: a mistake that changes nothing here,
// or the same text by a rarer mistake.
func distinct(list []variant) []variant {
	seen := make(map[string]bool, len(list))
	return slices.DeleteFunc(list, func(v variant) bool {
		known := seen[v.text]
		seen[v.text] = true
		return known
	})
}

func methodVariants(method string) []variant {
	right := strings.ToUpper(method)
	list := []variant{
		{text: right},
		{strings.ToLower(method), "the method was written in lower case", "write the method in upper case"},
		{method, "the method was not written in upper case", "write the method in upper case"},
	}
	for _, other := range []string{"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"} {
		list = append(list, variant{other, "signed for " + other + ", sent as " + right, "sign with the method that is sent"})
	}
	return list
}

func pathVariants(r Request, parts target, baseName string) []variant {
	base := basePath(r.Base)
	canonical := func(p string) string { return string(appendPath(nil, p, base)) }
	right := canonical(parts.path)
	below := strings.TrimPrefix(parts.path, base)
	list := []variant{
		{text: right},
		{string(appendPath(nil, parts.path, "")), "the " + baseName + " was left in", "cut the path of the receiver's base URL off"},
		{keepSlash(below), "the trailing slash was kept", "drop one trailing slash, unless the path is / alone"},
		{strings.ReplaceAll(right, "%26", "&"), "a & in the path was left as it is", "write & in the path as %26"},
		{strings.NewReplacer("%2F", "/", "%2f", "/").Replace(right), "an encoded slash in the path was decoded", "take the path as it is on the wire, with its escapes"},
	}
	if decoded, err := url.PathUnescape(below); err == nil {
		const fix = "take the path as it is on the wire, with its escapes (in Go r.URL.EscapedPath, not r.URL.Path)"
		list = append(list,
			variant{canonical(base + decoded), "the path was decoded", fix},
			variant{keepSlash(decoded), "the path was decoded and its trailing slash kept", fix},
			variant{canonical(base + (&url.URL{Path: decoded}).EscapedPath()), "the path was decoded and encoded again", fix})
	}
	list = append(list,
		variant{upperEscapes(right), "the escapes of the path were written in upper case", "take the path as it is on the wire"},
		variant{lowerEscapes(right), "the escapes of the path were written in lower case", "take the path as it is on the wire"},
		variant{strings.ReplaceAll(right, "%", "%25"), "the path was encoded a second time", "take the path as it is on the wire"},
		variant{strings.TrimRight(right, "/"), "every trailing slash was dropped", "drop one trailing slash only"},
		variant{path.Clean("/" + right), "the path was cleaned of dots and double slashes", "take the path as it is on the wire"},
		variant{strings.ToLower(right), "the path was written in lower case", "take the path as it is on the wire"},
		variant{strings.TrimPrefix(right, "/"), "the leading slash is missing", "begin the path with a slash"},
		variant{"/", "the path was left out", "hash the path below the base URL"},
		variant{r.Target, "the whole request target was taken as the path", "hash path and query apart"})
	return append(list, cutVariants(right, baseName)...)
}

// cutVariants are the paths that remain when leading segments are taken for a base path.
func cutVariants(right, baseName string) []variant {
	var list []variant
	rest := right
	for range 4 {
		i := strings.IndexByte(strings.TrimPrefix(rest, "/"), '/')
		if i < 0 {
			break
		}
		rest = rest[i+1:]
		cut := strings.TrimSuffix(right, rest)
		list = append(list, variant{rest, "the " + baseName + " " + cut + " was cut off although the base URL ends before it",
			"cut only the path of the receiver's base URL off"})
	}
	return list
}

// keepSlash is the canonical path without the rule on the trailing slash.
func keepSlash(below string) string {
	p := strings.ReplaceAll(below, "&", "%26")
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	return p
}

func upperEscapes(s string) string { return mapEscapes(s, strings.ToUpper) }
func lowerEscapes(s string) string { return mapEscapes(s, strings.ToLower) }

func mapEscapes(s string, change func(string) string) string {
	out := []byte(s)
	for i := 0; i+2 < len(s); i++ {
		if s[i] == '%' && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0 {
			copy(out[i:], change(s[i:i+3]))
		}
	}
	return string(out)
}

func firstDifference(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
