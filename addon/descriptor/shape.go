package descriptor

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// value checks one value against its description and goes on into it.
func (k *Checker) value(n Node, v *Value) {
	switch n.Kind() {
	case Missing, Invalid, Placeholder: // the parser has said what there is to say
		return
	}
	switch v.Type {
	case StringType:
		k.stringValue(n, v)
	case ObjectType:
		if k.kind(n, v, Object) {
			k.object(n, v)
		}
	case ArrayType:
		if k.kind(n, v, Array) {
			k.array(n, v)
		}
	case OneOfType:
		if k.kind(n, v, Object) {
			k.oneOf(n, v)
		}
	case BooleanType:
		k.kind(n, v, Bool)
	case NumberType:
		k.kind(n, v, Number)
	case IntegerType:
		if k.kind(n, v, Number) {
			if _, whole := n.Int(); !whole {
				k.add(finding{rule: ruleType, node: n}, "%s must be a whole number, not %s", named(n), raw(n))
			}
		}
	}
}

// kind reports a value of the wrong JSON type.
func (k *Checker) kind(n Node, v *Value, want Kind) bool {
	if n.Kind() == want {
		return true
	}
	f := finding{rule: ruleType, node: n}
	if k.quiet == 0 {
		f.fix = k.retype(n, v)
	}
	expected := want.String()
	if v.Type == IntegerType {
		expected = "a whole number"
	}
	if v.Shape == "text" {
		expected = `an object such as {"value": "..."}`
	}
	k.add(f, "%s must be %s, not %s", named(n), expected, n.Kind())
	return false
}

// named tells what a value is, for the start of a message.
func named(n Node) string {
	if len(n.keyBytes()) > 0 {
		return shownKey(n)
	}
	if p := n.Parent(); p.Exists() && len(p.keyBytes()) > 0 {
		return "each entry of " + shownKey(p)
	}
	return "the descriptor"
}

func (k *Checker) object(n Node, v *Value) {
	if v.index == nil {
		for c := n.First(); c.Exists() && v.Each != nil; c = c.Next() {
			k.value(c, v.Each)
		}
		return
	}
	var seen uint64
	unknown := false
	for c := n.at().first; c != 0; c = n.t.nodes[c].next {
		member := Node{n.t, c}
		i := v.place(member.keyBytes())
		if i < 0 {
			unknown = true
			continue
		}
		seen |= 1 << i
		f := &v.Fields[i]
		if f.Status != Current || f.Span != (Span{}) {
			k.statusOf(member, f)
		}
		k.value(member, f.Value)
	}
	if unknown {
		k.unknownProperties(n, v, seen)
	}
	if missing := v.required &^ seen; missing != 0 && n.at().flags&unclosed == 0 { // else still being typed
		k.missing(n, v, missing)
	}
}

func (k *Checker) missing(n Node, v *Value, missing uint64) {
	for ; missing != 0; missing &= missing - 1 {
		f := &v.Fields[bits.TrailingZeros64(missing)]
		k.add(finding{rule: ruleRequired, node: n, at: keyOf(n), fix: k.addRequired(n, f)}, "%s is missing from %s: %s", quote(f.Name), container(n), lowerFirst(f.Help))
	}
}

// container names an object in the middle of a message.
func container(n Node) string {
	switch {
	case n.Key() != "":
		return shown(n.Key())
	case n.Parent().Exists() && n.Parent().Key() != "":
		return "this entry of " + shown(n.Parent().Key())
	}
	return "the descriptor"
}

func lowerFirst(s string) string {
	if len(s) < 2 || s[1] >= 'A' && s[1] <= 'Z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func (k *Checker) statusOf(n Node, f *Field) {
	status := f.Span.settled(f.Status, k.Era)
	if k.quiet == 0 && !f.Span.began(k.Era) && k.tooNew(n, keyOf(n), f.Span, "", shown(f.Name)) || status == Current {
		return
	}
	problem := finding{rule: ruleOutdated, node: n, at: keyOf(n)}
	if status == Ignored {
		problem.rule, problem.fix = ruleIgnored, k.removal(n, "Remove "+f.Name)
	}
	k.add(problem, "hosts do nothing with %s. %s", quote(f.Name), f.Help)
}

// unknownProperties warns of properties nobody asked for; in a closed object they are errors.
// Only names that are not taken are suggested.
func (k *Checker) unknownProperties(n Node, v *Value, seen uint64) {
	free := make([]string, 0, len(v.Fields))
	for i := range v.Fields {
		if v.Fields[i].Status == Current && seen&(1<<i) == 0 {
			free = append(free, v.Fields[i].Name)
		}
	}
	for c := n.First(); c.Exists(); c = c.Next() {
		if v.place(c.keyBytes()) >= 0 || c.at().flags&doubtfulKey != 0 || c.Kind() == Missing {
			continue
		}
		k.unknownProperty(n, c, v, free)
	}
}

func (k *Checker) unknownProperty(parent, n Node, v *Value, free []string) {
	f := finding{rule: ruleUnknownProperty, node: n, at: keyOf(n)}
	effect := "it has no effect"
	if v.Closed {
		f.severity = Error
		effect = "the host refuses it"
	}
	if k.quiet > 0 {
		k.typos++
		k.add(f, "")
		return
	}
	near := k.suggest(n.Key(), listed(free))
	if near != "" && k.fits(n, v.Field(near).Value) {
		f.fix = replace("Rename to "+near, f.at.From, f.at.To, quote(near))
	}
	k.add(f, "%s does not know %s; %s%s", ownerOf(parent, v), shownKey(n), effect, didYouMean(near))
}

// ownerOf names what a property belongs to: the module type, or the property around it.
func ownerOf(n Node, v *Value) string {
	switch {
	case v.Shape == "descriptor":
		return "the descriptor"
	case len(n.keyBytes()) > 0:
		return shownKey(n)
	}
	return shown(n.Parent().Key())
}

// fits tells whether a value has no error under another description.
func (k *Checker) fits(n Node, v *Value) bool {
	count, typos := k.count, k.typos
	k.count = 0
	k.quiet++
	k.value(n, v)
	k.quiet--
	errors := k.count
	k.count, k.typos = count, typos
	return errors == 0
}

func (k *Checker) array(n Node, v *Value) {
	count := 0
	for c := n.First(); c.Exists(); c = c.Next() {
		count++
		if v.Of != nil {
			k.value(c, v.Of)
		}
	}
	if v.Max > 0 && count > v.Max {
		k.add(finding{rule: ruleItems, node: n, at: keyOf(n)}, "%s has %d entries; at most %d are allowed", named(n), count, v.Max)
	}
}

func (k *Checker) stringValue(n Node, v *Value) {
	if !k.kind(n, v, String) || n.at().flags&unclosed != 0 {
		return
	}
	if n.HasPlaceholder() {
		if v.URL != "" {
			k.url(n, v.URL, substituted(n.bytes()))
		}
		return
	}
	text := n.bytes()
	switch {
	case v.Enum != nil && !inEnum(text, v.Enum):
		k.enum(n, v)
		return
	case v.Pattern != nil && !v.Pattern.Match(text):
		k.add(finding{rule: rulePattern, node: n, fix: k.toPattern(n, v)}, "%s must be %s, not %s", named(n), v.Pattern.Expects, raw(n))
		return
	}
	if v.Max > 0 && len(text) > v.Max && (v.Newer == nil || k.Era.named() == CloudNow) || v.Advised > 0 && len(text) > v.Advised {
		k.length(n, v, utf8.RuneCount(text))
	}
	if v.Names != "" {
		k.name(n, v.Names)
	}
	if v.Refers != "" {
		k.reference(n, v.Refers)
	}
	if v.URL != "" {
		k.url(n, v.URL, text)
	}
}

func (k *Checker) length(n Node, v *Value, length int) {
	switch {
	case v.Max > 0 && length > v.Max:
		k.add(finding{rule: ruleLength, node: n}, "%s has %d characters; at most %d are allowed", named(n), length, v.Max)
	case v.Advised > 0 && length > v.Advised:
		k.add(finding{rule: ruleAdvisedLength, node: n}, "%s has %d characters; documentation allows %d, and only older schemas more", named(n), length, v.Advised)
	}
}

// inEnum tells whether the text is one of the values, all in lower or all in upper case.
func inEnum(text []byte, enum []string) bool {
	for _, e := range enum {
		if string(text) == e || len(text) == len(e) && string(text) == strings.ToUpper(e) {
			return true
		}
	}
	return false
}

func (k *Checker) enum(n Node, v *Value) {
	f := finding{rule: ruleEnum, node: n}
	if k.quiet > 0 {
		k.add(f, "")
		return
	}
	values := v.Enum
	if v.Names == "scope" {
		values = make([]string, len(v.Enum))
		for i, e := range v.Enum {
			values[i] = strings.ToUpper(e)
		}
	}
	text := n.Text()
	near := k.suggest(text, listed(values))
	from, to := n.Range()
	if near != "" {
		f.fix = replace("Change to "+quote(near), from, to, quote(near))
	}
	if strings.EqualFold(near, text) {
		f.rule = ruleEnumCase
		k.add(f, "%s is written in mixed case; hosts accept %s and %s only", raw(n), quote(strings.ToLower(near)), quote(strings.ToUpper(near)))
		return
	}
	k.add(f, "%s must be one of %s, not %s%s", named(n), strings.Join(values, ", "), raw(n), didYouMean(near))
}
