package desktop

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"connect-workbench/ui/desktop/looktest"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/post"
	"connect-workbench/ui/workbench"
)

// journey drives the whole program through its window: real host, real add-on, real log.
type journey struct {
	*Window
	t       *testing.T
	queue   *post.Queue
	project *workbench.Workbench
	closed  bool // the window
	over    bool // and the project
}

func newJourney(t *testing.T, folder, open string) *journey {
	t.Helper()
	w, err := workbench.Open(t.Context(), workbench.Params{ProjectDir: folder, AnyPort: true})
	if err != nil {
		t.Fatal(err)
	}
	j := &journey{t: t, queue: post.NewQueue(), project: w}
	j.Window = NewWindow(test.NewTempApp(t), w, j.queue.Post, Places(w), Options{Open: open})
	j.win.SetOnClosed(func() { j.closed = true })
	t.Cleanup(j.end)
	return j
}

// end closes the window as a person would, then the project. Ending twice is harmless.
func (j *journey) end() {
	if j.over {
		return
	}
	j.over = true
	j.askToClose()
	j.until("the window's end", func() bool { return j.closed })
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := j.project.Close(ctx); err != nil {
		j.t.Errorf("close the project: %v", err)
	}
}

func (j *journey) until(what string, done func() bool) {
	j.t.Helper()
	if !j.queue.Until(patience, done) {
		j.t.Fatalf("this did not come about: %s\nthe window reads\n%s", what, looktest.Page(j.Canvas().Content()))
	}
}

// reads waits until all texts can be read in the window.
func (j *journey) reads(texts ...string) {
	j.t.Helper()
	for _, text := range texts {
		j.until(text, func() bool { return looktest.Reads(j.Canvas().Content(), text) })
	}
}

func (j *journey) press(word string) {
	j.t.Helper()
	looktest.Press(j.t, j.Canvas().Content(), word)
}

// TestTheMainJob edits the descriptor, installs it on two sites, fires an event, opens a page
// and reads the exchanges of all that.
func TestTheMainJob(t *testing.T) {
	if testing.Short() {
		t.Skip("drives the whole program")
	}
	j := newJourney(t, t.TempDir(), "")

	j.reads("atlassian-connect.json", "No problems")
	test.Type(j.Canvas().Focused(), "x")
	j.reads("not saved", "2 errors")
	j.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	j.reads("saved", "No problems")

	j.Go(place.Target{Place: "sites", Site: "jira"})
	j.press("Install on Acme (JIRA)")
	j.reads("Install on Acme (JIRA): done", "1 enabled")
	j.Go(place.Target{Place: "sites", Site: "confluence"})
	j.press("Install on Acme (Confluence)")
	j.reads("Install on Acme (Confluence): done")

	j.Go(place.Target{Place: "events", Site: "jira", Event: "jira:issue_created"})
	j.reads("receives it")
	j.press("Fire on Acme (JIRA)")
	j.reads("204")

	j.Go(place.Target{Place: "pages"})
	j.reads("generalPages")
	j.Go(place.Target{Place: "pages", Site: "jira"})
	j.press("Request page")
	j.reads("200 OK")

	j.Go(place.Target{Place: "exchanges"})
	j.reads("POST /installed", "webhook", "to host", "page")
	j.until("the count", func() bool { return strings.HasPrefix(j.foot.recording.word, "recording, 1") })
}

func TestCommandsWorkBeforeTheirPlaceWasSeen(t *testing.T) {
	if testing.Short() {
		t.Skip("drives the whole program")
	}
	j := newJourney(t, t.TempDir(), "tokens")
	for _, title := range []string{"Save descriptor", "Install the add-on on every site in scope", "Next problem"} {
		for _, g := range j.commands() {
			for _, c := range g.Commands {
				if c.Title == title {
					c.Run()
				}
			}
		}
	}
	j.Go(place.Target{Place: "sites", Site: "confluence"})
	j.reads("Install on Acme (Confluence): done")
}
