package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"connect-workbench/ui/workbench"
)

// serving is a running serve command.
type serving struct {
	ready  ready
	lines  chan map[string]any
	stop   context.CancelFunc
	exited chan int
	stderr *bytes.Buffer
}

func startServe(t *testing.T, args ...string) *serving {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	s := &serving{lines: make(chan map[string]any, 1000), stop: stop, exited: make(chan int, 1), stderr: &bytes.Buffer{}}
	go func() {
		code := Run(ctx, append([]string{"serve", "--any-port", "--format", "json"}, args...),
			Env{Stdin: strings.NewReader(""), Stdout: writer, Stderr: s.stderr})
		writer.Close()
		s.exited <- code
	}()
	first := make(chan struct{})
	go func() {
		scanner := bufio.NewScanner(reader)
		scanner.Buffer(nil, 1<<20)
		for n := 0; scanner.Scan(); n++ {
			if n == 0 {
				json.Unmarshal(scanner.Bytes(), &s.ready)
				close(first)
				continue
			}
			var line map[string]any
			json.Unmarshal(scanner.Bytes(), &line)
			s.lines <- line
		}
		close(s.lines)
	}()
	t.Cleanup(stop)
	select {
	case <-first:
	case code := <-s.exited:
		t.Fatalf("serve ended with %d: %s", code, s.stderr)
	case <-time.After(30 * time.Second):
		t.Fatal("serve was not ready within 30 s")
	}
	return s
}

// call asks the control API and decodes the answer into v.
func (s *serving) call(t *testing.T, method, path, body string, v any) int {
	t.Helper()
	request, err := http.NewRequest(method, s.ready.Control+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.ready.Token)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if v != nil {
		if err := json.Unmarshal(data, v); err != nil {
			t.Fatalf("%s %s: %v\n%s", method, path, err, data)
		}
	}
	return answer.StatusCode
}

func TestServeRunsTheLoop(t *testing.T) {
	s := startServe(t, "--project", filepath.Join(t.TempDir(), "project"))
	if s.ready.Event != "ready" || s.ready.InstallKeys == "" || s.ready.OAuth == "" || !strings.HasPrefix(s.ready.Proxy, "http://localhost:") || len(s.ready.Sites) != 2 || s.ready.Addon["baseUrl"] == "" {
		t.Fatalf("ready line %+v", s.ready)
	}
	if pem, err := os.ReadFile(s.ready.CAFile); err != nil || !bytes.Contains(pem, []byte("BEGIN CERTIFICATE")) {
		t.Errorf("caFile %q: %v", s.ready.CAFile, err)
	}
	site := s.ready.Sites[0].ID
	if code := s.call(t, "POST", "/sites/"+site+"/addons", `{}`, nil); code != http.StatusCreated {
		t.Fatalf("install: %d", code)
	}
	var fired struct {
		Sent []struct {
			Status   int
			Exchange int64
		}
	}
	if code := s.call(t, "POST", "/sites/"+site+"/events", `{"event":"jira:issue_created"}`, &fired); code != http.StatusOK || len(fired.Sent) != 1 || fired.Sent[0].Status/100 != 2 {
		t.Fatalf("fire: %d %+v", code, fired)
	}
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				t.Fatal("stdout ended before the webhook was printed")
			}
			if line["kind"] == "webhook" && line["webhookEvent"] == "jira:issue_created" {
				s.stop()
				select {
				case code := <-s.exited:
					if code != ExitOK {
						t.Errorf("exit %d: %s", code, s.stderr)
					}
				case <-time.After(20 * time.Second):
					t.Fatal("serve did not end")
				}
				return
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the webhook was not printed within 10 s")
		}
	}
}

// A port that is taken has to be said once, also to those who read JSON.
func TestServeSaysThatAPortIsTaken(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	first := startServe(t, "--project", dir)
	first.stop()
	if code := <-first.exited; code != ExitOK {
		t.Fatalf("exit %d: %s", code, first.stderr)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	settings := filepath.Join(dir, "workbench.json")
	text, err := os.ReadFile(settings)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte(`"port": 2990`), fmt.Appendf(nil, `"port": %d`, taken.Addr().(*net.TCPAddr).Port), 1)
	text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte(`"port": 1990`), []byte(`"port": 0`)), []byte(`"port": 3000`), []byte(`"port": 0`))
	if err := os.WriteFile(settings, text, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	go func() {
		bufio.NewReader(reader).ReadString('\n')
		stop()
		io.Copy(io.Discard, reader)
	}()
	var stderr bytes.Buffer
	code := Run(ctx, []string{"serve", "--project", dir, "--format", "json"}, Env{Stdout: writer, Stderr: &stderr})
	writer.Close()
	if code != ExitOK || strings.Count(stderr.String(), "of Acme (JIRA)") != 1 {
		t.Errorf("exit %d: %s", code, &stderr)
	}
}

func TestServeSaysWhyItCannotStart(t *testing.T) {
	foreign := filepath.Dir(file(t, "thesis.odt", "x"))
	var stderr bytes.Buffer
	code := Run(t.Context(), []string{"serve", "--project", foreign}, Env{Stdout: io.Discard, Stderr: &stderr})
	if code != ExitUnusable || !strings.Contains(stderr.String(), "--project") {
		t.Errorf("exit %d: %s", code, &stderr)
	}
}

func TestWithoutADisplayTheProjectIsServed(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	var stderr bytes.Buffer
	exited := make(chan int, 1)
	go func() {
		code := Run(ctx, []string{"--any-port", "--project", filepath.Join(t.TempDir(), "project")}, Env{
			Stdout: writer, Stderr: &stderr, HasDisplay: func() bool { return false }})
		writer.Close()
		exited <- code
	}()
	scanner := bufio.NewScanner(reader)
	enabled := 0
	for enabled < 2 && scanner.Scan() {
		if strings.Contains(scanner.Text(), " enabled ") {
			enabled++
		}
	}
	stop()
	go io.Copy(io.Discard, reader)
	if code := <-exited; code != ExitOK || enabled != 2 || strings.Count(stderr.String(), "No display") != 1 {
		t.Errorf("exit %d, enabled on %d sites: %s", code, enabled, &stderr)
	}
}

// withWindow is an environment whose window is the function given.
func withWindow(stderr io.Writer, window func(*workbench.Workbench) error) Env {
	return Env{Stdout: io.Discard, Stderr: stderr, HasDisplay: func() bool { return true },
		Window: func(_ context.Context, w *workbench.Workbench, _ WindowOptions) error { return window(w) }}
}

func TestWindowErrorsAreReported(t *testing.T) {
	var stderr bytes.Buffer
	env := withWindow(&stderr, func(*workbench.Workbench) error { return errors.New("the window broke") })
	code := Run(t.Context(), []string{"--any-port", "--project", filepath.Join(t.TempDir(), "project")}, env)
	if code != ExitUnusable || !strings.Contains(stderr.String(), "the window broke") {
		t.Errorf("exit %d: %s", code, &stderr)
	}
}

func TestUnusableDatabaseIsOfferedToBeSetAside(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "project")
	var stderr bytes.Buffer
	opened := 0
	env := withWindow(&stderr, func(*workbench.Workbench) error { opened++; return nil })
	env.StartFailed = func(context.Context, error, bool) bool { t.Error("the first start failed"); return false }
	args := []string{"--any-port", "--project", dir}
	if code := Run(t.Context(), args, env); code != ExitOK || opened != 1 {
		t.Fatalf("exit %d, opened %d: %s", code, opened, &stderr)
	}
	if err := os.WriteFile(filepath.Join(dir, ".workbench", "state.db"), []byte("no database at all, but some text"), 0o600); err != nil {
		t.Fatal(err)
	}

	wants := false
	env.StartFailed = func(_ context.Context, err error, offer bool) bool {
		if !offer {
			t.Errorf("setting aside is not offered for %v", err)
		}
		return wants
	}
	env.Restart = func(ctx context.Context, more ...string) error {
		if code := Run(ctx, append(args, more...), env); code != ExitOK {
			t.Errorf("restarted: exit %d", code)
		}
		return nil
	}
	if code := Run(t.Context(), args, env); code != ExitUnusable || opened != 1 {
		t.Errorf("the person quits: exit %d, opened %d: %s", code, opened, &stderr)
	}
	wants = true
	if code := Run(t.Context(), args, env); code != ExitOK || opened != 2 {
		t.Errorf("the person sets it aside: exit %d, opened %d: %s", code, opened, &stderr)
	}
}
