package workbench

import (
	"context"
	"fmt"
	"time"
)

// MaxAdvance is the furthest the host's clock can be moved at once.
const MaxAdvance = 366 * 24 * time.Hour

// ClockState is what the host's clock shows.
type ClockState struct {
	Now   time.Time
	Ahead time.Duration // of real time; 0: it shows real time
}

// AdvanceError means that the clock cannot be moved by so much.
type AdvanceError struct{ By time.Duration }

func (e *AdvanceError) Error() string {
	return fmt.Sprintf("the clock can be moved by more than nothing and at most %d days forward, not by %s", int(MaxAdvance.Hours())/24, e.By)
}

// Clock is the host's time: that of tokens, event bodies, exchanges, and what retries wait by. The
// built-in add-on goes by it too; an external add-on keeps its own time.
func (w *Workbench) Clock() ClockState {
	ahead := w.time.Ahead()
	return ClockState{Now: w.time.Now(), Ahead: ahead}
}

// AdvanceClock moves the host's clock forward. What falls due on the way, such as the retries of
// webhooks, takes place in order and has ended when this returns. When ctx ends first, the clock stays
// where it has come to. The error is an *AdvanceError or wraps the cause of ctx's end.
func (w *Workbench) AdvanceClock(ctx context.Context, by time.Duration) error {
	if by <= 0 || by > MaxAdvance {
		return &AdvanceError{By: by}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(w.ctx, func() { cancel(context.Cause(w.ctx)) })()
	defer w.changed(ClockChanged)
	return w.time.Advance(ctx, by)
}

// ResetClock has the host's clock show real time again. Pending retries keep their times. Tokens made
// while it was ahead say that they are of the future.
func (w *Workbench) ResetClock(ctx context.Context) error {
	defer w.changed(ClockChanged)
	return w.time.Reset(ctx)
}
