package connectjwt

import (
	"fmt"
	"strings"
)

// CanonicalStep is one step on the way from a request to its qsh, for people who look for the
// byte in which their own code differs.
type CanonicalStep struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Steps shows how the canonical request comes about. Rules that change nothing in this request are
// left out. The last two steps are always the canonical request and its hash.
func (r Request) Steps() []CanonicalStep {
	parts := splitTarget(r.Target)
	steps := []CanonicalStep{{"Method in upper case", string(appendUpper(nil, r.Method))}}
	steps = append(steps, pathSteps(parts.path, basePath(r.Base))...)
	steps = append(steps, querySteps(r, parts.query)...)
	canonical := r.Canonical()
	return append(steps,
		CanonicalStep{"Canonical request: method & path & query", canonical},
		CanonicalStep{"qsh: SHA-256 of it in lower-case hex", hashHex([]byte(canonical))})
}

func pathSteps(path, base string) []CanonicalStep {
	steps := []CanonicalStep{{"Path of the request, as on the wire", path}}
	now := path
	step := func(title, next string) {
		if next != now {
			steps = append(steps, CanonicalStep{title, next})
			now = next
		}
	}
	step("Base path "+base+" cut off", strings.TrimPrefix(now, base))
	if now == "" {
		step("Nothing is left, which counts as /", "/")
		return steps
	}
	step("& in the path written as %26", strings.ReplaceAll(now, "&", "%26"))
	if !strings.HasPrefix(now, "/") {
		step("Slash put in front", "/"+now)
	}
	if len(now) > 1 {
		step("One trailing slash dropped", strings.TrimSuffix(now, "/"))
	}
	return steps
}

func querySteps(r Request, query string) []CanonicalStep {
	source, title := r.parameterText(query), "Query of the request, as on the wire"
	if source != query {
		title = "Form body, because the request has no query"
	}
	if !hasPieces(source) {
		return []CanonicalStep{{"Query", "none: the canonical request ends with &"}}
	}
	pairs := splitPairs(source)
	steps := []CanonicalStep{{title, source}, {"Parameters, decoded", listPairs(pairs)}}
	var kept []pair
	for _, p := range pairs {
		if !isIgnored([]byte(p.name)) {
			kept = append(kept, p)
		}
	}
	if len(kept) < len(pairs) {
		steps = append(steps, CanonicalStep{"Parameter jwt left out", listPairs(kept)})
	}
	return append(steps, CanonicalStep{
		"Sorted by name, repeated names joined by a comma, encoded by RFC 3986",
		string(appendQuery(nil, source)),
	})
}

// listPairs writes one parameter a line.
func listPairs(pairs []pair) string {
	if len(pairs) == 0 {
		return "none"
	}
	var out strings.Builder
	for i, p := range pairs {
		if i > 0 {
			out.WriteByte('\n')
		}
		fmt.Fprintf(&out, "%s = %s", p.name, p.value)
	}
	return out.String()
}
