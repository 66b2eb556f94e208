package buffer

import "strings"

// MaxMatches bounds what Find collects.
const MaxMatches = 10_000

// Find gives the places where query stands, without regard to case, in order and at most
// MaxMatches. A query does not reach over a line break.
func (b *Buffer) Find(query string) []Range {
	var found []Range
	for i, line := range b.lines {
		for _, at := range MatchesIn(line, query) {
			found = append(found, Range{From: Pos{i, at}, To: Pos{i, at + len(query)}})
		}
		if len(found) >= MaxMatches {
			return found[:MaxMatches]
		}
	}
	return found
}

// MatchesIn gives the bytes of a line at which query stands, without regard to case. Letters
// whose other case has another length are compared as they are.
func MatchesIn(line, query string) []int {
	if query == "" {
		return nil
	}
	folded, wanted := strings.ToLower(line), strings.ToLower(query)
	if len(folded) != len(line) || len(wanted) != len(query) {
		folded, wanted = line, query
	}
	var found []int
	for from := 0; ; {
		i := strings.Index(folded[from:], wanted)
		if i < 0 {
			return found
		}
		found = append(found, from+i)
		from += i + len(wanted)
	}
}
