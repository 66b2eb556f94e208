package desktop

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"connect-workbench/ui/workbench"
)

// silentAddon serves a descriptor and never answers the installed callback: it holds the
// request until the host gives it up. called and left tell of the callback's begin and end.
func silentAddon(t *testing.T) (descriptorURL string, called, left chan struct{}) {
	t.Helper()
	called, left = make(chan struct{}), make(chan struct{})
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("GET /atlassian-connect.json", func(rw http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(rw, `{"key": "silent", "name": "Silent", "baseUrl": %q, "authentication": {"type": "jwt"},
			"apiMigrations": {"signed-install": true}, "lifecycle": {"installed": "/installed"}, "scopes": ["READ"]}`, server.URL)
	})
	mux.HandleFunc("POST /installed", func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // a server learns that its client left once the body is read
		close(called)
		<-r.Context().Done()
		close(left)
	})
	return server.URL + "/atlassian-connect.json", called, left
}

// TestClosingInTheMiddleOfAnInstall closes the window while the add-on holds its callback.
func TestClosingInTheMiddleOfAnInstall(t *testing.T) {
	if testing.Short() {
		t.Skip("drives the whole program")
	}
	folder := t.TempDir()
	url, called, left := silentAddon(t)
	j := newJourney(t, folder, "sites")
	test.Type(j.field("/atlassian-connect.json"), url)
	j.press("Install on Acme (JIRA)")
	happens(t, "the callback", called)
	j.end()
	happens(t, "the end of the callback", left)

	again, err := workbench.Open(t.Context(), workbench.Params{ProjectDir: folder, AnyPort: true})
	if err != nil {
		t.Fatalf("open the project again: %v", err)
	}
	defer func() {
		if err := again.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	for _, s := range again.Sites() {
		for _, a := range s.Addons {
			if a.Key == "silent" {
				t.Errorf("%s has the add-on that never answered: %s", s.Title, a.State)
			}
		}
	}
}

// field goes by Tab to the entry whose hint ends so.
func (j *journey) field(hint string) *widget.Entry {
	j.t.Helper()
	const most = 100
	for range most {
		j.Canvas().FocusNext()
		if entry, ok := j.Canvas().Focused().(*widget.Entry); ok && strings.HasSuffix(entry.PlaceHolder, hint) {
			return entry
		}
	}
	j.t.Fatalf("Tab does not lead to a field with the hint %q", hint)
	return nil
}

// happens waits for something outside the window.
func happens(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("this did not come about: %s", what)
	}
}
