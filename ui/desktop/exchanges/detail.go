package exchanges

import (
	"context"
	"fmt"

	"connect-workbench/addon/connectjwt"
	"connect-workbench/mockhost/exchange"
	"connect-workbench/ui/desktop/inspect"
)

// detail is everything the lower half shows of one exchange.
type detail struct {
	record  exchange.Record
	request inspect.Half
	answer  inspect.Half
	header  []inspect.Claim // of the token; nil when the request carried none
	claims  []inspect.Claim
	steps   []connectjwt.Step
	noSteps string         // why there are no checks, when there is a token
	effects []exchange.Row // the other exchanges of the same cause, oldest first
}

// maxEffects bounds how many exchanges of one cause are listed beside one of them.
const maxEffects = 100

// loadDetail reads one exchange and prepares all of it. It runs off the UI goroutine.
func loadDetail(ctx context.Context, h host, id int64) (detail, error) {
	r, err := h.Exchange(ctx, id)
	if err != nil {
		return detail{}, fmt.Errorf("read exchange %d: %w", id, err)
	}
	d := detail{record: r, request: inspect.RequestHalf(r), answer: inspect.AnswerHalf(r)}
	if r.Token != "" {
		token, _ := connectjwt.Decode(r.Token) // what cannot be decoded is left out; the steps say why
		d.header, d.claims = inspect.HeaderClaims(token), inspect.Claims(token, token.Claims.Times(r.Start))
		if d.steps, err = h.ExplainExchange(ctx, id); err != nil {
			d.noSteps = "The checks cannot be repeated: " + err.Error() + "."
		}
	}
	if r.Cause != "" {
		// A cause that cannot be read leaves the list short, never the exchange unseen.
		rows, _ := h.ExchangeRows(ctx, `cause:"`+r.Cause+`"`, 0, 0, maxEffects)
		for i := len(rows) - 1; i >= 0; i-- {
			if rows[i].ID != id {
				d.effects = append(d.effects, rows[i])
			}
		}
	}
	return d, nil
}

// addEffects takes in new exchanges, newest first, that have the same cause. It reports whether there were any.
func (d *detail) addEffects(rows []exchange.Row) (added bool) {
	for i := len(rows) - 1; i >= 0; i-- {
		same := rows[i].Cause != "" && rows[i].Cause == d.record.Cause && rows[i].ID != d.record.ID
		if same && len(d.effects) < maxEffects {
			d.effects = append(d.effects, rows[i])
			added = true
		}
	}
	return added
}

// message is the request of a record, for copying as a command.
func message(r exchange.Record) inspect.Message {
	return inspect.Message{Method: r.Method, URL: r.URL, Header: r.RequestHeader, Body: r.RequestBody, Token: r.Token}
}
