package desktop

import (
	"fmt"
	"strings"
	"time"

	"connect-workbench/ui/desktop/place"
	"connect-workbench/ui/desktop/widgets"
	"connect-workbench/ui/workbench"
)

// addonStatus says whether the add-on answers.
func addonStatus(a workbench.AddonState) (widgets.Status, string) {
	switch {
	case !a.Checked:
		return widgets.StatusPending, "checking"
	case a.Up:
		return widgets.StatusOK, "up"
	}
	return widgets.StatusFailed, "down"
}

// addonMode names who answers.
func addonMode(a workbench.AddonState) string {
	if a.Mode == workbench.External {
		return "external add-on"
	}
	return "built-in add-on"
}

// shortAddress leaves out what is the same for every address on this computer.
func shortAddress(url string) string {
	short := strings.TrimPrefix(strings.TrimPrefix(url, "http://"), "https://")
	if rest, ok := strings.CutPrefix(short, "localhost:"); ok {
		return ":" + rest
	}
	return short
}

// problemStatus counts the descriptor's problems; the worst of them decides how it looks.
func problemStatus(errors, warnings int) (widgets.Status, string) {
	switch {
	case errors > 0 && warnings > 0:
		return widgets.StatusFailed, count(errors, "error") + ", " + count(warnings, "warning")
	case errors > 0:
		return widgets.StatusFailed, count(errors, "error")
	case warnings > 0:
		return widgets.StatusWarning, count(warnings, "warning")
	}
	return widgets.StatusOK, "no problems"
}

// count is a number with its noun, and thousands set apart: "1 error", "2,140 exchanges".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return thousands(n) + " " + noun
}

func thousands(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// age says how long ago something was, and after how long the words change. The steps are
// coarse on purpose: each change of the text repaints the window.
func age(d time.Duration) (words string, next time.Duration) {
	switch {
	case d < 5*time.Second:
		return "just now", 5*time.Second - max(d, 0)
	case d < time.Minute:
		step := d.Truncate(5 * time.Second)
		return fmt.Sprintf("%d s ago", int(step/time.Second)), step + 5*time.Second - d
	case d < time.Hour:
		step := d.Truncate(time.Minute)
		return fmt.Sprintf("%d min ago", int(step/time.Minute)), step + time.Minute - d
	case d < 48*time.Hour:
		step := d.Truncate(time.Hour)
		return fmt.Sprintf("%d h ago", int(step/time.Hour)), step + time.Hour - d
	}
	step := d.Truncate(24 * time.Hour)
	return fmt.Sprintf("%d days ago", int(step/(24*time.Hour))), step + 24*time.Hour - d
}

// clockWords says what the host's clock shows: the time, and the day when it is another one than today,
// once it is ahead of real time.
func clockWords(c workbench.ClockState, today time.Time) (widgets.Status, string) {
	if c.Ahead == 0 {
		return widgets.StatusPending, "clock now"
	}
	layout := "15:04"
	now := c.Now.Local()
	if now.Format(time.DateOnly) != today.Local().Format(time.DateOnly) {
		layout = "Mon 2 Jan 15:04"
	}
	return widgets.StatusWarning, "clock " + now.Format(layout) + ", " + span(c.Ahead) + " ahead"
}

// span is a time as people say it, in the two largest units: "1 day 2 h", "4 min".
func span(d time.Duration) string {
	units := []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}}
	var parts []string
	for _, u := range units {
		n := int(d / u.size)
		d -= time.Duration(n) * u.size
		switch {
		case n == 0 && len(parts) == 0:
			continue
		case n == 0:
		case u.name == "day":
			parts = append(parts, count(n, u.name))
		default:
			parts = append(parts, fmt.Sprint(n, " ", u.name))
		}
		if len(parts) == 2 || n == 0 {
			break
		}
	}
	if len(parts) == 0 {
		return "less than 1 s"
	}
	return strings.Join(parts, " ")
}

// noticeStatus says how serious a notice is.
func noticeStatus(n workbench.Notice) (widgets.Status, string) {
	switch n.Level {
	case "failed":
		return widgets.StatusFailed, "failed"
	case "warning":
		return widgets.StatusWarning, "warning"
	}
	return widgets.StatusInfo, "note"
}

// worstNotice is the status of the most serious notice.
func worstNotice(notices []workbench.Notice) widgets.Status {
	worst := widgets.StatusInfo
	for _, n := range notices {
		switch status, _ := noticeStatus(n); {
		case status == widgets.StatusFailed:
			return status
		case status == widgets.StatusWarning:
			worst = status
		}
	}
	return worst
}

// siteChoices are the entries of the site chooser with the site id each stands for.
// Two sites of one title are told apart by their id.
func siteChoices(sites []workbench.SiteState) (labels, ids []string) {
	const all = "All sites"
	labels, ids = append([]string{all}, place.SiteLabels(sites, all)...), []string{""}
	for _, s := range sites {
		ids = append(ids, s.ID)
	}
	return labels, ids
}
