package descriptor

import (
	"net/url"
	"slices"
	"strings"
)

// fetchPorts are the ports hosts fetch a descriptor from. Source: descriptor.md §7;
// descriptor-facts.json (fetch-ports).
var fetchPorts = [...]string{"", "80", "443", "8080"}

// port tells of a base URL that hosts on the network cannot fetch the descriptor from.
func (k *Checker) port(f finding, u *url.URL) {
	if slices.Contains(fetchPorts[:], u.Port()) || k.DevMode || isLoopback(u.Hostname()) {
		return
	}
	f.rule = rulePort
	k.add(f, "hosts fetch descriptors from the ports 80, 443 and 8080 only, not from %s", u.Port())
}

// regions checks the base URLs of regions: each is https, and moving a site there needs the
// callback for it. Source: descriptor.md §2 (regionBaseUrls).
func (k *Checker) regions(root Node) {
	regions := root.Child("regionBaseUrls")
	if regions.Kind() != Object || !regions.First().Exists() {
		return
	}
	for n := range regions.Children() {
		if n.Kind() == String && !n.HasPlaceholder() && !strings.HasPrefix(n.Text(), "https://") {
			k.add(finding{rule: ruleBaseURL, severity: Warning, node: n}, "the base URL of the region %s must begin with https://", shown(n.Key()))
		}
	}
	lifecycle := root.Child("lifecycle")
	if lifecycle.Kind() == Placeholder || lifecycle.Child("dare-migration").Exists() {
		return
	}
	k.add(finding{rule: ruleRegionMigration, node: regions, at: keyOf(regions)},
		`with "regionBaseUrls" hosts announce a move by the callback "dare-migration" of "lifecycle", which is missing`)
}
