package mockhost_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"connect-workbench/mockhost/browsertest"
	"connect-workbench/mockhost/hosttest"
)

// requestingPage asks for resources by AP.request in every way there is, one after the other, and
// tells its own server what it got.
const requestingPage = `<!doctype html><title>page</title><script src="SITE/atlassian-connect/all.js"></script><p>text</p><script>
const tell = (...a) => fetch('/tell', { method: 'POST', body: JSON.stringify(a) });
const failed = e => [e.xhr.status, e.err, e.xhr.responseText];
(async () => {
  const { body, xhr } = await AP.request('/rest/api/3/myself');
  await tell('promise', JSON.parse(body).accountId ?? null, xhr.status, xhr.statusText, xhr.getResponseHeader('content-type'), Object.keys(xhr.headers).length);
  await new Promise(done => AP.request({ url: 'rest/api/3/serverInfo', success: (text, word, x) => tell('success', JSON.parse(text).deploymentType, word, x.status).then(done) }));
  await new Promise(done => AP.request({ url: '/rest/api/3/issue/NONE-1/properties', error: (x, word, thrown) => tell('error', x.status, word, thrown).then(done) }));
  const property = '/rest/api/3/issue/DEMO-1/properties/k';
  await tell('put', (await AP.request({ url: property, type: 'PUT', contentType: 'application/json', data: JSON.stringify({ n: 1 }) })).xhr.status);
  await tell('got', JSON.parse((await AP.request(property)).body).value.n);
  await tell('query', JSON.parse((await AP.request({ url: '/rest/api/3/user/search', data: { query: 'ada', maxResults: 1 } })).body).length);
  await tell('binary', (await AP.request({ url: property, binaryAttachment: true })).body.size);
  await AP.request({ url: property, type: 'DELETE' }).catch(e => tell('scope', e.xhr.status, JSON.parse(e.xhr.responseText).errorMessages[0]));
  await AP.request('SITE/rest/api/3/myself').catch(e => tell('absolute', ...failed(e)));
  await AP.request('//elsewhere.example/x').catch(e => tell('host', ...failed(e)));
  await AP.request('/rest/api/3/%2E%2e/myself').catch(e => tell('dots', ...failed(e)));
  await AP.request('/rest/api/3/search').catch(e => tell('unknown', e.xhr.status));
  await tell('done');
})().catch(e => tell('thrown', e.message || e));
</script>`

// AP.request in a real browser, from the frame of an add-on through the host page to the gate.
func TestPagesRequestInABrowser(t *testing.T) {
	browsertest.Require(t)
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	addon.Describe(func(d map[string]any) { d["scopes"] = []string{"WRITE"} })
	told := make(chan string, 100)
	jira := host.Site(t, "jira")
	addon.Answer("/home", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, strings.ReplaceAll(requestingPage, "SITE", jira.BaseURL)) // the browser was ended
	})
	addon.Answer("/tell", func(_ http.ResponseWriter, r *http.Request) {
		if fact, err := io.ReadAll(r.Body); err == nil { // as above
			told <- string(fact)
		}
	})
	in := host.MustInstall(t, "jira", addon.DescriptorURL())
	ada := jira.Users[0]
	browsertest.Expect(t, jira.BaseURL+"/plugins/servlet/ac/"+in.AddonKey+"/home?user="+ada.AccountID, told, map[string]bool{
		`["promise","` + ada.AccountID + `",200,"OK","application/json;charset=UTF-8",1]`: true,
		`["success","Cloud","success",200]`:                                               true,
		`["error",404,"error","Not Found"]`:                                               true,
		`["put",201]`:                                                                     true, `["got",1]`: true, `["query",1]`: true, `["binary",28]`: true,
		`["scope",403,"Request not in an authorized API scope"]`:                     true,
		`["absolute",0,"url has to be relative to the site, without its origin",""]`: true,
		`["host",0,"url has to be relative to the site, without its origin",""]`:     true,
		`["dots",0,"url may not hold . or .. as a segment",""]`:                      true,
		`["unknown",501]`: true, `["done"]`: true,
	})
	for _, r := range host.Exchanges(t, "kind:rest") {
		if strings.HasSuffix(r.URL, "/myself") && r.Verdict.Summary != "acts as Ada Brandt; needs READ, the descriptor grants WRITE" {
			t.Errorf("%s: verdict %+v", r.URL, r.Verdict)
		}
		if !r.Verdict.OK && r.Status < 400 {
			t.Errorf("%s: verdict %+v", r.URL, r.Verdict)
		}
	}
}

// A page stays open while the host's clock is moved an hour: its session has ended, and it gets another.
func TestPagesRequestAfterALongTime(t *testing.T) {
	browsertest.Require(t)
	host := hosttest.New(t, nil)
	addon := hosttest.NewAddon(t, host)
	told := make(chan string, 100)
	jira := host.Site(t, "jira")
	page := `<!doctype html><title>page</title><script src="SITE/atlassian-connect/all.js"></script><p>text</p><script>
fetch('/wait').then(() => AP.request('/rest/api/3/user/search?query=ada')).then(({ xhr }) => fetch('/tell', { method: 'POST', body: String(xhr.status) }));
</script>`
	addon.Answer("/home", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, strings.ReplaceAll(page, "SITE", jira.BaseURL)) // as above
	})
	addon.Answer("/wait", func(http.ResponseWriter, *http.Request) { host.Clock.Advance(time.Hour) })
	addon.Answer("/tell", func(_ http.ResponseWriter, r *http.Request) {
		if fact, err := io.ReadAll(r.Body); err == nil { // as above
			told <- string(fact)
		}
	})
	in := host.MustInstall(t, "jira", addon.DescriptorURL())
	browsertest.Expect(t, jira.BaseURL+"/plugins/servlet/ac/"+in.AddonKey+"/home?user="+jira.Users[0].AccountID, told, map[string]bool{"200": true})
	statuses := []int{}
	for _, r := range host.Exchanges(t, "kind:rest") {
		statuses = append(statuses, r.Status)
	}
	if len(statuses) != 2 || statuses[0] != 401 || statuses[1] != 200 {
		t.Errorf("the gate answered %v", statuses)
	}
}
