package webhook

import "strings"

// nearest returns the candidate that is most similar to name, or "" when none is similar enough to
// be what was meant. The "jira:" in front of some names does not count: leaving it out is the most
// common slip.
func nearest(name string, candidates []string) string {
	best, bestDistance := "", len(name)/3+1
	for _, candidate := range candidates {
		if d := distance(bareName(name), bareName(candidate)); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

func bareName(event string) string {
	return strings.ReplaceAll(strings.TrimPrefix(strings.ToLower(event), "jira:"), "-", "_")
}

// distance counts the single-byte changes that turn a into b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
