package control

import (
	"net/http"
	"os"
	"strings"
	"testing"
)

func TestConnectTellsAddressesSettingsAndWhatWasSeen(t *testing.T) {
	c := start(t)
	check := func() map[string]any {
		status, got := c.call("GET", "/connect", "")
		if status != http.StatusOK {
			t.Fatalf("%d %v", status, got)
		}
		return got
	}
	first := func(got map[string]any) map[string]any {
		return got["addons"].([]any)[0].(map[string]any)["checks"].([]any)[1].(map[string]any)
	}
	got := check()
	if installed := first(got); installed["id"] != "installed" || installed["state"] != "open" || installed["hint"] == nil {
		t.Errorf("at first %v", installed)
	}
	pem, err := os.ReadFile(got["caFile"].(string))
	if err != nil || !strings.Contains(string(pem), "BEGIN CERTIFICATE") {
		t.Errorf("caFile: %v", err)
	}
	ace := got["frameworks"].([]any)[1].(map[string]any)
	if ace["id"] != "ace-proxy" || !strings.Contains(ace["all"].(string), "HTTPS_PROXY="+got["proxy"].(string)) {
		t.Errorf("framework %v", ace)
	}
	if status, answer := c.call("POST", "/sites/jira/addons", "{}"); status != http.StatusCreated {
		t.Fatalf("install: %d %v", status, answer)
	}
	if installed := first(check()); installed["state"] != "passed" || installed["exchange"] == nil || installed["time"] == nil || installed["hint"] != nil {
		t.Errorf("afterwards %v", installed)
	}
}

func TestAllowedHosts(t *testing.T) {
	c := start(t)
	status, got := c.call("PUT", "/connect/allowed", `{"hosts":["Example.com","example.com:8443"]}`)
	if list := got["hosts"].([]any); status != http.StatusOK || len(list) != 2 || list[0] != "example.com" {
		t.Errorf("%d %v", status, got)
	}
	for body, want := range map[string]string{
		`{"hosts":["https://example.com"]}`: "https://example.com",
		`{}`:                                `"hosts" is missing`,
		`{"host":[]}`:                       "host",
		`{"hosts":"x"}`:                     "hosts",
	} {
		if status, got := c.call("PUT", "/connect/allowed", body); status != http.StatusBadRequest || !strings.Contains(got["detail"].(string), want) {
			t.Errorf("%s: %d %v", body, status, got)
		}
	}
	if _, got := c.call("GET", "/connect", ""); len(got["allowed"].([]any)) != 2 {
		t.Errorf("a bad request changed the list: %v", got["allowed"])
	}
	if status, got := c.call("PUT", "/connect/allowed", `{"hosts":[]}`); status != http.StatusOK || len(got["hosts"].([]any)) != 0 {
		t.Errorf("emptied: %d %v", status, got)
	}
	if status, got := c.call("DELETE", "/connect/allowed", ""); status != http.StatusMethodNotAllowed || !strings.Contains(got["detail"].(string), "PUT") {
		t.Errorf("another method: %d %v", status, got)
	}
}
