package descriptor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"connect-workbench/sharedtest"
)

// facts is the protocol's fact file, as far as the catalogue has to cover it.
type facts struct {
	TopLevel      map[string]fact `json:"topLevel"`
	Definitions   map[string]fact `json:"definitions"`
	SemanticRules []struct {
		ID string `json:"id"`
	} `json:"semanticRules"`
	Products map[Product]struct {
		Modules map[string]struct {
			Cardinality string          `json:"cardinality"`
			Closed      bool            `json:"closed"`
			Required    []string        `json:"required"`
			Fields      map[string]fact `json:"fields"`
			Context     any             `json:"contextParameters"`
			Location    string          `json:"defaultLocation"`
			Status      string          `json:"status"`
			Sources     []string        `json:"sources"`
		} `json:"modules"`
		Locations  []nameFact `json:"locations"`
		Conditions []nameFact `json:"conditions"`
		Events     []nameFact `json:"webhookEvents"`
		Parameters []nameFact `json:"contextParameters"`
		Scopes     []nameFact `json:"scopes"`

		Entities           []string `json:"entityPropertyEntities"`
		ProjectPermissions []string `json:"projectPermissionKeys"`
		GlobalPermissions  []string `json:"globalPermissionKeys"`
	} `json:"products"`
}

// fact is what the file says of one value.
type fact struct {
	Type       string          `json:"type"`
	Ref        string          `json:"ref"`
	Required   bool            `json:"required"`
	Enum       []string        `json:"enum"`
	Pattern    string          `json:"pattern"`
	MaxLength  int             `json:"maxLength"`
	MaxItems   int             `json:"maxItems"`
	Since      string          `json:"maxLengthSince"`
	Default    json.RawMessage `json:"default"`
	Closed     bool            `json:"closed"`
	Items      *fact           `json:"items"`
	AnyOf      []fact          `json:"anyOf"`
	Properties map[string]fact `json:"properties"`
	Sources    []string        `json:"sources"`
}

// nameFact is one entry of a list of names.
type nameFact struct {
	Name        string              `json:"name"`
	Kinds       []string            `json:"kinds"`
	Params      []string            `json:"params"`
	ParamValues map[string][]string `json:"paramValues"`
	ContextFree any                 `json:"contextFree"`
	Inline      *bool               `json:"inline"`
	Filter      bool                `json:"jqlFilter"`
	MacrosOnly  bool                `json:"macrosOnly"`
	Implies     []string            `json:"implies"`
	Status      string              `json:"status"`
	Sources     []string            `json:"sources"`
}

// leftOut lists what the catalogue deliberately has not as the facts have it, each with a reason.
var leftOut = map[string]string{
	"issue_property_set":     filtersMore,
	"issue_property_deleted": filtersMore,
	"worklog_created":        filtersMore,
	"worklog_updated":        filtersMore,
	"worklog_deleted":        filtersMore,
	"attachment_created":     filtersMore,
	"attachment_deleted":     filtersMore,
	"jira:worklog_updated":   filtersMore,
	"spaceToolsTabs":         "the default location is the name in words beside it; the catalogue has the name alone",
}

// sections tells of every part of the facts where it is compared, or why the catalogue has none of it.
var sections = map[string]string{
	"meta":                   "sources.json explains the tags; TestSourcesAndErasAgree",
	"topLevel":               "TestCatalogueCoversTheFacts",
	"definitions":            "TestCatalogueCoversTheFacts",
	"products":               "TestCatalogueCoversTheFacts",
	"semanticRules":          "TestEverySemanticRuleOfTheFactsIsChecked",
	"unknownTopLevel":        "shape.unknown-property is a warning there; check_test.go",
	"contextParameterSyntax": "url.go follows it; check_test.go",
	"standardParameters":     "left out: the host adds them to every request and no descriptor names them; mockhost/page sends them, and meaning.licence-parameter is about the one people write by hand",
	"hostInstallErrors":      "left out: they are what an administrator reads after an installation; mockhost/install has them",
}

func TestEveryPartOfTheFactsIsAccountedFor(t *testing.T) {
	var parts map[string]json.RawMessage
	readJSON(t, sharedtest.File(t, "protocol/descriptor-facts.json"), &parts)
	for name := range parts {
		if sections[name] == "" {
			t.Errorf("nothing is said about %s", name)
		}
	}
	for name := range sections {
		if parts[name] == nil {
			t.Errorf("the facts have no part %s", name)
		}
	}
}

// filtersMore: webhooks.md, newer than the schema's text, lets a filter apply to more events.
const filtersMore = "webhooks.md lets a JQL filter apply to it too, so that a filter there is no fault"

// coverage compares the catalogue with the facts and keeps what it found to differ.
type coverage struct {
	f     facts
	c     *Catalogue
	diffs []string
	used  map[string]bool // definitions that were compared
}

func (v *coverage) differ(path, format string, args ...any) {
	v.diffs = append(v.diffs, path+": "+fmt.Sprintf(format, args...))
}

func TestCatalogueCoversTheFacts(t *testing.T) {
	v := coverage{c: BuiltIn(), used: make(map[string]bool)}
	readJSON(t, sharedtest.File(t, "protocol/descriptor-facts.json"), &v.f)
	v.properties("descriptor", v.c.Descriptor, v.f.TopLevel)
	if n := len(v.f.TopLevel); n != 21 {
		t.Errorf("the facts have %d properties of the descriptor", n)
	}
	for p, product := range v.f.Products {
		v.modules(p)
		v.names(p)
		v.parameterValues(p)
		t.Logf("%s: %d module types, %d locations, %d conditions, %d events, %d context parameters, %d scopes", p, len(product.Modules),
			len(product.Locations), len(product.Conditions), len(product.Events), len(product.Parameters), len(product.Scopes))
	}
	for name := range v.f.Definitions {
		if !v.used[name] {
			t.Errorf("the definition %s was compared with nothing", name)
		}
	}
	found := make(map[string]bool)
	for _, d := range v.diffs {
		path, _, _ := strings.Cut(d, ": ")
		found[path] = true
		if leftOut[path] == "" {
			t.Error(d)
		}
	}
	for path, reason := range leftOut {
		if !found[path] {
			t.Errorf("%s is listed as left out (%s), but it is covered", path, reason)
		}
	}
}

func (v *coverage) modules(p Product) {
	for kind, want := range v.f.Products[p].Modules {
		m := v.c.Modules[kind]
		if m == nil || !m.In(p) {
			v.differ(kind, "no such module type of %s", p)
			continue
		}
		if m.Single != (want.Cardinality == "object") || m.Value.Closed != want.Closed {
			v.differ(kind, "single %v, closed %v", m.Single, m.Value.Closed)
		}
		if m.Help == "" || !containsEvery(m.Sources, want.Sources) {
			v.differ(kind, "help %q, sources %v, want %v", m.Help, m.Sources, want.Sources)
		}
		if (want.Status == "") != (m.Status == Current) {
			v.differ(kind, "status %q, want one like %q", m.Status, want.Status)
		}
		if want.Location != "" && m.DefaultLocation[p] != want.Location {
			v.differ(kind, "default location %q, want %q", m.DefaultLocation[p], want.Location)
		}
		switch context := want.Context.(type) {
		case string:
			if !m.LocationsContext {
				v.differ(kind, "context does not depend on the location")
			}
		case []any:
			for _, name := range context {
				if !slices.Contains(m.Context, name.(string)) {
					v.differ(kind, "no context parameter %s", name)
				}
			}
		}
		for name, f := range want.Fields {
			f.Required = slices.Contains(want.Required, name)
			want.Fields[name] = f
		}
		v.properties(kind, m.Value, want.Fields)
	}
}

// properties compares the properties of an object, both ways.
func (v *coverage) properties(path string, have *Value, want map[string]fact) {
	for name, f := range want {
		field := have.Field(name)
		if field == nil {
			v.differ(path+"."+name, "missing")
			continue
		}
		at := path + "." + name
		if field.Required != f.Required || field.Help == "" {
			v.differ(at, "required %v, want %v; help %q", field.Required, f.Required, field.Help)
		}
		if f.Default != nil && !sameJSON(field.Default, f.Default) {
			v.differ(at, "default %s, want %s", field.Default, f.Default)
		}
		if !containsEvery(field.Sources, f.Sources) {
			v.differ(at, "sources %v, want %v", field.Sources, f.Sources)
		}
		v.value(at, field.Value, f, 0)
	}
	for i := range have.Fields {
		if _, known := want[have.Fields[i].Name]; !known {
			v.differ(path+"."+have.Fields[i].Name, "the facts do not have it")
		}
	}
}

// value compares one value; depth ends the recursion of conditions within conditions.
func (v *coverage) value(at string, have *Value, want fact, depth int) {
	if want.Ref != "" {
		definition := v.f.Definitions[want.Ref]
		v.used[want.Ref] = true
		if depth > 6 {
			return
		}
		definition.Required = want.Required
		v.value(at, have, definition, depth+1)
		return
	}
	if len(want.AnyOf) > 0 {
		v.anyOf(at, have, want.AnyOf, depth)
		return
	}
	kinds := map[string]Type{"string": StringType, "integer": IntegerType, "number": NumberType, "boolean": BooleanType, "object": ObjectType, "array": ArrayType}
	if kind, known := kinds[want.Type]; known && have.Type != kind {
		v.differ(at, "type %v, want %s", have.Type, want.Type)
		return
	}
	if !slices.Equal(have.Enum, want.Enum) {
		v.differ(at, "values %v, want %v", have.Enum, want.Enum)
	}
	pattern := ""
	if have.Pattern != nil {
		pattern = have.Pattern.expr.String()
	}
	if want.Pattern != "" && pattern != unescaped.Replace(want.Pattern) && !strings.Contains(want.Pattern, "(?!") {
		v.differ(at, "pattern %s, want %s", pattern, want.Pattern)
	}
	if want.Pattern != "" && pattern == "" {
		v.differ(at, "no pattern, want %s", want.Pattern)
	}
	if limit := max(want.MaxLength, want.MaxItems); have.Max != limit {
		v.differ(at, "limit %d, want %d", have.Max, limit)
	}
	if want.Since != "" && have.Newer == nil {
		v.differ(at, "does not say that its limit came later")
	}
	if want.Items != nil {
		if have.Of == nil {
			v.differ(at, "elements are not described")
		} else {
			v.value(at+"[]", have.Of, *want.Items, depth)
		}
	}
	if len(want.Properties) > 0 {
		if have.Closed != want.Closed && !strings.HasPrefix(at, "descriptor") {
			v.differ(at, "closed %v", have.Closed)
		}
		v.propertiesOf(at, have, want.Properties, depth)
	}
}

func (v *coverage) propertiesOf(at string, have *Value, want map[string]fact, depth int) {
	if depth > 6 {
		return
	}
	inner := coverage{f: v.f, c: v.c, used: v.used}
	for name, f := range want {
		field := have.Field(name)
		if field == nil {
			v.differ(at+"."+name, "missing")
			continue
		}
		if field.Required != f.Required || field.Help == "" {
			v.differ(at+"."+name, "required %v, want %v; help %q", field.Required, f.Required, field.Help)
		}
		if f.Default != nil && !sameJSON(field.Default, f.Default) {
			v.differ(at+"."+name, "default %s, want %s", field.Default, f.Default)
		}
		inner.value(at+"."+name, field.Value, f, depth+1)
	}
	for i := range have.Fields {
		if _, known := want[have.Fields[i].Name]; !known {
			v.differ(at+"."+have.Fields[i].Name, "the facts do not have it")
		}
	}
	v.diffs = append(v.diffs, inner.diffs...)
}

// anyOf finds a branch for every form.
func (v *coverage) anyOf(at string, have *Value, want []fact, depth int) {
	if depth > 6 {
		return
	}
	branches := []*Value{have}
	if have.Type == OneOfType {
		branches = nil
		for _, b := range have.Branches {
			branches = append(branches, b.Value)
		}
	}
	for i, f := range want {
		if f.Ref != "" {
			v.used[f.Ref] = true
			f = v.f.Definitions[f.Ref]
		}
		matches := func(b *Value) bool {
			return slices.Equal(slices.Sorted(maps.Keys(f.Properties)), slices.Sorted(fieldNames(b)))
		}
		n := slices.IndexFunc(branches, matches)
		if n < 0 {
			v.differ(fmt.Sprintf("%s#%d", at, i), "no form with %v", slices.Sorted(maps.Keys(f.Properties)))
			continue
		}
		v.value(at, branches[n], f, depth+1)
	}
}

func fieldNames(v *Value) func(func(string) bool) {
	return func(yield func(string) bool) {
		for i := range v.Fields {
			if !yield(v.Fields[i].Name) {
				return
			}
		}
	}
}

// names compares the lists of names a descriptor may use.
func (v *coverage) names(p Product) {
	product := v.f.Products[p]
	for _, want := range product.Locations {
		l := v.c.Location(want.Name, p)
		if l == nil || l.Help == "" || !containsEvery(l.Modules, want.Kinds) || !containsEvery(l.Sources, want.Sources) || (want.Status == "") != (l.Status == Current) {
			v.differ(want.Name, "location %+v, want %+v", l, want)
		}
	}
	for _, want := range product.Conditions {
		v.condition(p, want)
	}
	for _, want := range product.Events {
		i := slices.IndexFunc(v.c.events[want.Name], func(e *Event) bool { return e.Product == p })
		if i < 0 {
			v.differ(want.Name, "no such event of %s", p)
			continue
		}
		e := v.c.events[want.Name][i]
		if e.Help == "" || e.Filter != want.Filter || !containsEvery(e.Sources, want.Sources) || (want.Status == "") != (e.Status == Current) {
			v.differ(want.Name, "event %+v, want %+v", e, want)
		}
	}
	for _, want := range product.Parameters {
		have := v.c.parameters[want.Name]
		if have == nil || have.Product != p || have.Help == "" || have.MacrosOnly != want.MacrosOnly || !containsEvery(have.Sources, want.Sources) || (want.Status == "") != (have.Status == Current) {
			v.differ(want.Name, "context parameter %+v, want %+v", have, want)
		}
	}
	for _, want := range product.Scopes {
		i := slices.IndexFunc(v.c.Scopes, func(s Scope) bool { return s.Name == want.Name })
		if i < 0 || v.c.Scopes[i].Help == "" || !slices.Contains(v.c.Scopes[i].Products, p) || !containsEvery(v.c.Scopes[i].Implies, want.Implies) || !containsEvery(v.c.Scopes[i].Sources, want.Sources) {
			v.differ(want.Name, "scope, want %+v", want)
		}
	}
}

// parameterValues compares what conditions may be asked about.
func (v *coverage) parameterValues(p Product) {
	product := v.f.Products[p]
	for _, c := range v.c.Conditions {
		for _, param := range c.Params {
			have, want := param.Known, []string(nil)
			switch {
			case param.Name == "entity" && slices.Contains(c.Products, p):
				have, want = param.Values, product.Entities
			case c.Name == "has_global_permission":
				want = product.GlobalPermissions
			case param.Name == "permission" && have != nil:
				want = product.ProjectPermissions
			}
			if !containsEvery(have, want) {
				v.differ(c.Name, "%s: %v, want %v", param.Name, have, want)
			}
		}
	}
}

func (v *coverage) condition(p Product, want nameFact) {
	have := v.c.conditions[want.Name]
	if have == nil || !slices.Contains(have.Products, p) {
		v.differ(want.Name, "no such condition of %s", p)
		return
	}
	var params []string
	values := map[string][]string{}
	for _, param := range have.Params {
		name := param.Name
		if param.Optional {
			name += "?"
		}
		params = append(params, name)
		if param.Values != nil {
			values[param.Name] = param.Values
		}
	}
	if !slices.Equal(params, want.Params) {
		v.differ(want.Name, "parameters %v, want %v", params, want.Params)
	}
	for name, list := range want.ParamValues {
		if !slices.Equal(values[name], list) {
			v.differ(want.Name, "values of %s: %v, want %v", name, values[name], list)
		}
	}
	free := map[any]string{nil: "", false: "", true: "always", "only with entity=addon": "addon"}
	if have.ContextFree != free[want.ContextFree] {
		v.differ(want.Name, "context free %q, want %v", have.ContextFree, want.ContextFree)
	}
	if have.NotInline != (want.Inline != nil && !*want.Inline) || have.Help == "" || !containsEvery(have.Sources, want.Sources) || (want.Status == "") != (have.Status == Current) {
		v.differ(want.Name, "condition %+v, want %+v", have, want)
	}
}

// unescaped takes away backslashes that mean nothing to an expression.
var unescaped = strings.NewReplacer(`\/`, "/", `z0-9\.]`, "z0-9.]")

func containsEvery(have, want []string) bool {
	return !slices.ContainsFunc(want, func(s string) bool { return !slices.Contains(have, s) })
}

func sameJSON(have string, want json.RawMessage) bool {
	var b bytes.Buffer
	return json.Compact(&b, []byte(have)) == nil && b.String() == string(bytes.TrimSpace(want))
}

// TestSourcesAndErasAgree: a name an old source has was there then, and every tag is explained.
func TestSourcesAndErasAgree(t *testing.T) {
	c := BuiltIn()
	known := func(tag string) bool {
		return slices.ContainsFunc(c.Sources, func(s Source) bool { return s.Tag == tag && s.What != "" && s.Trust != "" })
	}
	check := func(name string, s Span, sources []string) {
		if len(sources) == 0 {
			t.Errorf("%s: no source", name)
		}
		for _, tag := range sources {
			if !known(tag) {
				t.Errorf("%s: the source %s is not explained", name, tag)
			}
		}
		if slices.Contains(sources, "ac-plugin-2016") && !s.began(Cloud2016) {
			t.Errorf("%s: hosts of 2016 know it, but it is said to have come later", name)
		}
		if slices.Contains(sources, "ace-schema") && !s.began(Cloud2020) {
			t.Errorf("%s: the schema of 2019 has it, but it is said to have come later", name)
		}
		if slices.Contains(sources, "forge-manifest") && s.Until != "" {
			t.Errorf("%s: today's schemas have it, but it is said to have gone", name)
		}
	}
	for _, m := range c.Modules {
		check(m.Type, m.Span, m.Sources)
	}
	for _, l := range c.Locations {
		check(l.Name, l.Span, l.Sources)
	}
	for _, condition := range c.Conditions {
		check(condition.Name, condition.Span, condition.Sources)
	}
	for _, e := range c.Events {
		check(e.Name, e.Span, e.Sources)
	}
	for _, s := range c.Scopes {
		check(s.Name, s.Span, s.Sources)
	}
	for _, p := range c.Parameters {
		check(p.Name, p.Span, p.Sources)
	}
	for _, f := range c.Descriptor.Fields {
		check(f.Name, f.Span, f.Sources)
	}
	for _, text := range c.Texts {
		check(text.Rule.ID, Span{}, text.Sources)
	}
	for _, e := range Eras() {
		if EraName(e) == "" {
			t.Errorf("no name of the era %s", e)
		}
	}
}

// semantic tells which rule covers each semantic rule of the facts, or why none does.
var semantic = map[string]string{
	"jwt-requires-installed":         "meaning.installed",
	"baseurl-scheme":                 "shape.pattern",
	"baseurl-https":                  "meaning.base-url",
	"webhook-needs-read":             "meaning.webhook-scope",
	"page-condition-context":         "meaning.page-condition",
	"unknown-module":                 "meaning.unknown-module",
	"module-cardinality":             "shape.type",
	"webpanel-blacklisted-location":  "meaning.location-refused",
	"duplicate-module-key":           "meaning.module-key",
	"app-key-length":                 "shape.advised-length",
	"dialog-target":                  "meaning.reference",
	"shortcut-target":                "meaning.reference",
	"timetracking-adminpage":         "meaning.reference",
	"webitem-page-context":           "meaning.reference",
	"issuefield-readonly-property":   "meaning.issue-field",
	"supports-native-location":       "meaning.supports-native",
	"byline-property-needs-defaults": "meaning.byline-defaults",
	"publish-condition-context":      "meaning.publish-context",
	"webhook-filter-events":          "meaning.webhook-filter",
	"property-key-fields":            "meaning.search-key",
	"enum-case":                      "shape.enum-case",
	"access-email-approval":          "meaning.email-scope",
	"dynamic-limit":                  "-it is about modules registered while the add-on runs, which no descriptor holds",
	"fetch-ports":                    "meaning.port",
}

// semanticCases breaks each semantic rule once.
var semanticCases = map[string]string{
	"jwt-requires-installed":         `{"key": "a", "baseUrl": "https://a.example", "authentication": {}}`,
	"baseurl-scheme":                 strings.Replace(app(), "https://a.example", "a.example", 1),
	"baseurl-https":                  strings.Replace(app(), "https://a.example", "http://a.example:443", 1),
	"webhook-needs-read":             app(`"modules": {"webhooks": [{"event": "page_created", "url": "/h"}]}`),
	"page-condition-context":         module("profilePages", `"conditions": [{"condition": "has_page"}]`),
	"unknown-module":                 modules(`"jiraIssuePanels": []`),
	"module-cardinality":             modules(`"jiraBuildInfoProvider": []`),
	"webpanel-blacklisted-location":  module("webPanels", `"location": "atl.header.after.scripts"`),
	"duplicate-module-key":           modules(`"dialogs": [{"key": "m", "url": "/d"}]`, `"generalPages": [{"key": "m", "name": {"value": "M"}, "url": "/m"}]`),
	"app-key-length":                 strings.Replace(app(), `"a"`, `"`+strings.Repeat("k", 70)+`"`, 1),
	"dialog-target":                  module("webItems", `"location": "operations-operations", "target": {"type": "dialogmodule"}`),
	"shortcut-target":                modules(`"keyboardShortcuts": [{"key": "k", "name": {"value": "K"}, "shortcut": "k", "target": {"key": "none"}}]`),
	"timetracking-adminpage":         modules(`"jiraTimeTrackingProviders": [{"key": "t", "name": {"value": "T"}, "adminPageKey": "none"}]`),
	"webitem-page-context":           module("webItems", `"location": "operations-operations", "context": "page"`),
	"issuefield-readonly-property":   modules(`"jiraIssueFields": [{"key": "f", "name": {"value": "F"}, "description": {"value": "D"}, "type": "read_only"}]`),
	"supports-native-location":       module("webPanels", `"location": "atl.gh.issue.details.tab", "supportsNative": true`),
	"byline-property-needs-defaults": module("contentBylineItems", `"contentPropertyKey": "k"`),
	"publish-condition-context":      modules(`"publishConditions": [{"key": "p", "name": {"value": "P"}, "errorMessage": {"value": "E"}, "context": "page"}]`),
	"webhook-filter-events":          modules(`"webhooks": [{"event": "board_created", "url": "/h", "filter": "a = b"}]`),
	"property-key-fields":            modules(`"confluenceContentProperties": [{"key": "p", "name": {"value": "P"}, "keyConfigurations": [{"propertyKey": "k", "extractions": []}, {"propertyKey": "k", "extractions": []}]}]`),
	"enum-case":                      app(`"scopes": ["Write"]`),
	"access-email-approval":          app(`"scopes": ["ACCESS_EMAIL_ADDRESSES"]`),
	"fetch-ports":                    strings.Replace(app(), "a.example", "a.example:8443", 1),
}

func TestEverySemanticRuleOfTheFactsIsChecked(t *testing.T) {
	var f facts
	readJSON(t, sharedtest.File(t, "protocol/descriptor-facts.json"), &f)
	for _, r := range f.SemanticRules {
		rule, known := semantic[r.ID]
		if !known {
			t.Errorf("%s: no rule covers it", r.ID)
			continue
		}
		if strings.HasPrefix(rule, "-") {
			continue
		}
		report := Check([]byte(semanticCases[r.ID]), Options{})
		if !slices.ContainsFunc(report.Problems, func(p Problem) bool { return p.Rule == rule }) {
			t.Errorf("%s: %s is not raised%s", r.ID, rule, texted(report))
		}
	}
}
