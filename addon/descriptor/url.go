package descriptor

import (
	"bytes"
	"iter"
	"slices"
	"strings"
)

// url checks an address. Schemas let almost anything pass for one, hosts do not; kind is
// "addon" for addresses relative to baseUrl, "any" for those that may be absolute.
// text is the address with its template expressions filled in; see substituted.
// Source: descriptor.md §3 (URLs), §5 (context parameters), §10.1 (templates).
func (k *Checker) url(n Node, kind string, text []byte) {
	if k.quiet > 0 {
		return // addresses only ever warn
	}
	has := lookThrough(text)
	switch {
	case has.blank:
		k.add(finding{rule: ruleURL, node: n, fix: k.repairURL(n, kind)}, "%s has blanks in its address; write %%20", named(n))
	case kind == "addon" && isAbsolute(text):
		k.add(finding{rule: ruleURL, node: n, fix: k.repairURL(n, kind)}, "%s must be a path of the add-on, not an address of its own: the host puts baseUrl in front of it", named(n))
	case kind == "addon" && len(text) > 0 && text[0] != unknownText && bytes.IndexByte([]byte("/?{"), text[0]) < 0 && !k.slashBefore():
		k.add(finding{rule: ruleURL, node: n, fix: k.repairURL(n, kind)}, "%s should begin with a slash: the host puts baseUrl right in front of it", named(n))
	}
	if has.licence {
		k.add(finding{rule: ruleLicence, node: n, fix: withoutLicence(n)}, "the host adds lic itself; one written by hand is sent as well and says nothing about the licence")
	}
	if has.brace && k.module != nil && k.module.Type != "webhooks" {
		k.parameters(n, text)
	}
}

func isAbsolute(url []byte) bool {
	return bytes.HasPrefix(url, []byte("//")) || bytes.HasPrefix(url, []byte("http:")) || bytes.HasPrefix(url, []byte("https:"))
}

// slashBefore tells whether baseUrl brings the slash that a relative address lacks.
func (k *Checker) slashBefore() bool {
	return bytes.HasSuffix(k.tree.Root().Child("baseUrl").bytes(), []byte("/"))
}

// unknownText stands for what a template expression will print.
const unknownText = '\x1a'

// substituted is an address as it will be checked: an expression for the base URL leaves the path
// behind it, any other one something nobody knows.
func substituted(url []byte) []byte {
	out := make([]byte, 0, len(url))
	for i := 0; i < len(url); {
		end := templateEnd(url, i)
		if end == 0 {
			out = append(out, url[i])
			i++
			continue
		}
		if localBaseURL(url, i) == 0 {
			out = append(out, unknownText)
		}
		i = end
	}
	return out
}

// urlMarks is what one look through an address finds.
type urlMarks struct {
	blank   bool
	brace   bool // maybe a parameter
	licence bool // a lic parameter, written by hand
}

func lookThrough(url []byte) (m urlMarks) {
	for i, c := range url {
		switch c {
		case ' ', '\t', '\r', '\n':
			m.blank = true
		case '{':
			m.brace = true
		case '?', '&':
			m.licence = m.licence || bytes.HasPrefix(url[i+1:], licenceParameter)
		}
	}
	return m
}

var licenceParameter = []byte("lic=")

// parameters checks every {name} of an address. Names without a dot are left alone: macros
// have parameters of their own.
func (k *Checker) parameters(n Node, url []byte) {
	for name := range parametersOf(url) {
		if p := k.c.parameters[string(name)]; p != nil && p.Status != Removed && p.Span == (Span{}) && k.module.Type != "jiraBackgroundScripts" {
			continue
		}
		k.parameter(n, string(name))
	}
}

// parametersOf goes through the names in braces of an address.
func parametersOf(url []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for rest := url; ; {
			open := bytes.IndexByte(rest, '{')
			if open < 0 {
				return
			}
			rest = rest[open+1:]
			end := bytes.IndexByte(rest, '}')
			if end < 0 || !yield(rest[:end]) {
				return
			}
			rest = rest[end+1:]
		}
	}
}

func (k *Checker) parameter(n Node, name string) {
	if condition, inline := strings.CutPrefix(name, "condition."); inline {
		k.inlineCondition(n, condition)
		return
	}
	if k.module.Type == "jiraBackgroundScripts" {
		k.add(finding{rule: ruleParameter, node: n}, "the url of a background script gets no context parameters; {%s} stays empty", shorten(name))
		return
	}
	if !strings.Contains(name, ".") || slices.Contains(k.module.Context, name) {
		return
	}
	p := k.c.parameters[name]
	if p == nil {
		near := k.suggest(name, k.parameterNames)
		k.add(finding{rule: ruleParameter, node: n, fix: k.inBraces(n, name, near)}, "the host knows no context parameter {%s} and sends nothing in its place%s", shorten(name), didYouMean(near))
		return
	}
	if p.Span != (Span{}) && k.tooNew(n, Range{}, p.Span, "", "the context parameter {"+name+"}") {
		return
	}
	if p.Span.settled(p.Status, k.Era) == Removed {
		k.add(finding{rule: ruleParameter, node: n}, "the context parameter {%s} is gone; the host sends nothing in its place", name)
	}
}

func (k *Checker) parameterNames() []string {
	names := slices.Clone(k.module.Context)
	for i := range k.c.Parameters {
		if p := &k.c.Parameters[i]; k.applies(p.Product) && p.Status == Current {
			names = append(names, p.Name)
		}
	}
	return names
}

// inlineCondition checks {condition.name(params)}.
func (k *Checker) inlineCondition(n Node, text string) {
	name, _, _ := strings.Cut(text, "(")
	c := k.c.conditions[name]
	switch {
	case c == nil:
		near := k.suggest(name, k.inlineNames)
		f := finding{rule: ruleCondition, node: n}
		if near != "" {
			f.fix = k.inBraces(n, "condition."+name, "condition."+near)
		}
		k.add(f, "no condition %s is known in %s%s", shown(name), k.activeNames(), didYouMean(near))
	case c.NotInline:
		k.add(finding{rule: ruleCondition, node: n}, "the condition %s cannot be used inside of an address", shown(name))
	}
}
