package inspect

import (
	"fmt"
	"time"
)

// Clock is how times of day are written everywhere in the window.
const Clock = "15:04:05"

// Ago says how far t lies from now, in the largest unit that keeps it exact enough to act on:
// "12 s ago", "in 2 min 48 s", "3 d 4 h ago", "now".
func Ago(t, now time.Time) string {
	d := now.Sub(t).Round(time.Second)
	switch {
	case d == 0:
		return "now"
	case d < 0:
		return "in " + Span(-d)
	}
	return Span(d) + " ago"
}

// Span writes a duration with its two largest units: "12 s", "2 min 48 s", "3 d 4 h".
func Span(d time.Duration) string {
	d = d.Round(time.Second)
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	if d < time.Hour {
		return pair(int(d.Minutes()), "min", int(d.Seconds())%60, "s")
	}
	if d < 24*time.Hour {
		return pair(int(d.Hours()), "h", int(d.Minutes())%60, "min")
	}
	return pair(int(d.Hours())/24, "d", int(d.Hours())%24, "h")
}

func pair(large int, largeUnit string, small int, smallUnit string) string {
	if small == 0 {
		return fmt.Sprintf("%d %s", large, largeUnit)
	}
	return fmt.Sprintf("%d %s %d %s", large, largeUnit, small, smallUnit)
}

// Millis writes how long an exchange took: "0.4", "12", "1,240".
func Millis(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	if ms < 10 && ms > 0 {
		return fmt.Sprintf("%.1f", ms)
	}
	return Count(int64(ms + 0.5))
}

// Count writes a number with thousands apart: "2,140".
func Count(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
