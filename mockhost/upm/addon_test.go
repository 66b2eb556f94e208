package upm

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"connect-workbench/mockhost/site"
)

// begunVerbs note which verbs are called with a context that has ended.
type begunVerbs struct {
	Verbs
	calls, ended int
}

func (v *begunVerbs) note(ctx context.Context) error {
	v.calls++
	if ctx.Err() != nil {
		v.ended++
	}
	return nil
}

func (v *begunVerbs) Uninstall(ctx context.Context, _, _ string) error { return v.note(ctx) }

func (v *begunVerbs) SetEnabled(ctx context.Context, _, _ string, _ bool) error { return v.note(ctx) }

// An add-on that is stopped twice is gone before its uninstall is answered; the site is rid of it
// all the same.
func TestVerbsOutliveWhoAsked(t *testing.T) {
	store, err := site.OpenStore(t.Context(), filepath.Join(t.TempDir(), "state.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	in := site.Installation{SiteID: "jira", AddonKey: "com.example", State: site.Enabled, Descriptor: []byte(`{"key":"com.example"}`)}
	if err := store.Put(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	verbs := &begunVerbs{}
	m := &siteManager{Params: Params{Store: store, Verbs: verbs, Descriptors: &site.Descriptors{}}, site: site.Running{Site: site.Site{ID: "jira"}}}
	gone, leave := context.WithCancel(t.Context())
	leave()
	request := func(method, body string) *http.Request {
		r := httptest.NewRequestWithContext(gone, method, "/rest/plugins/1.0/com.example-key", strings.NewReader(body))
		r.Header.Set("Content-Type", typeJSON)
		r.SetPathValue("addon", "com.example-key")
		return r
	}
	m.remove(httptest.NewRecorder(), request(http.MethodDelete, ""), site.User{})
	m.change(httptest.NewRecorder(), request(http.MethodPut, `{"enabled":false}`), site.User{})
	if verbs.calls != 2 || verbs.ended != 0 {
		t.Errorf("%d verbs, %d of them with a context that had ended", verbs.calls, verbs.ended)
	}
}
