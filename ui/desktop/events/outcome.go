package events

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"connect-workbench/mockhost/webhook"
	"connect-workbench/ui/desktop/widgets"
)

// outcome is what became of a fired event.
type outcome struct {
	siteTitle string
	at        time.Time
	delivery  webhook.Delivery
}

// headline says in one line what happened: to how many the event went and how many took it.
func (o outcome) headline() (text string, status widgets.Status) {
	d := o.delivery
	if len(d.Sent) == 0 {
		return d.Event + " went to nobody on " + o.siteTitle, widgets.StatusWarning
	}
	taken, answered := 0, 0
	for _, sent := range d.Sent {
		if sent.Verdict.OK {
			taken++
		}
		if sent.Status != 0 {
			answered++
		}
	}
	text = fmt.Sprintf("%s went to %s on %s", d.Event, plural(len(d.Sent), "module"), o.siteTitle)
	switch {
	case taken == len(d.Sent):
		return text + " and was taken", widgets.StatusOK
	case answered == 0:
		return text + " and got no answer", widgets.StatusFailed
	case taken == 0:
		return text + " and was refused", widgets.StatusFailed
	}
	return fmt.Sprintf("%s; %d took it", text, taken), widgets.StatusFailed
}

// forecast says before firing how many will receive the event.
func forecast(recipients []webhook.Recipient) (text string, status widgets.Status) {
	will := 0
	for _, r := range recipients {
		if r.Will {
			will++
		}
	}
	switch {
	case len(recipients) == 0:
		return "Nobody will receive it: no installed add-on has a webhook module", widgets.StatusWarning
	case will == 0:
		return "Nobody will receive it; the reasons are below", widgets.StatusWarning
	}
	return plural(will, "module") + " will receive it", widgets.StatusInfo
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// line is one row of the recipients: a webhook module, whether the event reaches it and, after
// firing, what it answered.
type line struct {
	webhook.Recipient
	sent  *webhook.Sent // nil: nothing was sent to it
	retry retryNote     // what becomes of it after a failure
}

// target is the path and query a module is called at; its base URL is the add-on's, which
// stands beside it.
func (l line) target() string {
	if u, err := url.Parse(l.URL); err == nil && l.URL != "" {
		return u.RequestURI()
	}
	return l.URL
}

// sentence is all of a line that its columns may have had to cut.
func (l line) sentence() string {
	text := l.AddonKey + ", " + l.Module + ": " + l.Reason
	if answer, _ := l.answer(); answer != "" {
		text += "; answer: " + answer
	}
	if l.retry.whole != "" {
		text += "; " + l.retry.whole
	}
	return text + "."
}

// lines joins the recipients with what the last firing brought.
func (s *state) lines() []line {
	lines := make([]line, len(s.recipients))
	for i, r := range s.recipients {
		lines[i] = line{Recipient: r, sent: s.sentTo(r)}
		if lines[i].sent != nil {
			lines[i].retry = s.retryOf(*lines[i].sent)
		}
	}
	return lines
}

func (s *state) sentTo(r webhook.Recipient) *webhook.Sent {
	if s.outcome == nil {
		return nil
	}
	for i, sent := range s.outcome.delivery.Sent {
		if sent.AddonKey == r.AddonKey && sent.Module == r.Module {
			return &s.outcome.delivery.Sent[i]
		}
	}
	return nil
}

// code is the status of the answer, or that there was none.
func (l line) code() string {
	if l.sent == nil || l.sent.Status == 0 {
		return "no answer"
	}
	return fmt.Sprint(l.sent.Status)
}

// answer is what a module answered, for its row.
func (l line) answer() (text string, status widgets.Status) {
	switch {
	case l.sent == nil:
		return "", ""
	case l.sent.Status == 0:
		return "no answer: " + l.sent.Error, widgets.StatusFailed
	case l.sent.Verdict.OK:
		return fmt.Sprintf("%d taken", l.sent.Status), widgets.StatusOK
	case strings.HasPrefix(l.sent.Verdict.Received, fmt.Sprint(l.sent.Status, " ")): // "503 Service Unavailable"
		return l.sent.Verdict.Received, widgets.StatusFailed
	}
	return fmt.Sprintf("%d %s", l.sent.Status, l.sent.Verdict.Summary), widgets.StatusFailed
}
