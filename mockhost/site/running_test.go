package site

import (
	"strings"
	"testing"
)

func TestOriginHasNoContextPath(t *testing.T) {
	for base, want := range map[string]string{
		"http://localhost:2990": "http://localhost:2990", "http://localhost:1990/wiki": "http://localhost:1990", "": "",
	} {
		if got := (Running{BaseURL: base}).Origin(); got != want {
			t.Errorf("%q: got %q, want %q", base, got, want)
		}
	}
}

func TestUserByAccountID(t *testing.T) {
	s := Site{Users: []User{{AccountID: "1"}, {AccountID: "2", DisplayName: "Two"}}}
	if u, ok := s.User("2"); !ok || u.DisplayName != "Two" {
		t.Errorf("got %+v, %v", u, ok)
	}
	if _, ok := s.User(""); ok {
		t.Error("the anonymous visitor is no user")
	}
}

func TestObjectsBelongToTheCaller(t *testing.T) {
	s := Site{Product: Jira}
	s.Objects()["issue.key"] = "changed"
	if got := s.Objects()["issue.key"]; got != "DEMO-1" {
		t.Errorf("got %q", got)
	}
	if got := (Site{Product: Confluence}).Objects()["space.key"]; got != "TEAM" {
		t.Errorf("got %q", got)
	}
}

func TestDescriptorsNoticeANewText(t *testing.T) {
	var c Descriptors
	in := Installation{SiteID: "jira", AddonKey: "a", Descriptor: []byte(`{"key":"a","name":"First"}`)}
	for _, name := range []string{"First", "First", "Second"} {
		in.Descriptor = []byte(strings.ReplaceAll(`{"key":"a","name":"NAME"}`, "NAME", name))
		if d, err := c.Of(in); err != nil || d.Name != name {
			t.Errorf("got %q, %v; want %q", d.Name, err, name)
		}
	}
	in.Descriptor = []byte("{")
	if _, err := c.Of(in); err == nil || !strings.Contains(err.Error(), "descriptor of a") {
		t.Errorf("a broken text: %v", err)
	}
}
