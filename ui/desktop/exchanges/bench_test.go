package exchanges

import (
	"testing"

	"connect-workbench/mockhost/exchange"
)

// screen is how many rows a tall window shows at once.
const screen = 40

// BenchmarkScreenOfRows is what one repaint asks of the place while a full list is scrolled.
func BenchmarkScreenOfRows(b *testing.B) {
	v := &View{texts: make(map[int64]cells), titles: map[string]string{"jira": "Acme"}}
	const all = maxRows
	v.state.window.reset(rowsLike(webhookRefused(), all, pageSize))
	for g, ok := v.state.window.missing(v.state.window.length()); ok && v.state.window.length() < 3000; g, ok = v.state.window.missing(v.state.window.length()) {
		v.state.window.older(rowsLike(webhookRefused(), g.Before-1, g.Limit))
	}
	columns := len(v.columns())
	b.ReportAllocs()
	top := 0
	for b.Loop() {
		for i := top; i < top+screen; i++ {
			for column := range columns {
				v.cell(i, column)
			}
		}
		top = (top + 5) % 2900
	}
}

// BenchmarkNews is putting ten new rows in front of the longest list.
func BenchmarkNews(b *testing.B) {
	var w window
	w.reset(rowsLike(keyFetched(), maxRows, pageSize))
	for g, ok := w.missing(w.length()); ok; g, ok = w.missing(w.length()) {
		w.older(rowsLike(keyFetched(), g.Before-1, g.Limit))
	}
	newest := int64(maxRows)
	b.ReportAllocs()
	for b.Loop() {
		newest += 10
		w.newer(rowsLike(keyFetched(), newest, 10))
	}
}

func rowsLike(r exchange.Record, newest int64, count int) []exchange.Row {
	rows := make([]exchange.Row, count)
	for i := range rows {
		rows[i] = rowOf(r)
		rows[i].ID = newest - int64(i)
	}
	return rows
}
