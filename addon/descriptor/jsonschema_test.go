package descriptor

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled is the schema of a product as a real validator takes it.
func compiled(t *testing.T, p Product) *jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(BuiltIn().JSONSchema(p))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", schema); err != nil {
		t.Fatal(err)
	}
	out, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What the checker says of a text's shape a validator says by the schema.
func TestJSONSchemaSaysWhatTheShapeRulesSay(t *testing.T) {
	schema := compiled(t, Auto)
	for name, tc := range map[string]struct {
		text string
		good bool
	}{
		"whole":             {modules(`"webPanels": [{"key": "a", "name": {"value": "A"}, "url": "/a", "location": "atl.jira.view.issue.right.context"}]`), true},
		"enum in capitals":  {app(`"scopes": ["READ"]`), true},
		"required missing":  {`{"key": "a", "baseUrl": "https://a.example"}`, false},
		"wrong type":        {app(`"apiVersion": "1"`), false},
		"enum":              {app(`"scopes": ["REED"]`), false},
		"pattern":           {`{"key": "a b", "baseUrl": "https://a.example", "authentication": {"type": "none"}}`, false},
		"length":            {`{"key": "` + strings.Repeat("a", 100) + `", "baseUrl": "https://a.example", "authentication": {"type": "none"}}`, false},
		"module's required": {modules(`"webPanels": [{"key": "a"}]`), false},
		"closed object":     {app(`"apiMigrations": {"other": true}`), false},
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(tc.text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); (err == nil) != tc.good {
			t.Errorf("%s: %v", name, err)
		}
		shape := 0
		for _, p := range Check([]byte(tc.text), Options{}).Problems {
			if p.Severity == Error && strings.HasPrefix(p.Rule, "shape.") {
				shape++
			}
		}
		if (shape == 0) != tc.good {
			t.Errorf("%s: the checker finds %d errors of shape", name, shape)
		}
	}
}

func TestJSONSchemaOfOneProductHasItsModulesOnly(t *testing.T) {
	types := func(p Product) map[string]any {
		properties := BuiltIn().JSONSchema(p)["properties"].(map[string]any)
		return properties["modules"].(map[string]any)["properties"].(map[string]any)
	}
	if jira := types(Jira); jira["jiraIssueTabPanels"] == nil || jira["dynamicContentMacros"] != nil || jira["webPanels"] == nil {
		t.Errorf("JIRA's schema has %d types", len(jira))
	}
	if confluence := types(Confluence); confluence["dynamicContentMacros"] == nil || confluence["jiraIssueTabPanels"] != nil {
		t.Errorf("Confluence's schema has %d types", len(confluence))
	}
	compiled(t, Jira)
	compiled(t, Confluence)
}
