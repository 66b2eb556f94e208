package descriptor

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// fixOf makes a fix of a form edit, nil when something stands in its way.
func fixOf(title string, edits []Edit, err error) *Fix {
	if err != nil || len(edits) == 0 {
		return nil
	}
	return &Fix{Title: title, Edits: edits}
}

// removal is the fix that takes a member away which hosts pass over.
func (k *Checker) removal(n Node, title string) *Fix {
	if k.quiet > 0 || hasTwin(n) {
		return nil
	}
	f := form{t: n.t}
	edits, err := f.remove(n)
	return fixOf(title, edits, err)
}

// maxTwinSearch bounds how many members are looked through for one of the same name: a text of
// nothing but duplicates is no descriptor.
const maxTwinSearch = 1000

// removeTwin removes a member that stands before with the same value already.
func removeTwin(n Node) *Fix {
	var before Node
	seen := 0
	for c := range n.Parent().Children() {
		if c.i == n.i {
			break
		}
		if seen++; seen > maxTwinSearch {
			return nil
		}
		if c.Key() == n.Key() {
			before = c
		}
	}
	if !before.Exists() || before.Kind() == Missing || !sameValue(before, n) {
		return nil
	}
	f := form{t: n.t}
	edits, err := f.remove(n)
	return fixOf("Remove the second one: it says the same", edits, err)
}

// addRequired adds a missing property for which there is but one value.
func (k *Checker) addRequired(n Node, f *Field) *Fix {
	value := f.Default
	if len(f.Value.Enum) == 1 {
		value = quote(f.Value.Enum[0])
	}
	if k.quiet > 0 || value == "" {
		return nil
	}
	edit := form{t: n.t, style: k.style}
	v, err := edit.newValue(json.RawMessage(value))
	if err != nil {
		return nil
	}
	edits, err := edit.addMember(n, f.Name, -1, v)
	k.style = edit.style
	return fixOf("Add "+quote(f.Name)+": "+value, edits, err)
}

// toPattern repairs a string that fits its pattern once blanks around it are gone, or once an
// address has its scheme.
func (k *Checker) toPattern(n Node, v *Value) *Fix {
	trimmed := strings.TrimSpace(n.Text())
	candidates := []string{trimmed}
	if host, _, _ := strings.Cut(trimmed, "/"); v.Pattern.Match([]byte("https://x.example")) && hostName(host) {
		candidates = append(candidates, "https://"+trimmed)
	}
	for _, c := range candidates {
		if _, taken := k.keys.find([]byte(c)); taken || c == "" || !v.Pattern.Match([]byte(c)) || v.Max > 0 && utf8.RuneCountInString(c) > v.Max {
			continue
		}
		return rename(n, c)
	}
	return nil
}

// hostName tells whether a text looks like the name of a host on the network.
func hostName(s string) bool {
	labels := strings.Split(s, ".")
	return len(labels) > 1 && !slices.ContainsFunc(labels, func(label string) bool {
		return label == "" || strings.ContainsFunc(label, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
		})
	})
}

// repairURL makes an address what its place asks for, if all that is wrong with it can be repaired:
// blanks, the add-on's own base URL in front, no slash in front.
func (k *Checker) repairURL(n Node, kind string) *Fix {
	address := strings.TrimSpace(n.Text())
	if n.HasPlaceholder() || strings.ContainsAny(address, "\t\r\n") || blankInBraces(address) {
		return nil
	}
	address = strings.ReplaceAll(address, " ", "%20")
	if kind == "addon" {
		base := strings.TrimSuffix(k.tree.Root().Child("baseUrl").Text(), "/")
		if rest, own := strings.CutPrefix(address, base); own && base != "" && strings.HasPrefix(rest, "/") {
			address = rest
		}
		if isAbsolute([]byte(address)) {
			return nil
		}
		if address != "" && strings.IndexByte("/?{", address[0]) < 0 && !k.slashBefore() {
			address = "/" + address
		}
	}
	return rename(n, address)
}

func blankInBraces(address string) bool {
	for name := range parametersOf([]byte(address)) {
		if bytes.IndexByte(name, ' ') >= 0 {
			return true
		}
	}
	return false
}

// withoutLicence takes the parameter lic out of an address.
func withoutLicence(n Node) *Fix {
	address, fragment, hasFragment := strings.Cut(n.Text(), "#")
	path, query, _ := strings.Cut(address, "?")
	var kept []string
	for p := range strings.SplitSeq(query, "&") {
		if !strings.HasPrefix(p, "lic=") {
			kept = append(kept, p)
		}
	}
	if address = path; len(kept) > 0 {
		address += "?" + strings.Join(kept, "&")
	}
	if hasFragment {
		address += "#" + fragment
	}
	if strings.Contains(address, "?lic=") || strings.Contains(address, "&lic=") { // in the fragment, or inside of a value
		return nil
	}
	return rename(n, address)
}

// renamed remembers a fix of inBraces: an address may have the same name a thousand times.
type renamed struct {
	node int32
	name string
	fix  *Fix
}

// inBraces renames a context parameter or inline condition wherever an address has it.
func (k *Checker) inBraces(n Node, name, to string) *Fix {
	if to == "" || n.at().flags&escapedText != 0 {
		return nil
	}
	if k.renamed.fix != nil && k.renamed.node == n.i && k.renamed.name == name {
		return k.renamed.fix
	}
	from, _ := n.Range()
	raw, opened := n.Raw(), []byte("{"+name)
	var edits []Edit
	for at := 0; ; {
		i := bytes.Index(raw[at:], opened)
		if i < 0 {
			break
		}
		start, end := at+i+1, at+i+len(opened)
		if end < len(raw) && (raw[end] == '}' || raw[end] == '(') {
			edits = append(edits, Edit{from + start, from + end, to})
		}
		at = end
	}
	k.renamed = renamed{n.i, name, fixOf("Change to "+shown(to), edits, nil)}
	return k.renamed.fix
}

// inlineNames are the conditions that may stand in an address.
func (k *Checker) inlineNames() []string {
	return slices.DeleteFunc(k.conditionNames(), func(name string) bool { return k.c.conditions[name].NotInline })
}

// removeExtra removes what is behind the descriptor when that is nothing but marks too many.
func (p *parser) removeExtra() *Fix {
	end := blankBefore(p.b, len(p.b))
	if len(bytes.Trim(p.b[p.pos:end], "]},; \t\r\n")) > 0 {
		return nil
	}
	return replace("Remove what is too much", p.pos, end, "")
}

// strayFix removes the character passed last where nothing else has to come in its place, or makes
// a semicolon between two entries the comma that was meant.
func (p *parser) strayFix(from int) *Fix {
	before := blankBefore(p.b, from)
	behind := passBlank(p.b, p.pos, len(p.b))
	if before == 0 || behind == len(p.b) {
		return nil
	}
	last, next := p.b[before-1], p.b[behind]
	opened := last == '{' || last == '['
	closes := next == '}' || next == ']'
	switch {
	case before == from && behind == p.pos && last != ',' && next != ',': // what it holds apart might become one
		return nil
	case p.b[from] == ';' && !opened && last != ',' && p.startsEntry(next):
		return replace("Change to a comma", from, p.pos, ",")
	case last == ',' && closes, last == ':':
		return nil
	case opened, last == ',', closes, next == ',':
		return replace("Remove it", from, p.pos, "")
	}
	return nil
}

// equals reports and passes an equals sign, or an arrow, in the place of a colon.
func (p *parser) equals() {
	from := p.pos
	p.pos++
	if p.peek() == '>' {
		p.pos++
	}
	p.t.fault(ruleColon, from, p.pos, replace("Change to a colon", from, p.pos, ":"), "a colon stands between a name and its value, not %s", p.b[from:p.pos])
}

// holdsTemplate tells whether a template expression begins anywhere in the text.
func holdsTemplate(b []byte) bool {
	for i := range b {
		if templateEnd(b, i) > 0 {
			return true
		}
	}
	return false
}

// numberFix writes a number the way JSON wants it, or puts what only begins like one in quotes.
func (p *parser) numberFix(from int) *Fix {
	if number := repairedNumber(string(p.b[from:p.pos])); number != "" {
		return replace("Change to "+number, from, p.pos, number)
	}
	return p.quoteWord(from)
}

// repairedNumber takes a plus, leading zeros, underscores and a bare point away; "" when the result
// is no number.
func repairedNumber(raw string) string {
	raw, minus := strings.CutPrefix(strings.TrimPrefix(raw, "+"), "-")
	raw = strings.ReplaceAll(raw, "_", "")
	raw = strings.TrimLeft(raw, "0")
	if raw == "" || raw[0] < '0' || raw[0] > '9' {
		raw = "0" + raw
	}
	whole, rest, point := strings.Cut(raw, ".")
	if point && (rest == "" || rest[0] == 'e' || rest[0] == 'E') {
		raw = whole + rest
	}
	if minus {
		raw = "-" + raw
	}
	if !isNumber(raw) {
		return ""
	}
	return raw
}

// quoteWord puts a bare word in quotes that stands alone where a value is asked for.
func (p *parser) quoteWord(from int) *Fix {
	word := p.b[from:p.pos]
	behind := passBlank(p.b, p.pos, len(p.b))
	alone := behind == len(p.b) || bytes.IndexByte([]byte(",}]"), p.b[behind]) >= 0 || hasNewline(p.b[p.pos:behind])
	if !alone || len(word) > maxShort || !utf8.Valid(word) {
		return nil
	}
	return replace("Put it in double quotes", from, p.pos, quote(string(word)))
}
