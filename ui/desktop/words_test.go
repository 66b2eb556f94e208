package desktop

import (
	"slices"
	"testing"
	"time"

	"connect-workbench/mockhost/site"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

func TestAgeChangesInCoarseSteps(t *testing.T) {
	tests := []struct {
		d    time.Duration
		want string
		next time.Duration
	}{
		{-time.Second, "just now", 5 * time.Second},
		{0, "just now", 5 * time.Second},
		{3 * time.Second, "just now", 2 * time.Second},
		{12 * time.Second, "10 s ago", 3 * time.Second},
		{61 * time.Second, "1 min ago", 59 * time.Second},
		{3*time.Hour + 30*time.Minute, "3 h ago", 30 * time.Minute},
		{72 * time.Hour, "3 days ago", 24 * time.Hour},
	}
	for _, tc := range tests {
		if words, next := age(tc.d); words != tc.want || next != tc.next {
			t.Errorf("age(%v) = %q, next %v; want %q, %v", tc.d, words, next, tc.want, tc.next)
		}
	}
}

func TestCountSetsThousandsApart(t *testing.T) {
	for n, want := range map[int]string{
		0: "0 exchanges", 1: "1 exchange", 999: "999 exchanges", 1000: "1,000 exchanges", 1234567: "1,234,567 exchanges",
	} {
		if got := count(n, "exchange"); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestShortAddress(t *testing.T) {
	for in, want := range map[string]string{
		"http://localhost:3000":         ":3000",
		"http://localhost:3000/base":    ":3000/base",
		"https://my-addon.example.com":  "my-addon.example.com",
		"http://127.0.0.1:8080/connect": "127.0.0.1:8080/connect",
	} {
		if got := shortAddress(in); got != want {
			t.Errorf("shortAddress(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSiteChoicesTellNamesakesApart(t *testing.T) {
	sites := []workbench.SiteState{
		{Site: site.Site{ID: "acme", Title: "Acme"}},
		{Site: site.Site{ID: "acme-2", Title: "Acme"}},
		{Site: site.Site{ID: "globex", Title: "Globex"}},
		{Site: site.Site{ID: "odd", Title: "All sites"}},
	}
	labels, ids := siteChoices(sites)
	wantLabels := []string{"All sites", "Acme (acme)", "Acme (acme-2)", "Globex", "All sites (odd)"}
	if !slices.Equal(labels, wantLabels) {
		t.Errorf("labels %q, want %q", labels, wantLabels)
	}
	if want := []string{"", "acme", "acme-2", "globex", "odd"}; !slices.Equal(ids, want) {
		t.Errorf("ids %q, want %q", ids, want)
	}
}

func TestStatusHasAWord(t *testing.T) {
	for _, tc := range []struct {
		state workbench.AddonState
		want  widgets.Status
		word  string
	}{
		{workbench.AddonState{}, widgets.StatusPending, "checking"},
		{workbench.AddonState{Checked: true, Up: true}, widgets.StatusOK, "up"},
		{workbench.AddonState{Checked: true}, widgets.StatusFailed, "down"},
	} {
		if status, word := addonStatus(tc.state); status != tc.want || word != tc.word {
			t.Errorf("%+v: %v %q", tc.state, status, word)
		}
	}
	for _, tc := range []struct {
		errors, warnings int
		want             string
	}{{0, 0, "no problems"}, {1, 0, "1 error"}, {0, 2, "2 warnings"}, {2, 1, "2 errors, 1 warning"}} {
		if _, word := problemStatus(tc.errors, tc.warnings); word != tc.want {
			t.Errorf("%d errors, %d warnings: %q", tc.errors, tc.warnings, word)
		}
	}
	notices := []workbench.Notice{{Level: "info"}, {Level: "failed"}, {Level: "warning"}}
	if got := worstNotice(notices); got != widgets.StatusFailed {
		t.Errorf("worst of %v is %v", notices, got)
	}
}
