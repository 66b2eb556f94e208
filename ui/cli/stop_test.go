package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fullDisk is an output that takes nothing.
type fullDisk struct{}

var errFull = errors.New("no space left on device")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestAnAnswerThatIsNotWrittenIsNoSuccess(t *testing.T) {
	clean := file(t, "clean.json", cleanDescriptor)
	for _, args := range [][]string{
		{"validate", clean}, {"validate", "--format", "json", clean}, {"jwt", "qsh", "/page"}, {"jwt", "qsh", "--format", "json", "/page"},
	} {
		var stderr bytes.Buffer
		code := Run(t.Context(), args, Env{Stdout: fullDisk{}, Stderr: &stderr})
		if code != ExitUnusable || strings.Count(stderr.String(), errFull.Error()) != 1 {
			t.Errorf("%q: exit %d: %s", args, code, &stderr)
		}
	}
}

// A command that waits for standard input has to die of Ctrl+C, so it must not take over signals.
func TestOnlyLastingCommandsTakeOverSignals(t *testing.T) {
	asked := 0
	env := Env{Stdin: strings.NewReader(cleanDescriptor), Stdout: io.Discard, Stderr: io.Discard,
		UntilStopped: func(ctx context.Context) (context.Context, context.CancelFunc) {
			asked++
			return context.WithCancel(ctx)
		}}
	for _, args := range [][]string{{"validate", "-"}, {"jwt", "decode", "-"}, {"jwt", "qsh", "/"}} {
		Run(t.Context(), args, env)
	}
	if asked != 0 {
		t.Errorf("commands that end by themselves took over signals %d times", asked)
	}
}

func TestStoppedBeforeItIsReady(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := Run(t.Context(), []string{"serve", "--any-port", "--project", filepath.Join(t.TempDir(), "project")},
		Env{Stdout: &stdout, Stderr: &stderr, UntilStopped: func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, stop := context.WithCancel(ctx)
			stop()
			return ctx, stop
		}})
	if code != ExitOK || strings.Contains(stderr.String(), "canceled") {
		t.Errorf("exit %d: %s", code, &stderr)
	}
}

// TestStoppedInTheMiddleOfAnInstall has an add-on that never answers installed.
func TestStoppedInTheMiddleOfAnInstall(t *testing.T) {
	called := make(chan struct{})
	mux := http.NewServeMux()
	addon := httptest.NewServer(mux)
	defer addon.Close()
	mux.HandleFunc("GET /atlassian-connect.json", func(rw http.ResponseWriter, _ *http.Request) {
		io.WriteString(rw, `{"key":"com.example.slow","name":"Slow","baseUrl":"`+addon.URL+`","authentication":{"type":"jwt"},"lifecycle":{"installed":"/installed"}}`)
	})
	mux.HandleFunc("POST /installed", func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // only then does the server see that the caller goes
		close(called)
		<-r.Context().Done()
	})

	s := startServe(t, "--project", filepath.Join(t.TempDir(), "project"))
	answered := make(chan int, 1)
	go func() {
		request, err := http.NewRequest("POST", s.ready.Control+"/sites/jira/addons", strings.NewReader(`{"descriptorUrl":"`+addon.URL+`/atlassian-connect.json"}`))
		if err != nil {
			t.Error(err)
		}
		request.Header.Set("Authorization", "Bearer "+s.ready.Token)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Errorf("the install under way got no answer: %v", err)
			answered <- 0
			return
		}
		answer.Body.Close()
		answered <- answer.StatusCode
	}()
	<-called
	s.stop()
	select {
	case code := <-s.exited:
		if code != ExitOK {
			t.Errorf("exit %d: %s", code, s.stderr)
		}
	case <-time.After(8 * time.Second): // the callback alone would be waited for 10 s
		t.Fatal("serve did not end within 8 s")
	}
	if code := <-answered; code != http.StatusUnprocessableEntity {
		t.Errorf("the install under way was answered with %d", code)
	}
	var last map[string]any
	for line := range s.lines {
		last = line
	}
	if last["kind"] != "installed" || last["status"] != 0.0 || last["error"] == nil {
		t.Errorf("the last line is %v, want the callback that was given up", last)
	}
}
