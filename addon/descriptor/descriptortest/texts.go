// Package descriptortest makes descriptors of any size, for benchmarks.
package descriptortest

import (
	"fmt"
	"strings"
)

// Generated makes a valid descriptor of about the size, with modules of many types.
func Generated(size int) []byte {
	var b strings.Builder
	b.WriteString("{\n  \"key\": \"com.example.large\",\n  \"name\": \"Large\",\n  \"baseUrl\": \"https://example.com\",\n" +
		"  \"authentication\": {\"type\": \"jwt\"},\n  \"lifecycle\": {\"installed\": \"/installed\"},\n  \"apiMigrations\": {\"signed-install\": true},\n  \"scopes\": [\"READ\", \"WRITE\"],\n  \"modules\": {\n")
	kinds := []struct{ kind, members string }{
		{"webPanels", `"name": {"value": "Panel %d"}, "url": "/panel/%d?issue={issue.key}", "location": "atl.jira.view.issue.right.context", "weight": 100, "conditions": [{"condition": "user_is_logged_in"}, {"or": [{"condition": "is_issue_editable"}, {"condition": "user_is_admin", "invert": true}]}]`},
		{"webItems", `"name": {"value": "Item %d"}, "url": "/item/%d", "location": "operations-operations", "target": {"type": "dialog", "options": {"width": "500px", "chrome": true}}, "icon": {"url": "/i.svg", "width": 16, "height": 16}`},
		{"generalPages", `"name": {"value": "Page %d"}, "url": "/page/%d", "location": "system.top.navigation.bar"`},
		{"jiraIssueContexts", `"name": {"value": "Context %d"}, "icon": {"url": "/i.svg"}, "content": {"type": "label", "label": {"value": "L"}}, "target": {"type": "web_panel", "url": "/context/%d"}`},
		{"jiraReports", `"name": {"value": "Report %d"}, "url": "/report/%d", "description": {"value": "A report"}, "reportCategory": "agile"`},
	}
	for i, k := range kinds {
		fmt.Fprintf(&b, "    %q: [", k.kind)
		for n, end := 0, b.Len()+(size-b.Len())/(len(kinds)-i); n == 0 || b.Len() < end; n++ {
			if n > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "\n      {\n        \"key\": \"%s-%d\",\n        ", strings.ToLower(k.kind), n)
			fmt.Fprintf(&b, strings.ReplaceAll(k.members, `, "`, ",\n        \""), n, n)
			b.WriteString("\n      }")
		}
		b.WriteString("\n    ]")
		if i < len(kinds)-1 {
			b.WriteString(",\n")
		}
	}
	b.WriteString("\n  }\n}\n")
	return []byte(b.String())
}

// Faulty is the same with a fault in every twentieth module, so that positions, messages and
// fixes are paid for too.
func Faulty(text []byte) []byte {
	s := string(text)
	for _, fault := range [][2]string{{`"weight": 100`, `"weight": "100"`}, {`"width": 16`, `"widht": 16`}, {`"agile"`, `"Agile"`}} {
		parts := strings.Split(s, fault[0])
		var b strings.Builder
		for i, p := range parts {
			b.WriteString(p)
			if i == len(parts)-1 {
				break
			}
			if i%20 == 0 {
				b.WriteString(fault[1])
			} else {
				b.WriteString(fault[0])
			}
		}
		s = b.String()
	}
	return []byte(s)
}
