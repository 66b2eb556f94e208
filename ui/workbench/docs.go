package workbench

import (
	"slices"

	"connect-workbench/addon/descriptor"
)

// DocsURL is the address of the page about a thing, on a site: the one named or, for "", the first
// whose product has the thing. Kind and name are those of descriptor.DocsPath. It is "" when no
// site runs.
func (w *Workbench) DocsURL(siteID, kind, name string) string {
	running := w.host.Sites()
	products := descriptor.BuiltIn().DocsProducts(kind, name)
	best := -1
	for i, r := range running {
		switch {
		case r.ID == siteID:
			return r.BaseURL + descriptor.DocsPath(kind, name)
		case best < 0 && (products == nil || slices.Contains(products, r.Product)):
			best = i
		}
	}
	if len(running) == 0 {
		return ""
	}
	return running[max(best, 0)].BaseURL + descriptor.DocsPath(kind, name)
}
