package sites

import (
	"context"
	"errors"

	"connect-workbench/mockhost/install"
	"connect-workbench/ui/desktop/widgets"
)

// outcome is the run in one line.
func outcome(r *run) string {
	switch {
	case r.Running:
		return r.Title + "…"
	case errors.Is(r.Err, context.Canceled):
		return r.Title + ": cancelled"
	case r.Err != nil:
		return r.Title + ": failed"
	}
	if r.waits() {
		return r.Title + ": waits for the administrator"
	}
	return r.Title + ": done"
}

// exchange is the exchange that shows why the run failed; 0 when there is none.
func (r *run) exchange() int64 {
	var refused *install.Error
	if errors.As(r.Err, &refused) && refused.Exchange != 0 {
		return refused.Exchange
	}
	if i := r.failed(); i >= 0 {
		return r.Stages[i].Exchange
	}
	return 0
}

// refusedDescriptor reports whether the project's own descriptor was found at fault.
func (r *run) refusedDescriptor() bool {
	i := r.failed()
	return r.Own && i >= 0 && r.Stages[i].Name == install.CheckStage
}

// reasons lay out why a step failed: what was expected above what was received, so that the
// difference shows, then what to do, and what the customer's admin would have read.
func (r *run) reasons() []widgets.KeyValue {
	i := r.failed()
	if i < 0 || r.Stages[i].Problem == nil {
		return nil
	}
	p := r.Stages[i].Problem
	var rows []widgets.KeyValue
	add := func(label, value string, prose bool) {
		if value != "" {
			rows = append(rows, widgets.KeyValue{Label: label, Value: value, Prose: prose})
		}
	}
	add("Expected", p.Verdict.Expected, false)
	add("Received", p.Verdict.Received, false)
	add("Cause", p.Verdict.Cause, true)
	add("What to do", p.Verdict.Fix, true)
	add("The admin would see", p.Admin, true)
	return rows
}
