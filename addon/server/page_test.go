package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/addon/descriptor"
)

func TestSampleHasNoProblems(t *testing.T) {
	for _, p := range descriptor.Check([]byte(sample(t)), descriptor.Options{DevMode: true}).Problems {
		t.Errorf("line %d: %s: %s", p.Line, p.Rule, p.Message)
	}
}

func TestPageShowsWhatWasProven(t *testing.T) {
	s := newSite(t, sample(t))
	s.mustInstall()
	a := s.open("/issue-notes?issue=DEMO-1&project=&xdm_e=http%3A%2F%2Flocalhost%3A2990&xdm_c=channel-x&cp=%2Fjira&lic=none&cv=1")
	if a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for _, want := range []string{
		`<html lang="en">`, "<title>Notes</title>", "Verified.", "DEMO-1", "(empty)", "557058:mia", siteURL, clientKey,
		"expires in 3 min", "no licence, or one that has run out",
		`src="http://localhost:2990/jira/atlassian-connect/all.js"`,
		"GET&amp;/issue-notes&amp;cp=%2Fjira", "&#34;alg&#34;: &#34;HS256&#34;",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(a.body, secret) {
		t.Error("the page holds the secret")
	}
	if a.header.Get("X-Frame-Options") != "" || a.header.Get("Content-Security-Policy") != "" {
		t.Error("the page forbids framing")
	}
}

func TestPageEscapes(t *testing.T) {
	s := newSite(t, strings.Replace(sample(t), `"value": "Overview"`, `"value": "<script>alert(0)</script>"`, 1))
	s.mustInstall()
	target := `/overview?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E&%22%3E%3Cb%3E=1&xdm_e=javascript%3Aalert(2)&cp=%22onload%3D%22`
	c := s.claims("GET", target)
	c.Subject = `"><img src=x onerror=alert(3)>`
	c.Context = json.RawMessage(`{"user":{"displayName":"<script>alert(4)</script>"}}`)
	a := s.send("GET", target+"&jwt="+connectjwt.SignHS256(c, secret), "", "")
	if a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for _, never := range []string{"<script>alert", "<img", "<b>", "javascript:alert(2)/", `"onload="`} {
		if strings.Contains(a.body, never) {
			t.Errorf("the page holds %q", never)
		}
	}
}

func TestPagesByModule(t *testing.T) {
	s := newSite(t, `{
		"key": "com.example.pages", "baseUrl": "{{localBaseUrl}}", "authentication": {"type": "jwt"},
		"apiMigrations": {"signed-install": true}, "lifecycle": {"installed": "installed"},
		"modules": {
			"generalPages": [
				{"key": "first", "name": {"value": "First"}, "url": "/page?tab=first"},
				{"key": "second", "name": {"value": "Second"}, "url": "/page?tab=second&issue={issue.key}"}],
			"webPanels": [{"key": "in-path", "name": {"value": "In the path"}, "location": "x", "url": "/issues/{issue.key}/v${project.id}/x"}],
			"configurePage": {"key": "configure", "name": {"value": "Configure"}, "url": "/configure"},
			"dialogs": [{"key": "dialog", "url": "/dialog"}],
			"webItems": [
				{"key": "item", "name": {"value": "Item"}, "location": "x", "url": "/item"},
				{"key": "away", "name": {"value": "Away"}, "location": "x", "context": "product", "url": "/away"}],
			"jiraIssueContents": [{"key": "content", "name": {"value": "Content"}, "target": {"type": "web_panel", "url": "/content"}}],
			"staticContentMacros": [{"key": "static", "name": {"value": "Static"}, "url": "/static?word={word}"}],
			"dynamicContentMacros": [{"key": "dynamic", "name": {"value": "Dynamic"}, "url": "/dynamic", "editor": {"url": "/edit-dynamic"}}]
		}}`)
	s.mustInstall()
	for target, title := range map[string]string{
		"/page?tab=first": "First", "/page?issue=A-1&tab=second": "Second",
		"/issues/DEMO-1/v10000/x": "In the path", "/issues/%C3%A9%20x/v/x?lic=active": "In the path",
		"/configure": "Configure", "/dialog": "dialog", "/item": "Item", "/content": "Content",
		"/dynamic": "Dynamic", "/edit-dynamic": "Dynamic",
	} {
		if a := s.open(target); a.status != http.StatusOK || !strings.Contains(a.body, "<title>"+title+"</title>") {
			t.Errorf("%s: %d, without title %s", target, a.status, title)
		}
	}
	for _, target := range []string{"/issues/DEMO-1/x", "/issues/A/B/v1/x", "/away", "/pages"} {
		if a := s.open(target); a.status != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", target, a.status)
		}
	}
	if a := s.open("/static?word=hello"); a.status != http.StatusOK || strings.Contains(a.body, "<html") || !strings.Contains(a.body, "hello") {
		t.Errorf("a static macro is no fragment: %d %s", a.status, a.body)
	}
}
