package descriptor

import (
	"fmt"
	"strings"
	"testing"
)

// TestCostIsNotQuadratic feeds texts that make a careless engine read everything again for
// every fault. It asserts no time: a quadratic one does not finish within the test's limit.
func TestCostIsNotQuadratic(t *testing.T) {
	const size = 1 << 17
	numbered := func(format string) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"brackets":           strings.Repeat("[", size),
		"quotes":             strings.Repeat(`"`, size),
		"commas":             "[" + strings.Repeat(",", size),
		"colons":             "{" + strings.Repeat(":", size),
		"words":              "[" + strings.Repeat("x ", size/2),
		"braces in a string": `["` + strings.Repeat("{", size) + `"]`,
		"open templates":     `["` + strings.Repeat("{{a", size/3) + `"]`,
		"duplicate names":    "{" + strings.Repeat(`"a": 1, `, size/8) + `"a": 1}`,
		"unknown properties": "{" + numbered(`"nam#": 1, `) + `"a": 1}`,
		"unknown types":      `{"modules": {` + numbered(`"webItem#": 1, `) + `"a": 1}}`,
		"unknown events":     modules(`"webhooks": [` + numbered(`{"event": "issue_create#"}, `) + `{}]`),
		"unknown locations":  modules(`"webItems": [` + numbered(`{"location": "admin_plugins_menu/#"}, `) + `{}]`),
		"dangling keys":      modules(`"dialogs": [{}]`, `"webItems": [`+numbered(`{"key": "i#", "target": {"type": "dialogmodule", "options": {"key": "d#"}}}, `)+`{}]`),
		"the same key":       modules(`"dialogs": [` + numbered(`{"key": "d"}, `) + `{}]`),
		"nested conditions":  modules(`"webPanels": [` + strings.Repeat(`{"conditions": [`+strings.Repeat(`{"or": [`, 90)+strings.Repeat(`]}`, 90)+`]}, `, size/1000) + `{}]`),
		"many sections":      modules(`"webSections": [`+numbered(`{"key": "s#", "location": "x"}, `)+`{}]`, `"webItems": [{"location": ""}]`),
		"macro parameters":   modules(`"staticContentMacros": [{"key": "m", "url": "/` + strings.Repeat("x", size) + `", "parameters": [` + numbered(`{"identifier": "i#"}, `) + `{}]}]`),
		"repeated scopes":    app(`"scopes": [` + strings.Repeat(`"READ", `, size/8) + `"NONE"]`),
		"search keys":        modules(`"confluenceContentProperties": [{"keyConfigurations": [` + strings.Repeat(`{"propertyKey": "k"}, `, size/22) + `{}]}]`),
		"unknown variables":  modules(`"webPanels": [{"url": "/` + strings.Repeat("{issue.kee}", size/11) + `"}]`),
	} {
		t.Run(name, func(t *testing.T) {
			Check([]byte(text), Options{})
			Outline([]byte(text))
			if _, err := WithBaseURL([]byte(text), "https://a.example"); err != nil && text[0] == '{' {
				t.Error(err)
			}
			Complete([]byte(text), len(text)/2, Options{})
			Hover([]byte(text), len(text)-3, Options{})
			LexLine(text, func(start, end int, kind LexKind) {})
		})
	}
}
