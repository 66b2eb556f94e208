// Package browsertest has pages opened by a real browser. Chromium is no requirement of the project:
// where it is not installed, the test that asks for it is skipped.
//
//	told := make(chan string, 100) // what the page tells its own server
//	browsertest.Expect(t, address, told, map[string]bool{`["user","5f:mel"]`: true})
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Expect opens address in a headless browser and waits until told has given every text that is wanted,
// each once. Any other text fails the test, and so does a browser that ends.
func Expect(t *testing.T, address string, told <-chan string, want map[string]bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ended := open(ctx, t, address)
	for len(want) > 0 {
		select {
		case fact := <-told:
			if !want[fact] {
				t.Errorf("unexpected %s", fact)
			}
			delete(want, fact)
		case err := <-ended:
			t.Fatalf("chromium ended before the page had told %v: %v", want, err)
		}
	}
	cancel()
	<-ended
}

// Require skips the test when there is no browser.
func Require(t *testing.T) string {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed")
	}
	return chromium
}

// open starts the browser; it runs until ctx ends.
func open(ctx context.Context, t *testing.T, address string) <-chan error {
	t.Helper()
	chromium := Require(t)
	profile, err := os.MkdirTemp("", "bridge-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(profile) }) // not t.TempDir: a helper process of the browser may write a moment longer
	browser := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
		"--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir="+profile, "--remote-debugging-port=0", address) // the port keeps it open until it is ended
	browser.Cancel = func() error { return browser.Process.Signal(os.Interrupt) }
	browser.WaitDelay = 5 * time.Second
	if err := browser.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- browser.Wait() }()
	return ended
}
