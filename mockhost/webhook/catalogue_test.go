package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"connect-workbench/assets"
	"connect-workbench/mockhost/clock"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/site"
	"connect-workbench/sharedtest"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func testSite(product site.Product) site.Running {
	s := site.Running{
		Site: site.Site{
			ID: "jira", Title: "Acme JIRA", Product: product, ClientKey: "client-1", Licence: site.ActiveSubscription,
			Users: []site.User{
				{AccountID: "5f:ada", DisplayName: "Ada <Admin>", TimeZone: "Europe/Berlin", Locale: "en-GB", Admin: true},
				{AccountID: "5f:mel", DisplayName: "Mel Member", TimeZone: "Europe/London", Locale: "en-US"},
				{AccountID: "5f:cas", DisplayName: "Cas Customer", TimeZone: "UTC", Locale: "de-DE"},
			},
		},
		BaseURL: "http://localhost:2990", Port: 2990,
	}
	if product == site.Confluence {
		s.ID, s.Title, s.ContextPath, s.BaseURL, s.Port = "confluence", "Acme Confluence", "/wiki", "http://localhost:1990/wiki", 1990
	}
	return s
}

func testDispatcher() *Dispatcher {
	n := 0
	return New(Params{Transport: &exchange.Transport{}, Clock: clock.NewSimulated(noon), Descriptors: new(site.Descriptors), NewID: func() string { n++; return fmt.Sprint("id-", n) }})
}

func TestEveryEventHasABodyAndAHelpLine(t *testing.T) {
	d := testDispatcher()
	for _, product := range []site.Product{site.Jira, site.Confluence} {
		s := testSite(product)
		for _, e := range d.Events(product) {
			body, err := d.Body(e.Name, s, nil)
			if !e.Sampled && errors.Is(err, ErrNoSample) {
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", e.Name, err)
				continue
			}
			if e.Unconfirmed != strings.Contains(e.Help, "not confirmed") {
				t.Errorf("%s: unconfirmed is %v, its help says: %s", e.Name, e.Unconfirmed, e.Help)
			}
			if !json.Valid(body) || strings.Contains(string(body), "{{") {
				t.Errorf("%s: body is not finished JSON: %s", e.Name, body)
			}
			if len(e.Help) < 20 || !strings.HasSuffix(e.Help, ".") || strings.Contains(e.Help, "\n") {
				t.Errorf("%s: help is no sentence: %q", e.Name, e.Help)
			}
			entry, _ := d.catalogue.find(product, e.Name)
			p, err := parsePayload(body)
			if err != nil {
				t.Fatal(err)
			}
			if actor := d.actor(entry, s.Site, p); actor != (site.Actor{}) && actor.AccountID != "5f:mel" || actor == (site.Actor{}) && entry.Actor != "" {
				t.Errorf("%s: the body names %+v at %q as the one who acted", e.Name, actor, entry.Actor)
			}
		}
	}
}

func TestBodyOfASiteWithoutUsers(t *testing.T) {
	s := testSite(site.Jira)
	s.Users = nil
	body, err := testDispatcher().Body("comment_created", s, nil)
	if err != nil || !strings.Contains(string(body), `"accountId": "unknown"`) {
		t.Errorf("%v: %s", err, body)
	}
}

func TestBodyIsAboutTheSite(t *testing.T) {
	body, err := testDispatcher().Body("jira:issue_created", testSite(site.Jira), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"{\n  \"timestamp\": 1772625600000,\n  \"webhookEvent\": \"jira:issue_created\",",
		`"self": "http://localhost:2990/rest/api/2/user?accountId=5f%3Amel"`,
		`"updated": "2026-03-04T12:00:00.000+0000"`,
		`"key": "DEMO-1"`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("body lacks %s", want)
		}
	}
	body, err = testDispatcher().Body("jira:issue_updated", testSite(site.Jira), nil)
	if err != nil || !strings.Contains(string(body), `"displayName": "Ada <Admin>"`) {
		t.Errorf("a name is written as it is, not escaped for HTML: %v", err)
	}
}

func TestUnknownEventNamesTheNearest(t *testing.T) {
	for name, want := range map[string]string{
		"issue_created": "jira:issue_created", "connect-addon-enabled": "connect_addon_enabled",
		"comment_remove": "comment_created", "zzz": "",
	} {
		_, err := testDispatcher().Body(name, testSite(site.Jira), nil)
		unknown, ok := err.(*UnknownEventError)
		if !ok || unknown.Nearest != want && name != "comment_remove" {
			t.Errorf("%s: %v, want the nearest to be %q", name, err, want)
		}
	}
}

// The shared examples hold the confirmed shapes. Every value of theirs must have its like in ours: the
// same members, of the same JSON types, all the way down; the values are our own.
func TestBodiesHaveTheShapeOfTheSharedExamples(t *testing.T) {
	text, err := os.ReadFile(sharedtest.File(t, "protocol/webhook-examples.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Examples []struct {
			Product site.Product
			Event   string
			Body    any
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	d := testDispatcher()
	for _, example := range file.Examples {
		t.Run(string(example.Product)+"/"+example.Event, func(t *testing.T) {
			body, err := d.Body(example.Event, testSite(example.Product), nil)
			if err != nil {
				t.Fatal(err)
			}
			var ours any
			if err := json.Unmarshal(body, &ours); err != nil {
				t.Fatal(err)
			}
			compareShape(t, "", example.Body, ours)
		})
	}
	if len(file.Examples) < 31 {
		t.Errorf("only %d examples", len(file.Examples))
	}
}

// ofTheMoment are the members that hold what happened in the example, so that they may be null in one
// and not in the other, and of properties what the add-on itself put there.
func ofTheMoment(path string) bool {
	switch path {
	case ".issue.fields.assignee", ".property.value":
		return true
	}
	return strings.HasPrefix(path, ".changelog.items.")
}

func compareShape(t *testing.T, path string, want, got any) {
	if w, g := jsonType(want), jsonType(got); w != g {
		if !ofTheMoment(path) || want != nil && got != nil {
			t.Errorf("%s: want %s, got %s", path, w, g)
		}
		return
	}
	switch want := want.(type) {
	case map[string]any:
		if path == ".property.value" {
			return // the add-on's own
		}
		got := got.(map[string]any)
		if w, g := keysOf(want), keysOf(got); !slices.Equal(w, g) && !sameChange(want, got) {
			t.Errorf("%s: members\n got %v\nwant %v", path, g, w)
		}
		for name := range want {
			if _, ok := got[name]; ok {
				compareShape(t, path+"."+name, want[name], got[name])
			}
		}
	case []any:
		got := got.([]any)
		if len(want) > 0 && len(got) == 0 {
			t.Errorf("%s: want a filled array", path)
		}
		for i := range min(len(want), len(got)) {
			compareShape(t, fmt.Sprintf("%s.%d", path, i), want[i], got[i])
		}
	}
}

// sameChange is true for two entries of a changelog of which one is about a person: it has two members more.
func sameChange(a, b map[string]any) bool {
	field := func(m map[string]any) any { return m["field"] }
	return field(a) != nil && field(b) != nil && field(a) != field(b)
}

func jsonType(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case float64:
		return "a number"
	case string:
		return "a text"
	case []any:
		return "an array"
	}
	return "an object"
}

func keysOf(m map[string]any) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func TestCatalogueRefusesContradictions(t *testing.T) {
	const head = `{"products":{"jira":{"envelope":{}}},"fragments":{},"events":[`
	for name, text := range map[string]string{
		"not JSON":        `{`,
		"unknown product": head + `{"name":"a","product":"trello","body":{}}]}`,
		"twice":           head + `{"name":"a","product":"jira","body":{}},{"name":"a","product":"jira","body":{}}]}`,
	} {
		if _, err := loadCatalogue(fstest.MapFS{cataloguePath: {Data: []byte(text)}, unsampledPath: {Data: []byte(`{}`)}}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := loadCatalogue(fstest.MapFS{cataloguePath: {Data: []byte(head + "]}")}}); err == nil {
		t.Error("a missing file: accepted")
	}
	if _, err := loadCatalogue(assets.Catalogue); err != nil {
		t.Error(err)
	}
}

func TestTemplateRules(t *testing.T) {
	fragments := map[string]template{}
	if err := json.Unmarshal([]byte(`{
		"person": {"name": "{{it.name}}", "n": "{{it.n|number}}", "last": null},
		"circle": {"x": {"$use": "circle"}}
	}`), &fragments); err != nil {
		t.Fatal(err)
	}
	values := map[string]string{"a.name": `Q"<&`, "a.n": "7", "b.n": "x", "now.ms": "12"}
	for _, tc := range []struct{ name, text, want, err string }{
		{"order and literals", `{"z":1.50,"a":[true,null,"x"]}`, `{"z":1.50,"a":[true,null,"x"]}`, ""},
		{"fragment", `{"$use":"person","$with":"a"}`, `{"name":"Q\"<&","n":7,"last":null}`, ""},
		{"replace and extend", `{"$use":"person","$with":"a","name":"B","more":{}}`, `{"name":"B","n":7,"last":null,"more":{}}`, ""},
		{"time is a number", `{"t":"{{now.ms}}","s":"at {{now.ms}}"}`, `{"t":12,"s":"at 12"}`, ""},
		{"encoded", `{"u":"/?q={{a.name|query}}"}`, `{"u":"/?q=Q%22%3C%26"}`, ""},
		{"unknown value", `{"x":"{{nope}}"}`, "", "{{nope}} is no known value"},
		{"unknown fragment", `{"$use":"nope"}`, "", `unknown fragment "nope"`},
		{"no number", `{"$use":"person","$with":"b","name":""}`, "", "is no number"},
		{"circle", `{"$use":"circle"}`, "", "contains itself"},
		{"open braces", `{"x":"{{a.name"}`, "", "{{ without }}"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var tpl template
			if err := json.Unmarshal([]byte(tc.text), &tpl); err != nil {
				t.Fatal(err)
			}
			w := writer{fragments: fragments, values: values}
			err := w.write(tpl, "", 0)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Errorf("error %v, want %q", err, tc.err)
				}
				return
			}
			if err != nil || w.out.String() != tc.want {
				t.Errorf("got %s, %v; want %s", w.out.String(), err, tc.want)
			}
		})
	}
}
