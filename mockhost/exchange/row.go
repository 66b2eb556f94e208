package exchange

import (
	"time"

	"connect-workbench/addon/connectjwt"
)

// Row gives the narrow part of r, as lists show it: with secrets in the URL masked.
func (r *Record) Row() Row {
	return Row{
		ID: r.ID, Parent: r.Parent, Cause: r.Cause,
		Site: r.Site, Addon: r.Addon, Module: r.Module, Event: r.Event,
		Direction: r.Direction, Kind: r.Kind,
		Start: r.Start.Truncate(time.Microsecond).UTC(), Duration: r.Duration.Truncate(time.Microsecond),
		Method: r.Method, URL: rowURL(r.URL), Status: r.Status, Error: r.Error,
		OK: r.Verdict.OK, Judged: r.Verdict.Known(), Rule: r.Verdict.Rule, Summary: r.Verdict.Summary,
	}
}

// record gives back what a row knows of its record.
func (w *Row) record() Record {
	return Record{
		ID: w.ID, Parent: w.Parent, Cause: w.Cause,
		Site: w.Site, Addon: w.Addon, Module: w.Module, Event: w.Event,
		Direction: w.Direction, Kind: w.Kind,
		Start: w.Start, Duration: w.Duration,
		Method: w.Method, URL: w.URL, Status: w.Status, Error: w.Error,
		Verdict: connectjwt.Verdict{OK: w.OK, Rule: w.Rule, Summary: w.Summary},
	}
}

// apply fills in what the sender or receiver of a request knows about it.
func (m Meta) apply(r *Record) {
	r.Parent, r.Cause = m.Parent, m.Cause
	r.Site, r.Addon, r.Module, r.Event = m.Site, m.Addon, m.Module, m.Event
	r.Kind, r.Direction = m.Kind, m.Direction
	if m.Token != "" {
		r.Token = m.Token
	}
}
