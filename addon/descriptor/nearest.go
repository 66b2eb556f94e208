package descriptor

import "strings"

// longestName is the longest word that is worth a suggestion.
const longestName = 100

// Nearest finds the candidate most like the word, or "" when none is like enough: spelled the
// same but for case and separators, or away by at most a third of its letters. A namespace
// ("jira:") may be left out of the word, the most common slip. Of two that are alike the first
// one is taken.
func Nearest(word string, candidates []string) string {
	if len(word) > longestName {
		return ""
	}
	best, distance := "", len(word)/3+1
	for _, c := range candidates {
		form := c
		if _, bare, namespaced := strings.Cut(c, ":"); namespaced && !strings.Contains(word, ":") {
			form = bare
		}
		if sameName(form, word) {
			return c
		}
		if d := editDistance(word, form, distance); d < distance {
			best, distance = c, d
		}
	}
	return best
}

// sameName compares names without case and separators: base_url, baseURL and base-url are one.
func sameName(a, b string) bool {
	i, j := 0, 0
	for {
		for i < len(a) && isSeparator(a[i]) {
			i++
		}
		for j < len(b) && isSeparator(b[j]) {
			j++
		}
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b)
		}
		if lower(a[i]) != lower(b[j]) {
			return false
		}
		i++
		j++
	}
}

func isSeparator(c byte) bool { return c == '_' || c == '-' || c == '.' || c == ' ' }

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// editDistance counts insertions, deletions, changes and swaps of neighbours between a and b
// without regard to case; it gives up at limit, and on names too long to be meant.
func editDistance(a, b string, limit int) int {
	if diff := len(a) - len(b); diff >= limit || -diff >= limit || len(b) > longestName {
		return limit
	}
	var rows [3][longestName + 1]uint8 // small, since they are made for every candidate
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = uint8(i)
		lowest := uint8(i)
		for j := 1; j <= len(b); j++ {
			x, y := lower(a[i-1]), lower(b[j-1])
			cost := uint8(1)
			if x == y {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x == lower(b[j-2]) && lower(a[i-2]) == y {
				row[j] = min(row[j], before[j-2]+1)
			}
			lowest = min(lowest, row[j])
		}
		if int(lowest) >= limit {
			return limit
		}
		before, last, row = last, row, before
	}
	return min(int(last[len(b)]), limit)
}

// suggest is Nearest for a problem that will be listed; for the others it is not worth the
// time, nor is making the list of candidates.
func (k *Checker) suggest(word string, candidates func() []string) string {
	if len(k.problems) >= maxProblems {
		return ""
	}
	return Nearest(word, candidates())
}

// listed gives a list to suggest.
func listed(names []string) func() []string { return func() []string { return names } }

// didYouMean is the end of a message about a word that is not known.
func didYouMean(suggestion string) string {
	if suggestion == "" {
		return ""
	}
	return "; did you mean " + quote(suggestion) + "?"
}
