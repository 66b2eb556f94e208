package events

import (
	"fmt"
	"time"

	"connect-workbench/mockhost/webhook"
	"connect-workbench/ui/desktop/inspect"
	"connect-workbench/ui/desktop/widgets"
)

// maxAttempts is how often the product tries again at most, for "2 of 5".
const maxAttempts = 5

// clockOf is a time of the host's clock, with its day when that is not today on that clock.
func clockOf(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format(inspect.Clock)
	}
	return t.Format("Mon 2 Jan " + inspect.Clock)
}

// retryDue says when a retry is made, or that none is.
func retryDue(r webhook.Retry, now time.Time) (text string, status widgets.Status) {
	if r.Ended != "" {
		return "ended", widgets.StatusFailed
	}
	return clockOf(r.Due, now), widgets.StatusPending
}

// retryAttempt numbers an attempt. One that ended says which attempt it would have been.
func retryAttempt(r webhook.Retry) string {
	if r.Attempt > maxAttempts {
		return "none left"
	}
	return fmt.Sprintf("%d of %d", r.Attempt, maxAttempts)
}

// retryWhy says why the attempt before did not count and, when there is no next one, why not.
func retryWhy(r webhook.Retry) string {
	if r.Ended != "" {
		return r.Failure + "; " + r.Ended
	}
	return r.Failure
}

// waiting are the retries that have not ended.
func waiting(retries []webhook.Retry) int {
	n := 0
	for _, r := range retries {
		if r.Ended == "" {
			n++
		}
	}
	return n
}

// retriesHeadline says in one line what there is to wait for.
func retriesHeadline(retries []webhook.Retry, now time.Time) string {
	n := waiting(retries)
	ended := ""
	if rest := len(retries) - n; rest > 0 {
		ended = fmt.Sprintf("; %d ended", rest)
	}
	switch n {
	case 0:
		return "No retry waits" + ended
	case 1:
		return "1 retry waits, due at " + clockOf(retries[0].Due, now) + ended
	}
	return fmt.Sprintf("%d retries wait, the next is due at %s", n, clockOf(retries[0].Due, now)) + ended
}

// retryTab is the title of the retries' pane.
func retryTab(retries []webhook.Retry) string {
	if n := waiting(retries); n > 0 {
		return fmt.Sprintf("Retries (%d)", n)
	}
	return "Retries"
}

// retryNote says what became of the retry of a delivery: in a word, and whole. Both are "" when there was
// none to be.
type retryNote struct{ short, whole string }

func (s *state) retryOf(sent webhook.Sent) retryNote {
	for _, r := range s.retries {
		switch {
		case r.First != sent.Exchange || sent.Exchange == 0:
		case r.Ended != "":
			return retryNote{"no retry", "no retry: " + r.Ended}
		default:
			due := clockOf(r.Due, s.now)
			return retryNote{"retry at " + r.Due.Local().Format("15:04"), fmt.Sprintf("retry %d due at %s", r.Attempt, due)}
		}
	}
	if sent.Retry != 0 { // it is not on the list any more: sent and taken, under way, or dropped
		return retryNote{"retry over", "its retry waits no more"}
	}
	return retryNote{}
}

// retryReport is all of one retry that its columns may have had to cut.
func retryReport(r webhook.Retry, now time.Time) (headline string, status widgets.Status, sentence string) {
	sentence = r.Event + " to " + r.AddonKey + " at " + r.URL + ". The attempt before: " + r.Failure + "."
	if r.Ended != "" {
		return "It will not be sent again: " + r.Ended, widgets.StatusFailed, sentence
	}
	return fmt.Sprintf("Retry %d is due at %s", r.Attempt, clockOf(r.Due, now)), widgets.StatusPending, sentence
}
