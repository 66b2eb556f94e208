package descriptor

import "strings"

// How well a label matches what is typed; lower is better.
const (
	exactMatch  = iota
	prefixMatch // begins with it
	wordMatch   // its words begin with it: "webPan" or "wp" of webPanels, "right" of issue.right
	innerMatch  // holds it
	looseMatch  // holds its letters in this order, the first at the start of a word
	noMatch
)

// matchName tells how well a label matches what is typed, in any case.
func matchName(label, typed string) int {
	switch {
	case typed == "":
		return prefixMatch
	case len(typed) > len(label):
		return noMatch
	case len(typed) == len(label) && strings.EqualFold(label, typed):
		return exactMatch
	case hasPrefixFold(label, typed):
		return prefixMatch
	case matchWords(label, typed, 0, 0, false):
		return wordMatch
	}
	if len(typed) < 2 {
		return noMatch
	}
	for i := 1; i+len(typed) <= len(label); i++ {
		if hasPrefixFold(label[i:], typed) {
			return innerMatch
		}
	}
	if matchLoosely(label, typed) {
		return looseMatch
	}
	return noMatch
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// startsWord tells whether a word of the label begins at i: behind a separator, or with a capital.
func startsWord(label string, i int) bool {
	if i == 0 {
		return true
	}
	before, c := label[i-1], label[i]
	return isLetter(c) && !isLetter(before) || c >= 'A' && c <= 'Z' && !(before >= 'A' && before <= 'Z')
}

func isLetter(c byte) bool {
	c = lower(c)
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
}

// matchWords tells whether the rest of what is typed can be laid over the rest of the label so
// that each letter either follows the one before or begins a word. Labels and what people type
// are short; what is typed beyond 16 letters matches as a prefix or not at all.
func matchWords(label, typed string, at, i int, follows bool) bool {
	if len(typed) > 16 {
		return false
	}
	if i == len(typed) {
		return true
	}
	if follows && at < len(label) && lower(label[at]) == lower(typed[i]) && matchWords(label, typed, at+1, i+1, true) {
		return true
	}
	for ; at < len(label); at++ {
		if startsWord(label, at) && lower(label[at]) == lower(typed[i]) {
			return matchWords(label, typed, at+1, i+1, true)
		}
	}
	return false
}

func matchLoosely(label, typed string) bool {
	i := 0
	for at := 0; at < len(label) && i < len(typed); at++ {
		if lower(label[at]) == lower(typed[i]) && (i > 0 || startsWord(label, at)) {
			i++
		}
	}
	return i == len(typed)
}
