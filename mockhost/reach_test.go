package mockhost_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"connect-workbench/mockhost"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/mockhost/hosttest"
	"connect-workbench/mockhost/page"
	"connect-workbench/mockhost/site"
)

func TestReachVisits(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/hangs":
			<-r.Context().Done()
		case "/large":
			w.Write(make([]byte, 10<<20))
		case "/missing":
			http.NotFound(w, r)
		default:
			w.Write([]byte(r.Method + " " + r.Header.Get("Sec-Fetch-Dest")))
		}
	}))
	t.Cleanup(addon.Close)
	reach, hasty := host.NewReach(0), host.NewReach(100*time.Millisecond)
	for _, tc := range []struct {
		reach  *mockhost.Reach
		visit  mockhost.Visit
		status int
		ok     bool
		failed exchange.SendErrorKind
	}{
		{reach, mockhost.Visit{Method: "GET", URL: addon.URL + "/page", Frame: true, Site: "jira", Addon: "a", Module: "m"}, 200, true, ""},
		{reach, mockhost.Visit{Method: "GET", URL: addon.URL + "/missing"}, 404, false, ""},
		{reach, mockhost.Visit{Method: "OPTIONS", URL: addon.URL + "/missing", Fine: func(status int) bool { return status == 404 }}, 404, true, ""},
		{hasty, mockhost.Visit{Method: "GET", URL: addon.URL + "/hangs", Fine: func(int) bool { return true }}, 0, false, exchange.Timeout},
		{reach, mockhost.Visit{Method: "GET", URL: addon.URL + "/large"}, 200, false, exchange.TooLarge},
	} {
		record, err := tc.reach.Visit(t.Context(), tc.visit)
		var failure *exchange.SendError
		if errors.As(err, &failure) != (tc.failed != "") || failure != nil && failure.Kind != tc.failed {
			t.Errorf("%s: %v", tc.visit.URL, err)
		}
		if record.ID == 0 || record.Kind != exchange.KindReach || record.Cause != tc.reach.Cause() || record.Status != tc.status || record.Verdict.OK != tc.ok {
			t.Errorf("%s: %+v", tc.visit.URL, record)
		}
	}
	first := host.Exchanges(t, "kind:reach")[0]
	if string(first.ResponseBody) != "GET iframe" || first.Site != "jira" || first.Addon != "a" || first.Module != "m" {
		t.Errorf("%+v", first)
	}
	if len(host.Exchanges(t, "kind:reach")) != 5 {
		t.Error("not every visit is in the log")
	}

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reach.Visit(cancelled, mockhost.Visit{Method: "GET", URL: addon.URL + "/page"}); err == nil {
		t.Error("a cancelled visit gives no error")
	}
	if record, err := reach.Visit(t.Context(), mockhost.Visit{Method: "GET", URL: "http://[::1"}); err == nil || record.ID != 0 {
		t.Errorf("no address: %v", err)
	}
}

func TestReachSignsWhatIsNotInstalledYet(t *testing.T) {
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	reach := host.NewReach(0)
	ask := page.Request{AddonKey: hosttest.AddonKey, ModuleKey: "fresh"}
	text := []byte(`{"key": "` + hosttest.AddonKey + `", "modules": {"generalPages": [{"key": "fresh", "url": "/fresh", "name": {"value": "F"}}]}}`)
	if _, err := reach.SignPage("jira", text, addon.URL(), ask); !errors.Is(err, site.ErrNotInstalled) {
		t.Errorf("not installed: %v", err)
	}
	in := host.MustInstall(t, "jira", addon.DescriptorURL())
	signed, err := reach.SignPage("jira", text, addon.URL()+"/base", ask)
	if err != nil || !strings.HasPrefix(signed.URL, addon.URL()+"/base/fresh?xdm_e=") || signed.Token == "" {
		t.Errorf("%v, %s", err, signed.URL)
	}
	kept, err := host.Store.Installed("jira", hosttest.AddonKey)
	if err != nil || string(kept.Descriptor) != string(in.Descriptor) || kept.BaseURL != in.BaseURL {
		t.Errorf("the installation changed: %v, %+v", err, kept)
	}
	if _, err := host.SignPage(t.Context(), "jira", page.Request{AddonKey: hosttest.AddonKey, ModuleKey: "home"}); err != nil {
		t.Errorf("the installed page: %v", err)
	}
}
