package inspect

import (
	"fmt"
	"time"
)

// How local times are written everywhere in the window.
const (
	Clock        = "15:04:05"
	dateAndClock = "2006-01-02 15:04:05"
)

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
