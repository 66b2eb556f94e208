package desktop

import (
	"errors"
	"strings"
	"testing"
	"time"

	"connect-workbench/ui/desktop/looktest"
	"connect-workbench/ui/desktop/theme"
	"connect-workbench/ui/workbench"
)

func TestTheClockIsMovedAndSetBack(t *testing.T) {
	s := newStage(t, newFakeBench(), Options{})
	s.until(t, "the age of the last exchange", func() bool { return s.foot.last.Text == "last exchange 10 s ago" })
	if s.foot.clock.word != "clock now" || s.foot.clock.color != theme.Muted {
		t.Errorf("at first: %q in %s", s.foot.clock.word, s.foot.clock.color)
	}
	s.command(t, "Move the clock forward…").Run()
	if !looktest.Reads(s.Canvas().Overlays().Top(), "takes place at once") || looktest.Reads(s.Canvas().Overlays().Top(), "Real time") {
		t.Errorf("asked\n%s", looktest.Page(s.Canvas().Overlays().Top()))
	}
	looktest.Press(t, s.Canvas().Overlays().Top(), "1 h")
	s.until(t, "the move", func() bool { return s.bench.Clock().Ahead == time.Hour })
	s.bench.changed(workbench.ClockChanged)
	want := "clock " + start.Add(time.Hour).Local().Format("15:04") + ", 1 h ahead"
	s.until(t, "the moved clock", func() bool { return s.foot.clock.word == want })
	if s.foot.clock.color != theme.Warning || s.foot.last.Text != "last exchange 1 h ago" {
		t.Errorf("in %s, and %q", s.foot.clock.color, s.foot.last.Text)
	}
	if len(s.clock.waiting) == 0 || !s.foot.clockRuns {
		t.Error("the shown time would stand still")
	}
	s.foot.clock.press()
	looktest.Press(t, s.Canvas().Overlays().Top(), "Real time")
	s.until(t, "the way back", func() bool { return s.bench.Clock().Ahead == 0 })
	s.bench.changed(workbench.ClockChanged)
	s.until(t, "the real clock", func() bool { return s.foot.clock.word == "clock now" })
}

func TestAClockThatDoesNotMoveSaysWhy(t *testing.T) {
	bench := newFakeBench()
	bench.moveErr = errors.New("the host is closed")
	s := newStage(t, bench, Options{})
	s.moveClock(time.Minute)
	s.until(t, "the reason", func() bool {
		top := s.Canvas().Overlays().Top()
		return top != nil && strings.Contains(looktest.Page(top), "he host is closed")
	})
}

func TestClockWords(t *testing.T) {
	noon := time.Date(2026, time.November, 23, 12, 0, 0, 0, time.Local)
	for ahead, want := range map[time.Duration]string{
		0:                                "clock now",
		30 * time.Second:                 "clock 12:00, 30 s ahead",
		4 * time.Minute:                  "clock 12:04, 4 min ahead",
		time.Hour + 10*time.Minute:       "clock 13:10, 1 h 10 min ahead",
		time.Hour + 10*time.Second:       "clock 13:00, 1 h ahead",
		24 * time.Hour:                   "clock Tue 24 Nov 12:00, 1 day ahead",
		49*time.Hour + 5*time.Minute:     "clock Wed 25 Nov 13:05, 2 days 1 h ahead",
		time.Millisecond:                 "clock 12:00, less than 1 s ahead",
		1000*24*time.Hour + 61*time.Hour: "clock Wed 22 Aug 01:00, 1,002 days 13 h ahead",
	} {
		if _, got := clockWords(workbench.ClockState{Now: noon.Add(ahead), Ahead: ahead}, noon); got != want {
			t.Errorf("%v: %q, want %q", ahead, got, want)
		}
	}
}
