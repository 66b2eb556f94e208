package connectjwt

import (
	"slices"
	"strings"
)

// maxSingles bounds the search for one parameter that was not signed.
const maxSingles = 64

// pair is one parameter as it is on the wire and decoded.
type pair struct {
	rawName, rawValue string
	name, value       string
	equals            bool // an equals sign was there
}

// queryStyle is a way to write the query part. The zero value is the right one.
type queryStyle struct {
	text      textStyle
	order     orderStyle
	repeats   repeatStyle
	keep      string // characters that are not encoded although they should be
	tilde     bool   // ~ is encoded although it should not be
	lowerHex  bool   // escapes in lower-case hex
	plusSpace bool   // a space becomes +
	keepJWT   bool   // the parameter jwt is counted
	dropEmpty bool   // parameters with an empty value are dropped
	dropNames bool   // parameters with an empty name are dropped
	bare      bool   // no = where the wire has none
	brackets  bool   // a[] and a[0] are read as the array a
}

type textStyle int

const (
	textEncoded textStyle = iota // decoded and encoded again
	textRaw                      // as on the wire
	textTwice                    // encoded without decoding
	textPlus                     // decoded, but a plus sign stays one
)

type orderStyle int

const (
	orderDecoded orderStyle = iota // by decoded name and value
	orderEncoded                   // by encoded name and value
	orderSent                      // as sent
)

type repeatStyle int

const (
	repeatsJoined   repeatStyle = iota // values sorted, joined by a comma
	repeatsUnsorted                    // joined as sent
	repeatsEscaped                     // joined by %2C
	repeatsPairs                       // a pair each
	repeatsFirst                       // the first value only
	repeatsLast                        // the last value only
)

// queryVariants lists the query part as known mistakes write it; each text begins with the
// separator before it.
func queryVariants(r Request, query string) []variant {
	pairs := splitPairs(r.parameterText(query))
	write := func(p []pair, s queryStyle) string { return "&" + s.write(p) }
	list := []variant{{text: write(pairs, queryStyle{})}}
	for _, m := range styleMistakes() {
		list = append(list, variant{write(pairs, m.style), m.cause, m.fix})
	}
	list = append(list,
		variant{"&", "the query was left out", "hash the parameters too"},
		variant{"", "the & before the query is missing", "write both separators, also with an empty query"},
		variant{"?" + query, "path and query were not taken apart", "write & between path and query"},
		variant{"&?" + query, "the question mark was left in", "leave the question mark out"})
	if r.Form != "" {
		form := splitPairs(r.Form)
		const fix = "count form fields only for POST and PUT without a query"
		list = append(list,
			variant{write(slices.Concat(pairs, form), queryStyle{}), "the form body was counted beside the query", fix},
			variant{write(form, queryStyle{}), "the form body was counted instead of the query", fix})
	}
	return append(list, missingVariants(pairs, write)...)
}

// bodyVariants are the query parts of people who hash the body too.
func bodyVariants(r Request, query, body string) []variant {
	if body == "" || body == r.Form {
		return nil
	}
	const fix = "leave the body out: only method, path and query are hashed"
	right := "&" + queryStyle{}.write(splitPairs(r.parameterText(query)))
	return []variant{
		{right + body, "the body was counted", fix},
		{right + "&" + body, "the body was counted", fix},
	}
}

// pairVariants are the query parts of people who make two mistakes of style at once, each of which makes
// a difference here.
func pairVariants(r Request, query string) []variant {
	pairs := splitPairs(r.parameterText(query))
	right := queryStyle{}.write(pairs)
	all := slices.DeleteFunc(styleMistakes(), func(m styleMistake) bool { return m.style.write(pairs) == right })
	var list []variant
	for i, a := range all {
		for _, b := range all[i+1:] {
			if both, ok := a.style.with(b.style); ok {
				list = append(list, joined("&"+both.write(pairs), variant{"", a.cause, a.fix}, variant{"", b.cause, b.fix}))
			}
		}
	}
	return list
}

// with is both styles at once; false when they speak of the same thing.
func (s queryStyle) with(o queryStyle) (queryStyle, bool) {
	if s.text != 0 && o.text != 0 || s.order != 0 && o.order != 0 || s.repeats != 0 && o.repeats != 0 || s.keep != "" && o.keep != "" ||
		s.tilde && o.tilde || s.lowerHex && o.lowerHex || s.plusSpace && o.plusSpace || s.keepJWT && o.keepJWT ||
		s.dropEmpty && o.dropEmpty || s.dropNames && o.dropNames || s.bare && o.bare || s.brackets && o.brackets {
		return s, false
	}
	return queryStyle{
		text: max(s.text, o.text), order: max(s.order, o.order), repeats: max(s.repeats, o.repeats), keep: s.keep + o.keep,
		tilde: s.tilde || o.tilde, lowerHex: s.lowerHex || o.lowerHex, plusSpace: s.plusSpace || o.plusSpace, keepJWT: s.keepJWT || o.keepJWT,
		dropEmpty: s.dropEmpty || o.dropEmpty, dropNames: s.dropNames || o.dropNames, bare: s.bare || o.bare, brackets: s.brackets || o.brackets,
	}, true
}

// missingVariants are the queries of a request to which parameters came after signing.
func missingVariants(pairs []pair, write func([]pair, queryStyle) string) []variant {
	const fix = "sign exactly the URL that is sent; look for a proxy or a redirect that adds parameters"
	var list []variant
	for i, p := range pairs[:min(len(pairs), maxSingles)] {
		rest := slices.Delete(slices.Clone(pairs), i, i+1)
		list = append(list, variant{write(rest, queryStyle{}), "the parameter " + clip(p.name, 60) + " was not signed", fix})
	}
	added := slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool { return isHostParameter(p.name) })
	return append(list, variant{write(added, queryStyle{}), "the parameters that the host adds were not signed",
		"sign every parameter of the page URL, xdm_e, cp, lic and cv too"})
}

// isHostParameter names what a host adds to a module's own URL. Source: protocol iframe.md §1.
func isHostParameter(name string) bool {
	switch name {
	case "tz", "loc", "user_id", "user_key", "xdm_e", "xdm_c", "cp", "lic", "cv",
		"xdm_deprecated_addon_key_do_not_use", "ui-params", "dialog", "simpleDialog":
		return true
	}
	return false
}

type styleMistake struct {
	style      queryStyle
	cause, fix string
}

func styleMistakes() []styleMistake {
	const (
		encode = "encode everything but letters, digits and - . _ ~"
		decode = "decode every name and value, then encode it again"
		repeat = "sort the values of one name and join them with a comma"
		order  = "sort the parameters by their decoded names"
	)
	return []styleMistake{
		{queryStyle{plusSpace: true}, "a space was written as +", "write a space as %20"},
		{queryStyle{lowerHex: true}, "escapes were written in lower-case hex", "write escapes in upper case, %2F"},
		{queryStyle{keepJWT: true}, "the parameter jwt was counted", "leave the parameter jwt out"},
		{queryStyle{order: orderSent}, "the parameters were not sorted", order},
		{queryStyle{order: orderEncoded}, "the parameters were sorted by their encoded names", order},
		{queryStyle{repeats: repeatsPairs}, "repeated names were kept as pairs of their own", repeat},
		{queryStyle{repeats: repeatsUnsorted}, "repeated values were joined without sorting", repeat},
		{queryStyle{repeats: repeatsEscaped}, "the comma between repeated values was encoded", repeat},
		{queryStyle{repeats: repeatsFirst}, "only the first value of a repeated name was counted", repeat},
		{queryStyle{repeats: repeatsLast}, "only the last value of a repeated name was counted", repeat},
		{queryStyle{dropEmpty: true}, "parameters with an empty value were dropped", "keep empty values, cp= too"},
		{queryStyle{dropNames: true}, "parameters with an empty name were dropped", "keep parameters with an empty name"},
		{queryStyle{bare: true}, "a parameter without = got none", "write = behind every name"},
		{queryStyle{keep: "!'()*"}, "! ' ( ) and * were not encoded", encode},
		{queryStyle{keep: "!$'()*,;:@/?"}, "reserved characters were not encoded", encode},
		{queryStyle{keep: "*", tilde: true, plusSpace: true}, "the form encoding of Java's URLEncoder was used", encode},
		{queryStyle{tilde: true}, "the tilde was encoded", encode},
		{queryStyle{plusSpace: true, repeats: repeatsPairs}, "the form encoding of a URL library was used", "write a space as %20; " + repeat},
		{queryStyle{text: textRaw}, "names and values were taken as they are on the wire", decode},
		{queryStyle{text: textRaw, order: orderSent, repeats: repeatsPairs, bare: true}, "the query was taken as it is on the wire", decode + ", and sort"},
		{queryStyle{text: textRaw, order: orderSent, repeats: repeatsPairs, bare: true, keepJWT: true}, "the query was taken as it is on the wire, with jwt", decode + ", leave jwt out, and sort"},
		{queryStyle{text: textTwice}, "names and values were encoded a second time", decode},
		{queryStyle{text: textPlus}, "a + was not read as a space", "read + in a query as a space"},
		{queryStyle{brackets: true}, "names with brackets were read as arrays", "take brackets as part of the name (in Express 4 set the query parser to simple)"},
	}
}

func splitPairs(raw string) []pair {
	var list []pair
	for pieces := 0; raw != "" && pieces < maxPieces; pieces++ {
		var piece string
		piece, raw, _ = strings.Cut(raw, "&")
		if piece == "" {
			continue
		}
		var p pair
		p.rawName, p.rawValue, p.equals = strings.Cut(piece, "=")
		p.name = string(appendDecoded(nil, p.rawName))
		p.value = string(appendDecoded(nil, p.rawValue))
		list = append(list, p)
	}
	return list
}

// entry is one parameter in writing.
type entry struct {
	name, value string // decoded, for sorting
	key, text   string // as they will stand in the canonical request
	equals      bool
}

func (s queryStyle) write(pairs []pair) string {
	var entries []entry
	for _, p := range pairs {
		if s.drops(p) {
			continue
		}
		entries = append(entries, s.entry(p))
	}
	s.sort(entries)
	var out strings.Builder
	for i := 0; i < len(entries); {
		same := 1
		for s.repeats != repeatsPairs && i+same < len(entries) && entries[i+same].key == entries[i].key {
			same++
		}
		if i > 0 {
			out.WriteByte('&')
		}
		s.writeGroup(&out, entries[i:i+same])
		i += same
	}
	return out.String()
}

func (s queryStyle) drops(p pair) bool {
	return p.name == "jwt" && !s.keepJWT || p.name == "__proto__" ||
		s.dropEmpty && p.value == "" || s.dropNames && p.name == ""
}

func (s queryStyle) entry(p pair) entry {
	name, value := p.name, p.value
	if s.brackets {
		name, value = readBrackets(name, value)
	}
	e := entry{name: name, value: value, equals: p.equals}
	switch s.text {
	case textRaw:
		e.key, e.text = p.rawName, p.rawValue
	case textTwice:
		e.key, e.text = s.encode(p.rawName), s.encode(p.rawValue)
	case textPlus:
		e.name = string(appendDecoded(nil, strings.ReplaceAll(p.rawName, "+", "%2B")))
		e.value = string(appendDecoded(nil, strings.ReplaceAll(p.rawValue, "+", "%2B")))
		e.key, e.text = s.encode(e.name), s.encode(e.value)
	default:
		e.key, e.text = s.encode(name), s.encode(value)
	}
	return e
}

func readBrackets(name, value string) (string, string) {
	open := strings.IndexByte(name, '[')
	if open <= 0 || !strings.HasSuffix(name, "]") {
		return name, value
	}
	if index := name[open+1 : len(name)-1]; strings.Trim(index, "0123456789") != "" {
		value = "[object Object]" // what JavaScript makes of an object as text
	}
	return name[:open], value
}

func (s queryStyle) sort(entries []entry) {
	switch s.order {
	case orderSent:
		s.sortSent(entries)
	case orderEncoded:
		slices.SortStableFunc(entries, func(a, b entry) int {
			if c := strings.Compare(a.key, b.key); c != 0 {
				return c
			}
			return strings.Compare(a.text, b.text)
		})
	default:
		slices.SortStableFunc(entries, func(a, b entry) int {
			if c := compareUTF16([]byte(a.name), []byte(b.name)); c != 0 || s.keepsSentValues() {
				return c
			}
			return compareUTF16([]byte(a.value), []byte(b.value))
		})
	}
}

// sortSent keeps the names in the order in which each was sent first, as a map in JavaScript does.
func (s queryStyle) sortSent(entries []entry) {
	if s.repeats == repeatsPairs {
		return
	}
	first := make(map[string]int, len(entries))
	for i, e := range entries {
		if _, known := first[e.name]; !known {
			first[e.name] = i
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		if c := first[a.name] - first[b.name]; c != 0 || s.keepsSentValues() {
			return c
		}
		return compareUTF16([]byte(a.value), []byte(b.value))
	})
}

// keepsSentValues reports whether the values of one name stay in the order in which they were sent.
func (s queryStyle) keepsSentValues() bool {
	return s.repeats == repeatsUnsorted || s.repeats == repeatsFirst || s.repeats == repeatsLast
}

func (s queryStyle) writeGroup(out *strings.Builder, group []entry) {
	switch s.repeats {
	case repeatsFirst:
		group = group[:1]
	case repeatsLast:
		group = group[len(group)-1:]
	}
	out.WriteString(group[0].key)
	if s.bare && !group[0].equals {
		return
	}
	out.WriteByte('=')
	comma := ","
	if s.repeats == repeatsEscaped {
		comma = "%2C"
	}
	for i, e := range group {
		if i > 0 {
			out.WriteString(comma)
		}
		out.WriteString(e.text)
	}
}

func (s queryStyle) encode(text string) string {
	var out []byte
	for i := range len(text) {
		switch c := text[i]; {
		case c == ' ' && s.plusSpace:
			out = append(out, '+')
		case isUnreserved(c) && !(c == '~' && s.tilde), strings.IndexByte(s.keep, c) >= 0:
			out = append(out, c)
		default:
			out = appendEscape(out, c)
		}
	}
	if s.lowerHex {
		return lowerEscapes(string(out))
	}
	return string(out)
}
