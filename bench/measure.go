package main

import "fmt"

// beside compares two figures without a bar.
func beside(what string, ours, theirs float64, unit, peer string) measure {
	return measure{what: what, ours: figure(ours, unit), beside: peer + " " + figure(theirs, unit), ratio: ours / theirs}
}

// atLeast compares two figures where more is better: ours must be at least bar times theirs.
func atLeast(what string, ours, theirs float64, unit, peer string, bar float64) measure {
	m := beside(what, ours, theirs, unit, peer)
	m.bar, m.met = fmt.Sprintf("at least %.2f", bar), m.ratio >= bar
	return m
}

// atMost compares two figures where less is better: ours must be at most bar times theirs.
func atMost(what string, ours, theirs float64, unit, peer string, bar float64) measure {
	m := beside(what, ours, theirs, unit, peer)
	m.bar, m.met = fmt.Sprintf("at most %.2f", bar), m.ratio <= bar
	return m
}

func figure(value float64, unit string) string {
	switch {
	case value >= 1000:
		return fmt.Sprintf("%.0f %s", value, unit)
	case value >= 10:
		return fmt.Sprintf("%.1f %s", value, unit)
	}
	return fmt.Sprintf("%.3f %s", value, unit)
}
