package page

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connect-workbench/mockhost/browsertest"
	"connect-workbench/mockhost/site"
)

// The page an add-on of the test shows. What it learns through AP it tells its own server.
const addonPage = `<!doctype html><title>page</title><script src="SITE/atlassian-connect/all.js" data-options="resize:false"></script><p>text</p><script>
const tell = (...a) => fetch('/tell', { method: 'POST', body: JSON.stringify(a) });
AP.context.getToken().then(t => tell('promise', t.split('.').length));
AP.context.getToken(t => tell('callback', t.split('.').length));
AP.context.getContext().then(c => tell('context', c.jira.issue.key));
AP.user.getCurrentUser(u => tell('user', u.atlassianAccountId));
AP.getLocation(l => tell('location', l));
AP.history.getState('all', h => tell('history', h.title));
AP.request('/rest/api/2/myself').catch(e => tell('request', e.xhr.status, e.err, e.xhr.getResponseHeader('content-type')));
AP.cookie.save('c', 'ä;b', 1);
AP.cookie.read('c', v => tell('cookie', v));
AP.navigator.go('issue', {}).catch(e => tell('navigator', e));
AP.events.on('own', (...a) => tell('own', ...a));
AP.events.emit('own', 'text', { n: 1 });
AP.events.onPublic('loud', text => tell('public', text));
AP.events.emitPublic('loud', 'hello');
const flag = AP.flag.create({ title: 'A flag', body: '<b>bold</b>' });
AP.events.on('flag.close', e => tell('flag', e.flagIdentifier === flag._id));
flag.close();
AP.resize('50%', 321);
addEventListener('resize', () => innerHeight === 321 && tell('size', innerHeight));
AP.events.on('dialog.close', d => tell('dialog', d));
AP.dialog.create({ key: 'dialog', size: 'small', chrome: true, customData: { n: 7 } });
</script>`

const addonDialog = `<!doctype html><title>dialog</title><script src="SITE/atlassian-connect/all.js"></script><p>text</p><script>
const submit = AP.dialog.getButton('submit');
submit.bind(() => {
  submit.isEnabled(enabled => AP.dialog.getCustomData(data => AP.dialog.close({ enabled, n: data.n })));
  return false;
});
submit.trigger();
</script>`

// Both ends of the bridge in a real browser.
func TestBridgeInABrowser(t *testing.T) {
	browsertest.Require(t)
	var d *directory
	told := make(chan string, 100)
	addon := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text := addonPage
		switch r.URL.Path {
		case "/tell":
			fact, err := io.ReadAll(r.Body)
			if err != nil {
				return // the browser was ended
			}
			told <- string(fact)
			return
		case "/dialog":
			text = addonDialog
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, strings.ReplaceAll(text, "SITE", d.site.BaseURL)) // see above
	}))
	defer addon.Close()
	d = serve(t, site.Jira, install("http://"+addon.Listener.Addr().String(), panelAt("/panel")+`,"dialogs":[{"key":"dialog","url":"/dialog"}]`))
	addon.Start()
	address := d.site.BaseURL + "/plugins/servlet/ac/com.example.add-on/panel?user=5f%3Amel"
	want := map[string]bool{
		`["promise",3]`: true, `["callback",3]`: true, `["context","DEMO-1"]`: true, `["user","5f:mel"]`: true,
		`["location","` + address + `"]`: true, `["history","Panel · Acme JIRA"]`: true, `["cookie","ä;b"]`: true,
		`["request",404,"Not Found","text/html; charset=utf-8"]`:                       true, // no gate answers here
		`["navigator","no page of the product is simulated for the target issue yet"]`: true,
		`["own","text",{"n":1}]`: true, `["public","hello"]`: true, `["flag",true]`: true, `["size",321]`: true,
		`["dialog",{"enabled":true,"n":7}]`: true,
	}
	browsertest.Expect(t, address, told, want)
}
