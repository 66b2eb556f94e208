package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"connect-workbench/mockhost/site"
	"connect-workbench/ui/workbench"
)

const sampleKey = "com.example.first-addon"

// openFrame gives the frame of the sample's page as the host answers it to its own page.
func openFrame(t *testing.T, w *workbench.Workbench, s workbench.SiteState, viewer string) map[string]any {
	t.Helper()
	modules, err := w.Pages(s.ID)
	if err != nil || len(modules) == 0 {
		t.Fatalf("%d pages, %v", len(modules), err)
	}
	res, err := http.Get(s.BaseURL + "/plugins/servlet/ac/" + sampleKey + "/" + modules[0].Key + "?classifier=json&user=" + url.QueryEscape(viewer))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var frame map[string]any
	if err := json.NewDecoder(res.Body).Decode(&frame); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("frame: %d %v", res.StatusCode, err)
	}
	return frame
}

// request has the script of the host page answer AP.request, as the frame asks one after the other.
func request(t *testing.T, s workbench.SiteState, frame map[string]any, requests ...any) []string {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not installed")
	}
	origin, _, _ := strings.Cut(strings.TrimPrefix(s.BaseURL, "http://"), "/")
	text, err := json.Marshal(map[string]any{
		"script": "../../assets/web/host/bridge.js", "frame": frame, "origin": "http://" + origin, "requests": requests,
	})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "node", "frame.js")
	command.Dir = "bridge"
	command.Env = append(os.Environ(), "FRAME="+string(text))
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(answers) != len(requests) {
		t.Fatalf("%d answers to %d requests:\n%s", len(answers), len(requests), out)
	}
	return answers
}

// The answers AP.request gets, in the form that all.js expects of a host: false or what is wrong, then the
// xhr, then the body. Source: protocol iframe.md §6.
func TestAPRequest(t *testing.T) {
	w, jira := openWorkbench(t)
	if err := w.Install(t.Context(), jira.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	type m = map[string]any
	const property = "/rest/api/3/issue/DEMO-1/properties/k"
	milo := jira.Users[1].AccountID
	for _, tc := range []struct {
		name, viewer string
		request      any
		begin, has   string // of the answer
	}{
		{"text", milo, "/rest/api/3/myself", `[false,{"status":200,"statusText":"OK","headers":{"Content-Type":"application/json;charset=UTF-8"},"responseText":"{`, `\"accountId\":\"` + milo},
		{"nobody", "", "/rest/api/3/myself", `["Unauthorized",{"status":401,"statusText":"Unauthorized",`, `Client must be authenticated`},
		{"put", milo, m{"url": property, "type": "PUT", "contentType": "application/json", "data": `{"n":1}`, "headers": m{"Authorization": "JWT x", "Accept": "text/x"}}, `[false,{"status":201,"statusText":"Created","headers":{},"responseText":""},""]`, ``},
		{"get", milo, m{"url": property}, `[false,{"status":200,`, `{\"n\":1}`},
		{"query of an object", milo, m{"url": "/rest/api/3/user/search", "data": m{"query": "milo okafor"}}, `[false,{"status":200,`, milo},
		{"beyond the scopes", milo, m{"url": property, "type": "DELETE"}, `["Forbidden",{"status":403,`, `Request not in an authorized API scope`},
		{"not there", milo, "/rest/api/3/issue/NONE-1/properties", `["Not Found",{"status":404,`, `Issue does not exist`},
		{"form", milo, m{"url": "/rest/api/3/permissions/check", "type": "POST", "data": m{"a": "b c"}}, `["Bad Request",{"status":400,`, `Invalid request payload`},
		{"origin", milo, "http://localhost:1/x", `["url has to be relative to the site, without its origin",{"status":0,`, ``},
		{"backslashes", milo, `\\localhost\x`, `["url has to be relative to the site, without its origin",{"status":0,`, ``},
		{"dots", milo, "/rest/../x", `["url may not hold . or .. as a segment",{"status":0,`, ``},
		{"no url", milo, m{}, `["no url is given",{"status":0,`, ``},
	} {
		t.Run(tc.name, func(t *testing.T) {
			answer := request(t, jira, openFrame(t, w, jira, tc.viewer), tc.request)[0]
			if !strings.HasPrefix(answer, tc.begin) || !strings.Contains(answer, tc.has) {
				t.Errorf("%s\nwant %s… with %s", answer, tc.begin, tc.has)
			}
		})
	}

	rows, err := w.ExchangeRows(t.Context(), "kind:rest", 0, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if !r.Judged || r.Addon != sampleKey {
			t.Errorf("%s %s is in the log without a verdict or an add-on: %+v", r.Method, r.URL, r)
		}
	}
}

// A session that the site does not accept any more is renewed once, and the frame does not notice.
func TestAPRequestRenewsItsSession(t *testing.T) {
	w, jira := openWorkbench(t)
	if err := w.Install(t.Context(), jira.ID, "", nil); err != nil {
		t.Fatal(err)
	}
	frame := openFrame(t, w, jira, jira.Users[0].AccountID)
	inner := frame["frame"].(map[string]any)
	inner["session"] = inner["session"].(string)[1:] // broken
	if answer := request(t, jira, frame, "/rest/api/3/myself")[0]; !strings.HasPrefix(answer, `[false,{"status":200,`) {
		t.Errorf("%s", answer)
	}
	if refused, _, err := w.ExchangeCount(t.Context(), "kind:rest verdict:failed"); err != nil || refused != 1 {
		t.Errorf("%d calls were refused before (%v)", refused, err)
	}
}

// On Confluence an address is below the context path, as the product has it.
func TestAPRequestOnConfluence(t *testing.T) {
	w, _ := openWorkbench(t)
	for _, s := range w.Sites() {
		if s.Product != site.Confluence {
			continue
		}
		if err := w.Install(t.Context(), s.ID, "", nil); err != nil {
			t.Fatal(err)
		}
		for viewer, want := range map[string]string{s.Users[2].AccountID: `\"displayName\":\"Noor Haddad\"`, "": `\"type\":\"anonymous\"`} {
			answer := request(t, s, openFrame(t, w, s, viewer), "/rest/api/user/current")[0]
			if !strings.HasPrefix(answer, `[false,{"status":200,`) || !strings.Contains(answer, want) {
				t.Errorf("as %q: %s", viewer, answer)
			}
		}
	}
}
