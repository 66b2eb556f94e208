package place

import "connect-workbench/ui/workbench"

// SiteLabels are the titles of sites for a chooser, in their order: short, and told apart by the id
// where two would read alike, among themselves or with what else the chooser offers.
func SiteLabels(sites []workbench.SiteState, others ...string) []string {
	times := map[string]int{}
	for _, other := range others {
		times[other]++
	}
	for _, s := range sites {
		times[Short(s.Title)]++
	}
	labels := make([]string, len(sites))
	for i, s := range sites {
		labels[i] = Short(s.Title)
		if times[labels[i]] > 1 {
			labels[i] += " (" + s.ID + ")"
		}
	}
	return labels
}
