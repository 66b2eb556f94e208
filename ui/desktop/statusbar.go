package desktop

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	engine "connect-workbench/addon/descriptor"
	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/task"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// statusBar is the line at the foot: recording, the host's clock, problems, running work, the last
// exchange and notices.
type statusBar struct {
	window *Window
	panel  *surface
	line   *fyne.Container

	problems *task.Lane[engine.Report] // reads the count
	traffic  *task.Lane[traffic]

	recording *chip
	clock     *chip
	clockRuns bool // it comes back when the minute changes
	faults    *chip
	work      *widget.Label
	cancel    *chip
	running   *job
	working   string        // what the workbench does by itself; shown while nothing of the person's runs
	said      *widget.Label // a short note such as "Copied."
	saying    int           // counts notes: the last one is taken away, no earlier one
	last      *widget.Label
	seen      traffic
	ticking   bool
	notices   *chip
}

func newStatusBar(w *Window) *statusBar {
	s := &statusBar{
		window:   w,
		problems: task.NewLane[engine.Report](w.loads),
		traffic:  task.NewLane[traffic](w.loads),
	}
	s.recording = newChip(theme.IconPending, "", func() { w.Go(place.Target{Place: "exchanges"}) })
	s.clock = newChip(theme.IconPending, "", w.askClock)
	s.faults = newChip(theme.IconPending, "", func() { w.Go(place.Target{Place: "descriptor"}) })
	s.work = widget.NewLabel("")
	s.cancel = newChip(theme.IconClear, "Cancel", func() {
		if s.running != nil {
			s.running.cancel()
		}
	})
	s.said = widgets.NewMuted("")
	s.last = widgets.NewMuted("")
	s.notices = newChip(theme.IconInfo, "", w.showNotices)
	s.work.Hide()
	s.cancel.Hide()
	s.notices.Hide()
	s.line = container.New(layout.NewCustomPaddedHBoxLayout(theme.Pad),
		s.recording, s.clock, s.faults, s.work, s.cancel, layout.NewSpacer(), s.said, s.last, s.notices)
	s.panel = newSurface(s.line)
	return s
}

// tinted is a status's icon in its own colour.
func tinted(s widgets.Status) fyne.Resource { return s.Icon().In(s.Color()) }

func (s *statusBar) showProblems(errors, warnings int) {
	status, words := problemStatus(errors, warnings)
	s.faults.set(tinted(status), words)
	s.line.Refresh()
}

// showClock shows the host's clock, and comes back with the next minute while it is not real time.
func (s *statusBar) showClock() {
	c := s.window.bench.Clock()
	status, words := clockWords(c, s.window.clock())
	s.clock.color = status.Color()
	s.clock.set(tinted(status), words)
	s.showAge()
	if c.Ahead == 0 || s.clockRuns {
		return
	}
	s.clockRuns = true
	s.window.after(c.Now.Truncate(time.Minute).Add(time.Minute).Sub(c.Now), func() {
		s.window.post(func() {
			s.clockRuns = false
			if !s.window.closing {
				s.showClock()
			}
		})
	})
}

// showWork shows the work that takes long, nil for none.
func (s *statusBar) showWork(j *job, more int) {
	s.running = j
	if j == nil {
		s.work.SetText(s.working)
		s.work.Hidden = s.working == ""
		s.cancel.Hide()
		s.line.Refresh()
		return
	}
	line := j.line()
	if more > 0 {
		line += " (and " + count(more, "other") + ")"
	}
	s.work.SetText(line)
	s.work.Show()
	s.cancel.Show()
	s.line.Refresh()
}

// showWorking shows what the workbench does by itself and how far it is, "" for nothing.
func (s *statusBar) showWorking(doing, stage string) {
	s.working = (&job{title: doing, stage: stage}).line()
	s.showWork(s.window.runner.shown())
}

func (s *statusBar) showTraffic(t traffic, err error) {
	if err != nil {
		s.recording.set(tinted(widgets.StatusFailed), "the exchange log cannot be read")
		s.line.Refresh()
		return
	}
	s.seen = t
	s.recording.set(tinted(widgets.StatusOK), "recording, "+count(int(t.all), "exchange"))
	s.showAge()
}

// showAge says how long ago the last exchange was, and comes back when that changes.
func (s *statusBar) showAge() {
	if s.seen.last.IsZero() {
		s.last.SetText("")
		s.line.Refresh()
		return
	}
	words, next := age(s.window.bench.Clock().Now.Sub(s.seen.last))
	s.last.SetText("last exchange " + words)
	s.line.Refresh()
	if s.ticking {
		return
	}
	s.ticking = true
	s.window.after(next, func() {
		s.window.post(func() {
			s.ticking = false
			if !s.window.closing {
				s.showAge()
			}
		})
	})
}

func (s *statusBar) showNotices(notices []workbench.Notice) {
	s.notices.Hidden = len(notices) == 0
	s.notices.set(tinted(worstNotice(notices)), count(len(notices), "notice"))
	s.line.Refresh()
}

// sayFor is how long a short note stands.
const sayFor = 4 * time.Second

// say shows a short note for a moment.
func (s *statusBar) say(note string) {
	s.saying++
	mine := s.saying
	s.said.SetText(note)
	s.line.Refresh()
	s.window.after(sayFor, func() {
		s.window.post(func() {
			if s.saying == mine {
				s.said.SetText("")
				s.line.Refresh()
			}
		})
	})
}
