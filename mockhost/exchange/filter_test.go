package exchange

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"connect-workbench/addon/connectjwt"
)

// noon is the time of the tests' clock.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// baseRow passes or fails the filters of TestFilter.
func baseRow() Row {
	return Row{
		ID: 17, Parent: 12, Cause: "c-1", Site: "acme", Addon: "com.example.demo", Module: "issue-panel",
		Event: "jira:issue_created", Direction: ToAddon, Kind: KindWebhook,
		Start: noon.Add(-3 * time.Minute), Duration: 120 * time.Millisecond,
		Method: "POST", URL: "http://localhost:3000/Webhooks/issue?a=50%25", Status: 401,
		Judged: true, Rule: connectjwt.RuleQSH,
	}
}

func TestFilter(t *testing.T) {
	for text, want := range map[string]bool{
		"":    true,
		"   ": true,
		// free text
		"webhooks": true, "WEBHOOKS issue": true, "nothing": false, "issue_created": true,
		`"a=50%25"`: true, "a=50_25": false, "50%2": true, `"Webhooks issue"`: false,
		"http://localhost": true, "localhost:3000": true, "jira:issue_created": true, "jira:issue_deleted": false,
		// fields
		"site:acme": true, "site:ACME": false, "site:other": false, `site:"acme"`: true, "SITE:acme": true,
		"addon:com.example.*": true, "addon:*demo": true, "addon:*.Example.*": true, "addon:com.*.other": false,
		"module:issue-panel": true, "event:jira:issue_*": true, "event:jira:issue_created": true,
		"cause:c-1": true, "method:post": true, "method:GET": false,
		"dir:out": true, "dir:to-addon": true, "dir:in": false, "dir:to-host": false,
		"kind:webhook": true, "kind:Page": false,
		"status:401": true, "status:4xx": true, "status:5XX": false, "status:>=400": true, "status:>401": false,
		"status:<=401": true, "status:<500": true, "status:none": false, "status:=401": true,
		"verdict:failed": true, "verdict:ok": false, "verdict:none": false, "verdict:qsh": true,
		"verdict:jwt.qsh": true, "verdict:sh": false, "verdict:jwt": false,
		"age:<5m": true, "age:5m": true, "age:>5m": false, "age:<1d": true, "age:<=3m": true, "age:<1m30s": false,
		"took:>100ms": true, "took:100ms": true, "took:<100ms": false,
		"id:17": true, "id:>17": false, "id:>=17": true, "parent:12": true,
		// combinations
		"-site:acme": false, "-site:other": true, "--site:acme": true,
		"site:other or kind:webhook": true, "site:other OR kind:page": false,
		"site:acme kind:webhook status:4xx": true, "site:acme kind:page": false,
		"(site:other or site:acme) kind:webhook": true, "site:other or site:acme kind:page": false,
		"-(site:other or kind:page)": true, "-(site:acme)": false, "(((acme) or webhooks))": true,
	} {
		f, err := ParseFilter(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		row := baseRow()
		if got := f.Match(&row, noon); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestComparisonsLeaveOutWhatGotNoAnswer(t *testing.T) {
	row := baseRow()
	row.Status = 0
	for text, want := range map[string]bool{"status:<500": false, "status:none": true, "-status:none": false, "status:0": true} {
		if got := mustFilter(t, text).Match(&row, noon); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestFilterErrorsPointToThePlace(t *testing.T) {
	for text, want := range map[string]struct {
		offset  int
		message string
	}{
		"satus:404":                     {0, `no field "satus"`},
		"kind:webhook satus:4":          {13, "quotes"},
		"kind:hook":                     {5, "kind is one of descriptor, installed"},
		"dir:up":                        {4, "dir is out"},
		"status:abc":                    {7, "status is a code"},
		"status:99999999":               {7, "status is a code"},
		"age:yesterday":                 {4, "age is a time"},
		"age:<9999999d":                 {4, "age is a time"},
		"took:fast":                     {5, "took is a time"},
		"id:x":                          {3, "id is a number"},
		"site:*a*b*c*d*":                {5, "* stands at most"},
		"site:":                         {5, "value is missing after site:"},
		"site: acme":                    {5, "value is missing"},
		`site:""`:                       {5, "nothing between"},
		`a "b`:                          {2, "not closed"},
		"(a":                            {0, "no ) to this"},
		"a)":                            {1, "no ( to this"},
		"()":                            {1, "word is missing"},
		"a or":                          {4, "word is missing"},
		"or a":                          {0, "word is missing"},
		"or":                            {0, "word is missing"},
		"a or or b":                     {5, "word is missing"},
		"-":                             {0, "after the minus"},
		"a - b":                         {2, "after the minus"},
		"(-)":                           {1, "after the minus"},
		"a\x00b":                        {1, "zero byte"},
		"\xff":                          {0, "UTF-8"},
		strings.Repeat("(", 100) + "a":  {maxFilterDepth, "deeper"},
		strings.Repeat("-", 100) + "a":  {maxFilterDepth, "deeper"},
		strings.Repeat("a ", 101):       {200, "more than 100"},
		strings.Repeat("a", 5000):       {maxFilterBytes, "longer than"},
		`"` + strings.Repeat("a", 1999): {0, "not closed"},
		"ümlaut satus:4":                {8, "no field"},
		"site:acme (kind:page or x:y)":  {24, "no field"},
	} {
		_, err := ParseFilter(text)
		var f *FilterError
		if !errors.As(err, &f) {
			t.Errorf("%.40q: got %v, want a FilterError", text, err)
			continue
		}
		if f.Offset != want.offset || !strings.Contains(f.Message, want.message) {
			t.Errorf("%.40q: got %d %q, want %d and %q", text, f.Offset, f.Message, want.offset, want.message)
		}
	}
}

// filters for the comparison of the two evaluations, each to be combined with others.
func sampleFilters() []string {
	return []string{
		"", "webhooks", "ISSUE", `"50%"`, "50_", `"\"`, "ü", "Ü", "site:acme", "site:a*", "site:*", "site:**m*e", "addon:com.example.demo",
		"module:*panel", "event:jira:*", "dir:in", "dir:out", "kind:webhook", "kind:page", "method:get",
		"status:404", "status:>=400", "status:<300", "status:none", "status:2xx", "-status:2xx",
		"verdict:ok", "verdict:failed", "verdict:none", "verdict:qsh", "verdict:answer.status", "verdict:JWT.qsh", "-verdict:qsh",
		"age:<5m", "age:>=3m", "took:>100ms", "took:<=100ms", "id:>20", "id:<=9", "parent:3", "cause:c-*",
	}
}

func randomRow(rng *rand.Rand) Record {
	pick := func(choices ...string) string { return choices[rng.IntN(len(choices))] }
	r := Record{
		Parent: int64(rng.IntN(5)), Cause: pick("", "c-1", "C-2"),
		Site: pick("acme", "ACME", "jira", ""), Addon: pick("com.example.demo", "com.example.other", ""),
		Module: pick("issue-panel", "Panel", ""), Event: pick("jira:issue_created", "page_created", ""),
		Direction: Direction(pick("to-addon", "to-host")), Kind: Kind(pick("webhook", "page", "rest")),
		Start:    noon.Add(-time.Duration(rng.IntN(600)) * time.Second),
		Duration: time.Duration(rng.IntN(4)) * 50 * time.Millisecond,
		Method:   pick("GET", "POST", "get"),
		URL:      pick("http://h/Webhooks", "http://h/a_b", "http://h/50%", `http://h/50\_`, "http://h/grün", "http://h/GRÜN/issue?x=acme"),
		Status:   []int{0, 200, 204, 302, 404, 500}[rng.IntN(6)],
	}
	switch rng.IntN(4) {
	case 0:
		r.Verdict.OK = true
	case 1:
		r.Verdict.Rule = connectjwt.RuleQSH
	case 2:
		r.Verdict.Rule = RuleStatus
	}
	return r
}

// The same filter finds the same rows in memory and on disk.
func TestMatchAndSQLAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	l := openLog(t, Params{Clock: func() time.Time { return noon }})
	for range 300 {
		l.Append(randomRow(rng))
	}
	mustFlush(t, l)
	all := mustRows(t, l, Query{Limit: maxLimit})

	filters := sampleFilters()
	single := slices.Clone(filters[1:])
	for range 400 {
		a, b, c := single[rng.IntN(len(single))], single[rng.IntN(len(single))], single[rng.IntN(len(single))]
		filters = append(filters, fmt.Sprintf([]string{"%s %s %s", "%s or %s %s", "(%s or %s) %s", "-(%s %s) or %s", "-(%s or -(%s or %s))"}[rng.IntN(5)], a, b, c))
	}
	for _, text := range filters {
		f := mustFilter(t, text)
		var want []int64
		for i := range all {
			if f.Match(&all[i], noon) {
				want = append(want, all[i].ID)
			}
		}
		var got []int64
		for _, w := range mustRows(t, l, Query{Filter: f, Limit: maxLimit}) {
			got = append(got, w.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %d rows on disk, %d in memory", text, len(got), len(want))
		}
		if n, _, err := l.Count(t.Context(), f); err != nil || n != int64(len(want)) {
			t.Errorf("%q: counts %d, %v; want %d", text, n, err, len(want))
		}
	}
}

func FuzzParseFilter(f *testing.F) {
	for _, text := range sampleFilters() {
		f.Add(text)
	}
	for _, text := range []string{`-(a or "b c") site:x*`, "((", "a or", `"`, "-", "jira:a", "x:y", "status:>=", "age:<1d"} {
		f.Add(text)
	}
	l := openLog(f, Params{Clock: func() time.Time { return noon }})
	r := sample()
	r.Start = noon
	l.Append(r)
	mustFlush(f, l)
	f.Fuzz(func(t *testing.T, text string) {
		filter, err := ParseFilter(text)
		if err != nil {
			var e *FilterError
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(text) || e.Message == "" {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		row := r.Row()
		row.ID = 1
		rows, err := l.Rows(t.Context(), Query{Filter: filter})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if match := filter.Match(&row, noon); match != (len(rows) == 1) {
			t.Errorf("%q: %v in memory, %v on disk", text, match, !match)
		}
	})
}
