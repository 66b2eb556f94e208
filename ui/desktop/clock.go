package desktop

import (
	"context"
	"errors"
	"time"

	"connect-workbench/ui/desktop/ask"
)

// clockSteps are by how much the clock can be moved: a token expires within the second one, a retry is
// due within the third one or the next.
func clockSteps() []time.Duration {
	return []time.Duration{time.Minute, 4 * time.Minute, 10 * time.Minute, time.Hour, 24 * time.Hour}
}

// askClock asks by how much the host's clock should be moved.
func (w *Window) askClock() {
	ahead := w.bench.Clock().Ahead
	q := ask.Question{
		Title: "Move the clock forward",
		Text: "What falls due on the way takes place at once, in order: retries of webhooks, above all. After 4 min every token has expired. " +
			"The built-in add-on goes by this clock too; an external one keeps its own time.",
	}
	for i, step := range clockSteps() {
		q.Answers = append(q.Answers, ask.Answer{Label: span(step), Primary: i == 0, Run: func() { w.moveClock(step) }})
	}
	if ahead > 0 {
		q.Text += "\n\nIt is " + span(ahead) + " ahead of real time. Set back, it makes tokens of before look like those of the future."
		q.Answers = append(q.Answers, ask.Answer{Label: "Real time", Run: w.resetClock})
	}
	q.Answers = append(q.Answers, ask.Answer{Label: "Cancel"})
	ask.Show(w.win, q)
}

func (w *Window) moveClock(by time.Duration) {
	title := "Move the clock forward by " + span(by)
	w.runner.start(title, func(ctx context.Context, _ func(string)) error {
		return w.bench.AdvanceClock(ctx, by)
	}, w.reportClock(title))
}

func (w *Window) resetClock() {
	title := "Set the clock back to real time"
	w.runner.start(title, func(ctx context.Context, _ func(string)) error {
		return w.bench.ResetClock(ctx)
	}, w.reportClock(title))
}

func (w *Window) reportClock(title string) func(error) {
	return func(err error) {
		if err != nil && !errors.Is(err, context.Canceled) {
			w.fail(title, err)
		}
	}
}
