package workbench

import (
	"context"

	"connect-workbench/mockhost/exchange"
)

// ExchangeUnmasked is one exchange with its secrets: for what a person asks for by name, such as
// a curl command with the token in it, or checking a recorded token. Screens show Exchange.
func (w *Workbench) ExchangeUnmasked(ctx context.Context, id int64) (exchange.Record, error) {
	return w.log.Get(ctx, id)
}
