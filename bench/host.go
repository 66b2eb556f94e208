package main

import (
	"context"
	"errors"
)

// dispatch compares 20,000 webhooks of 4 KB, 16 at a time, signed and stored, with the same client
// unsigned and unlogged.
func dispatch(ctx context.Context) ([]measure, error) {
	found, err := goBench(ctx, "./mockhost/exchange", "^BenchmarkDispatch$", []string{"-benchtime", "3x"})
	if err != nil {
		return nil, err
	}
	recorded, errRecorded := found.get("Dispatch", "recorded/s")
	bare, errBare := found.get("Dispatch", "bare/s")
	if err := errors.Join(errRecorded, errBare); err != nil {
		return nil, err
	}
	return []measure{atLeast("webhooks signed and stored", recorded, bare, "/s", "same client, unsigned, unlogged", 0.45)}, nil
}

// exchangeLog compares reading a log of a million rows with one of twenty thousand.
func exchangeLog(ctx context.Context) ([]measure, error) {
	found, err := goBench(ctx, "./mockhost/exchange", "^BenchmarkRead$/^(20000|1000000)$/^(newest-200|page-in-the-middle|status|site-module-status|get)$", nil, "WORKBENCH_BENCH_ROWS=1000000")
	if err != nil {
		return nil, err
	}
	var measures []measure
	for _, m := range []struct {
		what, name string
		bar        float64
	}{
		{"newest 200 of 1,000,000", "newest-200", 1.5},
		{"200 from the middle", "page-in-the-middle", 0},
		{"filter by status", "status", 0},
		{"filter by site, module, status", "site-module-status", 0},
		{"one exchange", "get", 0},
	} {
		large, errLarge := found.get("Read/1000000/"+m.name, "ns/op")
		small, errSmall := found.get("Read/20000/"+m.name, "ns/op")
		if err := errors.Join(errLarge, errSmall); err != nil {
			return measures, err
		}
		line := beside(m.what, large/1e6, small/1e6, "ms", "the same of 20,000")
		if m.bar > 0 {
			line = atMost(m.what, large/1e6, small/1e6, "ms", "the same of 20,000", m.bar)
		}
		measures = append(measures, line)
	}
	return measures, nil
}

// hostPage compares a site's page with a freshly signed frame with the same number of static bytes.
func hostPage(ctx context.Context) ([]measure, error) {
	found, err := goBench(ctx, "./mockhost/page", "^BenchmarkModulePage$", []string{"-count", "3"})
	if err != nil {
		return nil, err
	}
	signed, errSigned := found.perSecond("ModulePage/signed")
	static, errStatic := found.perSecond("ModulePage/static")
	if err := errors.Join(errSigned, errStatic); err != nil {
		return nil, err
	}
	return []measure{beside("host page with a signed frame", signed, static, "/s", "static bytes")}, nil
}
