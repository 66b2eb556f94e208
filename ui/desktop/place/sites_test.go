package place

import (
	"slices"
	"strings"
	"testing"

	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

func TestSiteLabelsTellSitesApart(t *testing.T) {
	long := strings.Repeat("Northern Lands ", 5)
	var sites []workbench.SiteState
	for id, title := range []string{"Acme", "Globex", "Acme", long + "Berlin", long + "Berlin", "All sites"} {
		sites = append(sites, workbench.SiteState{Site: site.Site{ID: string(rune('a' + id)), Title: title}})
	}
	labels := SiteLabels(sites, "All sites")
	want := []string{"Acme (a)", "Globex", "Acme (c)", Short(long+"Berlin") + " (d)", Short(long+"Berlin") + " (e)", "All sites (f)"}
	if !slices.Equal(labels, want) {
		t.Errorf("got %q", labels)
	}
}
